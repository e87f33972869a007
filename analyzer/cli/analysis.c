/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/analysis.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "analyzer/cli/archive_notes.h"
#include "analyzer/cli/kernel_record.h"
#include "analyzer/cli/map_check.h"
#include "analyzer/cli/site_details.h"
#include "analyzer/cli/timeline_view.h"
#include "analyzer/cli/verdict_evidence.h"

#define PATH_SIZE 4096

static int kernel_open(const struct options *options, struct diagnostics *diagnostics,
		       struct analysis *analysis, struct error *err)
{
	const struct kernel_tree_facts *facts;

	if (!options->kernel) {
		return 0;
	}
	if (kernel_tree_open(options->kernel, options->threads, &analysis->kernel, err) < 0) {
		/* A path that is no kernel build is an input of the wrong kind, not wrong usage. */
		if (err->code == ERROR_USAGE) {
			err->code = ERROR_INPUT;
		}
		analysis->kernel = NULL;
		return err->code;
	}
	facts = kernel_tree_facts(analysis->kernel);
	diagnostics_detail(diagnostics, "%s: %zu objects of vmlinux, %zu modules", options->kernel,
			   facts->vmlinux_object_count, facts->module_count);
	return 0;
}

/*
 * Names are for call sites only: static analysis needs no map, and debug info only where
 * there are no objects.
 */
static int kernel_load(const struct options *options, struct diagnostics *diagnostics,
		       struct analysis *analysis, struct error *err)
{
	if (kernel_open(options, diagnostics, analysis, err) < 0) {
		return err->code;
	}
	if (analysis->kernel &&
	    (options->trace || kernel_tree_facts(analysis->kernel)->object_count == 0) &&
	    kernel_debug_open(analysis->kernel, options, diagnostics, &analysis->maps, err) < 0) {
		return err->code;
	}
	if (!options->trace) {
		return 0;
	}
	if (kernel_maps_open(analysis->kernel, options, diagnostics, &analysis->maps, err) < 0) {
		return err->code;
	}
	return kernel_modules_open(options, diagnostics, &analysis->maps, err);
}

/* The kernel is read beside the trace: the longer of the two is what the user waits for. */
struct kernel_task {
	const struct options *options;
	struct diagnostics *diagnostics;
	struct analysis *analysis;
	struct error err;
	int result;
	atomic_bool failed; /* ends the reading of the trace early */
};

static void *kernel_task_run(void *argument)
{
	struct kernel_task *task = argument;

	task->result = kernel_load(task->options, task->diagnostics, task->analysis, &task->err);
	atomic_store(&task->failed, task->result < 0);
	return NULL;
}

static int trace_open(const struct options *options, struct diagnostics *diagnostics,
		      const atomic_bool *cancel, struct analysis *analysis, struct error *err)
{
	const struct trace_request request = {
		.path = options->trace,
		.filter = options->filter,
		.part = &options->part,
		.keep_stacks = stack_views_wanted(options),
		.keep_times = timeline_view_wanted(options),
		.keep_sizes = options->save_db != NULL,
		.want_digest = options->save_db != NULL,
		.thread_count = options->threads,
		.progress = diagnostics_progress,
		.progress_context = diagnostics,
		.cancel = cancel,
	};

	return trace_account_open(&request, &analysis->trace, err);
}

static int trace_read(const struct options *options, struct diagnostics *diagnostics,
		      struct analysis *analysis, struct error *err)
{
	const struct trace_facts *facts;
	int result = trace_account_read(analysis->trace, err);

	diagnostics_progress_end(diagnostics);
	if (result < 0) {
		return result;
	}
	facts = trace_account_facts(analysis->trace);
	diagnostics_detail(diagnostics, "%s: %zu call sites", options->trace,
			   trace_account_get(analysis->trace)->row_count);
	diagnostics_detail(diagnostics,
			   "pointers: %" PRIu64 " raw, %" PRIu64 " hashed, %" PRIu64
			   " of 8 digits, %" PRIu64 " unhashable",
			   facts->pointer_raw_count, facts->pointer_hashed_count,
			   facts->pointer_32bit_count, facts->pointer_unhashable_count);
	diagnostics_detail(diagnostics,
			   "allocations: %" PRIu64 " with a name for call site, %" PRIu64
			   " with an address",
			   facts->site_symbolic_count, facts->site_hex_count);
	return 0;
}

/* Is there anything of a kernel to read? Else a thread costs more than it does. */
static bool names_kernel(const struct options *options)
{
	return options->kernel || options->system_map || options->kallsyms || options->modules[0];
}

/*
 * Kernel and trace. The trace is opened before there is a thread; what is wrong with the kernel
 * is said first: it is the same in every run.
 */
static int inputs_read(const struct options *options, struct diagnostics *diagnostics,
		       struct analysis *analysis, struct error *err)
{
	struct kernel_task task = {
		.options = options,
		.diagnostics = diagnostics,
		.analysis = analysis,
	};
	pthread_t thread;
	int result = 0;

	if (options->trace) {
		result = trace_open(options, diagnostics, &task.failed, analysis, err);
	}
	if (!analysis->trace || !names_kernel(options) ||
	    pthread_create(&thread, NULL, kernel_task_run, &task) != 0) {
		kernel_task_run(&task);
		if (analysis->trace && task.result == 0) {
			result = trace_read(options, diagnostics, analysis, err);
		}
	} else {
		result = trace_read(options, diagnostics, analysis, err);
		pthread_join(thread, NULL);
	}
	if (task.result < 0) {
		*err = task.err;
		return err->code;
	}
	if (result < 0 || !options->trace) {
		return result;
	}
	result = archive_notes_use(options->trace, trace_account_found(analysis->trace),
				   diagnostics, &analysis->maps, err);
	if (result == 0) {
		result = kernel_maps_add_recording(&analysis->maps, options->trace, analysis->trace,
						   diagnostics, err);
	}
	return result;
}

/* What the machine code tells needs the trace: which modules it names, where the kernel ran. */
static int code_prepare(struct diagnostics *diagnostics, struct analysis *analysis,
			struct error *err)
{
	struct kernel_maps *maps = &analysis->maps;
	struct slide_sources sources = {
		.code = &maps->code,
		.vmlinux = maps->vmlinux,
		.system_map = maps->system_map,
		.kallsyms = maps->kallsyms,
	};
	struct kernel_slide *slide = &analysis->slide;
	const struct recording_maps *recorded;
	const struct account *account;
	struct elfsyms_error why;

	if (!analysis->trace) {
		return 0;
	}
	account = trace_account_get(analysis->trace);
	recorded = trace_account_maps(analysis->trace);
	if (recorded && recorded->kernel_symbol[0]) {
		sources.recorded_symbol = recorded->kernel_symbol;
		sources.recorded_address = recorded->kernel_address;
	}
	if (kernel_code_add_modules(&maps->code, account, &maps->modules, &why) < 0) {
		return error_no_memory(err);
	}
	if (kernel_slide_find(account, &sources, slide, err) < 0) {
		return err->code;
	}
	if (slide->site_count > 0) {
		diagnostics_detail(diagnostics,
				   "KASLR: %zu raw call sites; slide 0x%" PRIx64
				   " fits %zu of them, the next best %zu",
				   slide->site_count, slide->slide, slide->hit_count,
				   slide->runner_up_count);
	}
	return 0;
}

/* Refuses a kernel or map that is not the trace's. */
static int maps_check(const struct options *options, struct diagnostics *diagnostics,
		      const struct analysis *analysis, struct error *err)
{
	struct map_check check = {
		.maps = &analysis->maps,
		.attribution = analysis->attribution,
		.slide = &analysis->slide,
	};

	if (analysis->maps.build_id[0] &&
	    strcmp(analysis->maps.build_id, analysis->maps.traced_build_id) == 0) {
		diagnostics_detail(diagnostics, "%s: build id matches", options->kernel);
	}
	if (map_check_run(options, &check, err) == 0) {
		return 0;
	}
	if (!options->force) {
		return err->code;
	}
	diagnostics_warning(diagnostics, "%s", err->text);
	err->code = ERROR_NONE;
	return 0;
}

static int sites_attribute(const struct options *options, struct diagnostics *diagnostics,
			   struct analysis *analysis, struct error *err)
{
	static const struct account nothing;
	const struct account *account =
		analysis->trace ? stack_views_account(&analysis->stacks, analysis->trace)
				: &nothing;
	struct attribution_sources sources = {.tree = analysis->kernel};
	const struct call_site *sites;
	size_t count;

	sources.vmlinux = analysis->maps.vmlinux;
	sources.system_map = analysis->maps.system_map;
	sources.kallsyms = analysis->maps.kallsyms;
	sources.code = &analysis->maps.code;
	sources.slide = &analysis->slide;
	sources.debug = analysis->maps.debug;
	sources.modules = &analysis->maps.modules;
	sources.debug_dir = options->debug_dir;
	sources.thread_count = options->threads;
	if (attribution_run(account, &sources, &analysis->attribution, err) < 0) {
		analysis->attribution = NULL;
		return err->code;
	}
	diagnostics_detail(diagnostics, "call sites named and placed");
	sites = attribution_sites(analysis->attribution, &count);
	site_details_list(diagnostics, sites, count);
	if (maps_check(options, diagnostics, analysis, err) < 0) {
		return err->code;
	}
	return attribution_build_tree(analysis->attribution, analysis->kernel, &analysis->tree,
				      err);
}

static int branch_find(const struct options *options, struct analysis *analysis, struct error *err)
{
	const struct memory_tree *tree = analysis->record.tree;
	const struct kernel_record *kernel = analysis->record.kernel;
	const char *where = kernel ? kernel->path : "the trace"; /* groups need no kernel */
	char nearest[PATH_SIZE];

	analysis->branch = tree->root;
	if (!options->branch) {
		return 0;
	}
	analysis->branch = memory_tree_find(tree, options->branch);
	if (analysis->branch) {
		return 0;
	}
	if (memory_tree_suggest(tree, options->branch, nearest, sizeof(nearest))) {
		return error_set(err, ERROR_USAGE,
				 "--start-branch: there is no '%.200s' in %.200s; did you mean "
				 "'%.200s'?",
				 options->branch, where, nearest);
	}
	return error_set(err, ERROR_USAGE, "--start-branch: there is no '%.200s' in %.200s",
			 options->branch, where);
}

/* Below branch; NULL: all. */
static int sites_list(const struct options *options, struct analysis *analysis,
		      const struct tree_node *branch, struct error *err)
{
	const struct analysis_record *record = &analysis->record;

	if (site_list_init(&analysis->sites, record->sites, record->site_count, branch,
			   options->order, err) < 0) {
		return err->code;
	}
	if (!options->by) {
		return 0;
	}
	/* The groups point to no site: the list of sites makes way for that of the groups. */
	if (site_groups_init(&analysis->groups, &analysis->sites, options->by, err) < 0) {
		return err->code;
	}
	site_list_release(&analysis->sites);
	return site_list_init(&analysis->sites, analysis->groups.sites, analysis->groups.count,
			      NULL, options->order, err);
}

/* What the record says of the trace. */
static void record_fill_trace(const struct options *options, const struct analysis *analysis,
			      struct analysis_record *record)
{
	const struct account *account = stack_views_account(&analysis->stacks, analysis->trace);

	record->trace_path = options->trace;
	record->trace = trace_account_facts(analysis->trace);
	record->totals = &account->totals;
	record->timeline = account->timeline;
	record->sizes = account->sizes;
	record->size_count = account->size_count;
	record->source = (struct trace_record){
		.digest = trace_account_digest(analysis->trace),
		.page_size = trace_account_page_size(analysis->trace),
		.from = options->from,
		.to = options->to,
		.cpu = options->cpu,
		.task = options->task,
		.pid = options->pid,
		.skip = options->skip,
	};
}

/* What the outputs see of it all. */
static void record_fill(const struct options *options, struct analysis *analysis)
{
	struct analysis_record *record = &analysis->record;
	size_t count;

	*record = (struct analysis_record){
		.filter = options->filter,
		.has_map = kernel_maps_any(&analysis->maps),
		.attribution = attribution_facts(analysis->attribution),
		.sites = attribution_sites(analysis->attribution, &count),
		.tree = &analysis->tree,
		.verdict = &analysis->verdict,
	};
	record->site_count = count;
	if (analysis->trace) {
		record_fill_trace(options, analysis, record);
	}
	if (analysis->kernel) {
		kernel_record_fill(analysis->kernel, options->kernel,
				   !options->trace || options->json || options->save_db,
				   &analysis->kernel_record);
		record->kernel = &analysis->kernel_record;
	}
}

static void view_fill(const struct options *options, struct analysis *analysis)
{
	analysis->view = (struct report_view){
		.record = &analysis->record,
		.branch = analysis->branch,
		.branch_name = options->branch,
		.sites = &analysis->sites,
		.order = options->order,
	};
}

int analysis_load(struct options *options, struct analysis *analysis, struct error *err)
{
	unsigned int parts = 0;

	if (!options->db_file) {
		return 0;
	}
	if (options->rings_file || options->rings_show || options->save_db ||
	    options->each_branch) {
		parts = DATABASE_SYMBOLS;
	}
	parts |= timeline_view_wanted(options) ? DATABASE_TIMELINE : 0u;
	if (database_load(options->db_file, parts, &analysis->saved, err) < 0) {
		return err->code;
	}
	if (options->save_db && analysis->saved.record.run_count) {
		saved_analysis_release(&analysis->saved);
		return error_set(err, ERROR_USAGE,
				 "--save-db: %.400s is a merged database: copy it",
				 options->db_file);
	}
	analysis->is_saved = true;
	analysis->record = analysis->saved.record;
	options->saved_trace = analysis->record.trace != NULL;
	options->saved_kernel = analysis->record.kernel != NULL;
	return 0;
}

/* From the inputs to the record. */
static int stages_run(const struct options *options, struct diagnostics *diagnostics,
		      struct analysis *ret, struct error *err)
{
	if (memory_tree_init(&ret->tree, err) < 0 ||
	    inputs_read(options, diagnostics, ret, err) < 0 ||
	    code_prepare(diagnostics, ret, err) < 0 ||
	    stack_views_init(&ret->stacks, options, ret->trace, &ret->maps, &ret->slide, err) < 0 ||
	    sites_attribute(options, diagnostics, ret, err) < 0 ||
	    verdict_evidence_judge(ret, err) < 0) {
		return err->code;
	}
	record_fill(options, ret);
	return 0;
}

int analysis_run(const struct options *options, struct diagnostics *diagnostics,
		 struct analysis *ret, struct error *err)
{
	if ((!ret->is_saved && stages_run(options, diagnostics, ret, err) < 0) ||
	    branch_find(options, ret, err) < 0 ||
	    sites_list(options, ret, options->branch ? ret->branch : NULL, err) < 0) {
		analysis_release(ret);
		return err->code;
	}
	view_fill(options, ret);
	if (budget_checks_run(&ret->checks, options, &ret->record, err) < 0) {
		analysis_release(ret);
		return err->code;
	}
	return 0;
}

int analysis_part_init(struct analysis *part, const struct options *options,
		       const struct analysis *whole, const struct tree_node *branch,
		       struct error *err)
{
	*part = *whole;
	part->branch = branch;
	part->sites = (struct site_list){0};
	part->groups = (struct site_groups){0};
	if (sites_list(options, part, branch, err) < 0) {
		analysis_part_release(part);
		return err->code;
	}
	return 0;
}

void analysis_part_release(struct analysis *part)
{
	site_list_release(&part->sites);
	site_groups_release(&part->groups);
}

void analysis_release(struct analysis *analysis)
{
	budget_checks_release(&analysis->checks);
	verdict_release(&analysis->verdict);
	site_list_release(&analysis->sites);
	site_groups_release(&analysis->groups);
	memory_tree_release(&analysis->tree);
	if (analysis->attribution) {
		attribution_free(analysis->attribution);
	}
	if (analysis->is_saved) {
		saved_analysis_release(&analysis->saved);
	}
	stack_views_release(&analysis->stacks);
	kernel_maps_release(&analysis->maps);
	if (analysis->trace) {
		trace_account_free(analysis->trace);
	}
	if (analysis->kernel) {
		kernel_tree_free(analysis->kernel);
	}
	*analysis = (struct analysis){0};
}
