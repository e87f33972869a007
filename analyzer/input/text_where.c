/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/text_where.h"

#include <string.h>

#include "analyzer/input/text_context.h"
#include "analyzer/input/text_cursor.h"
#include "analyzer/input/text_page.h"
#include "analyzer/input/text_stack.h"

#define NS_PER_SECOND 1000000000u

/* "12.345678" in seconds, "29365us" of latency-format, "4" of clocks that count. */
static bool take_time(struct text_cursor *c, uint64_t *ret)
{
	uint64_t unit = NS_PER_SECOND;

	if (!text_take_decimal(c, ret)) {
		return false;
	}
	if (text_at_char(c, 'u')) {
		return !__builtin_mul_overflow(*ret, 1000u, ret);
	}
	if (__builtin_mul_overflow(*ret, NS_PER_SECOND, ret)) {
		*ret = UINT64_MAX; /* a time stamp counter */
		return true;
	}
	if (text_take_char(c, '.')) {
		while (c->at < c->end && text_is_digit(*c->at) && unit > 1) {
			unit /= 10;
			*ret += unit * (uint64_t)(*c->at - '0');
			c->at++;
		}
	}
	return true;
}

/* "TIME: EVENT" behind the CPU and flags: the last blank-separated word that ends in ':'. */
static bool find_time(const char *from, const char *end, struct text_where *ret)
{
	struct text_cursor c = {from, end};

	while (c.at < c.end) {
		struct text_cursor word;
		const char *stop;

		text_skip_spaces(&c);
		word = c;
		stop = memchr(c.at, ' ', text_left(&c));
		if (!stop) {
			return false;
		}
		/* "12301us+:", "12us : " */
		if (text_is_digit(*word.at) && (stop[-1] == ':' || stop[-1] == 's') &&
		    take_time(&word, &ret->time_ns)) {
			c.at = stop;
			text_skip_spaces(&c);
			if (stop[-1] == 's' && text_take_char(&c, ':')) {
				text_skip_spaces(&c);
			}
			ret->event = c.at;
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
