/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/stack_capture.h"

#include <stdlib.h>
#include <string.h>

bool stack_batch_init(struct stack_batch *batch)
{
	*batch = (struct stack_batch){.waiting = malloc(STACK_CPUS * sizeof(*batch->waiting))};
	return batch->waiting != NULL;
}

void stack_batch_release(struct stack_batch *batch)
{
	free(batch->stacks);
	free(batch->waiting);
	free(batch->carried);
	*batch = (struct stack_batch){0};
}

int stack_capture_init(struct stack_capture *capture, struct site_table *frames,
		       struct site_table *stacks)
{
	*capture = (struct stack_capture){0};
	if (site_cache_init(&capture->frames, frames) < 0) {
		return -1;
	}
	return site_cache_init(&capture->stacks, stacks);
}

void stack_capture_release(struct stack_capture *capture)
{
	site_cache_release(&capture->frames);
	site_cache_release(&capture->stacks);
}

void stack_capture_begin(struct stack_capture *capture, struct stack_batch *batch)
{
	capture->block_length = 0;
	capture->block_cpu = 0;
	capture->block_is_user = false;
	batch->carried_count = 0;
	/* all ones is STACK_CPU_UNSEEN */
	memset(batch->waiting, 0xff, STACK_CPUS * sizeof(*batch->waiting));
}

/* Room for the stack of one more event. */
static bool stacks_reserve(struct stack_batch *batch, uint32_t sequence)
{
	size_t capacity = batch->capacity ? batch->capacity : 1024;
	uint32_t *stacks;

	if (sequence < batch->capacity) {
		return true;
	}
	while (capacity <= sequence) {
		capacity *= 2;
	}
	stacks = realloc(batch->stacks, capacity * sizeof(*stacks));
	if (!stacks) {
		return false;
	}
	batch->stacks = stacks;
	batch->capacity = capacity;
	return true;
}

bool stack_capture_event(struct stack_capture *capture, uint32_t cpu, uint32_t sequence,
			 struct stack_batch *batch)
{
	capture->block_cpu = cpu % STACK_CPUS;
	capture->block_is_user = false;
	batch->waiting[capture->block_cpu] = (struct stack_waiting){
		.latest = sequence,
		.interrupted = batch->waiting[capture->block_cpu].latest,
	};
	if (sequence == STACK_CPU_CLOSED) {
		return true;
	}
	if (!stacks_reserve(batch, sequence)) {
		return false;
	}
	batch->stacks[sequence] = STACK_NONE;
	return true;
}

void stack_capture_header(struct stack_capture *capture, uint32_t cpu, bool is_user)
{
	capture->block_cpu = cpu % STACK_CPUS;
	capture->block_is_user = is_user;
}

bool stack_capture_frame(struct stack_capture *capture, const char *text, size_t length)
{
	uint32_t frame;

	if (capture->block_is_user || capture->block_length == STACK_FRAMES_MAX) {
		return true;
	}
	frame = site_cache_get(&capture->frames, text, length);
	if (frame == SITE_NONE) {
		return !capture->frames.out_of_memory;
	}
	capture->block[capture->block_length++] = frame;
	return true;
}

static bool carry(struct stack_batch *batch, uint32_t cpu, uint32_t stack)
{
	if (batch->carried_count == batch->carried_capacity) {
		size_t capacity = batch->carried_capacity ? batch->carried_capacity * 2 : 16;
		struct stack_carried *carried =
			realloc(batch->carried, capacity * sizeof(*carried));

		if (!carried) {
			return false;
		}
		batch->carried = carried;
		batch->carried_capacity = capacity;
	}
	batch->carried[batch->carried_count++] = (struct stack_carried){cpu, stack};
	return true;
}

/* The stack is the latest event's; the one before may still get its own. */
static void settle(struct stack_batch *batch, struct stack_waiting *waiting, uint32_t stack)
{
	if (waiting->latest != STACK_CPU_CLOSED) {
		batch->stacks[waiting->latest] = stack;
	}
	waiting->latest = waiting->interrupted;
	waiting->interrupted = STACK_CPU_CLOSED;
}

bool stack_capture_close(struct stack_capture *capture, struct stack_batch *batch)
{
	struct stack_waiting *waiting = &batch->waiting[capture->block_cpu];
	uint32_t stack;

	if (capture->block_length == 0) {
		return true;
	}
	stack = site_cache_get(&capture->stacks, (const char *)capture->block,
			       capture->block_length * sizeof(uint32_t));
	capture->block_length = 0;
	if (stack == SITE_NONE) {
		return !capture->stacks.out_of_memory;
	}
	if (waiting->latest == STACK_CPU_UNSEEN) {
		return carry(batch, capture->block_cpu, stack);
	}
	settle(batch, waiting, stack);
	return true;
}

size_t stack_batch_attach(struct stack_batch *batch, const struct stack_batch *next)
{
	size_t homeless = 0;

	for (size_t i = 0; i < next->carried_count; i++) {
		const struct stack_carried *carried = &next->carried[i];
		struct stack_waiting *waiting = &batch->waiting[carried->cpu];

		if (waiting->latest == STACK_CPU_UNSEEN) {
			homeless++;
		} else {
			settle(batch, waiting, carried->stack);
		}
	}
	return homeless;
}
