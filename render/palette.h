/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Colours of the charts. A directory's colour depends on its name alone, so that
 * it is the same in every chart of every kernel.
 *
 * The top-level directories that matter most have colours of their own; any two
 * of them differ by at least 10 in CIEDE2000 on every ring, for normal vision and
 * for protan, deutan and tritan vision as simulated by Machado, Oliveira and
 * Fernandes, "A Physiologically-based Model for Simulation of Color Vision
 * Deficiency" (IEEE TVCG 2009, severity 1.0). The colours the other names are
 * hashed over keep the same distance from one another. The unit test computes
 * all of it. Change a colour here and it tells whether the set still holds.
 */
#ifndef RENDER_PALETTE_H
#define RENDER_PALETTE_H

#include <stddef.h>
#include <stdint.h>

#include "render/ring_layout.h"

typedef uint32_t colour; /* 0xRRGGBB, sRGB */

#define COLOUR_BLACK 0x000000u
#define COLOUR_WHITE 0xffffffu

#define PALETTE_MIN_CONTRAST 4.5 /* of text on any fill: WCAG 2.1, 1.4.3 */

/* Colours that are told apart; for the tests and for legends. */
struct palette_entry {
	const char *name; /* NULL in the hashed set */
	colour colour;
};
const struct palette_entry *palette_directories(size_t *count);
const struct palette_entry *palette_hashed(size_t *count);

/* For whoever computes the same colours elsewhere: the start of the hash, and two without hue. */
uint32_t palette_hash_start(void);
colour palette_gathered(void);
colour palette_unplaced(void);
/* Of the whole growth or shrinkage in a chart of a change: two greys. */
colour palette_sign(int sign);

/* The hue of a name at the top of a kernel tree. */
colour palette_top_level(const char *name);

/* The hue of any other name. */
colour palette_of_name(const char *name);

/* Fill of a slice: hue by its top (see ring_layout.h), lighter from ring to ring. */
colour palette_slice(const struct ring_layout *layout, const struct slice *slice);

/* The same hue, lighter or darker, for a neighbour whose name has the same colour. */
colour palette_sibling(colour base);

/* The hue on that ring. Lighter by the same step per ring, at most to PALETTE_LAST_TINT. */
#define PALETTE_LAST_TINT 4
colour palette_tint(colour base, uint32_t ring);

/* Black or white, whichever reads better; always at least PALETTE_MIN_CONTRAST. */
colour palette_ink(colour fill);

/* from at 0, to at 1, in between mixed in sRGB. */
colour colour_mix(colour from, colour to, double share);

/* WCAG 2.1 contrast ratio, 1..21. */
double colour_contrast(colour a, colour b);

#endif
