/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/archive_notes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

/* The build ids: what the trace is of. */
static int notes_use(const char *archive, const struct unpack_found *found,
		     struct diagnostics *diagnostics, struct kernel_maps *maps, struct error *err)
{
	char build_id[ELF_BUILD_ID_SIZE];

	if (elf_notes_build_id(found->notes.bytes, found->notes.size, build_id, sizeof(build_id))) {
		memcpy(maps->traced_build_id, build_id, sizeof(build_id));
		diagnostics_detail(diagnostics, "%s: kernel with build id %s", archive, build_id);
	}
	for (size_t i = 0; i < found->module_note_count; i++) {
		const struct unpack_module_notes *module = &found->module_notes[i];

		if (elf_notes_build_id(module->notes.bytes, module->notes.size, build_id,
				       sizeof(build_id)) &&
		    module_files_add_build_id(&maps->modules, module->module, build_id, err) < 0) {
			return err->code;
		}
	}
	module_files_finish(&maps->modules);
	return 0;
}

int archive_notes_use(const char *archive, const struct unpack_found *found,
		      struct diagnostics *diagnostics, struct kernel_maps *maps, struct error *err)
{
	char name[256];

	members_say(archive, found, diagnostics);
	if (notes_use(archive, found, diagnostics, maps, err) < 0) {
		return err->code;
	}
	snprintf(name, sizeof(name), "the list of modules in %s", archive);
	if (found->modules.bytes &&
	    kernel_maps_add_modules(maps, name, found->modules.bytes, found->modules.size,
				    diagnostics, err) < 0) {
		return err->code;
	}
	if (!found->kallsyms.bytes) {
		return 0;
	}
	snprintf(name, sizeof(name), "the symbol map in %s", archive);
	return kernel_maps_add_kallsyms(maps, name, found->kallsyms.bytes, found->kallsyms.size,
					diagnostics, err);
}
