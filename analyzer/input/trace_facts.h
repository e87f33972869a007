/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a decoder noticed about the recording itself, beside its events.
 *
 * Every counter here is reported somewhere (summary, verdict, JSON): nothing is
 * recorded and then kept silent. Facts of the chunks of one input add up with
 * trace_facts_merge, called in input order.
 */
#ifndef ANALYZER_INPUT_TRACE_FACTS_H
#define ANALYZER_INPUT_TRACE_FACTS_H

#include <stdbool.h>
#include <stdint.h>

/* The longest line decoded, in bytes; kernel lines are below 1 KiB. */
#define TRACE_LINE_MAX (1u << 20)

struct trace_facts {
	uint64_t byte_count;
	uint64_t line_count;
	uint64_t slab_event_count;     /* decoded kmalloc*, kmem_cache_*, kfree lines */
	uint64_t page_event_count;     /* mm_page_*: recognised, not part of slab figures */
	uint64_t other_event_count;    /* any other well-formed event line */
	uint64_t stack_line_count;     /* <stack trace>, " => function" */
	uint64_t stack_homeless_count; /* stacks whose event was not found (only counted if kept) */
	uint64_t comment_count;	       /* header lines: first byte '#' */
	uint64_t foreign_count;	 /* lines that are none of this: printk, prompts, marker text */
	uint64_t damaged_count;	 /* name a slab event, but its payload does not decode */
	uint64_t overlong_count; /* lines over TRACE_LINE_MAX bytes, skipped (also foreign) */
	uint64_t
		payload_free_count; /* lines of the raw and hex trace options: no payload in them */
	uint64_t histogram_count;   /* lines of a hist trigger file: sums, not events */
	uint64_t binary_count;	    /* foreign lines that hold control bytes */
	uint64_t first_damaged_line;   /* 1-based, 0 if none */
	uint64_t first_damaged_offset; /* bytes from the start of the input */
	bool first_line_cut;	       /* the first line is the tail of one */
	bool last_line_cut;	       /* the input ends inside a line */

	uint64_t lost_event_count;  /* sum of "LOST n EVENTS" and "n EVENTS DROPPED" */
	uint64_t lost_notice_count; /* those lines, with or without a number */
	uint64_t entries_in_buffer; /* of "# entries-in-buffer/entries-written: a/b", summed */
	uint64_t entries_written;
	bool has_entries;
	uint32_t cpu_count;	       /* "#P:n" of the header, 0 if unknown */
	uint64_t buffer_started_count; /* "##### CPU n buffer started ####" */

	/* Pointers of slab events, by what their text shows. */
	uint64_t pointer_hashed_count; /* 16 digits with the upper 8 zero, not NULL */
	uint64_t pointer_raw_count;    /* 64-bit values with upper bits set */
	uint64_t pointer_32bit_count;  /* printed with 8 digits or fewer: raw or hashed, not to be
					  told */
	uint64_t pointer_unhashable_count; /* (____ptrval____), (ptrval) */

	/* Call sites, by how they were printed (per allocation). */
	uint64_t site_symbolic_count;	/* name+0xoff[/0xsize] */
	uint64_t site_hex_count;	/* bare hexadecimal (%lx, or %pS without a symbol) */
	uint64_t console_prefix_count;	/* lines behind a printk prefix */
	uint64_t carriage_return_count; /* lines that ended in CR LF */
	uint64_t empty_gfp_count;	/* gfp_flags= empty: the 6.1 hash-ptr=0 defect */
};

/* Adds what, the facts of the part of the input that follows directly, to facts. */
void trace_facts_merge(struct trace_facts *facts, const struct trace_facts *what);

#endif
