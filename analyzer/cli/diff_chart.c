/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/diff_chart.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/cli/report_page.h"
#include "analyzer/report/diff_tree.h"
#include "render/html_report.h"
#include "render/text.h"

#define PATH_SIZE 4096

/* What each value is called in charts. */
static const char *value_words(enum diff_value value)
{
	static const enum memory_attribute attributes[DIFF_VALUES] = {
		[DIFF_STATIC] = ATTRIBUTE_STATIC,
		[DIFF_CURRENT] = ATTRIBUTE_CURRENT_DYNAMIC,
		[DIFF_WASTE] = ATTRIBUTE_WASTE,
		[DIFF_TOTAL] = ATTRIBUTE_TOTAL_DYNAMIC,
	};

	return text_attribute_words(attributes[value]);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* The object, or the directory, that a call site is in. */
static const char *place_of(struct arena *arena, const struct diff_row *row)
{
	const struct tree_node *node = row->node;
	char path[PATH_SIZE];

	while (node && node->kind == TREE_SYMBOL) {
		node = node->parent;
	}
	return node ? arena_strdup(arena, tree_node_path(node, path, sizeof(path)))
		    : row->directory;
}

/* Every row of every level: the page's table is that of the diff. */
static struct html_change_row *rows_gather(struct arena *arena, const struct diff *diff,
					   size_t *ret_count)
{
	struct html_change_row *rows;
	size_t count = 0;

	for (size_t level = 0; level < DIFF_LEVELS; level++) {
		count += diff->levels[level].count;
	}
	rows = arena_calloc(arena, (count + 1) * sizeof(*rows));
	count = 0;
	for (size_t level = 0; rows && level < DIFF_LEVELS; level++) {
		/* Static bytes are of places alone. */
		if (level == DIFF_SITES && diff->value == DIFF_STATIC) {
			continue;
		}
		for (size_t i = 0; i < diff->levels[level].count; i++) {
			const struct diff_row *row = &diff->levels[level].rows[i];

			rows[count++] = (struct html_change_row){
				.level = diff_level_names[level],
				.name = row->name,
				.place = level == DIFF_SITES ? place_of(arena, row) : row->name,
				.state = diff_state_names[row->state],
				.before = row->before.values[diff->value],
				.after = row->after.values[diff->value],
			};
		}
	}
	*ret_count = count;
	return rows;
}

static int page_render(const struct options *options, const struct diff_report *report,
		       struct html_report *page, struct arena *arena, unsigned char **ret_bytes,
		       size_t *ret_size, struct error *err)
{
	page->command = report_page_command(arena, options);
	page->rows = rows_gather(arena, report->diff, &page->row_count);
	page->verdict = arena_printf(arena, "Before: %s After: %s",
				     report->before->record->verdict->sentence,
				     report->after->record->verdict->sentence);
	if (!page->command || !page->rows || !page->verdict) {
		return error_no_memory(err);
	}
	return html_report_render(page, ret_bytes, ret_size, err);
}

int diff_chart_write(FILE *out, const struct options *options, const struct diff_report *report,
		     const enum chart_format *format, struct error *err)
{
	struct chart_change change = {.words = value_words(report->diff->value)};
	char branch[PATH_SIZE];
	struct html_report page = {.chart = options->chart};
	unsigned char *bytes = NULL;
	struct diff_tree tree;
	struct arena arena;
	size_t size = 0;
	int result;

	if (diff_tree_init(&tree, report->diff, report->before->branch, report->after->branch,
			   err) < 0) {
		return err->code;
	}
	arena_init(&arena);
	change.signs = (struct change_signs){tree.grown, tree.shrunk};
	if (report->after->branch->parent) {
		change.branch = tree_node_path(report->after->branch, branch, sizeof(branch));
	}
	change.before = tree.before;
	change.after = tree.after;
	page.tree = &tree.tree;
	page.chart.attribute = ATTRIBUTE_CURRENT_DYNAMIC;
	page.chart.change = &change;
	page.chart.source =
		arena_printf(&arena, "%s \xe2\x86\x92 %s", base_name(report->before_name),
			     base_name(report->after_name));
	if (!page.chart.source) {
		result = error_no_memory(err);
	} else if (format) {
		result = ring_chart_render(page.tree, &page.chart, *format, &bytes, &size, err);
	} else {
		result = page_render(options, report, &page, &arena, &bytes, &size, err);
	}
	if (result == 0) {
		fwrite(bytes, 1, size, out);
		free(bytes);
	}
	arena_release(&arena);
	diff_tree_release(&tree);
	return result;
}
