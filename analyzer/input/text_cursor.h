/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cursor over one line of text; every step checks the end. Private to the text decoders.
 */
#ifndef ANALYZER_INPUT_TEXT_CURSOR_H
#define ANALYZER_INPUT_TEXT_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text_cursor {
	const char *at;
	const char *end;
};

static inline bool text_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline int text_hex_value(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	if (c >= 'A' && c <= 'F') {
		return c - 'A' + 10;
	}
	return -1;
}

static inline bool text_is_name(char c)
{
	return text_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline size_t text_left(const struct text_cursor *c)
{
	return (size_t)(c->end - c->at);
}

static inline bool text_at_char(const struct text_cursor *c, char wanted)
{
	return c->at < c->end && *c->at == wanted;
}

/* Steps over wanted if it is next. */
static inline bool text_take_char(struct text_cursor *c, char wanted)
{
	if (!text_at_char(c, wanted)) {
		return false;
	}
	c->at++;
	return true;
}

static inline bool text_take(struct text_cursor *c, const char *wanted, size_t length)
{
	if (text_left(c) < length || memcmp(c->at, wanted, length) != 0) {
		return false;
	}
	c->at += length;
	return true;
}

#define TEXT_TAKE(cursor, literal) text_take((cursor), (literal), sizeof(literal) - 1)

static inline size_t text_skip_spaces(struct text_cursor *c)
{
	const char *start = c->at;

	while (c->at < c->end && *c->at == ' ') {
		c->at++;
	}
	return (size_t)(c->at - start);
}

static inline size_t text_skip_digits(struct text_cursor *c)
{
	const char *start = c->at;

	while (c->at < c->end && text_is_digit(*c->at)) {
		c->at++;
	}
	return (size_t)(c->at - start);
}

/* Unsigned decimal number; false if there is none or it does not fit 64 bits. */
static inline bool text_take_decimal(struct text_cursor *c, uint64_t *ret)
{
	uint64_t value = 0;
	const char *start = c->at;

	while (c->at < c->end && text_is_digit(*c->at)) {
		if (__builtin_mul_overflow(value, 10u, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*c->at - '0'), &value)) {
			return false;
		}
		c->at++;
	}
	*ret = value;
	return c->at > start;
}

/* Hexadecimal digits, 1 to 16 of them, without prefix; digits receives how many. */
static inline bool text_take_hex(struct text_cursor *c, uint64_t *ret, unsigned int *digits)
{
	uint64_t value = 0;
	const char *start = c->at;

	while (c->at < c->end && text_hex_value(*c->at) >= 0) {
		value = value << 4 | (uint64_t)text_hex_value(*c->at);
		c->at++;
	}
	*ret = value;
	*digits = (unsigned int)(c->at - start);
	return *digits >= 1 && *digits <= 16;
}

#endif
