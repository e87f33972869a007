/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/report/database.h"
#include "analyzer/report/database_read.h"
#include "analyzer/report/database_schema.h"
#include "analyzer/report/database_timeline.h"
#include "analyzer/report/late_sqlite.h"

/* The header of a database file: www.sqlite.org/fileformat.html, 1.3. */
#define HEADER_SIZE	   100
#define HEADER_MAGIC	   "SQLite format 3"
#define HEADER_PAGE_SIZE   16
#define HEADER_PAGE_COUNT  28
#define HEADER_VERSION	   60
#define HEADER_APPLICATION 68

/* Boot's analysis has 1 MB; a thousand times as much is no analysis. */
#define SIZE_LIMIT ((off_t)1 << 30)

static uint32_t header_number(const unsigned char *image, size_t offset)
{
	return (uint32_t)image[offset] << 24 | (uint32_t)image[offset + 1] << 16 |
	       (uint32_t)image[offset + 2] << 8 | image[offset + 3];
}

/* What the first bytes alone can tell, in words better than SQLite's. */
static int header_check(const char *path, const unsigned char *image, size_t size,
			struct error *err)
{
	uint32_t page_size;
	uint32_t version;
	uint64_t wanted;

	if (size < HEADER_SIZE || memcmp(image, HEADER_MAGIC, sizeof(HEADER_MAGIC)) != 0) {
		return error_set(err, ERROR_INPUT, "%.800s is no saved analysis", path);
	}
	if (header_number(image, HEADER_APPLICATION) != DATABASE_APPLICATION_ID) {
		return error_set(err, ERROR_INPUT,
				 "%.800s is no saved analysis, but a database of another program",
				 path);
	}
	version = header_number(image, HEADER_VERSION);
	if (version != DATABASE_VERSION) {
		return error_set(err, ERROR_INPUT,
				 "%.800s was saved by %s trace_analyze: format %u, this one reads "
				 "%d%s",
				 path, version > DATABASE_VERSION ? "a newer" : "an older", version,
				 DATABASE_VERSION,
				 version > DATABASE_VERSION ? "" : "; analyze the trace again");
	}
	page_size = (uint32_t)image[HEADER_PAGE_SIZE] << 8 | image[HEADER_PAGE_SIZE + 1];
	page_size = page_size == 1 ? 65536 : page_size;
	wanted = (uint64_t)page_size * header_number(image, HEADER_PAGE_COUNT);
	if (size != wanted) {
		return error_set(err, ERROR_INPUT,
				 "%.800s is cut short or damaged: it has %zu of %llu bytes", path,
				 size, (unsigned long long)wanted);
	}
	return 0;
}

static int descriptor_read(int fd, const char *path, unsigned char **ret, size_t *ret_size,
			   struct error *err)
{
	unsigned char *image;
	struct stat status;
	size_t done = 0;

	if (fstat(fd, &status) < 0) {
		return error_set_errno(err, ERROR_INPUT, errno, "%.800s", path);
	}
	if (!S_ISREG(status.st_mode) || status.st_size > SIZE_LIMIT) {
		return error_set(err, ERROR_INPUT, "%.800s is no saved analysis", path);
	}
	/* SQLite frees it. */
	image = sym_sqlite3_malloc64((sqlite3_uint64)status.st_size + 1);
	if (!image) {
		return error_no_memory(err);
	}
	while (done < (size_t)status.st_size) {
		ssize_t length = read(fd, image + done, (size_t)status.st_size - done);

		if (length < 0 && errno == EINTR) {
			continue;
		}
		if (length <= 0) {
			sym_sqlite3_free(image);
			return error_set_errno(err, ERROR_INPUT, length < 0 ? errno : EIO, "%.800s",
					       path);
		}
		done += (size_t)length;
	}
	*ret = image;
	*ret_size = done;
	return 0;
}

static int image_read(const char *path, unsigned char **ret, size_t *ret_size, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int result;

	if (fd < 0) {
		return error_set_errno(err, ERROR_INPUT, errno, "%.800s", path);
	}
	result = descriptor_read(fd, path, ret, ret_size, err);
	close(fd);
	if (result < 0) {
		return result;
	}
	result = header_check(path, *ret, *ret_size, err);
	if (result < 0) {
		sym_sqlite3_free(*ret);
	}
	return result;
}

/* Takes image. */
static int image_open(unsigned char *image, size_t size, sqlite3 **ret)
{
	sqlite3 *db = NULL;
	int result = sym_sqlite3_open(":memory:", &db);

	if (result == SQLITE_OK) {
		sym_sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sym_sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		sym_sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 128 << 20);
		result = sym_sqlite3_deserialize(
			db, "main", image, (sqlite3_int64)size, (sqlite3_int64)size,
			SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY);
	} else {
		sym_sqlite3_free(image);
	}
	if (result == SQLITE_OK) {
		result = sym_sqlite3_exec(db, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
	}
	if (result != SQLITE_OK) {
		sym_sqlite3_close(db);
		return result;
	}
	*ret = db;
	return SQLITE_OK;
}

/* Each table as this version makes it, and no view in the place of one. */
static int tables_check(sqlite3 *db, struct error *err)
{
	for (size_t i = 0; i < database_table_count; i++) {
		const struct database_table *table = &database_tables[i];
		struct table_reader reader;
		bool same = false;

		reader_open(&reader, db,
			    "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?");
		reader_bind(&reader, table->name);
		if (reader_next(&reader)) {
			const char *sql = reader_text(&reader, 0);

			same = sql && strcmp(sql, table->sql) == 0;
		}
		if (reader_close(&reader, err) < 0) {
			return err->code;
		}
		if (!same) {
			return error_set(err, ERROR_INPUT, "table %s is missing or different",
					 table->name);
		}
	}
	return 0;
}

static void record_point(struct saved_analysis *saved)
{
	struct analysis_record *record = &saved->record;

	if (record->trace_path) {
		record->trace = &saved->trace;
		record->totals = &saved->totals;
	}
	record->kernel = saved->kernel.path ? &saved->kernel : NULL;
	record->attribution = &saved->attribution;
	record->sites = saved->sites;
	record->site_count = saved->site_count;
	record->sizes = saved->sizes;
	record->tree = &saved->tree;
	record->verdict = &saved->verdict;
}

/* Findings of a merged analysis say how many runs have them. */
static int findings_word(struct saved_analysis *saved, struct error *err)
{
	for (size_t i = 0; saved->record.run_count && i < saved->verdict.count; i++) {
		struct finding *finding = &saved->verdict.findings[i];

		finding->text =
			arena_printf(&saved->arena, "In %llu of %llu runs, for instance: %s",
				     (unsigned long long)finding->runs,
				     (unsigned long long)saved->record.run_count, finding->text);
		if (!finding->text) {
			return error_no_memory(err);
		}
	}
	return 0;
}

static int everything_read(sqlite3 *db, unsigned int parts, struct saved_analysis *saved,
			   struct error *err)
{
	if (analysis_read(db, saved, err) < 0 || counters_read(db, saved, err) < 0 ||
	    findings_read(db, saved, err) < 0 ||
	    nodes_read(db, (parts & DATABASE_SYMBOLS) != 0, saved, err) < 0 ||
	    sites_read(db, saved, err) < 0 || runs_read(db, saved, err) < 0 ||
	    ((parts & DATABASE_SYMBOLS) != 0 && sizes_read(db, saved, err) < 0) ||
	    ((parts & DATABASE_TIMELINE) != 0 && timeline_read(db, saved, err) < 0) ||
	    findings_word(saved, err) < 0) {
		return err->code;
	}
	if (call_sites_build_tree(saved->sites, saved->site_count, &saved->tree, err) < 0) {
		return err->code;
	}
	record_point(saved);
	return 0;
}

int database_damaged(const char *path, struct error *err)
{
	const struct error why = *err;

	return why.code == ERROR_NO_MEMORY
		       ? why.code
		       : error_set(err, ERROR_INPUT, "%.800s is a damaged saved analysis: %s", path,
				   why.text);
}

int database_open(const char *path, sqlite3 **ret, struct error *err)
{
	unsigned char *image = NULL;
	size_t size = 0;
	int result;

	if (late_sqlite_load(ERROR_INPUT, err) < 0 || image_read(path, &image, &size, err) < 0) {
		return err->code;
	}
	result = image_open(image, size, ret);
	if (result != SQLITE_OK) {
		return error_set(err, ERROR_INPUT, "%.800s: %s", path, database_reason(result));
	}
	if (tables_check(*ret, err) < 0) {
		sym_sqlite3_close(*ret);
		return database_damaged(path, err);
	}
	return 0;
}

int database_load(const char *path, unsigned int parts, struct saved_analysis *ret,
		  struct error *err)
{
	sqlite3 *db = NULL;
	int result;

	*ret = (struct saved_analysis){0};
	if (database_open(path, &db, err) < 0) {
		return err->code;
	}
	arena_init(&ret->arena);
	result = memory_tree_init(&ret->tree, err);
	if (result == 0) {
		result = everything_read(db, parts, ret, err);
	}
	sym_sqlite3_close(db);
	if (result == 0) {
		return 0;
	}
	saved_analysis_release(ret);
	return database_damaged(path, err);
}

void saved_analysis_release(struct saved_analysis *saved)
{
	free(saved->sites);
	free(saved->sizes);
	free(saved->site_spreads);
	arena_release(&saved->verdict.arena);
	memory_tree_release(&saved->tree);
	arena_release(&saved->arena);
	*saved = (struct saved_analysis){0};
}
