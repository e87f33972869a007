/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/record_fields.h"

#include <stdbool.h>
#include <string.h>

#include "analyzer/report/record.h"

#define FIELD(structure, member, type)                                                             \
	{                                                                                          \
#member, offsetof(struct structure, member), type, false                           \
	}
/* A member whose 0 says that the trace did not tell. */
#define UNKNOWN(structure, member, type)                                                           \
	{                                                                                          \
#member, offsetof(struct structure, member), type, true                            \
	}
#define TABLE(array)                                                                               \
	{                                                                                          \
		(array), sizeof(array) / sizeof((array)[0])                                        \
	}

static const struct record_field trace_facts_fields[] = {
	FIELD(trace_facts, byte_count, FIELD_U64),
	FIELD(trace_facts, line_count, FIELD_U64),
	FIELD(trace_facts, slab_event_count, FIELD_U64),
	FIELD(trace_facts, page_event_count, FIELD_U64),
	FIELD(trace_facts, other_event_count, FIELD_U64),
	FIELD(trace_facts, stack_line_count, FIELD_U64),
	FIELD(trace_facts, stack_homeless_count, FIELD_U64),
	FIELD(trace_facts, comment_count, FIELD_U64),
	FIELD(trace_facts, foreign_count, FIELD_U64),
	FIELD(trace_facts, damaged_count, FIELD_U64),
	FIELD(trace_facts, overlong_count, FIELD_U64),
	FIELD(trace_facts, payload_free_count, FIELD_U64),
	FIELD(trace_facts, histogram_count, FIELD_U64),
	FIELD(trace_facts, binary_count, FIELD_U64),
	UNKNOWN(trace_facts, first_damaged_line, FIELD_U64),
	UNKNOWN(trace_facts, first_damaged_offset, FIELD_U64),
	FIELD(trace_facts, first_line_cut, FIELD_BOOL),
	FIELD(trace_facts, last_line_cut, FIELD_BOOL),
	FIELD(trace_facts, lost_event_count, FIELD_U64),
	FIELD(trace_facts, lost_notice_count, FIELD_U64),
	UNKNOWN(trace_facts, entries_in_buffer, FIELD_U64),
	UNKNOWN(trace_facts, entries_written, FIELD_U64),
	FIELD(trace_facts, has_entries, FIELD_BOOL),
	UNKNOWN(trace_facts, cpu_count, FIELD_U32),
	FIELD(trace_facts, buffer_started_count, FIELD_U64),
	FIELD(trace_facts, pointer_hashed_count, FIELD_U64),
	FIELD(trace_facts, pointer_raw_count, FIELD_U64),
	FIELD(trace_facts, pointer_32bit_count, FIELD_U64),
	FIELD(trace_facts, pointer_unhashable_count, FIELD_U64),
	FIELD(trace_facts, site_symbolic_count, FIELD_U64),
	FIELD(trace_facts, site_hex_count, FIELD_U64),
	FIELD(trace_facts, console_prefix_count, FIELD_U64),
	FIELD(trace_facts, carriage_return_count, FIELD_U64),
	FIELD(trace_facts, empty_gfp_count, FIELD_U64),
};
const struct record_table trace_facts_table = TABLE(trace_facts_fields);

static const struct record_field match_totals_fields[] = {
	FIELD(match_totals, alloc_count, FIELD_U64),
	FIELD(match_totals, free_count, FIELD_U64),
	FIELD(match_totals, null_free_count, FIELD_U64),
	FIELD(match_totals, failed_count, FIELD_U64),
	FIELD(match_totals, failed_bytes_requested, FIELD_U64),
	FIELD(match_totals, unmatched_free_count, FIELD_U64),
	FIELD(match_totals, lost_free_count, FIELD_U64),
	FIELD(match_totals, lost_free_bytes, FIELD_U64),
	FIELD(match_totals, unhashable_alloc_count, FIELD_U64),
	FIELD(match_totals, unhashable_alloc_bytes, FIELD_U64),
	FIELD(match_totals, unhashable_free_count, FIELD_U64),
	FIELD(match_totals, live_count, FIELD_U64),
	FIELD(match_totals, current_dynamic, FIELD_U64),
	FIELD(match_totals, current_requested, FIELD_U64),
	FIELD(match_totals, peak_dynamic, FIELD_U64),
	FIELD(match_totals, peak_live_count, FIELD_U64),
};
const struct record_table match_totals_table = TABLE(match_totals_fields);

static const struct record_field attribution_facts_fields[] = {
	FIELD(attribution_facts, unnamed_sites, FIELD_U64),
	FIELD(attribution_facts, unnamed_bytes, FIELD_U64),
	FIELD(attribution_facts, unknown_sites, FIELD_U64),
	FIELD(attribution_facts, unknown_bytes, FIELD_U64),
	FIELD(attribution_facts, ambiguous_sites, FIELD_U64),
	FIELD(attribution_facts, ambiguous_bytes, FIELD_U64),
	FIELD(attribution_facts, mismatch_sites, FIELD_U64),
	FIELD(attribution_facts, mismatch_bytes, FIELD_U64),
	FIELD(attribution_facts, checked_sites, FIELD_U64),
	FIELD(attribution_facts, link_address_sites, FIELD_U64),
	FIELD(attribution_facts, link_address_bytes, FIELD_U64),
	FIELD(attribution_facts, direct_sites, FIELD_U64),
	FIELD(attribution_facts, direct_bytes, FIELD_U64),
	FIELD(attribution_facts, via_sites, FIELD_U64),
	FIELD(attribution_facts, via_bytes, FIELD_U64),
	FIELD(attribution_facts, tail_sites, FIELD_U64),
	FIELD(attribution_facts, tail_bytes, FIELD_U64),
	FIELD(attribution_facts, indirect_sites, FIELD_U64),
	FIELD(attribution_facts, indirect_bytes, FIELD_U64),
	FIELD(attribution_facts, undecidable_sites, FIELD_U64),
	FIELD(attribution_facts, undecidable_bytes, FIELD_U64),
	FIELD(attribution_facts, no_call_sites, FIELD_U64),
	FIELD(attribution_facts, no_call_bytes, FIELD_U64),
	FIELD(attribution_facts, sought_sites, FIELD_U64),
	FIELD(attribution_facts, misfit_sites, FIELD_U64),
	FIELD(attribution_facts, slide_origin, FIELD_U64),
	FIELD(attribution_facts, slide, FIELD_U64),
	FIELD(attribution_facts, slide_sites, FIELD_U64),
	FIELD(attribution_facts, slide_hits, FIELD_U64),
	FIELD(attribution_facts, slide_runner_up, FIELD_U64),
	FIELD(attribution_facts, unplaced_sites, FIELD_U64),
	FIELD(attribution_facts, unplaced_bytes, FIELD_U64),
	FIELD(attribution_facts, debug_sites, FIELD_U64),
	FIELD(attribution_facts, debug_bytes, FIELD_U64),
	FIELD(attribution_facts, differing_sites, FIELD_U64),
	FIELD(attribution_facts, differing_bytes, FIELD_U64),
	FIELD(attribution_facts, init_text_sites, FIELD_U64),
	FIELD(attribution_facts, init_text_bytes, FIELD_U64),
	FIELD(attribution_facts, module_sites, FIELD_U64),
	FIELD(attribution_facts, module_bytes, FIELD_U64),
};
const struct record_table attribution_facts_table = TABLE(attribution_facts_fields);

static const struct record_field kernel_facts_fields[] = {
	FIELD(kernel_tree_facts, object_count, FIELD_SIZE),
	FIELD(kernel_tree_facts, vmlinux_object_count, FIELD_SIZE),
	FIELD(kernel_tree_facts, module_count, FIELD_SIZE),
	FIELD(kernel_tree_facts, bitcode_count, FIELD_SIZE),
	FIELD(kernel_tree_facts, unreadable_count, FIELD_SIZE),
};
const struct record_table kernel_facts_table = TABLE(kernel_facts_fields);

static const struct record_field kernel_sizes_fields[] = {
	{"built_in_text", offsetof(struct kernel_record, built_in.text), FIELD_U64, false},
	{"built_in_data", offsetof(struct kernel_record, built_in.data), FIELD_U64, false},
	{"built_in_bss", offsetof(struct kernel_record, built_in.bss), FIELD_U64, false},
	{"modules_text", offsetof(struct kernel_record, modules.text), FIELD_U64, false},
	{"modules_data", offsetof(struct kernel_record, modules.data), FIELD_U64, false},
	{"modules_bss", offsetof(struct kernel_record, modules.bss), FIELD_U64, false},
	{"vmlinux_text", offsetof(struct kernel_record, vmlinux.text), FIELD_U64, false},
	{"vmlinux_data", offsetof(struct kernel_record, vmlinux.data), FIELD_U64, false},
	{"vmlinux_bss", offsetof(struct kernel_record, vmlinux.bss), FIELD_U64, false},
	FIELD(kernel_record, has_vmlinux, FIELD_BOOL),
};
const struct record_table kernel_sizes_table = TABLE(kernel_sizes_fields);

uint64_t record_field_get(const struct record_field *field, const void *record)
{
	const char *member = (const char *)record + field->offset;

	switch (field->type) {
	case FIELD_U64:
		return *(const uint64_t *)(const void *)member;
	case FIELD_U32:
		return *(const uint32_t *)(const void *)member;
	case FIELD_SIZE:
		return *(const size_t *)(const void *)member;
	case FIELD_BOOL:
		break;
	}
	return *(const bool *)(const void *)member;
}

bool record_field_set(const struct record_field *field, void *record, uint64_t value)
{
	char *member = (char *)record + field->offset;

	switch (field->type) {
	case FIELD_U64:
		*(uint64_t *)(void *)member = value;
		return true;
	case FIELD_U32:
		*(uint32_t *)(void *)member = (uint32_t)value;
		return value <= UINT32_MAX;
	case FIELD_SIZE:
		*(size_t *)(void *)member = (size_t)value;
		return value <= SIZE_MAX;
	case FIELD_BOOL:
		break;
	}
	*(bool *)(void *)member = value != 0;
	return value <= 1;
}

const struct record_field *record_field_find(const struct record_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++) {
		if (strcmp(table->fields[i].name, name) == 0) {
			return &table->fields[i];
		}
	}
	return NULL;
}
