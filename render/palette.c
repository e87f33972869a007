/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values were found by simulated annealing over OKLCH: hue near what the
 * name suggests to people who know the kernel's maps and charts, moderate
 * chroma and lightness, and the smallest difference of any pair at least 10.5.
 */
#include "render/palette.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct palette_entry directories[] = {
	{"fs", 0x96b3fe},     {"drivers", 0xeb9c00}, {"net", 0x5a8f51},	 {"mm", 0x941f2e},
	{"kernel", 0x7268ce}, {"arch", 0xd2d47f},    {"lib", 0x63e0d6},	 {"security", 0xbd4c75},
	{"block", 0x00a2a3},  {"crypto", 0x7e347f},  {"init", 0x757400},
};

static const struct palette_entry hashed[] = {
	{NULL, 0x785ba7}, {NULL, 0xcd506b}, {NULL, 0xd3dc51}, {NULL, 0x8b7631}, {NULL, 0x9ebc75},
	{NULL, 0x7adaba}, {NULL, 0x8ea100}, {NULL, 0x928bfa}, {NULL, 0xe5b6f4}, {NULL, 0xc57da8},
};

#define UNPLACED  0x9a9a9au /* known to nobody: no hue */
#define GATHERED  0xd0d0d0u /* of many directories: no hue either */
#define GROWN	  0x4a4a4au /* what has directories in it has no hue; far apart in lightness */
#define SHRUNK	  0xc4c4c4u
#define TINT_STEP 0.08
/*
 * Any start would do for a hash. From this one the names that are large beside
 * each other in most kernels (tty, base, acpi, pci; inode.o, kernfs, dcache.o;
 * core, ipv4, ipv6) fall on different colours.
 */
#define HASH_START   2167748716u
#define SIBLING_STEP 0.42
#define SIBLING_TURN 5.0 /* contrast to white from which a colour becomes lighter */

const struct palette_entry *palette_directories(size_t *count)
{
	*count = COUNT_OF(directories);
	return directories;
}

const struct palette_entry *palette_hashed(size_t *count)
{
	*count = COUNT_OF(hashed);
	return hashed;
}

uint32_t palette_hash_start(void)
{
	return HASH_START;
}

colour palette_gathered(void)
{
	return GATHERED;
}

colour palette_unplaced(void)
{
	return UNPLACED;
}

colour palette_sign(int sign)
{
	return sign < 0 ? SHRUNK : GROWN;
}

/* FNV-1a, finished so that names differing in one letter part ways in the low digits too. */
colour palette_of_name(const char *name)
{
	uint32_t hash = HASH_START;

	while (*name) {
		hash = (hash ^ (unsigned char)*name++) * 16777619u;
	}
	hash ^= hash >> 15;
	return hashed[hash % COUNT_OF(hashed)].colour;
}

colour palette_top_level(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(directories); i++) {
		if (strcmp(directories[i].name, name) == 0) {
			return directories[i].colour;
		}
	}
	return palette_of_name(name);
}

colour colour_mix(colour from, colour to, double share)
{
	colour mixed = 0;

	for (int shift = 16; shift >= 0; shift -= 8) {
		double a = from >> shift & 0xff, b = to >> shift & 0xff;

		mixed = mixed << 8 | (colour)(a + (b - a) * share + 0.5);
	}
	return mixed;
}

colour palette_sibling(colour base)
{
	bool is_dark = colour_contrast(base, COLOUR_WHITE) > SIBLING_TURN;

	return is_dark ? colour_mix(base, COLOUR_WHITE, SIBLING_STEP)
		       : colour_mix(base, COLOUR_BLACK, SIBLING_STEP);
}

colour palette_tint(colour base, uint32_t ring)
{
	uint32_t step = ring < PALETTE_LAST_TINT ? ring : PALETTE_LAST_TINT;

	return colour_mix(base, COLOUR_WHITE, TINT_STEP * step);
}

static colour top_colour(const struct ring_layout *layout, const struct slice *top)
{
	const char *name = top->node->name;

	if (top->kind == SLICE_OTHER) {
		return GATHERED;
	}
	if (top->ring < ring_layout_hue_ring(layout)) {
		return palette_sign(top->sign);
	}
	if (top->node->kind == TREE_GROUP && strncmp(name, "(module ", 8) != 0) {
		return UNPLACED;
	}
	return layout->below_top || top->kind == SLICE_OWN ? palette_of_name(name)
							   : palette_top_level(name);
}

/*
 * The colour of a slice of the hue's ring, which is its name's, unless the neighbour
 * before it has just that: names are many, colours few. Then the hue stays and
 * the lightness gives way, at every second slice of such a run.
 */
static colour top_colour_beside(const struct ring_layout *layout, uint32_t top)
{
	colour own = top_colour(layout, &layout->slices[top]);
	uint32_t run = 0;

	while (run < top && layout->slices[top - run - 1].ring == layout->slices[top].ring &&
	       top_colour(layout, &layout->slices[top - run - 1]) == own) {
		run++;
	}
	return run % 2 == 1 ? palette_sibling(own) : own;
}

colour palette_slice(const struct ring_layout *layout, const struct slice *slice)
{
	uint32_t hue_ring = ring_layout_hue_ring(layout);
	uint32_t ring = slice->ring > hue_ring ? slice->ring - hue_ring : 0;
	colour base = palette_tint(top_colour_beside(layout, slice->top), ring);

	/* Gathered parts step back behind what has a name. */
	return slice->kind == SLICE_OTHER && ring > 0 ? colour_mix(base, COLOUR_WHITE, 0.35) : base;
}

static double channel_linear(unsigned int value)
{
	double c = value / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(colour c)
{
	return 0.2126 * channel_linear(c >> 16 & 0xff) + 0.7152 * channel_linear(c >> 8 & 0xff) +
	       0.0722 * channel_linear(c & 0xff);
}

double colour_contrast(colour a, colour b)
{
	double la = luminance(a) + 0.05, lb = luminance(b) + 0.05;

	return la > lb ? la / lb : lb / la;
}

colour palette_ink(colour fill)
{
	return colour_contrast(fill, COLOUR_WHITE) > colour_contrast(fill, COLOUR_BLACK)
		       ? COLOUR_WHITE
		       : COLOUR_BLACK;
}
