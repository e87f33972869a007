/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/pipeline.h"

#include <pthread.h>
#include <stdlib.h>

enum slot_state {
	SLOT_FREE,
	SLOT_DECODING,
	SLOT_DECODED,  /* waits to be released */
	SLOT_MATCHING, /* groups_left of its groups are still to be matched */
};

struct slot {
	enum slot_state state;
	unsigned int groups_left;
	struct trace_chunk chunk;
	struct slab_batch batch;
	struct match_deltas deltas;
	struct stack_batch stacks;
};

struct pipeline {
	const struct pipeline_request *request;
	struct pipeline_result *result;
	pthread_mutex_t lock; /* everything below, and the input's claim */
	pthread_cond_t changed;
	struct slot *slots; /* chunk i lives in slots[i % slot_count] */
	unsigned int slot_count;
	uint64_t oldest;		      /* first chunk that is not finished */
	uint64_t released;		      /* chunks released for matching so far */
	uint64_t claimed;		      /* chunks claimed so far */
	uint64_t group_next[SLAB_GROUPS_MAX]; /* the chunk each group matches next */
	bool group_busy[SLAB_GROUPS_MAX];
	bool at_end;
	bool claiming; /* a thread is reading from the stream */
	bool failed;
	uint64_t bytes_done;
	struct sink_sites recent; /* of a binary recording; whoever claims may use it */
	struct error *err;
};

/* Of a binary recording, batches per thread: they are small, and matched some at a time. */
#define READER_SLOTS 4u

struct worker {
	struct pipeline *pipeline;
	struct text_decoder decoder;
	struct stack_capture capture;
	pthread_t thread;
	bool is_main;
};

static struct slot *slot_of(struct pipeline *p, uint64_t chunk)
{
	return &p->slots[chunk % p->slot_count];
}

/* Remembers the first error; the lock is held. */
static void fail(struct pipeline *p, const struct error *err)
{
	if (!p->failed) {
		p->failed = true;
		*p->err = *err;
	}
}

/* A group that has a decoded chunk waiting, oldest first; -1 if there is none. Lock held. */
static int find_match(const struct pipeline *p)
{
	int best = -1;

	for (unsigned int g = 0; g < p->result->group_count; g++) {
		uint64_t chunk = p->group_next[g];

		if (!p->group_busy[g] && chunk < p->released &&
		    (best < 0 || chunk < p->group_next[best])) {
			best = (int)g;
		}
	}
	return best;
}

/* A binary recording is read by the calling thread alone. Lock held. */
static bool can_claim(const struct worker *worker)
{
	const struct pipeline *p = worker->pipeline;

	return !p->at_end && !p->claiming && (!p->request->reader || worker->is_main) &&
	       p->claimed < p->oldest + p->slot_count;
}

/*
 * Wakes who waits for a chunk to match. What the calling thread read of a recording is matched
 * in less time than it was read: so the others are woken for several batches at once, as
 * waking one of them costs as much as matching a batch. Lock held.
 */
static void wake_others(const struct worker *worker)
{
	struct pipeline *p = worker->pipeline;

	if (!p->request->reader || p->failed || !can_claim(worker) ||
	    p->released >= p->oldest + p->slot_count / 2) {
		pthread_cond_broadcast(&p->changed);
	}
}

/* Ends chunks whose groups are all matched, in order. Lock held. */
static void finish_chunks(struct pipeline *p)
{
	while (p->oldest < p->released && slot_of(p, p->oldest)->groups_left == 0) {
		struct slot *slot = slot_of(p, p->oldest);
		struct trace_facts *facts = &slot->batch.facts;

		match_peak_run(&p->result->peak, &slot->deltas, slot->batch.event_count);
		if (p->request->trace->keep_times &&
		    !timeline_walk_run(&p->result->walk, &slot->batch.times, slot->deltas.bytes,
				       slot->batch.event_count)) {
			struct error err;

			error_no_memory(&err);
			fail(p, &err);
		}
		facts->line_count += slot->chunk.overlong_lines;
		facts->overlong_count += slot->chunk.overlong_lines;
		facts->foreign_count += slot->chunk.overlong_lines;
		trace_facts_merge(&p->result->facts, facts);
		p->bytes_done += slot->chunk.length + slot->chunk.overlong_bytes;
		slot->state = SLOT_FREE;
		p->oldest++;
	}
}

/* Releases decoded chunks for matching, in order. Lock held. */
static void release_chunks(struct pipeline *p)
{
	while (p->released < p->claimed && slot_of(p, p->released)->state == SLOT_DECODED) {
		struct slot *slot = slot_of(p, p->released);
		struct slot *next = slot_of(p, p->released + 1);

		if (p->request->frames && p->released + 1 < p->claimed) {
			if (next->state != SLOT_DECODED) {
				break;
			}
			slot->batch.facts.stack_homeless_count +=
				stack_batch_attach(&slot->stacks, &next->stacks);
		} else if (p->request->frames && !p->at_end) {
			break; /* the next chunk is not even claimed */
		}
		if (p->request->trace->keep_times) {
			event_times_settle(&slot->batch.times, slot->batch.event_count,
					   &p->result->walk.clock);
		}
		slot->state = SLOT_MATCHING;
		slot->groups_left = p->result->group_count;
		p->released++;
	}
}

/* Reads and decodes a claimed chunk into its slot. No lock. */
static int decode_chunk(struct worker *worker, struct slot *slot, struct error *err)
{
	struct pipeline *p = worker->pipeline;
	int result = 0;

	if (!p->request->reader) {
		slab_batch_reset(&slot->batch);
		result = trace_input_fill(p->request->input, &slot->chunk, err);
		if (result == 0 &&
		    !text_decoder_run(&worker->decoder, slot->chunk.text, slot->chunk.length,
				      slot->chunk.offset, &slot->batch, &slot->stacks)) {
			result = error_no_memory(err);
		}
	}
	if (result == 0 && !match_deltas_reserve(&slot->deltas, slot->batch.event_count)) {
		result = error_no_memory(err);
	}
	return result;
}

/* Takes the next part of the input; a binary recording is read and decoded here already. */
static int claim(struct worker *worker, struct slot *slot, struct error *err)
{
	struct pipeline *p = worker->pipeline;
	struct event_reader *reader = p->request->reader;
	struct event_sink sink = {
		.sites = &worker->decoder.sites,
		.recent = &p->recent,
		.key = p->request->key,
		.batch = &slot->batch,
		.capture = worker->decoder.capture,
		.stacks = &slot->stacks,
		.part = p->request->part,
	};
	int result;

	if (!reader) {
		return trace_input_claim(p->request->input, &slot->chunk, err);
	}
	event_sink_begin(&sink);
	result = reader->read(reader->state, &sink, err);
	slot->chunk.length = slot->batch.facts.byte_count;
	return result;
}

/* Claims the next chunk and decodes it. The lock is held on entry and on return. */
static void decode_next(struct worker *worker)
{
	struct pipeline *p = worker->pipeline;
	struct slot *slot = slot_of(p, p->claimed);
	struct error err;
	int result;

	p->claiming = true;
	if (p->request->reader || p->request->input->is_stream) {
		/* reading may take or wait: let the others work meanwhile */
		pthread_mutex_unlock(&p->lock);
		result = claim(worker, slot, &err);
		pthread_mutex_lock(&p->lock);
	} else {
		result = claim(worker, slot, &err);
	}
	p->claiming = false;
	if (result <= 0) {
		p->at_end = true;
		if (result < 0) {
			fail(p, &err);
		}
		release_chunks(p);
		return;
	}
	slot->state = SLOT_DECODING;
	p->claimed++;
	if (!p->request->reader) {
		pthread_cond_broadcast(&p->changed);
	}
	pthread_mutex_unlock(&p->lock);

	result = decode_chunk(worker, slot, &err);

	pthread_mutex_lock(&p->lock);
	if (result < 0) {
		fail(p, &err);
	}
	slot->state = SLOT_DECODED;
	release_chunks(p);
}

/* Matches one group of one chunk. The lock is held on entry and on return. */
static void match_next(struct pipeline *p, unsigned int g)
{
	struct slot *slot = slot_of(p, p->group_next[g]);
	bool good;

	p->group_busy[g] = true;
	pthread_mutex_unlock(&p->lock);
	good = match_group_run(&p->result->groups[g], &slot->batch, g, slot->stacks.stacks,
			       &slot->deltas);
	pthread_mutex_lock(&p->lock);
	p->group_busy[g] = false;
	p->group_next[g]++;
	slot->groups_left--;
	if (!good) {
		struct error err;

		error_no_memory(&err);
		fail(p, &err);
	}
	finish_chunks(p);
}

/* Tells the caller how far the run is; from the calling thread only. Lock held. */
static void report_progress(struct pipeline *p)
{
	const struct trace_request *trace = p->request->trace;
	const struct trace_progress progress = {
		.bytes_done = p->bytes_done,
		.bytes_total = p->request->reader ? p->request->reader->byte_count
						  : p->request->input->size,
	};

	if (trace->progress) {
		pthread_mutex_unlock(&p->lock);
		trace->progress(&progress, trace->progress_context);
		pthread_mutex_lock(&p->lock);
	}
}

/* Does what there is to do for one chunk; false: nothing. Lock held on entry and on return. */
static bool work_once(struct worker *worker)
{
	struct pipeline *p = worker->pipeline;
	/* who reads a recording is the one the others wait for */
	int group = p->request->reader && can_claim(worker) ? -1 : find_match(p);

	if (group >= 0) {
		match_next(p, (unsigned int)group);
		pthread_cond_broadcast(&p->changed);
	} else if (can_claim(worker)) {
		decode_next(worker);
		wake_others(worker);
	} else {
		return false;
	}
	return true;
}

static void *worker_main(void *argument)
{
	struct worker *worker = argument;
	struct pipeline *p = worker->pipeline;

	pthread_mutex_lock(&p->lock);
	while (!p->failed && !(p->at_end && p->oldest == p->claimed)) {
		if (!work_once(worker)) {
			pthread_cond_wait(&p->changed, &p->lock);
			continue;
		}
		if (p->request->trace->cancel && atomic_load(p->request->trace->cancel)) {
			struct error err;

			error_set(&err, ERROR_INPUT, "cancelled");
			fail(p, &err);
		}
		if (worker->is_main) {
			report_progress(p);
		}
	}
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static void slots_free(struct pipeline *p)
{
	for (unsigned int i = 0; p->slots && i < p->slot_count; i++) {
		trace_chunk_release(&p->slots[i].chunk);
		slab_batch_release(&p->slots[i].batch);
		match_deltas_release(&p->slots[i].deltas);
		stack_batch_release(&p->slots[i].stacks);
	}
	free(p->slots);
	p->slots = NULL;
}

static bool slots_new(struct pipeline *p)
{
	const bool has_reader = p->request->reader != NULL;
	/* the longest text a chunk can hold is its part and one line */
	const uint32_t capacity =
		has_reader ? EVENT_SINK_EVENTS
			   : TEXT_EVENTS_IN(TRACE_CHUNK_SIZE + TRACE_LINE_MAX + 4096u);

	p->slots = calloc(p->slot_count, sizeof(*p->slots));
	if (!p->slots) {
		return false;
	}
	for (unsigned int i = 0; i < p->slot_count; i++) {
		if ((!has_reader && !trace_chunk_init(&p->slots[i].chunk)) ||
		    !slab_batch_init(&p->slots[i].batch, p->result->group_count, capacity) ||
		    (p->request->trace->keep_times && !slab_batch_want_times(&p->slots[i].batch)) ||
		    (p->request->frames && !stack_batch_init(&p->slots[i].stacks))) {
			return false;
		}
	}
	return true;
}

/* Runs the workers; the calling thread is the first of them. */
static int run_workers(struct pipeline *p, struct worker *workers, unsigned int count)
{
	unsigned int started = 1;

	workers[0].is_main = true;
	for (; started < count; started++) {
		/* fewer threads than asked for are still right, only slower */
		if (pthread_create(&workers[started].thread, NULL, worker_main,
				   &workers[started]) != 0) {
			break;
		}
	}
	worker_main(&workers[0]);
	for (unsigned int i = 1; i < started; i++) {
		pthread_join(workers[i].thread, NULL);
	}
	return p->failed ? p->err->code : 0;
}

static void worker_release(struct worker *worker)
{
	text_decoder_release(&worker->decoder);
	stack_capture_release(&worker->capture);
}

static bool worker_init(struct worker *worker, struct pipeline *p)
{
	const struct pipeline_request *request = p->request;

	*worker = (struct worker){.pipeline = p};
	if (text_decoder_init(&worker->decoder, request->sites, request->key, request->fast) < 0 ||
	    (request->frames &&
	     stack_capture_init(&worker->capture, request->frames, request->stacks) < 0)) {
		worker_release(worker);
		return false;
	}
	worker->decoder.accept_bare = request->accept_bare;
	worker->decoder.capture = request->frames ? &worker->capture : NULL;
	return true;
}

static unsigned int groups_for(unsigned int threads)
{
	unsigned int groups = 1;

	while (groups < threads && groups < SLAB_GROUPS_MAX) {
		groups *= 2;
	}
	return groups;
}

int pipeline_run(const struct pipeline_request *request, struct pipeline_result *ret,
		 struct error *err)
{
	const unsigned int threads = request->thread_count;
	struct pipeline p = {.request = request, .result = ret, .err = err};
	struct worker *workers = calloc(threads, sizeof(*workers));
	unsigned int ready = 0;
	int result;

	*ret = (struct pipeline_result){
		.group_count = groups_for(request->reader && threads > 1 ? threads - 1 : threads),
	};
	for (unsigned int g = 0; g < ret->group_count; g++) {
		match_group_init(&ret->groups[g], request->key,
				 (unsigned int)__builtin_ctz(ret->group_count),
				 request->trace->filter);
		ret->groups[g].has_timeline = request->trace->keep_times;
	}
	pthread_mutex_init(&p.lock, NULL);
	pthread_cond_init(&p.changed, NULL);
	/* with stacks a chunk waits for the one behind it, which needs a slot too */
	p.slot_count = threads == 1 ? 1 + (request->frames != NULL)
				    : threads * (request->reader ? READER_SLOTS : 2);
	while (workers && ready < threads && worker_init(&workers[ready], &p)) {
		ready++;
	}
	if (workers && ready == threads && slots_new(&p) &&
	    (!request->trace->keep_times || timeline_walk_init(&ret->walk))) {
		result = run_workers(&p, workers, threads);
	} else {
		result = error_no_memory(err);
	}
	while (ready > 0) {
		worker_release(&workers[--ready]);
	}
	free(workers);
	slots_free(&p);
	pthread_cond_destroy(&p.changed);
	pthread_mutex_destroy(&p.lock);
	return result;
}

void pipeline_result_release(struct pipeline_result *result)
{
	for (unsigned int g = 0; g < result->group_count; g++) {
		match_group_release(&result->groups[g]);
	}
	timeline_walk_release(&result->walk);
	*result = (struct pipeline_result){0};
}
