/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bare addresses in the init text of modules, as site_modules.h tells. */
#ifndef ANALYZER_ATTRIBUTE_SITE_INIT_TEXT_H
#define ANALYZER_ATTRIBUTE_SITE_INIT_TEXT_H

#include <stddef.h>

#include "analyzer/attribute/attribution.h"
#include "analyzer/attribute/call_site.h"
#include "analyzer/base/arena.h"

/* 0, or -1 without memory. */
int site_init_text_resolve(const struct attribution_sources *sources, struct arena *arena,
			   struct call_site *sites, size_t count);

#endif
