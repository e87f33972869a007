/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/columns.h"

#include <stdio.h>
#include <string.h>

#include "analyzer/report/site_list.h"

static bool text_get(const char *text, struct column_value *ret)
{
	ret->text = text;
	return text != NULL;
}

static bool number_get(uint64_t number, struct column_value *ret)
{
	ret->number = number;
	return true;
}

static bool caller(const struct call_site *site, struct column_value *ret)
{
	return text_get(site->caller, ret);
}

static bool function(const struct call_site *site, struct column_value *ret)
{
	return text_get(site->function, ret);
}

static bool offset(const struct call_site *site, struct column_value *ret)
{
	return number_get(site->offset, ret) && site->function;
}

static bool module(const struct call_site *site, struct column_value *ret)
{
	return text_get(site->module, ret);
}

static bool file(const struct call_site *site, struct column_value *ret)
{
	return text_get(site->file, ret);
}

static bool line(const struct call_site *site, struct column_value *ret)
{
	return number_get(site->line, ret) && site->line;
}

static bool object(const struct call_site *site, struct column_value *ret)
{
	return text_get(site->object, ret);
}

static bool directory(const struct call_site *site, struct column_value *ret)
{
	return text_get(site->directory, ret);
}

static bool total_dynamic(const struct call_site *site, struct column_value *ret)
{
	return number_get(site->figures.total_dynamic, ret);
}

static bool total_requested(const struct call_site *site, struct column_value *ret)
{
	return number_get(site->figures.total_requested, ret);
}

static bool current_dynamic(const struct call_site *site, struct column_value *ret)
{
	return number_get(site->figures.current_dynamic, ret);
}

static bool current_requested(const struct call_site *site, struct column_value *ret)
{
	return number_get(site->figures.current_requested, ret);
}

static bool waste(const struct call_site *site, struct column_value *ret)
{
	ret->difference = site_waste(&site->figures);
	return true;
}

static bool alloc_count(const struct call_site *site, struct column_value *ret)
{
	return number_get(site->figures.alloc_count, ret);
}

static bool free_count(const struct call_site *site, struct column_value *ret)
{
	return number_get(site->figures.free_count, ret);
}

static bool lost_free_count(const struct call_site *site, struct column_value *ret)
{
	return number_get(site->figures.lost_free_count, ret);
}

static bool site_text(const struct call_site *site, struct column_value *ret)
{
	return text_get(site->site, ret);
}

static bool call(const struct call_site *site, struct column_value *ret)
{
	return text_get(site->call == SITE_CALL_UNKNOWN ? NULL : site_call_names[site->call], ret);
}

static bool via(const struct call_site *site, struct column_value *ret)
{
	return text_get(site->via, ret);
}

static bool seen_from(const struct call_site *site, struct column_value *ret)
{
	return text_get(site->seen_from, ret);
}

static bool runs(const struct call_site *site, struct column_value *ret)
{
	return site->runs && number_get(site->runs->runs, ret);
}

static bool current_minimum(const struct call_site *site, struct column_value *ret)
{
	return site->runs && number_get((uint64_t)site->runs->minimum, ret);
}

static bool current_maximum(const struct call_site *site, struct column_value *ret)
{
	return site->runs && number_get((uint64_t)site->runs->maximum, ret);
}

const struct site_column site_columns[] = {
	{"caller", "call site", COLUMN_TEXT, caller},
	{"function", "function", COLUMN_TEXT, function},
	{"offset", "offset", COLUMN_UNSIGNED, offset},
	{"module", "module", COLUMN_TEXT, module},
	{"file", "file", COLUMN_TEXT, file},
	{"line", "line", COLUMN_UNSIGNED, line},
	{"object", "object", COLUMN_TEXT, object},
	{"directory", "directory", COLUMN_TEXT, directory},
	{"total_dynamic", "total", COLUMN_UNSIGNED, total_dynamic},
	{"current_dynamic", "live", COLUMN_UNSIGNED, current_dynamic},
	{"waste", "waste", COLUMN_SIGNED, waste},
	{"alloc_count", "allocs", COLUMN_UNSIGNED, alloc_count},
	{"free_count", "freed", COLUMN_UNSIGNED, free_count},
	{"total_requested", "total requested", COLUMN_UNSIGNED, total_requested},
	{"current_requested", "live requested", COLUMN_UNSIGNED, current_requested},
	{"lost_free_count", "lost frees", COLUMN_UNSIGNED, lost_free_count},
	{"site", "as traced", COLUMN_TEXT, site_text},
	{"call", "call", COLUMN_TEXT, call},
	{"via", "via", COLUMN_TEXT, via},
	{"seen_from", "seen from", COLUMN_TEXT, seen_from},
	{"runs", "runs", COLUMN_UNSIGNED, runs},
	{"current_minimum", "min live", COLUMN_UNSIGNED, current_minimum},
	{"current_maximum", "max live", COLUMN_UNSIGNED, current_maximum},
};
const size_t site_column_count = sizeof(site_columns) / sizeof(site_columns[0]);
_Static_assert(sizeof(site_columns) / sizeof(site_columns[0]) <= COLUMN_LIST_CAPACITY,
	       "COLUMN_LIST_CAPACITY is too small");

static const struct site_column *column_find(const char *name, size_t length)
{
	for (size_t i = 0; i < site_column_count; i++) {
		if (strlen(site_columns[i].name) == length &&
		    memcmp(site_columns[i].name, name, length) == 0) {
			return &site_columns[i];
		}
	}
	return NULL;
}

const struct site_column *site_column_find(const char *name)
{
	return column_find(name, strlen(name));
}

int site_column_compare(const struct site_column *column, const struct call_site *a,
			const struct call_site *b)
{
	struct column_value first;
	struct column_value second;
	bool has_first = column->get(a, &first);
	bool has_second = column->get(b, &second);

	if (!has_first || !has_second) {
		return has_second - has_first;
	}
	switch (column->type) {
	case COLUMN_TEXT:
		return strcmp(first.text, second.text);
	case COLUMN_UNSIGNED:
		return (first.number < second.number) - (first.number > second.number);
	case COLUMN_SIGNED:
		break;
	}
	return (first.difference < second.difference) - (first.difference > second.difference);
}

static int unknown_column(const char *name, size_t length, struct error *err)
{
	char valid[512] = "";

	for (size_t i = 0; i < site_column_count; i++) {
		size_t used = strlen(valid);

		snprintf(valid + used, sizeof(valid) - used, "%s%s", i ? ", " : "",
			 site_columns[i].name);
	}
	return error_set(err, ERROR_USAGE, "--columns: there is no '%.*s'; there are %s",
			 length > 100 ? 100 : (int)length, name, valid);
}

int column_list_parse(const char *text, struct column_list *ret, struct error *err)
{
	ret->count = 0;
	for (;;) {
		size_t length = strcspn(text, ",");
		const struct site_column *column = column_find(text, length);

		if (!column) {
			return unknown_column(text, length, err);
		}
		for (size_t i = 0; i < ret->count; i++) {
			if (ret->columns[i] == column) {
				return error_set(err, ERROR_USAGE, "--columns: %s is there twice",
						 column->name);
			}
		}
		ret->columns[ret->count++] = column;
		if (!text[length]) {
			return 0;
		}
		text += length + 1;
	}
}
