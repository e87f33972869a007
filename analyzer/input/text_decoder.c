/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/text_decoder.h"

#include "analyzer/input/text_context.h"
#include "analyzer/input/text_fast.h"
#include "analyzer/input/text_line.h"
#include "analyzer/input/text_stack.h"
#include "analyzer/input/text_where.h"

const char *const text_fast_names[TEXT_FAST_COUNT] = {
	[TEXT_FAST_NONE] = "none", [TEXT_FAST_PORTABLE] = "portable", [TEXT_FAST_SSE2] = "sse2",
	[TEXT_FAST_AVX2] = "avx2", [TEXT_FAST_AVX512] = "avx512",     [TEXT_FAST_NEON] = "neon",
};

static text_fast_run_function *const fast_functions[TEXT_FAST_COUNT] = {
	[TEXT_FAST_PORTABLE] = text_fast_run_portable,
#ifdef TEXT_FAST_X86
	[TEXT_FAST_SSE2] = text_fast_run_sse2,	       [TEXT_FAST_AVX2] = text_fast_run_avx2,
	[TEXT_FAST_AVX512] = text_fast_run_avx512,
#endif
#ifdef TEXT_FAST_NEON_BUILT
	[TEXT_FAST_NEON] = text_fast_run_neon,
#endif
};

bool text_fast_available(enum text_fast_kind kind)
{
	if (kind == TEXT_FAST_NONE) {
		return true;
	}
	if (!fast_functions[kind]) {
		return false;
	}
#ifdef TEXT_FAST_X86
	if (kind == TEXT_FAST_AVX2) {
		return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
		       __builtin_cpu_supports("bmi2");
	}
	if (kind == TEXT_FAST_AVX512) {
		return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
		       __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
	}
#endif
	return true;
}

enum text_fast_kind text_fast_best(void)
{
	enum text_fast_kind best = TEXT_FAST_PORTABLE;

	for (int kind = 0; kind < TEXT_FAST_COUNT; kind++) {
		if (text_fast_available((enum text_fast_kind)kind) && kind > (int)best) {
			best = (enum text_fast_kind)kind;
		}
	}
	return best;
}

int text_decoder_init(struct text_decoder *decoder, struct site_table *sites,
		      const struct pointer_hash_key *hash_key, enum text_fast_kind fast)
{
	*decoder = (struct text_decoder){
		.hash_key = *hash_key,
		.fast = fast,
		.accept_bare = true,
	};
	return site_cache_init(&decoder->sites, sites);
}

void text_decoder_release(struct text_decoder *decoder)
{
	site_cache_release(&decoder->sites);
}

/* Appends the slab event; false: no memory. */
static bool push_slab(struct text_decoder *decoder, const struct text_slab *slab,
		      uint64_t line_offset, struct slab_batch *batch)
{
	struct slab_event event = {.pointer = slab->pointer, .sequence_flags = slab->flags};
	/* site_cache_get reads past the text: near the end of a chunk there is slack */
	const uint32_t site =
		slab->flags & SLAB_EVENT_FREE
			? 0
			: site_cache_get(&decoder->sites, slab->site, slab->site_length);

	if (site == SITE_NONE) {
		text_count_damaged(&batch->facts, line_offset);
		return !decoder->sites.out_of_memory;
	}
	event.site = site;
	event.bytes_req = (uint32_t)slab->bytes_req;
	event.bytes_alloc = (uint32_t)slab->bytes_alloc;
	if ((slab->bytes_req | slab->bytes_alloc) > UINT32_MAX &&
	    !slab_batch_add_wide(batch, slab->bytes_req, slab->bytes_alloc, &event)) {
		return false;
	}
	batch->facts.empty_gfp_count += slab->empty_gfp;
	text_count_pointer(&batch->facts, slab->pointer, slab->pointer_digits, slab->flags);
	slab_batch_push(batch, &decoder->hash_key, event);
	return true;
}

void text_decoder_time(const char *line, size_t length, uint32_t sequence,
		       struct event_times *times)
{
	struct text_where where;

	if (text_where_get(line, line + length, &where)) {
		event_times_put(times, sequence, where.cpu, where.stamp);
	} else {
		event_times_put(times, sequence, UINT32_MAX, EVENT_STAMP_NONE);
	}
}

/* What the line means for the times of the batch, which stood at `before` events. */
static void note_times(const char *line, size_t length, enum text_line_kind kind, uint32_t before,
		       struct slab_batch *batch)
{
	struct event_loss loss = {.position = before};
	struct text_where where;
	const char *marker;
	size_t marker_length;

	switch (kind) {
	case TEXT_LINE_SLAB:
		if (batch->event_count > before) { /* not if its call site was no good */
			text_decoder_time(line, length, before, &batch->times);
		}
		break;
	case TEXT_LINE_LOST:
	case TEXT_LINE_BUFFER_STARTED:
		loss.from_beginning = kind == TEXT_LINE_BUFFER_STARTED;
		if (text_line_loss(line, length, &loss.cpu, &loss.count)) {
			event_times_add_loss(&batch->times, &loss);
		}
		break;
	case TEXT_LINE_OTHER:
		if (text_where_get(line, line + length, &where) &&
		    text_where_marker(&where, line + length, &marker, &marker_length)) {
			event_times_add_marker(&batch->times, before, where.stamp, marker,
					       marker_length);
		}
		break;
	default:
		break;
	}
}

/* Decodes and counts a line; *ret_kind receives what it was. False: no memory. */
static bool decode_line(struct text_decoder *decoder, const char *line, size_t length,
			bool end_is_cut, struct slab_batch *batch, enum text_line_kind *ret_kind)
{
	const struct text_line_options options = {
		.accept_bare = decoder->accept_bare,
		.end_is_cut = end_is_cut,
	};
	struct trace_facts *facts = &batch->facts;
	uint64_t offset = decoder->chunk_offset + (uint64_t)(line - decoder->chunk);
	const uint32_t before = batch->event_count;
	struct text_slab slab;
	bool good = true;

	facts->line_count++;
	if (length > TRACE_LINE_MAX) {
		facts->overlong_count++;
		facts->foreign_count++;
		*ret_kind = TEXT_LINE_FOREIGN;
		return true;
	}
	*ret_kind = text_line_decode(line, length, &options, &slab, facts);
	if (*ret_kind == TEXT_LINE_SLAB) {
		good = push_slab(decoder, &slab, offset, batch);
	} else {
		text_count_line(facts, *ret_kind, line, length, offset);
	}
	if (good && event_times_wanted(&batch->times)) {
		note_times(line, length, *ret_kind, before, batch);
	}
	return good;
}

bool text_decoder_line(struct text_decoder *decoder, const char *line, size_t length,
		       bool end_is_cut, struct slab_batch *batch)
{
	enum text_line_kind kind;

	return decode_line(decoder, line, length, end_is_cut, batch, &kind);
}

/* Tells the capture about an event's line, or about the line that announces a stack. */
static bool capture_line(struct text_decoder *decoder, const char *line, size_t length,
			 enum text_line_kind kind, uint32_t events_before,
			 const struct slab_batch *batch, struct stack_batch *stacks)
{
	uint32_t sequence = batch->event_count > events_before ? events_before : STACK_CPU_CLOSED;
	uint32_t cpu;

	switch (kind) {
	case TEXT_LINE_STACK:
		if (text_stack_cpu(line, line + length, &cpu)) {
			stack_capture_header(decoder->capture, cpu,
					     text_stack_is_user(line, line + length));
		}
		return true;
	case TEXT_LINE_SLAB:
	case TEXT_LINE_PAGE:
	case TEXT_LINE_OTHER:
	case TEXT_LINE_DAMAGED:
		if (!text_stack_cpu(line, line + length, &cpu)) {
			cpu = 0; /* no context: the stack follows its event directly */
		}
		return stack_capture_event(decoder->capture, cpu, sequence, stacks);
	default:
		return true;
	}
}

/* The careful way, with stacks: frames go to the capture, all else as ever. */
static bool run_with_stacks(struct text_decoder *decoder, const char *at, const char *end,
			    struct slab_batch *batch, struct stack_batch *stacks)
{
	stack_capture_begin(decoder->capture, stacks);
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((newline ? newline : end) - at);
		uint32_t before = batch->event_count;
		enum text_line_kind kind;
		const char *frame;
		size_t frame_length;

		if (text_stack_is_frame(at, at + length)) {
			batch->facts.line_count++;
			batch->facts.stack_line_count++;
			if (text_stack_frame(at, at + length, &frame, &frame_length) &&
			    !stack_capture_frame(decoder->capture, frame, frame_length)) {
				return false;
			}
		} else if (!stack_capture_close(decoder->capture, stacks) ||
			   !decode_line(decoder, at, length, !newline, batch, &kind) ||
			   !capture_line(decoder, at, length, kind, before, batch, stacks)) {
			return false;
		}
		at += length + 1;
	}
	return stack_capture_close(decoder->capture, stacks);
}

/* The careful way for every line; the reference for the fast path. */
static bool run_lines(struct text_decoder *decoder, const char *at, const char *end,
		      struct slab_batch *batch)
{
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		if (!text_decoder_line(decoder, at, (size_t)(newline - at), false, batch)) {
			return false;
		}
		at = newline + 1;
	}
	return true;
}

/* Does the input begin in the middle of an event line? */
static bool begins_cut(const struct text_decoder *decoder, const char *text, size_t length)
{
	const struct text_line_options options = {.accept_bare = decoder->accept_bare};
	const char *newline = memchr(text, '\n', length);
	size_t first = newline ? (size_t)(newline - text) : length;
	struct trace_facts ignored = {0};
	struct text_slab slab;

	return first <= TRACE_LINE_MAX &&
	       text_line_decode(text, first, &options, &slab, &ignored) == TEXT_LINE_FOREIGN &&
	       text_line_is_tail(text, first);
}

bool text_decoder_run(struct text_decoder *decoder, const char *text, size_t length,
		      uint64_t offset, struct slab_batch *batch, struct stack_batch *stacks)
{
	const char *end = text + length;
	const char *last = memrchr(text, '\n', length);
	const char *whole = last ? last + 1 : text; /* end of the lines that have a newline */
	bool good;

	decoder->chunk = text;
	decoder->chunk_offset = offset;
	batch->facts.byte_count += length;
	if (offset == 0 && length > 0) {
		batch->facts.first_line_cut = begins_cut(decoder, text, length);
	}
	if (decoder->capture) {
		good = run_with_stacks(decoder, text, end, batch, stacks);
		batch->facts.last_line_cut = whole < end;
		whole = end;
	} else if (decoder->fast == TEXT_FAST_NONE) {
		good = run_lines(decoder, text, whole, batch);
	} else {
		good = fast_functions[decoder->fast](decoder, text, whole, batch);
	}
	if (good && whole < end) {
		batch->facts.last_line_cut = true;
		good = text_decoder_line(decoder, whole, (size_t)(end - whole), true, batch);
	}
	batch->facts.slab_event_count = batch->event_count;
	return good;
}

bool text_decoder_is_bare(const char *text, size_t length)
{
	const struct text_line_options strict = {.accept_bare = false};
	const struct text_line_options bare = {.accept_bare = true};
	struct trace_facts ignored = {0};
	const char *end = text + length;
	struct text_slab slab;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t line = (size_t)((newline ? newline : end) - text);

		/* a context says it, whatever event stands behind it */
		if (text_context_parse(text, text + line, TEXT_COMM_WIDTH) ||
		    text_line_decode(text, line, &strict, &slab, &ignored) == TEXT_LINE_SLAB) {
			return false;
		}
		if (text_line_decode(text, line, &bare, &slab, &ignored) == TEXT_LINE_SLAB) {
			return true;
		}
		text += line + 1;
	}
	return true;
}
