/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/chart_settings.h"

#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 6

/* A number of few digits, nothing else; -1 if it is none. Moves *text behind it. */
static int number_take(const char **text)
{
	size_t length = strspn(*text, "0123456789");
	int number = 0;

	if (length == 0 || length > DIGITS_MAX) {
		return -1;
	}
	for (size_t i = 0; i < length; i++) {
		number = number * 10 + (*text)[i] - '0';
	}
	*text += length;
	return number;
}

/* The place of value in a list of two names, or -1 with the error set. */
static int choice_of_two(const char *const names[2], const char *name, const char *value,
			 struct error *err)
{
	for (int i = 0; i < 2; i++) {
		if (strcmp(names[i], value) == 0) {
			return i;
		}
	}
	error_set(err, ERROR_USAGE, "--%s: there is no '%.100s'; choose one of %s, %s", name, value,
		  names[0], names[1]);
	return -1;
}

int chart_settings_kind(struct chart_options *chart, const char *name, const char *value,
			struct error *err)
{
	static const char *const names[] = {[CHART_RINGS] = "rings", [CHART_ICICLE] = "icicle"};
	int choice = choice_of_two(names, name, value, err);

	if (choice < 0) {
		return err->code;
	}
	chart->kind = (enum chart_kind)choice;
	return 0;
}

int chart_settings_theme(struct chart_options *chart, const char *name, const char *value,
			 struct error *err)
{
	static const char *const names[] = {[CHART_LIGHT] = "light", [CHART_DARK] = "dark"};
	int choice = choice_of_two(names, name, value, err);

	if (choice < 0) {
		return err->code;
	}
	chart->theme = (enum chart_theme)choice;
	return 0;
}

int chart_settings_depth(struct chart_options *chart, const char *name, const char *value,
			 struct error *err)
{
	const char *rest = value;
	int depth = number_take(&rest);

	if (depth < 1 || depth > CHART_MAX_DEPTH || *rest) {
		return error_set(err, ERROR_USAGE, "--%s: '%.100s' is not a number from 1 to %d",
				 name, value, CHART_MAX_DEPTH);
	}
	chart->depth = depth;
	return 0;
}

int chart_settings_scale(struct chart_options *chart, const char *name, const char *value,
			 struct error *err)
{
	const char *rest = value;
	int whole = number_take(&rest);
	double scale = whole, unit = 0.1;

	if (whole >= 0 && *rest == '.') {
		for (rest++; *rest >= '0' && *rest <= '9'; rest++, unit /= 10) {
			scale += unit * (*rest - '0');
		}
	}
	if (whole < 0 || *rest || scale < CHART_MIN_SCALE || scale > CHART_MAX_SCALE) {
		return error_set(err, ERROR_USAGE, "--%s: '%.100s' is not a number from %g to %g",
				 name, value, CHART_MIN_SCALE, CHART_MAX_SCALE);
	}
	chart->scale = scale;
	return 0;
}

int chart_settings_size(struct chart_options *chart, const char *name, const char *value,
			struct error *err)
{
	const char *rest = value;
	int width = number_take(&rest), height = -1;

	if (*rest == 'x') {
		rest++;
		height = number_take(&rest);
	}
	if (*rest || width < CHART_MIN_SIDE || width > CHART_MAX_SIDE || height < CHART_MIN_SIDE ||
	    height > CHART_MAX_SIDE) {
		return error_set(err, ERROR_USAGE,
				 "--%s: '%.100s' is not WIDTHxHEIGHT, each %d to %d pixels", name,
				 value, CHART_MIN_SIDE, CHART_MAX_SIDE);
	}
	chart->width = width;
	chart->height = height;
	return 0;
}

int chart_settings_check(const struct chart_options *chart, struct error *err)
{
	double scale = chart->scale > 0 ? chart->scale : 1;
	int width = chart->width > 0 ? chart->width : CHART_WIDTH;
	int height = chart->height > 0 ? chart->height : CHART_HEIGHT;

	if (width * scale > CHART_MAX_SIDE || height * scale > CHART_MAX_SIDE) {
		return error_set(err, ERROR_USAGE,
				 "--scale: %dx%d times %g is more than %d pixels to a side", width,
				 height, scale, CHART_MAX_SIDE);
	}
	return 0;
}
