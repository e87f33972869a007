/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "render/byte_buffer.h"
#include "render/font_metrics.h"
#include "render/late_cairo.h"
#include "render/png_bytes.h"
#include "render/scene_painter.h"

#define POINTS_PER_PIXEL 0.75 /* 72 points and 96 pixels to the inch */
/* A PDF carries a date of creation. Ours depends on the input alone. */
#define PINNED_DATE "2000-01-01T00:00:00Z"

static void set_colour(cairo_t *cairo, colour c, double opacity)
{
	sym_cairo_set_source_rgba(cairo, (c >> 16 & 0xff) / 255.0, (c >> 8 & 0xff) / 255.0,
				  (c & 0xff) / 255.0, opacity);
}

static void path_sector(cairo_t *cairo, const struct sector *sector)
{
	/* Cairo counts from 3 o'clock. */
	double start = turns_to_radians(sector->start) - M_PI / 2;
	double end = turns_to_radians(sector->end) - M_PI / 2;

	sym_cairo_new_sub_path(cairo);
	sym_cairo_arc(cairo, sector->centre.x, sector->centre.y, sector->outer, start, end);
	sym_cairo_arc_negative(cairo, sector->centre.x, sector->centre.y, sector->inner, end,
			       start);
	sym_cairo_close_path(cairo);
}

static void path_shape(cairo_t *cairo, const struct scene_shape *shape)
{
	if (shape->kind == SHAPE_SECTOR) {
		path_sector(cairo, &shape->sector);
	} else if (shape->kind == SHAPE_POLYGON) {
		for (size_t i = 0; i < shape->point_count; i++) {
			sym_cairo_line_to(cairo, shape->points[i].x, shape->points[i].y);
		}
		sym_cairo_close_path(cairo);
	} else {
		sym_cairo_rectangle(cairo, shape->corner.x, shape->corner.y, shape->width,
				    shape->height);
	}
}

/*
 * One tile of the hatching, to be repeated. A surface similar to the target is
 * pixels for a PNG and vectors for a PDF. scale: target units per scene pixel.
 */
static cairo_pattern_t *hatch_pattern(cairo_t *cairo, double scale)
{
	int side = (int)ceil(HATCH_TILE * scale);
	double unit = side / HATCH_TILE;
	cairo_surface_t *tile = sym_cairo_surface_create_similar(
		sym_cairo_get_target(cairo), CAIRO_CONTENT_COLOR_ALPHA, side, side);
	cairo_pattern_t *pattern = sym_cairo_pattern_create_for_surface(tile);
	cairo_t *drawing = sym_cairo_create(tile);
	cairo_matrix_t matrix;

	sym_cairo_scale(drawing, unit, unit);
	/* The diagonal, and its neighbours' ends in two corners. */
	for (int i = -1; i <= 1; i++) {
		double x = i * HATCH_TILE;

		sym_cairo_move_to(drawing, x - 1, HATCH_TILE + 1);
		sym_cairo_line_to(drawing, x + HATCH_TILE + 1, -1);
	}
	set_colour(drawing, COLOUR_BLACK, HATCH_OPACITY);
	sym_cairo_set_line_width(drawing, HATCH_WIDTH);
	sym_cairo_stroke(drawing);
	sym_cairo_matrix_init_scale(&matrix, unit, unit);
	sym_cairo_pattern_set_matrix(pattern, &matrix);
	sym_cairo_pattern_set_extend(pattern, CAIRO_EXTEND_REPEAT);
	sym_cairo_destroy(drawing);
	sym_cairo_surface_destroy(tile);
	return pattern;
}

static void paint_shapes(cairo_t *cairo, const struct scene *scene, double scale)
{
	cairo_pattern_t *hatch = hatch_pattern(cairo, scale);

	sym_cairo_set_line_width(cairo, scene->edge_width);
	for (size_t i = 0; i < scene->shape_count; i++) {
		const struct scene_shape *shape = &scene->shapes[i];

		sym_cairo_new_path(cairo);
		path_shape(cairo, shape);
		if (!shape->is_clear) {
			set_colour(cairo, shape->fill, 1);
			sym_cairo_fill_preserve(cairo);
		}
		if (shape->is_hatched) {
			sym_cairo_set_source(cairo, hatch);
			sym_cairo_fill_preserve(cairo);
		}
		if (shape->has_edge) {
			set_colour(cairo, scene->background, 1);
			sym_cairo_stroke(cairo);
		}
	}
	sym_cairo_new_path(cairo);
	sym_cairo_pattern_destroy(hatch);
}

static void paint_lines(cairo_t *cairo, const struct scene *scene)
{
	for (size_t i = 0; i < scene->line_count; i++) {
		const struct scene_line *line = &scene->lines[i];

		sym_cairo_new_path(cairo);
		for (unsigned int j = 0; j < line->point_count; j++) {
			sym_cairo_line_to(cairo, line->points[j].x, line->points[j].y);
		}
		set_colour(cairo, line->ink, 1);
		sym_cairo_set_line_width(cairo, line->width);
		sym_cairo_stroke(cairo);
	}
}

static void paint_texts(cairo_t *cairo, const struct scene *scene)
{
	for (size_t i = 0; i < scene->text_count; i++) {
		const struct scene_text *text = &scene->texts[i];
		double shift = text->anchor == ANCHOR_START ? 0
			       : text->anchor == ANCHOR_END ? -text->width
							    : -text->width / 2;

		sym_cairo_save(cairo);
		sym_cairo_translate(cairo, text->base.x, text->base.y);
		sym_cairo_rotate(cairo, text->angle);
		font_select(cairo, text->size, text->bold);
		set_colour(cairo, text->ink, 1);
		sym_cairo_move_to(cairo, shift, 0);
		sym_cairo_show_text(cairo, text->text);
		sym_cairo_restore(cairo);
	}
}

static void paint(cairo_t *cairo, const struct scene *scene, double scale)
{
	set_colour(cairo, scene->background, 1);
	sym_cairo_paint(cairo);
	paint_shapes(cairo, scene, scale);
	paint_lines(cairo, scene);
	paint_texts(cairo, scene);
}

static cairo_status_t write_bytes(void *closure, const unsigned char *bytes, unsigned int size)
{
	struct byte_buffer *buffer = closure;

	byte_buffer_append(buffer, bytes, size);
	return buffer->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

/* Hands the bytes over, or translates what went wrong. */
static int finish(struct byte_buffer *buffer, cairo_status_t status, unsigned char **ret_bytes,
		  size_t *ret_size, struct error *err)
{
	if (status == CAIRO_STATUS_SUCCESS && !buffer->failed) {
		*ret_bytes = buffer->bytes;
		*ret_size = buffer->size;
		return 0;
	}
	byte_buffer_release(buffer);
	if (status == CAIRO_STATUS_SUCCESS || status == CAIRO_STATUS_NO_MEMORY) {
		return error_no_memory(err);
	}
	return error_set(err, ERROR_OUTPUT, "the chart could not be drawn: %s",
			 sym_cairo_status_to_string(status));
}

int scene_to_png(const struct scene *scene, double scale, unsigned char **ret_bytes,
		 size_t *ret_size, struct error *err)
{
	struct byte_buffer buffer = {0};
	cairo_surface_t *surface =
		sym_cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(scene->width * scale),
					       (int)ceil(scene->height * scale));
	cairo_t *cairo = sym_cairo_create(surface);
	cairo_status_t status;

	sym_cairo_scale(cairo, scale, scale);
	paint(cairo, scene, scale);
	status = sym_cairo_status(cairo);
	if (status == CAIRO_STATUS_SUCCESS) {
		sym_cairo_surface_flush(surface);
		png_append(&buffer, sym_cairo_image_surface_get_data(surface),
			   (size_t)sym_cairo_image_surface_get_stride(surface),
			   (uint32_t)sym_cairo_image_surface_get_width(surface),
			   (uint32_t)sym_cairo_image_surface_get_height(surface));
	}
	sym_cairo_destroy(cairo);
	sym_cairo_surface_destroy(surface);
	return finish(&buffer, status, ret_bytes, ret_size, err);
}

int scene_to_pdf(const struct scene *scene, unsigned char **ret_bytes, size_t *ret_size,
		 struct error *err)
{
	struct byte_buffer buffer = {0};
	cairo_surface_t *surface = sym_cairo_pdf_surface_create_for_stream(
		write_bytes, &buffer, scene->width * POINTS_PER_PIXEL,
		scene->height * POINTS_PER_PIXEL);
	cairo_t *cairo = sym_cairo_create(surface);
	cairo_status_t status;

	sym_cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, PINNED_DATE);
	sym_cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, scene->title);
	sym_cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, scene->description);
	sym_cairo_scale(cairo, POINTS_PER_PIXEL, POINTS_PER_PIXEL);
	paint(cairo, scene, POINTS_PER_PIXEL);
	sym_cairo_show_page(cairo);
	status = sym_cairo_status(cairo);
	sym_cairo_destroy(cairo);
	sym_cairo_surface_finish(surface);
	if (status == CAIRO_STATUS_SUCCESS) {
		status = sym_cairo_surface_status(surface);
	}
	sym_cairo_surface_destroy(surface);
	return finish(&buffer, status, ret_bytes, ret_size, err);
}
