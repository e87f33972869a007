/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/report/database_read.h"
#include "analyzer/report/fleet_internal.h"
#include "analyzer/report/record_fields.h"

struct fleet *fleet_new(void)
{
	struct fleet *fleet = calloc(1, sizeof(*fleet));

	if (fleet) {
		size_table_init(&fleet->sizes);
	}
	return fleet;
}

static void spread_release(struct fleet_spread *spread)
{
	free(spread->buckets);
}

void fleet_free(struct fleet *fleet)
{
	if (!fleet) {
		return;
	}
	for (size_t i = 0; i < fleet->site_count; i++) {
		for (int measure = 0; measure < DATABASE_SITE_MEASURES; measure++) {
			spread_release(&fleet->sites[i].spreads[measure]);
		}
	}
	for (int measure = 0; measure < DATABASE_MEASURES; measure++) {
		spread_release(&fleet->whole[measure]);
	}
	size_table_release(&fleet->sizes);
	verdict_release(&fleet->sum.verdict);
	arena_release(&fleet->arena);
	free(fleet->sites);
	free(fleet->slots);
	free(fleet->runs);
	free(fleet->nodes);
	free(fleet);
}

size_t fleet_run_count(const struct fleet *fleet)
{
	return fleet->run_count;
}

bool fleet_has_name(const struct fleet *fleet, const char *name)
{
	for (size_t i = 0; i < fleet->run_count; i++) {
		if (strcmp(fleet->runs[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

bool fleet_kernel_is_unknown(const struct fleet *fleet)
{
	return !fleet->sum.kernel.build_id[0] && !fleet->sum.kernel.banner[0];
}

static bool is_same_source(const struct analysis_record *a, const struct analysis_record *b)
{
	const struct trace_record *x = &a->source;
	const struct trace_record *y = &b->source;

	return a->filter == b->filter && fleet_same_text(x->from, y->from) &&
	       fleet_same_text(x->to, y->to) && fleet_same_text(x->cpu, y->cpu) &&
	       fleet_same_text(x->task, y->task) && fleet_same_text(x->pid, y->pid) &&
	       fleet_same_text(x->skip, y->skip);
}

static bool is_same_table(const struct record_table *table, const void *a, const void *b)
{
	for (size_t i = 0; i < table->count; i++) {
		if (record_field_get(&table->fields[i], a) !=
		    record_field_get(&table->fields[i], b)) {
			return false;
		}
	}
	return true;
}

static bool is_same_tree(const struct fleet *fleet, const struct fleet_file *file)
{
	const struct kernel_record *a = &fleet->sum.kernel;
	const struct kernel_record *b = &file->saved.kernel;

	return fleet->tree_hash == file->tree_hash && !a->path == !b->path &&
	       fleet_same_text(a->facts.evidence, b->facts.evidence) &&
	       is_same_table(&kernel_facts_table, &a->facts, &b->facts) &&
	       is_same_table(&kernel_sizes_table, a, b);
}

/* By what tells it from other. */
static const char *kernel_name(const struct kernel_record *kernel,
			       const struct kernel_record *other)
{
	return strcmp(kernel->build_id, other->build_id) != 0 && kernel->build_id[0]
		       ? kernel->build_id
	       : kernel->banner[0] ? kernel->banner
				   : "unknown";
}

/* May the file join what was added before? */
static int check_same(const struct fleet *fleet, const struct fleet_file *file, struct error *err)
{
	const struct analysis_record *sum = &fleet->sum.record;
	const struct analysis_record *other = &file->saved.record;
	const struct kernel_record *kernel = &fleet->sum.kernel;

	if (!is_same_source(sum, other)) {
		return error_set(
			err, ERROR_INPUT,
			"%.400s and %.400s count different allocations (--malloc, --cache, "
			"--from, --to, --cpu, --task, --pid or --skip): they do not add up",
			fleet->first_path, file->path);
	}
	if (sum->source.page_size && other->source.page_size &&
	    sum->source.page_size != other->source.page_size) {
		return error_set(err, ERROR_INPUT,
				 "%.400s and %.400s are of kernels with pages of %u and %u bytes",
				 fleet->first_path, file->path, sum->source.page_size,
				 other->source.page_size);
	}
	if (strcmp(kernel->build_id, file->saved.kernel.build_id) != 0 ||
	    strcmp(kernel->banner, file->saved.kernel.banner) != 0) {
		return error_set(err, ERROR_INPUT,
				 "%.300s and %.300s are of different kernels (%.80s and %.80s): "
				 "merge those of each kernel, and compare the results with diff",
				 fleet->first_path, file->path,
				 kernel_name(kernel, &file->saved.kernel),
				 kernel_name(&file->saved.kernel, kernel));
	}
	if (!is_same_tree(fleet, file)) {
		return error_set(err, ERROR_INPUT,
				 "%.400s and %.400s were analyzed with different kernel trees",
				 fleet->first_path, file->path);
	}
	return 0;
}

static int compare_runs(const void *a, const void *b)
{
	return strcmp(((const struct fleet_run *)a)->digest, ((const struct fleet_run *)b)->digest);
}

/* Adds the runs, if none or all of them are known. The fleet's stay sorted. */
static int runs_add(struct fleet *fleet, const struct fleet_file *file, enum fleet_result *ret,
		    struct error *err)
{
	size_t wanted = fleet->run_count + file->run_count;
	size_t known = 0;

	for (size_t i = 0; fleet->run_count && i < file->run_count; i++) {
		known += bsearch(&file->runs[i], fleet->runs, fleet->run_count,
				 sizeof(*fleet->runs), compare_runs) != NULL;
	}
	*ret = known == 0 ? FLEET_ADDED : known == file->run_count ? FLEET_KNOWN : FLEET_OVERLAPS;
	if (known > 0) {
		return 0;
	}
	if (wanted > fleet->run_capacity) {
		size_t capacity = 2 * wanted;
		struct fleet_run *grown = realloc(fleet->runs, capacity * sizeof(*fleet->runs));

		if (!grown) {
			return error_no_memory(err);
		}
		fleet->runs = grown;
		fleet->run_capacity = capacity;
	}
	for (size_t i = 0; i < file->run_count; i++) {
		struct fleet_run *run = &fleet->runs[fleet->run_count];

		*run = file->runs[i];
		run->name = arena_strdup(&fleet->arena, run->name);
		run->trace = arena_strdup(&fleet->arena, run->trace);
		if (!run->name || !run->trace) {
			return error_no_memory(err);
		}
		fleet->run_count++;
	}
	qsort(fleet->runs, fleet->run_count, sizeof(*fleet->runs), compare_runs);
	return 0;
}

/* The smaller text, copied; what is known counts before NULL. */
static bool smaller_keep(struct fleet *fleet, const char **text, const char *other)
{
	if (other && (!*text || strcmp(other, *text) < 0)) {
		*text = arena_strdup(&fleet->arena, other);
		return *text != NULL;
	}
	return true;
}

bool fleet_text_own(struct fleet *fleet, const char **text)
{
	const bool had = *text != NULL;

	*text = had ? arena_strdup(&fleet->arena, *text) : NULL;
	return !had || *text;
}

/* What is the same in all files, from the first. */
static int first_take(struct fleet *fleet, struct fleet_file *file, struct error *err)
{
	struct saved_analysis *sum = &fleet->sum;
	struct trace_record *source = &sum->record.source;
	const char **const texts[] = {
		&source->from, &source->to,   &source->cpu,	 &source->task,
		&source->pid,  &source->skip, &sum->kernel.path, &sum->kernel.facts.evidence};

	fleet->first_path = arena_strdup(&fleet->arena, file->path);
	fleet->tree_hash = file->tree_hash;
	sum->kernel = file->saved.kernel;
	sum->record = (struct analysis_record){
		.trace = &sum->trace,
		.totals = &sum->totals,
		.filter = file->saved.record.filter,
		.source = file->saved.record.source,
		.kernel = file->saved.kernel.path ? &sum->kernel : NULL,
		.has_map = true,
		.attribution = &sum->attribution,
		.verdict = &sum->verdict,
	};
	source->digest = NULL;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (!fleet_text_own(fleet, texts[i])) {
			return error_no_memory(err);
		}
	}
	return fleet->first_path ? fleet_nodes_keep(fleet, file->db, err) : error_no_memory(err);
}

/*
 * Adds counters. Of what is no number of something the largest stays (cpu_count, flags, peaks)
 * or nothing (where KASLR put one kernel, where one trace is damaged first).
 */
static void counters_add(const struct record_table *table, void *to, const void *what)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct record_field *field = &table->fields[i];
		uint64_t a = record_field_get(field, to);
		uint64_t b = record_field_get(field, what);
		bool is_largest = field->type == FIELD_BOOL || field->type == FIELD_U32 ||
				  strncmp(field->name, "peak_", 5) == 0;
		bool is_nothing = strncmp(field->name, "slide", 5) == 0 ||
				  strncmp(field->name, "first_damaged", 13) == 0;
		uint64_t larger = a > b ? a : b;

		record_field_set(field, to, is_nothing ? 0 : is_largest ? larger : a + b);
	}
}

static struct finding *finding_of(struct fleet *fleet, const char *id)
{
	struct verdict *verdict = &fleet->sum.verdict;

	for (size_t i = 0; i < verdict->count; i++) {
		if (strcmp(verdict->findings[i].id, id) == 0) {
			return &verdict->findings[i];
		}
	}
	if (verdict->count == VERDICT_CAPACITY) {
		return NULL;
	}
	id = arena_strdup(&fleet->arena, id);
	if (!id) {
		return NULL;
	}
	verdict->findings[verdict->count] = (struct finding){.id = id};
	return &verdict->findings[verdict->count++];
}

/* Findings by id; of the texts the smallest stays, as an example. */
static int findings_add(struct fleet *fleet, const struct verdict *verdict, struct error *err)
{
	for (size_t i = 0; i < verdict->count; i++) {
		const struct finding *what = &verdict->findings[i];
		struct finding *to = finding_of(fleet, what->id);

		if (!to) {
			return error_set(err, ERROR_INPUT, "there are too many kinds of findings");
		}
		to->severity = what->severity > to->severity ? what->severity : to->severity;
		to->effects |= what->effects;
		to->has_count |= what->has_count;
		to->has_bytes |= what->has_bytes;
		to->count += what->has_count ? what->count : 0;
		to->bytes += what->has_bytes ? what->bytes : 0;
		to->runs += what->runs;
		if (!smaller_keep(fleet, &to->text, what->text) ||
		    !smaller_keep(fleet, &to->advice, what->advice)) {
			return error_no_memory(err);
		}
	}
	return 0;
}

/* The sums: whatever goes wrong here leaves the fleet half done. */
static int file_add(struct fleet *fleet, struct fleet_file *file, struct error *err)
{
	struct saved_analysis *sum = &fleet->sum;
	const struct saved_analysis *what = &file->saved;

	counters_add(&trace_facts_table, &sum->trace, &what->trace);
	counters_add(&match_totals_table, &sum->totals, &what->totals);
	counters_add(&attribution_facts_table, &sum->attribution, &what->attribution);
	sum->record.has_map = sum->record.has_map && what->record.has_map;
	if (!sum->record.source.page_size) {
		sum->record.source.page_size = what->record.source.page_size;
	}
	if (!smaller_keep(fleet, &sum->kernel.path, what->kernel.path)) {
		return error_no_memory(err);
	}
	if (findings_add(fleet, &what->verdict, err) < 0 || fleet_sites_add(fleet, file, err) < 0) {
		return database_damaged(file->path, err);
	}
	return 0;
}

int fleet_file_runs(const char *path, uint64_t *ret, struct error *err)
{
	struct fleet_file file;

	if (fleet_file_open(path, "", &file, err) < 0) {
		return err->code;
	}
	*ret = file.run_count;
	fleet_file_close(&file);
	return 0;
}

int fleet_add(struct fleet *fleet, const char *path, const char *name, enum fleet_result *ret,
	      bool *ret_unchanged, struct error *err)
{
	struct fleet_file file;
	int result = fleet_file_open(path, name, &file, err);

	*ret_unchanged = true;
	*ret = FLEET_KNOWN;
	if (result < 0) {
		return result;
	}
	result = fleet_file_read(&file, err);
	if (result == 0 && fleet->first_path) {
		result = check_same(fleet, &file, err);
	}
	if (result == 0) {
		*ret_unchanged = false;
		result = runs_add(fleet, &file, ret, err);
	}
	if (result == 0 && *ret == FLEET_ADDED) {
		result = fleet->first_path ? 0 : first_take(fleet, &file, err);
		result = result == 0 ? file_add(fleet, &file, err) : result;
	} else if (result == 0) {
		*ret_unchanged = true;
	}
	fleet_file_close(&file);
	return result;
}
