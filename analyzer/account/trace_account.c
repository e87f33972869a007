/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/trace_account.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/account/account_collect.h"
#include "analyzer/account/pipeline.h"
#include "analyzer/input/recording.h"
#include "analyzer/input/text_stack.h"
#include "analyzer/input/trace_detect.h"

struct trace_account {
	struct trace_request request;
	struct pointer_hash_key key;
	struct trace_input input;
	bool is_open;		  /* the input */
	struct site_table sites;  /* owns the texts of the rows */
	struct site_table frames; /* of stacks, if they are kept */
	struct site_table stacks; /* the ids of their frames, innermost first */
	struct arena arena;	  /* the frames of account.stacks, and the timeline */
	struct timeline timeline;
	struct account account;
	struct trace_facts facts;
	struct unpack_found found;
	struct event_reader reader;	  /* of a binary recording; its maps outlive the run */
	struct recording_part part;	  /* of it, if not all is asked for */
	struct trace_digest digest_state; /* while the trace is read */
	char digest[TRACE_DIGEST_SIZE];
};

static unsigned int cpus_available(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0) {
		return 1;
	}
	return (unsigned int)CPU_COUNT(&set);
}

/* Of text and of a recording, what one thread is done with before another has begun. */
#define TEXT_PER_THREAD	     ((uint64_t)1 << 20)
#define RECORDING_PER_THREAD ((uint64_t)32 << 20) /* matching is little beside reading it */

/* As many as were asked for; else as are free, and fewer for an input known to be small. */
static unsigned int threads_for(const struct trace_account *trace, bool is_recording)
{
	const uint64_t size = is_recording ? trace->reader.byte_count : trace->input.size;
	const uint64_t most = size / (is_recording ? RECORDING_PER_THREAD : TEXT_PER_THREAD) + 1;
	const unsigned int cpus = cpus_available();

	if (trace->request.thread_count) {
		return trace->request.thread_count;
	}
	return size == 0 || most > cpus ? cpus : (unsigned int)most; /* 0: of a stream, unknown */
}

/* A call site without '+' is a bare address. */
static void count_sites(struct trace_facts *facts, const struct account *account)
{
	for (size_t i = 0; i < account->row_count; i++) {
		const struct account_row *row = &account->rows[i];

		if (strchr(row->site, '+')) {
			facts->site_symbolic_count += row->figures.alloc_count;
		} else {
			facts->site_hex_count += row->figures.alloc_count;
		}
	}
}

/* Adds the groups up. */
static int collect(struct trace_account *trace, struct pipeline_result *result, struct error *err)
{
	const struct trace_request *request = &trace->request;
	struct account_collection collection = {
		.sites = &trace->sites,
		.frames = request->keep_stacks ? &trace->frames : NULL,
		.stacks = request->keep_stacks ? &trace->stacks : NULL,
		.keep_sizes = request->keep_sizes,
		.timeline = request->keep_times ? &trace->timeline : NULL,
		.arena = &trace->arena,
	};

	if (!account_collect(&collection, result, &trace->account)) {
		return error_no_memory(err);
	}
	count_sites(&trace->facts, &trace->account);
	return 0;
}

/* A binary recording is read by its reader, which leaves out what is not of the part. */
static int reader_use(struct trace_account *trace, struct pipeline_request *pipeline,
		      struct error *err)
{
	const struct event_part *part = trace->request.part;

	pipeline->reader = &trace->reader;
	if (event_part_is_all(part)) {
		return 0;
	}
	pipeline->part = &trace->part;
	return recording_part_open(&trace->reader, part, &trace->part, err);
}

static int run(struct trace_account *trace, struct error *err)
{
	const struct trace_request *request = &trace->request;
	struct trace_input *input = &trace->input;
	struct pipeline_request pipeline = {
		.input = input,
		.sites = &trace->sites,
		.trace = request,
		.key = &trace->key,
		.fast = text_fast_best(),
	};
	struct pipeline_result result = {0};
	int status = recording_or_text(input, &trace->reader, &pipeline.accept_bare, err);

	if (request->keep_stacks) {
		pipeline.frames = &trace->frames;
		pipeline.stacks = &trace->stacks;
		if (status == 0 && !trace_input_keep_blocks(input)) {
			status = error_no_memory(err);
		}
	}
	pipeline.thread_count = threads_for(trace, status > 0);
	if (status > 0) {
		status = reader_use(trace, &pipeline, err);
	}
	if (status >= 0) {
		status = pipeline_run(&pipeline, &result, err);
	}
	if (status == 0 && pipeline.part) {
		status = recording_part_close(&trace->part, input->name, err);
	}
	if (status == 0) {
		trace->facts = result.facts;
		trace->facts.byte_count = input->is_stream ? input->position : input->size;
		if (trace->facts.slab_event_count == 0) {
			status = trace_detect_nothing(input->name, &trace->facts, err);
		}
	}
	if (status == 0) {
		status = collect(trace, &result, err);
	}
	pipeline_result_release(&result);
	return status;
}

/* Any sequence of frames is a stack. */
static int is_stack(const char *text, size_t length)
{
	return text != NULL && length > 0 && length <= SITE_TEXT_MAX;
}

static int tables_init(struct trace_account *trace, const struct pointer_hash_key *key)
{
	if (site_table_init(&trace->sites, key, site_text_valid) < 0 ||
	    site_table_init(&trace->frames, key, text_stack_frame_valid) < 0) {
		return -1;
	}
	return site_table_init(&trace->stacks, key, is_stack);
}

int trace_account_open(const struct trace_request *request, struct trace_account **ret,
		       struct error *err)
{
	struct trace_account *trace = calloc(1, sizeof(*trace));

	if (!trace) {
		return error_no_memory(err);
	}
	trace->request = *request;
	pointer_hash_key_init(&trace->key);
	if (tables_init(trace, &trace->key) < 0 ||
	    (request->want_digest && !trace_digest_init(&trace->digest_state))) {
		trace_account_free(trace);
		return error_no_memory(err);
	}
	if (trace_input_open(request->path, &trace->input, err) < 0) {
		trace_account_free(trace);
		return err->code;
	}
	trace->is_open = true;
	*ret = trace;
	return 0;
}

static void input_close(struct trace_account *trace)
{
	if (trace->is_open) {
		trace_input_close(&trace->input);
		trace->is_open = false;
	}
}

int trace_account_read(struct trace_account *trace, struct error *err)
{
	struct trace_input *input = &trace->input;
	struct trace_digest *digest = trace->request.want_digest ? &trace->digest_state : NULL;
	int result = trace_input_unpack(input, trace->request.part, digest, err);

	if (result == 0) {
		result = run(trace, err);
	}
	if (result == 0 && digest && trace->reader.read) {
		result = trace_input_digest_recording(input, digest, err);
	}
	if (result == 0 && digest) {
		trace_digest_text(digest, trace->digest);
	}
	if (result == 0 && input->unpack) {
		unpack_take_found(input->unpack, &trace->found);
	}
	if (trace->part.filter.part) {
		trace->found.left_out_count = trace->part.filter.left_out_count;
	}
	input_close(trace);
	return result;
}

int trace_account_run(const struct trace_request *request, struct trace_account **ret,
		      struct error *err)
{
	struct trace_account *trace = NULL;

	if (trace_account_open(request, &trace, err) < 0 || !trace) {
		return err->code;
	}
	if (trace_account_read(trace, err) < 0) {
		trace_account_free(trace);
		return err->code;
	}
	*ret = trace;
	return 0;
}

void trace_account_free(struct trace_account *trace)
{
	if (!trace) {
		return;
	}
	if (trace->reader.close) {
		trace->reader.close(trace->reader.state);
	}
	input_close(trace);
	free(trace->account.rows);
	free(trace->account.stacks);
	trace_digest_release(&trace->digest_state);
	free(trace->account.sizes);
	free(trace->account.stack_sizes);
	site_table_release(&trace->sites);
	site_table_release(&trace->frames);
	site_table_release(&trace->stacks);
	arena_release(&trace->arena);
	unpack_found_release(&trace->found);
	free(trace);
}

const struct account *trace_account_get(const struct trace_account *trace)
{
	return &trace->account;
}

const struct trace_facts *trace_account_facts(const struct trace_account *trace)
{
	return &trace->facts;
}

const struct unpack_found *trace_account_found(const struct trace_account *trace)
{
	return &trace->found;
}

const char *trace_account_kallsyms(const struct trace_account *trace, size_t *ret_size)
{
	*ret_size = 0;
	return trace->reader.kallsyms ? trace->reader.kallsyms(trace->reader.state, ret_size)
				      : NULL;
}

const char *trace_account_digest(const struct trace_account *trace)
{
	return trace->digest;
}

uint32_t trace_account_page_size(const struct trace_account *trace)
{
	return trace->reader.page_size ? trace->reader.page_size(trace->reader.state) : 0;
}

const struct recording_maps *trace_account_maps(const struct trace_account *trace)
{
	return trace->reader.maps ? trace->reader.maps(trace->reader.state) : NULL;
}
