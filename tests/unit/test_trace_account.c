/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a path to an account: what is refused and why, what is counted, what progress says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/account/trace_account.h"
#include "test_paths.h"
#include "trace_source.h"

#define EVENT "            init-1       [000] .....     2.912608: "
#define ALLOC(site, pointer, sizes)                                                                \
	EVENT "kmalloc: call_site=" site " ptr=" pointer " " sizes " gfp_flags=X\n"

static int run_text(const char *text, size_t length, bool is_pipe, struct trace_account **ret,
		    struct error *err)
{
	struct trace_source source;
	struct trace_request request = {.path = source.path, .thread_count = 2};
	int result;

	assert_true(trace_source_open(&source, is_pipe, text, length));
	result = trace_account_run(&request, ret, err);
	trace_source_close(&source);
	return result;
}

static void test_refused(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} rows[] = {
		{"", "is empty"},
		{"# tracer: nop\n# entries-in-buffer/entries-written: 0/0   #P:1\n",
		 "without any event"},
		{"1 0 6071099546 type: 550\n", "raw or hex"},
		{"00000001 00000000 000000012638875d type: 624\n", "raw or hex"},
		{"\x01\x02\x03\x04\n", "binary"},
		{"hello\n", "is it a trace?"},
		{EVENT "sched_switch: x\n", "none of the kmem group"},
		{EVENT "mm_page_free: page=1 pfn=1 order=0\n", "no slab event"},
		{"x\n" EVENT "kfree: call_\n", ":2: "},
		{"\x1f\x8b\x08\x00", "gzip"},
	};

	(void)state;
	for (size_t i = 0; i < 2 * (sizeof(rows) / sizeof(rows[0])); i++) {
		struct trace_account *trace = NULL;
		struct error err = {0};

		assert_int_equal(run_text(rows[i / 2].text,
					  i / 2 == 9 ? 4 : strlen(rows[i / 2].text), (i & 1) != 0,
					  &trace, &err),
				 ERROR_INPUT);
		if (!strstr(err.text, rows[i / 2].says) || strncmp(err.text, "/proc/", 6) != 0) {
			fail_msg("%s", err.text);
		}
	}
}

static void test_no_file(void **state)
{
	const struct trace_request missing = {.path = "/nonexistent.log"};
	const struct trace_request folder = {.path = "/proc"};
	struct trace_account *trace;
	struct error err;

	(void)state;
	assert_int_equal(trace_account_run(&missing, &trace, &err), ERROR_INPUT);
	assert_non_null(strstr(err.text, "No such file"));
	assert_int_equal(trace_account_run(&folder, &trace, &err), ERROR_INPUT);
	assert_non_null(strstr(err.text, "is a directory"));
	trace_account_free(NULL);
}

static void test_rows(void **state)
{
	static const char text[] =
		ALLOC("zz+0x1/0x2", "00000000000000a0", "bytes_req=29 bytes_alloc=32")
			ALLOC("aa+0x1/0x2 [brd]", "00000000000000b0", "bytes_req=60 bytes_alloc=64")
				ALLOC("c10b86a3", "00000000000000c0", "bytes_req=5 bytes_alloc=8")
					ALLOC("0xffffffffc0123456", "0000000000000000",
					      "bytes_req=5 bytes_alloc=8")
						ALLOC("zz+0x1/0x2", "00000000000000d0",
						      "bytes_req=29 bytes_alloc=32") EVENT
		"kfree: call_site=f+0x1/0x2 ptr=00000000000000a0\n";
	struct trace_account *trace;
	const struct account *account;
	struct error err;

	(void)state;
	assert_int_equal(run_text(text, sizeof(text) - 1, false, &trace, &err), 0);
	account = trace_account_get(trace);
	/* a site whose only allocation failed has no row, and who frees has none */
	assert_int_equal(account->row_count, 3);
	assert_string_equal(account->rows[0].site, "aa+0x1/0x2 [brd]");
	assert_string_equal(account->rows[1].site, "c10b86a3");
	assert_string_equal(account->rows[2].site, "zz+0x1/0x2");
	assert_int_equal(account->rows[2].figures.alloc_count, 2);
	assert_int_equal(account->rows[2].figures.free_count, 1);
	assert_int_equal(account->totals.failed_count, 1);
	assert_int_equal(account->totals.current_dynamic, 104);
	assert_int_equal(account->totals.peak_dynamic, 136);
	assert_int_equal(account->totals.peak_live_count, 4);
	assert_int_equal(account->stack_count, 0);
	assert_int_equal(trace_account_facts(trace)->site_symbolic_count, 3);
	assert_int_equal(trace_account_facts(trace)->site_hex_count, 1);
	assert_int_equal(trace_account_facts(trace)->byte_count, sizeof(text) - 1);
	trace_account_free(trace);
}

struct seen {
	uint64_t last;
	uint64_t total;
	unsigned int calls;
};

static void see(const struct trace_progress *progress, void *context)
{
	struct seen *seen = context;

	assert_true(progress->bytes_done >= seen->last);
	seen->last = progress->bytes_done;
	seen->total = progress->bytes_total;
	seen->calls++;
}

static void test_progress(void **state)
{
	enum { LENGTH = 3000000 };
	static const char line[] = EVENT "kfree: call_site=f+0x1/0x2 ptr=00000000000000a0\n";
	char *text = malloc(LENGTH + sizeof(line));
	size_t used = 0;

	(void)state;
	assert_non_null(text);
	while (used < LENGTH) {
		memcpy(text + used, line, sizeof(line));
		used += sizeof(line) - 1;
	}
	for (int is_pipe = 0; is_pipe <= 1; is_pipe++) {
		struct trace_source source;
		struct seen seen = {0};
		const struct trace_request request = {.path = source.path,
						      .thread_count = 1,
						      .progress = see,
						      .progress_context = &seen};
		struct trace_account *trace;
		struct error err;

		assert_true(trace_source_open(&source, is_pipe != 0, text, used));
		assert_int_equal(trace_account_run(&request, &trace, &err), 0);
		trace_account_free(trace);
		trace_source_close(&source);
		assert_in_range(seen.calls, 5, 100);
		assert_int_equal(seen.total, is_pipe ? 0 : used); /* a pipe's end is not known */
		assert_int_equal(seen.last, used);
	}
	free(text);
}

/* The account that was published with this log in 2012. */
static void test_published_figures(void **state)
{
	char path[4096];
	const struct trace_request request = {.path = path};
	struct trace_account *trace;
	const struct account *account;
	struct error err;
	const struct site_account *largest;

	(void)state;
	if (!lab_path("2012/kmem_SLAB.log", path, sizeof(path))) {
		skip();
	}
	assert_int_equal(trace_account_run(&request, &trace, &err), 0);
	account = trace_account_get(trace);
	assert_int_equal(account->totals.current_dynamic, 669696);
	assert_int_equal(account->totals.current_requested, 618823);
	assert_int_equal(account->totals.alloc_count, 7649);
	assert_int_equal(account->totals.free_count - account->totals.unmatched_free_count, 2563);
	assert_int_equal(account->row_count, 115);
	largest = &account->rows[0].figures;
	for (size_t i = 1; i < account->row_count; i++) {
		if (account->rows[i].figures.current_dynamic > largest->current_dynamic) {
			largest = &account->rows[i].figures;
		}
	}
	assert_int_equal(largest->total_dynamic, 299200);
	assert_int_equal(largest->current_dynamic, 298928);
	assert_int_equal(largest->current_requested, 298928);
	assert_int_equal(largest->alloc_count, 1100);
	assert_int_equal(largest->free_count, 1);
	trace_account_free(trace);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_refused),
	cmocka_unit_test(test_no_file),
	cmocka_unit_test(test_rows),
	cmocka_unit_test(test_progress),
	cmocka_unit_test(test_published_figures),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
