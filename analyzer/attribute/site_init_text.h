/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bare addresses that are probably in the init text of a module, where the machine code
 * could not tell (init_text.h): there is no file of the module, or several places fit.
 *
 * Init text is loaded apart from what stays of a module (up to 6.3 right behind it, since then
 * as a part of its own), by the same first fit, and freed when the module has started. So
 * an address shortly behind a module, where no module is loaded now, probably was that.
 * The nearest one below is named.
 */
#ifndef ANALYZER_ATTRIBUTE_SITE_INIT_TEXT_H
#define ANALYZER_ATTRIBUTE_SITE_INIT_TEXT_H

#include <stddef.h>

#include "analyzer/attribute/call_site.h"
#include "analyzer/attribute/module_files.h"
#include "analyzer/base/arena.h"

/* Sets in_init_text and module of such sites. 0, or -1 without memory. */
int site_init_text_guess(const struct module_files *modules, struct arena *arena,
			 struct call_site *sites, size_t count);

#endif
