/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/archive_notes.h"

#include <inttypes.h>
#include <stdio.h>

static void members_say(const char *archive, const struct unpack_found *found,
			struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < found->member_count; i++) {
		diagnostics_detail(diagnostics, "%s: %s: %s", archive, found->members[i].name,
				   member_kind_names[found->members[i].kind]);
	}
	if (found->unlisted_count > 0) {
		diagnostics_detail(diagnostics, "%s: and %" PRIu64 " more files", archive,
				   found->unlisted_count);
	}
	if (found->trace_count > 1) {
		diagnostics_notice(diagnostics,
				   "%s: %" PRIu64 " traces, read as one in the order they are "
				   "stored in (-v names them)",
				   archive, found->trace_count);
	}
	if (found->statistics.cpu_count > 0) {
		diagnostics_detail(diagnostics,
				   "%s: buffer statistics of %" PRIu64 " CPUs: %" PRIu64
				   " events overwritten, %" PRIu64 " dropped",
				   archive, found->statistics.cpu_count,
				   found->statistics.overrun_count,
				   found->statistics.dropped_count);
	}
}

int archive_notes_use(const char *archive, const struct unpack_found *found,
		      struct diagnostics *diagnostics, struct kernel_maps *maps, struct error *err)
{
	char name[256];

	members_say(archive, found, diagnostics);
	if (!found->kallsyms) {
		return 0;
	}
	snprintf(name, sizeof(name), "the symbol map in %s", archive);
	return kernel_maps_add_kallsyms(maps, name, found->kallsyms, found->kallsyms_size,
					diagnostics, err);
}
