/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a fuzz target over its corpus without libFuzzer: every argument is a file
 * or a folder of files. Exit 1 if nothing was there to run, so that a lost corpus
 * is a failed test; crashes and sanitizer reports end the program by themselves.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path, size_t size)
{
	/* Exactly size bytes, so that a sanitizer sees the first one read behind the end. */
	uint8_t *data = malloc(size);
	FILE *file = fopen(path, "rb");
	int failed = 1;

	if (data && file && fread(data, 1, size, file) == size) {
		LLVMFuzzerTestOneInput(data, size);
		failed = 0;
	} else {
		fprintf(stderr, "%s: cannot be read\n", path);
	}
	if (file)
		fclose(file);
	free(data);
	return failed;
}

static int replay_path(const char *path, unsigned long *count);

static int replay_folder(const char *path, unsigned long *count)
{
	struct dirent **entries = NULL;
	int entry_count = scandir(path, &entries, NULL, alphasort);
	int failed = entry_count < 0;

	for (int i = 0; i < entry_count; i++) {
		char child[4096];

		if (entries[i]->d_name[0] != '.') {
			snprintf(child, sizeof(child), "%s/%s", path, entries[i]->d_name);
			failed |= replay_path(child, count);
		}
		free(entries[i]);
	}
	free(entries);
	return failed;
}

static int replay_path(const char *path, unsigned long *count)
{
	struct stat status;

	if (stat(path, &status) != 0) {
		perror(path);
		return 1;
	}
	if (S_ISDIR(status.st_mode))
		return replay_folder(path, count);
	++*count;
	return replay_file(path, (size_t)status.st_size);
}

int main(int argc, char **argv)
{
	unsigned long count = 0;
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed |= replay_path(argv[i], &count);
	printf("%lu inputs replayed\n", count);
	return failed || count == 0;
}
