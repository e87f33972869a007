/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options about pictures: each parses one value into struct chart_options. What the
 * chart library refuses is refused here already, before any long work.
 *
 * All return ERROR_USAGE with what would be right; name is the option's, for the message.
 */
#ifndef ANALYZER_CLI_CHART_SETTINGS_H
#define ANALYZER_CLI_CHART_SETTINGS_H

#include "analyzer/base/error.h"
#include "render/ring_chart.h"

/* "rings" or "icicle" */
int chart_settings_kind(struct chart_options *chart, const char *name, const char *value,
			struct error *err);
/* "light" or "dark" */
int chart_settings_theme(struct chart_options *chart, const char *name, const char *value,
			 struct error *err);
/* 1 to CHART_MAX_DEPTH */
int chart_settings_depth(struct chart_options *chart, const char *name, const char *value,
			 struct error *err);
/* "2", "1.5": decimal, whatever the locale */
int chart_settings_scale(struct chart_options *chart, const char *name, const char *value,
			 struct error *err);
/* "1600x1200" */
int chart_settings_size(struct chart_options *chart, const char *name, const char *value,
			struct error *err);

/* Each side times the scale: known when all options are. */
int chart_settings_check(const struct chart_options *chart, struct error *err);

#endif
