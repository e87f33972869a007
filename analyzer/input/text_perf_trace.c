/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/text_perf_trace.h"

#include <stdio.h>
#include <string.h>

#include "analyzer/input/slab_event.h"
#include "analyzer/input/text_cursor.h"
#include "analyzer/input/text_payload.h"

struct arguments {
	uint64_t call_site, pointer, bytes_req, bytes_alloc;
	bool has_call_site;
};

/* "4096", "-1452862324", "0xff200e91c5170000" */
static bool take_number(struct text_cursor *c, uint64_t *ret)
{
	unsigned int digits;
	bool negative;

	if (TEXT_TAKE(c, "0x")) {
		return text_take_hex(c, ret, &digits);
	}
	negative = text_take_char(c, '-');
	if (!text_take_decimal(c, ret)) {
		return false;
	}
	*ret = negative ? -*ret : *ret;
	return true;
}

/* Steps over a value that is not needed: a word, or a name in quotes. */
static void skip_value(struct text_cursor *c)
{
	bool is_quoted = text_take_char(c, '"');

	while (c->at < c->end && (is_quoted ? *c->at != '"' : *c->at != ',' && *c->at != ')')) {
		c->at++;
	}
	if (is_quoted) {
		text_take_char(c, '"');
	}
}

static bool take_argument(struct text_cursor *c, struct arguments *ret)
{
	if (TEXT_TAKE(c, "call_site: ")) {
		ret->has_call_site = true;
		return take_number(c, &ret->call_site);
	}
	if (TEXT_TAKE(c, "ptr: ")) {
		return take_number(c, &ret->pointer);
	}
	if (TEXT_TAKE(c, "bytes_req: ")) {
		return take_number(c, &ret->bytes_req);
	}
	if (TEXT_TAKE(c, "bytes_alloc: ")) {
		return take_number(c, &ret->bytes_alloc);
	}
	while (c->at < c->end && text_is_name(*c->at)) {
		c->at++;
	}
	if (!TEXT_TAKE(c, ": ")) {
		return false;
	}
	skip_value(c);
	return true;
}

/* "call_site: ..., ptr: ...)" up to the end of the line. */
static bool take_arguments(struct text_cursor *c, struct arguments *ret)
{
	do {
		if (!take_argument(c, ret)) {
			return false;
		}
	} while (TEXT_TAKE(c, ", "));
	return text_take_char(c, ')') && c->at == c->end;
}

/* The address of which call_site is the lower half: kernels of 64 bits are at the top. */
static uint64_t whole_address(const struct arguments *arguments)
{
	uint64_t low = arguments->call_site & UINT32_MAX;
	bool is_32bit = arguments->pointer != 0 && arguments->pointer <= UINT32_MAX;

	if (arguments->call_site != low && arguments->call_site < (uint64_t)INT32_MIN) {
		return arguments->call_site; /* a perf that prints all of it */
	}
	return is_32bit ? low : low | (uint64_t)UINT32_MAX << 32;
}

enum text_line_kind text_perf_trace_decode(const char *line, const char *end, struct text_slab *ret)
{
	const char *event = memmem(line, (size_t)(end - line), " kmem:", 6);
	struct arguments arguments = {0};
	struct text_cursor c;
	unsigned int flags;
	enum text_event_kind kind;

	if (!event) {
		return TEXT_LINE_FOREIGN;
	}
	event++;
	c = (struct text_cursor){event + strlen("kmem:"), end};
	while (c.at < c.end && text_is_name(*c.at)) {
		c.at++;
	}
	kind = text_event_classify(event, (size_t)(c.at - event), &flags);
	if (!text_take_char(&c, '(')) {
		return TEXT_LINE_FOREIGN;
	}
	if (kind != TEXT_EVENT_SLAB) {
		return kind == TEXT_EVENT_PAGE ? TEXT_LINE_PAGE : TEXT_LINE_OTHER;
	}
	*ret = (struct text_slab){.flags = flags, .pointer_digits = 16};
	if (!take_arguments(&c, &arguments) || !arguments.has_call_site) {
		return TEXT_LINE_DAMAGED;
	}
	ret->pointer = arguments.pointer;
	ret->pointer_digits = arguments.pointer > UINT32_MAX ? 16 : 8;
	ret->bytes_req = arguments.bytes_req;
	ret->bytes_alloc = arguments.bytes_alloc;
	ret->site_length = (size_t)snprintf(ret->made_site, sizeof(ret->made_site), "0x%llx",
					    (unsigned long long)whole_address(&arguments));
	ret->site = ret->made_site;
	return TEXT_LINE_SLAB;
}
