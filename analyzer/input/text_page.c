/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/text_page.h"

#include <string.h>

#include "analyzer/input/text_context.h"
#include "analyzer/input/text_cursor.h"

/* No architecture has more physical address bits than 52, in pages of 4 KiB and up. */
#define PFN_BITS 52

static const struct {
	const char *name; /* with what must follow it */
	enum text_page_kind kind;
} events[] = {
	{"mm_page_alloc: ", TEXT_PAGE_ALLOC},
	{"mm_page_free: ", TEXT_PAGE_FREE},
	{"mm_page_free_direct: ", TEXT_PAGE_FREE},
	{"mm_page_free_batched: ", TEXT_PAGE_FREE_AGAIN},
};

enum text_page_kind text_page_kind_of(const char *name)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		const size_t length = strlen(events[i].name) - strlen(": ");

		if (strlen(name) == length && memcmp(name, events[i].name, length) == 0) {
			return events[i].kind;
		}
	}
	return TEXT_PAGE_INNER;
}

void text_page_settle(struct text_page *page, uint64_t order, uint64_t migratetype)
{
	if (order > TEXT_PAGE_ORDER_MAX || page->pfn >> PFN_BITS != 0 || migratetype > UINT8_MAX) {
		page->kind = TEXT_PAGE_DAMAGED;
		return;
	}
	page->order = (unsigned int)order;
	page->migratetype = (unsigned int)migratetype;
}

/* The last place where name stands: a command may hold anything. */
static const char *find_last(const char *line, const char *end, const char *name)
{
	size_t length = strlen(name);
	const char *found = NULL;
	const char *at;

	while ((at = memmem(line, (size_t)(end - line), name, length)) != NULL) {
		found = at + length;
		line = at + 1;
	}
	return found;
}

static bool take_number(struct text_cursor *c, uint64_t *ret)
{
	unsigned int digits;
	bool good = TEXT_TAKE(c, "0x") ? text_take_hex(c, ret, &digits) : text_take_decimal(c, ret);

	return good && (c->at == c->end || *c->at == ' ' || *c->at == '\r');
}

/* The value of " key=" in the body; false if it is not there or no number. */
static bool find_number(const char *body, const char *end, const char *key, uint64_t *ret)
{
	size_t length = strlen(key);
	const char *at = memmem(body, (size_t)(end - body), key, length);
	struct text_cursor c;

	if (!at) {
		return false;
	}
	c = (struct text_cursor){at + length, end};
	return take_number(&c, ret);
}

void text_page_decode(const char *line, const char *end, struct text_page *ret)
{
	const char *body = NULL;
	uint64_t order;
	uint64_t migratetype = 0;

	*ret = (struct text_page){.kind = TEXT_PAGE_INNER};
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]) && !body; i++) {
		body = find_last(line, end, events[i].name);
		if (body) {
			ret->kind = events[i].kind;
		}
	}
	if (!body) {
		return;
	}
	if (!find_number(body, end, " pfn=", &ret->pfn) ||
	    !find_number(body, end, " order=", &order) ||
	    (ret->kind == TEXT_PAGE_ALLOC &&
	     !find_number(body, end, " migratetype=", &migratetype))) {
		ret->kind = TEXT_PAGE_DAMAGED;
		return;
	}
	text_page_settle(ret, order, migratetype);
}

/* Steps back over blanks and "(TGID)", then over the PID's digits; NULL if there are none. */
static const char *before_pid(const char *line, const char *at)
{
	const char *digits;

	while (at > line && at[-1] == ' ') {
		at--;
	}
	if (at > line && at[-1] == ')') {
		while (at > line && at[-1] != '(') {
			at--;
		}
		at -= at > line;
		while (at > line && at[-1] == ' ') {
			at--;
		}
	}
	digits = at;
	/* perf prints PID/TID where they differ */
	while (at > line && (text_is_digit(at[-1]) || at[-1] == '/')) {
		at--;
	}
	return at < digits && at > line ? at : NULL;
}

bool text_task(const char *line, const char *end, const char **ret, size_t *ret_length)
{
	const char *start = text_console_skip(line, end);
	const char *stop = NULL;

	if (end - start > TEXT_COMM_WIDTH_LATENCY && start[TEXT_COMM_WIDTH_LATENCY] == '-' &&
	    text_context_parse(start, end, TEXT_COMM_WIDTH_LATENCY)) {
		stop = start + TEXT_COMM_WIDTH_LATENCY;
	} else if (end - start > TEXT_COMM_WIDTH && start[TEXT_COMM_WIDTH] == '-' &&
		   text_context_parse(start, end, TEXT_COMM_WIDTH)) {
		stop = start + TEXT_COMM_WIDTH;
	} else {
		const char *cpu = memmem(start, (size_t)(end - start), " [", 2);

		stop = cpu ? before_pid(start, cpu) : NULL;
		stop = stop ? stop - 1 : NULL; /* the '-' or blank in front of the PID */
	}
	if (!stop) {
		return false;
	}
	while (start < stop && *start == ' ') {
		start++;
	}
	while (stop > start && stop[-1] == ' ') {
		stop--;
	}
	*ret = start;
	*ret_length = (size_t)(stop - start);
	return true;
}
