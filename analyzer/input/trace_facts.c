/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/trace_facts.h"

void trace_facts_merge(struct trace_facts *facts, const struct trace_facts *what)
{
	if (!facts->first_damaged_line && what->first_damaged_line) {
		facts->first_damaged_line = facts->line_count + what->first_damaged_line;
		facts->first_damaged_offset = what->first_damaged_offset;
	}
	facts->first_line_cut |= what->first_line_cut;
	facts->last_line_cut |= what->last_line_cut;
	facts->has_entries |= what->has_entries;
	if (what->cpu_count > facts->cpu_count) {
		facts->cpu_count = what->cpu_count;
	}
#define ADD(field) facts->field += what->field
	ADD(byte_count);
	ADD(line_count);
	ADD(slab_event_count);
	ADD(page_event_count);
	ADD(other_event_count);
	ADD(stack_line_count);
	ADD(stack_homeless_count);
	ADD(comment_count);
	ADD(foreign_count);
	ADD(damaged_count);
	ADD(overlong_count);
	ADD(payload_free_count);
	ADD(histogram_count);
	ADD(binary_count);
	ADD(lost_event_count);
	ADD(lost_notice_count);
	ADD(entries_in_buffer);
	ADD(entries_written);
	ADD(buffer_started_count);
	ADD(pointer_hashed_count);
	ADD(pointer_raw_count);
	ADD(pointer_32bit_count);
	ADD(pointer_unhashable_count);
	ADD(site_symbolic_count);
	ADD(site_hex_count);
	ADD(console_prefix_count);
	ADD(carriage_return_count);
	ADD(empty_gfp_count);
#undef ADD
}
