/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/text_context.h"

/* irqs-off, need-resched (lazy too), hardirq/softirq, preempt and migrate depth. */
static bool is_flag(char c)
{
	return c != '\0' && strchr(".0123456789abcdefABCDEFXNnpLlhHsSzZ", c) != NULL;
}

/* "(  1234)", "(-----)": the thread group of record-tgid. */
static bool take_tgid(struct text_cursor *c)
{
	if (!text_take_char(c, '(')) {
		return false;
	}
	while (c->at < c->end && (*c->at == ' ' || *c->at == '-' || text_is_digit(*c->at))) {
		c->at++;
	}
	return text_take_char(c, ')');
}

/* What latency-format prints behind the time, by how long the step took. */
static bool is_mark(char c)
{
	return c != '\0' && strchr(" $@*#!+", c) != NULL;
}

/* "12.345678:", "1234:", "12301us+:", "12us : " - up to and including the blanks after it. */
static bool take_time(struct text_cursor *c)
{
	if (text_skip_digits(c) == 0) {
		return false;
	}
	if (text_take_char(c, '.') && text_skip_digits(c) == 0) {
		return false;
	}
	if (TEXT_TAKE(c, "us") && c->at < c->end && *c->at != ':') {
		if (!is_mark(*c->at)) {
			return false;
		}
		c->at++;
	}
	return text_take_char(c, ':') && text_skip_spaces(c) > 0;
}

/* trace-cmd report --ts-diff puts "(+37)" between the time and the event. */
static void skip_time_difference(struct text_cursor *c)
{
	struct text_cursor probe = *c;

	if (text_take_char(&probe, '(') &&
	    (text_take_char(&probe, '+') || text_take_char(&probe, '-')) &&
	    text_skip_digits(&probe) > 0 && text_take_char(&probe, ')') &&
	    text_skip_spaces(&probe) > 0) {
		*c = probe;
	}
}

/* [(TGID)] [CPU] [(TGID)] [FLAGS], in front of the time. */
static bool take_cpu_and_flags(struct text_cursor *c)
{
	struct text_cursor probe;

	if (text_at_char(c, '(')) {
		if (!take_tgid(c)) {
			return false;
		}
		text_skip_spaces(c);
	}
	if (!text_take_char(c, '[') || text_skip_digits(c) == 0 || !text_take_char(c, ']')) {
		return false;
	}
	text_skip_spaces(c);
	if (text_at_char(c, '(')) {
		if (!take_tgid(c)) {
			return false;
		}
		text_skip_spaces(c);
	}
	probe = *c;
	while (probe.at < probe.end && is_flag(*probe.at)) {
		probe.at++;
	}
	if (text_left(c) > text_left(&probe) && text_skip_spaces(&probe) > 0) {
		*c = probe; /* a token of flags: the time is still to come */
	}
	return true;
}

const char *text_context_parse(const char *line, const char *end, size_t comm_width)
{
	struct text_cursor c = {line, end};

	if (text_left(&c) <= comm_width || line[comm_width] != '-') {
		return NULL;
	}
	c.at += comm_width + 1;
	if (text_skip_digits(&c) == 0 || text_skip_spaces(&c) == 0) {
		return NULL;
	}
	if (text_at_char(&c, '[') || text_at_char(&c, '(')) {
		if (!take_cpu_and_flags(&c)) {
			return NULL;
		}
	} else {
		/* latency format: the CPU and its flags are one word */
		const char *start = c.at;

		while (c.at < c.end && is_flag(*c.at)) {
			c.at++;
		}
		if (c.at == start || !text_is_digit(*start) || text_skip_spaces(&c) == 0) {
			return NULL;
		}
	}
	if (!take_time(&c)) {
		return NULL;
	}
	skip_time_difference(&c);
	return c.at;
}

/* Backwards over the blanks before at. */
static const char *back_spaces(const char *line, const char *at)
{
	while (at > line && at[-1] == ' ') {
		at--;
	}
	return at;
}

static const char *back_digits(const char *line, const char *at)
{
	while (at > line && text_is_digit(at[-1])) {
		at--;
	}
	return at;
}

/* Does line[..at) end in a time: "12.345678", "1234", "12301us+", "12us ", "(+0.056ms)"? */
static bool ends_in_time(const char *line, const char *at)
{
	const char *digits;

	if (at - line >= 4 && memcmp(at - 3, "ms)", 3) == 0) {
		return true;
	}
	if (at > line && is_mark(at[-1]) && at - line >= 3 && memcmp(at - 3, "us", 2) == 0) {
		at--;
	}
	if (at - line >= 2 && memcmp(at - 2, "us", 2) == 0) {
		at -= 2;
	}
	digits = back_digits(line, at);
	if (digits == at) {
		return false;
	}
	if (digits > line && digits[-1] == '.') {
		at = digits - 1;
		digits = back_digits(line, at);
	}
	return digits < at && (digits == line || digits[-1] == ' ');
}

/* Backwards over "(+37)", the difference of trace-cmd report --ts-diff. */
static const char *back_difference(const char *line, const char *at)
{
	const char *p = at;

	if (p == line || p[-1] != ')') {
		return at;
	}
	p = back_digits(line, p - 1);
	if (p - line < 2 || (p[-1] != '+' && p[-1] != '-') || p[-2] != '(') {
		return at;
	}
	return back_spaces(line, p - 2);
}

bool text_context_ends(const char *line, const char *event, bool *bare)
{
	const char *at = back_spaces(line, event);

	*bare = at == line;
	if (*bare) {
		return true;
	}
	if (at - line >= 2 && at[-1] == '*' && at[-2] == '/') {
		return true;
	}
	at = back_difference(line, at);
	return at > line && at[-1] == ':' && at < event && ends_in_time(line, at - 1);
}

bool text_context_ends_perf(const char *line, const char *event)
{
	const char *at = back_spaces(line, event);
	const char *period = back_digits(line, at);
	const char *time = back_spaces(line, period);

	if (at == event || at == line) {
		return false;
	}
	if (period < at && time < period && time - line >= 2 && time[-1] == ':' &&
	    ends_in_time(line, time - 1)) {
		return true;
	}
	return memchr(line, ':', (size_t)(at - line)) == NULL;
}

/* "T1", "C0": the task or CPU that called printk */
static bool take_printk_caller(struct text_cursor *c)
{
	text_skip_spaces(c);
	if (!text_take_char(c, 'T') && !text_take_char(c, 'C')) {
		return false;
	}
	text_skip_spaces(c);
	return text_skip_digits(c) > 0;
}

/*
 * "[   12.345678] ", "[   12.345678@3] ", "[   12.345678@C3] ", "[   12.345678 T1] ",
 * "[   12.345678][    T1] ", "[   12.345678] [    T1] " (dmesg of util-linux)
 */
static bool take_printk_time(struct text_cursor *c)
{
	struct text_cursor caller;

	if (!text_take_char(c, '[')) {
		return false;
	}
	text_skip_spaces(c);
	if (text_skip_digits(c) == 0 || !text_take_char(c, '.') || text_skip_digits(c) == 0) {
		return false;
	}
	if (text_take_char(c, '@')) {
		text_take_char(c, 'C');
		text_skip_digits(c);
	} else if (!text_at_char(c, ']') && !take_printk_caller(c)) {
		return false;
	}
	if (!text_take_char(c, ']')) {
		return false;
	}
	caller = *c;
	text_take_char(&caller, ' ');
	if (text_take_char(&caller, '[') && take_printk_caller(&caller) &&
	    text_take_char(&caller, ']')) {
		*c = caller;
	}
	/* One blank is printk's; the rest belongs to the line. Empty lines have none. */
	text_take_char(c, ' ');
	return true;
}

/* "Jan  2 03:04:05 " of syslog, "2026-11-22T07:13:00.123456+00:00 " of rsyslog since Debian 12 */
static bool has_log_date(const struct text_cursor *c)
{
	const char *t = c->at;

	if (text_left(c) < 24) {
		return false;
	}
	if (t[0] >= 'A' && t[0] <= 'Z') {
		return t[3] == ' ' && t[6] == ' ' && t[9] == ':' && t[12] == ':' && t[15] == ' ' &&
		       text_is_digit(t[5]);
	}
	return text_is_digit(t[0]) && t[4] == '-' && t[7] == '-' && t[10] == 'T' && t[13] == ':' &&
	       t[16] == ':';
}

/* A log's date, "host kernel: " */
static bool take_syslog(struct text_cursor *c)
{
	const char *kernel;
	size_t window;

	if (!has_log_date(c)) {
		return false;
	}
	window = text_left(c) < 128 ? text_left(c) : 128;
	kernel = memmem(c->at + 16, window - 16, " kernel: ", 9);
	if (!kernel) {
		return false;
	}
	c->at = kernel + 9;
	return true;
}

const char *text_console_skip(const char *line, const char *end)
{
	struct text_cursor c = {line, end};
	struct text_cursor probe;

	if (take_syslog(&c)) {
		line = c.at;
	}
	if (text_take_char(&c, '<') && text_skip_digits(&c) > 0 && text_take_char(&c, '>')) {
		line = c.at;
	} else {
		c.at = line;
	}
	probe = c;
	return take_printk_time(&probe) ? probe.at : line;
}
