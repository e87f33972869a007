/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/json_report.h"

#include <stdlib.h>

#include "analyzer/report/columns.h"
#include "analyzer/report/database_schema.h"
#include "analyzer/report/json_text.h"
#include "analyzer/report/json_timeline.h"

#define PATH_SIZE 4096

/* By enum allocation_filter, tree_node_kind, site_naming and site_placing. */
static const char *const filter_names[] = {"all", "kmalloc", "kmem_cache"};
static const char *const kind_names[] = {"directory", "object", "symbol", "padding", "group"};
static const char *const naming_names[] = {"named", "ambiguous", "unknown_symbol", "size_mismatch",
					   "raw"};
static const char *const placing_names[] = {"placed", "in_module", "unplaced"};

static void input_put(struct json_document *document, const struct analysis_record *record)
{
	struct json_object *input = json_put_object(document, document->root, "input");

	json_put_text(document, input, "kind", record->trace ? "trace" : "static");
	if (record->trace) {
		json_put_text(document, input, "path", record->trace_path);
		json_put_text(document, input, "allocations", filter_names[record->filter]);
		json_put_record(document, input, &trace_facts_table, record->trace);
	}
}

static void sizes_put(struct json_document *document, struct json_object *to, const char *key,
		      const struct elf_sizes *sizes)
{
	struct json_object *object = json_put_object(document, to, key);

	json_put_unsigned(document, object, "text", sizes->text);
	json_put_unsigned(document, object, "data", sizes->data);
	json_put_unsigned(document, object, "bss", sizes->bss);
}

static const char *known(const char *text)
{
	return text && text[0] ? text : NULL;
}

static void kernel_put(struct json_document *document, const struct analysis_record *record)
{
	struct json_object *kernel = json_put_object(document, document->root, "kernel");
	const struct kernel_record *tree = record->kernel;

	if (!tree) {
		return;
	}
	json_put_text(document, kernel, "path", tree->path);
	json_put_text(document, kernel, "banner", known(tree->banner));
	json_put_text(document, kernel, "build_id", known(tree->build_id));
	json_put_text(document, kernel, "evidence", known(tree->facts.evidence));
	json_put_record(document, kernel, &kernel_facts_table, &tree->facts);
	json_put_text(document, kernel, "first_unreadable", known(tree->facts.first_unreadable));
	sizes_put(document, kernel, "built_in", &tree->built_in);
	sizes_put(document, kernel, "modules", &tree->modules);
	if (tree->has_vmlinux) {
		sizes_put(document, kernel, "vmlinux", &tree->vmlinux);
	}
}

static void totals_put(struct json_document *document, const struct analysis_record *record)
{
	struct json_object *totals = json_put_object(document, document->root, "totals");

	if (record->trace) {
		json_put_record(document, totals, &match_totals_table, record->totals);
		json_put_signed(document, totals, "waste",
				(int64_t)(record->totals->current_dynamic -
					  record->totals->current_requested));
	}
	if (record->kernel) {
		json_put_unsigned(document, totals, "static",
				  memory_figures_static(&record->tree->root->sum));
	}
}

static void account_put(struct json_document *document, struct json_object *to,
			const struct site_account *figures)
{
	json_put_unsigned(document, to, "total_dynamic", figures->total_dynamic);
	json_put_unsigned(document, to, "total_requested", figures->total_requested);
	json_put_unsigned(document, to, "current_dynamic", figures->current_dynamic);
	json_put_unsigned(document, to, "current_requested", figures->current_requested);
	json_put_signed(document, to, "waste", site_waste(figures));
	json_put_unsigned(document, to, "alloc_count", figures->alloc_count);
	json_put_unsigned(document, to, "free_count", figures->free_count);
	json_put_unsigned(document, to, "lost_free_count", figures->lost_free_count);
}

/* Of a merged analysis: what its runs were like, each as a whole. */
static void runs_put(struct json_document *document, const struct analysis_record *record)
{
	struct json_object *runs;

	if (!record->run_count) {
		return;
	}
	runs = json_put_object(document, document->root, "runs");
	json_put_unsigned(document, runs, "count", record->run_count);
	for (int i = 0; i < DATABASE_MEASURES; i++) {
		const struct run_measure *measure = &record->whole[i];
		struct json_object *object;

		if (measure->spread.runs) {
			object = json_put_object(document, runs, database_measures[i]);
			json_put_signed(document, object, "minimum", measure->spread.minimum);
			json_put_signed(document, object, "maximum", measure->spread.maximum);
			json_put_signed(document, object, "median_from", measure->median_from);
			json_put_signed(document, object, "median_to", measure->median_to);
		}
	}
}

/* What -b and -o chose, and what the call sites listed add up to. */
static void selection_put(struct json_document *document, const struct report_view *view)
{
	struct json_object *selection = json_put_object(document, document->root, "selection");

	json_put_text(document, selection, "branch", view->branch_name);
	if (view->record->trace) {
		json_put_text(document, selection, "order_by", view->order->name);
		json_put_unsigned(document, selection, "call_sites", view->sites->count);
		account_put(document, selection, &view->sites->sum);
	}
}

static void verdict_put(struct json_document *document, const struct verdict *verdict)
{
	struct json_object *list = json_put_array(document, document->root, "verdict");
	struct json_object *trust = json_put_object(document, document->root, "trust");

	for (size_t i = 0; i < verdict->count; i++) {
		const struct finding *finding = &verdict->findings[i];
		struct json_object *object = json_append_object(document, list);

		json_put_text(document, object, "id", finding->id);
		json_put_text(document, object, "severity",
			      finding_severity_names[finding->severity]);
		if (finding->has_count) {
			json_put_unsigned(document, object, "count", finding->count);
		}
		if (finding->has_bytes) {
			json_put_unsigned(document, object, "bytes", finding->bytes);
		}
		json_put_text(document, object, "text", finding->text);
		json_put_text(document, object, "advice", finding->advice);
	}
	json_put_text(document, trust, "grade", verdict_grade_names[verdict->grade]);
	json_put_text(document, trust, "sentence", verdict->sentence);
}

static void site_put(struct json_document *document, struct json_object *list,
		     const struct call_site *site)
{
	struct json_object *object = json_append_object(document, list);
	struct column_value value;

	for (size_t i = 0; i < site_column_count; i++) {
		const struct site_column *column = &site_columns[i];

		if (!column->get(site, &value)) {
			continue;
		}
		switch (column->type) {
		case COLUMN_TEXT:
			json_put_text(document, object, column->name, value.text);
			break;
		case COLUMN_UNSIGNED:
			json_put_unsigned(document, object, column->name, value.number);
			break;
		case COLUMN_SIGNED:
			json_put_signed(document, object, column->name, value.difference);
			break;
		}
	}
	json_put_text(document, object, "naming", naming_names[site->naming]);
	json_put_text(document, object, "placing", placing_names[site->placing]);
}

static void sites_put(struct json_document *document, const struct site_list *sites)
{
	struct json_object *list = json_put_array(document, document->root, "call_sites");

	for (size_t i = 0; i < sites->count; i++) {
		site_put(document, list, sites->sites[i]);
	}
}

static void node_fill(struct json_document *document, struct json_object *to,
		      const struct tree_node *node, const struct analysis_record *record)
{
	const struct memory_figures *sum = &node->sum;
	char path[PATH_SIZE];

	json_put_text(document, to, "name", node->name);
	json_put_text(document, to, "path", tree_node_path(node, path, sizeof(path)));
	json_put_text(document, to, "kind", kind_names[node->kind]);
	if (record->kernel) {
		json_put_unsigned(document, to, "static", memory_figures_static(sum));
		json_put_unsigned(document, to, "static_text", sum->static_text);
		json_put_unsigned(document, to, "static_data", sum->static_data);
		json_put_unsigned(document, to, "static_bss", sum->static_bss);
	}
	if (record->trace) {
		json_put_unsigned(document, to, "total_dynamic", sum->total_dynamic);
		json_put_unsigned(document, to, "current_dynamic", sum->current_dynamic);
		json_put_signed(document, to, "waste", memory_figures_waste(sum));
		json_put_unsigned(document, to, "alloc_count", sum->alloc_count);
		json_put_unsigned(document, to, "free_count", sum->free_count);
	}
}

static bool is_listed(const struct tree_node *node)
{
	return node->kind != TREE_SYMBOL && node->kind != TREE_PADDING;
}

static const struct tree_node *first_listed(const struct tree_node *node)
{
	while (node && !is_listed(node)) {
		node = node->next_sibling;
	}
	return node;
}

/* Where the walk stands: the children of one node on the way down. */
struct tree_level {
	const struct tree_node *next;
	struct json_object *children;
};

static bool level_push(struct tree_level **levels, size_t *capacity, size_t depth,
		       struct tree_level level)
{
	if (depth == *capacity) {
		size_t larger = *capacity ? 2 * *capacity : 32;
		struct tree_level *moved = realloc(*levels, larger * sizeof(*moved));

		if (!moved) {
			return false;
		}
		*levels = moved;
		*capacity = larger;
	}
	(*levels)[depth] = level;
	return true;
}

/* Only directories and groups have children to list. */
static bool has_children(const struct tree_node *node)
{
	return node->kind == TREE_DIRECTORY;
}

/* Without recursion: how deep the tree goes is up to the input. */
static void tree_put(struct json_document *document, const struct report_view *view)
{
	struct json_object *object = json_put_object(document, document->root, "tree");
	const struct tree_node *node = view->branch;
	struct tree_level *levels = NULL;
	size_t capacity = 0;
	size_t depth = 0;

	node_fill(document, object, node, view->record);
	for (;;) {
		if (has_children(node)) {
			struct tree_level level = {first_listed(node->first_child),
						   json_put_array(document, object, "children")};

			if (!level_push(&levels, &capacity, depth++, level)) {
				document->failed = true;
				break;
			}
		}
		while (depth && !levels[depth - 1].next) {
			depth--;
		}
		if (!depth || document->failed) {
			break;
		}
		node = levels[depth - 1].next;
		levels[depth - 1].next = first_listed(node->next_sibling);
		object = json_append_object(document, levels[depth - 1].children);
		node_fill(document, object, node, view->record);
	}
	free(levels);
}

int json_report_write(FILE *out, const struct report_view *view, struct error *err)
{
	struct json_document document;
	struct json_object *schema;

	json_document_init(&document);
	schema = json_put_object(&document, document.root, "schema");
	json_put_text(&document, schema, "name", JSON_SCHEMA_NAME);
	json_put_unsigned(&document, schema, "version", JSON_SCHEMA_VERSION);
	input_put(&document, view->record);
	kernel_put(&document, view->record);
	totals_put(&document, view->record);
	runs_put(&document, view->record);
	selection_put(&document, view);
	verdict_put(&document, view->record->verdict);
	sites_put(&document, view->sites);
	tree_put(&document, view);
	json_timeline_put(&document, view);
	return json_document_write(&document, out, err);
}
