/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/database_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/database_schema.h"

/* Directories deeper than this do not fit a path. */
#define DEPTH_LIMIT 2048
/* About what a symbol takes in a pack, and how many to make room for at most. */
#define SYMBOL_TEXT 32
#define ROOM_LIMIT  1000000

void reader_open(struct table_reader *reader, sqlite3 *db, const char *sql)
{
	reader->select = NULL;
	reader->result = sym_sqlite3_prepare_v2(db, sql, -1, &reader->select, NULL);
}

void reader_bind(struct table_reader *reader, const char *text)
{
	if (reader->result == SQLITE_OK) {
		reader->result = sym_sqlite3_bind_text(reader->select, 1, text, -1, SQLITE_STATIC);
	}
}

bool reader_next(struct table_reader *reader)
{
	int result;

	if (reader->result != SQLITE_OK) {
		return false;
	}
	result = sym_sqlite3_step(reader->select);
	if (result == SQLITE_ROW) {
		return true;
	}
	reader->result = result == SQLITE_DONE ? SQLITE_OK : result;
	return false;
}

const char *reader_text(struct table_reader *reader, int column)
{
	const char *text = (const char *)sym_sqlite3_column_text(reader->select, column);
	size_t size = (size_t)sym_sqlite3_column_bytes(reader->select, column);

	return text && !memchr(text, '\0', size) ? text : NULL;
}

bool reader_is_null(struct table_reader *reader, int column)
{
	return sym_sqlite3_column_type(reader->select, column) == SQLITE_NULL;
}

uint64_t reader_number(struct table_reader *reader, int column)
{
	return (uint64_t)sym_sqlite3_column_int64(reader->select, column);
}

const char *database_reason(int result)
{
	return result == SQLITE_NOMEM ? "to read it takes more memory than there is"
				      : sym_sqlite3_errstr(result);
}

int reader_close(struct table_reader *reader, struct error *err)
{
	sym_sqlite3_finalize(reader->select);
	return reader->result == SQLITE_OK
		       ? 0
		       : error_set(err, ERROR_INPUT, "%s", database_reason(reader->result));
}

bool reader_keep(struct table_reader *reader, int column, struct arena *arena, const char **ret)
{
	const char *text = reader_text(reader, column);

	*ret = text ? arena_strdup(arena, text) : NULL;
	return !text || *ret;
}

int reader_fail(struct table_reader *reader, struct error *err, const char *what)
{
	sym_sqlite3_finalize(reader->select);
	return error_set(err, ERROR_INPUT, "%s", what);
}

int reader_fail_memory(struct table_reader *reader, struct error *err)
{
	sym_sqlite3_finalize(reader->select);
	return error_no_memory(err);
}

/* A text that must fit an array. */
static bool text_copy(struct table_reader *reader, int column, char *buffer, size_t size)
{
	const char *text = reader_text(reader, column);

	if (text && strlen(text) >= size) {
		return false;
	}
	snprintf(buffer, size, "%s", text ? text : "");
	return true;
}

/* False when there is no memory. */
static bool source_read(struct table_reader *reader, struct arena *arena, struct trace_record *ret)
{
	ret->page_size = (uint32_t)reader_number(reader, 11);
	return reader_keep(reader, 10, arena, &ret->digest) &&
	       reader_keep(reader, 12, arena, &ret->from) &&
	       reader_keep(reader, 13, arena, &ret->to) &&
	       reader_keep(reader, 14, arena, &ret->cpu) &&
	       reader_keep(reader, 15, arena, &ret->task) &&
	       reader_keep(reader, 16, arena, &ret->pid) &&
	       reader_keep(reader, 17, arena, &ret->skip);
}

int analysis_read(sqlite3 *db, struct saved_analysis *saved, struct error *err)
{
	struct kernel_record *kernel = &saved->kernel;
	struct table_reader reader;
	int filter;
	int grade;

	reader_open(&reader, db,
		    "SELECT trace, allocations, has_map, kernel, banner, build_id, evidence, "
		    "first_unreadable, grade, sentence, digest, page_size, part_from, part_to, "
		    "part_cpu, part_task, part_pid, skip FROM analysis");
	if (!reader_next(&reader)) {
		return reader_close(&reader, err) < 0
			       ? err->code
			       : error_set(err, ERROR_INPUT, "table analysis is empty");
	}
	filter = database_index(database_filters, 3, reader_text(&reader, 1));
	grade = database_index(verdict_grade_names, VERDICT_UNRELIABLE + 1,
			       reader_text(&reader, 8));
	if (filter < 0 || grade < 0 || !reader_text(&reader, 9) ||
	    !text_copy(&reader, 4, kernel->banner, sizeof(kernel->banner)) ||
	    !text_copy(&reader, 5, kernel->build_id, sizeof(kernel->build_id)) ||
	    !text_copy(&reader, 7, kernel->facts.first_unreadable,
		       sizeof(kernel->facts.first_unreadable))) {
		return reader_fail(&reader, err, "table analysis");
	}
	saved->record.filter = (enum allocation_filter)filter;
	saved->record.has_map = reader_number(&reader, 2) != 0;
	saved->verdict.grade = (enum verdict_grade)grade;
	if (!reader_keep(&reader, 0, &saved->arena, &saved->record.trace_path) ||
	    !reader_keep(&reader, 3, &saved->arena, &kernel->path) ||
	    !reader_keep(&reader, 6, &saved->arena, &kernel->facts.evidence) ||
	    !reader_keep(&reader, 9, &saved->arena, &saved->verdict.sentence) ||
	    !source_read(&reader, &saved->arena, &saved->record.source)) {
		return reader_fail_memory(&reader, err);
	}
	return reader_close(&reader, err);
}

/* A counter this version does not know is passed over: it can only be a later one's. */
int counters_read(sqlite3 *db, struct saved_analysis *saved, struct error *err)
{
	void *const targets[COUNTERS_END] = {
		[COUNTERS_TRACE] = &saved->trace,
		[COUNTERS_TOTALS] = &saved->totals,
		[COUNTERS_ATTRIBUTION] = &saved->attribution,
		[COUNTERS_KERNEL] = &saved->kernel.facts,
		[COUNTERS_SIZES] = &saved->kernel,
	};
	struct table_reader reader;

	reader_open(&reader, db, "SELECT record, name, value FROM counter");
	while (reader_next(&reader)) {
		const char *record = reader_text(&reader, 0);
		const char *name = reader_text(&reader, 1);

		for (size_t i = 0; record && name && i < COUNTERS_END; i++) {
			const struct record_field *field;

			if (strcmp(database_counters[i].record, record) != 0) {
				continue;
			}
			field = record_field_find(database_counters[i].table, name);
			if (field &&
			    !record_field_set(field, targets[i], reader_number(&reader, 2))) {
				return reader_fail(&reader, err, "a counter is out of range");
			}
		}
	}
	if (saved->kernel.facts.object_count && !saved->kernel.facts.evidence) {
		return reader_fail(&reader, err, "table analysis: no evidence for the objects");
	}
	return reader_close(&reader, err);
}

int findings_read(sqlite3 *db, struct saved_analysis *saved, struct error *err)
{
	struct verdict *verdict = &saved->verdict;
	struct table_reader reader;

	reader_open(&reader, db,
		    "SELECT id, severity, effects, count, bytes, text, advice, runs FROM finding "
		    "ORDER BY position");
	while (reader_next(&reader)) {
		struct finding *finding = &verdict->findings[verdict->count];
		int severity = database_index(finding_severity_names, FINDING_ERROR + 1,
					      reader_text(&reader, 1));

		if (verdict->count == VERDICT_CAPACITY || severity < 0 ||
		    !reader_text(&reader, 0) || !reader_text(&reader, 5)) {
			return reader_fail(&reader, err, "table finding");
		}
		finding->severity = (enum finding_severity)severity;
		finding->effects = (unsigned int)reader_number(&reader, 2);
		finding->has_count = !reader_is_null(&reader, 3);
		finding->count = reader_number(&reader, 3);
		finding->has_bytes = !reader_is_null(&reader, 4);
		finding->bytes = reader_number(&reader, 4);
		finding->runs = reader_number(&reader, 7);
		if (!reader_keep(&reader, 0, &saved->arena, &finding->id) ||
		    !reader_keep(&reader, 5, &saved->arena, &finding->text) ||
		    !reader_keep(&reader, 6, &saved->arena, &finding->advice)) {
			return reader_fail_memory(&reader, err);
		}
		verdict->count++;
	}
	return reader_close(&reader, err);
}

/* The nodes read so far, by id - 1. */
struct node_index {
	struct tree_node **nodes;
	size_t count, capacity;
};

static bool index_add(struct node_index *index, struct tree_node *node)
{
	if (index->count == index->capacity) {
		size_t larger = index->capacity ? 2 * index->capacity : 256;
		struct tree_node **moved =
			realloc(index->nodes, larger * sizeof(struct tree_node *));

		if (!moved) {
			return false;
		}
		index->nodes = moved;
		index->capacity = larger;
	}
	index->nodes[index->count++] = node;
	return true;
}

static size_t node_depth(const struct tree_node *node)
{
	size_t depth = 0;

	for (; node->parent; node = node->parent) {
		depth++;
	}
	return depth;
}

/*
 * The node of a row, made below the parent it names; NULL and err if it cannot be.
 * Directories hold anything, objects and groups only leaves.
 */
static struct tree_node *node_make(struct table_reader *reader, struct memory_tree *tree,
				   const struct node_index *index, struct error *err)
{
	int kind = database_index(database_kinds, 5, reader_text(reader, 2));
	const char *name = reader_text(reader, 3);
	uint64_t parent = reader_number(reader, 1);
	struct tree_node *node;

	if (reader_number(reader, 0) != index->count + 1 || !name || kind < 0 ||
	    kind == TREE_SYMBOL || kind == TREE_PADDING) {
		error_set(err, ERROR_INPUT, "table node");
		return NULL;
	}
	if (!index->count) {
		return tree->root;
	}
	if (!parent || parent > index->count || !name[0] ||
	    index->nodes[parent - 1]->kind != TREE_DIRECTORY ||
	    (kind == TREE_DIRECTORY && strchr(name, '/')) ||
	    node_depth(index->nodes[parent - 1]) >= DEPTH_LIMIT) {
		error_set(err, ERROR_INPUT, "table node: a place that cannot be");
		return NULL;
	}
	node = memory_tree_child(tree, index->nodes[parent - 1], (enum tree_node_kind)kind, name);
	if (!node) {
		error_no_memory(err);
	}
	return node;
}

static struct tree_node *node_read(struct table_reader *reader, struct memory_tree *tree,
				   struct node_index *index, struct error *err)
{
	struct tree_node *node = node_make(reader, tree, index, err);

	if (node && !index_add(index, node)) {
		error_no_memory(err);
		return NULL;
	}
	return node;
}

static int symbols_read(struct table_reader *reader, struct memory_tree *tree,
			struct tree_node *node, struct error *err)
{
	struct symbol_pack pack;

	if (reader_is_null(reader, 5)) {
		return 0;
	}
	pack = (struct symbol_pack){
		.bytes = (unsigned char *)sym_sqlite3_column_blob(reader->select, 5),
		.size = (size_t)sym_sqlite3_column_bytes(reader->select, 5),
		.raw_size = (size_t)reader_number(reader, 4),
	};
	return symbol_pack_add(&pack, tree, node, err);
}

/* Room for all symbols at once: the table of the tree need not grow step by step. */
static int room_make(sqlite3 *db, struct memory_tree *tree, struct error *err)
{
	struct table_reader reader;
	uint64_t count = 0;

	reader_open(&reader, db, "SELECT sum(symbols_size) FROM node");
	if (reader_next(&reader)) {
		count = reader_number(&reader, 0) / SYMBOL_TEXT;
	}
	memory_tree_reserve(tree, count < ROOM_LIMIT ? (size_t)count : ROOM_LIMIT);
	return reader_close(&reader, err);
}

int nodes_read(sqlite3 *db, bool with_symbols, struct saved_analysis *saved, struct error *err)
{
	struct node_index index = {0};
	struct table_reader reader;
	int result = 0;

	if (with_symbols && room_make(db, &saved->tree, err) < 0) {
		return err->code;
	}
	reader_open(&reader, db,
		    with_symbols ? "SELECT id, parent, kind, name, symbols_size, symbols FROM node "
				   "ORDER BY id"
				 : "SELECT id, parent, kind, name, static_text, static_data, "
				   "static_bss FROM node ORDER BY id");
	while (result == 0 && reader_next(&reader)) {
		struct tree_node *node = node_read(&reader, &saved->tree, &index, err);

		if (!node) {
			result = err->code;
		} else if (with_symbols) {
			result = symbols_read(&reader, &saved->tree, node, err);
		} else if (node->kind != TREE_DIRECTORY) {
			/* What its symbols add up to; directories add up what is below them. */
			node->own.static_text = reader_number(&reader, 4);
			node->own.static_data = reader_number(&reader, 5);
			node->own.static_bss = reader_number(&reader, 6);
		}
	}
	free(index.nodes);
	if (result < 0) {
		sym_sqlite3_finalize(reader.select);
		return result;
	}
	return reader_close(&reader, err);
}
