/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "analyzer/report/database_read.h"
#include "analyzer/report/database_schema.h"
#include "analyzer/report/fleet_internal.h"

#define NODES_WITH_BYTES "FROM node WHERE static_text <> 0 OR static_data <> 0 OR static_bss <> 0 "

static struct fleet_run *run_new(struct fleet_file *file)
{
	if (file->run_count == file->run_capacity) {
		size_t capacity = file->run_capacity ? 2 * file->run_capacity : 4;
		struct fleet_run *grown = realloc(file->runs, capacity * sizeof(*file->runs));

		if (!grown) {
			return NULL;
		}
		file->runs = grown;
		file->run_capacity = capacity;
	}
	file->runs[file->run_count] = (struct fleet_run){0};
	return &file->runs[file->run_count++];
}

static bool digest_copy(const char *text, char ret[TRACE_DIGEST_SIZE])
{
	if (!text || strlen(text) != TRACE_DIGEST_SIZE - 1 ||
	    strspn(text, "0123456789abcdef") != TRACE_DIGEST_SIZE - 1) {
		return false;
	}
	memcpy(ret, text, TRACE_DIGEST_SIZE);
	return true;
}

static int runs_of_merged(struct fleet_file *file, struct error *err)
{
	struct arena *arena = &file->saved.arena;
	struct table_reader reader;

	reader_open(&reader, file->db,
		    "SELECT digest, name, trace, grade, current_dynamic, waste, peak_dynamic "
		    "FROM run ORDER BY digest");
	while (reader_next(&reader)) {
		struct fleet_run *run = run_new(file);
		int grade = database_index(verdict_grade_names, VERDICT_UNRELIABLE + 1,
					   reader_text(&reader, 3));

		if (!run || !reader_keep(&reader, 1, arena, &run->name) ||
		    !reader_keep(&reader, 2, arena, &run->trace)) {
			return reader_fail_memory(&reader, err);
		}
		/* in a damaged file even a key may come twice */
		if (!digest_copy(reader_text(&reader, 0), run->digest) || !run->name ||
		    !run->trace || grade < 0 ||
		    (file->run_count > 1 && strcmp(run[-1].digest, run->digest) >= 0)) {
			return reader_fail(&reader, err, "table run");
		}
		run->grade = verdict_grade_names[grade];
		run->current_dynamic = reader_number(&reader, 4);
		run->waste = reader_number(&reader, 5);
		run->peak_dynamic = reader_number(&reader, 6);
	}
	return reader_close(&reader, err);
}

/* An analysis of one run. */
static int run_of_one(struct fleet_file *file, const char *name, struct error *err)
{
	const struct saved_analysis *saved = &file->saved;
	const struct match_totals *totals = &saved->totals;
	struct fleet_run *run;

	if (!saved->record.trace_path) {
		return error_set(err, ERROR_INPUT, "a static analysis: there is no run to merge");
	}
	run = run_new(file);
	if (!run) {
		return error_no_memory(err);
	}
	if (!digest_copy(saved->record.source.digest, run->digest)) {
		return error_set(err, ERROR_INPUT, "it has no digest of its trace");
	}
	run->name = name;
	run->trace = saved->record.trace_path;
	run->grade = verdict_grade_names[saved->verdict.grade];
	run->current_dynamic = totals->current_dynamic;
	run->waste = totals->current_dynamic - totals->current_requested;
	run->peak_dynamic = totals->peak_dynamic;
	return 0;
}

static int file_fail(struct fleet_file *file, struct error *err)
{
	struct error why = *err;

	error_set(err, why.code, "%.800s: %.600s", file->path, why.text);
	fleet_file_close(file);
	return err->code;
}

int fleet_file_open(const char *path, const char *name, struct fleet_file *ret, struct error *err)
{
	*ret = (struct fleet_file){.path = path};
	if (database_open(path, &ret->db, err) < 0) {
		return err->code;
	}
	arena_init(&ret->saved.arena);
	if (analysis_read(ret->db, &ret->saved, err) < 0 ||
	    counters_read(ret->db, &ret->saved, err) < 0 || runs_of_merged(ret, err) < 0) {
		database_damaged(path, err);
		fleet_file_close(ret);
		return err->code;
	}
	ret->is_merged = ret->run_count > 0;
	if (!ret->is_merged && run_of_one(ret, name, err) < 0) {
		return file_fail(ret, err);
	}
	return 0;
}

/*
 * The digest of the static tree. Rows without bytes are left out: call sites make them, and come
 * back with them.
 */
static int tree_read(struct fleet_file *file, struct error *err)
{
	XXH3_state_t *state = XXH3_createState();
	struct table_reader reader;

	if (!state) {
		return error_no_memory(err);
	}
	XXH3_64bits_reset(state);
	reader_open(
		&reader, file->db,
		"SELECT kind, path, static_text, static_data, static_bss, symbols " NODES_WITH_BYTES
		"ORDER BY id");
	while (reader_next(&reader)) {
		for (int column = 0; column < 6; column++) {
			const void *bytes = sym_sqlite3_column_blob(reader.select, column);
			int size = sym_sqlite3_column_bytes(reader.select, column);

			XXH3_64bits_update(state, &size, sizeof(size));
			if (bytes) {
				XXH3_64bits_update(state, bytes, (size_t)size);
			}
		}
	}
	file->tree_hash = XXH3_64bits_digest(state);
	XXH3_freeState(state);
	return reader_close(&reader, err);
}

int fleet_file_read(struct fleet_file *file, struct error *err)
{
	if (findings_read(file->db, &file->saved, err) < 0 ||
	    sites_read(file->db, &file->saved, err) < 0 ||
	    sizes_read(file->db, &file->saved, err) < 0 || tree_read(file, err) < 0) {
		return database_damaged(file->path, err);
	}
	return 0;
}

void fleet_file_close(struct fleet_file *file)
{
	sym_sqlite3_close(file->db);
	saved_analysis_release(&file->saved);
	free(file->runs);
	*file = (struct fleet_file){0};
}

static bool node_texts_keep(struct table_reader *reader, struct arena *arena,
			    struct fleet_node *node)
{
	if (!reader_keep(reader, 2, arena, &node->kind) ||
	    !reader_keep(reader, 3, arena, &node->name) ||
	    !reader_keep(reader, 4, arena, &node->path)) {
		return false;
	}
	node->symbols_length = (size_t)sym_sqlite3_column_bytes(reader->select, 9);
	if (reader_is_null(reader, 9)) {
		return true;
	}
	node->symbols = arena_alloc(arena, node->symbols_length + 1);
	if (node->symbols && node->symbols_length > 0) {
		memcpy(node->symbols, sym_sqlite3_column_blob(reader->select, 9),
		       node->symbols_length);
	}
	return node->symbols != NULL;
}

static struct fleet_node *node_new(struct fleet *fleet)
{
	if (fleet->node_count == fleet->node_capacity) {
		size_t capacity = fleet->node_capacity ? 2 * fleet->node_capacity : 256;
		struct fleet_node *grown = realloc(fleet->nodes, capacity * sizeof(*fleet->nodes));

		if (!grown) {
			return NULL;
		}
		fleet->nodes = grown;
		fleet->node_capacity = capacity;
	}
	fleet->nodes[fleet->node_count] = (struct fleet_node){0};
	return &fleet->nodes[fleet->node_count++];
}

int fleet_nodes_keep(struct fleet *fleet, sqlite3 *db, struct error *err)
{
	struct table_reader reader;

	reader_open(&reader, db,
		    "SELECT id, parent, kind, name, path, static_text, static_data, static_bss, "
		    "symbols_size, symbols " NODES_WITH_BYTES "ORDER BY id");
	while (reader_next(&reader)) {
		struct fleet_node *node = node_new(fleet);

		if (!node || !node_texts_keep(&reader, &fleet->arena, node)) {
			return reader_fail_memory(&reader, err);
		}
		if (!node->kind || !node->name || !node->path) {
			return reader_fail(&reader, err, "table node");
		}
		node->id = reader_number(&reader, 0);
		node->parent = reader_number(&reader, 1);
		node->symbols_size = reader_number(&reader, 8);
		for (int i = 0; i < 3; i++) {
			node->sizes[i] = reader_number(&reader, 5 + i);
		}
	}
	return reader_close(&reader, err);
}
