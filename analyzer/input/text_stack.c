/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/text_stack.h"

#include "analyzer/input/site_table.h"
#include "analyzer/input/text_context.h"
#include "analyzer/input/text_cursor.h"

/* perf script: a tab or blanks, the address, blanks, "symbol+0xoff", " (object)" */
static bool take_perf_address(struct text_cursor *c)
{
	uint64_t address;
	unsigned int digits;

	if (!text_take_char(c, '\t')) {
		return false;
	}
	text_skip_spaces(c);
	return text_take_hex(c, &address, &digits) && text_take_char(c, ' ');
}

bool text_stack_is_frame(const char *line, const char *end)
{
	struct text_cursor c;

	line = text_console_skip(line, end);
	c = (struct text_cursor){line, end};
	if (text_at_char(&c, '\t')) {
		return take_perf_address(&c);
	}
	text_skip_spaces(&c);
	/* "=> x" is also a command a task may have */
	return TEXT_TAKE(&c, "=> ") && !text_context_parse(line, end, TEXT_COMM_WIDTH) &&
	       !text_context_parse(line, end, TEXT_COMM_WIDTH_LATENCY);
}

bool text_stack_frame(const char *line, const char *end, const char **ret, size_t *ret_length)
{
	struct text_cursor c = {text_console_skip(line, end), end};
	bool is_perf;

	line = c.at;
	is_perf = take_perf_address(&c);
	if (!is_perf) {
		c.at = line;
		text_skip_spaces(&c);
		if (!TEXT_TAKE(&c, "=> ")) {
			return false;
		}
	}
	*ret = c.at;
	while (c.at < c.end && *c.at != ' ' && *c.at != '\r') {
		c.at++;
	}
	*ret_length = (size_t)(c.at - *ret);
	/* perf names the object: "([kernel.kallsyms])", "([ext4])" are the kernel's */
	if (is_perf && !TEXT_TAKE(&c, " ([")) {
		return false;
	}
	if (*ret_length == 0 || **ret == '<' || **ret == '[' || memchr(*ret, '[', *ret_length)) {
		return false; /* user space, or unknown to perf */
	}
	return !(*ret_length == 1 && **ret == '0');
}

bool text_stack_is_user(const char *line, const char *end)
{
	return memmem(line, (size_t)(end - line), "<user stack", 11) != NULL;
}

bool text_stack_cpu(const char *line, const char *end, uint32_t *ret)
{
	struct text_cursor c = {text_console_skip(line, end), end};
	uint64_t cpu;
	const char *open;

	if (text_left(&c) > TEXT_COMM_WIDTH_LATENCY && c.at[TEXT_COMM_WIDTH_LATENCY] == '-' &&
	    text_context_parse(c.at, end, TEXT_COMM_WIDTH_LATENCY)) {
		c.at += TEXT_COMM_WIDTH_LATENCY + 1;
		text_skip_digits(&c);
		text_skip_spaces(&c);
		if (text_take_decimal(&c, &cpu)) {
			*ret = (uint32_t)cpu;
			return true;
		}
	}
	/* a command may hold anything, even "[000] " */
	if (text_left(&c) > TEXT_COMM_WIDTH && c.at[TEXT_COMM_WIDTH] == '-' &&
	    text_context_parse(c.at, end, TEXT_COMM_WIDTH)) {
		c.at += TEXT_COMM_WIDTH;
	}
	/* the first "[digits]" of 3 digits, with a blank behind */
	while ((open = memchr(c.at, '[', text_left(&c))) != NULL) {
		c.at = open + 1;
		if (text_take_decimal(&c, &cpu) && TEXT_TAKE(&c, "] ") && cpu < UINT32_MAX &&
		    c.at - open >= 5) {
			*ret = (uint32_t)cpu;
			return true;
		}
		c.at = open + 1;
	}
	return false;
}

int text_stack_frame_valid(const char *text, size_t length)
{
	if (length == 0 || length > SITE_TEXT_MAX) {
		return 0;
	}
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f || text[i] == ';') {
			return 0;
		}
	}
	return 1;
}
