/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What came with the trace: a kallsyms in an archive or recording, where modules were. */
#include <stdio.h>
#include <string.h>

#include "analyzer/cli/kernel_maps.h"

/* What a module's symbols span, which is what kallsyms tells of where it was loaded. */
struct module_span {
	const char *name;
	uint64_t first, last;
};

static int span_add(struct module_files *modules, const struct module_span *span, struct error *err)
{
	/* Names such as "bpf" stand for code that is no module. */
	if (!span->name || strcmp(span->name, "bpf") == 0 || strncmp(span->name, "__", 2) == 0) {
		return 0;
	}
	return module_files_add_load(modules, span->name, span->first, span->last - span->first + 1,
				     err);
}

/* The map is sorted by address: a module's symbols stand together. */
int kernel_maps_find_loads(struct kernel_maps *maps, struct error *err)
{
	const struct symbol_map *map = maps->kallsyms;
	struct module_span span = {0};

	if (!map || maps->modules.load_count > 0) {
		return 0;
	}
	for (size_t i = 0; i < symbol_map_count(map); i++) {
		const struct map_symbol *symbol = symbol_map_at(map, i);

		if (span.name && symbol->module && strcmp(symbol->module, span.name) == 0) {
			span.last = symbol->address;
			continue;
		}
		if (span_add(&maps->modules, &span, err) < 0) {
			return err->code;
		}
		span = (struct module_span){symbol->module, symbol->address, symbol->address};
	}
	return span_add(&maps->modules, &span, err);
}

int kernel_maps_add_kallsyms(struct kernel_maps *maps, const char *name, const char *text,
			     size_t size, struct diagnostics *diagnostics, struct error *err)
{
	struct elfsyms_error why;

	if (maps->kallsyms) {
		return 0;
	}
	if (symbol_map_from_memory(name, text, size, &maps->kallsyms, &why) < 0) {
		maps->kallsyms = NULL;
		if (why.code == ELFSYMS_NO_MEMORY) {
			return error_no_memory(err);
		}
		diagnostics_warning(diagnostics, "%s", why.text);
		return 0;
	}
	diagnostics_detail(diagnostics, "%s: %zu symbols", name, symbol_map_count(maps->kallsyms));
	if (kernel_maps_find_loads(maps, err) < 0) {
		return err->code;
	}
	module_files_finish(&maps->modules);
	return 0;
}

int kernel_maps_add_modules(struct kernel_maps *maps, const char *name, const char *text,
			    size_t size, struct diagnostics *diagnostics, struct error *err)
{
	if (maps->modules.load_count > 0) {
		return 0;
	}
	if (module_files_add_loads(&maps->modules, text, size, NULL, err) < 0) {
		return err->code;
	}
	module_files_finish(&maps->modules);
	diagnostics_detail(diagnostics, "%s: %zu loaded modules", name, maps->modules.load_count);
	return 0;
}

int kernel_maps_add_recording(struct kernel_maps *maps, const char *name,
			      const struct trace_account *trace, struct diagnostics *diagnostics,
			      struct error *err)
{
	const struct recording_maps *recorded = trace_account_maps(trace);
	size_t size;
	const char *kallsyms = trace_account_kallsyms(trace, &size);
	char label[256];

	snprintf(label, sizeof(label), "the kallsyms in %s", name);
	if (kallsyms &&
	    kernel_maps_add_kallsyms(maps, label, kallsyms, size, diagnostics, err) < 0) {
		return err->code;
	}
	if (!recorded || maps->modules.load_count > 0) {
		return 0;
	}
	for (size_t i = 0; i < recorded->module_count; i++) {
		const struct recording_module *module = &recorded->modules[i];

		if (module_files_add_load(&maps->modules, module->name, module->start, module->size,
					  err) < 0) {
			return err->code;
		}
	}
	module_files_finish(&maps->modules);
	return 0;
}
