/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/site_text.h"

#include <string.h>

/* Value of a hexadecimal digit, -1 for anything else; the locale has no say. */
static int hex_digit(char c)
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

/* Reads 1 to 16 hexadecimal digits; NULL if there are none or more. */
static const char *hex_parse(const char *text, uint64_t *ret)
{
	const char *start = text;
	uint64_t value = 0;

	while (hex_digit(*text) >= 0 && text - start < 16) {
		value = value << 4 | (uint64_t)hex_digit(*text++);
	}
	if (text == start || hex_digit(*text) >= 0) {
		return NULL;
	}
	*ret = value;
	return text;
}

/* "0x1d" with its prefix. */
static const char *prefixed_hex_parse(const char *text, uint64_t *ret)
{
	if (text[0] != '0' || text[1] != 'x') {
		return NULL;
	}
	return hex_parse(text + 2, ret);
}

/* Length of a symbol's or module's name at text. */
static size_t name_span(const char *text)
{
	size_t length = 0;

	while ((unsigned char)text[length] > ' ' && text[length] != 0x7f &&
	       !strchr("+[]", text[length])) {
		length++;
	}
	return length;
}

/* " [module]" or " [module buildid]"; text itself if there is none, NULL if it is broken. */
static const char *module_parse(const char *text, struct site_text *ret)
{
	const char *end;

	if (text[0] != ' ' || text[1] != '[') {
		return text;
	}
	ret->module = text + 2;
	ret->module_length = name_span(ret->module);
	end = ret->module + ret->module_length;
	if (*end == ' ') {
		end += 1 + name_span(end + 1);
	}
	if (ret->module_length == 0 || *end != ']') {
		return NULL;
	}
	return end + 1;
}

/* Is text the end, but for the " (-123)" of options/fields? */
static bool rest_is_decimal(const char *text)
{
	if (*text == '\0') {
		return true;
	}
	if (text[0] != ' ' || text[1] != '(') {
		return false;
	}
	text += text[2] == '-' ? 3 : 2;
	return *text != ')' && strcmp(text + strspn(text, "0123456789"), ")") == 0;
}

static bool symbol_parse(const char *text, struct site_text *ret)
{
	ret->name = text;
	ret->name_length = name_span(text);
	text += ret->name_length;
	if (ret->name_length == 0 || *text != '+') {
		return false;
	}
	if (text[1] == '?') {
		ret->offset_unknown = true;
		text += 2;
	} else {
		text = prefixed_hex_parse(text + 1, &ret->offset);
	}
	if (text && *text == '/') {
		text = prefixed_hex_parse(text + 1, &ret->size);
	}
	if (text) {
		text = module_parse(text, ret);
	}
	return text && rest_is_decimal(text);
}

static bool address_parse(const char *text, struct site_text *ret)
{
	ret->is_unnamed = text[0] == '0' && text[1] == 'x';
	text = hex_parse(text + (ret->is_unnamed ? 2 : 0), &ret->address);
	return text && rest_is_decimal(text);
}

void site_text_parse(const char *text, struct site_text *ret)
{
	static const struct site_text nothing;

	*ret = nothing;
	if (address_parse(text, ret)) {
		ret->kind = SITE_TEXT_ADDRESS;
		return;
	}
	*ret = nothing;
	if (symbol_parse(text, ret)) {
		ret->kind = SITE_TEXT_SYMBOL;
		return;
	}
	*ret = nothing;
}
