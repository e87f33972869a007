/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every shape a line of a trace takes, by the kernel or tool that prints it. Lines
 * are those of real captures (lab/formats, FORMATS.md) unless their row says forged
 * or damaged. Bodies have their own test (test_text_payload.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/input/slab_event.h"
#include "analyzer/input/text_line.h"

#define FREE	  "call_site=__fput+0x149/0x2a0 ptr=00000000169c6f22 name=lsm_file_cache"
#define FREE_SITE "__fput+0x149/0x2a0"
#define ALLOC                                                                                      \
	"call_site=__d_alloc+0x2b/0x2a0 ptr=00000000114bac48 bytes_req=192 bytes_alloc=192 "       \
	"gfp_flags=GFP_KERNEL"
#define ALLOC_SITE "__d_alloc+0x2b/0x2a0"

/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): rows read in this order */
struct row {
	const char *why;
	const char *line;
	enum text_line_kind kind;
	const char *site; /* of a slab event */
	unsigned int flags;
};

/* The line in memory of its own size: a sanitizer sees the first byte read behind it. */
static enum text_line_kind decode(const char *line, bool accept_bare, struct text_slab *slab,
				  struct trace_facts *facts, char *site, size_t site_size)
{
	const struct text_line_options options = {.accept_bare = accept_bare};
	size_t length = strlen(line);
	char *copy = malloc(length + 1);
	enum text_line_kind kind;

	assert_non_null(copy);
	copy = realloc(copy, length ? length : 1);
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): lines have no terminator */
	memcpy(copy, line, length);
	*slab = (struct text_slab){0};
	kind = text_line_decode(copy, length, &options, slab, facts);
	if (kind == TEXT_LINE_SLAB) {
		assert_true(slab->site >= copy && slab->site_length < site_size);
		memcpy(site, slab->site, slab->site_length);
		site[slab->site_length] = '\0';
	}
	free(copy);
	return kind;
}

static void check_rows(const struct row *rows, size_t count, bool accept_bare)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		struct trace_facts facts = {0};
		struct text_slab slab;
		char site[256];
		enum text_line_kind kind =
			decode(row->line, accept_bare, &slab, &facts, site, sizeof(site));

		if (kind != row->kind) {
			fail_msg("%s: kind %d, not %d: %s", row->why, kind, row->kind, row->line);
		}
		if (kind == TEXT_LINE_SLAB &&
		    (!row->site || strcmp(site, row->site) != 0 || slab.flags != row->flags)) {
			fail_msg("%s: %s, flags %u: %s", row->why, site, slab.flags, row->line);
		}
	}
}

#define CHECK_ROWS(rows, bare) check_rows(rows, sizeof(rows) / sizeof((rows)[0]), bare)

static const struct row context_rows[] = {
	{"2.6.3x prints no flags", "  gnome-terminal-1567  [000]  4415.246466: kfree: " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"3.6: five columns of PID, four flags",
	 "            init-1     [000] .N..     0.150000: kmalloc: " ALLOC, TEXT_LINE_SLAB,
	 ALLOC_SITE, 0},
	{"5.10: seven columns of PID",
	 "            init-1       [000] ....     2.238939: kmalloc: " ALLOC, TEXT_LINE_SLAB,
	 ALLOC_SITE, 0},
	{"5.15: migrate-disable is a fifth flag",
	 "            init-1       [000] .....     2.912608: kmem_cache_free: " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE | SLAB_EVENT_CACHE},
	{"6.1-rt: seven flags",
	 "          rcuc/0-19      [000] b....12     1.805860: kmem_cache_free: " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE | SLAB_EVENT_CACHE},
	{"7.3: lazy rescheduling is B and L",
	 "            init-1       [000] dBs1.     2.912608: kfree: " FREE, TEXT_LINE_SLAB,
	 FREE_SITE, SLAB_EVENT_FREE},
	{"each letter a flag can be",
	 "            init-1       [000] XLZfF     2.912608: kfree: " FREE, TEXT_LINE_SLAB,
	 FREE_SITE, SLAB_EVENT_FREE},
	{"a depth of preemption is a digit",
	 "          <idle>-0       [001] dNh21    12.912608: kfree: " FREE, TEXT_LINE_SLAB,
	 FREE_SITE, SLAB_EVENT_FREE},
	{"a letter that is no flag",
	 "            init-1       [000] ..q..     2.912608: kfree: " FREE, TEXT_LINE_SLAB,
	 FREE_SITE, SLAB_EVENT_FREE},
	{"irq-info off", "            init-1       [000]     4.420546: kmem_cache_alloc: " ALLOC,
	 TEXT_LINE_SLAB, ALLOC_SITE, SLAB_EVENT_CACHE},
	{"record-tgid, before [CPU]",
	 "            init-1       (      1) [000] .....     4.420546: kfree: " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"record-tgid, unknown",
	 "          <idle>-0       (-------) [000] .....     4.420546: kfree: " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"record-tgid after [CPU]",
	 "            init-1     [000] (    1) ....     4.420546: kfree: " FREE, TEXT_LINE_SLAB,
	 FREE_SITE, SLAB_EVENT_FREE},
	{"Android: two blanks behind the flags",
	 "          <idle>-0     (-----) [002] dn.1  1507.655129: kfree: " FREE, TEXT_LINE_SLAB,
	 FREE_SITE, SLAB_EVENT_FREE},
	{"record-tgid without irq-info",
	 "            init-1       (      1) [000]     4.420546: kfree: " FREE, TEXT_LINE_SLAB,
	 FREE_SITE, SLAB_EVENT_FREE},
	{"clock counter: a time without a dot",
	 "            init-1       [000] .....            4: kmem_cache_free: " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE | SLAB_EVENT_CACHE},
	{"clock x86-tsc", "            init-1       [000] ..... 20305861539: kfree: " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"clock tai: ten digits of seconds",
	 "            init-1       [000] ..... 1795308412.760411: kfree: " FREE, TEXT_LINE_SLAB,
	 FREE_SITE, SLAB_EVENT_FREE},
	{"latency-format: CPU and flags are one word",
	 "    init-1         0..... 12301us+: kmem_cache_free: " FREE, TEXT_LINE_SLAB, FREE_SITE,
	 SLAB_EVENT_FREE | SLAB_EVENT_CACHE},
	{"latency-format: no mark", "    init-1         0d..2. 29365us : kfree: " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"latency-format: the longest mark is a sign",
	 "    init-1         0d..2. 29365us$: kfree: " FREE, TEXT_LINE_SLAB, FREE_SITE,
	 SLAB_EVENT_FREE},
	{"latency-format with clock counter", "    init-1         0.....    4: kfree: " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"latency-format, CPU of three digits", "    init-123456 101d..2. 29365us!: kfree: " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"latency-format with verbose",
	 "            init       1   0 0 00000000 00000000 [0067af45] 12.192ms (+0.056ms): "
	 "kfree: " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"a command that is not padded (a book's ARM log)",
	 " cat-382   [000] ...1  2935.586706: kfree: " FREE, TEXT_LINE_SLAB, FREE_SITE,
	 SLAB_EVENT_FREE},
	{"function graph: an event is a comment", "  24)               |  /* kfree: " FREE " */",
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"function graph: a page event",
	 "  24)               |  /* mm_page_alloc: page=0000000000000000 pfn=0 order=9 "
	 "migratetype=1 gfp_flags=GFP_NOWARN */",
	 TEXT_LINE_PAGE, NULL, 0},
};

static void test_contexts(void **state)
{
	(void)state;
	CHECK_ROWS(context_rows, false);
}

static const struct row tool_rows[] = {
	{"trace-cmd report: padded event, the plugin's function in front",
	 "              ls-521   [000]    35.736748: kmem_cache_free:      "
	 "(__fput+0x149) " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE | SLAB_EVENT_CACHE},
	{"trace-cmd report -N: without the plugin",
	 "              ls-521   [000]    35.736748: kfree:                " FREE, TEXT_LINE_SLAB,
	 FREE_SITE, SLAB_EVENT_FREE},
	{"trace-cmd report -t: nanoseconds",
	 "              ls-521   [000]    35.736748123: kfree:                "
	 "(x+0x1) " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"trace-cmd report -l",
	 "      ls-521     0.....    35.736748: kfree:                (x+0x1) " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"trace-cmd report -l cuts the command at eight bytes",
	 "trace-cm-575     0.....    35.736748: kfree:                (x+0x1) " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"trace-cmd report --ts-diff",
	 "              ls-521   [000]    35.736748: (+37)    kfree:                "
	 "(x+0x1) " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"newer trace-cmd: flags",
	 "     sleep-89142 [001] ..... 162573.219401: kfree:               (x+0x1) " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"trace-cmd report of several files",
	 "trace.dat:               ls-521   [000]    35.736748: kfree:                "
	 "(x+0x1) " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"trace-cmd report of several files, --ts-diff",
	 "guest:               ls-521   [000]    35.736748: (+1204) kfree:               "
	 "(x+0x1) " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"trace-cmd's stack of the event above",
	 "              ls-65    [001]    11.040181: kernel_stack:         <stack trace >",
	 TEXT_LINE_STACK, NULL, 0},
	{"trace-cmd's frames", "=> alloc_bprm (ffffffffa976ce42)", TEXT_LINE_STACK, NULL, 0},
	{"trace-cmd's first line", "cpus=2", TEXT_LINE_COMMENT, NULL, 0},
	{"trace-cmd's first line, 2.x", "version = 6", TEXT_LINE_COMMENT, NULL, 0},
	{"trace-cmd: nothing on a CPU", "CPU 1 is empty", TEXT_LINE_COMMENT, NULL, 0},
	{"almost trace-cmd's first line", "cpus=2x", TEXT_LINE_FOREIGN, NULL, 0},
	{"perf script: blanks where the dash would be",
	 "            perf   562 [000]    55.705131:          kmem:kfree: " FREE, TEXT_LINE_SLAB,
	 FREE_SITE, SLAB_EVENT_FREE},
	{"perf script: pid/tid",
	 "            perf   562/562   [000]    55.705131:   kmem:kmem_cache_free: " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE | SLAB_EVENT_CACHE},
	{"perf script -g: the command is not padded",
	 "perf   568 [000]    59.816356: kmem:kmalloc: " ALLOC, TEXT_LINE_SLAB, ALLOC_SITE, 0},
	{"perf script --ns", "perf   568 [000]    59.816356789: kmem:kmalloc: " ALLOC,
	 TEXT_LINE_SLAB, ALLOC_SITE, 0},
	{"perf script -F +period: between the time and the event",
	 "            perf   562 [000]    55.705131:          1          kmem:kfree: " FREE,
	 TEXT_LINE_SLAB, FREE_SITE, SLAB_EVENT_FREE},
	{"perf script -F cpu,event,trace", "[000]          kmem:kfree: " FREE, TEXT_LINE_SLAB,
	 FREE_SITE, SLAB_EVENT_FREE},
	{"perf script -F comm,pid,tid,event,trace",
	 "            perf   562/562          kmem:kfree: " FREE, TEXT_LINE_SLAB, FREE_SITE,
	 SLAB_EVENT_FREE},
	{"text with a perf event in it, behind a colon", "note: the line kmem:kfree: " FREE,
	 TEXT_LINE_FOREIGN, NULL, 0},
	{"perf script on ppc64, a command with a dash",
	 "jbd2/dm-3-8  7666 [000]  4666.621521: kmem:kmalloc: " ALLOC, TEXT_LINE_SLAB, ALLOC_SITE,
	 0},
	{"perf trace of 2.6.3x", "perf-2204  [000]   147.376774: kmalloc: " ALLOC, TEXT_LINE_SLAB,
	 ALLOC_SITE, 0},
	{"perf script -g: a frame", "\tffffffff8f365b23 kfree+0xa3 ([kernel.kallsyms])",
	 TEXT_LINE_STACK, NULL, 0},
	{"perf script -g: a frame of user space",
	 "\t           ee137 sched_setaffinity@@GLIBC_2.3.4+0x7 (/lib/libc.so.6)", TEXT_LINE_STACK,
	 NULL, 0},
	{"perf trace of 6.1: the lower half of the address, signed",
	 "     0.000 ls/596 kmem:kmalloc(call_site: -1452862324, ptr: 0xff200e91c5170000, "
	 "bytes_req: 4096, bytes_alloc: 8192, gfp_flags: 3264, node: 4294967295)",
	 TEXT_LINE_SLAB, "0xffffffffa967148c", 0},
	{"perf trace: zeros are left out, a name in quotes",
	 "     0.000 ls/596 kmem:kmem_cache_free(call_site: -1452862324, name: \"a, (b\")",
	 TEXT_LINE_SLAB, "0xffffffffa967148c", SLAB_EVENT_FREE | SLAB_EVENT_CACHE},
	{"perf trace of a 32-bit kernel",
	 "     0.000 ls/596 kmem:kfree(call_site: -1056897236, ptr: 0xc1283900)", TEXT_LINE_SLAB,
	 "0xc101072c", SLAB_EVENT_FREE},
	{"perf trace, cut",
	 "     0.000 ls/596 kmem:kmalloc(call_site: -1452862324, ptr: 0xff200e91",
	 TEXT_LINE_DAMAGED, NULL, 0},
	{"perf trace, a page event", "     0.000 ls/596 kmem:mm_page_alloc(pfn: 5, order: 1)",
	 TEXT_LINE_PAGE, NULL, 0},
	{"perf report is a histogram of its own",
	 "     0.08%  call_site=ffffffff851d0cb0 ptr=0xffff8c04a4ca0000 bytes_req=10176 "
	 "bytes_alloc=16384",
	 TEXT_LINE_FOREIGN, NULL, 0},
};

static void test_tools(void **state)
{
	(void)state;
	CHECK_ROWS(tool_rows, false);
}

/* A command is 15 bytes of anything; what it looks like must not matter. */
static void test_commands(void **state)
{
	static const char *const commands[] = {
		"<idle>",
		"<...>",
		"<XXX>",
		"par(2)",
		"d.o.t",
		" a: b: kmalloc: ",
		" lead",
		"k=v",
		"tr ",
		"-12",
		"#hash",
		"test:.sh",
		"1: kfree: x=1",
		"12.5: kfree: ",
		"[000] 1.0:",
		"/* kfree: */",
		"kworker/u16:3-e",
		"CPU:0 [LOST 5]",
		"=> foo",
		"<stack trace>",
		"\t\x1b[1m",
		"\xc3\xa9t\xc3\xa9",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		struct trace_facts facts = {0};
		struct text_slab slab;
		char line[512];
		char site[256];

		/* %16.16s: " a: b: kmalloc: " is the longest there can be */
		snprintf(line, sizeof(line),
			 "%16.16s-418     [000] .....     7.417996: kmem_cache_alloc: " ALLOC,
			 commands[i]);
		if (decode(line, false, &slab, &facts, site, sizeof(site)) != TEXT_LINE_SLAB ||
		    slab.flags != SLAB_EVENT_CACHE || strcmp(site, ALLOC_SITE) != 0 ||
		    facts.lost_notice_count || facts.console_prefix_count) {
			fail_msg("command '%s'", commands[i]);
		}
	}
}

static const struct row other_rows[] = {
	{"header", "# tracer: nop", TEXT_LINE_COMMENT, NULL, 0},
	{"header: column titles", "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION",
	 TEXT_LINE_COMMENT, NULL, 0},
	{"a blank line says nothing", "", TEXT_LINE_COMMENT, NULL, 0},
	{"blanks only", "     ", TEXT_LINE_COMMENT, NULL, 0},
	{"buffer started", "##### CPU 1 buffer started ####", TEXT_LINE_BUFFER_STARTED, NULL, 0},
	{"some other title", "##### CPU 1", TEXT_LINE_COMMENT, NULL, 0},
	{"losses", "CPU:0 [LOST 1833 EVENTS]", TEXT_LINE_LOST, NULL, 0},
	{"losses, number unknown", "CPU:0 [LOST EVENTS]", TEXT_LINE_LOST, NULL, 0},
	{"trace-cmd's losses", "CPU:12 [77 EVENTS DROPPED]", TEXT_LINE_LOST, NULL, 0},
	{"trace-cmd's losses, number unknown", "CPU:12 [EVENTS DROPPED]", TEXT_LINE_LOST, NULL, 0},
	{"trace-cmd's subbuffers", "CPU:3 [SUBBUFFER START]", TEXT_LINE_COMMENT, NULL, 0},
	{"half a notice of losses", "CPU:0 [LOST 18", TEXT_LINE_FOREIGN, NULL, 0},
	{"stack", "            init-1       [000] .....     6.871251: <stack trace>",
	 TEXT_LINE_STACK, NULL, 0},
	{"user stack", "            init-1       [000] .....     5.064324: <user stack trace>",
	 TEXT_LINE_STACK, NULL, 0},
	{"frame", " => kmem_cache_free", TEXT_LINE_STACK, NULL, 0},
	{"frame with sym-offset and sym-addr", " => kmem_cache_free+0x254/0x310 <ffffffffa972a8b4>",
	 TEXT_LINE_STACK, NULL, 0},
	{"frame without an address", " => 0", TEXT_LINE_STACK, NULL, 0},
	{"user frame", " =>  <000000000047bc67>", TEXT_LINE_STACK, NULL, 0},
	{"user frame with sym-userobj", " => /bin/busybox[+0x7ac67]", TEXT_LINE_STACK, NULL, 0},
	{"page event",
	 "            init-1       [000] ....     2.835562: mm_page_alloc: "
	 "page=ffffee2140a12a00 pfn=165032 order=1 migratetype=0 gfp_flags=GFP_KERNEL",
	 TEXT_LINE_PAGE, NULL, 0},
	{"2.6.33's page event",
	 "  gnome-terminal-1567  [000]  4415.246466: mm_page_free_direct: "
	 "page=ffffea0003db9f40 pfn=1155800 order=0",
	 TEXT_LINE_PAGE, NULL, 0},
	{"rss_stat",
	 "            init-1       [000] ...1.     4.301102: rss_stat: mm_id=3148453692 "
	 "curr=0 type=MM_ANONPAGES size=8192B",
	 TEXT_LINE_PAGE, NULL, 0},
	{"6.16's keys hold blanks",
	 "            init-1       [000] ...1.     4.301102: mm_setup_per_zone_wmarks: "
	 "node_id=0 zone name=DMA watermark min=1 low=2 high=3 promo=4",
	 TEXT_LINE_PAGE, NULL, 0},
	{"another group's event",
	 "            init-1       [000] d..2.     4.301102: sched_switch: prev_comm=a ==> "
	 "next_comm=b",
	 TEXT_LINE_OTHER, NULL, 0},
	{"a function tracer's entry",
	 "            init-1       [000] d..2.     4.301102: kfree <-__fput", TEXT_LINE_OTHER, NULL,
	 0},
	{"an event whose number has no name",
	 "            init-1       [000] d..2.     4.301102: Unknown type 123", TEXT_LINE_OTHER,
	 NULL, 0},
	{"trace option raw", "1 0 6071099546 type: 550", TEXT_LINE_PAYLOAD_FREE, NULL, 0},
	{"trace option hex", "00000001 00000000 000000012638875d type: 624", TEXT_LINE_PAYLOAD_FREE,
	 NULL, 0},
	{"hist trigger",
	 "{ call_site: [ffffffffa8e7d9f8] seq_read_iter+0x388/0x460 } hitcount:          2 "
	 " bytes_req:       8192  bytes_alloc:       8192",
	 TEXT_LINE_HISTOGRAM, NULL, 0},
	{"kmemtrace, before 2.6.31",
	 "type_id 0 call_site 18446744071565585597 ptr 18446612134405955584 bytes_req 4096 "
	 "bytes_alloc 4096 gfp_flags 208 node -1",
	 TEXT_LINE_FOREIGN, NULL, 0},
	{"printk", "[   12.345678] EXT4-fs (sda1): mounted filesystem", TEXT_LINE_FOREIGN, NULL, 0},
	{"printk that names an event", "[   12.345678] myriad: kfree: 12 objects",
	 TEXT_LINE_FOREIGN, NULL, 0},
	{"shell prompt", "root@host:~# cat /sys/kernel/tracing/trace", TEXT_LINE_FOREIGN, NULL, 0},
};

static void test_other_lines(void **state)
{
	(void)state;
	CHECK_ROWS(other_rows, false);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_contexts),
	cmocka_unit_test(test_tools),
	cmocka_unit_test(test_commands),
	cmocka_unit_test(test_other_lines),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
