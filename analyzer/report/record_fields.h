/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counters of the records by name: one table per struct, which JSON and the
 * database both read. A counter that is in no table would be lost in both;
 * test_record_fields holds the tables to the structs.
 */
#ifndef ANALYZER_REPORT_RECORD_FIELDS_H
#define ANALYZER_REPORT_RECORD_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum record_field_type { FIELD_U64, FIELD_U32, FIELD_BOOL, FIELD_SIZE };

struct record_field {
	const char *name;
	size_t offset;
	enum record_field_type type;
	bool zero_is_unknown; /* JSON leaves it out then */
};

struct record_table {
	const struct record_field *fields;
	size_t count;
};

extern const struct record_table trace_facts_table;
extern const struct record_table match_totals_table;
extern const struct record_table attribution_facts_table;
extern const struct record_table kernel_facts_table; /* the counters of kernel_tree_facts */
extern const struct record_table kernel_sizes_table; /* of struct kernel_record */

uint64_t record_field_get(const struct record_field *field, const void *record);
/* False if value does not fit the member. */
bool record_field_set(const struct record_field *field, void *record, uint64_t value);

/* NULL if there is none of that name. */
const struct record_field *record_field_find(const struct record_table *table, const char *name);

#endif
