/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A raster as a PNG file, by libpng itself.
 *
 * Cairo writes PNG too, but with libpng's defaults, which try every filter on
 * every row: made for photographs. On a chart's flat colours they cost twice
 * the time of all the painting and give a larger file than no filter at all.
 */
#ifndef RENDER_PNG_BYTES_H
#define RENDER_PNG_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "render/byte_buffer.h"

/*
 * pixels: rows of stride bytes, each pixel a native 32-bit 0x??RRGGBB as in
 * CAIRO_FORMAT_RGB24. They are overwritten: a second raster of that size costs more page
 * faults than all its bytes cost work. The only failure is memory: out->failed.
 */
void png_append(struct byte_buffer *out, unsigned char *pixels, size_t stride, uint32_t width,
		uint32_t height);

#endif
