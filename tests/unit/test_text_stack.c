/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stack traces in text: frames, announcements, and whose event a stack belongs to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyzer/account/trace_account.h"
#include "analyzer/input/text_stack.h"

static void test_frames_of_every_recorder(void **state)
{
	static const struct {
		const char *why;
		const char *line;
		bool is_frame;
		const char *place; /* NULL: says nothing of the kernel */
	} rows[] = {
		{"ftrace", " => kmem_cache_free", true, "kmem_cache_free"},
		{"sym-offset", " => kfree+0x254/0x310", true, "kfree+0x254/0x310"},
		{"sym-addr", " => kfree+0x254/0x310 <ffffffffa972a8b4>", true, "kfree+0x254/0x310"},
		{"no symbol", " => 0xffffffffc0316045", true, "0xffffffffc0316045"},
		{"no address", " => 0", true, NULL},
		{"user space, by address", " =>  <000000000047bc67>", true, NULL},
		{"user space, by file", " => /bin/busybox[+0x7ac67]", true, NULL},
		{"trace-cmd", "=> alloc_bprm (ffffffffa976ce42)", true, "alloc_bprm"},
		{"perf", "\tffffffffa96b70e7 __kmalloc_node+0xa7 ([kernel.kallsyms])", true,
		 "__kmalloc_node+0xa7"},
		{"perf, of a module", "\tffffffffc0001234 ext4_init+0x4 ([ext4])", true,
		 "ext4_init+0x4"},
		{"perf, user space",
		 "\t           ee137 sched_setaffinity+0x7 (/usr/lib/libc.so.6)", true, NULL},
		{"perf, unknown", "\t  7375746174732f [unknown] ([unknown])", true, NULL},
		{"behind a console's prefix", "[   25.798045]  => kfree", true, "kfree"},
		{"CR LF", " => kfree\r", true, "kfree"},
		{"a task called \"=> x\"",
		 "            => x-41      [000] .....     7.417996: kfree: call_site=a ptr=1",
		 false, NULL},
		{"an event", "            init-1       [000] .....     6.871251: kfree: x", false,
		 NULL},
		{"indented text", "\tnot an address", false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *line = rows[i].line;
		const char *end = line + strlen(line);
		const char *place = NULL;
		size_t length = 0;

		if (text_stack_is_frame(line, end) != rows[i].is_frame) {
			fail_msg("%s: %s", rows[i].why, line);
		}
		if (rows[i].is_frame &&
		    text_stack_frame(line, end, &place, &length) != (rows[i].place != NULL)) {
			fail_msg("%s: %s", rows[i].why, line);
		}
		if (rows[i].place && (length != strlen(rows[i].place) ||
				      memcmp(place, rows[i].place, length) != 0)) {
			fail_msg("%s: %.*s", rows[i].why, (int)length, place);
		}
	}
}

static void test_cpu_of_every_context(void **state)
{
	static const struct {
		const char *line;
		int cpu; /* -1: none */
	} rows[] = {
		{"            init-1       [003] .....     6.871251: <stack trace>", 3},
		{"            init-1       (      1) [012] .....     6.871251: <stack trace>", 12},
		{"    init-1         5..... 12301us+: <stack trace>", 5},
		{"[   25.798045]     init-1        11d..1. 22321us : kfree: x", 11},
		{"              ls-65    [001]    11.040181: kernel_stack:         <stack trace >",
		 1},
		{"perf    63 [002]    32.124378:            kmem:kfree: x", 2},
		{"        a[1] b-7       [004] .....     6.871251: kfree: x", 4},
		{"kfree: call_site=a ptr=1", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t cpu = 99;
		bool found =
			text_stack_cpu(rows[i].line, rows[i].line + strlen(rows[i].line), &cpu);

		assert_int_equal(found, rows[i].cpu >= 0);
		if (found && (int)cpu != rows[i].cpu) {
			fail_msg("%s: CPU %u", rows[i].line, cpu);
		}
	}
}

/* The account of a text, with stacks, through a file. */
static struct trace_account *account_of(const char *text, unsigned int threads)
{
	char path[] = "/tmp/test_text_stack.XXXXXX";
	int fd = mkstemp(path);
	struct trace_request request = {.path = path, .keep_stacks = true, .thread_count = threads};
	struct trace_account *trace = NULL;
	struct error err = {0};

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	if (trace_account_run(&request, &trace, &err) < 0) {
		unlink(path);
		fail_msg("%s", err.text);
	}
	unlink(path);
	return trace;
}

/* "site < frame < frame" of the one stack of a site. */
static void check_stack(const struct trace_account *trace, const char *site, const char *frames)
{
	const struct account *account = trace_account_get(trace);
	char text[512] = "";
	int found = 0;

	for (size_t i = 0; i < account->stack_count; i++) {
		const struct account_stack *stack = &account->stacks[i];

		if (strcmp(stack->site, site) != 0) {
			continue;
		}
		found++;
		for (size_t f = 0; f < stack->frame_count; f++) {
			size_t used = strlen(text);

			snprintf(text + used, sizeof(text) - used, "%s%s", f ? " " : "",
				 stack->frames[f]);
		}
	}
	assert_int_equal(found, 1);
	assert_string_equal(text, frames);
}

#define EVENT(cpu, time, site, pointer)                                                            \
	"            task-1       [00" cpu "] .....     " time ": kmalloc: call_site=" site        \
	"+0x1/0x2 ptr=" pointer " bytes_req=8 bytes_alloc=8 gfp_flags=GFP_KERNEL\n"
#define STACK(cpu, time) "            task-1       [00" cpu "] .....     " time ": <stack trace>\n"

static void test_stacks_find_their_events(void **state)
{
	static const char text[] = EVENT("0", "1.000001", "plain", "ffff888000000010")
		STACK("0", "1.000002") " => inner\n => outer\n"
		/* two CPUs interleave */
		EVENT("0", "1.000003", "left", "ffff888000000020")
			EVENT("1", "1.000004", "right", "ffff888000000030")
				STACK("0", "1.000005") " => of_left\n" STACK(
					"1", "1.000006") " => of_right\n"
		/* an interrupt allocates between an event and its stack */
		EVENT("0", "1.000007", "interrupted", "ffff888000000040")
			EVENT("0", "1.000008", "interrupt", "ffff888000000050")
				STACK("0", "1.000009") " => of_interrupt\n" STACK(
					"0", "1.000010") " => of_interrupted\n"
		/* another event's stack is nobody's */
		EVENT("0", "1.000011", "without",
		      "ffff888000000060") "            task-1       [000] .....     1.000012: "
					  "sched_switch: x\n" STACK("0",
								    "1.000013") " => of_switch\n"
		/* user space does not count */
		EVENT("1", "1.000014", "user",
		      "ffff888000000070") "            task-1       [001] .....     1.000015: "
					  "<user stack trace>\n =>  <0047bc67>\n";

	(void)state;
	for (unsigned int threads = 1; threads <= 3; threads += 2) {
		struct trace_account *trace = account_of(text, threads);

		check_stack(trace, "plain+0x1/0x2", "inner outer");
		check_stack(trace, "left+0x1/0x2", "of_left");
		check_stack(trace, "right+0x1/0x2", "of_right");
		check_stack(trace, "interrupt+0x1/0x2", "of_interrupt");
		check_stack(trace, "interrupted+0x1/0x2", "of_interrupted");
		check_stack(trace, "without+0x1/0x2", "");
		check_stack(trace, "user+0x1/0x2", "");
		trace_account_free(trace);
	}
}

/* A task whose name looks like a frame keeps its events where stacks are kept. */
static void test_task_called_like_a_frame(void **state)
{
	static const char text[] =
		"            => x-41      [000] .....     7.417996: kmalloc: call_site=a+0x1/0x2 "
		"ptr=ffff888000000010 bytes_req=8 bytes_alloc=8 gfp_flags=GFP_KERNEL\n";
	struct trace_account *trace = account_of(text, 1);

	(void)state;
	assert_int_equal(trace_account_get(trace)->totals.alloc_count, 1);
	trace_account_free(trace);
}

/* Stacks that fall on chunk boundaries: many more lines than a chunk holds, any threads. */
static void test_every_split_gives_the_same_stacks(void **state)
{
	enum { EVENTS = 6000 };
	size_t capacity = (size_t)EVENTS * 1024;
	char *text = malloc(capacity);
	size_t length = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < EVENTS; i++) {
		length += (size_t)snprintf(
			text + length, capacity - length,
			EVENT("0", "1.000001", "site", "ffff8880%08x")
				EVENT("1", "1.000002", "other", "ffff8881%08x")
					STACK("0", "1.000003") " => a\n => b\n => c%d\n" STACK(
						"1", "1.000004") " => d%d\n",
			(i + 1) * 16, (i + 1) * 16, i % 3, i % 2);
	}
	for (unsigned int threads = 1; threads <= 4; threads++) {
		struct trace_account *trace = account_of(text, threads);
		const struct account *account = trace_account_get(trace);

		assert_int_equal(account->stack_count, 5);
		for (size_t i = 0; i < account->stack_count; i++) {
			bool is_site = account->stacks[i].frame_count == 3;

			assert_int_equal(account->stacks[i].figures.alloc_count,
					 is_site ? EVENTS / 3 : EVENTS / 2);
		}
		assert_int_equal(trace_account_facts(trace)->stack_homeless_count, 0);
		trace_account_free(trace);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames_of_every_recorder),
		cmocka_unit_test(test_cpu_of_every_context),
		cmocka_unit_test(test_stacks_find_their_events),
		cmocka_unit_test(test_task_called_like_a_frame),
		cmocka_unit_test(test_every_split_gives_the_same_stacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
