/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/markdown_report.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/report/text_format.h"

/* Rows that are seen at once; the others are folded away. */
#define ROWS_OPEN 20
/* What the rows may take of the 65,536 characters; the rest is for totals and verdict. */
#define ROWS_BYTES 50000

void markdown_code_write(FILE *out, const char *text)
{
	putc('`', out);
	for (; *text; text++) {
		if (*text == '|') {
			fputs("\\|", out); /* also in code, a bar ends a cell */
		} else if (*text == '`') {
			putc('\'', out);
		} else {
			putc(*text < ' ' || *text > '~' ? '?' : *text, out);
		}
	}
	putc('`', out);
}

void markdown_text_write(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\`*_{}[]<>#|@~!&$", *text)) {
			putc('\\', out);
		}
		putc(*text < ' ' || *text > '~' ? '?' : *text, out);
	}
}

static void cell_write(FILE *out, const struct site_column *column, const struct call_site *site)
{
	char number[FORMAT_SIZE];
	struct column_value value;

	putc(' ', out);
	if (!column->get(site, &value)) {
		fputs(" |", out);
		return;
	}
	switch (column->type) {
	case COLUMN_TEXT:
		if (value.text[0]) {
			markdown_code_write(out, value.text);
		}
		break;
	case COLUMN_UNSIGNED:
		fputs(format_count(number, value.number), out);
		break;
	case COLUMN_SIGNED:
		fputs(format_signed_count(number, value.difference), out);
		break;
	}
	fputs(" |", out);
}

static void header_write(FILE *out, const struct column_list *columns)
{
	fputs("\n|", out);
	for (size_t i = 0; i < columns->count; i++) {
		fprintf(out, " %s |", columns->columns[i]->header);
	}
	fputs("\n|", out);
	for (size_t i = 0; i < columns->count; i++) {
		fputs(columns->columns[i]->type == COLUMN_TEXT ? " --- |" : " ---: |", out);
	}
	putc('\n', out);
}

/* The rows from first on, as long as they fit; returns the first that did not. */
static size_t rows_write(FILE *out, const struct site_list *list, const struct column_list *columns,
			 size_t first, size_t end, size_t *room, struct error *err)
{
	for (size_t row = first; row < end; row++) {
		char *text = NULL;
		size_t size = 0;
		FILE *line = open_memstream(&text, &size);

		if (!line) {
			error_no_memory(err);
			return row;
		}
		putc('|', line);
		for (size_t i = 0; i < columns->count; i++) {
			cell_write(line, columns->columns[i], list->sites[row]);
		}
		putc('\n', line);
		if (fclose(line) != 0) {
			free(text);
			error_no_memory(err);
			return row;
		}
		if (size > *room) {
			free(text);
			return row;
		}
		*room -= size;
		fwrite(text, 1, size, out);
		free(text);
	}
	return end;
}

static int table_write(FILE *out, const struct report_view *view, const struct column_list *columns,
		       struct error *err)
{
	const struct site_list *list = view->sites;
	size_t open = list->count < ROWS_OPEN ? list->count : ROWS_OPEN;
	size_t room = ROWS_BYTES;
	size_t done;

	err->code = ERROR_NONE;
	header_write(out, columns);
	done = rows_write(out, list, columns, 0, open, &room, err);
	if (done == open && done < list->count) {
		fprintf(out, "\n<details><summary>%zu more call sites</summary>\n",
			list->count - done);
		header_write(out, columns);
		done = rows_write(out, list, columns, done, list->count, &room, err);
		fputs("\n</details>\n", out);
	}
	if (done < list->count) {
		fprintf(out, "\n%zu call sites are left out: a comment cannot hold them.\n",
			list->count - done);
	}
	return err->code;
}

static void heading_write(FILE *out, const struct report_view *view)
{
	const struct analysis_record *record = view->record;

	fputs("### Kernel memory: ", out);
	markdown_code_write(out, record->trace_path);
	if (view->branch_name) {
		fputs(", only ", out);
		markdown_code_write(out, view->branch_name);
	}
	if (record->kernel) {
		fputs(" on ", out);
		markdown_code_write(out, record->kernel->path);
	}
	fputs("\n\n", out);
	if (allocation_filter_text(record->filter)) {
		fprintf(out, "Counted: %s.\n\n", allocation_filter_text(record->filter));
	}
}

static void totals_write(FILE *out, const struct site_list *list)
{
	const struct site_account *sum = &list->sum;
	char live[FORMAT_SIZE];
	char waste[FORMAT_SIZE];
	char total[FORMAT_SIZE];
	char allocs[2 * FORMAT_SIZE];
	char freed[FORMAT_SIZE];
	char sites[2 * FORMAT_SIZE];

	fprintf(out, "**%s live**, of that %s wasted; %s in %s, %s freed; %s.\n",
		format_bytes(live, sum->current_dynamic),
		format_signed_bytes(waste, site_waste(sum)),
		format_bytes(total, sum->total_dynamic),
		format_counted(allocs, sum->alloc_count, "allocation"),
		format_count(freed, sum->free_count),
		format_counted(sites, list->count, "call site"));
}

void markdown_verdict_write(FILE *out, const struct verdict *verdict)
{
	fprintf(out, "\n**How far to trust these figures:** %s.",
		verdict_grade_names[verdict->grade]);
	putc(' ', out);
	markdown_text_write(out, verdict->sentence);
	putc('\n', out);
	for (size_t i = 0; i < verdict->count; i++) {
		const struct finding *finding = &verdict->findings[i];

		fprintf(out, "%s- **%s:** ", i ? "" : "\n",
			finding_severity_names[finding->severity]);
		markdown_text_write(out, finding->text);
		if (finding->advice) {
			fputs(" *Next time:* ", out);
			markdown_text_write(out, finding->advice);
		}
		putc('\n', out);
	}
}

int markdown_report_write(FILE *out, const struct report_view *view,
			  const struct column_list *columns, struct error *err)
{
	struct column_list usual;

	if (!columns) {
		if (column_list_parse("current_dynamic,waste,total_dynamic,alloc_count,free_count,"
				      "caller,directory",
				      &usual, err) < 0) {
			return err->code;
		}
		columns = &usual;
	}
	heading_write(out, view);
	totals_write(out, view->sites);
	if (table_write(out, view, columns, err) < 0) {
		return err->code;
	}
	markdown_verdict_write(out, view->record->verdict);
	return 0;
}
