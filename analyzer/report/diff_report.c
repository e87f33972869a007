/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON and CSV of a diff: every row, every value. */
#include "analyzer/report/diff_report.h"

#include <inttypes.h>

#include "analyzer/report/csv_report.h"
#include "analyzer/report/json_text.h"

static const char *const level_keys[DIFF_LEVELS] = {
	[DIFF_DIRECTORIES] = "directories",
	[DIFF_OBJECTS] = "objects",
	[DIFF_SITES] = "call_sites",
};

/* Static bytes are of places; a call site has none. */
static bool level_has(const struct diff *diff, enum diff_level level, enum diff_value value)
{
	return diff_has(diff, value) && !(level == DIFF_SITES && value == DIFF_STATIC);
}

static void csv_row_write(FILE *out, const struct diff *diff, enum diff_level level,
			  const struct diff_row *row)
{
	fprintf(out, "%s,", diff_level_names[level]);
	csv_field_write(out, row->name);
	putc(',', out);
	csv_field_write(out, row->directory ? row->directory : "");
	fprintf(out, ",%s", diff_state_names[row->state]);
	for (enum diff_value value = 0; value < DIFF_VALUES; value++) {
		if (!diff_has(diff, value)) {
			continue;
		}
		if (!level_has(diff, level, value)) {
			fputs(",,,", out);
			continue;
		}
		fprintf(out, ",%" PRId64 ",%" PRId64 ",%" PRId64, row->before.values[value],
			row->after.values[value], diff_delta(row, value));
	}
	fputs("\r\n", out);
}

void diff_csv_write(FILE *out, const struct diff_report *report)
{
	const struct diff *diff = report->diff;

	fputs("level,name,directory,state", out);
	for (enum diff_value value = 0; value < DIFF_VALUES; value++) {
		const char *name = diff_value_names[value];

		if (diff_has(diff, value)) {
			fprintf(out, ",%s_before,%s_after,%s_delta", name, name, name);
		}
	}
	fputs("\r\n", out);
	for (enum diff_level level = 0; level < DIFF_LEVELS; level++) {
		for (size_t i = 0; i < diff->levels[level].count; i++) {
			csv_row_write(out, diff, level, &diff->levels[level].rows[i]);
		}
	}
}

static void change_put(struct json_document *document, struct json_object *to,
		       enum diff_value value, const struct diff_figures *before,
		       const struct diff_figures *after)
{
	struct json_object *change = json_put_object(document, to, diff_value_names[value]);
	uint64_t delta = (uint64_t)after->values[value] - (uint64_t)before->values[value];

	json_put_signed(document, change, "before", before->values[value]);
	json_put_signed(document, change, "after", after->values[value]);
	json_put_signed(document, change, "delta", (int64_t)delta);
}

static void rows_put(struct json_document *document, const struct diff *diff, enum diff_level level)
{
	struct json_object *list = json_put_array(document, document->root, level_keys[level]);

	for (size_t i = 0; i < diff->levels[level].count; i++) {
		const struct diff_row *row = &diff->levels[level].rows[i];
		struct json_object *object = json_append_object(document, list);

		json_put_text(document, object, level == DIFF_SITES ? "caller" : "path", row->name);
		json_put_text(document, object, "caller_before", row->name_before);
		json_put_text(document, object, "directory", row->directory);
		json_put_text(document, object, "state", diff_state_names[row->state]);
		for (enum diff_value value = 0; value < DIFF_VALUES; value++) {
			if (level_has(diff, level, value)) {
				change_put(document, object, value, &row->before, &row->after);
			}
		}
	}
}

static void side_put(struct json_document *document, const char *key, const char *name,
		     const struct analysis_record *record)
{
	struct json_object *side = json_put_object(document, document->root, key);

	json_put_text(document, side, "name", name);
	json_put_text(document, side, "trace", record->trace_path);
	json_put_text(document, side, "kernel", record->kernel ? record->kernel->path : NULL);
	json_put_text(document, side, "grade", verdict_grade_names[record->verdict->grade]);
}

int diff_json_write(FILE *out, const struct diff_report *report, struct error *err)
{
	const struct diff *diff = report->diff;
	struct json_document document;
	struct json_object *object;

	json_document_init(&document);
	object = json_put_object(&document, document.root, "schema");
	json_put_text(&document, object, "name", "trace_analyze diff");
	json_put_unsigned(&document, object, "version", 1);
	side_put(&document, "before", report->before_name, report->before->record);
	side_put(&document, "after", report->after_name, report->after->record);
	object = json_put_object(&document, document.root, "selection");
	json_put_text(&document, object, "branch", report->after->branch_name);
	json_put_text(&document, object, "order_by", diff_value_names[diff->value]);
	object = json_put_object(&document, document.root, "totals");
	for (enum diff_value value = 0; value < DIFF_VALUES; value++) {
		if (diff_has(diff, value)) {
			change_put(&document, object, value, &diff->before, &diff->after);
		}
	}
	for (enum diff_level level = 0; level < DIFF_LEVELS; level++) {
		rows_put(&document, diff, level);
	}
	return json_document_write(&document, out, err);
}
