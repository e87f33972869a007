/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Computes what palette.h promises. CIEDE2000 after Sharma, Wu and Dalal, "The
 * CIEDE2000 Color-Difference Formula: Implementation Notes, Supplementary Test
 * Data, and Mathematical Observations" (2005), against that paper's test data;
 * colour vision deficiency after Machado, Oliveira and Fernandes (2009).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "render/palette.h"

#define MIN_DIFFERENCE 10.0

struct lab {
	double l, a, b;
};

static double degrees(double radians)
{
	return radians * 180 / M_PI;
}

static double radians(double degrees)
{
	return degrees * M_PI / 180;
}

static double hue_of(double a, double b)
{
	double hue = a == 0 && b == 0 ? 0 : degrees(atan2(b, a));

	return hue < 0 ? hue + 360 : hue;
}

static double hue_difference(double h1, double h2)
{
	double d = h2 - h1;

	return d > 180 ? d - 360 : d < -180 ? d + 360 : d;
}

static double hue_mean(double h1, double h2)
{
	if (fabs(h1 - h2) <= 180) {
		return (h1 + h2) / 2;
	}
	return h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
}

static double chroma_weight(double c)
{
	return sqrt(pow(c, 7) / (pow(c, 7) + pow(25, 7)));
}

static double ciede2000(struct lab x, struct lab y)
{
	double g = (1 - chroma_weight((hypot(x.a, x.b) + hypot(y.a, y.b)) / 2)) / 2;
	double a1 = x.a * (1 + g), a2 = y.a * (1 + g);
	double c1 = hypot(a1, x.b), c2 = hypot(a2, y.b), c = (c1 + c2) / 2;
	double h1 = hue_of(a1, x.b), h2 = hue_of(a2, y.b);
	double dh = c1 * c2 == 0 ? 0 : hue_difference(h1, h2);
	double h = c1 * c2 == 0 ? h1 + h2 : hue_mean(h1, h2), l = (x.l + y.l) / 2 - 50;
	double t = 1 - 0.17 * cos(radians(h - 30)) + 0.24 * cos(radians(2 * h)) +
		   0.32 * cos(radians(3 * h + 6)) - 0.20 * cos(radians(4 * h - 63));
	double sl = 1 + 0.015 * l * l / sqrt(20 + l * l), sc = 1 + 0.045 * c;
	double sh = 1 + 0.015 * c * t, bend = (h - 275) / 25;
	double rt = -2 * chroma_weight(c) * sin(radians(60 * exp(-bend * bend)));
	double el = (y.l - x.l) / sl, ec = (c2 - c1) / sc;
	double eh = 2 * sqrt(c1 * c2) * sin(radians(dh / 2)) / sh;

	return sqrt(el * el + ec * ec + eh * eh + rt * ec * eh);
}

static const double visions[][3][3] = {
	{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	{{0.152286, 1.052583, -0.204868}, /* protan */
	 {0.114503, 0.786281, 0.099216},
	 {-0.003882, -0.048116, 1.051998}},
	{{0.367322, 0.860646, -0.227968}, /* deutan */
	 {0.280085, 0.672501, 0.047413},
	 {-0.011820, 0.042940, 0.968881}},
	{{1.255528, -0.076749, -0.178779}, /* tritan */
	 {-0.078411, 0.930809, 0.147602},
	 {0.004733, 0.691367, 0.303900}},
};

#define VISION_COUNT (sizeof(visions) / sizeof(visions[0]))

static double lab_curve(double t)
{
	return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

static struct lab seen(colour c, size_t vision)
{
	double linear[3], rgb[3];
	double x, y, z;

	for (int i = 0; i < 3; i++) {
		double v = (c >> (16 - 8 * i) & 0xff) / 255.0;

		linear[i] = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
	}
	for (int i = 0; i < 3; i++) {
		const double *row = visions[vision][i];

		rgb[i] = row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2];
		rgb[i] = fmin(1, fmax(0, rgb[i]));
	}
	/* sRGB's primaries, white D65. */
	x = lab_curve((0.4124564 * rgb[0] + 0.3575761 * rgb[1] + 0.1804375 * rgb[2]) / 0.95047);
	y = lab_curve(0.2126729 * rgb[0] + 0.7151522 * rgb[1] + 0.0721750 * rgb[2]);
	z = lab_curve((0.0193339 * rgb[0] + 0.1191920 * rgb[1] + 0.9503041 * rgb[2]) / 1.08883);
	return (struct lab){116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/* The smallest difference of two colours over all rings and kinds of vision. */
static double least_difference(colour a, colour b)
{
	double least = INFINITY;

	for (uint32_t ring = 0; ring <= PALETTE_LAST_TINT; ring++) {
		for (size_t vision = 0; vision < VISION_COUNT; vision++) {
			struct lab x = seen(palette_tint(a, ring), vision);
			struct lab y = seen(palette_tint(b, ring), vision);

			least = fmin(least, ciede2000(x, y));
		}
	}
	return least;
}

static void test_ciede2000_is_ciede2000(void **state)
{
	static const struct {
		struct lab x, y;
		double difference;
	} pairs[] = {
		{{50, 2.6772, -79.7751}, {50, 0, -82.7485}, 2.0425},
		{{50, -1.3802, -84.2814}, {50, 0, -82.7485}, 1.0000},
		{{50, 2.5, 0}, {50, 0, -2.5}, 4.3065},
		{{50, 2.5, 0}, {73, 25, -18}, 27.1492},
		{{50, 2.5, 0}, {61, -5, 29}, 22.8977},
		{{60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}, 1.2644},
		{{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		assert_true(fabs(ciede2000(pairs[i].x, pairs[i].y) - pairs[i].difference) <
			    0.00006);
		assert_true(fabs(ciede2000(pairs[i].y, pairs[i].x) - pairs[i].difference) <
			    0.00006);
	}
}

static void check_set(const struct palette_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			double least = least_difference(entries[i].colour, entries[j].colour);

			if (least < MIN_DIFFERENCE) {
				fail_msg("#%06x and #%06x differ by %.2f", entries[i].colour,
					 entries[j].colour, least);
			}
		}
	}
}

static void test_colours_are_told_apart(void **state)
{
	size_t count;
	const struct palette_entry *entries = palette_directories(&count);

	(void)state;
	assert_true(count >= 7);
	check_set(entries, count);
	entries = palette_hashed(&count);
	assert_true(count >= 8);
	check_set(entries, count);
}

static void test_siblings_are_told_apart(void **state)
{
	size_t count;
	const struct palette_entry *entries = palette_hashed(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		double least =
			least_difference(entries[i].colour, palette_sibling(entries[i].colour));

		if (least < MIN_DIFFERENCE) {
			fail_msg("#%06x and its sibling differ by %.2f", entries[i].colour, least);
		}
	}
}

/* Any fill whatever, not only ours: each channel in steps of 5. */
static void test_ink_reads_on_every_fill(void **state)
{
	(void)state;
	for (colour r = 0; r < 256; r += 5) {
		for (colour g = 0; g < 256; g += 5) {
			for (colour b = 0; b < 256; b += 5) {
				colour fill = r << 16 | g << 8 | b;

				assert_true(colour_contrast(fill, palette_ink(fill)) >=
					    PALETTE_MIN_CONTRAST);
			}
		}
	}
	assert_true(fabs(colour_contrast(COLOUR_BLACK, COLOUR_WHITE) - 21) < 1e-9);
	assert_true(fabs(colour_contrast(0x777777, COLOUR_WHITE) - 4.478) < 0.001);
}

static void test_names_have_their_colours(void **state)
{
	static const char *const own[] = {"fs", "drivers", "net", "mm", "kernel", "arch", "lib"};
	size_t count;
	const struct palette_entry *entries = palette_directories(&count);

	(void)state;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		size_t at = 0;

		while (at < count && strcmp(entries[at].name, own[i]) != 0) {
			at++;
		}
		assert_true(at < count);
		assert_int_equal(palette_top_level(own[i]), entries[at].colour);
	}
	assert_int_equal(palette_top_level("ipc"), palette_of_name("ipc"));
	assert_int_equal(colour_mix(0x000000, 0xff8040, 0.5), 0x804020);
}

/* Names that differ in one letter must not crowd on few colours. */
static void test_names_spread_over_the_colours(void **state)
{
	size_t count, used = 0;
	const struct palette_entry *entries = palette_hashed(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char name[] = "fs_a";

		while (name[3] <= 'z' && palette_of_name(name) != entries[i].colour) {
			name[3]++;
		}
		used += name[3] <= 'z';
	}
	assert_true(used >= count - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ciede2000_is_ciede2000),
		cmocka_unit_test(test_colours_are_told_apart),
		cmocka_unit_test(test_siblings_are_told_apart),
		cmocka_unit_test(test_ink_reads_on_every_fill),
		cmocka_unit_test(test_names_have_their_colours),
		cmocka_unit_test(test_names_spread_over_the_colours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
