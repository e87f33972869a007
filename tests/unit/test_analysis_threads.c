/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * No process is forked beside other threads: what reads a trace.dat would inherit their
 * locks, taken for ever. Seen as a hang of 60 s, about every other time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/cli/analysis.h"
#include "analyzer/cli/options.h"
#include "test_paths.h"

static atomic_int threads; /* besides the first one */
static atomic_int most_threads;
static atomic_int forks;
static atomic_int forks_beside_threads;

/* The linker leads every call here: see CMakeLists.txt. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
			  void *argument);
int __real_pthread_join(pthread_t thread, void **ret);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
			  void *argument);
int __wrap_pthread_join(pthread_t thread, void **ret);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
			  void *argument)
{
	int result = __real_pthread_create(thread, attributes, run, argument);
	int now;

	if (result == 0) {
		now = atomic_fetch_add(&threads, 1) + 1;
		if (now > atomic_load(&most_threads)) {
			atomic_store(&most_threads, now);
		}
	}
	return result;
}

int __wrap_pthread_join(pthread_t thread, void **ret)
{
	int result = __real_pthread_join(thread, ret);

	atomic_fetch_sub(&threads, 1);
	return result;
}
/* NOLINTEND(bugprone-reserved-identifier) */

static void on_fork(void)
{
	atomic_fetch_add(&forks, 1);
	atomic_fetch_add(&forks_beside_threads, atomic_load(&threads) > 0);
}

/* Analyzes a file of testdata with the kernel tree beside it. */
static void analyze(const char *path)
{
	char line[1024];
	char *arguments[8] = {NULL};
	int count = 0;
	struct diagnostics diagnostics;
	struct analysis analysis = {0};
	struct options options;
	struct error err = {0};

	snprintf(line, sizeof(line), "trace_analyze -f %s -k " TA_TESTDATA "/linux --force", path);
	for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
		arguments[count++] = word;
	}
	diagnostics_init(&diagnostics, stderr);
	diagnostics.quiet = true;
	if (options_parse(count, arguments, &options, &err) < 0 ||
	    options_complete(&options, &err) < 0 ||
	    analysis_run(&options, &diagnostics, &analysis, &err) < 0) {
		fail_msg("%s: %s", path, err.text);
	}
	assert_int_equal(analysis.record.trace ? analysis.record.trace->slab_event_count : 0, 285);
	analysis_release(&analysis);
}

static void run(const char *command)
{
	assert_int_equal(system(command), 0);
}

static void test_forks(void **state)
{
	static const char recording[] = TA_TESTDATA "/recordings/trace.dat";
	static const char *const packers[] = {"cat", "gzip -c", "xz -c", "tar -cf -"};
	char folder[] = "/tmp/test_analysis_threads.XXXXXX";
	char path[64];
	char command[1024];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/packed", folder);
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		snprintf(command, sizeof(command), "cd %s && %s %s > %s", TA_TESTDATA "/recordings",
			 packers[i], i == 3 ? "trace.dat" : recording, path);
		run(command);
		atomic_store(&forks, 0);
		analyze(path);
		assert_int_equal(atomic_load(&forks), 1);
		assert_int_equal(atomic_load(&threads), 0);
		snprintf(command, sizeof(command), "rm %s", path);
		run(command);
	}
	assert_int_equal(rmdir(folder), 0);
	assert_true(atomic_load(&most_threads) >= 2); /* or the test would say nothing */
	assert_int_equal(atomic_load(&forks_beside_threads), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forks),
	};

	if (pthread_atfork(on_fork, NULL, NULL) != 0) {
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
