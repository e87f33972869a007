/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/recording_maps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char kernel_prefix[] = "[kernel.kallsyms]";

void recording_maps_release(struct recording_maps *maps)
{
	free(maps->modules);
	*maps = (struct recording_maps){0};
}

static struct recording_module *module_add(struct recording_maps *maps)
{
	if (maps->module_count == maps->module_capacity) {
		size_t capacity = maps->module_capacity ? maps->module_capacity * 2 : 64;
		struct recording_module *grown =
			realloc(maps->modules, capacity * sizeof(*maps->modules));

		if (!grown) {
			return NULL;
		}
		maps->modules = grown;
		maps->module_capacity = capacity;
	}
	return &maps->modules[maps->module_count++];
}

/* The X of ".../X.ko", ".../X.ko.xz" or "[X]", as the kernel calls the module. */
static bool module_name(const char *file_name, char ret[RECORDING_NAME_SIZE])
{
	const char *slash = strrchr(file_name, '/');
	const char *begin = slash ? slash + 1 : file_name + 1;
	const char *end = slash ? strstr(begin, ".ko") : strchr(begin, ']');

	if ((!slash && file_name[0] != '[') || !end || end == begin ||
	    (size_t)(end - begin) >= RECORDING_NAME_SIZE) {
		return false;
	}
	for (size_t i = 0; begin + i < end; i++) {
		ret[i] = '_';
		if (begin[i] != '-') {
			ret[i] = begin[i];
		}
	}
	ret[end - begin] = '\0';
	return true;
}

bool recording_maps_add(struct recording_maps *maps, const char *file_name, uint64_t start,
			uint64_t size, uint64_t offset)
{
	struct recording_module *module;
	char name[RECORDING_NAME_SIZE];

	if (strncmp(file_name, kernel_prefix, strlen(kernel_prefix)) == 0) {
		const char *symbol = file_name + strlen(kernel_prefix);

		if (*symbol && strlen(symbol) < sizeof(maps->kernel_symbol) &&
		    !maps->kernel_symbol[0]) {
			snprintf(maps->kernel_symbol, sizeof(maps->kernel_symbol), "%s", symbol);
			maps->kernel_address = offset;
		}
		return true;
	}
	if (!module_name(file_name, name) || maps->module_count >= RECORDING_MODULES_MAX) {
		return true;
	}
	module = module_add(maps);
	if (!module) {
		return false;
	}
	*module = (struct recording_module){.start = start, .size = size};
	memcpy(module->name, name, sizeof(name));
	return true;
}
