/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/text_where.h"

#include <string.h>

#include "analyzer/input/event_times.h"
#include "analyzer/input/text_context.h"
#include "analyzer/input/text_cursor.h"
#include "analyzer/input/text_page.h"
#include "analyzer/input/text_stack.h"

#define NS_PER_SECOND 1000000000u

/* "12.345678" in seconds, "29365us" of latency-format, "4" of clocks that count. */
static bool take_time(struct text_cursor *c, struct text_where *ret)
{
	uint64_t unit = NS_PER_SECOND;
	uint64_t number;

	if (!text_take_decimal(c, &number)) {
		return false;
	}
	if (TEXT_TAKE(c, "us")) {
		if (__builtin_mul_overflow(number, 1000u, &ret->time_ns)) {
			return false;
		}
		ret->stamp = ret->time_ns;
		return ret->stamp < EVENT_STAMP_TICKS;
	}
	if (__builtin_mul_overflow(number, NS_PER_SECOND, &ret->time_ns)) {
		ret->time_ns = UINT64_MAX; /* a time stamp counter */
	}
	if (!text_take_char(c, '.')) {
		ret->stamp =
			number < EVENT_STAMP_TICKS ? number | EVENT_STAMP_TICKS : EVENT_STAMP_NONE;
		return true;
	}
	while (c->at < c->end && text_is_digit(*c->at)) {
		unit /= 10;
		if (ret->time_ns != UINT64_MAX) {
			ret->time_ns += unit * (uint64_t)(*c->at - '0');
		}
		c->at++;
	}
	ret->stamp = ret->time_ns < EVENT_STAMP_TICKS ? ret->time_ns : EVENT_STAMP_NONE;
	return true;
}

/* Behind a time: ':', or latency-format's mark, of which a blank is one: "12301us+:", "12us : ". */
static bool take_time_end(struct text_cursor *word, const char *stop, const char *end)
{
	if (word->at < stop && *word->at != ':') {
		word->at++;
	}
	word->end = end;
	if (word->at == stop) {
		text_skip_spaces(word);
		return text_take_char(word, ':');
	}
	return text_take_char(word, ':') && word->at == stop;
}

/* "TIME: EVENT" behind the CPU and flags: the last blank-separated word that ends in ':'. */
static bool find_time(const char *from, const char *end, struct text_where *ret)
{
	struct text_cursor c = {from, end};

	while (c.at < c.end) {
		struct text_cursor word;
		const char *stop;

		text_skip_spaces(&c);
		stop = memchr(c.at, ' ', text_left(&c));
		if (!stop) {
			return false;
		}
		word = (struct text_cursor){c.at, stop};
		if (text_is_digit(*word.at) && take_time(&word, ret) &&
		    take_time_end(&word, stop, end)) {
			text_skip_spaces(&word);
			ret->event = word.at;
			return true;
		}
		c.at = stop;
	}
	return false;
}

bool text_where_get(const char *line, const char *end, struct text_where *ret)
{
	struct text_cursor c;
	const char *cpu;

	if (!text_stack_cpu(line, end, &ret->cpu) ||
	    !text_task(line, end, &ret->task, &ret->task_length)) {
		return false;
	}
	c = (struct text_cursor){ret->task + ret->task_length, end};
	text_skip_spaces(&c);
	text_take_char(&c, '-');
	if (!text_take_decimal(&c, &ret->pid)) {
		return false;
	}
	cpu = memchr(c.at, ']', text_left(&c));
	return find_time(cpu && cpu - c.at < 64 ? cpu + 1 : c.at, end, ret);
}

bool text_where_marker(const struct text_where *where, const char *end, const char **ret,
		       size_t *ret_length)
{
	struct text_cursor c = {where->event, end};
	bool is_print = TEXT_TAKE(&c, "print: ") || TEXT_TAKE(&c, "ftrace:print: ");

	text_skip_spaces(&c);
	if (!TEXT_TAKE(&c, "tracing_mark_write: ") && !is_print) {
		return false;
	}
	while (end > c.at && (end[-1] == '\r' || end[-1] == ' ')) {
		end--;
	}
	*ret = c.at;
	*ret_length = (size_t)(end - c.at);
	return true;
}
