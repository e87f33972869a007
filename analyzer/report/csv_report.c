/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/csv_report.h"

#include <inttypes.h>
#include <string.h>

void csv_field_write(FILE *out, const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")]) {
		fputs(text, out);
		return;
	}
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"') {
			putc('"', out);
		}
		putc(*text, out);
	}
	putc('"', out);
}

static void value_write(FILE *out, const struct site_column *column, const struct call_site *site)
{
	struct column_value value;

	if (!column->get(site, &value)) {
		return;
	}
	switch (column->type) {
	case COLUMN_TEXT:
		csv_field_write(out, value.text);
		break;
	case COLUMN_UNSIGNED:
		fprintf(out, "%" PRIu64, value.number);
		break;
	case COLUMN_SIGNED:
		fprintf(out, "%" PRId64, value.difference);
		break;
	}
}

void csv_report_write(FILE *out, const struct site_list *list, const struct column_list *columns)
{
	struct column_list all = {.count = CSV_DEFAULT_COLUMNS};

	for (size_t i = 0; i < all.count; i++) {
		all.columns[i] = &site_columns[i];
	}
	if (!columns) {
		columns = &all;
	}
	for (size_t i = 0; i < columns->count; i++) {
		fprintf(out, "%s%s", i ? "," : "", columns->columns[i]->name);
	}
	fputs("\r\n", out);
	for (size_t row = 0; row < list->count; row++) {
		for (size_t i = 0; i < columns->count; i++) {
			if (i) {
				putc(',', out);
			}
			value_write(out, columns->columns[i], list->sites[row]);
		}
		fputs("\r\n", out);
	}
}
