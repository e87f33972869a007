/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/database_write.h"

void writer_open(struct table_writer *writer, sqlite3 *db, const char *sql)
{
	*writer = (struct table_writer){.column = 1};
	writer->result = sym_sqlite3_prepare_v2(db, sql, -1, &writer->insert, NULL);
}

void put_text(struct table_writer *writer, const char *text)
{
	int column = writer->column++;

	if (writer->result == SQLITE_OK) {
		writer->result = text ? sym_sqlite3_bind_text(writer->insert, column, text, -1,
							      SQLITE_STATIC)
				      : sym_sqlite3_bind_null(writer->insert, column);
	}
}

void put_number(struct table_writer *writer, uint64_t number)
{
	int column = writer->column++;

	if (writer->result == SQLITE_OK) {
		writer->result =
			sym_sqlite3_bind_int64(writer->insert, column, (sqlite3_int64)number);
	}
}

void put_known(struct table_writer *writer, bool known, uint64_t number)
{
	if (known) {
		put_number(writer, number);
	} else {
		put_text(writer, NULL);
	}
}

void put_blob(struct table_writer *writer, const void *bytes, size_t size)
{
	int column = writer->column++;

	if (writer->result == SQLITE_OK) {
		writer->result =
			sym_sqlite3_bind_blob64(writer->insert, column, bytes, size, SQLITE_STATIC);
	}
}

void row_end(struct table_writer *writer)
{
	if (writer->result == SQLITE_OK) {
		int result = sym_sqlite3_step(writer->insert);

		writer->result = result == SQLITE_DONE ? sym_sqlite3_reset(writer->insert) : result;
	}
	writer->column = 1;
}

int writer_close(struct table_writer *writer)
{
	sym_sqlite3_finalize(writer->insert);
	return writer->result;
}

int findings_save(sqlite3 *db, const struct verdict *verdict, uint64_t runs)
{
	struct table_writer writer;

	writer_open(&writer, db, "INSERT INTO finding VALUES (?,?,?,?,?,?,?,?,?)");
	for (size_t i = 0; i < verdict->count; i++) {
		const struct finding *finding = &verdict->findings[i];

		put_number(&writer, i + 1);
		put_text(&writer, finding->id);
		put_number(&writer, runs ? runs : finding->runs);
		put_text(&writer, finding_severity_names[finding->severity]);
		put_number(&writer, finding->effects);
		put_known(&writer, finding->has_count, finding->count);
		put_known(&writer, finding->has_bytes, finding->bytes);
		put_text(&writer, finding->text);
		put_text(&writer, finding->advice);
		row_end(&writer);
	}
	return writer_close(&writer);
}
