/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/database_read.h"
#include "analyzer/report/database_schema.h"

/* Directories longer than this do not fit a path. */
#define DIRECTORY_LIMIT 4096

#define SITE_COLUMNS                                                                               \
	"site, caller, function, offset, function_size, module, object, directory, "               \
	"source_function, file, line, naming, placing, address, total_dynamic, total_requested, "  \
	"current_dynamic, current_requested, alloc_count, free_count, lost_free_count, call, "     \
	"via, "                                                                                    \
	"seen_from"

static struct site_account figures_read(struct table_reader *reader)
{
	return (struct site_account){
		.total_dynamic = reader_number(reader, 14),
		.total_requested = reader_number(reader, 15),
		.current_dynamic = reader_number(reader, 16),
		.current_requested = reader_number(reader, 17),
		.alloc_count = reader_number(reader, 18),
		.free_count = reader_number(reader, 19),
		.lost_free_count = reader_number(reader, 20),
	};
}

static bool texts_read(struct table_reader *reader, struct arena *arena, struct call_site *site)
{
	struct site_frame frame = {0};
	struct site_frame *copy;

	if (!reader_keep(reader, 0, arena, &site->site) ||
	    !reader_keep(reader, 1, arena, &site->caller) ||
	    !reader_keep(reader, 2, arena, &site->function) ||
	    !reader_keep(reader, 5, arena, &site->module) ||
	    !reader_keep(reader, 6, arena, &site->object) ||
	    !reader_keep(reader, 7, arena, &site->directory) ||
	    !reader_keep(reader, 8, arena, &frame.function) ||
	    !reader_keep(reader, 9, arena, &site->file) ||
	    !reader_keep(reader, 22, arena, &site->via) ||
	    !reader_keep(reader, 23, arena, &site->seen_from)) {
		return false;
	}
	if (frame.function) {
		frame.file = site->file;
		frame.line = site->line;
		copy = arena_alloc(arena, sizeof(*copy));
		if (!copy) {
			return false;
		}
		*copy = frame;
		site->frames = copy;
		site->frame_count = 1;
	}
	return true;
}

static int site_read(struct table_reader *reader, struct saved_analysis *saved,
		     struct call_site *site, struct error *err)
{
	int naming = database_index(database_namings, 5, reader_text(reader, 11));
	int placing = database_index(database_placings, 3, reader_text(reader, 12));
	int call = database_index(site_call_names, SITE_CALL_KINDS, reader_text(reader, 21));
	uint64_t line = reader_number(reader, 10);

	if (naming < 0 || placing < 0 || call < 0 || line > UINT32_MAX || !reader_text(reader, 0) ||
	    !reader_text(reader, 1) || !reader_text(reader, 7) ||
	    strlen(reader_text(reader, 7)) > DIRECTORY_LIMIT) {
		return error_set(err, ERROR_INPUT, "table call_site");
	}
	*site = (struct call_site){
		.offset = reader_number(reader, 3),
		.function_size = reader_number(reader, 4),
		.line = (uint32_t)line,
		.naming = (enum site_naming)naming,
		.placing = (enum site_placing)placing,
		.call = (enum site_call)call,
		.address = reader_number(reader, 13),
		.has_address = !reader_is_null(reader, 13),
		.figures = figures_read(reader),
	};
	return texts_read(reader, &saved->arena, site) ? 0 : error_no_memory(err);
}

int sites_read(sqlite3 *db, struct saved_analysis *saved, struct error *err)
{
	struct table_reader reader;
	size_t capacity = 0;
	int result = 0;

	reader_open(&reader, db, "SELECT " SITE_COLUMNS " FROM call_site ORDER BY id");
	while (result == 0 && reader_next(&reader)) {
		if (saved->site_count == capacity) {
			size_t larger = capacity ? 2 * capacity : 512;
			struct call_site *moved = realloc(saved->sites, larger * sizeof(*moved));

			if (!moved) {
				return reader_fail_memory(&reader, err);
			}
			saved->sites = moved;
			capacity = larger;
		}
		result = site_read(&reader, saved, &saved->sites[saved->site_count], err);
		saved->site_count += result == 0;
	}
	if (result < 0) {
		sym_sqlite3_finalize(reader.select);
		return result;
	}
	return reader_close(&reader, err);
}

/* A row of a site that exists; what it leaves out must be what size_table.h leaves out. */
static bool size_read(struct table_reader *reader, size_t site_count, struct size_row *ret)
{
	uint64_t site = reader_number(reader, 0);
	bool has_req = !reader_is_null(reader, 1);
	bool has_alloc = !reader_is_null(reader, 2);

	*ret = (struct size_row){
		.owner = (uint32_t)(site - 1),
		.precision = has_req	 ? SIZE_EXACT
			     : has_alloc ? SIZE_ALLOCATED
					 : SIZE_ANY,
		.bytes_req = reader_number(reader, 1),
		.bytes_alloc = reader_number(reader, 2),
		.count = reader_number(reader, 3),
		.current_dynamic = reader_number(reader, 4),
		.current_requested = reader_number(reader, 5),
	};
	return site > 0 && site <= site_count && site <= UINT32_MAX && (has_alloc || !has_req);
}

int sizes_read(sqlite3 *db, struct saved_analysis *saved, struct error *err)
{
	struct table_reader reader;
	size_t capacity = 0;
	size_t count = 0;

	reader_open(&reader, db,
		    "SELECT call_site, bytes_req, bytes_alloc, count, current_dynamic, "
		    "current_requested FROM live_object ORDER BY rowid");
	while (reader_next(&reader)) {
		if (count == capacity) {
			size_t larger = capacity ? 2 * capacity : 1024;
			struct size_row *moved = realloc(saved->sizes, larger * sizeof(*moved));

			if (!moved) {
				return reader_fail_memory(&reader, err);
			}
			saved->sizes = moved;
			capacity = larger;
		}
		if (!size_read(&reader, saved->site_count, &saved->sizes[count])) {
			return reader_fail(&reader, err, "table live_object");
		}
		count++;
	}
	saved->record.size_count = count;
	return reader_close(&reader, err);
}
