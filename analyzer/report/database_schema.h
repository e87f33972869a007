/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of a saved analysis. Private to analyzer/report, like the packing of symbols.
 */
#ifndef ANALYZER_REPORT_DATABASE_SCHEMA_H
#define ANALYZER_REPORT_DATABASE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/attribute/memory_tree.h"
#include "analyzer/base/error.h"
#include "analyzer/report/record.h"
#include "analyzer/report/record_fields.h"

struct database_table {
	const char *name;
	const char *sql; /* as CREATE made it: what sqlite_schema says, byte for byte */
};

extern const struct database_table database_tables[];
extern const size_t database_table_count;

/* Tables are compared when a database is read; views are for people only. */
extern const char database_views[];

/* A table of counters and the `record` it has in table counter. */
struct database_counters {
	const char *record;
	const struct record_table *table;
};

enum counter_record {
	COUNTERS_TRACE,
	COUNTERS_TOTALS,
	COUNTERS_ATTRIBUTION,
	COUNTERS_KERNEL,
	COUNTERS_SIZES,
	COUNTERS_END,
};
extern const struct database_counters database_counters[COUNTERS_END];

/* Enumerations as texts, index = value. */
extern const char *const database_measures[DATABASE_MEASURES];
extern const char *const database_filters[3];
extern const char *const database_kinds[5];
extern const char *const database_namings[5];
extern const char *const database_placings[3];

/* The index of text in names[0..count), or -1; text may be NULL. */
int database_index(const char *const *names, size_t count, const char *text);

/*
 * The symbols and the padding of a node, compressed: zlib around a JSON array of
 * [name, text, data, bss] for each symbol, with "padding" as a fifth value for the
 * padding; the text itself where that is no longer. In names, bytes beyond plain ASCII, quotes and
 * backslashes are \u00XX. Only leaves with static bytes count: others come back with the call
 * sites.
 */
struct symbol_pack {
	unsigned char *bytes; /* NULL: no such leaf */
	size_t size;
	size_t raw_size; /* of the JSON text */
};

/* -1 without memory. */
int symbol_pack_make(const struct tree_node *node, struct symbol_pack *ret);
void symbol_pack_release(struct symbol_pack *pack);

/* Adds what pack holds below parent. ERROR_INPUT if it is not as symbol_pack_make does it. */
int symbol_pack_add(const struct symbol_pack *pack, struct memory_tree *tree,
		    struct tree_node *parent, struct error *err);

#endif
