/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lay beside the trace in an archive, such as kmem-capture makes: its symbol map
 * goes where --kallsyms would, its list of modules where --modules would, its build ids say what
 * kernel and modules were traced, and with -v every member is named.
 */
#ifndef ANALYZER_CLI_ARCHIVE_NOTES_H
#define ANALYZER_CLI_ARCHIVE_NOTES_H

#include "analyzer/base/error.h"
#include "analyzer/cli/diagnostics.h"
#include "analyzer/cli/kernel_maps.h"
#include "analyzer/input/unpack.h"

/*
 * Says what was found and fills maps->kallsyms and the places of modules if there are none,
 * and maps->traced_build_id and the modules' build ids. A map that cannot be used
 * is a warning; ERROR_NO_MEMORY is the only error. archive: its name.
 */
int archive_notes_use(const char *archive, const struct unpack_found *found,
		      struct diagnostics *diagnostics, struct kernel_maps *maps, struct error *err);

#endif
