/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saved analyses and merged ones, as loaded and as merged. Page count and size of the file are
 * brought in step first, or most changes would end there. Seeds are real analyses with pages
 * of 512 bytes ("PRAGMA page_size = 512; VACUUM"), which keeps them small. What can be
 * merged must be loadable afterwards.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/database.h"
#include "analyzer/report/fleet.h"
#include "analyzer/report/json_report.h"
#include "trace_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition) {
		abort();
	}
}

/* Makes the header say how many pages there are; returns the size of whole pages. */
static size_t header_mend(uint8_t *image, size_t size)
{
	size_t page_size = size < 100 ? 0 : (size_t)image[16] << 8 | image[17];

	if (page_size < 512 || size < page_size) {
		return size;
	}
	for (int i = 0; i < 4; i++) {
		image[28 + i] = (uint8_t)(size / page_size >> (24 - 8 * i));
		image[92 + i] = image[24 + i]; /* or SQLite counts pages itself */
	}
	return size / page_size * page_size;
}

static void report(const struct analysis_record *record)
{
	struct site_list list;
	struct report_view view = {
		.record = record,
		.branch = record->tree->root,
		.sites = &list,
		.order = &site_orders[0],
	};
	struct error err;
	FILE *out = fopen("/dev/null", "w");

	check(out && site_list_init(&list, record->sites, record->site_count, NULL, view.order,
				    &err) == 0);
	check(json_report_write(out, &view, &err) == 0);
	fclose(out);
	site_list_release(&list);
}

static void load(const char *path, bool must)
{
	struct saved_analysis saved;
	struct error err = {.code = ERROR_NONE};
	int result = database_load(path, true, &saved, &err);

	check(result == 0 ? err.code == ERROR_NONE : err.code == ERROR_INPUT && err.text[0]);
	check(result == 0 || !must);
	if (result == 0) {
		report(&saved.record);
		saved_analysis_release(&saved);
	}
}

static void merge(const char *path, bool is_good)
{
	struct fleet *fleet = fleet_new();
	struct error err = {.code = ERROR_NONE};
	enum fleet_result added;
	bool unchanged;
	char *bytes = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);
	struct trace_source merged;

	check(fleet && out);
	if (fleet_add(fleet, path, "run", &added, &unchanged, &err) == 0 && added == FLEET_ADDED) {
		check(fleet_save(fleet, out, "fuzz", &err) == 0);
		fclose(out);
		check(trace_source_open(&merged, false, bytes, size));
		load(merged.path, is_good);
		trace_source_close(&merged);
	} else {
		fclose(out);
	}
	free(bytes);
	fleet_free(fleet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *image = malloc(size + 1);
	struct trace_source source;

	check(image != NULL);
	memcpy(image, data, size);
	size = header_mend(image, size);
	check(trace_source_open(&source, false, (const char *)image, size));
	load(source.path, false);
	merge(source.path, false);
	trace_source_close(&source);
	free(image);
	return 0;
}
