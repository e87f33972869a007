/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every object of the bundled kernel slice, and of the lab's tree, against size(1). */
#include <ftw.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "elfsyms/object.h"
#include "test_paths.h"

/* The objects of a tree, and a command line of size(1) over a piece of them. */
struct object_list {
	char **paths;
	size_t count;
};

static struct object_list found;

static int collect(const char *path, const struct stat *status, int type, struct FTW *place)
{
	size_t length = strlen(path);

	(void)status;
	if (type != FTW_F || length < 4 ||
	    (strcmp(path + length - 2, ".o") != 0 && strcmp(path + length - 3, ".ko") != 0 &&
	     strcmp(path + place->base, "vmlinux") != 0))
		return 0;
	found.paths = realloc(found.paths, (found.count + 1) * sizeof(*found.paths));
	assert_non_null(found.paths);
	found.paths[found.count] = strdup(path);
	assert_non_null(found.paths[found.count]);
	found.count++;
	return 0;
}

static void compare_with_size(const char *path, const char *line)
{
	struct elf_object *object;
	struct elfsyms_error err;
	struct elf_sizes sizes = {0};
	char *next;
	uint64_t text = strtoull(line, &next, 10);
	uint64_t data = strtoull(next, &next, 10);
	uint64_t bss = strtoull(next, &next, 10);

	if (elf_object_open(path, &object, &err) || elf_object_sizes(object, &sizes, &err))
		fail_msg("%s", err.text);
	if (sizes.text != text || sizes.data != data || sizes.bss != bss)
		fail_msg("%s: %" PRIu64 " %" PRIu64 " %" PRIu64 ", size says %s", path, sizes.text,
			 sizes.data, sizes.bss, line);
	elf_object_close(object);
}

/* Compares every object under root with what size(1) prints for it; returns how many. */
static size_t compare_tree_with_size(const char *root)
{
	char command[16384], line[4096];
	size_t compared = 0;

	found = (struct object_list){0};
	assert_int_equal(nftw(root, collect, 16, FTW_PHYS), 0);
	while (compared < found.count) {
		size_t first = compared, end = first;
		int length = snprintf(command, sizeof(command), "size");
		FILE *pipe;

		while (end < found.count &&
		       (size_t)length + strlen(found.paths[end]) + 4 < sizeof(command))
			length += snprintf(command + length, sizeof(command) - (size_t)length,
					   " '%s'", found.paths[end++]);
		pipe = popen(command, "r");
		assert_non_null(pipe);
		assert_non_null(fgets(line, sizeof(line), pipe)); /* the columns' names */
		while (compared < end && fgets(line, sizeof(line), pipe))
			compare_with_size(found.paths[compared++], line);
		assert_int_equal(pclose(pipe), 0);
		assert_int_equal(compared, end);
	}
	for (size_t i = 0; i < found.count; i++)
		free(found.paths[i]);
	free(found.paths);
	return compared;
}

static void test_sizes_of_bundled_objects(void **state)
{
	(void)state;
	if (system("size --version >/dev/null 2>&1") != 0) {
		printf("skipped: size(1) of binutils is not installed\n");
		skip();
	}
	assert_true(compare_tree_with_size(TA_TESTDATA "/linux") > 100);
}

static void test_sizes_of_lab_objects(void **state)
{
	char path[4096];

	(void)state;
	if (!lab_path("linux", path, sizeof(path)) || system("size --version >/dev/null 2>&1") != 0)
		skip();
	assert_true(compare_tree_with_size(path) > 1500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes_of_bundled_objects),
		cmocka_unit_test(test_sizes_of_lab_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
