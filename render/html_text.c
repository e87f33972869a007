/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/html_text.h"

#include <stdbool.h>

#include "render/text.h"

#define REPLACEMENT "\xef\xbf\xbd"

static const char *entity_of(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static const char *escape_of(unsigned char c)
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '<':
		return "\\u003c";
	case '>':
		return "\\u003e";
	case '&':
		return "\\u0026";
	default:
		return NULL;
	}
}

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '&' && c != '\'' && c != '<' && c != '>' &&
	       c != '\\';
}

/* Runs of what needs no change are copied at once: nearly every name is one run. */
static void put(struct byte_buffer *out, const char *text, const char *(*escape)(unsigned char))
{
	const char *start = text;

	while (*text) {
		const char *next = text, *instead;

		if (is_plain(*text)) {
			text++;
			continue;
		}
		instead = escape((unsigned char)*text);
		if (!instead) {
			uint32_t character = utf8_next(&next);

			if (text_is_showable(character)) {
				text = next;
				continue;
			}
			instead = REPLACEMENT;
		} else {
			next = text + 1;
		}
		byte_buffer_append(out, start, (size_t)(text - start));
		byte_buffer_text(out, instead);
		start = text = next;
	}
	byte_buffer_append(out, start, (size_t)(text - start));
}

void html_put_text(struct byte_buffer *out, const char *text)
{
	put(out, text, entity_of);
}

void html_put_json_part(struct byte_buffer *out, const char *text)
{
	put(out, text, escape_of);
}

void html_put_json(struct byte_buffer *out, const char *text)
{
	if (!text) {
		byte_buffer_text(out, "null");
		return;
	}
	byte_buffer_text(out, "\"");
	html_put_json_part(out, text);
	byte_buffer_text(out, "\"");
}
