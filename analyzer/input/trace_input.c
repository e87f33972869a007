/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/trace_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/sparse.h"
#include "analyzer/input/member_kind.h"
#include "analyzer/input/text_decoder.h"
#include "analyzer/input/text_stack.h"
#include "analyzer/input/trace_detect.h"
#include "analyzer/input/trace_facts.h"
#include "analyzer/input/tracedat_reader.h"
#include "analyzer/input/unpack.h"

/* How far a chunk reads on at a time to find the end of its last line. */
#define TAIL_STEP 4096u

/*
 * A file's bytes go to addresses that are as far from a multiple of this as they are in the file.
 * The kernel copies page to page, and where the copy is one byte ahead of its source, processors
 * take each load for one of the store before: that takes four times as long (AMD, 2026).
 */
#define COPY_ALIGNMENT 64u

/* The byte before a file's chunk is read too: it says whether a line begins there. */
#define CHUNK_CAPACITY                                                                             \
	(COPY_ALIGNMENT + TRACE_CHUNK_SIZE + TRACE_LINE_MAX + TAIL_STEP + TEXT_CHUNK_SLACK)

/* Enough to tell a trace.dat and whatever is packed: tar has its magic at 257. */
#define HEAD_SIZE 512u

/* From here on the input is read in order, from where its descriptor stands. */
static bool make_stream(struct trace_input *input)
{
	input->is_stream = true;
	input->carry = malloc(TRACE_CHUNK_SIZE + TRACE_LINE_MAX + TAIL_STEP);
	return input->carry != NULL;
}

static int read_at(const struct trace_input *input, char *buffer, size_t length, uint64_t position,
		   size_t *ret, struct error *err)
{
	*ret = 0;
	while (*ret < length) {
		ssize_t got = pread(input->fd, buffer + *ret, length - *ret,
				    (off_t)(input->base + position + *ret));

		if (got == 0) {
			break;
		}
		if (got < 0 && errno != EINTR) {
			return error_set_errno(err, ERROR_INPUT, errno,
					       "%s: cannot read at offset %llu", input->name,
					       (unsigned long long)position);
		}
		*ret += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

/* A trace.dat, packed or not, will be read by a process that must start now. */
static void tracedat_prepare(struct trace_input *input)
{
	char head[HEAD_SIZE];
	size_t size;
	struct error ignored; /* reading it for good will say the same */

	if (input->is_stream ||
	    (read_at(input, head, sizeof(head), 0, &size, &ignored) == 0 &&
	     (tracedat_reader_recognizes(head, size) || unpack_wanted(head, size)))) {
		tracedat_process_start(&input->tracedat);
	}
}

int trace_input_open(const char *path, struct trace_input *ret, struct error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct stat status;
	off_t position;

	*ret = (struct trace_input){.fd = -1, .name = is_stdin ? "standard input" : path};
	ret->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (ret->fd < 0) {
		return error_set_errno(err, ERROR_INPUT, errno, "%s: cannot open", path);
	}
	if (fstat(ret->fd, &status) < 0) {
		error_set_errno(err, ERROR_INPUT, errno, "%s: cannot read", ret->name);
		trace_input_close(ret);
		return ERROR_INPUT;
	}
	if (S_ISDIR(status.st_mode)) {
		error_set(err, ERROR_INPUT, "%s: is a directory, not a trace", ret->name);
		trace_input_close(ret);
		return ERROR_INPUT;
	}
	position = lseek(ret->fd, 0, SEEK_CUR);
	/* Files of tracefs and procfs are regular but have no size: read them as streams. */
	ret->is_stream = !S_ISREG(status.st_mode) || status.st_size == 0 || position < 0 ||
			 position > status.st_size;
	if (!ret->is_stream) {
		ret->base = (uint64_t)position;
		ret->size = (uint64_t)(status.st_size - position);
		posix_fadvise(ret->fd, position, 0, POSIX_FADV_SEQUENTIAL);
	} else if (!make_stream(ret)) {
		trace_input_close(ret);
		return error_no_memory(err);
	}
	tracedat_prepare(ret);
	return 0;
}

bool trace_input_keep_blocks(struct trace_input *input)
{
	input->keep_blocks = true;
	return input->is_stream || make_stream(input);
}

void trace_input_close(struct trace_input *input)
{
	if (input->unpack) {
		unpack_close(input->unpack);
	}
	free(input->packed_prefix);
	tracedat_process_end(&input->tracedat);
	if (input->fd > STDIN_FILENO) {
		close(input->fd);
	}
	free(input->carry);
	*input = (struct trace_input){.fd = -1};
}

bool trace_chunk_init(struct trace_chunk *chunk)
{
	*chunk = (struct trace_chunk){.buffer = sparse_alloc(CHUNK_CAPACITY)};
	return chunk->buffer != NULL;
}

void trace_chunk_release(struct trace_chunk *chunk)
{
	sparse_free(chunk->buffer, CHUNK_CAPACITY);
	*chunk = (struct trace_chunk){0};
}

/* Reads until length bytes are there or the input ends; *ret: how many. */
static int read_stream(const struct trace_input *input, char *buffer, size_t length, size_t *ret,
		       struct error *err)
{
	if (input->unpack) {
		return unpack_read(input->unpack, buffer, length, ret, err);
	}
	*ret = 0;
	while (*ret < length) {
		ssize_t got = read(input->fd, buffer + *ret, length - *ret);

		if (got == 0) {
			break;
		}
		if (got < 0 && errno != EINTR) {
			return error_set_errno(err, ERROR_INPUT, errno, "%s: cannot read",
					       input->name);
		}
		*ret += got > 0 ? (size_t)got : 0;
	}
	if (input->digest) {
		trace_digest_append(input->digest, buffer, *ret);
	}
	return 0;
}

/* The decoder may look at the byte behind the text: a newline stops it. */
static void seal(struct trace_chunk *chunk)
{
	memset(chunk->text + chunk->length, '\n', TEXT_CHUNK_SLACK);
}

/* Drops a line that is too long: reads on to its newline, keeps what follows as carry. */
static int skip_line(struct trace_input *input, struct trace_chunk *chunk, struct error *err)
{
	for (;;) {
		size_t got;
		char *newline;
		int result = read_stream(input, input->carry, TRACE_CHUNK_SIZE, &got, err);

		if (result < 0) {
			return result;
		}
		newline = memchr(input->carry, '\n', got);
		if (newline) {
			size_t used = (size_t)(newline - input->carry) + 1;

			chunk->overlong_bytes += used;
			input->carry_length = got - used;
			memmove(input->carry, newline + 1, input->carry_length);
			return 0;
		}
		chunk->overlong_bytes += got;
		if (got < TRACE_CHUNK_SIZE) {
			input->at_end = true;
			return 0;
		}
	}
}

/* Where to cut whole lines so that the last line goes with the frames that may follow it. */
static size_t block_cut(const char *text, size_t length)
{
	size_t line = length;

	while (line > 0) {
		const char *newline = memrchr(text, '\n', line - 1);
		size_t start = newline ? (size_t)(newline - text) + 1 : 0;

		if (!text_stack_is_frame(text + start, text + line - 1)) {
			return start > 0 ? start : length;
		}
		line = start;
	}
	return length; /* nothing but frames */
}

/* Reads the next chunk of a stream: the carried beginning, then what comes. */
static int claim_stream(struct trace_input *input, struct trace_chunk *chunk, struct error *err)
{
	size_t length = input->carry_length;
	size_t wanted = TRACE_CHUNK_SIZE;
	char *last;

	memcpy(chunk->buffer, input->carry, length);
	input->carry_length = 0;
	last = memrchr(chunk->buffer, '\n', length);
	while (!input->at_end && (length < wanted || !last)) {
		size_t step = length < wanted ? wanted - length : TAIL_STEP;
		char *newline;
		size_t got;
		int result = read_stream(input, chunk->buffer + length, step, &got, err);

		if (result < 0) {
			return result;
		}
		input->at_end = got < step;
		newline = memrchr(chunk->buffer + length, '\n', got);
		last = newline ? newline : last;
		length += got;
		if (!last && length > TRACE_LINE_MAX) {
			chunk->overlong_lines = 1;
			chunk->overlong_bytes = length;
			return input->at_end ? 0 : skip_line(input, chunk, err);
		}
	}
	chunk->length = input->at_end ? length : (size_t)(last - chunk->buffer) + 1;
	if (input->keep_blocks && !input->at_end) {
		chunk->length = block_cut(chunk->buffer, chunk->length);
	}
	input->carry_length = length - chunk->length;
	memcpy(input->carry, chunk->buffer + chunk->length, input->carry_length);
	return 0;
}

int trace_input_claim(struct trace_input *input, struct trace_chunk *chunk, struct error *err)
{
	int result;

	chunk->text = chunk->buffer;
	chunk->length = 0;
	chunk->overlong_lines = 0;
	chunk->overlong_bytes = 0;
	chunk->offset = input->position;
	chunk->index = input->next_index;
	if (!input->is_stream) {
		if (input->position >= input->size) {
			return 0;
		}
		input->position += TRACE_CHUNK_SIZE;
		input->next_index++;
		return 1;
	}
	if (input->at_end && input->carry_length == 0) {
		return 0;
	}
	result = claim_stream(input, chunk, err);
	if (result < 0) {
		return result;
	}
	seal(chunk);
	input->position += chunk->length + chunk->overlong_bytes;
	if (chunk->length == 0 && chunk->overlong_lines == 0) {
		return 0;
	}
	input->next_index++;
	return 1;
}

/* Reads on behind the chunk's part until its last line ends. */
static int fill_tail(const struct trace_input *input, struct trace_chunk *chunk, uint64_t position,
		     struct error *err)
{
	char *end = chunk->text + chunk->length;
	char *newline = memrchr(chunk->text, '\n', chunk->length);
	char *line = newline ? newline + 1 : chunk->text; /* the last line's beginning */

	while (line < end) {
		size_t got;
		int result = read_at(input, end, TAIL_STEP, position, &got, err);

		if (result < 0) {
			return result;
		}
		newline = memchr(end, '\n', got);
		if (newline) {
			end = newline + 1;
			break;
		}
		end += got;
		position += got;
		if ((size_t)(end - line) > TRACE_LINE_MAX) {
			chunk->overlong_lines = 1;
			chunk->overlong_bytes = (uint64_t)(end - line);
			end = line;
			break;
		}
		if (got < TAIL_STEP) {
			break; /* the end of the input: the last line has no newline */
		}
	}
	chunk->length = (size_t)(end - chunk->text);
	return 0;
}

int trace_input_fill(const struct trace_input *input, struct trace_chunk *chunk, struct error *err)
{
	uint64_t begin = chunk->offset;
	size_t before = begin > 0; /* the byte in front */
	size_t wanted = TRACE_CHUNK_SIZE + before;
	char *bytes = chunk->buffer + (input->base + begin - before) % COPY_ALIGNMENT;
	size_t got;
	int result;

	if (input->is_stream) {
		return 0;
	}
	if (input->size - begin < TRACE_CHUNK_SIZE) {
		wanted = (size_t)(input->size - begin) + before;
	}
	result = read_at(input, bytes, wanted, begin - before, &got, err);
	if (result < 0) {
		return result;
	}
	chunk->text = bytes;
	chunk->length = got;
	if (input->digest && got > before) {
		trace_digest_block(input->digest, begin / TRACE_DIGEST_BLOCK, bytes + before,
				   got - before);
	}
	if (before) {
		char *newline = memchr(bytes, '\n', got);
		size_t skipped = newline ? (size_t)(newline - bytes) + 1 : got;

		chunk->text += skipped;
		chunk->length -= skipped;
		chunk->offset = begin - before + skipped;
	}
	if (chunk->length > 0 && begin + TRACE_CHUNK_SIZE < input->size) {
		result = fill_tail(input, chunk, begin + TRACE_CHUNK_SIZE, err);
	}
	if (result == 0) {
		seal(chunk);
	}
	return result;
}

int trace_input_peek(struct trace_input *input, char *buffer, size_t capacity, size_t *ret,
		     struct error *err)
{
	int result;

	if (!input->is_stream) {
		return read_at(input, buffer, capacity, 0, ret, err);
	}
	capacity = capacity < TRACE_CHUNK_SIZE ? capacity : TRACE_CHUNK_SIZE;
	if (input->carry_length < capacity) {
		size_t got;

		result = read_stream(input, input->carry + input->carry_length,
				     capacity - input->carry_length, &got, err);
		if (result < 0) {
			return result;
		}
		input->carry_length += got;
	}
	*ret = input->carry_length < capacity ? input->carry_length : capacity;
	memcpy(buffer, input->carry, *ret);
	return 0;
}

int trace_input_read(struct trace_input *input, char *buffer, size_t length, size_t *ret,
		     struct error *err)
{
	size_t taken = 0;
	int result;

	if (!input->is_stream) {
		result = read_at(input, buffer, length, input->position, ret, err);
		input->position += *ret;
		return result;
	}
	if (input->carry_length > 0) {
		taken = length < input->carry_length ? length : input->carry_length;
		memcpy(buffer, input->carry, taken);
		input->carry_length -= taken;
		memmove(input->carry, input->carry + taken, input->carry_length);
	}
	result = read_stream(input, buffer + taken, length - taken, ret, err);
	*ret += taken;
	input->position += *ret;
	return result;
}

/* Percent of the time between a plain file's first and last event. */
static int part_resolve(struct trace_input *input, const char *head, size_t head_size,
			struct error *err)
{
	char *tail = malloc(TRACE_DETECT_BYTES);
	uint64_t position = input->size > TRACE_DETECT_BYTES ? input->size - TRACE_DETECT_BYTES : 0;
	size_t size = 0;
	int result = 0;

	if (!tail) {
		return error_no_memory(err);
	}
	if (input->is_stream || unpack_wanted(head, head_size)) {
		result = error_set(err, ERROR_INPUT,
				   "%s: percent of a trace are known only of a plain file",
				   input->name);
	} else {
		result = read_at(input, tail, TRACE_DETECT_BYTES, position, &size, err);
	}
	if (result == 0 && !event_part_resolve(&input->part, head, head_size, tail, size)) {
		result = error_set(err, ERROR_INPUT,
				   "%s: its events have no times to take percent of", input->name);
	}
	free(tail);
	return result;
}

/* The input as it is: what a stream has read ahead counts, what comes is digested when read. */
static void digest_plain(struct trace_input *input, struct trace_digest *digest)
{
	input->digest = digest;
	if (digest && input->is_stream) {
		trace_digest_append(digest, input->carry, input->carry_length);
	}
}

int trace_input_unpack(struct trace_input *input, const struct event_part *part,
		       struct trace_digest *digest, struct error *err)
{
	char *prefix = malloc(TRACE_DETECT_BYTES);
	bool is_recording;
	size_t size;
	int result;

	if (!prefix) {
		return error_no_memory(err);
	}
	result = trace_input_peek(input, prefix, TRACE_DETECT_BYTES, &size, err);
	is_recording = result == 0 && member_is_recording(prefix, size);
	if (result == 0 && part) {
		input->part = *part;
		result = event_part_has_percent(part) && !is_recording
				 ? part_resolve(input, prefix, size, err)
				 : 0;
	}
	if (result < 0 || is_recording ||
	    (!unpack_wanted(prefix, size) && event_part_is_all(part))) {
		digest_plain(input, digest);
		free(prefix);
		return result;
	}
	if (!input->is_stream) {
		size = 0; /* what was looked at is still to be read */
		if (!make_stream(input)) {
			free(prefix);
			return error_no_memory(err);
		}
	}
	input->carry_length = 0;
	input->packed_prefix = prefix;
	return unpack_open(input->fd, input->name, prefix, size, &input->part, digest,
			   &input->unpack, err);
}

int trace_input_digest_recording(struct trace_input *input, struct trace_digest *digest,
				 struct error *err)
{
	char *block = malloc(TRACE_DIGEST_BLOCK);
	size_t got = TRACE_DIGEST_BLOCK;
	int result = 0;

	if (!block) {
		return error_no_memory(err);
	}
	for (uint64_t place = 0; result == 0 && got == TRACE_DIGEST_BLOCK; place++) {
		if (input->is_stream) {
			result = read_stream(input, block, TRACE_DIGEST_BLOCK, &got, err);
			continue;
		}
		result = read_at(input, block, TRACE_DIGEST_BLOCK, place * TRACE_DIGEST_BLOCK, &got,
				 err);
		trace_digest_block(digest, place, block, got);
	}
	free(block);
	return result;
}
