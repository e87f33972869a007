/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/json_text.h"

#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

void json_document_init(struct json_document *document)
{
	document->root = json_object_new_object();
	document->failed = !document->root;
}

int json_document_write(struct json_document *document, FILE *out, struct error *err)
{
	const char *text = NULL;

	if (!document->failed) {
		text = json_object_to_json_string_ext(
			document->root, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
						JSON_C_TO_STRING_NOSLASHESCAPE);
	}
	if (text) {
		fputs(text, out); /* a failure stays in the stream */
		putc('\n', out);
	}
	json_object_put(document->root);
	document->root = NULL;
	return text ? 0 : error_no_memory(err);
}

static struct json_object *put(struct json_document *document, struct json_object *to,
			       const char *key, struct json_object *value)
{
	if (!to || !value || json_object_object_add(to, key, value) != 0) {
		json_object_put(value);
		document->failed = true;
		return NULL;
	}
	return value;
}

struct json_object *json_put_object(struct json_document *document, struct json_object *to,
				    const char *key)
{
	return put(document, to, key, json_object_new_object());
}

struct json_object *json_put_array(struct json_document *document, struct json_object *to,
				   const char *key)
{
	return put(document, to, key, json_object_new_array());
}

void json_append_unsigned(struct json_document *document, struct json_object *to, uint64_t value)
{
	struct json_object *number = json_object_new_uint64(value);

	if (!to || !number || json_object_array_add(to, number) != 0) {
		json_object_put(number);
		document->failed = true;
	}
}

struct json_object *json_append_object(struct json_document *document, struct json_object *to)
{
	struct json_object *value = json_object_new_object();

	if (!to || !value || json_object_array_add(to, value) != 0) {
		json_object_put(value);
		document->failed = true;
		return NULL;
	}
	return value;
}

/*
 * Bytes of the well-formed UTF-8 sequence text begins with, 0 if there is none (Unicode
 * 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
 */
static size_t sequence_length(const unsigned char *text)
{
	static const struct {
		unsigned char first, last; /* of the lead byte */
		unsigned char second_min, second_max;
		size_t length;
	} forms[] = {
		{0x01, 0x7f, 0, 0xff, 1},    {0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (text[0] < forms[i].first || text[0] > forms[i].last) {
			continue;
		}
		for (size_t at = 1; at < forms[i].length; at++) {
			unsigned char low = at == 1 ? forms[i].second_min : 0x80;
			unsigned char high = at == 1 ? forms[i].second_max : 0xbf;

			if (text[at] < low || text[at] > high) {
				return 0;
			}
		}
		return forms[i].length;
	}
	return 0;
}

static struct json_object *text_object(const char *text)
{
	/* Each byte becomes three at most. */
	char *copy = malloc(strlen(text) * strlen(REPLACEMENT) + 1);
	struct json_object *value;
	size_t used = 0;

	if (!copy) {
		return NULL;
	}
	while (*text) {
		size_t length = sequence_length((const unsigned char *)text);

		if (length) {
			memcpy(copy + used, text, length);
			used += length;
			text += length;
		} else {
			memcpy(copy + used, REPLACEMENT, strlen(REPLACEMENT));
			used += strlen(REPLACEMENT);
			text++;
		}
	}
	copy[used] = '\0';
	value = json_object_new_string(copy);
	free(copy);
	return value;
}

void json_put_text(struct json_document *document, struct json_object *to, const char *key,
		   const char *text)
{
	if (text) {
		put(document, to, key, text_object(text));
	}
}

void json_put_unsigned(struct json_document *document, struct json_object *to, const char *key,
		       uint64_t value)
{
	put(document, to, key, json_object_new_uint64(value));
}

void json_put_signed(struct json_document *document, struct json_object *to, const char *key,
		     int64_t value)
{
	put(document, to, key, json_object_new_int64(value));
}

void json_put_bool(struct json_document *document, struct json_object *to, const char *key,
		   bool value)
{
	put(document, to, key, json_object_new_boolean(value));
}

void json_put_record(struct json_document *document, struct json_object *to,
		     const struct record_table *table, const void *record)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct record_field *field = &table->fields[i];
		uint64_t value = record_field_get(field, record);

		if (field->zero_is_unknown && !value) {
			continue;
		}
		if (field->type == FIELD_BOOL) {
			json_put_bool(document, to, field->name, value != 0);
		} else {
			json_put_unsigned(document, to, field->name, value);
		}
	}
}
