/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf.data: the same events from a file, a pipe and the other byte order, in the order of
 * time, with what was lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/input/perf_sample.h"
#include "recording_fixture.h"
#include "trace_source.h"

#define IMAGE_SIZE (64u * 1024u)

/* A recording made piece by piece, in either byte order. */
struct image {
	uint8_t bytes[IMAGE_SIZE];
	size_t size;
	bool is_big;
};

static void put(struct image *image, const void *bytes, size_t size)
{
	assert_true(size <= IMAGE_SIZE - image->size);
	memcpy(image->bytes + image->size, bytes, size);
	image->size += size;
}

static void put_number(struct image *image, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		size_t shift = 8 * (image->is_big ? size - 1 - i : i);
		uint8_t byte = (uint8_t)(value >> shift);

		put(image, &byte, 1);
	}
}

static void put_u16(struct image *image, uint64_t value)
{
	put_number(image, value, 2);
}

static void put_u32(struct image *image, uint64_t value)
{
	put_number(image, value, 4);
}

static void put_u64(struct image *image, uint64_t value)
{
	put_number(image, value, 8);
}

static void put_header(struct image *image, uint32_t type, uint16_t misc, size_t body)
{
	put_u32(image, type);
	put_u16(image, misc);
	put_u16(image, 8 + body);
}

static const char format_alloc[] =
	"name: kmalloc\nID: 7\nformat:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n"
	"\tfield:unsigned long call_site;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:const void * ptr;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:size_t bytes_req;\toffset:24;\tsize:8;\tsigned:0;\n"
	"\tfield:size_t bytes_alloc;\toffset:32;\tsize:8;\tsigned:0;\n\nprint fmt: \"ptr=%p\"\n";
static const char format_free[] = "name: kfree\nID: 8\nformat:\n"
				  "\tfield:const void * ptr;\toffset:16;\tsize:8;\tsigned:0;\n";
static const char format_page[] = "name: mm_page_alloc\nID: 9\nformat:\n"
				  "\tfield:unsigned long pfn;\toffset:16;\tsize:8;\tsigned:0;\n"
				  "\tfield:unsigned int order;\toffset:24;\tsize:8;\tsigned:0;\n"
				  "\tfield:int migratetype;\toffset:32;\tsize:8;\tsigned:1;\n";

static const char format_print[] = "name: print\nID: 5\nformat:\n"
				   "\tfield:char buf[];\toffset:16;\tsize:0;\tsigned:0;\n";

static void put_text(struct image *image, const char *text)
{
	put_u64(image, strlen(text));
	put(image, text, strlen(text));
}

/* The description of the events, as TRACING_DATA holds it. */
static void put_tracing(struct image *image)
{
	const uint8_t order_and_long[] = {image->is_big, 8};

	put(image, "\x17\x08\x44tracing0.6", 14);
	put(image, order_and_long, 2);
	put_u32(image, 4096);
	put(image, "header_page", 12);
	put_text(image, "p");
	put(image, "header_event", 13);
	put_text(image, "e");
	put_u32(image, 1); /* events of ftrace */
	put_text(image, format_print);
	put_u32(image, 1); /* systems */
	put(image, "kmem", 5);
	put_u32(image, 3);
	put_text(image, format_alloc);
	put_text(image, format_free);
	put_text(image, format_page);
	put_u32(image, 0); /* kallsyms */
}

/* IDENTIFIER, TID, TIME, CPU, PERIOD, CALLCHAIN, RAW */
#define SAMPLE_TYPE (1u << 16 | 1u << 1 | 1u << 2 | 1u << 7 | 1u << 8 | 1u << 5 | 1u << 10)

/* Pipe mode: the header, an attribute for each event, id 100 + its config, and the formats. */
static void begin_pipe(struct image *image, bool is_big)
{
	static const uint64_t configs[] = {5, 7, 8, 9};
	size_t size_at;
	size_t before;
	struct image size = {.is_big = is_big};

	*image = (struct image){.is_big = is_big};
	put(image, is_big ? "2ELIFREP" : "PERFILE2", 8);
	put_u64(image, 16);
	for (size_t i = 0; i < sizeof(configs) / sizeof(configs[0]); i++) {
		const uint64_t config = configs[i];

		put_header(image, 64, 0, 64 + 8);
		put_u32(image, 2);
		put_u32(image, 64);
		put_u64(image, config);
		put_u64(image, 1);
		put_u64(image, SAMPLE_TYPE);
		put_u64(image, 0);
		put_u64(image, is_big ? 1ull << (63 - 18) : 1u << 18); /* sample_id_all */
		put_u64(image, 0);
		put_u64(image, 0);
		put_u64(image, 100 + config);
	}
	put_header(image, 66, 0, 4);
	size_at = image->size;
	put_u32(image, 0);
	before = image->size;
	put_tracing(image);
	put_u32(&size, image->size - before);
	memcpy(image->bytes + size_at, size.bytes, 4);
	while ((image->size - before) % 8) {
		put(image, "", 1);
	}
}

struct sample {
	uint64_t config;
	uint64_t time;
	uint64_t period;
	uint64_t pointer;
	uint64_t bytes; /* requested; allocated is twice that */
	uint32_t tid;
	const char *text; /* of a print, up to 7 bytes; instead of the last two */
};

static void put_sample(struct image *image, const struct sample *sample)
{
	char text[24] = "";

	snprintf(text, sizeof(text), "%s", sample->text ? sample->text : "");
	put_header(image, 9, 1, 8 + 8 + 8 + 8 + 8 + 8 + 3 * 8 + 4 + 40 + 4);
	put_u64(image, 100 + sample->config);
	put_u32(image, 1);
	put_u32(image, sample->tid);
	put_u64(image, sample->time);
	put_u32(image, 3); /* CPU */
	put_u32(image, 0);
	put_u64(image, sample->period);
	put_u64(image, 3);
	put_u64(image, (uint64_t)-128);
	put_u64(image, 0xffffffff81000010u);
	put_u64(image, 0xffffffff81000020u);
	put_u32(image, 44);
	put_u16(image, sample->config);
	put(image, "\0\0\0\0\0", 6);
	put_u64(image, 0xffffffff81000030u);
	if (sample->text) {
		put(image, text, sizeof(text));
	} else {
		put_u64(image, sample->pointer);
		put_u64(image, sample->bytes);
		put_u64(image, 2 * sample->bytes);
	}
	put_u32(image, 0);
}

static int read_image(const struct image *image, bool is_pipe, struct recording_sum *ret,
		      struct error *err)
{
	struct trace_source source;
	int result;

	assert_true(trace_source_open(&source, is_pipe, (const char *)image->bytes, image->size));
	result = recording_read(source.path, ret, err);
	trace_source_close(&source);
	return result;
}

static void test_pipe_mode(void **state)
{
	static const struct sample samples[] = {
		{7, 10, 1, 0xffff888000000100u, 100, 0, NULL},
		{8, 20, 1, 0xffff888000000100u, 0, 0, NULL},
		{9, 30, 1, 0, 0, 0, NULL},
		{7, 40, 4, 0xffff888000000200u, 1, 0, NULL},
	};
	struct error err;

	(void)state;
	for (int order = 0; order < 4; order++) {
		static struct image image;
		struct recording_sum sum;

		begin_pipe(&image, order & 1);
		for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
			put_sample(&image, &samples[i]);
		}
		put_header(&image, 2, 0, 16); /* LOST: id, count */
		put_u64(&image, 107);
		put_u64(&image, 5);
		put_header(&image, 13, 0, 8); /* LOST_SAMPLES: more than LOST knew */
		put_u64(&image, 9);
		assert_int_equal(read_image(&image, order & 2, &sum, &err), 1);
		assert_int_equal(sum.facts.slab_event_count, 3);
		assert_int_equal(sum.facts.page_event_count, 1);
		assert_int_equal(sum.free_count, 1);
		assert_int_equal(sum.bytes_req, 101);
		assert_int_equal(sum.bytes_alloc, 202);
		assert_int_equal(sum.pointers, 3 * 0xffff888000000000u + 0x400);
		assert_int_equal(sum.stack_count, 3);
		assert_int_equal(sum.site_count, 1);
		assert_int_equal(sum.facts.cpu_count, 4);
		assert_int_equal(sum.facts.pointer_raw_count, 3);
		assert_int_equal(sum.facts.lost_event_count, 9 + 3);
		assert_false(sum.facts.last_line_cut);
	}
}

/* A record that is not all there: what came before counts, and the verdict hears of it. */
static void test_cut(void **state)
{
	const struct sample sample = {7, 10, 1, 0xffff888000000100u, 100, 0, NULL};
	static struct image image;
	struct recording_sum sum;
	struct error err;

	(void)state;
	begin_pipe(&image, false);
	put_sample(&image, &sample);
	put_sample(&image, &sample);
	image.size -= 9;
	assert_int_equal(read_image(&image, true, &sum, &err), 1);
	assert_int_equal(sum.facts.slab_event_count, 1);
	assert_true(sum.facts.last_line_cut);
}

static void test_damage(void **state)
{
	const struct sample sample = {7, 10, 1, 0xffff888000000100u, 100, 0, NULL};
	static struct image image;
	struct recording_sum sum;
	struct error err;

	(void)state;
	begin_pipe(&image, false);
	put_header(&image, 9, 1, 8); /* of an event nobody described */
	put_u64(&image, 5);
	put_header(&image, 9, 1, 16); /* shorter than its type says */
	put_u64(&image, 107);
	put_u64(&image, 1);
	put_sample(&image, &sample);
	assert_int_equal(read_image(&image, false, &sum, &err), 1);
	assert_int_equal(sum.facts.damaged_count, 2);
	assert_int_equal(sum.facts.slab_event_count, 1);

	put(&image, "\x09\0\0\0\0\0\x07\0", 8); /* a record shorter than its header */
	assert_int_equal(read_image(&image, false, &sum, &err), ERROR_INPUT);
	assert_non_null(strstr(err.text, "damaged"));
}

/* What stands behind a record that is no sample: TID, TIME, CPU, IDENTIFIER. */
static void put_trailer(struct image *image, uint64_t time)
{
	put_u64(image, 0);
	put_u64(image, time);
	put_u64(image, 0);
	put_u64(image, 105);
}

static void put_comm(struct image *image, uint32_t tid, const char *name, uint64_t time)
{
	char text[8] = "";

	snprintf(text, sizeof(text), "%s", name);
	put_header(image, 3, 0, 8 + 8 + 32);
	put_u32(image, 1);
	put_u32(image, tid);
	put(image, text, sizeof(text));
	put_trailer(image, time);
}

static void put_fork(struct image *image, uint32_t tid, uint32_t parent, uint64_t time)
{
	put_header(image, 7, 0, 24 + 32);
	put_u32(image, 1);
	put_u32(image, 1);
	put_u32(image, tid);
	put_u32(image, parent);
	put_u64(image, time);
	put_trailer(image, time);
}

struct part_row {
	struct event_part part;
	uint64_t bytes; /* requested: which allocations are kept */
	uint64_t frees, left_out;
};

static void check_part(const struct image *image, const struct part_row *row)
{
	struct trace_source source;
	struct recording_sum sum;
	struct error err;
	int result;

	assert_true(trace_source_open(&source, false, (const char *)image->bytes, image->size));
	result = recording_read_part(source.path, &row->part, NULL, &sum, &err);
	trace_source_close(&source);
	if (event_part_has_percent(&row->part)) {
		assert_int_equal(result, ERROR_INPUT); /* pipe mode: see golden cases */
		return;
	}
	assert_int_equal(result, 1);
	assert_int_equal(sum.bytes_req, row->bytes);
	assert_int_equal(sum.free_count, row->frees);
	assert_int_equal(sum.left_out_count, row->left_out);
}

/* Parts of a recording whose records come out of order, as its tasks change their names. */
static void test_parts(void **state)
{
	static const struct sample samples[] = {
		{7, 1000, 1, 0xffff888000000100u, 1, 11, NULL},
		{7, 2499, 1, 0xffff888000000200u, 2, 12, NULL},
		{7, 5000, 1, 0xffff888000000300u, 4, 13, NULL},
		{8, 7000, 1, 0xffff888000000100u, 0, 12, NULL},
		{7, 9000, 1, 0xffff888000000400u, 8, 11, NULL},
		{5, 4000, 1, 0, 0, 14, "begin\n"},
		{5, 6000, 1, 0, 0, 14, "end"},
		{9, 8000, 1, 0, 0, 11, NULL},
	};
	static const struct part_row rows[] = {
		{{.from = {.kind = PART_EDGE_TIME, .time_ns = 2000}}, 14, 1, 1},
		/* 2.499 us are printed as 2 */
		{{.to = {.kind = PART_EDGE_TIME, .time_ns = 2000}}, 3, 0, 6},
		{{.to = {.kind = PART_EDGE_TIME, .time_ns = 2001}}, 1, 0, 7},
		{{.from = {.kind = PART_EDGE_PERCENT, .percent = 50}}, 12, 1, 3},
		{{.from = {.kind = PART_EDGE_MARKER, .marker = "begin"}}, 12, 1, 2},
		{{.from = {.kind = PART_EDGE_MARKER, .marker = "begin"},
		  .to = {.kind = PART_EDGE_MARKER, .marker = "end"}},
		 4,
		 0,
		 6},
		{{.has_pid = true, .pid = 11}, 9, 1, 4},
		{{.has_cpu = true, .cpu = 3}, 15, 1, 0},
		{{.has_cpu = true, .cpu = 2}, 0, 1, 7},
		{{.task = "first"}, 1 + 4, 1, 5},
		{{.task = "second"}, 8, 1, 5},
		{{.task = ":12"}, 2, 1, 6},
	};
	static struct image image;

	(void)state;
	begin_pipe(&image, false);
	put_comm(&image, 11, "second", 6500);
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		put_sample(&image, &samples[i]);
	}
	put_fork(&image, 13, 11, 3000);
	put_comm(&image, 11, "first", 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check_part(&image, &rows[i]);
	}
}

/* What stands behind a record that is no sample, of either byte order. */
static void test_trailer(void **state)
{
	(void)state;
	for (int is_big = 0; is_big <= 1; is_big++) {
		struct image attr = {.is_big = is_big};
		struct image record = {.is_big = is_big};
		struct perf_attrs attrs = {0};
		struct perf_trailer trailer;

		put_u32(&attr, 2);
		put_u32(&attr, 64);
		put_u64(&attr, 7);
		put_u64(&attr, 1);
		put_u64(&attr, SAMPLE_TYPE);
		put_u64(&attr, 0);
		put_u64(&attr, is_big ? 1ull << (63 - 18) : 1u << 18);
		put_u64(&attr, 0);
		put_u64(&attr, 0);
		assert_true(perf_attrs_add(&attrs, attr.bytes, is_big));
		put_u64(&record, 77);
		put_u32(&record, 4711); /* process, thread */
		put_u32(&record, 4712);
		put_u64(&record, 123456789);
		put_u32(&record, 5);
		put_u32(&record, 0);
		put_u64(&record, 107);
		trailer = perf_trailer_read(&attrs, record.bytes, record.size, is_big);
		assert_int_equal(trailer.size, 32);
		assert_int_equal(trailer.time, 123456789);
		assert_int_equal(trailer.cpu, 5);
		trailer = perf_trailer_read(&attrs, record.bytes, 31, is_big);
		assert_int_equal(trailer.size, 0);
		perf_attrs_release(&attrs);
	}
}

/* What a reader of page events hears. */
struct heard {
	struct text_page pages[4];
	size_t count, stacks, passed;
};

static bool hear_page(void *context, const struct text_page *page, const struct sink_event *where)
{
	struct heard *heard = context;

	assert_true(heard->count < 4);
	assert_int_equal(where->cpu, 3);
	assert_int_equal(where->pid, 11);
	heard->pages[heard->count++] = *page;
	return true;
}

static bool hear_stack(void *context, uint32_t cpu, const uint64_t *frames, size_t count)
{
	struct heard *heard = context;

	assert_int_equal(cpu, 3);
	assert_int_equal(count, 2);
	assert_int_equal(frames[0], 0xffffffff81000010u);
	heard->stacks++;
	return true;
}

static void hear_pass(void *context, uint32_t cpu)
{
	(void)cpu;
	((struct heard *)context)->passed++;
}

/* Page events with their stacks; a failed one has a frame number of all ones. */
static void test_pages(void **state)
{
	static const struct sample samples[] = {
		{9, 1000, 1, 0x1234, 1, 11, NULL},
		{7, 2000, 1, 0xffff888000000100u, 1, 11, NULL},
		{9, 3000, 1, UINT64_MAX, 3, 11, NULL},
		{9, 4000, 1, 0x1234, TEXT_PAGE_ORDER_MAX + 1, 11, NULL},
	};
	static struct image image;

	(void)state;
	for (int is_big = 0; is_big <= 1; is_big++) {
		struct heard heard = {.count = 0};
		struct page_sink pages = {hear_page, hear_stack, hear_pass, &heard};
		struct trace_source source;
		struct recording_sum sum;
		struct error err;

		begin_pipe(&image, is_big);
		for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
			put_sample(&image, &samples[i]);
		}
		assert_true(
			trace_source_open(&source, false, (const char *)image.bytes, image.size));
		assert_int_equal(recording_read_part(source.path, NULL, &pages, &sum, &err), 1);
		trace_source_close(&source);
		assert_int_equal(heard.count, 3);
		assert_int_equal(heard.stacks, 4); /* that of the slab event too */
		assert_int_equal(heard.passed, 1);
		assert_int_equal(sum.facts.slab_event_count, 1);
		assert_int_equal(sum.facts.page_event_count, 3);
		assert_int_equal(heard.pages[0].kind, TEXT_PAGE_ALLOC);
		assert_int_equal(heard.pages[0].pfn, 0x1234);
		assert_int_equal(heard.pages[0].order, 1);
		assert_int_equal(heard.pages[1].pfn, 0);
		assert_int_equal(heard.pages[2].kind, TEXT_PAGE_DAMAGED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pipe_mode), cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damage),	  cmocka_unit_test(test_trailer),
		cmocka_unit_test(test_parts),	  cmocka_unit_test(test_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
