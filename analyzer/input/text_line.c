/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/text_line.h"

#include "analyzer/input/site_table.h"
#include "analyzer/input/slab_event.h"
#include "analyzer/input/text_context.h"
#include "analyzer/input/text_payload.h"
#include "analyzer/input/text_perf_trace.h"
#include "analyzer/input/text_stack.h"

static bool contains(const char *at, const char *end, const char *wanted)
{
	return memmem(at, (size_t)(end - at), wanted, strlen(wanted)) != NULL;
}

/* "# entries-in-buffer/entries-written: 242/116005   #P:1", "##### CPU 1 buffer started ####" */
static enum text_line_kind decode_comment(const char *line, const char *end,
					  struct trace_facts *facts)
{
	static const char title[] = "# entries-in-buffer/entries-written: ";
	struct text_cursor c = {line, end};
	uint64_t kept;
	uint64_t written;
	uint64_t cpus;

	if (TEXT_TAKE(&c, "##### CPU ")) {
		if (contains(c.at, end, "buffer started")) {
			facts->buffer_started_count++;
			return TEXT_LINE_BUFFER_STARTED;
		}
		return TEXT_LINE_COMMENT;
	}
	if (text_take(&c, title, sizeof(title) - 1) && text_take_decimal(&c, &kept) &&
	    text_take_char(&c, '/') && text_take_decimal(&c, &written)) {
		facts->has_entries = true;
		facts->entries_in_buffer += kept;
		facts->entries_written += written;
		text_skip_spaces(&c);
		/* the largest of several headers, as trace_facts_merge has it */
		if (TEXT_TAKE(&c, "#P:") && text_take_decimal(&c, &cpus) && cpus < 1u << 20 &&
		    cpus > facts->cpu_count) {
			facts->cpu_count = (uint32_t)cpus;
		}
	}
	return TEXT_LINE_COMMENT;
}

/* "CPU:0 [LOST 1833 EVENTS]", "CPU:0 [LOST EVENTS]", "CPU:1 [12 EVENTS DROPPED]" */
static bool take_lost(const char *line, const char *end, uint64_t *ret_cpu, uint64_t *ret_count)
{
	const char *cpu = memmem(line, (size_t)(end - line), "CPU:", 4);
	struct text_cursor c;

	*ret_count = 0;
	if (!cpu) {
		return false;
	}
	c = (struct text_cursor){cpu + 4, end};
	if (!text_take_decimal(&c, ret_cpu) || !TEXT_TAKE(&c, " [")) {
		return false;
	}
	if (TEXT_TAKE(&c, "LOST ")) {
		if (text_take_decimal(&c, ret_count)) {
			text_take_char(&c, ' ');
		}
		return TEXT_TAKE(&c, "EVENTS]");
	}
	if (text_take_decimal(&c, ret_count)) {
		text_take_char(&c, ' ');
	}
	return TEXT_TAKE(&c, "EVENTS DROPPED]");
}

static bool decode_lost(const char *line, const char *end, struct trace_facts *facts)
{
	uint64_t cpu;
	uint64_t count;

	if (!take_lost(line, end, &cpu, &count)) {
		return false;
	}
	facts->lost_notice_count++;
	facts->lost_event_count += count;
	return true;
}

bool text_line_loss(const char *line, size_t length, uint32_t *ret_cpu, uint64_t *ret_count)
{
	const char *end = line + length;
	const char *started = memmem(line, length, "##### CPU ", 10);
	struct text_cursor c = {started ? started + 10 : end, end};
	uint64_t cpu;

	*ret_count = 0;
	if (!text_take_decimal(&c, &cpu) && !take_lost(line, end, &cpu, ret_count)) {
		return false;
	}
	*ret_cpu = cpu < UINT32_MAX ? (uint32_t)cpu : UINT32_MAX;
	return true;
}

/* "1 0 6071099546 type: 550" (raw), "00000001 00000000 000000012638875d type: 624" (hex) */
static bool is_payload_free(const char *line, const char *end)
{
	struct text_cursor c = {line, end};
	uint64_t number;
	unsigned int digits;

	for (int column = 0; column < 3; column++) {
		if (!text_take_hex(&c, &number, &digits) || !text_take_char(&c, ' ')) {
			return false;
		}
	}
	return TEXT_TAKE(&c, "type: ") && text_skip_digits(&c) > 0 && c.at == c.end;
}

/* "cpus=2", "version = 6", "CPU 1 is empty", "CPU:1 [SUBBUFFER START]" of trace-cmd report */
static bool is_report_note(const char *line, const char *end)
{
	struct text_cursor c = {line, end};

	if (TEXT_TAKE(&c, "cpus=") || TEXT_TAKE(&c, "version = ")) {
		return text_skip_digits(&c) > 0 && c.at == end;
	}
	if (!TEXT_TAKE(&c, "CPU ") && !TEXT_TAKE(&c, "CPU:")) {
		return false;
	}
	return text_skip_digits(&c) > 0 &&
	       (TEXT_TAKE(&c, " is empty") || TEXT_TAKE(&c, " [SUBBUFFER START]")) && c.at == end;
}

static enum text_line_kind decode_non_event(const char *line, const char *end,
					    struct trace_facts *facts)
{
	struct text_cursor c = {line, end};

	text_skip_spaces(&c);
	if (c.at == end) {
		return TEXT_LINE_COMMENT; /* a blank line separates, it says nothing */
	}
	if (contains(line, end, "<stack trace") || contains(line, end, "<user stack trace>")) {
		return TEXT_LINE_STACK;
	}
	if (is_report_note(line, end)) {
		return TEXT_LINE_COMMENT;
	}
	if (decode_lost(line, end, facts)) {
		return TEXT_LINE_LOST;
	}
	if (is_payload_free(line, end)) {
		return TEXT_LINE_PAYLOAD_FREE;
	}
	if (*line == '{' && contains(line, end, "hitcount:")) {
		return TEXT_LINE_HISTOGRAM;
	}
	return TEXT_LINE_FOREIGN;
}

/* The event whose name is name[..colon), its body behind the colon. */
static enum text_line_kind decode_event(const char *name, const char *colon, const char *end,
					const struct text_line_options *options,
					struct text_slab *ret)
{
	unsigned int flags = 0;
	enum text_event_kind kind = text_event_classify(name, (size_t)(colon - name), &flags);

	if (kind == TEXT_EVENT_STACK) {
		return TEXT_LINE_STACK;
	}
	if (kind != TEXT_EVENT_SLAB) {
		return kind == TEXT_EVENT_PAGE ? TEXT_LINE_PAGE : TEXT_LINE_OTHER;
	}
	*ret = (struct text_slab){.flags = flags};
	if (!text_payload_parse(colon + 1, end, options, ret)) {
		return TEXT_LINE_DAMAGED;
	}
	/* who freed an object is not accounted: only an allocation's site must make sense */
	if (!(flags & SLAB_EVENT_FREE) && !site_text_valid(ret->site, ret->site_length)) {
		return TEXT_LINE_DAMAGED;
	}
	return TEXT_LINE_SLAB;
}

/* The end of the identifier at name, if a colon follows it; "kmem:kmalloc" counts as one. */
static const char *event_colon(const char *name, const char *end)
{
	struct text_cursor c = {name, end};

	if (TEXT_TAKE(&c, "kmem:")) {
		name = c.at;
	}
	while (c.at < c.end && text_is_name(*c.at)) {
		c.at++;
	}
	return c.at > name && text_at_char(&c, ':') ? c.at : NULL;
}

/* Is what stands before colon an event's name behind a context? Sets *name and its kind. */
static bool is_event_at(const char *line, const char *colon, const char *end, bool accept_bare,
			const char **name, enum text_event_kind *kind)
{
	unsigned int flags;
	bool bare;

	*name = colon;
	while (*name > line && text_is_name((*name)[-1])) {
		(*name)--;
	}
	if (*name == colon || text_is_digit(**name) || colon + 1 >= end || colon[1] != ' ') {
		return false;
	}
	*kind = text_event_classify(*name, (size_t)(colon - *name), &flags);
	if (*name - line >= 5 && memcmp(*name - 5, "kmem:", 5) == 0) {
		*name -= 5;
		if (text_context_ends_perf(line, *name)) {
			return true;
		}
	}
	return text_context_ends(line, *name, &bare) &&
	       (!bare || (accept_bare && *kind != TEXT_EVENT_OTHER));
}

/* How many slab events of one line are tried: bounds the time a hostile line can take. */
#define SEARCH_TRIES 8

/*
 * The line is not one the strict contexts fit: looks from the right for "EVENT: " behind
 * something that ends like a context; a slab event that decodes before any other event.
 */
static enum text_line_kind search_event(const char *line, const char *end,
					const struct text_line_options *options,
					struct text_slab *ret)
{
	enum text_line_kind found = TEXT_LINE_FOREIGN;
	const char *colon = end;
	int tries = 0;

	while (tries < SEARCH_TRIES &&
	       (colon = memrchr(line, ':', (size_t)(colon - line))) != NULL) {
		const char *name;
		enum text_event_kind kind;
		enum text_line_kind what;

		if (!is_event_at(line, colon, end, options->accept_bare, &name, &kind)) {
			continue;
		}
		what = decode_event(name, colon, end, options, ret);
		if (what == TEXT_LINE_SLAB) {
			return what;
		}
		tries += kind == TEXT_EVENT_SLAB;
		if (found == TEXT_LINE_FOREIGN || kind == TEXT_EVENT_SLAB) {
			found = what;
		}
	}
	return found;
}

/* Takes what serial lines leave around a line: NULs and carriage returns. */
static void trim(const char **line, const char **end, struct trace_facts *facts)
{
	bool carriage_return = false;

	while (*end > *line && ((*end)[-1] == '\r' || (*end)[-1] == '\0')) {
		carriage_return |= (*end)[-1] == '\r';
		(*end)--;
	}
	while (*line < *end && (**line == '\0' || **line == '\r')) {
		(*line)++;
	}
	if (carriage_return) {
		facts->carriage_return_count++;
	}
}

enum text_line_kind text_line_decode(const char *line, size_t length,
				     const struct text_line_options *options, struct text_slab *ret,
				     struct trace_facts *facts)
{
	const char *end = line + length;
	const char *event;
	const char *colon;
	const char *behind;
	struct text_line_options console_options = *options;
	enum text_line_kind kind;

	trim(&line, &end, facts);
	if (line < end && *line == '#') {
		return decode_comment(line, end, facts);
	}
	behind = text_console_skip(line, end);
	if (behind != line) {
		facts->console_prefix_count++;
		console_options.accept_bare = true; /* tp_printk prints no task */
	}
	event = text_context_parse(behind, end, TEXT_COMM_WIDTH);
	if (!event) {
		event = text_context_parse(behind, end, TEXT_COMM_WIDTH_LATENCY);
	}
	if (event) {
		if (end - event >= 6 &&
		    (memcmp(event, "<stack", 6) == 0 || memcmp(event, "<user ", 6) == 0)) {
			return TEXT_LINE_STACK;
		}
		colon = event_colon(event, end);
		return colon ? decode_event(event, colon, end, options, ret) : TEXT_LINE_OTHER;
	}
	if (text_stack_is_frame(behind, end)) {
		return TEXT_LINE_STACK;
	}
	kind = search_event(behind, end, &console_options, ret);
	if (kind == TEXT_LINE_FOREIGN) {
		kind = text_perf_trace_decode(behind, end, ret);
	}
	return kind == TEXT_LINE_FOREIGN ? decode_non_event(behind, end, facts) : kind;
}

bool text_line_is_tail(const char *line, size_t length)
{
	return contains(line, line + length, " ptr=") ||
	       contains(line, line + length, "bytes_alloc=") ||
	       contains(line, line + length, "gfp_flags=");
}

bool text_line_is_binary(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)line[i];

		/* escape sequences are a terminal's; everything else below blank is no text */
		if (c < ' ' && c != '\t' && c != '\r' && c != '\0' && c != 0x1b && c != '\a' &&
		    c != '\b') {
			return true;
		}
	}
	return false;
}

void text_count_damaged(struct trace_facts *facts, uint64_t offset)
{
	if (!facts->damaged_count++) {
		facts->first_damaged_line = facts->line_count;
		facts->first_damaged_offset = offset;
	}
}

void text_count_line(struct trace_facts *facts, enum text_line_kind kind, const char *line,
		     size_t length, uint64_t offset)
{
	switch (kind) {
	case TEXT_LINE_PAGE:
		facts->page_event_count++;
		break;
	case TEXT_LINE_OTHER:
		facts->other_event_count++;
		break;
	case TEXT_LINE_STACK:
		facts->stack_line_count++;
		break;
	case TEXT_LINE_COMMENT:
		facts->comment_count++;
		break;
	case TEXT_LINE_PAYLOAD_FREE:
		facts->payload_free_count++;
		break;
	case TEXT_LINE_HISTOGRAM:
		facts->histogram_count++;
		break;
	case TEXT_LINE_FOREIGN:
		facts->foreign_count++;
		facts->binary_count += text_line_is_binary(line, length);
		break;
	case TEXT_LINE_DAMAGED:
		text_count_damaged(facts, offset);
		break;
	case TEXT_LINE_SLAB: /* the caller's to count */
	case TEXT_LINE_LOST:
	case TEXT_LINE_BUFFER_STARTED:
		break; /* counted by text_line_decode */
	}
}
