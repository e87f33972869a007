/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which colour a band of a timeline has. */
#include <string.h>

#include "render/timeline_chart.h"

/* The hue of a band before its neighbours are looked at. */
static colour own_colour(const struct timeline_bands *bands, size_t i)
{
	const struct timeline_band *band = &bands->bands[i];
	char top[64];
	size_t length;

	if (!band->name) {
		return palette_gathered();
	}
	if (band->node) {
		if (band->node->kind == TREE_GROUP && strncmp(band->name, "(module ", 8) != 0) {
			return palette_unplaced();
		}
		return bands->branch->parent ? palette_of_name(band->name)
					     : palette_top_level(band->name);
	}
	length = band->directory ? strcspn(band->directory, "/") : 0;
	if (length == 0 || length >= sizeof(top) || band->directory[0] == '(') {
		/* nobody expects the colour of a call site: all different is what helps */
		const struct palette_entry *hashed = palette_hashed(&length);

		return hashed[i % length].colour;
	}
	memcpy(top, band->directory, length);
	top[length] = '\0';
	return palette_top_level(top);
}

colour timeline_band_colour(const struct timeline_bands *bands, size_t band)
{
	colour own = own_colour(bands, band);
	uint32_t before = 0; /* bands of the same hue, wherever they are: all must be told apart */

	for (size_t i = 0; i < band; i++) {
		before += own_colour(bands, i) == own;
	}
	own = palette_tint(own, before);
	return before % 2 == 1 ? palette_sibling(own) : own;
}
