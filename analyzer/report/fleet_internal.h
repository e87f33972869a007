/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a fleet is made of. Private to fleet*.c.
 */
#ifndef ANALYZER_REPORT_FLEET_INTERNAL_H
#define ANALYZER_REPORT_FLEET_INTERNAL_H

#include <string.h>

#include "analyzer/account/size_table.h"
#include "analyzer/input/trace_digest.h"
#include "analyzer/report/database.h"
#include "analyzer/report/fleet.h"
#include "analyzer/report/late_sqlite.h"

/* A log2 histogram: 0 for the value 0, n for 2^(n-1) to 2^n - 1; -n for the negative of these. */
struct fleet_bucket {
	int bucket;
	uint64_t runs;
};

struct fleet_spread {
	uint64_t runs;
	int64_t minimum;
	int64_t maximum;
	struct fleet_bucket *buckets; /* in no order */
	size_t bucket_count, bucket_capacity;
};

struct fleet_site {
	struct call_site site; /* texts in the fleet's arena */
	uint32_t place;	       /* before sites were sorted */
	struct fleet_spread spreads[DATABASE_SITE_MEASURES];
};

struct fleet_run {
	char digest[TRACE_DIGEST_SIZE];
	const char *name;
	const char *trace;
	const char *grade;
	uint64_t current_dynamic;
	uint64_t waste;
	uint64_t peak_dynamic;
};

/* A row of table node with static bytes. */
struct fleet_node {
	uint64_t id;
	uint64_t parent;
	const char *kind;
	const char *name;
	const char *path;
	uint64_t sizes[3];
	uint64_t symbols_size;
	void *symbols; /* NULL: none */
	size_t symbols_length;
};

struct fleet {
	struct arena arena;
	const char *first_path; /* NULL: nothing was added */
	uint64_t tree_hash;
	struct saved_analysis sum; /* record, trace, totals, attribution, kernel, verdict */
	struct fleet_run *runs;
	size_t run_count, run_capacity;
	struct fleet_site *sites;
	size_t site_count, site_capacity;
	uint32_t *slots; /* site + 1, 0 free; a power of two, at most half full */
	size_t slot_count;
	struct size_table sizes; /* by site */
	struct fleet_spread whole[DATABASE_MEASURES];
	struct fleet_node *nodes;
	size_t node_count, node_capacity;
};

/* One saved analysis as it is read. */
struct fleet_file {
	const char *path;
	sqlite3 *db;
	struct saved_analysis saved;
	bool is_merged;
	struct fleet_run *runs; /* texts in saved.arena */
	size_t run_count, run_capacity;
	uint64_t tree_hash;
};

/* Opens and reads all but nodes, sites and spreads. On error nothing is left to release. */
int fleet_file_open(const char *path, const char *name, struct fleet_file *ret, struct error *err);
/* The rest: sites, sizes and the digest of the tree. */
int fleet_file_read(struct fleet_file *file, struct error *err);
void fleet_file_close(struct fleet_file *file);

/* Keeps the nodes of the first file. */
int fleet_nodes_keep(struct fleet *fleet, sqlite3 *db, struct error *err);

/* Adds call sites, their sizes and their spreads, and those of the whole. */
int fleet_sites_add(struct fleet *fleet, struct fleet_file *file, struct error *err);

/* A copy of *text (NULL stays NULL) in the fleet's arena. False: no memory. */
bool fleet_text_own(struct fleet *fleet, const char **text);

static inline bool fleet_same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Adds the spreads of a merged file, whose site i is the fleet's site places[i]. */
int fleet_spreads_read(struct fleet *fleet, struct fleet_file *file, const uint32_t *places,
		       struct error *err);

bool fleet_spread_add_value(struct fleet_spread *spread, int64_t value);
bool fleet_spread_add_bucket(struct fleet_spread *spread, int bucket, uint64_t runs);

#endif
