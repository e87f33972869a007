/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/site_group.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *function_text(const struct call_site *site, struct arena *arena)
{
	const char *function = site->function;

	if (site->blamed < site->frame_count && site->frames[site->blamed].function) {
		function = site->frames[site->blamed].function;
	}
	if (!function) {
		return site->caller;
	}
	return site->module ? arena_printf(arena, "%s [%s]", function, site->module) : function;
}

static const char *line_text(const struct call_site *site, struct arena *arena)
{
	if (!site->file || !site->line) {
		return "(line unknown)";
	}
	return arena_printf(arena, "%s:%" PRIu32, site->file, site->line);
}

static const char *file_text(const struct call_site *site, struct arena *arena)
{
	(void)arena;
	return site->file ? site->file : "(file unknown)";
}

static const char *directory_text(const struct call_site *site, struct arena *arena)
{
	(void)arena;
	if (!site->directory) {
		return "(unplaced)";
	}
	return site->directory[0] ? site->directory : "(top)";
}

/* Sites that are in no object stand under their group: "(module leaky)". */
static const char *object_text(const struct call_site *site, struct arena *arena)
{
	if (site->object) {
		return site->object;
	}
	return site->placing == SITE_PLACED ? "(object unknown)" : directory_text(site, arena);
}

const struct site_key site_keys[] = {
	{"function", "function", "functions", "Functions", function_text},
	{"line", "line", "lines", "Lines", line_text},
	{"file", "file", "files", "Files", file_text},
	{"object", "object", "objects", "Objects", object_text},
	{"dir", "directory", "directories", "Directories", directory_text},
};
const size_t site_key_count = sizeof(site_keys) / sizeof(site_keys[0]);

const struct site_key *site_key_find(const char *name)
{
	for (size_t i = 0; i < site_key_count; i++) {
		if (strcmp(site_keys[i].name, name) == 0) {
			return &site_keys[i];
		}
	}
	return NULL;
}

/* A site on its way into a group. */
struct member {
	const char *key;
	const struct call_site *site;
};

static int by_key(const void *left, const void *right)
{
	const struct member *a = left;
	const struct member *b = right;
	int order = strcmp(a->key, b->key);

	return order ? order : strcmp(a->site->site, b->site->site);
}

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static struct call_site group_begin(const struct member *member)
{
	const struct call_site *site = member->site;

	return (struct call_site){
		.site = member->key,
		.caller = member->key,
		.object = site->object,
		.directory = site->directory,
		.file = site->file,
		.line = site->line,
		.naming = site->naming,
		.placing = site->placing,
		.figures = site->figures,
	};
}

static void group_add(struct call_site *group, const struct call_site *site)
{
	site_account_add(&group->figures, &site->figures);
	if (!is_same(group->object, site->object)) {
		group->object = NULL;
	}
	if (!is_same(group->directory, site->directory)) {
		group->directory = NULL;
	}
	if (!is_same(group->file, site->file)) {
		group->file = NULL;
	}
	if (group->line != site->line || !group->file) {
		group->line = 0;
	}
}

static int members_fill(struct site_groups *groups, const struct site_list *list,
			const struct site_key *key, struct member *members)
{
	for (size_t i = 0; i < list->count; i++) {
		members[i].site = list->sites[i];
		members[i].key = key->text(list->sites[i], &groups->arena);
		if (!members[i].key) {
			return -1;
		}
	}
	if (list->count > 0) {
		qsort(members, list->count, sizeof(*members), by_key);
	}
	return 0;
}

/* members are sorted by key; false: no memory. */
static bool groups_fill(struct site_groups *groups, const struct member *members, size_t count)
{
	struct series_sum sum;
	bool good = series_sum_init(&sum);

	for (size_t i = 0; good && i < count; i++) {
		if (i == 0 || strcmp(members[i - 1].key, members[i].key) != 0) {
			groups->sites[groups->count++] = group_begin(&members[i]);
		} else {
			group_add(&groups->sites[groups->count - 1], members[i].site);
		}
		series_sum_add(&sum, &members[i].site->series);
		if (i + 1 == count || strcmp(members[i].key, members[i + 1].key) != 0) {
			good = series_sum_take(&sum, &groups->arena,
					       &groups->sites[groups->count - 1].series);
		}
	}
	series_sum_release(&sum);
	return good;
}

int site_groups_init(struct site_groups *groups, const struct site_list *list,
		     const struct site_key *key, struct error *err)
{
	struct member *members = calloc(list->count + 1, sizeof(*members));

	*groups = (struct site_groups){0};
	arena_init(&groups->arena);
	groups->sites = calloc(list->count + 1, sizeof(*groups->sites));
	if (!members || !groups->sites || members_fill(groups, list, key, members) < 0) {
		free(members);
		site_groups_release(groups);
		return error_no_memory(err);
	}
	if (!groups_fill(groups, members, list->count)) {
		free(members);
		site_groups_release(groups);
		return error_no_memory(err);
	}
	free(members);
	return 0;
}

void site_groups_release(struct site_groups *groups)
{
	free(groups->sites);
	arena_release(&groups->arena);
	*groups = (struct site_groups){0};
}
