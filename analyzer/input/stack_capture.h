/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attaching stack traces to their events, also when CPUs interleave.
 *
 * A stack is a record of its own in the ring buffer, behind its event on the same
 * CPU; other CPUs' records may stand between, and so may an interrupt's event with its
 * stack. So a stack belongs to the latest event of its CPU that has none yet; two events
 * per CPU are remembered, the interrupted one and the interrupt's.
 *
 * Chunks are decoded on their own. A stack whose event stands in an earlier chunk is
 * handed on as `carried`; the pipeline attaches it to the chunk before (a stack that
 * comes later than the next chunk is left out: that is 256 KiB of other CPUs' text
 * between an event and its stack). Frames never part from the line above them:
 * trace_input keeps them in one chunk (keep_blocks).
 *
 * Frames are interned by text, stacks by the ids of their frames, innermost first.
 */
#ifndef ANALYZER_INPUT_STACK_CAPTURE_H
#define ANALYZER_INPUT_STACK_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/input/site_table.h"

#define STACK_NONE SITE_NONE

/* Frames beyond this are cut off: the kernel records at most 256 bytes' worth of text ids here. */
#define STACK_FRAMES_MAX (SITE_TEXT_MAX / sizeof(uint32_t))

/* CPUs are told apart modulo this: more than any machine has. */
#define STACK_CPUS 4096u

/* What a CPU did last in this chunk. */
enum { STACK_CPU_UNSEEN = UINT32_MAX, STACK_CPU_CLOSED = UINT32_MAX - 1 };

/* The last two events of a CPU that wait for a stack: sequence numbers, or the above. */
struct stack_waiting {
	uint32_t latest;
	uint32_t interrupted;
};

struct stack_carried {
	uint32_t cpu;
	uint32_t stack;
};

/* The stacks of one chunk; belongs to its slot. */
struct stack_batch {
	uint32_t *stacks; /* by sequence number of the event, STACK_NONE if it has none */
	size_t capacity;
	struct stack_waiting *waiting; /* by CPU */
	struct stack_carried *carried;
	size_t carried_count;
	size_t carried_capacity;
};

/* One thread's capturing. */
struct stack_capture {
	struct site_cache frames;
	struct site_cache stacks;
	uint32_t block[STACK_FRAMES_MAX + SITE_TEXT_SLACK / sizeof(uint32_t)];
	size_t block_length;
	uint32_t block_cpu;
	bool block_is_user;
};

bool stack_batch_init(struct stack_batch *batch);
void stack_batch_release(struct stack_batch *batch);

int stack_capture_init(struct stack_capture *capture, struct site_table *frames,
		       struct site_table *stacks);
void stack_capture_release(struct stack_capture *capture);

/* Begins a chunk. */
void stack_capture_begin(struct stack_capture *capture, struct stack_batch *batch);

/* An event's line on cpu; sequence: its number if it is a slab event, else STACK_CPU_CLOSED. */
bool stack_capture_event(struct stack_capture *capture, uint32_t cpu, uint32_t sequence,
			 struct stack_batch *batch);

/* The line that announces a stack on cpu. */
void stack_capture_header(struct stack_capture *capture, uint32_t cpu, bool is_user);

/* A frame of the stack announced, or of the event above. False: no memory. */
bool stack_capture_frame(struct stack_capture *capture, const char *text, size_t length);

/* The stack above is complete: attaches or carries it. False: no memory. */
bool stack_capture_close(struct stack_capture *capture, struct stack_batch *batch);

/* Attaches what `next`, the chunk behind batch, carries; returns how many found no event. */
size_t stack_batch_attach(struct stack_batch *batch, const struct stack_batch *next);

#endif
