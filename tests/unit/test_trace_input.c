/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chunks of a file and of a pipe: every line in exactly one of them, whole, in order,
 * wherever the borders of the chunks fall.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/input/text_decoder.h"
#include "analyzer/input/trace_facts.h"
#include "analyzer/input/trace_input.h"
#include "trace_source.h"

enum { CHUNK = TRACE_CHUNK_SIZE };

/* Reads all of it; checks that chunks follow each other and end at lines; joins them. */
static void read_all(bool is_pipe, const char *text, size_t length, char *joined,
		     size_t *ret_length, uint64_t *ret_overlong)
{
	struct trace_source source;
	struct trace_input input;
	struct trace_chunk chunk;
	struct error err;
	uint64_t index = 0;
	uint64_t position = 0;

	assert_true(trace_source_open(&source, is_pipe, text, length));
	assert_int_equal(trace_input_open(source.path, &input, &err), 0);
	assert_int_equal(input.is_stream, is_pipe || length == 0);
	assert_true(trace_chunk_init(&chunk));
	*ret_length = 0;
	*ret_overlong = 0;
	while (trace_input_claim(&input, &chunk, &err) == 1) {
		assert_int_equal(chunk.index, index++);
		assert_int_equal(trace_input_fill(&input, &chunk, &err), 0);
		if (chunk.length > 0) {
			assert_true(chunk.offset >= position &&
				    chunk.offset + chunk.length <= length);
			assert_memory_equal(chunk.text, text + chunk.offset, chunk.length);
			position = chunk.offset + chunk.length;
			assert_int_equal(chunk.text[chunk.length], '\n'); /* sealed */
			assert_true(chunk.text[chunk.length - 1] == '\n' ||
				    chunk.offset + chunk.length == length);
		}
		memcpy(joined + *ret_length, chunk.text, chunk.length);
		*ret_length += chunk.length;
		*ret_overlong += chunk.overlong_lines;
	}
	trace_chunk_release(&chunk);
	trace_input_close(&input);
	trace_source_close(&source);
}

static void check_whole(const char *why, const char *text, size_t length)
{
	char *joined = malloc(length + 1);

	assert_non_null(joined);
	for (int is_pipe = 0; is_pipe <= 1; is_pipe++) {
		size_t got;
		uint64_t overlong;

		read_all(is_pipe != 0, text, length, joined, &got, &overlong);
		if (got != length || overlong != 0 || memcmp(joined, text, length) != 0) {
			fail_msg("%s (%s): %d bytes of %d", why, is_pipe ? "pipe" : "file",
				 (int)got, (int)length);
		}
	}
	free(joined);
}

/* Lines of 100 bytes; a newline at each position around the border of two chunks. */
static void test_borders(void **state)
{
	const size_t length = (size_t)2 * CHUNK + 5000;
	char *text = malloc(length);

	(void)state;
	assert_non_null(text);
	for (size_t shift = 0; shift < 110; shift += shift < 6 || shift > 94 ? 1 : 11) {
		for (size_t i = 0; i < length; i++) {
			text[i] = (i + shift) % 100 == 0 ? '\n' : 'x';
		}
		check_whole("a newline near the border", text, length);
		check_whole("the input ends at a chunk's border", text, CHUNK);
		check_whole("... and one byte behind it", text, CHUNK + 1);
	}
	free(text);
}

static void test_shapes(void **state)
{
	const size_t length = (size_t)3 * TRACE_LINE_MAX;
	char *text = malloc(length);

	(void)state;
	assert_non_null(text);
	check_whole("one line without a newline", "x", 1);
	check_whole("one newline", "\n", 1);
	memset(text, '\n', length);
	check_whole("nothing but newlines", text, length);
	memset(text, 'x', length);
	text[10] = '\n';
	check_whole("a line over several chunks, cut at the end", text, TRACE_LINE_MAX);
	text[11 + TRACE_LINE_MAX] = '\n';
	text[12 + TRACE_LINE_MAX] = '\n';
	check_whole("the longest line there may be", text, 13 + TRACE_LINE_MAX);
	memset(text, '\0', length);
	text[300] = '\n';
	check_whole("NULs", text, TRACE_LINE_MAX);
	free(text);
}

/* A line far over the limit is left out; its neighbours stay, in any chunk. */
static void test_overlong(void **state)
{
	static const size_t begins[] = {0, 1, 5000, CHUNK - 1, CHUNK, CHUNK + 1};
	const size_t capacity = (size_t)2 * CHUNK + (size_t)4 * TRACE_LINE_MAX;
	char *text = malloc(capacity);
	char *joined = malloc(capacity);

	(void)state;
	assert_true(text && joined);
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]) * 4; i++) {
		bool is_pipe = (i & 1) != 0;
		bool ends = (i & 2) != 0; /* the input ends inside it */
		size_t begin = begins[i / 4];
		size_t end = begin + (size_t)2 * TRACE_LINE_MAX + 12345;
		size_t length = ends ? end : end + 9;
		size_t got;
		uint64_t overlong;

		memset(text, 'x', length);
		if (begin > 0) {
			text[begin - 1] = '\n';
		}
		if (!ends) {
			memcpy(text + end, "\nbehind\n", 9);
			length--;
		}
		read_all(is_pipe, text, length, joined, &got, &overlong);
		if (overlong != 1 || got != begin + (ends ? 0 : 7) ||
		    memcmp(joined + begin, "behind\n", got - begin) != 0) {
			fail_msg("begins at %d (%s): %d bytes, %d over-long", (int)begin,
				 is_pipe ? "pipe" : "file", (int)got, (int)overlong);
		}
	}
	free(text);
	free(joined);
}

/* Looking at the beginning takes nothing away. */
static void test_peek(void **state)
{
	static const char text[] = "# tracer: nop\nline\n";

	(void)state;
	for (int is_pipe = 0; is_pipe <= 1; is_pipe++) {
		struct trace_source source;
		struct trace_input input;
		struct trace_chunk chunk;
		struct error err;
		char buffer[100];
		size_t got;

		assert_true(trace_source_open(&source, is_pipe != 0, text, sizeof(text) - 1));
		assert_int_equal(trace_input_open(source.path, &input, &err), 0);
		assert_int_equal(trace_input_peek(&input, buffer, 5, &got, &err), 0);
		assert_int_equal(got, 5);
		assert_memory_equal(buffer, text, 5);
		assert_int_equal(trace_input_peek(&input, buffer, sizeof(buffer), &got, &err), 0);
		assert_int_equal(got, sizeof(text) - 1);
		assert_true(trace_chunk_init(&chunk));
		assert_int_equal(trace_input_claim(&input, &chunk, &err), 1);
		assert_int_equal(trace_input_fill(&input, &chunk, &err), 0);
		assert_int_equal(chunk.length, sizeof(text) - 1);
		assert_memory_equal(chunk.text, text, chunk.length);
		assert_int_equal(trace_input_claim(&input, &chunk, &err), 0);
		trace_chunk_release(&chunk);
		trace_input_close(&input);
		trace_source_close(&source);
	}
}

/* "-" is standard input, from where it stands. */
static void test_stdin(void **state)
{
	static const char text[] = "taken already\nline\n";
	int saved = dup(STDIN_FILENO);
	struct trace_source source;
	struct trace_input input;
	struct trace_chunk chunk;
	struct error err;

	(void)state;
	assert_true(trace_source_open(&source, false, text, sizeof(text) - 1));
	assert_int_equal(lseek(source.fd, 14, SEEK_SET), 14);
	assert_int_equal(dup2(source.fd, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(trace_input_open("-", &input, &err), 0);
	assert_string_equal(input.name, "standard input");
	assert_true(trace_chunk_init(&chunk));
	assert_int_equal(trace_input_claim(&input, &chunk, &err), 1);
	assert_int_equal(trace_input_fill(&input, &chunk, &err), 0);
	assert_int_equal(chunk.length, 5);
	assert_memory_equal(chunk.text, "line\n", 5);
	trace_chunk_release(&chunk);
	trace_input_close(&input);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD) < 0, 0); /* it isn't ours to close */
	trace_source_close(&source);
	if (saved >= 0) {
		dup2(saved, STDIN_FILENO);
		close(saved);
	}
}

static void test_errors(void **state)
{
	struct trace_input input;
	struct error err;

	(void)state;
	assert_int_equal(trace_input_open("/nonexistent/a.log", &input, &err), ERROR_INPUT);
	assert_string_equal(err.text, "/nonexistent/a.log: cannot open: No such file or directory");
	assert_int_equal(trace_input_open("/", &input, &err), ERROR_INPUT);
	assert_string_equal(err.text, "/: is a directory, not a trace");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_borders),	 cmocka_unit_test(test_shapes),
	cmocka_unit_test(test_overlong), cmocka_unit_test(test_peek),
	cmocka_unit_test(test_stdin),	 cmocka_unit_test(test_errors),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
