/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which event a perf sample is of, and where its parts are.
 *
 * A sample has no fixed layout: attr.sample_type of its event says which parts there
 * are, always in the same order (PERF_RECORD_SAMPLE in include/uapi/linux/perf_event.h).
 * Which event that is follows from the sample's id, which stands first (IDENTIFIER,
 * since 3.12) or, if all events agree on what comes before, at a fixed place.
 */
#ifndef ANALYZER_INPUT_PERF_SAMPLE_H
#define ANALYZER_INPUT_PERF_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/input/kmem_format.h"

/* perf_event_attr up to read_format: all that is needed, in every version (64 bytes at least). */
#define PERF_ATTR_MIN 64u

/* Where in a sample the fields of a slab event are, if it is read in one step. */
struct perf_slab_layout {
	uint32_t need; /* bytes a sample must have for all of them; 0: not in one step */
	uint32_t pointer, call_site, bytes_req, bytes_alloc;
};

struct perf_attr {
	uint64_t config;      /* tracepoints: the event's ID, common_type of its records */
	uint64_t sample_type; /* PERF_SAMPLE_* bits */
	uint64_t read_format;
	bool is_tracepoint;
	bool ids_all; /* records that are no samples end with a part of what samples begin with */
	const struct kmem_format *format; /* set by perf_attrs_settle; NULL: not described */
	/* Where in a sample these parts are, plus one; 0: the part is not there. */
	uint32_t tid_at, time_at, cpu_at, period_at;
	uint32_t fixed_size; /* of the parts whose size does not vary */
	bool is_plain;	     /* behind these there is the tracepoint's record, nothing else */
	struct perf_slab_layout slab; /* set by perf_attrs_settle */
};

struct perf_id {
	uint64_t id;
	uint32_t attr; /* index */
};

/* The kernel counts ids up: those of one recording are mostly neighbours. */
#define PERF_NEAR_IDS 4096u

/* The events of one recording. */
struct perf_attrs {
	struct perf_attr *items;
	size_t count, capacity;
	struct perf_id *ids; /* sorted once perf_attrs_settle was called */
	size_t id_count, id_capacity;
	uint64_t near_first;		  /* the lowest id, */
	uint16_t near_ids[PERF_NEAR_IDS]; /* and of those from it on: index of their event + 1 */
	bool is_settled;
	bool has_identifier; /* all events' samples begin with their id */
	bool is_uniform;     /* all events' samples have the same layout */
	uint32_t id_at; /* where their ids are, if there are several events, plus one; 0: unknown */
};

/* More are no recording's: PERF_IDS_MAX is 128 events on 8192 CPUs. */
#define PERF_ATTRS_MAX (1u << 15)
#define PERF_IDS_MAX   (1u << 20)

/* Adds the event whose perf_event_attr stands at bytes (PERF_ATTR_MIN of them at least). */
bool perf_attrs_add(struct perf_attrs *attrs, const uint8_t *bytes, bool is_big);
/* Adds an id of the event added last. Both are false when there is no memory, or too many. */
bool perf_attrs_add_id(struct perf_attrs *attrs, uint64_t id);
/*
 * To be called before the first sample, and again when events were added: ties them to the
 * formats, which must outlive attrs' use.
 */
void perf_attrs_settle(struct perf_attrs *attrs, const struct kmem_formats *formats);
void perf_attrs_release(struct perf_attrs *attrs);

struct perf_sample {
	const struct perf_attr *attr;
	uint64_t time;	      /* 0 if not recorded: attr->time_at */
	uint32_t tid;	      /* of the thread; 0 if not recorded: attr->tid_at */
	uint64_t period;      /* events this one stands for */
	uint32_t cpu;	      /* 0 if not recorded */
	const uint8_t *chain; /* chain_count u64, innermost first, with PERF_CONTEXT_ marks */
	size_t chain_count;
	const uint8_t *raw; /* the tracepoint's record */
	size_t raw_size;
};

/*
 * The slab event of a sample in one step, where all its fields have eight bytes and their places
 * are known: without call chains nearly always. period: events it stands for. False: there is
 * more to look at, by perf_sample_parse; *ret is undefined then.
 */
bool perf_sample_slab(const struct perf_attrs *attrs, const uint8_t *body, size_t size, bool is_big,
		      struct sink_event *ret, uint64_t *ret_period);

/* Takes the body of a sample apart; false: it is too short, or of no event described. */
bool perf_sample_parse(const struct perf_attrs *attrs, const uint8_t *body, size_t size,
		       bool is_big, struct perf_sample *ret);

/* What stands behind a record that is no sample (struct sample_id of perf_event_open(2)). */
struct perf_trailer {
	uint64_t time; /* 0 if not recorded */
	uint32_t cpu;  /* 0 if not recorded */
	uint32_t size; /* bytes at the record's end that it takes */
};

/* Of any record, by the layout of the first event, as perf does; all zero: it has none. */
struct perf_trailer perf_trailer_read(const struct perf_attrs *attrs, const uint8_t *body,
				      size_t size, bool is_big);

/*
 * Copies the kernel's part of a call chain, at most capacity addresses, without the marks
 * that tell kernel from user space; is_kernel: what stands before the first mark.
 */
size_t perf_chain_kernel(const struct perf_sample *sample, bool is_big, bool is_kernel,
			 uint64_t *ret, size_t capacity);

#endif
