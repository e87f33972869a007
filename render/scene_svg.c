/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SVG 1.1 as text. Numbers are written with two decimals by integer arithmetic,
 * because printf would follow the locale; names are escaped here and nowhere
 * else. Attributes only, no style sheet and no ids but the hatching's, so that
 * several charts can stand in one HTML page and mail programs keep them.
 */
#include <math.h>

#include "render/byte_buffer.h"
#include "render/scene_painter.h"

#define FONT_STACK "DejaVu Sans, Verdana, sans-serif"

static void put_number(struct byte_buffer *out, double number)
{
	long hundredths = lround(number * 100);
	unsigned long size =
		hundredths < 0 ? 0UL - (unsigned long)hundredths : (unsigned long)hundredths;

	byte_buffer_printf(out, "%s%lu", hundredths < 0 ? "-" : "", size / 100);
	if (size % 10 != 0) {
		byte_buffer_printf(out, ".%02lu", size % 100);
	} else if (size % 100 != 0) {
		byte_buffer_printf(out, ".%lu", size % 100 / 10);
	}
}

static void put_point(struct byte_buffer *out, const char *command, struct point point)
{
	byte_buffer_text(out, command);
	put_number(out, point.x);
	byte_buffer_text(out, " ");
	put_number(out, point.y);
}

static void put_attribute(struct byte_buffer *out, const char *name, double number)
{
	byte_buffer_printf(out, " %s=\"", name);
	put_number(out, number);
	byte_buffer_text(out, "\"");
}

static void put_colour(struct byte_buffer *out, const char *name, colour c)
{
	byte_buffer_printf(out, " %s=\"#%06x\"", name, c);
}

/* Text is free of control characters (text_display); markup is taken away here. */
static void put_escaped(struct byte_buffer *out, const char *text)
{
	for (const char *start = text;; text++) {
		const char *entity = *text == '&'    ? "&amp;"
				     : *text == '<'  ? "&lt;"
				     : *text == '>'  ? "&gt;"
				     : *text == '"'  ? "&quot;"
				     : *text == '\'' ? "&#39;"
						     : NULL;

		if (!entity && *text) {
			continue;
		}
		byte_buffer_append(out, start, (size_t)(text - start));
		if (!*text) {
			return;
		}
		byte_buffer_text(out, entity);
		start = text + 1;
	}
}

static void put_element(struct byte_buffer *out, const char *name, const char *text)
{
	byte_buffer_printf(out, "<%s>", name);
	put_escaped(out, text);
	byte_buffer_printf(out, "</%s>", name);
}

/* In two halves: an SVG arc cannot end where it began. sweep 1 is clockwise. */
static void put_arc(struct byte_buffer *out, struct point centre, double radius, double from,
		    double to, int sweep)
{
	double middle = (from + to) / 2;

	for (int half = 0; half < 2; half++) {
		byte_buffer_text(out, "A");
		put_number(out, radius);
		byte_buffer_text(out, " ");
		put_number(out, radius);
		byte_buffer_printf(out, " 0 0 %d", sweep);
		put_point(out, " ", polar_point(centre, radius, half == 0 ? middle : to));
	}
}

static void put_sector_path(struct byte_buffer *out, const struct sector *sector)
{
	put_point(out, "M", polar_point(sector->centre, sector->outer, sector->start));
	put_arc(out, sector->centre, sector->outer, sector->start, sector->end, 1);
	put_point(out, "L", polar_point(sector->centre, sector->inner, sector->end));
	put_arc(out, sector->centre, sector->inner, sector->end, sector->start, 0);
	byte_buffer_text(out, "Z");
}

static void put_rectangle_path(struct byte_buffer *out, const struct scene_shape *shape)
{
	put_point(out, "M", shape->corner);
	byte_buffer_text(out, "h");
	put_number(out, shape->width);
	byte_buffer_text(out, "v");
	put_number(out, shape->height);
	byte_buffer_text(out, "h");
	put_number(out, -shape->width);
	byte_buffer_text(out, "Z");
}

static void put_polygon_path(struct byte_buffer *out, const struct scene_shape *shape)
{
	for (size_t i = 0; i < shape->point_count; i++) {
		put_point(out, i == 0 ? "M" : "L", shape->points[i]);
	}
	byte_buffer_text(out, "Z");
}

static void put_path(struct byte_buffer *out, const struct scene_shape *shape)
{
	if (shape->kind == SHAPE_SECTOR) {
		put_sector_path(out, &shape->sector);
	} else if (shape->kind == SHAPE_POLYGON) {
		put_polygon_path(out, shape);
	} else {
		put_rectangle_path(out, shape);
	}
}

/* The hatching is a tile that hatched shapes are filled with a second time. */
static void put_hatch_tile(struct byte_buffer *out)
{
	const double side = HATCH_TILE;

	byte_buffer_text(out, "<defs><pattern id=\"ta-hatch\" patternUnits=\"userSpaceOnUse\"");
	put_attribute(out, "width", side);
	put_attribute(out, "height", side);
	byte_buffer_text(out, "><path stroke=\"#000\"");
	put_attribute(out, "stroke-opacity", HATCH_OPACITY);
	put_attribute(out, "stroke-width", HATCH_WIDTH);
	byte_buffer_text(out, " d=\"");
	for (int i = -1; i <= 1; i++) {
		double x = i * side;

		put_point(out, "M", (struct point){x - 1, side + 1});
		put_point(out, "L", (struct point){x + side + 1, -1});
	}
	byte_buffer_text(out, "\"/></pattern></defs>\n");
}

static void put_hatching(struct byte_buffer *out, const struct scene_shape *shape)
{
	byte_buffer_text(out, "<path fill=\"url(#ta-hatch)\" stroke=\"none\" "
			      "pointer-events=\"none\" d=\"");
	put_path(out, shape);
	byte_buffer_text(out, "\"/>\n");
}

static void put_shapes(struct byte_buffer *out, const struct scene *scene)
{
	byte_buffer_text(out, "<g");
	put_colour(out, "stroke", scene->background);
	put_attribute(out, "stroke-width", scene->edge_width);
	byte_buffer_text(out, ">\n");
	for (size_t i = 0; i < scene->shape_count; i++) {
		const struct scene_shape *shape = &scene->shapes[i];

		byte_buffer_text(out, "<path");
		if (shape->is_clear) {
			/* still there for the pointer, and so for its title */
			byte_buffer_text(out, " fill-opacity=\"0\"");
		} else {
			put_colour(out, "fill", shape->fill);
		}
		byte_buffer_text(out, shape->has_edge ? " d=\"" : " stroke=\"none\" d=\"");
		put_path(out, shape);
		if (shape->title) {
			byte_buffer_text(out, "\">");
			put_element(out, "title", shape->title);
			byte_buffer_text(out, "</path>\n");
		} else {
			byte_buffer_text(out, "\"/>\n");
		}
		if (shape->is_hatched) {
			put_hatching(out, shape);
		}
	}
	byte_buffer_text(out, "</g>\n");
}

static void put_lines(struct byte_buffer *out, const struct scene *scene)
{
	byte_buffer_text(out, "<g fill=\"none\" pointer-events=\"none\">\n");
	for (size_t i = 0; i < scene->line_count; i++) {
		const struct scene_line *line = &scene->lines[i];

		byte_buffer_text(out, "<path");
		put_colour(out, "stroke", line->ink);
		put_attribute(out, "stroke-width", line->width);
		byte_buffer_text(out, " d=\"");
		for (unsigned int j = 0; j < line->point_count; j++) {
			put_point(out, j == 0 ? "M" : "L", line->points[j]);
		}
		byte_buffer_text(out, "\"/>\n");
	}
	byte_buffer_text(out, "</g>\n");
}

/*
 * textLength makes every viewer set the text as wide as it was laid out,
 * whatever font it has: labels stay inside their slices.
 */
static void put_text(struct byte_buffer *out, const struct scene_text *text)
{
	byte_buffer_text(out, "<text");
	put_attribute(out, "x", text->base.x);
	put_attribute(out, "y", text->base.y);
	put_attribute(out, "font-size", text->size);
	if (text->bold) {
		byte_buffer_text(out, " font-weight=\"bold\"");
	}
	if (text->anchor != ANCHOR_START) {
		byte_buffer_printf(out, " text-anchor=\"%s\"",
				   text->anchor == ANCHOR_END ? "end" : "middle");
	}
	put_attribute(out, "textLength", text->width);
	byte_buffer_text(out, " lengthAdjust=\"spacingAndGlyphs\"");
	put_colour(out, "fill", text->ink);
	if (text->angle != 0) {
		byte_buffer_text(out, " transform=\"rotate(");
		put_number(out, text->angle * 180 / M_PI);
		put_point(out, " ", text->base);
		byte_buffer_text(out, ")\"");
	}
	byte_buffer_text(out, ">");
	put_escaped(out, text->text);
	byte_buffer_text(out, "</text>\n");
}

static void put_texts(struct byte_buffer *out, const struct scene *scene)
{
	byte_buffer_text(out, "<g font-family=\"" FONT_STACK "\" pointer-events=\"none\" "
			      "xml:space=\"preserve\">\n");
	for (size_t i = 0; i < scene->text_count; i++) {
		put_text(out, &scene->texts[i]);
	}
	byte_buffer_text(out, "</g>\n");
}

int scene_to_svg(const struct scene *scene, double scale, unsigned char **ret_bytes,
		 size_t *ret_size, struct error *err)
{
	struct byte_buffer out = {0};

	byte_buffer_text(&out, "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" "
			       "role=\"img\"");
	put_attribute(&out, "width", scene->width * scale);
	put_attribute(&out, "height", scene->height * scale);
	byte_buffer_text(&out, " viewBox=\"0 0 ");
	put_number(&out, scene->width);
	byte_buffer_text(&out, " ");
	put_number(&out, scene->height);
	byte_buffer_text(&out, "\" aria-label=\"");
	put_escaped(&out, scene->title);
	byte_buffer_text(&out, "\">\n");
	put_element(&out, "title", scene->title);
	put_element(&out, "desc", scene->description);
	byte_buffer_text(&out, "\n<rect width=\"100%\" height=\"100%\"");
	put_colour(&out, "fill", scene->background);
	byte_buffer_text(&out, "/>\n");
	put_hatch_tile(&out);
	put_shapes(&out, scene);
	put_lines(&out, scene);
	put_texts(&out, scene);
	byte_buffer_text(&out, "</svg>\n");
	if (out.failed) {
		byte_buffer_release(&out);
		return error_no_memory(err);
	}
	*ret_bytes = out.bytes;
	*ret_size = out.size;
	return 0;
}
