/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyzer/report/output_file.h"

/* Each test works in a folder of its own and leaves it empty. */
static char folder[64];

static int setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/ta_output_XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	return 0;
}

/* How many entries the folder has. */
static int entry_count(void)
{
	DIR *dir = opendir(folder);
	int count = 0;

	assert_non_null(dir);
	while (readdir(dir)) {
		count++;
	}
	closedir(dir);
	return count - 2; /* . and .. */
}

static int teardown(void **state)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	(void)state;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] != '.' || strlen(entry->d_name) > 2) {
			unlink(entry->d_name);
		}
	}
	closedir(dir);
	return chdir("/") + rmdir(folder);
}

static void put(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static void assert_holds(const char *path, const char *expected)
{
	char text[256] = "";
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	assert_true(fread(text, 1, sizeof(text) - 1, in) < sizeof(text) - 1);
	fclose(in);
	assert_string_equal(text, expected);
}

static FILE *open_ok(struct output_set *set, const char *path)
{
	struct output_file *file = NULL;
	struct error err = {0};

	if (output_set_open(set, path, &file, &err) < 0) {
		fail_msg("%s", err.text);
	}
	return output_file_stream(file);
}

static void test_appears_at_commit(void **state)
{
	struct output_set set;
	struct error err = {0};

	(void)state;
	put("old", "before");
	output_set_init(&set);
	fputs("after", open_ok(&set, "old"));
	fputs("fresh", open_ok(&set, "new"));
	assert_int_not_equal(access("new", F_OK), 0);
	assert_holds("old", "before");
	assert_int_equal(output_set_commit(&set, &err), 0);
	output_set_release(&set);
	assert_holds("old", "after");
	assert_holds("new", "fresh");
	assert_int_equal(entry_count(), 2);
}

static void test_release_leaves_no_trace(void **state)
{
	struct output_set set;

	(void)state;
	put("old", "before");
	output_set_init(&set);
	fputs("after", open_ok(&set, "old"));
	fputs("fresh", open_ok(&set, "new"));
	assert_int_equal(entry_count(), 3); /* old and two temporary files */
	output_set_release(&set);
	assert_holds("old", "before");
	assert_int_equal(entry_count(), 1);
}

/* One output on a full disk: the other one must not appear either. */
static void test_full_disk_spoils_all(void **state)
{
	struct output_set set;
	struct error err = {0};

	(void)state;
	output_set_init(&set);
	fputs("fine", open_ok(&set, "fine"));
	fputs("lost", open_ok(&set, "/dev/full"));
	assert_int_equal(output_set_commit(&set, &err), ERROR_OUTPUT);
	assert_non_null(strstr(err.text, "/dev/full: No space left on device"));
	output_set_release(&set);
	assert_int_equal(entry_count(), 0);
}

/* More than a stdio buffer: the failure happens long before the commit. */
static void test_early_write_error_is_kept(void **state)
{
	struct output_set set;
	struct error err = {0};
	FILE *out;

	(void)state;
	output_set_init(&set);
	out = open_ok(&set, "/dev/full");
	for (int i = 0; i < 10000; i++) {
		fputs("0123456789", out);
	}
	assert_int_equal(output_set_commit(&set, &err), ERROR_OUTPUT);
	output_set_release(&set);
}

/* A block that passes stdio's buffer by: nothing is left for the commit to fail with. */
static void test_reason_of_early_error_is_kept(void **state)
{
	static const char block[1 << 20];
	struct output_set set;
	struct error err = {0};

	(void)state;
	output_set_init(&set);
	fwrite(block, 1, sizeof(block), open_ok(&set, "/dev/full"));
	assert_int_equal(output_set_commit(&set, &err), ERROR_OUTPUT);
	assert_non_null(strstr(err.text, "/dev/full: No space left on device"));
	output_set_release(&set);
}

static void test_link_is_followed(void **state)
{
	struct output_set set;
	struct error err = {0};
	struct stat status;

	(void)state;
	put("target", "before");
	assert_int_equal(symlink("target", "hop"), 0);
	assert_int_equal(symlink("hop", "link"), 0);
	assert_int_equal(symlink("fresh", "dangling"), 0);
	output_set_init(&set);
	fputs("after", open_ok(&set, "link"));
	fputs("made", open_ok(&set, "dangling"));
	assert_int_equal(output_set_commit(&set, &err), 0);
	output_set_release(&set);
	assert_holds("target", "after");
	assert_holds("fresh", "made");
	assert_int_equal(lstat("link", &status), 0);
	assert_true(S_ISLNK(status.st_mode));
}

static void test_link_loop(void **state)
{
	struct output_set set;
	struct output_file *file;
	struct error err = {0};

	(void)state;
	assert_int_equal(symlink("b", "a"), 0);
	assert_int_equal(symlink("a", "b"), 0);
	output_set_init(&set);
	assert_int_equal(output_set_open(&set, "a", &file, &err), ERROR_OUTPUT);
	output_set_release(&set);
}

static void test_mode_is_kept(void **state)
{
	struct output_set set;
	struct error err = {0};
	struct stat status;

	(void)state;
	put("secret", "before");
	assert_int_equal(chmod("secret", 0600), 0);
	output_set_init(&set);
	fputs("after", open_ok(&set, "secret"));
	assert_int_equal(output_set_commit(&set, &err), 0);
	output_set_release(&set);
	assert_int_equal(stat("secret", &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
}

static void assert_open_fails(const char *path, enum error_code code, const char *reason)
{
	struct output_set set;
	struct output_file *file;
	struct error err = {0};

	output_set_init(&set);
	assert_int_equal(output_set_open(&set, path, &file, &err), code);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, reason));
	output_set_release(&set);
}

static void test_bad_targets(void **state)
{
	(void)state;
	assert_open_fails("nowhere/file", ERROR_OUTPUT, "No such file or directory");
	assert_open_fails("/tmp", ERROR_OUTPUT, "Is a directory");
	put("plain", "");
	assert_open_fails("plain/file", ERROR_OUTPUT, "Not a directory");
	assert_open_fails("/dev/fd/999", ERROR_OUTPUT, "Bad file descriptor");
}

/* As the user nobody, because root may write anywhere. */
static void test_unwritable(void **state)
{
	pid_t child;
	int status;

	(void)state;
	put("file", "before");
	assert_int_equal(chmod("file", 0444), 0);
	assert_int_equal(chmod(folder, 0555), 0);
	child = fork();
	assert_int_not_equal(child, -1);
	if (!child) {
		struct output_set set;
		struct output_file *file;
		struct error err = {0};

		output_set_init(&set);
		if (geteuid() == 0 && setuid(65534) != 0) {
			_exit(10);
		}
		if (output_set_open(&set, "new", &file, &err) != ERROR_OUTPUT) {
			_exit(11);
		}
		_exit(output_set_open(&set, "file", &file, &err) == ERROR_OUTPUT ? 0 : 12);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(status, 0);
	assert_holds("file", "before");
}

static void test_one_place_for_two(void **state)
{
	struct output_set set;
	struct output_file *file;
	struct error err = {0};

	(void)state;
	put("same", "");
	assert_int_equal(symlink("same", "alias"), 0);
	output_set_init(&set);
	open_ok(&set, "-");
	open_ok(&set, "same");
	assert_int_equal(output_set_open(&set, "/dev/stdout", &file, &err), ERROR_USAGE);
	assert_int_equal(output_set_open(&set, "alias", &file, &err), ERROR_USAGE);
	assert_int_equal(output_set_open(&set, "./same", &file, &err), ERROR_USAGE);
	open_ok(&set, "/dev/null");
	open_ok(&set, "/dev/null");
	output_set_release(&set);
	assert_int_equal(entry_count(), 2);
}

static void test_longest_name(void **state)
{
	struct output_set set;
	struct error err = {0};
	char name[256];

	(void)state;
	memset(name, 'n', 255);
	name[255] = '\0';
	output_set_init(&set);
	fputs("long", open_ok(&set, name));
	assert_int_equal(output_set_commit(&set, &err), 0);
	output_set_release(&set);
	assert_holds(name, "long");
}

static void test_pipe_is_written_directly(void **state)
{
	struct output_set set;
	struct error err = {0};
	char name[32];
	char text[8] = "";
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	snprintf(name, sizeof(name), "/dev/fd/%d", ends[1]);
	output_set_init(&set);
	fputs("through", open_ok(&set, name));
	assert_int_equal(output_set_commit(&set, &err), 0);
	output_set_release(&set);
	assert_int_equal(read(ends[0], text, sizeof(text)), 7);
	assert_string_equal(text, "through");
	close(ends[0]);
	close(ends[1]);
}

static void test_abandon_removes_temporaries(void **state)
{
	struct output_set set;

	(void)state;
	put("old", "before");
	output_set_init(&set);
	open_ok(&set, "old");
	open_ok(&set, "new");
	assert_int_equal(entry_count(), 3);
	output_files_abandon();
	assert_int_equal(entry_count(), 1);
	output_set_release(&set);
	assert_holds("old", "before");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_appears_at_commit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_release_leaves_no_trace, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_disk_spoils_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_early_write_error_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reason_of_early_error_is_kept, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_link_is_followed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_loop, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mode_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_targets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unwritable, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_place_for_two, setup, teardown),
		cmocka_unit_test_setup_teardown(test_longest_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pipe_is_written_directly, setup, teardown),
		cmocka_unit_test_setup_teardown(test_abandon_removes_temporaries, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
