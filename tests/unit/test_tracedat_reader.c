/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace.dat: real ones, and what is left of them when bytes are cut off or turned over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/input/kmem_format.h"
#include "analyzer/input/tracedat_kallsyms.h"
#include "recording_fixture.h"
#include "test_paths.h"
#include "trace_source.h"

#define FILE_MAX (64u * 1024u)

static size_t load(const char *name, char *ret)
{
	char path[512];
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "%s/recordings/%s", TA_TESTDATA, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	size = fread(ret, 1, FILE_MAX, file);
	fclose(file);
	assert_true(size > 0 && size < FILE_MAX);
	return size;
}

static int read_bytes(const char *bytes, size_t size, bool is_pipe, struct recording_sum *ret,
		      struct error *err)
{
	struct trace_source source;
	int result;

	assert_true(trace_source_open(&source, is_pipe, bytes, size));
	result = recording_read(source.path, ret, err);
	trace_source_close(&source);
	return result;
}

/* trace-cmd report prints 95 allocations of them, 190 frees and 32 page events. */
static void test_versions(void **state)
{
	static const char *const names[] = {"trace.dat", "trace-v6.dat", "trace-zlib.dat"};
	static char bytes[FILE_MAX];
	struct error err;

	(void)state;
	for (int i = 0; i < 6; i++) {
		size_t size = load(names[i / 2], bytes);
		struct recording_sum sum;

		assert_int_equal(read_bytes(bytes, size, i % 2, &sum, &err), 1);
		assert_int_equal(sum.facts.slab_event_count, 285);
		assert_int_equal(sum.free_count, 190);
		assert_int_equal(sum.facts.page_event_count, 32);
		assert_int_equal(sum.bytes_alloc, 181480);
		assert_int_equal(sum.site_count, 27);
		assert_int_equal(sum.facts.cpu_count, 1);
	}
}

static void test_kallsyms(void **state)
{
	static const char *const names[] = {"trace.dat", "trace-v6.dat"};
	static char bytes[FILE_MAX];

	(void)state;
	for (int i = 0; i < 2; i++) {
		size_t size = load(names[i], bytes);
		size_t text_size;
		char *text = tracedat_kallsyms((const uint8_t *)bytes, size, &text_size);

		assert_non_null(text);
		assert_non_null(memmem(text, text_size, " T alloc_pipe_info\n", 19));
		free(text);
	}
}

/* Whatever happens to the file happens in another process: here it is an error or less. */
static void test_damage(void **state)
{
	static char bytes[FILE_MAX];
	static char damaged[FILE_MAX];
	size_t size = load("trace.dat", bytes);
	unsigned int seed = 7;

	(void)state;
	for (int i = 0; i < 40; i++) {
		struct recording_sum sum;
		struct error err = {0};
		size_t length = size;
		int result;

		memcpy(damaged, bytes, size);
		for (int turned = 0; turned < 1 + i % 4; turned++) {
			seed = seed * 1103515245u + 12345u;
			size_t place = 10 + (seed >> 8) % (size - 10);
			unsigned int byte = (unsigned char)damaged[place] ^ 1u << seed % 8;

			memcpy(&damaged[place], &(unsigned char){(unsigned char)byte}, 1);
		}
		if (i % 3 == 0) {
			length = 10 + (seed >> 4) % (size - 10);
		}
		result = read_bytes(damaged, length, false, &sum, &err);
		assert_true(result == 1 || (result == ERROR_INPUT && err.text[0]));
	}
}

/* The fields of 32-bit and 64-bit kernels, and formats that lack what an account needs. */
static void test_format(void **state)
{
	static const char text[] =
		"name: kmem_cache_alloc_node\nID: 321\nformat:\n"
		"\tfield:unsigned long call_site;\toffset:8;\tsize:4;\tsigned:0;\n"
		"\tfield:const void * ptr;\toffset:12;\tsize:4;\tsigned:0;\n"
		"\tfield:__data_loc char[] name;\toffset:16;\tsize:4;\tsigned:1;\n"
		"\tfield:size_t bytes_req;\toffset:20;\tsize:4;\tsigned:0;\n"
		"\tfield:size_t bytes_alloc;\toffset:24;\tsize:4;\tsigned:0;\n";
	static const uint8_t record[] = {0x41, 1, 0, 0, 0, 0, 0, 0, 0xc1, 2, 3, 4, 0xc8, 0,
					 0,    8, 0, 0, 0, 0, 0, 0, 0,	  9, 0, 0, 1,	 0};
	struct kmem_format format;
	struct sink_event event;

	(void)state;
	assert_true(kmem_format_parse("kmem", text, strlen(text), &format));
	assert_int_equal(format.id, 321);
	assert_int_equal(format.flags, SLAB_EVENT_CACHE);
	assert_true(kmem_record_decode(&format, record, sizeof(record), true, &event));
	assert_int_equal(event.call_site, 0xc1020304);
	assert_int_equal(event.pointer, 0xc8000008);
	assert_int_equal(event.bytes_req, 9);
	assert_int_equal(event.bytes_alloc, 256);
	assert_false(kmem_record_decode(&format, record, sizeof(record) - 1, true, &event));
	/* another system's event of that name is no slab event */
	assert_true(kmem_format_parse("other", text, strlen(text), &format));
	assert_int_equal(format.kind, KMEM_OTHER);
	/* without the last line there is no bytes_alloc */
	assert_false(kmem_format_parse("kmem", text, strlen(text) - 60, &format));
}

/* What was written to trace_marker, with the newline or without, cut or whole. */
static void test_marker(void **state)
{
	static const char text[] = "name: print\nID: 5\nformat:\n"
				   "\tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;\n"
				   "\tfield:char buf[];\toffset:16;\tsize:0;\tsigned:0;\n";
	static uint8_t record[16 + 2 * SINK_MARKER_MAX];
	struct kmem_format format;
	const char *found;

	(void)state;
	assert_true(kmem_format_parse("ftrace", text, strlen(text), &format));
	assert_int_equal(format.kind, KMEM_MARKER);
	memcpy(record + 16, "begin\n", 7);
	assert_int_equal(kmem_marker_text(&format.text, record, 16 + 7, &found), 5);
	assert_memory_equal(found, "begin", 5);
	assert_int_equal(kmem_marker_text(&format.text, record, 16 + 4, &found), 4);
	assert_int_equal(kmem_marker_text(&format.text, record, 16, &found), 0);
	assert_int_equal(kmem_marker_text(&format.text, record, 3, &found), 0);
	memset(record + 16, 'x', 2 * SINK_MARKER_MAX);
	assert_int_equal(kmem_marker_text(&format.text, record, sizeof(record), &found),
			 SINK_MARKER_MAX);
	assert_true(kmem_format_parse("kmem", text, strlen(text), &format));
	assert_int_equal(format.kind, KMEM_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions), cmocka_unit_test(test_kallsyms),
		cmocka_unit_test(test_damage),	 cmocka_unit_test(test_format),
		cmocka_unit_test(test_marker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
