/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/trace_account.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/account/pipeline.h"
#include "analyzer/input/trace_detect.h"

struct trace_account {
	struct site_table sites; /* owns the texts of the rows */
	struct account account;
	struct trace_facts facts;
};

static unsigned int cpus_available(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0) {
		return 1;
	}
	return (unsigned int)CPU_COUNT(&set);
}

static int compare_rows(const void *a, const void *b)
{
	return strcmp(((const struct account_row *)a)->site, ((const struct account_row *)b)->site);
}

/* A call site without '+' is a bare address. */
static void count_site(struct trace_facts *facts, const struct account_row *row)
{
	if (strchr(row->site, '+')) {
		facts->site_symbolic_count += row->figures.alloc_count;
	} else {
		facts->site_hex_count += row->figures.alloc_count;
	}
}

/* Adds the groups up, into one row per site that allocated. */
static int collect(struct trace_account *trace, const struct pipeline_result *result,
		   struct error *err)
{
	size_t count = trace->sites.count;
	struct account *account = &trace->account;
	struct site_account *sums = calloc(count + 1, sizeof(*sums));

	account->rows = malloc((count + 1) * sizeof(*account->rows));
	if (!sums || !account->rows) {
		free(sums);
		return error_no_memory(err);
	}
	for (unsigned int g = 0; g < result->group_count; g++) {
		match_group_add(&result->groups[g], sums, count, &account->totals);
	}
	account->totals.peak_dynamic = result->peak.peak_bytes;
	account->totals.peak_live_count = result->peak.peak_objects;
	for (size_t i = 0; i < count; i++) {
		struct account_row *row = &account->rows[account->row_count];

		if (sums[i].alloc_count > 0) {
			*row = (struct account_row){trace->sites.texts[i], sums[i]};
			count_site(&trace->facts, row);
			account->row_count++;
		}
	}
	free(sums);
	qsort(account->rows, account->row_count, sizeof(*account->rows), compare_rows);
	return 0;
}

/* Looks at the beginning: refuses what is no text; are events printed without context? */
static int look(struct trace_input *input, bool *ret_bare, struct error *err)
{
	char *bytes = malloc(TRACE_DETECT_BYTES);
	size_t size;
	int result;

	if (!bytes) {
		return error_no_memory(err);
	}
	result = trace_input_peek(input, bytes, TRACE_DETECT_BYTES, &size, err);
	if (result == 0) {
		result = trace_detect(input->name, bytes, size, err);
	}
	if (result == 0) {
		*ret_bare = text_decoder_is_bare(bytes, size);
	}
	free(bytes);
	return result;
}

static int run(struct trace_account *trace, const struct trace_request *request,
	       struct trace_input *input, const struct pointer_hash_key *key, struct error *err)
{
	struct pipeline_request pipeline = {
		.input = input,
		.sites = &trace->sites,
		.trace = request,
		.key = key,
		.fast = text_fast_best(),
		.thread_count = request->thread_count ? request->thread_count : cpus_available(),
	};
	struct pipeline_result result = {0};
	int status = look(input, &pipeline.accept_bare, err);

	if (status == 0) {
		status = pipeline_run(&pipeline, &result, err);
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

int trace_account_run(const struct trace_request *request, struct trace_account **ret,
		      struct error *err)
{
	struct trace_account *trace = calloc(1, sizeof(*trace));
	struct pointer_hash_key key;
	struct trace_input input;
	int result;

	pointer_hash_key_init(&key);
	if (!trace || site_table_init(&trace->sites, &key) < 0) {
		free(trace);
		return error_no_memory(err);
	}
	result = trace_input_open(request->path, &input, err);
	if (result == 0) {
		result = run(trace, request, &input, &key, err);
		trace_input_close(&input);
	}
	if (result < 0) {
		trace_account_free(trace);
		return result;
	}
	*ret = trace;
	return 0;
}

void trace_account_free(struct trace_account *trace)
{
	if (!trace) {
		return;
	}
	free(trace->account.rows);
	site_table_release(&trace->sites);
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
