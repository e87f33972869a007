/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses inside loaded modules that no map named: with the module's load address (a
 * copy of /proc/modules) and its file, the function is known all the same.
 *
 * The kernel lays out the code of a module from its load address on: all sections with
 * code but those of init text, in the order of the file, each aligned as it asks
 * (layout_sections in kernel/module.c, module/main.c since 5.19; since 6.4 a part of its
 * own, MOD_TEXT, whose address /proc/modules prints). Where the loader adds stubs of its own
 * (.plt of arm, arm64, RISC-V, ...) the layout can't be told from the file: such modules
 * stay unnamed.
 */
#ifndef ANALYZER_ATTRIBUTE_SITE_MODULE_ADDRESS_H
#define ANALYZER_ATTRIBUTE_SITE_MODULE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/attribute/attribution.h"
#include "analyzer/attribute/call_site.h"
#include "analyzer/base/arena.h"

/*
 * Names the sites among sites that are such addresses: function, offset, module, caller.
 * trace_has_names: the trace prints names, so that its bare addresses had none when they were
 * recorded (site_naming.h): they are left alone. 0, or -1 without memory.
 */
int site_module_address_name(const struct attribution_sources *sources, bool trace_has_names,
			     struct arena *arena, struct call_site *sites, size_t count);

#endif
