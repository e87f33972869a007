/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/diff_match.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A function with more call sites on both sides is paired in plain order: alignment is n * m. */
#define ALIGN_LIMIT 1000

#define SITE_POINTER sizeof(const void *)

static int text_compare(const char *a, const char *b)
{
	if (!a || !b) {
		return (a != NULL) - (b != NULL);
	}
	return strcmp(a, b);
}

/* Sites of one function are neighbours; those without stand alone by their text. */
static int function_compare(const struct call_site *a, const struct call_site *b, bool by_object)
{
	int result = text_compare(a->function, b->function);

	if (!result) {
		result = text_compare(a->module, b->module);
	}
	if (!result && by_object) {
		result = text_compare(a->object, b->object);
	}
	if (!result && !a->function) {
		result = strcmp(a->site, b->site);
	}
	return result;
}

static int site_compare(const void *left, const void *right, void *context)
{
	const struct call_site *a = *(const struct call_site *const *)left;
	const struct call_site *b = *(const struct call_site *const *)right;
	int result = function_compare(a, b, *(const bool *)context);

	if (!result) {
		result = (a->offset > b->offset) - (a->offset < b->offset);
	}
	return result ? result : strcmp(a->site, b->site);
}

static const struct call_site **sites_sorted(const struct site_list *list, bool by_object)
{
	const struct call_site **sites = malloc((list->count + 1) * SITE_POINTER);

	if (sites) {
		memcpy(sites, list->sites, list->count * SITE_POINTER);
		qsort_r(sites, list->count, SITE_POINTER, site_compare, &by_object);
	}
	return sites;
}

static void pair_add(struct site_pairs *pairs, const struct call_site *before,
		     const struct call_site *after)
{
	pairs->pairs[pairs->count++] = (struct site_pair){before, after};
}

/* The same code: equal offsets are the same site. */
static void pair_by_offset(struct site_pairs *pairs, const struct call_site **a, size_t a_count,
			   const struct call_site **b, size_t b_count)
{
	size_t i = 0;
	size_t j = 0;

	while (i < a_count || j < b_count) {
		if (j == b_count || (i < a_count && a[i]->offset < b[j]->offset)) {
			pair_add(pairs, a[i++], NULL);
		} else if (i == a_count || b[j]->offset < a[i]->offset) {
			pair_add(pairs, NULL, b[j++]);
		} else {
			pair_add(pairs, a[i++], b[j++]);
		}
	}
}

static uint64_t distance(const struct call_site *a, const struct call_site *b)
{
	uint64_t far = a->offset > b->offset ? a->offset - b->offset : b->offset - a->offset;

	return far < UINT32_MAX ? far : UINT32_MAX; /* so that a sum cannot overflow */
}

/*
 * few[0..few_count) in order among many[0..many_count): cost[i][j] is the least sum of distances
 * when the first i of the few are paired among the first j of the many. -1 without memory.
 */
static int align(const struct call_site **few, size_t few_count, const struct call_site **many,
		 size_t many_count, size_t *partner)
{
	size_t width = many_count + 1;
	uint64_t *cost = calloc((few_count + 1) * width, sizeof(*cost));
	size_t j = many_count;

	if (!cost) {
		return -1;
	}
	for (size_t i = 1; i <= few_count; i++) {
		for (j = i; j <= many_count; j++) {
			uint64_t taken =
				cost[(i - 1) * width + j - 1] + distance(few[i - 1], many[j - 1]);
			uint64_t passed = j > i ? cost[i * width + j - 1] : UINT64_MAX;

			cost[i * width + j] = taken <= passed ? taken : passed;
		}
	}
	j = many_count;
	for (size_t i = few_count; i > 0; i--) {
		while (j > i && cost[i * width + j] == cost[i * width + j - 1]) {
			j--;
		}
		partner[i - 1] = --j;
	}
	free(cost);
	return 0;
}

/* Other code: in order, and where one side has more, such that offsets differ least. */
static int pair_in_order(struct site_pairs *pairs, const struct call_site **a, size_t a_count,
			 const struct call_site **b, size_t b_count)
{
	bool swapped = a_count > b_count;
	const struct call_site **few = swapped ? b : a;
	const struct call_site **many = swapped ? a : b;
	size_t few_count = swapped ? b_count : a_count;
	size_t many_count = swapped ? a_count : b_count;
	size_t *partner = malloc((few_count + 1) * sizeof(*partner));
	size_t next = 0;

	if (!partner) {
		return -1;
	}
	for (size_t i = 0; i < few_count; i++) {
		partner[i] = i;
	}
	if (few_count && few_count < many_count && many_count <= ALIGN_LIMIT &&
	    align(few, few_count, many, many_count, partner) < 0) {
		free(partner);
		return -1;
	}
	for (size_t j = 0; j < many_count; j++) {
		const struct call_site *other = NULL;

		if (next < few_count && partner[next] == j) {
			other = few[next++];
		}
		pair_add(pairs, swapped ? many[j] : other, swapped ? other : many[j]);
	}
	free(partner);
	return 0;
}

/* How many of sites belong to the function of the first. */
static size_t run_length(const struct call_site **sites, size_t count, bool by_object)
{
	size_t length = 1;

	while (length < count && function_compare(sites[0], sites[length], by_object) == 0) {
		length++;
	}
	return length;
}

static int function_pair(struct site_pairs *pairs, const struct call_site **a, size_t a_count,
			 const struct call_site **b, size_t b_count)
{
	if (a[0]->function_size == b[0]->function_size) {
		pair_by_offset(pairs, a, a_count, b, b_count);
		return 0;
	}
	return pair_in_order(pairs, a, a_count, b, b_count);
}

static int all_pair(struct site_pairs *pairs, const struct call_site **a, size_t a_count,
		    const struct call_site **b, size_t b_count, bool by_object)
{
	while (a_count && b_count) {
		int order = function_compare(a[0], b[0], by_object);
		size_t a_run = order <= 0 ? run_length(a, a_count, by_object) : 0;
		size_t b_run = order >= 0 ? run_length(b, b_count, by_object) : 0;

		if (order == 0) {
			if (function_pair(pairs, a, a_run, b, b_run) < 0) {
				return -1;
			}
		} else {
			for (size_t i = 0; i < a_run; i++) {
				pair_add(pairs, a[i], NULL);
			}
			for (size_t i = 0; i < b_run; i++) {
				pair_add(pairs, NULL, b[i]);
			}
		}
		a += a_run;
		a_count -= a_run;
		b += b_run;
		b_count -= b_run;
	}
	for (; a_count; a_count--) {
		pair_add(pairs, *a++, NULL);
	}
	for (; b_count; b_count--) {
		pair_add(pairs, NULL, *b++);
	}
	return 0;
}

int site_pairs_init(struct site_pairs *pairs, const struct site_list *before,
		    const struct site_list *after, bool by_object)
{
	const struct call_site **a = sites_sorted(before, by_object);
	const struct call_site **b = sites_sorted(after, by_object);
	int result = -1;

	*pairs = (struct site_pairs){0};
	pairs->pairs = calloc(before->count + after->count + 1, sizeof(*pairs->pairs));
	if (a && b && pairs->pairs) {
		result = all_pair(pairs, a, before->count, b, after->count, by_object);
	}
	free(a);
	free(b);
	if (result < 0) {
		site_pairs_release(pairs);
	}
	return result;
}

void site_pairs_release(struct site_pairs *pairs)
{
	free(pairs->pairs);
	*pairs = (struct site_pairs){0};
}
