/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/summary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/directory_list.h"
#include "analyzer/report/summary_parts.h"

#define LABEL_WIDTH 10
/* Room for the paths and names of one table, of the columns left of them. */
#define SITE_COLUMNS	  45
#define RUN_SITE_COLUMNS  35 /* of a merged analysis */
#define DIRECTORY_COLUMNS 40
#define PATH_SIZE	  4096
#define LABEL_SIZE	  640 /* of a function and a module, which are KSYM_NAME_LEN at most */

void summary_heading(FILE *out, bool color, const char *text)
{
	fprintf(out, color ? "\n\033[1m%s\033[0m\n" : "\n%s\n", text);
}

void summary_labelled(FILE *out, const char *label, const char *text)
{
	fprintf(out, "%-*s", LABEL_WIDTH, label);
	format_wrap(out, TEXT_WIDTH, LABEL_WIDTH, LABEL_WIDTH, text);
}

const char *summary_path(char *buffer, const struct tree_node *node, size_t width)
{
	char path[PATH_SIZE];

	tree_node_path(node, path, sizeof(path));
	return format_fit(buffer, path[0] ? path : "(top)", width, true);
}

/* ", 12 name" for what occurred at all. */
static void count_append(char *text, size_t size, uint64_t count, const char *name)
{
	char number[2 * FORMAT_SIZE];
	size_t used = strlen(text);

	if (count) {
		snprintf(text + used, size - used, "%s%s", used ? ", " : "",
			 format_counted(number, count, name));
	}
}

static void trace_write(FILE *out, const struct summary *summary)
{
	const struct trace_facts *trace = summary->trace;
	char size[FORMAT_SIZE];
	char text[512] = "";

	summary_labelled(out, "Trace",
			 strcmp(summary->trace_path, "-") == 0 ? "(standard input)"
							       : summary->trace_path);
	snprintf(text, sizeof(text), "%s", format_bytes(size, trace->byte_count));
	count_append(text, sizeof(text), trace->line_count, "line");
	count_append(text, sizeof(text), trace->slab_event_count, "slab event");
	count_append(text, sizeof(text), trace->cpu_count, "CPU");
	summary_labelled(out, "", text);
	text[0] = '\0';
	count_append(text, sizeof(text), trace->page_event_count, "page event");
	count_append(text, sizeof(text), trace->other_event_count, "other event");
	count_append(text, sizeof(text), trace->stack_line_count, "stack line");
	count_append(text, sizeof(text), trace->comment_count, "header line");
	count_append(text, sizeof(text), trace->foreign_count, "foreign line");
	count_append(text, sizeof(text), trace->damaged_count, "damaged line");
	count_append(text, sizeof(text), trace->console_prefix_count, "console-prefixed line");
	count_append(text, sizeof(text), trace->carriage_return_count, "CR LF line");
	count_append(text, sizeof(text), summary->totals->null_free_count, "NULL free");
	if (text[0]) {
		fprintf(out, "%-*salso ", LABEL_WIDTH, "");
		format_wrap(out, TEXT_WIDTH, LABEL_WIDTH + strlen("also "), LABEL_WIDTH, text);
	}
	if (summary->filter) {
		summary_labelled(out, "Counted", summary->filter);
	}
}

/* How far KASLR moved the kernel, where raw addresses were named with its help. */
static void slide_write(FILE *out, const struct attribution_facts *facts)
{
	char text[160];

	if (!facts || !facts->slide_sites) {
		return;
	}
	if (facts->slide_origin == SLIDE_FROM_KALLSYMS) {
		snprintf(text, sizeof(text), "slide 0x%" PRIx64 " (from kallsyms)", facts->slide);
	} else if (facts->slide_origin == SLIDE_FROM_RECORDING) {
		snprintf(text, sizeof(text), "slide 0x%" PRIx64 " (the recording says it)",
			 facts->slide);
	} else if (facts->slide_origin == SLIDE_FROM_SITES) {
		snprintf(text, sizeof(text),
			 "slide 0x%" PRIx64 " (recovered from %" PRIu64
			 " call sites; runner-up: %" PRIu64 ")",
			 facts->slide, facts->slide_hits, facts->slide_runner_up);
	} else {
		return;
	}
	summary_labelled(out, "KASLR", text);
}

int summary_kernel(FILE *out, const struct summary *summary, struct error *err)
{
	const struct kernel_tree_facts *facts;
	char objects[2 * FORMAT_SIZE];
	char modules[2 * FORMAT_SIZE];
	char *text = NULL;
	int length;

	if (summary->kernel) {
		facts = &summary->kernel->facts;
		length = facts->object_count
				 ? asprintf(&text, "%s (%s in vmlinux, %s; by %s)",
					    summary->kernel->path,
					    format_counted(objects, facts->vmlinux_object_count,
							   "object"),
					    format_counted(modules, facts->module_count, "module"),
					    facts->evidence)
				 : asprintf(&text, "%s (no objects)", summary->kernel->path);
		if (length < 0) {
			return error_no_memory(err);
		}
		summary_labelled(out, "Kernel", text);
		free(text);
	}
	if (summary->branch_name) {
		summary_labelled(out, "Branch", summary->branch_name);
	}
	return 0;
}

/* "Live at the end      9.1 MiB  9,583,768 bytes, ..." */
static void total_write(FILE *out, const char *label, uint64_t bytes, const char *more)
{
	char human[FORMAT_SIZE];
	char exact[FORMAT_SIZE];

	fprintf(out, "  %-18s %8s  %15s bytes%s\n", label, format_bytes(human, bytes),
		format_count(exact, bytes), more);
}

static void totals_write(FILE *out, const struct summary *summary)
{
	const struct match_totals *totals = summary->totals;
	const struct site_account *sum = &summary->sites->sum;
	char one[FORMAT_SIZE];
	char other[FORMAT_SIZE];
	char more[2 * FORMAT_SIZE + 32] = "";

	summary_heading(out, summary->color, "Totals");
	if (!summary->branch_name) {
		snprintf(more, sizeof(more), " in %s objects",
			 format_count(one, totals->live_count));
	}
	total_write(out, "live at the end", sum->current_dynamic, more);
	total_write(out, "  requested", sum->current_requested, "");
	fprintf(out, "  %-18s %8s  %15s bytes\n", "  wasted",
		format_signed_bytes(one, site_waste(sum)),
		format_signed_count(other, site_waste(sum)));
	if (!summary->branch_name) {
		snprintf(more, sizeof(more), "; %s objects at most",
			 format_count(one, totals->peak_live_count));
		total_write(out, summary->run_count ? "peak of one run" : "live at the peak",
			    totals->peak_dynamic, more);
	}
	snprintf(more, sizeof(more), " in %s allocations", format_count(one, sum->alloc_count));
	total_write(out, "allocated in all", sum->total_dynamic, more);
	fprintf(out, "  %-18s %8s  %15s of these objects\n", "freed again", "",
		format_count(one, sum->free_count));
	fprintf(out, "  %-18s %8s  %15s\n", summary->by ? summary->by->plural : "call sites", "",
		format_count(other, summary->sites->count));
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Marks functions that jumped to the allocator; the trace names their callers. */
#define TAIL_MARK " ^"

/* What the table calls a site: the function to blame. */
static const char *site_label(char *buffer, size_t size, const struct call_site *site)
{
	if (!site->seen_from || !site->function) {
		return site->caller;
	}
	snprintf(buffer, size, "%s%s%s%s" TAIL_MARK, site->function, site->module ? " [" : "",
		 site->module ? site->module : "", site->module ? "]" : "");
	return buffer;
}

static void tail_note_write(FILE *out, const struct site_list *list, size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		if (list->sites[i]->seen_from) {
			fputs("  ^ jumped to the allocator: the trace names its caller (-v says "
			      "which)\n",
			      out);
			return;
		}
	}
}

/* The table of call sites. */
struct site_table_form {
	bool total;    /* by all bytes ever allocated, not by live ones */
	bool has_runs; /* says how the runs of a merged analysis differ */
	size_t caller; /* width of it and of the directory: 0, none */
	size_t directory;
};

/*
 * How the columns of names share their room: directories take what they need, a third
 * at most, callers the rest. No directory column without a kernel tree.
 */
static void widths_choose(const struct site_list *list, size_t rows, bool placed, const char *title,
			  struct site_table_form *form)
{
	size_t columns = form->has_runs ? RUN_SITE_COLUMNS : SITE_COLUMNS;
	size_t longest_caller = strlen(title);
	size_t longest_directory = strlen("directory");

	for (size_t i = 0; i < rows; i++) {
		const struct call_site *site = list->sites[i];
		char label[LABEL_SIZE];
		size_t length = strlen(site_label(label, sizeof(label), site));

		longest_caller = length > longest_caller ? length : longest_caller;
		length = site->directory ? strlen(site->directory) : 0;
		longest_directory = length > longest_directory ? length : longest_directory;
	}
	if (!placed) {
		form->caller = columns;
		form->directory = 0;
		return;
	}
	form->caller =
		smaller(longest_caller, columns - 1 - smaller(longest_directory, columns / 3));
	form->directory = columns - 1 - form->caller;
}

/* A caller shortened within its function, so that offset and module stay to be seen. */
static const char *caller_fit(char *buffer, const char *caller, size_t width)
{
	const char *tail = strrchr(caller, '+');
	size_t length = tail ? strlen(tail) : 0;
	char function[SITE_COLUMNS + 1];
	size_t used;

	if (strlen(caller) <= width || !tail || length >= width / 2) {
		return format_fit(buffer, caller, width, false);
	}
	snprintf(function, sizeof(function), "%.*s", (int)(tail - caller), caller);
	format_fit(buffer, function, width - length, false);
	used = strlen(buffer);
	format_fit(buffer + used, tail, length, false);
	return buffer;
}

static void figures_write(FILE *out, const struct call_site *site,
			  const struct site_table_form *form)
{
	const struct site_account *row = &site->figures;
	char bytes[FORMAT_SIZE];
	char waste[FORMAT_SIZE];
	char counts[2 * FORMAT_SIZE];

	fprintf(out, "  %8s %8s ",
		format_bytes(bytes, form->total ? row->total_dynamic : row->current_dynamic),
		format_signed_bytes(waste, site_waste(row)));
	if (form->has_runs) {
		summary_site_runs(out, site->runs);
		return;
	}
	snprintf(counts, sizeof(counts), "%" PRIu64 "/%" PRIu64, row->alloc_count, row->free_count);
	fprintf(out, "%13s  ", counts);
}

static void site_write(FILE *out, const struct call_site *site, const struct site_table_form *form)
{
	char label[LABEL_SIZE];
	char caller[SITE_COLUMNS + 1];
	char directory[SITE_COLUMNS + 1];

	figures_write(out, site, form);
	caller_fit(caller, site_label(label, sizeof(label), site), form->caller);
	if (form->directory && site->directory) {
		format_fit(directory, site->directory[0] ? site->directory : "(top)",
			   form->directory, true);
		fprintf(out, "%-*s %s\n", (int)form->caller, caller, directory);
	} else {
		fprintf(out, "%s\n", caller);
	}
}

static void sites_write(FILE *out, const struct summary *summary)
{
	const struct site_list *list = summary->sites;
	size_t rows = list->count < SUMMARY_ROWS ? list->count : SUMMARY_ROWS;
	struct site_table_form form = {
		.total = strcmp(summary->order->name, "total_dynamic") == 0,
		.has_runs = summary->run_count && !summary->by,
	};
	const char *title = summary->by ? summary->by->title : "call site";
	char heading[128];

	snprintf(heading, sizeof(heading), "%s %s %s (%zu of %zu)",
		 summary->by ? summary->by->heading : "Call sites",
		 summary->order->compare ? "with the" : "by", summary->order->title, rows,
		 list->count);
	summary_heading(out, summary->color, heading);
	widths_choose(list, rows, summary->kernel != NULL, title, &form);
	fprintf(out, "  %8s %8s %s  ", form.total ? "total" : "live", "waste",
		form.has_runs ? SUMMARY_SITE_RUNS : " allocs/freed");
	if (form.directory) {
		fprintf(out, "%-*s directory\n", (int)form.caller, title);
	} else {
		fprintf(out, "%s\n", title);
	}
	for (size_t i = 0; i < rows; i++) {
		site_write(out, list->sites[i], &form);
	}
	tail_note_write(out, list, rows);
}

static void directory_write(FILE *out, const struct directory_row *row, bool total, uint64_t whole)
{
	const struct memory_figures *figures = &row->figures;
	uint64_t bytes = total ? figures->total_dynamic : figures->current_dynamic;
	char human[FORMAT_SIZE];
	char waste[FORMAT_SIZE];
	char fixed[FORMAT_SIZE];
	char share[FORMAT_SIZE];
	char path[DIRECTORY_COLUMNS + 1];

	fprintf(out, "  %8s %7s %8s %8s  %s\n", format_bytes(human, bytes),
		format_share(share, bytes, whole),
		format_signed_bytes(waste, memory_figures_waste(figures)),
		format_bytes(fixed, memory_figures_static(figures)),
		summary_path(path, row->node, DIRECTORY_COLUMNS));
}

int summary_directories(FILE *out, const struct summary *summary, struct error *err)
{
	bool total = strcmp(summary->order->name, "total_dynamic") == 0;
	const struct memory_figures *sum = &summary->branch->sum;
	struct directory_list list;
	char heading[128];

	if (directory_list_init(&list, summary->branch, summary->order, err) < 0) {
		return err->code;
	}
	snprintf(heading, sizeof(heading), "Directories with the %s (%zu of %zu)",
		 (summary->order->compare ? summary->order : &site_orders[0])->title,
		 list.count < SUMMARY_ROWS ? list.count : SUMMARY_ROWS, list.count);
	summary_heading(out, summary->color, heading);
	fprintf(out, "  %8s %7s %8s %8s  directory\n", total ? "total" : "live", "share", "waste",
		"static");
	for (size_t i = 0; i < list.count && i < SUMMARY_ROWS; i++) {
		directory_write(out, &list.rows[i], total,
				total ? sum->total_dynamic : sum->current_dynamic);
	}
	directory_list_release(&list);
	return 0;
}

int summary_write(FILE *out, const struct summary *summary, struct error *err)
{
	if (summary->trace) {
		trace_write(out, summary);
	}
	if (summary_kernel(out, summary, err) < 0) {
		return err->code;
	}
	if (summary->trace) {
		slide_write(out, summary->attribution);
		totals_write(out, summary);
		summary_runs(out, summary);
		if (summary->sites->count) {
			sites_write(out, summary);
		}
		if (summary->kernel && summary->sites->count &&
		    summary_directories(out, summary, err) < 0) {
			return err->code;
		}
	} else if (summary_static(out, summary, err) < 0) {
		return err->code;
	}
	verdict_write(out, summary->verdict, summary->color);
	return 0;
}
