/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/diff.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/report/diff_match.h"

#define PATH_SIZE 4096

const char *const diff_value_names[DIFF_VALUES] = {
	[DIFF_STATIC] = "static",      [DIFF_CURRENT] = "current_dynamic",
	[DIFF_WASTE] = "waste",	       [DIFF_TOTAL] = "total_dynamic",
	[DIFF_ALLOCS] = "alloc_count", [DIFF_FREES] = "free_count",
};
const char *const diff_level_names[DIFF_LEVELS] = {
	[DIFF_DIRECTORIES] = "directory",
	[DIFF_OBJECTS] = "object",
	[DIFF_SITES] = "call_site",
};
const char *const diff_state_names[] = {"new", "gone", "grown", "shrunk", "same"};

bool diff_has(const struct diff *diff, enum diff_value value)
{
	return value == DIFF_STATIC ? diff->has_static : diff->has_dynamic;
}

int64_t diff_growth(const struct diff *diff)
{
	return (int64_t)((uint64_t)diff->after.values[diff->value] -
			 (uint64_t)diff->before.values[diff->value]);
}

static struct diff_figures figures_of_node(const struct memory_figures *figures)
{
	return (struct diff_figures){{
		[DIFF_STATIC] = (int64_t)memory_figures_static(figures),
		[DIFF_CURRENT] = (int64_t)figures->current_dynamic,
		[DIFF_WASTE] = memory_figures_waste(figures),
		[DIFF_TOTAL] = (int64_t)figures->total_dynamic,
		[DIFF_ALLOCS] = (int64_t)figures->alloc_count,
		[DIFF_FREES] = (int64_t)figures->free_count,
	}};
}

static struct diff_figures figures_of_site(const struct call_site *site)
{
	struct diff_figures figures = {{0}};

	if (site) {
		figures.values[DIFF_CURRENT] = (int64_t)site->figures.current_dynamic;
		figures.values[DIFF_WASTE] = site_waste(&site->figures);
		figures.values[DIFF_TOTAL] = (int64_t)site->figures.total_dynamic;
		figures.values[DIFF_ALLOCS] = (int64_t)site->figures.alloc_count;
		figures.values[DIFF_FREES] = (int64_t)site->figures.free_count;
	}
	return figures;
}

/* What a level has on one side, by path. */
struct side {
	struct side_item {
		const char *path;
		const struct tree_node *node;
		struct diff_figures figures;
	} * items;
	size_t count, capacity;
};

static int item_compare(const void *left, const void *right)
{
	const struct side_item *a = left;
	const struct side_item *b = right;

	return strcmp(a->path, b->path);
}

static int side_add(struct side *side, struct arena *arena, const struct tree_node *node,
		    const struct memory_figures *figures)
{
	char path[PATH_SIZE];
	const char *copy = arena_strdup(arena, tree_node_path(node, path, sizeof(path)));

	if (side->count == side->capacity) {
		size_t larger = side->capacity ? 2 * side->capacity : 256;
		struct side_item *moved = realloc(side->items, larger * sizeof(*moved));

		if (!moved) {
			return -1;
		}
		side->items = moved;
		side->capacity = larger;
	}
	side->items[side->count++] = (struct side_item){copy, node, figures_of_node(figures)};
	return copy ? 0 : -1;
}

static bool is_place(const struct tree_node *node)
{
	return node->kind == TREE_DIRECTORY || node->kind == TREE_GROUP;
}

/* What stands in a directory itself: its objects and the functions of which no more is known. */
static struct memory_figures place_figures(const struct tree_node *node)
{
	struct memory_figures figures = node->own;

	for (const struct tree_node *child = node->first_child; child;
	     child = child->next_sibling) {
		if (!is_place(child)) {
			memory_figures_add(&figures, &child->sum);
		}
	}
	return figures;
}

static bool is_of_level(const struct tree_node *node, enum diff_level level)
{
	return level == DIFF_OBJECTS ? node->kind == TREE_OBJECT : is_place(node);
}

/* The next node below top in preorder; functions and what is below objects are passed over. */
static const struct tree_node *next_node(const struct tree_node *node, const struct tree_node *top)
{
	if (is_place(node) && node->first_child) {
		return node->first_child;
	}
	while (node != top && !node->next_sibling) {
		node = node->parent;
	}
	return node == top ? NULL : node->next_sibling;
}

static int side_fill(struct side *side, struct arena *arena, const struct tree_node *top,
		     enum diff_level level)
{
	for (const struct tree_node *node = top; node; node = next_node(node, top)) {
		struct memory_figures figures;

		if (!is_of_level(node, level)) {
			continue;
		}
		figures = level == DIFF_OBJECTS ? node->sum : place_figures(node);
		if (side_add(side, arena, node, &figures) < 0) {
			return -1;
		}
	}
	if (side->count) {
		qsort(side->items, side->count, sizeof(*side->items), item_compare);
	}
	return 0;
}

static void row_add(struct diff *diff, enum diff_level level, const struct side_item *before,
		    const struct side_item *after)
{
	struct diff_row row = {.in_before = before != NULL, .in_after = after != NULL};

	if (before) {
		row.name = before->path;
		row.node = before->node;
		row.before = before->figures;
	}
	if (after) {
		row.name = after->path;
		row.node = after->node;
		row.after = after->figures;
	}
	diff->levels[level].rows[diff->levels[level].count++] = row;
}

static int sides_join(struct diff *diff, enum diff_level level, const struct side *before,
		      const struct side *after)
{
	size_t i = 0;
	size_t j = 0;

	diff->levels[level].rows =
		calloc(before->count + after->count + 1, sizeof(struct diff_row));
	if (!diff->levels[level].rows) {
		return -1;
	}
	while (i < before->count || j < after->count) {
		int order = 0;

		if (i < before->count && j < after->count) {
			order = strcmp(before->items[i].path, after->items[j].path);
		} else {
			order = i < before->count ? -1 : 1;
		}
		row_add(diff, level, order <= 0 ? &before->items[i] : NULL,
			order >= 0 ? &after->items[j] : NULL);
		i += order <= 0;
		j += order >= 0;
	}
	return 0;
}

static int places_compare(struct diff *diff, enum diff_level level,
			  const struct report_view *before, const struct report_view *after)
{
	struct side first = {0};
	struct side second = {0};
	int result = -1;

	if (side_fill(&first, &diff->arena, before->branch, level) == 0 &&
	    side_fill(&second, &diff->arena, after->branch, level) == 0) {
		result = sides_join(diff, level, &first, &second);
	}
	free(first.items);
	free(second.items);
	return result;
}

static int sites_compare(struct diff *diff, const struct report_view *before,
			 const struct report_view *after)
{
	bool by_object = before->record->kernel && after->record->kernel;
	struct site_pairs pairs;

	if (site_pairs_init(&pairs, before->sites, after->sites, by_object) < 0) {
		return -1;
	}
	diff->levels[DIFF_SITES].rows = calloc(pairs.count + 1, sizeof(struct diff_row));
	if (!diff->levels[DIFF_SITES].rows) {
		site_pairs_release(&pairs);
		return -1;
	}
	for (size_t i = 0; i < pairs.count; i++) {
		const struct site_pair *pair = &pairs.pairs[i];
		const struct call_site *site = pair->after ? pair->after : pair->before;
		struct diff_row row = {
			.name = site->caller,
			.directory = site->directory,
			.node = site->node,
			.in_before = pair->before != NULL,
			.in_after = pair->after != NULL,
			.before = figures_of_site(pair->before),
			.after = figures_of_site(pair->after),
		};

		if (pair->before && strcmp(pair->before->caller, site->caller) != 0) {
			row.name_before = pair->before->caller;
		}
		diff->levels[DIFF_SITES].rows[diff->levels[DIFF_SITES].count++] = row;
	}
	site_pairs_release(&pairs);
	return 0;
}

static enum diff_state row_state(const struct diff_row *row, enum diff_value value)
{
	int64_t delta = diff_delta(row, value);

	if (!row->in_before) {
		return DIFF_NEW;
	}
	if (!row->in_after) {
		return DIFF_GONE;
	}
	if (delta == 0) {
		return DIFF_SAME;
	}
	return delta > 0 ? DIFF_GROWN : DIFF_SHRUNK;
}

static uint64_t magnitude(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static int row_compare(const void *left, const void *right, void *context)
{
	const struct diff_row *a = left;
	const struct diff_row *b = right;
	const enum diff_value *value = context;
	uint64_t first = magnitude(diff_delta(a, *value));
	uint64_t second = magnitude(diff_delta(b, *value));
	int result = (first < second) - (first > second);

	if (!result) {
		result = strcmp(a->name, b->name);
	}
	if (!result && a->directory && b->directory) {
		result = strcmp(a->directory, b->directory);
	}
	return result ? result : a->in_before - b->in_before;
}

static int levels_fill(struct diff *diff, const struct report_view *before,
		       const struct report_view *after)
{
	if (diff->has_dynamic && sites_compare(diff, before, after) < 0) {
		return -1;
	}
	if (before->record->kernel && after->record->kernel &&
	    (places_compare(diff, DIFF_DIRECTORIES, before, after) < 0 ||
	     places_compare(diff, DIFF_OBJECTS, before, after) < 0)) {
		return -1;
	}
	for (size_t level = 0; level < DIFF_LEVELS; level++) {
		struct diff_row *rows = diff->levels[level].rows;
		size_t count = diff->levels[level].count;

		for (size_t i = 0; i < count; i++) {
			rows[i].state = row_state(&rows[i], diff->value);
		}
		if (count) {
			qsort_r(rows, count, sizeof(*rows), row_compare, &diff->value);
		}
	}
	return 0;
}

static int comparable_check(const struct diff *diff, const struct analysis_record *before,
			    const struct analysis_record *after, struct error *err)
{
	if (!diff->has_static && !diff->has_dynamic) {
		return error_set(
			err, ERROR_USAGE,
			"nothing to compare: one side has no trace and one no kernel tree");
	}
	if (diff->has_dynamic && before->filter != after->filter) {
		return error_set(err, ERROR_USAGE,
				 "one side counts other allocations (--malloc, --cache) than the "
				 "other");
	}
	if (!diff_has(diff, diff->value)) {
		return error_set(err, ERROR_USAGE, "%s is not known of both sides",
				 diff_value_names[diff->value]);
	}
	return 0;
}

int diff_init(struct diff *diff, const struct report_view *before, const struct report_view *after,
	      enum diff_value value, struct error *err)
{
	*diff = (struct diff){
		.has_static = before->record->kernel && after->record->kernel,
		.has_dynamic = before->record->trace && after->record->trace,
		.value = value,
		.before = figures_of_node(&before->branch->sum),
		.after = figures_of_node(&after->branch->sum),
	};
	arena_init(&diff->arena);
	if (value == DIFF_VALUES) {
		diff->value = diff->has_dynamic ? DIFF_CURRENT : DIFF_STATIC;
	}
	if (comparable_check(diff, before->record, after->record, err) < 0) {
		return err->code;
	}
	if (levels_fill(diff, before, after) < 0) {
		diff_release(diff);
		return error_no_memory(err);
	}
	return 0;
}

void diff_release(struct diff *diff)
{
	for (size_t level = 0; level < DIFF_LEVELS; level++) {
		free(diff->levels[level].rows);
	}
	arena_release(&diff->arena);
	*diff = (struct diff){0};
}
