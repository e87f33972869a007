/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Call-site texts. What parses must print again to something that parses to the
 * same parts: that holds every field against the bytes it came from.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/site_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition) {
		abort();
	}
}

static char *print(const struct site_text *site, size_t capacity)
{
	char *text = malloc(capacity);
	int used;

	check(text != NULL);
	if (site->kind == SITE_TEXT_ADDRESS) {
		snprintf(text, capacity, "%s%" PRIx64, site->is_unnamed ? "0x" : "", site->address);
		return text;
	}
	used = snprintf(text, capacity, "%.*s+0x%" PRIx64, (int)site->name_length, site->name,
			site->offset);
	if (site->size) {
		used += snprintf(text + used, capacity - (size_t)used, "/0x%" PRIx64, site->size);
	}
	if (site->module) {
		snprintf(text + used, capacity - (size_t)used, " [%.*s]", (int)site->module_length,
			 site->module);
	}
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct site_text site;
	struct site_text again;
	char *printed;

	check(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	site_text_parse(text, &site);
	if (site.kind != SITE_TEXT_UNPARSED) {
		printed = print(&site, size + 64);
		site_text_parse(printed, &again);
		check(again.kind == site.kind && again.is_unnamed == site.is_unnamed);
		check(again.address == site.address && again.offset == site.offset);
		check(again.size == site.size && again.name_length == site.name_length);
		check(again.module_length == site.module_length && !again.module == !site.module);
		check(!site.name || memcmp(site.name, again.name, site.name_length) == 0);
		check(!site.module || memcmp(site.module, again.module, site.module_length) == 0);
		free(printed);
	}
	free(text);
	return 0;
}
