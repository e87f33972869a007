/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/html_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "render/html_assets.h"
#include "render/html_text.h"
#include "render/html_timeline.h"
#include "render/html_tree.h"
#include "render/palette.h"
#include "render/text.h"

#define ENDING	  ".html"
#define PATH_SIZE 2048

bool html_report_is_named(const char *path)
{
	size_t length = strlen(path), size = strlen(ENDING);

	return length > size && strcasecmp(path + length - size, ENDING) == 0;
}

/* The nodes of all call sites, sorted, for html_tree_write. NULL: none, or no memory. */
static struct html_tree_place *places_of(const struct html_report *report, size_t *ret_count)
{
	struct html_tree_place *places = calloc(report->site_count + 1, sizeof(*places));
	size_t found = 0, count = 0;

	*ret_count = 0;
	if (!places) {
		return NULL;
	}
	for (size_t i = 0; i < report->site_count; i++) {
		if (report->sites[i].node) {
			places[found++].node = report->sites[i].node;
		}
	}
	qsort(places, found, sizeof(*places), html_tree_place_compare);
	for (size_t i = 0; i < found; i++) {
		if (count == 0 || places[count - 1].node != places[i].node) {
			places[count++] = places[i];
		}
	}
	*ret_count = count;
	return places;
}

/* The row of a site's node; -1: it has none. */
static int64_t site_row(const struct html_site *site, const struct html_tree_place *places,
			size_t count)
{
	struct html_tree_place key = {.node = site->node};
	const struct html_tree_place *place =
		site->node && count > 0
			? bsearch(&key, places, count, sizeof(key), html_tree_place_compare)
			: NULL;

	return place && place->row != UINT32_MAX ? (int64_t)place->row : -1;
}

/* [caller, place, directory, row, live, total, waste, allocs, frees] each */
static void put_sites(struct byte_buffer *out, const struct html_report *report,
		      const struct html_tree_place *places, size_t place_count)
{
	for (size_t i = 0; i < report->site_count; i++) {
		const struct html_site *site = &report->sites[i];

		byte_buffer_text(out, i > 0 ? ",\n[" : "[");
		html_put_json(out, site->caller);
		byte_buffer_text(out, ",");
		html_put_json(out, site->place);
		byte_buffer_text(out, ",");
		html_put_json(out, site->directory);
		byte_buffer_printf(out,
				   ",%" PRId64 ",%" PRIu64 ",%" PRIu64 ",%" PRId64 ",%" PRIu64
				   ",%" PRIu64 "]",
				   site_row(site, places, place_count), site->live, site->total,
				   site->waste, site->alloc_count, site->free_count);
	}
}

static void put_rows(struct byte_buffer *out, const struct html_report *report)
{
	for (size_t i = 0; i < report->row_count; i++) {
		const struct html_change_row *row = &report->rows[i];
		const char *const texts[] = {row->level, row->name, row->place, row->state};

		byte_buffer_text(out, i > 0 ? ",\n[" : "[");
		for (size_t j = 0; j < sizeof(texts) / sizeof(texts[0]); j++) {
			html_put_json(out, texts[j]);
			byte_buffer_text(out, ",");
		}
		byte_buffer_printf(out, "%" PRId64 ",%" PRId64 "]", row->before, row->after);
	}
}

/* Instead of the attributes there is what changed. */
static void put_change(struct byte_buffer *out, const struct html_report *report)
{
	const struct chart_change *change = report->chart.change;

	byte_buffer_printf(out,
			   ",\n\"change\":{\"before\":%" PRId64 ",\"after\":%" PRId64
			   ",\"grown\":%u,\"shrunk\":%u,\"rows\":[",
			   change->before, change->after, palette_sign(1), palette_sign(-1));
	put_rows(out, report);
	byte_buffer_text(out, "]},\n\"attribute\":0,\"attributes\":[{\"id\":\"change\",\"words\":");
	html_put_json(out, change->words);
	byte_buffer_text(out, ",\"sentence\":");
	html_put_json(out, CHANGE_SENTENCE);
	byte_buffer_text(out, "}]");
}

static void put_attributes(struct byte_buffer *out, enum memory_attribute shown)
{
	byte_buffer_printf(out, ",\n\"attribute\":%d,\"attributes\":[", (int)shown);
	for (int i = 0; i < ATTRIBUTE_COUNT; i++) {
		enum memory_attribute attribute = (enum memory_attribute)i;

		byte_buffer_printf(out, "%s{\"id\":\"%s\",\"words\":", i > 0 ? ",\n" : "",
				   memory_attribute_names[i]);
		html_put_json(out, text_attribute_words(attribute));
		byte_buffer_text(out, ",\"sentence\":");
		html_put_json(out, text_attribute_sentence(attribute));
		byte_buffer_text(out, "}");
	}
	byte_buffer_text(out, "]");
}

static void put_palette(struct byte_buffer *out)
{
	size_t count;
	const struct palette_entry *entries = palette_directories(&count);

	byte_buffer_text(out, "{\"directories\":{");
	for (size_t i = 0; i < count; i++) {
		byte_buffer_printf(out, "%s\"%s\":%u", i > 0 ? "," : "", entries[i].name,
				   entries[i].colour);
	}
	entries = palette_hashed(&count);
	byte_buffer_text(out, "},\"hashed\":[");
	for (size_t i = 0; i < count; i++) {
		byte_buffer_printf(out, "%s%u", i > 0 ? "," : "", entries[i].colour);
	}
	byte_buffer_printf(out, "],\"start\":%u,\"gathered\":%u,\"unplaced\":%u}",
			   palette_hash_start(), palette_gathered(), palette_unplaced());
}

static int put_data(struct byte_buffer *out, const struct html_report *report, struct error *err)
{
	const struct tree_node *branch =
		report->chart.branch ? report->chart.branch : report->tree->root;
	char path[PATH_SIZE];
	size_t place_count;
	struct html_tree_place *places = places_of(report, &place_count);

	if (!places) {
		return error_no_memory(err);
	}
	byte_buffer_text(out, "<script type=\"application/json\" id=\"data\">{\"branch\":");
	if (report->chart.change) {
		html_put_json(out,
			      report->chart.change->branch ? report->chart.change->branch : "");
		put_change(out, report);
	} else {
		html_put_json(out, tree_node_path(branch, path, sizeof(path)));
		put_attributes(out, report->chart.attribute);
	}
	byte_buffer_printf(out, ",\n\"view\":\"%s\",\n\"palette\":",
			   report->chart.kind == CHART_ICICLE ? "icicle" : "rings");
	put_palette(out);
	byte_buffer_text(out, ",\n\"nodes\":");
	html_tree_write(out, branch, HTML_TREE_LIMIT, places, place_count);
	byte_buffer_text(out, ",\n\"sites\":[");
	put_sites(out, report, places, place_count);
	byte_buffer_text(out, "]}</script>\n");
	free(places);
	return 0;
}

static void put_head(struct byte_buffer *out, const struct html_report *report)
{
	const char *heading =
		report->chart.change ? "What changed in kernel memory" : "Who holds kernel memory";

	byte_buffer_printf(
		out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"script-src 'sha256-%s'; style-src 'sha256-%s'; base-uri 'none'; "
		"form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<title>%s",
		html_script_hash, html_style_hash, heading);
	if (report->chart.source) {
		byte_buffer_text(out, ": ");
		html_put_text(out, report->chart.source);
	}
	byte_buffer_text(out, "</title>\n<style>");
	byte_buffer_append(out, html_style, html_style_size);
	byte_buffer_printf(out, "</style>\n</head>\n<body>\n<header>\n<h1>%s</h1>\n", heading);
	if (report->chart.source) {
		byte_buffer_text(out, "<p class=\"muted\">");
		html_put_text(out, report->chart.source);
		byte_buffer_text(out, "</p>\n");
	}
	byte_buffer_text(out, "</header>\n<main>\n");
}

/* The picture for readers without scripts: an inline SVG has no references and no style. */
static int put_picture(struct byte_buffer *out, const struct html_report *report, struct error *err)
{
	unsigned char *bytes;
	size_t size;

	if (ring_chart_render(report->tree, &report->chart, CHART_SVG, &bytes, &size, err) < 0) {
		return err->code;
	}
	byte_buffer_text(out, "<noscript>\n");
	byte_buffer_append(out, bytes, size);
	byte_buffer_text(out, "</noscript>\n");
	free(bytes);
	return 0;
}

/* Two things a page's reader asks first of any figure: is it right, and how was it made. */
static void put_verdict(struct byte_buffer *out, const struct html_report *report)
{
	byte_buffer_text(out, "<section class=\"verdict\" aria-labelledby=\"verdict-title\">\n"
			      "<h2 id=\"verdict-title\">How far to trust these figures</h2>\n<p>");
	html_put_text(out, report->verdict);
	byte_buffer_text(out, "</p>\n");
	if (report->finding_count > 0) {
		byte_buffer_text(out, "<ul>\n");
	}
	for (size_t i = 0; i < report->finding_count; i++) {
		const struct html_finding *finding = &report->findings[i];

		byte_buffer_printf(out, "<li class=\"%s\"><b>%s:</b> ", finding->severity,
				   finding->severity);
		html_put_text(out, finding->text);
		if (finding->advice) {
			byte_buffer_text(out, "<br><span class=\"muted\">Next time: ");
			html_put_text(out, finding->advice);
			byte_buffer_text(out, "</span>");
		}
		byte_buffer_text(out, "</li>\n");
	}
	if (report->finding_count > 0) {
		byte_buffer_text(out, "</ul>\n");
	}
	byte_buffer_text(out, "<h2>Made by</h2>\n<pre>");
	html_put_text(out, report->command);
	byte_buffer_text(out, "</pre>\n</section>\n");
}

int html_report_render(const struct html_report *report, unsigned char **ret_bytes,
		       size_t *ret_size, struct error *err)
{
	struct byte_buffer out = {0};

	*ret_bytes = NULL;
	*ret_size = 0;
	put_head(&out, report);
	if (put_picture(&out, report, err) < 0) {
		byte_buffer_release(&out);
		return err->code;
	}
	byte_buffer_append(&out, html_body, html_body_size);
	if (report->timeline &&
	    html_timeline_write(&out, report->timeline, &report->chart, err) < 0) {
		byte_buffer_release(&out);
		return err->code;
	}
	put_verdict(&out, report);
	byte_buffer_text(&out, "</main>\n");
	if (put_data(&out, report, err) < 0) {
		byte_buffer_release(&out);
		return err->code;
	}
	byte_buffer_text(&out, "<script>");
	byte_buffer_append(&out, html_script, html_script_size);
	byte_buffer_text(&out, "</script>\n</body>\n</html>\n");
	if (out.failed) {
		byte_buffer_release(&out);
		return error_no_memory(err);
	}
	*ret_bytes = out.bytes;
	*ret_size = out.size;
	return 0;
}
