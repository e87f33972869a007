/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fleets: saved analyses of many runs of one kernel, merged into one database.
 *
 * What adds up is summed: counters, the figures of call sites, live objects by size.
 * Of what does not (live, wasted and peak bytes of a run) the number of runs, minimum, maximum and
 * a log2 histogram are kept, for the whole and for each call site. The result depends on
 * the set of runs alone, not on the order or grouping in which they were added:
 * every part of it is a sum, a minimum, a maximum or a set. A run is known by the digest
 * of its trace. Memory: by distinct call sites, sizes and runs.
 *
 * Only equals are merged: what of a trace counts (--malloc, --from ...), the page size where
 * it is known, and the kernel with its static tree must be the same.
 */
#ifndef ANALYZER_REPORT_FLEET_H
#define ANALYZER_REPORT_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "analyzer/base/error.h"

struct fleet;

/* NULL: no memory. */
struct fleet *fleet_new(void);
void fleet_free(struct fleet *fleet);

/*
 * How many runs the saved analysis at path has: 1, or those of a merged one. ERROR_INPUT
 * with the reason: not readable, damaged (as far as this tells), static, without a digest.
 */
int fleet_file_runs(const char *path, uint64_t *ret, struct error *err);

enum fleet_result {
	FLEET_ADDED,
	FLEET_KNOWN,	/* all of its runs were here before: nothing changed */
	FLEET_OVERLAPS, /* some were: a sum cannot be taken apart, nothing changed */
};

/*
 * Adds the saved analysis at path, whose run is called name (that of a merged one keep
 * theirs). ERROR_INPUT: as above, or of another kind than the first (named too). After an
 * error the fleet can be freed and no more, unless *ret_unchanged.
 */
int fleet_add(struct fleet *fleet, const char *path, const char *name, enum fleet_result *ret,
	      bool *ret_unchanged, struct error *err);

size_t fleet_run_count(const struct fleet *fleet);
/* Is there a run of that name? */
bool fleet_has_name(const struct fleet *fleet, const char *name);
/* No kernel tree told which kernel the runs are of. */
bool fleet_kernel_is_unknown(const struct fleet *fleet);

/* Writes the database; write errors stay in the stream. program: as in database_save. */
int fleet_save(struct fleet *fleet, FILE *out, const char *program, struct error *err);

#endif
