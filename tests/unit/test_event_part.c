/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When and where an event was, and which lines a part of a trace keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "analyzer/input/event_part.h"
#include "analyzer/input/text_where.h"

static const struct {
	const char *line;
	uint64_t time_ns; /* 0: no context */
	uint32_t cpu;
	uint64_t pid;
	const char *task;
} wheres[] = {
	{"            init-1       [003] .....     1.748232: kfree: x", 1748232000, 3, 1, "init"},
	{"            init-1       [000]  1.5: kfree: x", 1500000000, 0, 1, "init"},
	{" a: b: kmalloc: -418     [000] ....    7.4: kfree: x", 7400000000, 0, 418,
	 "a: b: kmalloc:"},
	{"             cat-179     (  179) [001] d...     3.19: kfree: x", 3190000000, 1, 179,
	 "cat"},
	{"            perf   562 [012]    55.705131501:          kmem:kfree: x", 55705131501, 12,
	 562, "perf"},
	{"    init-1         0d..2. 29365us : kfree: x", 29365000, 0, 1, "init"},
	{"[   33.28]     init-1         1..... 12us+: kfree: x", 12000, 1, 1, "init"},
	{"            init-1       [000] .....            4: kfree: x", 4000000000, 0, 1, "init"},
	{"# tracer: nop", 0, 0, 0, NULL},
	{" => kmem_cache_free", 0, 0, 0, NULL},
	{"kfree: call_site=1 ptr=2", 0, 0, 0, NULL},
	{"CPU:1 [LOST 7 EVENTS]", 0, 0, 0, NULL},
};

static void test_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wheres) / sizeof(wheres[0]); i++) {
		const char *end = wheres[i].line + strlen(wheres[i].line);
		struct text_where where;

		if (!wheres[i].task) {
			assert_false(text_where_get(wheres[i].line, end, &where));
			continue;
		}
		assert_true(text_where_get(wheres[i].line, end, &where));
		assert_int_equal(where.time_ns, wheres[i].time_ns);
		assert_int_equal(where.cpu, wheres[i].cpu);
		assert_int_equal(where.pid, wheres[i].pid);
		assert_int_equal(where.task_length, strlen(wheres[i].task));
		assert_memory_equal(where.task, wheres[i].task, where.task_length);
		assert_non_null(strstr(where.event, "kfree: x"));
		assert_true(strlen(where.event) <= strlen("kmem:kfree: x"));
	}
}

/* Text in pieces of some size: lines run over their borders. */
struct pieces {
	struct byte_source source;
	const char *text;
	size_t step;
};

static int pieces_next(struct byte_source *source, const char **ret, size_t *ret_size,
		       struct error *err)
{
	struct pieces *pieces = (struct pieces *)source;
	size_t left = strlen(pieces->text);

	(void)err;
	*ret = pieces->text;
	*ret_size = left < pieces->step ? left : pieces->step;
	pieces->text += *ret_size;
	return left > 0;
}

#define A     "            init-1       [000] .....     1.000000: kmalloc: a\n"
#define STACK "            init-1       [000] .....     1.000001: <stack trace>\n => f\n => g\n"
#define MARK  "              sh-7       [001] .....     2.000000: tracing_mark_write: begin test\n"
#define B     "              sh-7       [001] .....     2.500000: kmalloc: b\n"
#define F     "            init-1       [000] .....     3.000000: kfree: f\n"
#define LOST  "CPU:1 [LOST 7 EVENTS]\n"
#define END   "              sh-7       [001] .....     4.000000: tracing_mark_write: end test\n"
#define C     "              sh-8       [001] .....     5.000000: kmalloc: c"
#define ALL   "# tracer: nop\n" A STACK MARK B F LOST END C

static void test_parts(void **state)
{
	static const struct {
		struct event_part part;
		const char *kept;
		uint64_t left_out;
	} rows[] = {
		{{.to = {.kind = PART_EDGE_TIME, .time_ns = 6000000000}}, ALL, 0},
		{{.from = {.kind = PART_EDGE_TIME, .time_ns = 2500000000}},
		 "# tracer: nop\n" B F LOST END C,
		 3},
		{{.to = {.kind = PART_EDGE_TIME, .time_ns = 2500000000}},
		 "# tracer: nop\n" A STACK MARK B LOST,
		 3},
		{{.from = {.kind = PART_EDGE_MARKER, .marker = "begin"},
		  .to = {.kind = PART_EDGE_MARKER, .marker = "end"}},
		 "# tracer: nop\n" MARK B F LOST,
		 4},
		{{.has_cpu = true, .cpu = 1}, "# tracer: nop\n" MARK B F LOST END C, 2},
		{{.has_pid = true, .pid = 8}, "# tracer: nop\n" F LOST C, 5},
		{{.task = "init"}, "# tracer: nop\n" A STACK F LOST, 4},
	};

	(void)state;
	for (size_t i = 0; i < 3 * sizeof(rows) / sizeof(rows[0]); i++) {
		static const size_t steps[] = {1, 50, 100000};
		struct pieces pieces = {{pieces_next}, ALL, steps[i % 3]};
		const char *expected = rows[i / 3].kept;
		struct part_source layer;
		struct error err;
		const char *block;
		size_t size;

		assert_int_equal(part_source_init(&layer, &pieces.source, &rows[i / 3].part, &err),
				 0);
		while (byte_source_next(&layer.source, &block, &size, &err) > 0) {
			assert_true(size <= strlen(expected));
			assert_memory_equal(block, expected, size);
			expected += size;
		}
		assert_string_equal(expected, "");
		assert_int_equal(layer.filter.left_out_count, rows[i / 3].left_out);
		assert_int_equal(part_filter_check(&layer.filter, &err), 0);
		part_source_release(&layer);
	}
}

static void test_percent(void **state)
{
	static const char head[] = "# tracer: nop\n" A;
	static const char tail[] = "cut line\n" F END;
	struct event_part part = {.from = {.kind = PART_EDGE_PERCENT, .percent = 50},
				  .to = {.kind = PART_EDGE_PERCENT, .percent = 100}};

	(void)state;
	assert_false(event_part_resolve(&part, head, 5, tail, sizeof(tail) - 1));
	assert_true(event_part_resolve(&part, head, sizeof(head) - 1, tail, sizeof(tail) - 1));
	assert_int_equal(part.from.kind, PART_EDGE_TIME);
	assert_int_equal(part.from.time_ns, 2500000000);
	assert_int_equal(part.to.time_ns, 4000000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_where),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_percent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
