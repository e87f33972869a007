/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --by: call sites added up by function, line, file, object or directory.
 *
 * A group looks like a call site whose caller is the group's name, so that every
 * report can list it. Object, directory, file and line stand in it as far as all its
 * sites share them. Where the key of a site isn't known, its group says so:
 * "(line unknown)".
 */
#ifndef ANALYZER_REPORT_SITE_GROUP_H
#define ANALYZER_REPORT_SITE_GROUP_H

#include <stddef.h>

#include "analyzer/attribute/call_site.h"
#include "analyzer/base/arena.h"
#include "analyzer/base/error.h"
#include "analyzer/report/site_list.h"

struct site_key {
	const char *name;    /* on the command line */
	const char *title;   /* column heading: "function" */
	const char *plural;  /* "functions" */
	const char *heading; /* "Functions" */
	/* The group of a site; NULL: no memory. */
	const char *(*text)(const struct call_site *site, struct arena *arena);
};

extern const struct site_key site_keys[];
extern const size_t site_key_count;

/* NULL if there is none of that name. */
const struct site_key *site_key_find(const char *name);

struct site_groups {
	struct call_site *sites; /* by name */
	size_t count;
	struct arena arena;
};

/* Strings of the sites are borrowed; the list itself isn't needed later. */
int site_groups_init(struct site_groups *groups, const struct site_list *list,
		     const struct site_key *key, struct error *err);
void site_groups_release(struct site_groups *groups);

#endif
