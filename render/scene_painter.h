/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a scene to the bytes of a file. Equal scenes give equal bytes: no dates,
 * no addresses, no dependence on the locale.
 *
 *   PNG  raster, scale pixels per scene pixel
 *   PDF  vector, one page, 96 scene pixels to the inch
 *   SVG  written as text: real <text>, a <title> per slice for tooltips,
 *        role="img"; no scripts, no references, usable inline in HTML
 *
 * *ret_bytes is malloc'ed, the caller frees it. ERROR_NO_MEMORY, or ERROR_OUTPUT
 * when Cairo cannot make the picture.
 */
#ifndef RENDER_SCENE_PAINTER_H
#define RENDER_SCENE_PAINTER_H

#include "analyzer/base/error.h"
#include "render/scene.h"

int scene_to_png(const struct scene *scene, double scale, unsigned char **ret_bytes,
		 size_t *ret_size, struct error *err);
int scene_to_pdf(const struct scene *scene, unsigned char **ret_bytes, size_t *ret_size,
		 struct error *err);
int scene_to_svg(const struct scene *scene, double scale, unsigned char **ret_bytes,
		 size_t *ret_size, struct error *err);

#endif
