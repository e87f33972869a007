/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cairo, and fontconfig and libpng on which it stands, opened at the first chart: see
 * late_library.h.
 */
#ifndef RENDER_LATE_CAIRO_H
#define RENDER_LATE_CAIRO_H

#include <cairo-pdf.h>
#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <png.h>
#include <stdbool.h>

#include "analyzer/base/error.h"
#include "analyzer/base/late_library.h"

/* clang-format off */
#define LATE_CAIRO(X) \
	X(FcFini) \
	X(cairo_arc) \
	X(cairo_arc_negative) \
	X(cairo_close_path) \
	X(cairo_create) \
	X(cairo_debug_reset_static_data) \
	X(cairo_destroy) \
	X(cairo_fill_preserve) \
	X(cairo_font_options_create) \
	X(cairo_font_options_destroy) \
	X(cairo_font_options_set_antialias) \
	X(cairo_font_options_set_hint_metrics) \
	X(cairo_font_options_set_hint_style) \
	X(cairo_get_target) \
	X(cairo_image_surface_create) \
	X(cairo_image_surface_get_data) \
	X(cairo_image_surface_get_height) \
	X(cairo_image_surface_get_stride) \
	X(cairo_image_surface_get_width) \
	X(cairo_line_to) \
	X(cairo_matrix_init_scale) \
	X(cairo_move_to) \
	X(cairo_new_path) \
	X(cairo_new_sub_path) \
	X(cairo_paint) \
	X(cairo_pattern_create_for_surface) \
	X(cairo_pattern_destroy) \
	X(cairo_pattern_set_extend) \
	X(cairo_pattern_set_matrix) \
	X(cairo_pdf_surface_create_for_stream) \
	X(cairo_pdf_surface_set_metadata) \
	X(cairo_rectangle) \
	X(cairo_restore) \
	X(cairo_rotate) \
	X(cairo_save) \
	X(cairo_scale) \
	X(cairo_select_font_face) \
	X(cairo_set_font_options) \
	X(cairo_set_font_size) \
	X(cairo_set_line_width) \
	X(cairo_set_source) \
	X(cairo_set_source_rgba) \
	X(cairo_show_page) \
	X(cairo_show_text) \
	X(cairo_status) \
	X(cairo_status_to_string) \
	X(cairo_stroke) \
	X(cairo_surface_create_similar) \
	X(cairo_surface_destroy) \
	X(cairo_surface_finish) \
	X(cairo_surface_flush) \
	X(cairo_surface_status) \
	X(cairo_text_extents) \
	X(cairo_translate) \
	X(png_image_free) \
	X(png_image_write_to_memory)
/* clang-format on */

LATE_CAIRO(LATE_DECLARE)

/*
 * Must have succeeded before any of them is called: font_metrics_init does it, which comes
 * before every drawing. ERROR_OUTPUT: the library is not there.
 */
int late_cairo_load(struct error *err);

/* Has that been done, in this process? Not to be asked while another thread may do it. */
bool late_cairo_is_loaded(void);

#endif
