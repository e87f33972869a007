/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples put in order: rounds, halves, equal times, and a model of all of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analyzer/input/perf_queue.h"

static void add(struct perf_queue *queue, uint64_t time, uint64_t pointer)
{
	const struct sink_event event = {.pointer = pointer, .time_ns = time};
	const uint64_t frame = pointer;

	assert_true(perf_queue_add(queue, &event, &frame, pointer % 2));
}

static uint64_t take(struct perf_queue *queue)
{
	const struct queued_event *queued = perf_queue_peek(queue);
	const uint64_t *frames;
	uint64_t pointer;
	size_t count;

	if (!queued) {
		return 0;
	}
	pointer = queued->event.pointer;
	frames = queued_frames(queued, &count);
	assert_int_equal(count, pointer % 2);
	assert_true(count == 0 || frames[0] == pointer);
	perf_queue_drop(queue);
	return pointer;
}

/* Two CPUs' buffers, one behind the other; a round lets go what the round before had seen. */
static void test_queue_rounds(void **state)
{
	struct perf_queue queue = {0};

	(void)state;
	add(&queue, 10, 1);
	add(&queue, 30, 3);
	add(&queue, 20, 2);
	add(&queue, 30, 4); /* equal times: in the order of the file */
	perf_queue_end_round(&queue);
	assert_int_equal(take(&queue), 0); /* the next round may bring older ones */
	add(&queue, 40, 6);
	add(&queue, 25, 5);
	perf_queue_end_round(&queue);
	assert_int_equal(take(&queue), 1);
	assert_int_equal(take(&queue), 2);
	assert_int_equal(take(&queue), 5);
	assert_int_equal(take(&queue), 3);
	add(&queue, 35, 7); /* while some are still ready */
	assert_int_equal(take(&queue), 4);
	assert_int_equal(take(&queue), 0);
	perf_queue_end_all(&queue);
	assert_int_equal(take(&queue), 7);
	assert_int_equal(take(&queue), 6);
	assert_int_equal(take(&queue), 0);
	assert_int_equal(queue.frame_count, 0);
	perf_queue_release(&queue);
}

/* Many events of many runs, against the order a plain sort gives. */
static void test_queue_sorts(void **state)
{
	struct perf_queue queue = {0};
	uint64_t last = 0;
	uint64_t sum = 0;
	unsigned int seed = 1;

	(void)state;
	for (uint64_t i = 0; i < 5000; i++) {
		seed = seed * 1103515245u + 12345u;
		add(&queue, seed % 977 + i / 100, i);
		sum += i;
	}
	perf_queue_end_half(&queue);
	for (size_t i = 0; i < 5000; i++) {
		const struct queued_event *queued = perf_queue_peek(&queue);
		uint64_t time;

		if (!queued) {
			perf_queue_end_all(&queue);
			queued = perf_queue_peek(&queue);
		}
		assert_non_null(queued);
		time = queued->event.time_ns;
		assert_true(time >= last);
		last = time;
		sum -= queued->event.pointer;
		perf_queue_drop(&queue);
	}
	assert_int_equal(sum, 0);
	assert_null(perf_queue_peek(&queue));
	perf_queue_release(&queue);
}

/* What the queue promises, the slow way: everything sorted at the end of each round. */
struct reference {
	struct {
		uint64_t time;
		uint64_t pointer; /* counts up: the order of the file */
	} events[4096];
	size_t count;
	size_t ready; /* the first so many may go */
	uint64_t latest;
	uint64_t limit;
};

static void reference_end(struct reference *reference, uint64_t limit, size_t most)
{
	reference->ready = 0;
	for (size_t i = 1; i < reference->count; i++) {
		for (size_t j = i;
		     j > 0 && reference->events[j - 1].time > reference->events[j].time; j--) {
			uint64_t time = reference->events[j].time;
			uint64_t pointer = reference->events[j].pointer;

			reference->events[j] = reference->events[j - 1];
			reference->events[j - 1].time = time;
			reference->events[j - 1].pointer = pointer;
		}
	}
	while (reference->ready < reference->count && reference->ready < most &&
	       reference->events[reference->ready].time <= limit) {
		reference->ready++;
	}
}

static void take_both(struct reference *reference, struct perf_queue *queue)
{
	if (reference->ready == 0) {
		assert_null(perf_queue_peek(queue));
		return;
	}
	assert_int_equal(take(queue), reference->events[0].pointer);
	reference->count--;
	reference->ready--;
	memmove(&reference->events[0], &reference->events[1],
		reference->count * sizeof(reference->events[0]));
}

/* Adds, takes and ends rounds in any order; few times, so that many are equal. */
static void test_queue_model(void **state)
{
	static struct reference reference;
	struct perf_queue queue = {0};
	unsigned int seed = 7;

	(void)state;
	for (uint64_t i = 1; i < 40000; i++) {
		unsigned int dice;
		uint64_t time;

		seed = seed * 1103515245u + 12345u;
		dice = seed >> 16 & 127;
		time = i / 64 + (seed >> 24) % 32;
		if (dice < 64 && reference.count < 4096) {
			add(&queue, time, i);
			reference.events[reference.count].time = time;
			reference.events[reference.count++].pointer = i;
			reference.latest = time > reference.latest ? time : reference.latest;
		} else if (dice < 125) {
			take_both(&reference, &queue);
		} else if (dice == 125) {
			perf_queue_end_half(&queue);
			reference_end(&reference, UINT64_MAX, (reference.count + 1) / 2);
		} else {
			perf_queue_end_round(&queue);
			reference_end(&reference, reference.limit, SIZE_MAX);
			reference.limit = reference.latest;
		}
		assert_int_equal(queue.count, reference.count);
	}
	perf_queue_end_all(&queue);
	reference_end(&reference, UINT64_MAX, SIZE_MAX);
	while (reference.count > 7) {
		take_both(&reference, &queue);
	}
	perf_queue_release(&queue); /* with some left */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_queue_rounds),
		cmocka_unit_test(test_queue_sorts),
		cmocka_unit_test(test_queue_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
