/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A diff for people: text for the terminal, Markdown for a pull request. */
#include <string.h>

#include "analyzer/report/diff_report.h"
#include "analyzer/report/markdown_report.h"
#include "analyzer/report/text_format.h"

/* Rows of each table; JSON and CSV have all of them. */
#define TEXT_ROWS     15
#define MARKDOWN_ROWS 40
#define NAME_WIDTH    39

static const char *const level_titles[DIFF_LEVELS] = {
	[DIFF_DIRECTORIES] = "Directories",
	[DIFF_OBJECTS] = "Objects",
	[DIFF_SITES] = "Call sites",
};

static const struct {
	const char *label;
	bool is_count;
} value_labels[DIFF_VALUES] = {
	[DIFF_STATIC] = {"static", false},     [DIFF_CURRENT] = {"live at the end", false},
	[DIFF_WASTE] = {"wasted", false},      [DIFF_TOTAL] = {"allocated in all", false},
	[DIFF_ALLOCS] = {"allocations", true}, [DIFF_FREES] = {"freed again", true},
};

size_t diff_changed_count(const struct diff *diff, enum diff_level level)
{
	size_t count = 0;

	/* Differences come first, but new and gone rows may have none. */
	for (size_t i = 0; i < diff->levels[level].count; i++) {
		count += diff->levels[level].rows[i].state != DIFF_SAME;
	}
	return count;
}

/* "+1.2 KiB", "-3", "0" */
static const char *delta_text(char buffer[FORMAT_SIZE + 1], int64_t delta, bool is_count)
{
	char *text = buffer;

	if (delta > 0) {
		*text++ = '+';
	}
	if (is_count) {
		format_signed_count(text, delta);
	} else {
		format_signed_bytes(text, delta);
	}
	return buffer;
}

static const char *value_text(char buffer[FORMAT_SIZE], int64_t number, bool is_count)
{
	return is_count ? format_signed_count(buffer, number) : format_signed_bytes(buffer, number);
}

static int64_t total_delta(const struct diff *diff, enum diff_value value)
{
	return (int64_t)((uint64_t)diff->after.values[value] -
			 (uint64_t)diff->before.values[value]);
}

static void totals_write(FILE *out, const struct diff *diff)
{
	char before[FORMAT_SIZE];
	char after[FORMAT_SIZE];
	char delta[FORMAT_SIZE + 1];

	fprintf(out, "\n  %-18s %14s %14s %14s\n", "", "before", "after", "difference");
	for (enum diff_value value = 0; value < DIFF_VALUES; value++) {
		bool is_count = value_labels[value].is_count;

		if (diff_has(diff, value)) {
			fprintf(out, "  %-18s %14s %14s %14s\n", value_labels[value].label,
				value_text(before, diff->before.values[value], is_count),
				value_text(after, diff->after.values[value], is_count),
				delta_text(delta, total_delta(diff, value), is_count));
		}
	}
}

static void row_write(FILE *out, const struct diff *diff, const struct diff_row *row)
{
	bool is_count = value_labels[diff->value].is_count;
	char before[FORMAT_SIZE];
	char after[FORMAT_SIZE];
	char delta[FORMAT_SIZE + 1];
	char name[NAME_WIDTH + 1];

	fprintf(out, "  %9s %9s %9s %-6s  %s\n",
		delta_text(delta, diff_delta(row, diff->value), is_count),
		value_text(before, row->before.values[diff->value], is_count),
		value_text(after, row->after.values[diff->value], is_count),
		diff_state_names[row->state],
		format_fit(name, row->name[0] ? row->name : "(top)", NAME_WIDTH,
			   row->directory == NULL));
}

static void level_write(FILE *out, const struct diff *diff, enum diff_level level)
{
	size_t changed = diff_changed_count(diff, level);
	size_t shown = 0;

	if (!diff->levels[level].count || (level == DIFF_SITES && diff->value == DIFF_STATIC)) {
		return;
	}
	fprintf(out, "\n%s that differ (%zu of %zu), by %s\n", level_titles[level], changed,
		diff->levels[level].count, value_labels[diff->value].label);
	if (changed) {
		fprintf(out, "  %9s %9s %9s\n", "differ by", "before", "after");
	}
	for (size_t i = 0; i < diff->levels[level].count && shown < TEXT_ROWS; i++) {
		if (diff->levels[level].rows[i].state != DIFF_SAME) {
			row_write(out, diff, &diff->levels[level].rows[i]);
			shown++;
		}
	}
	if (changed > shown) {
		fprintf(out, "  and %zu more\n", changed - shown);
	}
}

static void side_write(FILE *out, const char *label, const char *name,
		       const struct analysis_record *record)
{
	fprintf(out, "%-8s", label);
	format_wrap(out, TEXT_WIDTH, 8, 8, name);
	fprintf(out, "%8s", "");
	format_wrap(out, TEXT_WIDTH, 8, 8, record->verdict->sentence);
}

void diff_text_write(FILE *out, const struct diff_report *report)
{
	const struct diff *diff = report->diff;

	side_write(out, "Before", report->before_name, report->before->record);
	side_write(out, "After", report->after_name, report->after->record);
	if (report->after->branch_name) {
		fprintf(out, "%-8s", "Branch");
		format_wrap(out, TEXT_WIDTH, 8, 8, report->after->branch_name);
	}
	totals_write(out, diff);
	for (enum diff_level level = 0; level < DIFF_LEVELS; level++) {
		level_write(out, diff, level);
	}
}

static void markdown_totals_write(FILE *out, const struct diff *diff)
{
	char before[FORMAT_SIZE];
	char after[FORMAT_SIZE];
	char delta[FORMAT_SIZE + 1];

	fputs("\n| | before | after | difference |\n| --- | ---: | ---: | ---: |\n", out);
	for (enum diff_value value = 0; value < DIFF_VALUES; value++) {
		bool is_count = value_labels[value].is_count;

		if (diff_has(diff, value)) {
			fprintf(out, "| %s | %s | %s | %s |\n", value_labels[value].label,
				value_text(before, diff->before.values[value], is_count),
				value_text(after, diff->after.values[value], is_count),
				delta_text(delta, total_delta(diff, value), is_count));
		}
	}
}

static void markdown_level_write(FILE *out, const struct diff *diff, enum diff_level level)
{
	bool is_count = value_labels[diff->value].is_count;
	size_t changed = diff_changed_count(diff, level);
	size_t shown = 0;

	if (!changed || (level == DIFF_SITES && diff->value == DIFF_STATIC)) {
		return;
	}
	fprintf(out, "\n**%s that differ (%zu of %zu), by %s**\n\n", level_titles[level], changed,
		diff->levels[level].count, value_labels[diff->value].label);
	fputs("| differ by | before | after | | name |\n| ---: | ---: | ---: | --- | --- |\n", out);
	for (size_t i = 0; i < diff->levels[level].count && shown < MARKDOWN_ROWS; i++) {
		const struct diff_row *row = &diff->levels[level].rows[i];
		char before[FORMAT_SIZE];
		char after[FORMAT_SIZE];
		char delta[FORMAT_SIZE + 1];

		if (row->state == DIFF_SAME) {
			continue;
		}
		fprintf(out, "| %s | %s | %s | %s | ",
			delta_text(delta, diff_delta(row, diff->value), is_count),
			value_text(before, row->before.values[diff->value], is_count),
			value_text(after, row->after.values[diff->value], is_count),
			diff_state_names[row->state]);
		markdown_code_write(out, row->name[0] ? row->name : "(top)");
		fputs(" |\n", out);
		shown++;
	}
	if (changed > shown) {
		fprintf(out, "\nand %zu more\n", changed - shown);
	}
}

static void markdown_side_write(FILE *out, const char *label, const char *name,
				const struct analysis_record *record)
{
	fprintf(out, "- %s: ", label);
	markdown_code_write(out, name);
	fputs(". ", out);
	markdown_text_write(out, record->verdict->sentence);
	putc('\n', out);
}

void diff_markdown_write(FILE *out, const struct diff_report *report)
{
	const struct diff *diff = report->diff;
	char delta[FORMAT_SIZE + 1];

	fprintf(out, "### Kernel memory: %s %s\n\n", value_labels[diff->value].label,
		delta_text(delta, diff_growth(diff), value_labels[diff->value].is_count));
	markdown_side_write(out, "before", report->before_name, report->before->record);
	markdown_side_write(out, "after", report->after_name, report->after->record);
	markdown_totals_write(out, diff);
	for (enum diff_level level = 0; level < DIFF_LEVELS; level++) {
		markdown_level_write(out, diff, level);
	}
}
