/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/font_metrics.h"

#include "render/late_cairo.h"
#include "render/ring_chart.h"

#define MEASURED_SIZE 100.0 /* px: large enough for rounding not to matter */

void font_select(cairo_t *cairo, double size, bool bold)
{
	cairo_font_options_t *options = sym_cairo_font_options_create();

	sym_cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	sym_cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	sym_cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	sym_cairo_set_font_options(cairo, options);
	sym_cairo_font_options_destroy(options);
	sym_cairo_select_font_face(cairo, FONT_FAMILY, CAIRO_FONT_SLANT_NORMAL,
				   bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
	sym_cairo_set_font_size(cairo, size);
}

int font_metrics_init(struct font_metrics *font, struct error *err)
{
	cairo_status_t status;

	if (late_cairo_load(err) < 0) {
		return err->code;
	}
	font->surface = sym_cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
	font->cairo = sym_cairo_create(font->surface);
	for (int bold = 0; bold < 2; bold++) {
		for (int i = 0; i < FONT_METRICS_KEPT; i++) {
			font->advances[bold][i] = -1;
		}
	}
	font_select(font->cairo, MEASURED_SIZE, false);
	status = sym_cairo_status(font->cairo);
	if (status != CAIRO_STATUS_SUCCESS) {
		font_metrics_release(font);
		return error_set(err, ERROR_NO_MEMORY, "no font for the chart: %s",
				 sym_cairo_status_to_string(status));
	}
	return 0;
}

void font_metrics_release(struct font_metrics *font)
{
	sym_cairo_destroy(font->cairo);
	sym_cairo_surface_destroy(font->surface);
	font->cairo = NULL;
	font->surface = NULL;
}

static void utf8_encode(uint32_t character, char ret[5])
{
	size_t length = 0;

	if (character < 0x80) {
		ret[length++] = (char)character;
	} else if (character < 0x800) {
		ret[length++] = (char)(0xc0 | character >> 6);
	} else if (character < 0x10000) {
		ret[length++] = (char)(0xe0 | character >> 12);
		ret[length++] = (char)(0x80 | (character >> 6 & 0x3f));
	} else {
		ret[length++] = (char)(0xf0 | character >> 18);
		ret[length++] = (char)(0x80 | (character >> 12 & 0x3f));
		ret[length++] = (char)(0x80 | (character >> 6 & 0x3f));
	}
	if (character >= 0x80) {
		ret[length++] = (char)(0x80 | (character & 0x3f));
	}
	ret[length] = '\0';
}

static double measure(struct font_metrics *font, uint32_t character, bool bold)
{
	char text[5];
	cairo_text_extents_t extents;

	utf8_encode(character, text);
	font_select(font->cairo, MEASURED_SIZE, bold);
	sym_cairo_text_extents(font->cairo, text, &extents);
	return extents.x_advance / MEASURED_SIZE;
}

static double advance(void *context, uint32_t character, bool bold)
{
	struct font_metrics *font = context;

	if (character >= FONT_METRICS_KEPT) {
		return measure(font, character, bold);
	}
	if (font->advances[bold][character] < 0) {
		font->advances[bold][character] = measure(font, character, bold);
	}
	return font->advances[bold][character];
}

struct text_metrics font_metrics_text(struct font_metrics *font)
{
	return (struct text_metrics){advance, font};
}

void chart_fonts_release(void)
{
	if (late_cairo_is_loaded()) {
		sym_cairo_debug_reset_static_data();
		sym_FcFini();
	}
}
