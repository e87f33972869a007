/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a call site, as a table of columns: CSV and Markdown print them,
 * --columns chooses among them, -o sorts by any. Adding a column is adding a row.
 */
#ifndef ANALYZER_REPORT_COLUMNS_H
#define ANALYZER_REPORT_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/attribute/call_site.h"
#include "analyzer/base/error.h"

enum column_type {
	COLUMN_TEXT,
	COLUMN_UNSIGNED, /* bytes or a count */
	COLUMN_SIGNED,	 /* bytes that a damaged trace can make negative */
};

/* The member of the column's type is set, the others are not. */
struct column_value {
	const char *text;
	uint64_t number;
	int64_t difference;
};

struct site_column {
	const char *name;   /* as in JSON, CSV and --columns */
	const char *header; /* for people */
	enum column_type type;
	/* False if it is not known of this site: never a guess, never 0 instead. */
	bool (*get)(const struct call_site *site, struct column_value *ret);
};

/* In the order CSV has them. */
extern const struct site_column site_columns[];
extern const size_t site_column_count;

/* NULL if there is none of that name. */
const struct site_column *site_column_find(const char *name);

/* Text upwards, numbers downwards; unknown values last. <0, 0, >0 as for qsort. */
int site_column_compare(const struct site_column *column, const struct call_site *a,
			const struct call_site *b);

#define COLUMN_LIST_CAPACITY 32

struct column_list {
	const struct site_column *columns[COLUMN_LIST_CAPACITY];
	size_t count;
};

/* "caller,waste": ERROR_USAGE for an unknown, doubled or missing name; says which there are. */
int column_list_parse(const char *text, struct column_list *ret, struct error *err);

#endif
