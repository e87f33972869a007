/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the context of a line ends, and what consoles put in front of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "analyzer/input/text_context.h"

static void test_strict(void **state)
{
	static const struct {
		const char *line; /* '|' stands where the event begins; none: no context */
		size_t width;
	} rows[] = {
		{"            init-1       [000] .....     2.9126: |x", 16},
		{"            init-1       [1023] .....     2.9126: |x", 16}, /* CPUs beyond 999 */
		{"            init-1       [000]  2.9126: |x", 16},
		{"            init-1       (-------) [000] .....     2.9126: |x", 16},
		{"            init-1       [000] (      1) .....     2.9126: |x", 16},
		{"            init-1       [000] .....     2.9126: (+37)  |x", 16},
		{"            init-1       [000] .....     2.9126: (-37)  |x",
		 16}, /* CPUs' clocks differ */
		{"            init-1       [000] .....     2.9126: |(+37", 16},
		{"            init-1       [000] .....     2.9126: |(f+0x1) x", 16},
		{"    init-1         0..... 12301us+: |x", 8},
		{"    init-1         0.....   123: |x", 8},
		{"    init-1         0..... 12301us+: x", 16}, /* another width's */
		{"            init-1       [000] .....     2.9126: x", 8},
		{"            init-        [000] .....     2.9126: x", 16}, /* no PID */
		{"            init-1[000] .....     2.9126: x", 16},
		{"            init-1       000 .....     2.9126: x", 16},
		{"            init-1       [000 .....     2.9126: x", 16},
		{"            init-1       (1 [000] .....     2.9126: x", 16},
		{"            init-1       [000] .....     2.: x", 16},
		{"            init-1       [000] .....     2.9126 x", 16},
		{"            init-1       [000] .....     2.9126:x", 16},
		{"    init-1         .....  12301us+: x", 8}, /* no CPU */
		{"    init-1         0..... 12301us?: x", 8}, /* no such mark */
		{"            init-", 16},
		{"            init", 16},
		{"", 16},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[256] = "";
		const char *mark = strchr(rows[i].line, '|');
		size_t before = mark ? (size_t)(mark - rows[i].line) : strlen(rows[i].line);
		const char *event;

		memcpy(line, rows[i].line, before);
		if (mark) {
			snprintf(line + before, sizeof(line) - before, "%s", mark + 1);
		}
		event = text_context_parse(line, line + strlen(line), rows[i].width);
		if (event != (mark ? line + before : NULL)) {
			fail_msg("%s: %s", rows[i].line, event ? event : "no context");
		}
	}
}

/* A NUL is no latency mark, though every string ends in one. */
static void test_nul_is_no_mark(void **state)
{
	static const char line[] = "    init-1         0..... 12301us\0: x";

	(void)state;
	assert_null(text_context_parse(line, line + sizeof(line) - 1, 8));
	assert_int_equal(line[33], '\0');
}

static void test_loose(void **state)
{
	static const struct {
		const char *before; /* the event */
		bool ends;
		bool bare;
	} rows[] = {
		{"", true, true},
		{"   ", true, true},
		{"perf   568 [000]    59.816356: ", true, false},
		{"perf   568 [000]    59.816356:          ", true, false},
		{"59.816356: ", true, false}, /* perf script -F time,event,trace */
		{"1234: ", true, false},
		{"x 12301us+: ", true, false},
		{"x 12301us : ", true, false},
		{"x 12301us: ", true, false},
		{"            init       1   0 0 00000000 00000000 [0067af45] 12.192ms "
		 "(+0.056ms): ",
		 true, false},
		{"trace.dat:  ls-521   [000]    35.736748: (+37) ", true, false},
		{"  24)               |  /* ", true, false},
		{"x59.816356: ", false, false}, /* a word that ends in digits */
		{"59.816356 ", false, false},
		{"foo: ", false, false},
		{": ", false, false},
		{"-1.5: ", false, false},
		{"1..5: ", false, false},
		{"us: ", false, false},
		{"  24)               |  ", false, false},
		{"(+37) ", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *line = rows[i].before;
		bool bare = !rows[i].bare;
		bool ends = text_context_ends(line, line + strlen(line), &bare);

		if (ends != rows[i].ends || (ends && bare != rows[i].bare)) {
			fail_msg("'%s': %s%s", line, ends ? "ends" : "does not end",
				 bare ? ", bare" : "");
		}
	}
}

static void test_console(void **state)
{
	static const struct {
		const char *prefix;
		const char *rest;
	} rows[] = {
		{"", "    init-1         0d..2. 29365us : kfree: x"},
		{"[   33.279996] ",
		 "    init-1         0d..2. 29365us : kfree: x"},  /* keeps its blanks */
		{"<0>[   33.279996] ", "CPU:0 [LOST 375 EVENTS]"}, /* dmesg -r */
		{"<0>", "CPU:0 [LOST 375 EVENTS]"},		   /* printk without time */
		{"[   33.279996][    T1] ", "x"},		   /* CONFIG_PRINTK_CALLER */
		{"[   33.279996][   C12] ", "x"},		   /* from an interrupt */
		{"[   33.279996] [    T1] ", "x"},		   /* dmesg of util-linux 2.40 */
		{"[   33.279996@3] ", "x"},			   /* vendors: the CPU */
		{"[   33.279996@C3] ", "x"},
		{"[   33.279996 T1] ", "x"},
		{"[   33.279996]", ""}, /* an empty line */
		{"Jan  2 03:04:05 host kernel: ", "x"},
		{"Jan 12 03:04:05 host kernel: [   33.279996] ", "    init-1         0d..2."},
		/* rsyslog of Debian 12 and newer */
		{"2026-11-22T07:13:00.123456+00:00 host kernel: [   33.279996] ", "x"},
		{"", "2026-11-22T07:13:00.123456+00:00 host sshd[12]: accepted"},
		{"", "[0067af45] x"},
		{"", "[   33] x"},
		{"", "[   33.] x"},
		{"", "[   33.279996 x"},
		{"[   33.279996] ", "[x] y"},
		{"", "[   33.279996 Q1] x"},
		{"", "<idle>-0     [000]"},
		{"", "<12 x"},
		{"", "Jan 12 03:04:05 host sshd[12]: accepted"},
		{"", "[   33.2799"},
		{"", "<"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[256];
		const char *rest;

		snprintf(line, sizeof(line), "%s%s", rows[i].prefix, rows[i].rest);
		rest = text_console_skip(line, line + strlen(line));
		if (rest != line + strlen(rows[i].prefix)) {
			fail_msg("'%s': skipped %d, not %d", line, (int)(rest - line),
				 (int)strlen(rows[i].prefix));
		}
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_strict),
	cmocka_unit_test(test_nul_is_no_mark),
	cmocka_unit_test(test_loose),
	cmocka_unit_test(test_console),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
