/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The timeline in the HTML report: the static picture, which needs no script and follows the
 * page's theme (report.css replaces its inks), and the same figures as a table.
 */
#ifndef RENDER_HTML_TIMELINE_H
#define RENDER_HTML_TIMELINE_H

#include "analyzer/attribute/timeline_bands.h"
#include "render/byte_buffer.h"
#include "render/ring_chart.h"

/* Appends a section. Of the options only the source counts. Errors as of ring_chart_render. */
int html_timeline_write(struct byte_buffer *out, const struct timeline_bands *bands,
			const struct chart_options *options, struct error *err);

#endif
