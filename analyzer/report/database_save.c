/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/database.h"
#include "analyzer/report/database_schema.h"
#include "analyzer/report/database_timeline.h"
#include "analyzer/report/database_write.h"
#include "analyzer/report/late_sqlite.h"

#define PATH_SIZE 4096
/* A small page wastes little behind the blobs. */
#define PAGE_SIZE 4096

static const char *known(const char *text)
{
	return text && text[0] ? text : NULL;
}

int analysis_save(sqlite3 *db, const struct analysis_record *record, const char *program)
{
	const struct kernel_record *kernel = record->kernel;
	const struct trace_record *source = &record->source;
	struct table_writer writer;

	writer_open(&writer, db,
		    "INSERT INTO analysis VALUES (1,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
	put_text(&writer, program);
	put_text(&writer, record->trace_path);
	put_text(&writer, known(source->digest));
	put_known(&writer, source->page_size != 0, source->page_size);
	put_text(&writer, database_filters[record->filter]);
	put_text(&writer, source->from);
	put_text(&writer, source->to);
	put_text(&writer, source->cpu);
	put_text(&writer, source->task);
	put_text(&writer, source->pid);
	put_text(&writer, source->skip);
	put_number(&writer, record->has_map);
	put_text(&writer, kernel ? kernel->path : NULL);
	put_text(&writer, kernel ? known(kernel->banner) : NULL);
	put_text(&writer, kernel ? known(kernel->build_id) : NULL);
	put_text(&writer, kernel ? known(kernel->facts.evidence) : NULL);
	put_text(&writer, kernel ? known(kernel->facts.first_unreadable) : NULL);
	put_text(&writer, verdict_grade_names[record->verdict->grade]);
	put_text(&writer, record->verdict->sentence);
	row_end(&writer);
	return writer_close(&writer);
}

int counters_save(sqlite3 *db, const struct analysis_record *record)
{
	const void *const sources[COUNTERS_END] = {
		[COUNTERS_TRACE] = record->trace,
		[COUNTERS_TOTALS] = record->totals,
		[COUNTERS_ATTRIBUTION] = record->attribution,
		[COUNTERS_KERNEL] = record->kernel ? &record->kernel->facts : NULL,
		[COUNTERS_SIZES] = record->kernel,
	};
	struct table_writer writer;

	writer_open(&writer, db, "INSERT INTO counter VALUES (?,?,?)");
	for (size_t i = 0; i < COUNTERS_END; i++) {
		const struct database_counters *counters = &database_counters[i];

		for (size_t j = 0; sources[i] && j < counters->table->count; j++) {
			const struct record_field *field = &counters->table->fields[j];

			put_text(&writer, counters->record);
			put_text(&writer, field->name);
			put_number(&writer, record_field_get(field, sources[i]));
			row_end(&writer);
		}
	}
	return writer_close(&writer);
}

static void site_save(struct table_writer *writer, uint64_t id, const struct call_site *site)
{
	const struct site_account *figures = &site->figures;

	put_number(writer, id);
	put_text(writer, site->site);
	put_text(writer, site->caller);
	put_text(writer, site->function);
	put_known(writer, site->function != NULL, site->offset);
	put_number(writer, site->function_size);
	put_text(writer, site->module);
	put_text(writer, site->object);
	put_text(writer, site->directory);
	put_text(writer,
		 site->blamed < site->frame_count ? site->frames[site->blamed].function : NULL);
	put_text(writer, site->file);
	put_known(writer, site->line != 0, site->line);
	put_text(writer, database_namings[site->naming]);
	put_text(writer, database_placings[site->placing]);
	put_known(writer, site->has_address, site->address);
	put_number(writer, figures->total_dynamic);
	put_number(writer, figures->total_requested);
	put_number(writer, figures->current_dynamic);
	put_number(writer, figures->current_requested);
	put_number(writer, (uint64_t)site_waste(figures));
	put_number(writer, figures->alloc_count);
	put_number(writer, figures->free_count);
	put_number(writer, figures->lost_free_count);
	put_text(writer, site_call_names[site->call]);
	put_text(writer, site->via);
	put_text(writer, site->seen_from);
	row_end(writer);
}

int sites_save(sqlite3 *db, const struct analysis_record *record)
{
	struct table_writer writer;

	writer_open(&writer, db,
		    "INSERT INTO call_site VALUES "
		    "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
	for (size_t i = 0; i < record->site_count; i++) {
		site_save(&writer, i + 1, &record->sites[i]);
	}
	return writer_close(&writer);
}

int sizes_save(sqlite3 *db, const struct analysis_record *record)
{
	struct table_writer writer;

	writer_open(&writer, db, "INSERT INTO live_object VALUES (?,?,?,?,?,?)");
	for (size_t i = 0; i < record->size_count; i++) {
		const struct size_row *row = &record->sizes[i];

		put_number(&writer, row->owner + 1ull);
		put_known(&writer, row->precision == SIZE_EXACT, row->bytes_req);
		put_known(&writer, row->precision != SIZE_ANY, row->bytes_alloc);
		put_number(&writer, row->count);
		put_number(&writer, row->current_dynamic);
		put_number(&writer, row->current_requested);
		row_end(&writer);
	}
	return writer_close(&writer);
}

static bool is_leaf(const struct tree_node *node)
{
	return node->kind == TREE_SYMBOL || node->kind == TREE_PADDING;
}

/* The next node in preorder that is no leaf, NULL at the end. */
static const struct tree_node *next_inner(const struct tree_node *node)
{
	bool descend = true;

	do {
		if (descend && node->first_child) {
			node = node->first_child;
		} else {
			while (node->parent && !node->next_sibling) {
				node = node->parent;
			}
			if (!node->parent) {
				return NULL;
			}
			node = node->next_sibling;
		}
		descend = !is_leaf(node);
	} while (!descend);
	return node;
}

static int node_save(struct table_writer *writer, const struct tree_node *node, uint64_t id,
		     uint64_t parent)
{
	struct symbol_pack pack;
	char path[PATH_SIZE];

	if (symbol_pack_make(node, &pack) < 0) {
		return SQLITE_NOMEM;
	}
	put_number(writer, id);
	put_known(writer, node->parent != NULL, parent);
	put_text(writer, database_kinds[node->kind]);
	put_text(writer, node->name);
	put_text(writer, tree_node_path(node, path, sizeof(path)));
	put_number(writer, node->sum.static_text);
	put_number(writer, node->sum.static_data);
	put_number(writer, node->sum.static_bss);
	put_known(writer, pack.bytes != NULL, pack.raw_size);
	if (pack.bytes) {
		put_blob(writer, pack.bytes, pack.size);
	} else {
		put_text(writer, NULL);
	}
	row_end(writer);
	symbol_pack_release(&pack);
	return writer->result;
}

/*
 * Parents come before their children: a row's id is its place in preorder. The ids of the
 * nodes from the root to the current one are all that must be remembered.
 */
static int nodes_save(sqlite3 *db, const struct memory_tree *tree)
{
	struct table_writer writer;
	uint64_t *ids = NULL; /* by depth */
	size_t capacity = 0;
	uint64_t id = 1;

	writer_open(&writer, db, "INSERT INTO node VALUES (?,?,?,?,?,?,?,?,?,?)");
	for (const struct tree_node *node = tree->root; node; node = next_inner(node)) {
		size_t depth = 0;

		for (const struct tree_node *up = node; up->parent; up = up->parent) {
			depth++;
		}
		if (depth >= capacity) {
			size_t larger = capacity ? 2 * capacity : 32;
			uint64_t *moved = realloc(ids, larger * sizeof(*moved));

			if (!moved) {
				writer.result = SQLITE_NOMEM;
				break;
			}
			memset(moved + capacity, 0, (larger - capacity) * sizeof(*moved));
			ids = moved;
			capacity = larger;
		}
		ids[depth] = id;
		if (node_save(&writer, node, id++, depth ? ids[depth - 1] : 0) != SQLITE_OK) {
			break;
		}
	}
	free(ids);
	return writer_close(&writer);
}

int tables_create(sqlite3 *db)
{
	char pragmas[128];
	int result;

	sym_sqlite3_snprintf(sizeof(pragmas), pragmas,
			     "PRAGMA page_size = %d; PRAGMA application_id = %d; "
			     "PRAGMA user_version = %d; BEGIN",
			     PAGE_SIZE, DATABASE_APPLICATION_ID, DATABASE_VERSION);
	result = sym_sqlite3_exec(db, pragmas, NULL, NULL, NULL);
	for (size_t i = 0; result == SQLITE_OK && i < database_table_count; i++) {
		result = sym_sqlite3_exec(db, database_tables[i].sql, NULL, NULL, NULL);
	}
	return result == SQLITE_OK ? sym_sqlite3_exec(db, database_views, NULL, NULL, NULL)
				   : result;
}

static int database_fill(sqlite3 *db, const struct analysis_record *record, const char *program)
{
	int result = tables_create(db);

	result = result == SQLITE_OK ? analysis_save(db, record, program) : result;
	result = result == SQLITE_OK ? counters_save(db, record) : result;
	result = result == SQLITE_OK ? findings_save(db, record->verdict, 1) : result;
	result = result == SQLITE_OK ? nodes_save(db, record->tree) : result;
	result = result == SQLITE_OK ? sites_save(db, record) : result;
	result = result == SQLITE_OK ? sizes_save(db, record) : result;
	result = result == SQLITE_OK ? timeline_save(db, record) : result;
	return result == SQLITE_OK ? sym_sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) : result;
}

int database_save(FILE *out, const struct analysis_record *record, const char *program,
		  struct error *err)
{
	sqlite3 *db = NULL;
	int result;

	if (late_sqlite_load(ERROR_OUTPUT, err) < 0) {
		return err->code;
	}
	result = sym_sqlite3_open(":memory:", &db);
	if (result == SQLITE_OK) {
		result = database_fill(db, record, program);
	}
	return database_write(db, result, out, err);
}

int database_write(sqlite3 *db, int result, FILE *out, struct error *err)
{
	unsigned char *image = NULL;
	sqlite3_int64 size = 0;

	if (result == SQLITE_OK) {
		image = sym_sqlite3_serialize(db, "main", &size, 0);
		result = image ? SQLITE_OK : SQLITE_NOMEM;
	}
	if (image) {
		fwrite(image, 1, (size_t)size, out); /* a failure stays in the stream */
	}
	sym_sqlite3_free(image);
	sym_sqlite3_close(db);
	if (result == SQLITE_NOMEM) {
		return error_no_memory(err);
	}
	return result == SQLITE_OK ? 0
				   : error_set(err, ERROR_OUTPUT, "cannot make the database: %s",
					       sym_sqlite3_errstr(result));
}
