/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/summary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/directory_list.h"
#include "analyzer/report/summary_parts.h"

#define LABEL_WIDTH 10
/* Room for the paths and names of one table, of the columns left of them. */
#define SITE_COLUMNS	  46
#define DIRECTORY_COLUMNS 40
#define PATH_SIZE	  4096

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
	char number[FORMAT_SIZE];
	size_t used = strlen(text);

	if (count) {
		snprintf(text + used, size - used, "%s%s %s", used ? ", " : "",
			 format_count(number, count), name);
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
	count_append(text, sizeof(text), trace->line_count, "lines");
	count_append(text, sizeof(text), trace->slab_event_count, "slab events");
	count_append(text, sizeof(text), trace->cpu_count, "CPUs");
	summary_labelled(out, "", text);
	text[0] = '\0';
	count_append(text, sizeof(text), trace->page_event_count, "page events");
	count_append(text, sizeof(text), trace->other_event_count, "other events");
	count_append(text, sizeof(text), trace->stack_line_count, "stack lines");
	count_append(text, sizeof(text), trace->comment_count, "header lines");
	count_append(text, sizeof(text), trace->foreign_count, "foreign lines");
	count_append(text, sizeof(text), trace->damaged_count, "damaged lines");
	count_append(text, sizeof(text), trace->console_prefix_count, "console prefixes");
	count_append(text, sizeof(text), trace->carriage_return_count, "lines ending in CR LF");
	count_append(text, sizeof(text), summary->totals->null_free_count, "frees of NULL");
	if (text[0]) {
		fprintf(out, "%-*sbeside them ", LABEL_WIDTH, "");
		format_wrap(out, TEXT_WIDTH, LABEL_WIDTH + strlen("beside them "), LABEL_WIDTH,
			    text);
	}
	if (summary->filter) {
		summary_labelled(out, "Counted", summary->filter);
	}
}

int summary_kernel(FILE *out, const struct summary *summary, struct error *err)
{
	const struct kernel_tree_facts *facts;
	char objects[FORMAT_SIZE];
	char modules[FORMAT_SIZE];
	char *text = NULL;

	if (summary->kernel_path) {
		facts = kernel_tree_facts(summary->kernel);
		if (asprintf(&text, "%s (%s objects in vmlinux, %s modules; by %s)",
			     summary->kernel_path,
			     format_count(objects, facts->vmlinux_object_count),
			     format_count(modules, facts->module_count),
			     facts->evidence ? facts->evidence : "its symbols") < 0) {
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
	fprintf(out, "  %-18s %8s  %15" PRId64 " bytes\n", "  wasted",
		format_signed_bytes(one, site_waste(sum)), site_waste(sum));
	if (!summary->branch_name) {
		snprintf(more, sizeof(more), "; %s objects at their most",
			 format_count(one, totals->peak_live_count));
		total_write(out, "live at the peak", totals->peak_dynamic, more);
	}
	snprintf(more, sizeof(more), " in %s allocations", format_count(one, sum->alloc_count));
	total_write(out, "allocated in all", sum->total_dynamic, more);
	fprintf(out, "  %-18s %8s  %15s of these objects\n", "freed again", "",
		format_count(one, sum->free_count));
	fprintf(out, "  %-18s %8s  %15s\n", "call sites", "",
		format_count(other, summary->sites->count));
}

/* How the columns of names share SITE_COLUMNS: callers in full where directories allow. */
static void widths_choose(const struct site_list *list, size_t rows, size_t *caller,
			  size_t *directory)
{
	size_t longest_caller = strlen("call site");
	size_t longest_directory = 0;

	for (size_t i = 0; i < rows; i++) {
		const struct call_site *site = list->sites[i];
		size_t length = strlen(site->caller);

		longest_caller = length > longest_caller ? length : longest_caller;
		length = site->directory ? strlen(site->directory) : 0;
		longest_directory = length > longest_directory ? length : longest_directory;
	}
	*caller = longest_caller < SITE_COLUMNS ? longest_caller : SITE_COLUMNS;
	if (longest_caller + 1 + longest_directory > SITE_COLUMNS) {
		/* Both shorten; a directory never takes more than a third of the room. */
		size_t third = SITE_COLUMNS / 3;
		size_t wanted = longest_directory < third ? longest_directory : third;

		*caller = SITE_COLUMNS - 1 - wanted < longest_caller ? SITE_COLUMNS - 1 - wanted
								     : longest_caller;
	}
	*directory = SITE_COLUMNS - *caller - 1;
}

static void site_write(FILE *out, const struct call_site *site, bool total, size_t caller_width,
		       size_t directory_width)
{
	const struct site_account *row = &site->figures;
	char bytes[FORMAT_SIZE];
	char waste[FORMAT_SIZE];
	char counts[2 * FORMAT_SIZE];
	char caller[SITE_COLUMNS + 1];
	char directory[SITE_COLUMNS + 1];
	int length;

	snprintf(counts, sizeof(counts), "%" PRIu64 "/%" PRIu64, row->alloc_count, row->free_count);
	format_fit(caller, site->caller, caller_width, false);
	format_fit(directory, site->directory ? site->directory : "", directory_width, true);
	fprintf(out, "  %8s %8s %13s  ",
		format_bytes(bytes, total ? row->total_dynamic : row->current_dynamic),
		format_signed_bytes(waste, site_waste(row)), counts);
	length = fprintf(out, "%s", caller);
	if (directory[0]) {
		fprintf(out, "%*s%s", (int)caller_width - length + 1, "", directory);
	}
	putc('\n', out);
}

static void sites_write(FILE *out, const struct summary *summary)
{
	const struct site_list *list = summary->sites;
	size_t rows = list->count < SUMMARY_ROWS ? list->count : SUMMARY_ROWS;
	bool total = strcmp(summary->order->name, "total_dynamic") == 0;
	bool placed = summary->kernel_path != NULL;
	size_t caller_width;
	size_t directory_width;
	char heading[128];

	snprintf(heading, sizeof(heading), "Call sites with the %s (%zu of %zu)",
		 summary->order->title, rows, list->count);
	summary_heading(out, summary->color, heading);
	widths_choose(list, rows, &caller_width, &directory_width);
	fprintf(out, "  %8s %8s %13s  %s%*s%s\n", total ? "total" : "live", "waste", "allocs/freed",
		"call site", placed ? (int)(caller_width - strlen("call site")) + 1 : 0, "",
		placed ? "directory" : "");
	for (size_t i = 0; i < rows; i++) {
		site_write(out, list->sites[i], total, caller_width, directory_width);
	}
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
		 summary->order->title, list.count < SUMMARY_ROWS ? list.count : SUMMARY_ROWS,
		 list.count);
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
		totals_write(out, summary);
		sites_write(out, summary);
		if (summary->kernel_path && summary_directories(out, summary, err) < 0) {
			return err->code;
		}
	} else if (summary_static(out, summary, err) < 0) {
		return err->code;
	}
	verdict_write(out, summary->verdict, summary->color);
	return 0;
}
