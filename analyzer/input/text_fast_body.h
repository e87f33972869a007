/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Body of the fast path; see text_fast.h. The including file has included a
 * text_vector_*.h and defines TEXT_FAST_RUN, the name of the function it makes.
 *
 * Loads run past the values they look for, up to TEXT_CHUNK_SLACK bytes past the chunk; no byte
 * behind the line's newline decides anything, because every step stops at the newline first.
 */
#include "analyzer/input/text_context.h"
#include "analyzer/input/text_fast.h"
#include "analyzer/input/text_payload.h"

#define COMM_DASH TEXT_COMM_WIDTH

static inline uint64_t fast_word(const char *text)
{
	uint64_t word;

	memcpy(&word, text, sizeof(word));
	return word;
}

static inline bool fast_equal8(const char *text, const char *literal)
{
	return fast_word(text) == fast_word(literal);
}

/* Do the first n (1 to 7) bytes of text and literal agree? Both have eight to read. */
static inline bool fast_equal_part(const char *text, const char *literal, unsigned int n)
{
	uint64_t difference = fast_word(text) ^ fast_word(literal);

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return difference << (64 - 8 * n) == 0;
#else
	return difference >> (64 - 8 * n) == 0;
#endif
}

/* Bits [0, n) set; n below 32. */
static inline uint32_t fast_low_bits(unsigned int n)
{
	return (1u << n) - 1u;
}

static inline bool fast_is_flag(char c)
{
	/* ".0-9a-fA-FXNnpLlhHsSzZ" as two 64-bit sets, for codes 0-63 and 64-127 */
	static const uint64_t sets[2] = {0x03ff400000000000u, 0x0409517e0508517eu};
	unsigned char code = (unsigned char)c;

	return code < 128 && (sets[code >> 6] >> (code & 63) & 1) != 0;
}

/* "FLAGS blanks TIME: " or "blanks TIME: " at text: returns the event's name, or NULL. */
static inline const char *fast_flags_and_time(const char *text)
{
	uint32_t blanks = vector_equal(text, ' ');
	uint32_t digits = vector_digits(text);
	uint32_t dots = vector_equal(text, '.');
	uint32_t colons = vector_equal(text, ':');
	uint32_t time;
	unsigned int flags;
	unsigned int start;
	unsigned int colon;

	if (!blanks || !colons) {
		return NULL;
	}
	flags = (unsigned int)__builtin_ctz(blanks);
	colon = (unsigned int)__builtin_ctz(colons);
	if (flags > 8 || flags >= colon || colon > 30 || !(blanks >> (colon + 1) & 1)) {
		return NULL;
	}
	start = flags + (unsigned int)__builtin_ctz(~(blanks >> flags));
	if (start >= colon) {
		return NULL;
	}
	for (unsigned int i = 0; i < flags; i++) {
		if (!fast_is_flag(text[i])) {
			return NULL;
		}
	}
	time = fast_low_bits(colon) & ~fast_low_bits(start);
	dots &= time;
	/* digits all the way, with at most one dot that has digits on both sides */
	if ((digits & time) != (time & ~dots) || (dots & (dots - 1)) != 0 ||
	    (dots & (1u << start | 1u << (colon - 1))) != 0 || text[colon + 2] == ' ') {
		return NULL;
	}
	return text + colon + 2;
}

/* Parses "PID blanks [CPU] FLAGS TIME: " behind the dash; returns the event's name, or NULL. */
static const char *fast_parse_context(const char *line)
{
	const char *field = line + COMM_DASH + 1;
	uint32_t digits = vector_digits(field);
	uint32_t blanks = vector_equal(field, ' ');
	unsigned int pid = (unsigned int)__builtin_ctz(~digits | 1u << 31);
	unsigned int bracket = pid + (unsigned int)__builtin_ctz(~(blanks >> pid) | 1u << 31);

	/* [0, pid) digits, [pid, bracket) blanks, "[ddd] " */
	if (pid == 0 || bracket == pid || bracket > 20 || field[bracket] != '[' ||
	    (digits >> (bracket + 1) & 7) != 7 || field[bracket + 4] != ']' ||
	    field[bracket + 5] != ' ') {
		return NULL;
	}
	return fast_flags_and_time(field + bracket + 6);
}

/* Keeps the shape of a context that was parsed. */
static void fast_learn_shape(struct text_shape *shape, const char *dash, const char *event)
{
	size_t length = (size_t)(event - dash);

	if (length < 32 || length > TEXT_SHAPE_MAX) {
		return;
	}
	for (size_t i = 0; i < length; i++) {
		shape->bytes[i] = dash[i];
		if (text_is_digit(dash[i])) {
			shape->bytes[i] = '0';
		}
	}
	shape->length = (unsigned int)length;
}

/* The usual context; returns the event's name, or NULL. */
static inline const char *fast_context(struct text_decoder *decoder, const char *line)
{
	const char *dash = line + COMM_DASH;
	struct text_shape *shape;
	const char *event;

	if (line[0] != ' ' || *dash != '-' ||
	    (vector_equal(line, '\n') & fast_low_bits(COMM_DASH)) != 0) {
		return NULL;
	}
	shape = &decoder->shapes[(unsigned int)__builtin_ctz(vector_equal(dash, ' ') | 1u << 31) %
				 TEXT_SHAPES];
	if (shape->length != 0) {
		unsigned int last = shape->length - 32;

		/* two windows of 32 bytes that overlap cover the whole shape */
		if ((vector_shape(dash, shape->bytes) &
		     vector_shape(dash + last, shape->bytes + last)) == UINT32_MAX) {
			return dash + shape->length;
		}
	}
	event = fast_parse_context(line);
	if (event) {
		fast_learn_shape(shape, dash, event);
	}
	return event;
}

/*
 * A decimal number of 1 to 7 digits; *ret_length receives how many, 0 if none or more.
 * Eight bytes are classified at once, the digits moved to the top, and added up in pairs.
 */
static inline uint32_t fast_decimal(const char *text, unsigned int *ret_length)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	uint64_t word = fast_word(text) ^ 0x3030303030303030u;
	uint64_t other = ((word + 0x0606060606060606u) | word) & 0xf0f0f0f0f0f0f0f0u;
	unsigned int length = other ? (unsigned int)__builtin_ctzll(other) / 8 : 0;

	*ret_length = length;
	if (length == 0) {
		return 0;
	}
	word <<= 64 - 8 * length;
	word = (word & 0x0f0f0f0f0f0f0f0fu) * 2561 >> 8;
	word = (word & 0x00ff00ff00ff00ffu) * 6553601 >> 16;
	return (uint32_t)((word & 0x0000ffff0000ffffu) * 42949672960001u >> 32);
#else
	unsigned int length = 0;
	uint32_t value = 0;

	while (length < 8 && text_is_digit(text[length])) {
		value = value * 10 + (uint32_t)(text[length++] - '0');
	}
	*ret_length = length < 8 ? length : 0;
	return value;
#endif
}

/* Event name at text: its flags and the first byte behind "NAME: call_site=", or NULL. */
static inline const char *fast_event(const char *text, uint32_t *ret_flags)
{
	const char *body;

	if (fast_equal8(text, "kmem_cac")) {
		if (fast_equal8(text + 8, "he_alloc")) {
			body = text + 16;
			body += fast_word(body) == fast_word("_node: c") ? 5 : 0;
			*ret_flags = SLAB_EVENT_CACHE;
		} else if (fast_equal8(text + 7, "che_free")) {
			body = text + 15;
			*ret_flags = SLAB_EVENT_CACHE | SLAB_EVENT_FREE;
		} else {
			return NULL;
		}
	} else if (fast_equal8(text, "kmalloc:")) {
		body = text + 7;
		*ret_flags = 0;
	} else if (fast_equal8(text, "kfree: c")) {
		body = text + 5;
		*ret_flags = SLAB_EVENT_FREE;
	} else if (fast_equal8(text, "kmalloc_") && fast_equal8(text + 8, "node: ca")) {
		body = text + 12;
		*ret_flags = 0;
	} else {
		return NULL;
	}
	if (!fast_equal8(body, ": call_s") || !fast_equal_part(body + 8, "ite=\0\0\0", 4)) {
		return NULL;
	}
	return body + 12;
}

/* End of the call site's text at `site` (" [module]" included) if " ptr=" follows; or NULL. */
static inline const char *fast_site_end(const char *site)
{
	const char *end = site;
	uint32_t mask;

	/* every line ends in '\n', and every body has a blank before it or is not for us */
	for (unsigned int i = 0; (mask = vector_equal(end, ' ')) == 0; i++) {
		if (i == 4 || vector_equal(end, '\n') != 0) {
			return NULL;
		}
		end += 32;
	}
	end += __builtin_ctz(mask);
	if (end[1] == '[') {
		mask = vector_equal(end + 2, ']');
		if (!mask || (vector_equal(end + 2, ' ') & (mask ^ (mask - 1))) != 0 ||
		    (vector_equal(end + 2, '\n') & (mask ^ (mask - 1))) != 0) {
			return NULL;
		}
		end += 3 + __builtin_ctz(mask);
	}
	return fast_equal_part(end, " ptr=\0\0", 5) ? end + 5 : NULL;
}

/* Is a newline in text[0..length)? length is not 0. */
static inline bool fast_has_newline(const char *text, size_t length)
{
	for (; length > 32; length -= 32) {
		if (vector_equal(text, '\n') != 0) {
			return true;
		}
		text += 32;
	}
	return vector_equal(text, '\n') << (32 - length) != 0;
}

/* A pointer that is not 16 digits: (null), (ptrval), 0x..., 8 digits. Returns its end, or NULL. */
static const char *fast_other_pointer(const char *text, struct slab_event *event,
				      unsigned int *ret_digits)
{
	const char *newline = memchr(text, '\n', 32);
	struct text_cursor c = {text, newline ? newline : text + 32};
	struct text_slab slab = {0};

	if (!text_take_pointer(&c, &slab)) {
		return NULL;
	}
	event->pointer = slab.pointer;
	event->sequence_flags |= slab.flags;
	*ret_digits = slab.pointer_digits;
	return c.at;
}

/* "bytes_req=N bytes_alloc=N gfp_flags=" at text, after an optional "name=..."; or NULL. */
static inline const char *fast_sizes(const char *text, struct slab_event *event, bool *empty_gfp)
{
	unsigned int length;

	if (fast_word(text) != fast_word(" bytes_r")) {
		uint32_t blank = vector_equal(text + 6, ' ');

		/* 6.18: kmem_cache_alloc names its cache here */
		if (memcmp(text, " name=", 6) != 0 || !blank ||
		    (vector_equal(text + 6, '\n') & (blank ^ (blank - 1))) != 0) {
			return NULL;
		}
		text += 6 + __builtin_ctz(blank);
		if (fast_word(text) != fast_word(" bytes_r")) {
			return NULL;
		}
	}
	if (!fast_equal_part(text + 8, "eq=\0\0\0\0", 3)) {
		return NULL;
	}
	text += 11;
	event->bytes_req = fast_decimal(text, &length);
	text += length;
	if (length == 0 || !fast_equal8(text, " bytes_a") ||
	    !fast_equal_part(text + 8, "lloc=\0\0", 5)) {
		return NULL;
	}
	text += 13;
	event->bytes_alloc = fast_decimal(text, &length);
	text += length;
	if (length == 0 || !fast_equal8(text, " gfp_fla") ||
	    !fast_equal_part(text + 8, "gs=\0\0\0\0", 3)) {
		return NULL;
	}
	*empty_gfp = text[11] == ' ' || text[11] == '\n';
	return text + 11;
}

/* Takes one line whose event's name is at `event`; returns its newline, or NULL. */
static inline __attribute__((always_inline)) const char *fast_body(struct text_decoder *decoder,
								   const char *line,
								   const char *event,
								   struct slab_batch *batch)
{
	struct slab_event record = {0};
	bool empty_gfp = false;
	unsigned int digits = 16;
	const char *site = fast_event(event, &record.sequence_flags);
	const char *at;
	size_t site_length;

	if (!site || !(at = fast_site_end(site))) {
		return NULL;
	}
	site_length = (size_t)(at - site) - (sizeof(" ptr=") - 1);
	if (vector_hex16(at, &record.pointer)) {
		at += 16;
	} else if (!(at = fast_other_pointer(at, &record, &digits))) {
		return NULL;
	}
	if (*at != ' ' && *at != '\n') {
		return NULL;
	}
	if (!(record.sequence_flags & SLAB_EVENT_FREE)) {
		at = fast_sizes(at, &record, &empty_gfp);
		if (!at) {
			return NULL;
		}
	} else if (site_length == 0 || fast_has_newline(site, site_length)) {
		return NULL; /* a line broken in two; where sites are interned this is seen too */
	}
	at = vector_newline(at);
	if ((unsigned char)at[-1] < ' ' || at - line > (ptrdiff_t)TRACE_LINE_MAX) {
		return NULL; /* CR or NUL at the end, or over-long */
	}
	if (!(record.sequence_flags & SLAB_EVENT_FREE)) {
		record.site = site_cache_get(&decoder->sites, site, site_length);
		if (record.site == SITE_NONE) {
			return NULL;
		}
		batch->facts.empty_gfp_count += empty_gfp;
	}
	text_count_pointer(&batch->facts, record.pointer, digits, record.sequence_flags);
	slab_batch_push(batch, &decoder->hash_key, record);
	return at;
}

/* The same, for the lines that are rare. */
static __attribute__((noinline)) const char *fast_body_rare(struct text_decoder *decoder,
							    const char *line, const char *event,
							    struct slab_batch *batch)
{
	return fast_body(decoder, line, event, batch);
}

/* The unusual contexts with the usual body: returns the event's name, or NULL. */
static const char *fast_other_context(const char *line, const char *newline)
{
	const char *event;

	if (line[0] != ' ') {
		return NULL;
	}
	event = text_context_parse(line, newline, TEXT_COMM_WIDTH);
	return event ? event : text_context_parse(line, newline, TEXT_COMM_WIDTH_LATENCY);
}

/*
 * The stamp of a line whose context fast_context took: digits with at most one dot among them,
 * then ": " and the event. EVENT_STAMP_NONE: longer than can be read here.
 */
static inline uint64_t fast_stamp(const char *event)
{
	static const uint64_t scales[] = {1000000000, 100000000, 10000000, 1000000, 100000,
					  10000,      1000,	 100,	   10,	    1};
	const char *last = event - 3; /* in front of the colon */
	const char *at = last;
	ptrdiff_t fraction = -1;
	uint64_t value = 0;
	uint64_t unit = 1;

	for (; *at != ' '; at--) {
		if (*at == '.') {
			fraction = last - at;
			continue;
		}
		value += unit * (uint64_t)(*at - '0');
		unit *= 10;
	}
	/* below 10^18, and so below EVENT_STAMP_TICKS */
	if (last - at > 18 || fraction > 9 || (fraction >= 0 && last - at - fraction > 9)) {
		return EVENT_STAMP_NONE;
	}
	return fraction < 0 ? value | EVENT_STAMP_TICKS : value * scales[fraction];
}

/* Notes when the event just added happened. */
static inline void fast_time(const char *line, const char *newline, const char *event,
			     struct slab_batch *batch)
{
	const char *dash = line + COMM_DASH;
	const char *cpu = dash + __builtin_ctz(vector_equal(dash, '[') | 1u << 31) + 1;
	uint32_t sequence = batch->event_count - 1;
	uint64_t stamp = fast_stamp(event);

	if (stamp == EVENT_STAMP_NONE || *event == ' ') {
		text_decoder_time(line, (size_t)(newline - line), sequence, &batch->times);
		return;
	}
	event_times_put(&batch->times, sequence,
			(uint32_t)(cpu[0] - '0') * 100 + (uint32_t)(cpu[1] - '0') * 10 +
				(uint32_t)(cpu[2] - '0'),
			stamp);
}

/* with_times is a constant where this is inlined: the usual copy knows nothing of times. */
static inline __attribute__((always_inline)) bool fast_run(struct text_decoder *decoder,
							   const char *at, const char *end,
							   struct slab_batch *batch,
							   const bool with_times)
{
	uint64_t lines = 0;

	while (at < end) {
		const char *event = fast_context(decoder, at);
		const char *newline = NULL;

		if (event) {
			newline = fast_body(decoder, at, event, batch);
		}
		if (newline) {
			if (with_times) {
				fast_time(at, newline, event, batch);
			}
			lines++;
			at = newline + 1;
			continue;
		}
		newline = vector_newline(at);
		event = event ? NULL : fast_other_context(at, newline);
		if (event && fast_body_rare(decoder, at, event, batch)) {
			if (with_times) {
				text_decoder_time(at, (size_t)(newline - at),
						  batch->event_count - 1, &batch->times);
			}
			lines++;
			at = newline + 1;
			continue;
		}
		batch->facts.line_count += lines; /* a damaged line is named by its number */
		lines = 0;
		if (!text_decoder_line(decoder, at, (size_t)(newline - at), false, batch)) {
			return false;
		}
		at = newline + 1;
	}
	batch->facts.line_count += lines;
	return true;
}

bool TEXT_FAST_RUN(struct text_decoder *decoder, const char *at, const char *end,
		   struct slab_batch *batch)
{
	return event_times_wanted(&batch->times) ? fast_run(decoder, at, end, batch, true)
						 : fast_run(decoder, at, end, batch, false);
}
