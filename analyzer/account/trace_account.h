/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One trace from bytes to accounts: reads, decodes on every core, matches in
 * trace order.
 *
 * Output is the same for every thread count. Memory is bounded by live objects
 * and distinct call sites, never by the length of the trace.
 */
#ifndef ANALYZER_ACCOUNT_TRACE_ACCOUNT_H
#define ANALYZER_ACCOUNT_TRACE_ACCOUNT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "analyzer/account/account.h"
#include "analyzer/base/error.h"
#include "analyzer/input/event_part.h"
#include "analyzer/input/recording_maps.h"
#include "analyzer/input/trace_facts.h"
#include "analyzer/input/unpack.h"

/* Which allocations count (--malloc, --cache). Any free event frees them. */
enum allocation_filter {
	ALLOCATIONS_ALL,
	ALLOCATIONS_KMALLOC,
	ALLOCATIONS_CACHE,
};

struct trace_progress {
	uint64_t bytes_done;
	uint64_t bytes_total; /* 0 if unknown (a pipe) */
};

struct trace_request {
	const char *path; /* "-" is stdin */
	enum allocation_filter filter;
	const struct event_part *part; /* NULL: all of the trace */
	bool keep_stacks;	       /* attach stack traces to their events: account.stacks */
	bool keep_times;	       /* live bytes over time: account.timeline */
	bool keep_sizes;	       /* account.sizes */
	bool want_digest;	       /* trace_account_digest */
	unsigned int thread_count; /* 0: the CPUs this process may use, fewer for small inputs */
	/* Called from time to time on the calling thread; may be NULL. */
	void (*progress)(const struct trace_progress *progress, void *context);
	void *progress_context;
	/* Another thread may set it: the run ends soon, with ERROR_INPUT. NULL: never. */
	const atomic_bool *cancel;
};

struct trace_account; /* owns the strings of the account */

/*
 * Opens the trace, in a process without other threads: a trace.dat is read by a child, which
 * is started here (tracedat_process.h). Does not wait for a pipe. What request points to must
 * outlive the reading. ERROR_INPUT: cannot be opened, a directory.
 */
int trace_account_open(const struct trace_request *request, struct trace_account **ret,
		       struct error *err);

/*
 * Reads it, once, beside whatever threads there are. ERROR_INPUT: cannot be read, empty, binary,
 * a raw/hex/bin trace that carries no payload, or no kmem event in it at all; all that can be
 * done then is to free it.
 */
int trace_account_read(struct trace_account *trace, struct error *err);

/* Both. */
int trace_account_run(const struct trace_request *request, struct trace_account **ret,
		      struct error *err);
void trace_account_free(struct trace_account *trace);

const struct account *trace_account_get(const struct trace_account *trace);
const struct trace_facts *trace_account_facts(const struct trace_account *trace);

/* The digest of the trace's bytes (trace_digest.h), "" if it was not wanted. */
const char *trace_account_digest(const struct trace_account *trace);

/* Of the recorded kernel, 0 if the trace does not tell. */
uint32_t trace_account_page_size(const struct trace_account *trace);

/* What lay beside the trace in an archive; empty if the input is none. */
const struct unpack_found *trace_account_found(const struct trace_account *trace);

/* The kallsyms text a binary recording carries, NULL if there is none. */
const char *trace_account_kallsyms(const struct trace_account *trace, size_t *ret_size);

/* Where a binary recording says that kernel and modules were, NULL if it doesn't. */
const struct recording_maps *trace_account_maps(const struct trace_account *trace);

#endif
