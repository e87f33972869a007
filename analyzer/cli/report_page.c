/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/report_page.h"

#include <string.h>

#include "analyzer/cli/timeline_view.h"
#include "render/html_report.h"

/* As a shell would read it back: 'it'\''s' where there is more than plain characters. */
static const char *word_quote(struct arena *arena, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-+=./:,@%";
	size_t length = strlen(word);
	char *quoted, *out;

	if (length > 0 && strspn(word, plain) == length) {
		return word;
	}
	out = quoted = arena_alloc(arena, 4 * length + sizeof("''"));
	if (!quoted) {
		return NULL;
	}
	*out++ = '\'';
	for (; *word; word++) {
		if (*word == '\'') { /* ends the quotes, stands alone, and they begin anew */
			*out++ = '\'';
			*out++ = '\\';
			*out++ = '\'';
		}
		*out++ = *word;
	}
	*out++ = '\'';
	*out = '\0';
	return quoted;
}

const char *report_page_command(struct arena *arena, const struct options *options)
{
	const char *text = "trace_analyze";

	for (int i = 1; text && i < options->argument_count; i++) {
		const char *word = word_quote(arena, options->arguments[i]);

		text = word ? arena_printf(arena, "%s %s", text, word) : NULL;
	}
	return text;
}

static int sites_gather(const struct analysis *analysis, struct arena *arena,
			struct html_report *report, struct error *err)
{
	const struct site_list *list = &analysis->sites;
	struct html_site *sites = arena_calloc(arena, (list->count + 1) * sizeof(*sites));

	if (!sites) {
		return error_no_memory(err);
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct call_site *site = list->sites[i];
		struct html_site *to = &sites[i];

		to->caller = site->caller;
		to->directory = site->directory;
		to->node = site->node;
		to->live = site->figures.current_dynamic;
		to->total = site->figures.total_dynamic;
		to->waste = site_waste(&site->figures);
		to->alloc_count = site->figures.alloc_count;
		to->free_count = site->figures.free_count;
		if (site->file) {
			to->place = site->line > 0
					    ? arena_printf(arena, "%s:%u", site->file, site->line)
					    : site->file;
			if (!to->place) {
				return error_no_memory(err);
			}
		}
	}
	report->sites = sites;
	report->site_count = list->count;
	return 0;
}

static int findings_gather(const struct verdict *verdict, struct arena *arena,
			   struct html_report *report, struct error *err)
{
	struct html_finding *findings =
		arena_calloc(arena, (verdict->count + 1) * sizeof(*findings));

	if (!findings) {
		return error_no_memory(err);
	}
	for (size_t i = 0; i < verdict->count; i++) {
		const struct finding *finding = &verdict->findings[i];

		findings[i] = (struct html_finding){
			finding_severity_names[finding->severity],
			finding->text,
			finding->advice,
		};
	}
	report->findings = findings;
	report->finding_count = verdict->count;
	return 0;
}

int report_page_render(const struct options *options, const struct analysis *analysis,
		       const struct chart_options *chart, unsigned char **ret_bytes,
		       size_t *ret_size, struct error *err)
{
	struct html_report report = {
		.tree = analysis->record.tree,
		.chart = *chart,
		.verdict = analysis->record.verdict->sentence,
	};
	struct timeline_bands bands = {0};
	struct arena arena;
	int result;

	arena_init(&arena);
	report.command = report_page_command(&arena, options);
	if (analysis->record.timeline) {
		if (timeline_view_bands(options, analysis, &bands, err) < 0) {
			arena_release(&arena);
			return err->code;
		}
		report.timeline = &bands;
	}
	result = report.command ? sites_gather(analysis, &arena, &report, err)
				: error_no_memory(err);
	if (result == 0) {
		result = findings_gather(analysis->record.verdict, &arena, &report, err);
	}
	if (result == 0) {
		result = html_report_render(&report, ret_bytes, ret_size, err);
	}
	timeline_bands_release(&bands);
	arena_release(&arena);
	return result;
}
