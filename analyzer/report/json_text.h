/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building JSON with json-c without a check at every step: a failed allocation is
 * remembered and reported once, by json_document_write.
 *
 * Texts come from traces and may hold anything: what is no UTF-8 becomes U+FFFD,
 * so that the document is always valid.
 */
#ifndef ANALYZER_REPORT_JSON_TEXT_H
#define ANALYZER_REPORT_JSON_TEXT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analyzer/base/error.h"
#include "analyzer/report/record_fields.h"

struct json_document {
	struct json_object *root;
	bool failed; /* memory ran out somewhere */
};

/* root is an empty object. Released by json_document_write, whatever its result. */
void json_document_init(struct json_document *document);

/* Indented by two spaces, one value per line, a newline at the end; the same bytes each time. */
int json_document_write(struct json_document *document, FILE *out, struct error *err);

/* A new object or array at key of object to. NULL when memory ran out; all take NULL for to. */
struct json_object *json_put_object(struct json_document *document, struct json_object *to,
				    const char *key);
struct json_object *json_put_array(struct json_document *document, struct json_object *to,
				   const char *key);
/* A new object at the end of array to. */
struct json_object *json_append_object(struct json_document *document, struct json_object *to);

/* A number at the end of array to. */
void json_append_unsigned(struct json_document *document, struct json_object *to, uint64_t value);

/* text NULL: not known, so absent. */
void json_put_text(struct json_document *document, struct json_object *to, const char *key,
		   const char *text);
void json_put_unsigned(struct json_document *document, struct json_object *to, const char *key,
		       uint64_t value);
void json_put_signed(struct json_document *document, struct json_object *to, const char *key,
		     int64_t value);
void json_put_bool(struct json_document *document, struct json_object *to, const char *key,
		   bool value);
/* Every member of record that table names; those whose 0 is unknown only if they are not. */
void json_put_record(struct json_document *document, struct json_object *to,
		     const struct record_table *table, const void *record);

#endif
