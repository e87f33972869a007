/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hot path: lines as every current kernel prints them, one pass, no copies.
 *
 *   "%16s-%-7d [%03d] FLAGS %5lu.%06lu: EVENT: call_site=TEXT ptr=HEX[ name=TEXT] ..."
 *
 * Cost. A line of the lab's traces is about 165 bytes and one event; at 2 GB/s that
 * leaves 80 ns, some 250 cycles, for everything. Where they go, and what is done:
 *   - context (40 bytes): two vector loads are turned into bit masks (digits, blanks,
 *     colons); the shape "digits, blanks, [ddd], flags, blanks, time:" is tested on the
 *     masks with a few bit operations instead of 40 dependent compares;
 *   - the event's name and the keys are compared as 8-byte words;
 *   - the call site ends at the first blank of a mask; allocations look its text up in
 *     the thread's site cache (one keyed hash, one compare), frees skip it;
 *   - 16 hexadecimal digits become a number in one vector sequence, decimal numbers of up
 *     to 7 digits in one multiplication chain: no loop per digit, no unpredictable branch;
 *   - the newline is looked for only behind the last value used.
 * Tried and dropped: finding all newlines of a chunk first (a second pass over the cache
 * costs more than it saves); classifying the line by a perfect hash of the event name
 * (the word compares predict well).
 *
 * Contract: a line is taken only if text_line_decode would give exactly the same event and
 * facts; everything unusual (other contexts, CR, twins, (null), odd keys) is left to it. Lines
 * with an unusual context but the usual body go halfway: text_context_parse, then the fast body.
 *
 * When an event happened is read only if somebody asks, by a second copy of the loop: backwards
 * from the event's name, digit by digit, since the context was proven to end in a time.
 *
 * The body of this file's functions is text_fast_body.h, compiled once per instruction set with
 * that set's text_vector_*.h.
 */
#ifndef ANALYZER_INPUT_TEXT_FAST_H
#define ANALYZER_INPUT_TEXT_FAST_H

#include "analyzer/input/text_decoder.h"

/*
 * Takes whole lines of text[0..end) from `at` on; end[-1] is '\n' and TEXT_CHUNK_SLACK bytes
 * behind end are readable. Lines it does not take go to text_decoder_line.
 * False only when memory ran out.
 */
typedef bool text_fast_run_function(struct text_decoder *decoder, const char *at, const char *end,
				    struct slab_batch *batch);

text_fast_run_function text_fast_run_portable;
text_fast_run_function text_fast_run_sse2;
text_fast_run_function text_fast_run_avx2;
text_fast_run_function text_fast_run_avx512;
text_fast_run_function text_fast_run_neon;

/* The careful way for one line without its newline; counts it. False: no memory. */
bool text_decoder_line(struct text_decoder *decoder, const char *line, size_t length,
		       bool end_is_cut, struct slab_batch *batch);

/* Notes when the slab event of a line without its newline happened, the careful way. */
void text_decoder_time(const char *line, size_t length, uint32_t sequence,
		       struct event_times *times);

/* Counts what the text of a pointer says about the recording. */
static inline void text_count_pointer(struct trace_facts *facts, uint64_t pointer,
				      unsigned int digits, unsigned int flags)
{
	if (flags & SLAB_EVENT_UNHASHABLE) {
		facts->pointer_unhashable_count++;
	} else if (pointer > UINT32_MAX) {
		facts->pointer_raw_count++;
	} else if (digits > 8 && pointer > 0x10) { /* 0x10 is ZERO_SIZE_PTR, printed raw */
		facts->pointer_hashed_count++;
	} else if (digits != 0 && digits <= 8 && pointer > 0x10) {
		facts->pointer_32bit_count++;
	}
}

#endif
