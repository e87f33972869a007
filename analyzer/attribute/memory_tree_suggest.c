/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "Did you mean": the directory nearest to a branch that does not exist.
 *
 * Every directory gets a rank; the smallest wins. A kernel has about 3,000
 * directories and a branch a few dozen characters, so ranking all of them costs
 * a few milliseconds, once, on the way to an error message.
 */
#include <stdint.h>
#include <string.h>

#include "analyzer/attribute/memory_tree.h"

/* Longer branches and paths are not compared: the kernel's longest directory has 69 characters. */
#define PATH_CAPACITY 256

enum nearness {
	NEAR_ENDS_IN_BRANCH,
	NEAR_TYPING_ERROR,
	NEAR_END_OF_BRANCH,
	NEAR_START_OF_BRANCH,
	NEAR_NOT,
};

struct rank {
	enum nearness nearness;
	size_t distance; /* smaller is nearer, within one nearness */
	size_t depth;
};

struct branch {
	char text[PATH_CAPACITY]; /* components joined by single slashes */
	size_t length;
	size_t component_count;
};

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Branch without ".", empty components and leading slashes; false if it is empty or too long. */
static bool branch_normalize(const char *text, struct branch *ret)
{
	ret->length = 0;
	ret->component_count = 0;
	while (*(text += strspn(text, "/"))) {
		size_t length = strcspn(text, "/");

		if (length != 1 || text[0] != '.') {
			if (ret->length + length + 2 > sizeof(ret->text)) {
				return false;
			}
			if (ret->length > 0) {
				ret->text[ret->length++] = '/';
			}
			memcpy(ret->text + ret->length, text, length);
			ret->length += length;
			ret->component_count++;
		}
		text += length;
	}
	ret->text[ret->length] = '\0';
	return ret->length > 0;
}

/*
 * Edit distance in which swapping two neighbours is one step (optimal string
 * alignment): three rows of the table, the last two kept for swaps.
 */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t table[3][PATH_CAPACITY + 1];
	size_t *above2 = table[0];
	size_t *above = table[1];
	size_t *row = table[2];

	for (size_t j = 0; j <= b_length; j++) {
		row[j] = j;
	}
	for (size_t i = 1; i <= a_length; i++) {
		size_t *oldest = above2;

		above2 = above;
		above = row;
		row = oldest;
		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			size_t change = above[j - 1] + (a[i - 1] != b[j - 1]);

			row[j] = smaller(change, smaller(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
				row[j] = smaller(row[j], above2[j - 2] + 1);
			}
		}
	}
	return row[b_length];
}

/* The last count components of path; all of it if it has no more. */
static const char *path_end(const char *path, size_t length, size_t count)
{
	const char *start = path + length;

	while (start > path) {
		if (start[-1] == '/' && --count == 0) {
			break;
		}
		start--;
	}
	return start;
}

/* Is end the whole of text or its last components? */
static bool path_ends_in(const char *text, size_t text_length, const char *end, size_t end_length)
{
	return end_length <= text_length && strcmp(text + text_length - end_length, end) == 0 &&
	       (end_length == text_length || text[text_length - end_length - 1] == '/');
}

/* More than three slips and it was another word; short names allow fewer. */
static size_t typing_errors_allowed(const struct branch *branch)
{
	return smaller(1 + branch->length / 6, 3);
}

static struct rank path_rank(const char *path, size_t depth, const struct branch *branch)
{
	struct rank rank = {NEAR_NOT, 0, depth};
	size_t length = strlen(path);
	const char *end = path_end(path, length, branch->component_count);
	size_t distance;

	if (path_ends_in(path, length, branch->text, branch->length)) {
		rank.nearness = NEAR_ENDS_IN_BRANCH;
		return rank;
	}
	distance = edit_distance(branch->text, branch->length, end, strlen(end));
	if (distance <= typing_errors_allowed(branch)) {
		rank.nearness = NEAR_TYPING_ERROR;
		rank.distance = distance;
	} else if (path_ends_in(branch->text, branch->length, path, length)) {
		rank.nearness = NEAR_END_OF_BRANCH;
		rank.distance = branch->length - length;
	} else if (branch->length > length && strncmp(branch->text, path, length) == 0 &&
		   branch->text[length] == '/') {
		rank.nearness = NEAR_START_OF_BRANCH;
		rank.distance = branch->length - length;
	}
	return rank;
}

static bool rank_is_nearer(const struct rank *a, const struct rank *b)
{
	if (a->nearness != b->nearness) {
		return a->nearness < b->nearness;
	}
	if (a->distance != b->distance) {
		return a->distance < b->distance;
	}
	return a->depth < b->depth;
}

/* The node after node in a walk that enters directories only, with *depth kept. */
static const struct tree_node *next_directory(const struct tree_node *node, size_t *depth)
{
	const struct tree_node *next = node->first_child;

	(*depth)++;
	for (;;) {
		while (next && next->kind != TREE_DIRECTORY) {
			next = next->next_sibling;
		}
		if (next || !node->parent) {
			return next;
		}
		next = node->next_sibling;
		node = node->parent;
		(*depth)--;
	}
}

const char *memory_tree_suggest(const struct memory_tree *tree, const char *branch, char *buffer,
				size_t size)
{
	struct rank best = {NEAR_NOT, 0, 0};
	char best_path[PATH_CAPACITY] = "";
	struct branch wanted;
	size_t depth = 0;

	if (size == 0 || !branch_normalize(branch, &wanted)) {
		return NULL;
	}
	for (const struct tree_node *node = next_directory(tree->root, &depth); node;
	     node = next_directory(node, &depth)) {
		char path[PATH_CAPACITY];
		struct rank rank;

		tree_node_path(node, path, sizeof(path));
		if (strlen(path) == sizeof(path) - 1) {
			continue; /* cut off */
		}
		rank = path_rank(path, depth, &wanted);
		if (rank_is_nearer(&rank, &best) ||
		    (rank.nearness != NEAR_NOT && !rank_is_nearer(&best, &rank) &&
		     strcmp(path, best_path) < 0)) {
			best = rank;
			memcpy(best_path, path, sizeof(path));
		}
	}
	if (best.nearness == NEAR_NOT) {
		return NULL;
	}
	if (size > sizeof(best_path)) {
		size = sizeof(best_path);
	}
	memcpy(buffer, best_path, size);
	buffer[size - 1] = '\0';
	return buffer;
}
