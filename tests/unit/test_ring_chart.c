/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/ring_chart.h"
#include "render/ring_layout.h"
#include "render/text.h"

static int setup(void **state)
{
	static struct memory_tree tree;
	struct error err;

	assert_int_equal(memory_tree_init(&tree, &err), 0);
	*state = &tree;
	return 0;
}

static int teardown(void **state)
{
	memory_tree_release(*state);
	return 0;
}

static void add(struct memory_tree *tree, const char *directory, const char *object,
		const char *symbol, uint64_t bytes)
{
	struct tree_node *node = memory_tree_directory(tree, directory);

	node = memory_tree_child(tree, node, TREE_OBJECT, object);
	node = memory_tree_child(tree, node, TREE_SYMBOL, symbol);
	assert_non_null(node);
	node->own.current_dynamic += bytes;
	node->own.current_requested += bytes;
}

static void fill(struct memory_tree *tree)
{
	add(tree, "fs", "inode.o", "alloc_inode", 2898392);
	add(tree, "fs/kernfs", "dir.o", "__kernfs_new_node", 1458816);
	add(tree, "mm", "shmem.o", "shmem_alloc_inode", 646496);
	add(tree, "mm", "util.o", "kvmalloc_node", 131072);
	add(tree, "drivers/tty", "tty_io.o", "tty_register_device_attr", 296448);
	memory_tree_seal(tree);
}

/* The picture as a NUL-terminated malloc'ed string. */
static char *render(const struct memory_tree *tree, const struct chart_options *options,
		    enum chart_format format, size_t *ret_size)
{
	struct error err = {0};
	unsigned char *bytes;
	char *text;

	if (ring_chart_render(tree, options, format, &bytes, ret_size, &err) < 0) {
		fail_msg("%s", err.text);
	}
	text = malloc(*ret_size + 1);
	assert_non_null(text);
	memcpy(text, bytes, *ret_size);
	text[*ret_size] = '\0';
	free(bytes);
	return text;
}

static void assert_contains(const char *text, const char *what)
{
	if (!strstr(text, what)) {
		fail_msg("no \"%s\" in it", what);
	}
}

static void test_format_by_name(void **state)
{
	enum chart_format format = CHART_PDF;

	(void)state;
	assert_true(chart_format_of("boot.png", &format));
	assert_int_equal(format, CHART_PNG);
	assert_true(chart_format_of("/tmp/a.b/BOOT.SVG", &format));
	assert_int_equal(format, CHART_SVG);
	assert_true(chart_format_of("x.Pdf", &format));
	assert_int_equal(format, CHART_PDF);
	assert_false(chart_format_of("png", &format));
	assert_false(chart_format_of(".png", &format));
	assert_false(chart_format_of("a.png.gz", &format));
	assert_false(chart_format_of("", &format));
	assert_int_equal(format, CHART_PDF);
}

/* A small chart has no room for its middle: the total stands above it, whole. */
static void test_small(void **state)
{
	struct memory_tree *tree = *state;
	struct chart_options options = {
		.attribute = ATTRIBUTE_CURRENT_DYNAMIC, .width = 400, .height = 300};
	char expected[64], bytes[BYTES_TEXT_SIZE];
	size_t size;
	char *svg;

	fill(tree);
	svg = render(tree, &options, CHART_SVG, &size);
	snprintf(expected, sizeof(expected), ">whole kernel: %s</text>",
		 text_bytes(bytes, tree->root->sum.current_dynamic));
	assert_contains(svg, expected);
	free(svg);
	options.width = options.height = CHART_MIN_SIDE;
	svg = render(tree, &options, CHART_SVG, &size);
	assert_contains(svg, expected);
	assert_contains(svg, ">live dynamic memory</text>");
	free(svg);
}

static uint32_t big_endian(const char *bytes)
{
	const unsigned char *b = (const unsigned char *)bytes;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void test_png(void **state)
{
	struct chart_options options = {.attribute = ATTRIBUTE_CURRENT_DYNAMIC};
	size_t size;
	char *png;

	fill(*state);
	png = render(*state, &options, CHART_PNG, &size);
	assert_true(size > 1000);
	assert_memory_equal(png, "\x89PNG\r\n\x1a\n", 8);
	assert_int_equal(big_endian(png + 16), CHART_WIDTH);
	assert_int_equal(big_endian(png + 20), CHART_HEIGHT);
	free(png);
	options.width = 400;
	options.height = 301;
	options.scale = 1.5;
	png = render(*state, &options, CHART_PNG, &size);
	assert_int_equal(big_endian(png + 16), 600);
	assert_int_equal(big_endian(png + 20), 452);
	free(png);
}

static void test_pdf(void **state)
{
	struct chart_options options = {.attribute = ATTRIBUTE_CURRENT_DYNAMIC};
	size_t size;
	char *pdf;

	fill(*state);
	pdf = render(*state, &options, CHART_PDF, &size);
	assert_memory_equal(pdf, "%PDF-", 5);
	assert_non_null(memmem(pdf, size, "20000101000000Z", 15));
	assert_non_null(memmem(pdf, size, "%%EOF", 5));
	free(pdf);
}

/* Every figure of the tree, as exact bytes, in the text of the picture. */
static void test_svg_is_text(void **state)
{
	struct chart_options options = {
		.attribute = ATTRIBUTE_CURRENT_DYNAMIC,
		.source = "Linux 6.1.192 & boot.log",
	};
	size_t size;
	char *svg;

	fill(*state);
	svg = render(*state, &options, CHART_SVG, &size);
	assert_contains(svg, "role=\"img\"");
	assert_contains(svg, "<title>fs: 4,357,208 bytes (4.16 MiB), 80.2 %</title>");
	assert_contains(svg, "<title>fs/kernfs/dir.o/__kernfs_new_node: 1,458,816 bytes");
	assert_contains(svg, "<title>drivers/tty/tty_io.o: 296,448 bytes (290 KiB), 5.5 %</title>");
	assert_contains(svg, ">alloc_inode</text>");
	assert_contains(svg, ">5,431,224 bytes</text>");
	assert_contains(svg, ">Linux 6.1.192 &amp; boot.log</text>");
	assert_contains(svg, "fill=\"#96b3fe\"");
	assert_contains(svg, "width=\"1200\" height=\"900\" viewBox=\"0 0 1200 900\"");
	free(svg);
	options.branch = memory_tree_find(*state, "fs/kernfs");
	svg = render(*state, &options, CHART_SVG, &size);
	assert_contains(svg, ">fs/kernfs</text>");
	assert_null(strstr(svg, "alloc_inode"));
	free(svg);
}

/* A shell of an XML parser: tags nest, and no character is one XML forbids. */
static void assert_well_formed(const char *svg)
{
	const char *stack[32] = {0};
	size_t depth = 0;

	for (const char *p = svg; *p; p++) {
		assert_true((unsigned char)*p >= 0x20 || *p == '\n');
		if (*p != '<') {
			assert_true(*p != '&' ||
				    strspn(p + 1, "abcdefghijklmnopqrstuvwxyz#0123456789") ==
					    (size_t)(strchr(p, ';') - p - 1));
			continue;
		}
		if (p[1] == '/') {
			size_t length = strcspn(p + 2, ">");

			if (depth == 0 || !stack[--depth]) {
				fail_msg("a tag closes that was not open: %.20s", p);
				return;
			}
			assert_memory_equal(stack[depth], p + 2, length);
			assert_true(strspn(stack[depth] + length, " >") > 0);
		} else {
			assert_true(depth < sizeof(stack) / sizeof(stack[0]));
			stack[depth++] = p + 1;
			p += strcspn(p, ">"); /* names hold no '>': they are escaped */
			depth -= p[-1] == '/';
		}
	}
	assert_int_equal(depth, 0);
}

static void test_hostile_names(void **state)
{
	struct memory_tree *tree = *state;
	struct chart_options options = {.attribute = ATTRIBUTE_CURRENT_DYNAMIC};
	static const char *const names[] = {
		"</text><script>alert(1)</script>",
		"\"'&<>",
		"&amp;",
		"]]>",
		"a\nb\tc",
		"\xff\xfe\x80",
		"\xe2\x80\xaegnp",
		"\x01\x02",
		"",
		"%s%n",
		"\xf0\x9f\x90\xa7\xe4\xb8\xad",
	};
	char *long_name = malloc(100001);
	size_t size;
	char *picture;

	assert_non_null(long_name);
	memset(long_name, 'W', 100000);
	long_name[100000] = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		add(tree, "fs", names[i], names[i], 1000 + i);
		add(tree, "mm", "x.o", names[i], 1000);
	}
	add(tree, "lib", long_name, long_name, 3000);
	memory_tree_directory(tree, long_name)->own.current_dynamic = 2000;
	memory_tree_seal(tree);
	options.source = long_name;
	options.title = names[0];
	for (int format = CHART_PNG; format <= CHART_PDF; format++) {
		picture = render(tree, &options, (enum chart_format)format, &size);
		if (format == CHART_SVG) {
			assert_int_equal(strlen(picture), size);
			assert_null(strstr(picture, "<script"));
			assert_contains(picture, "&lt;script&gt;");
			assert_well_formed(picture);
			assert_true(size < 300000); /* names are cut, also in tooltips */
		}
		free(picture);
	}
	free(long_name);
}

static void test_nothing_to_show(void **state)
{
	struct chart_options options = {.attribute = ATTRIBUTE_WASTE};
	size_t size;
	char *svg;

	fill(*state);
	svg = render(*state, &options, CHART_SVG, &size);
	assert_contains(svg, ">nothing to show for</text>");
	assert_contains(svg, ">waste</text>");
	assert_well_formed(svg);
	free(svg);
	free(render(*state, &options, CHART_PNG, &size));
}

/* Same input, same bytes: a tree built in another order, and a locale with decimal commas. */
static void test_same_input_same_bytes(void **state)
{
	struct chart_options options = {.attribute = ATTRIBUTE_CURRENT_DYNAMIC};
	struct memory_tree other;
	struct error err;

	fill(*state);
	assert_int_equal(memory_tree_init(&other, &err), 0);
	add(&other, "mm", "util.o", "kvmalloc_node", 131072);
	add(&other, "drivers/tty", "tty_io.o", "tty_register_device_attr", 296448);
	add(&other, "mm", "shmem.o", "shmem_alloc_inode", 646496);
	add(&other, "fs/kernfs", "dir.o", "__kernfs_new_node", 1458816);
	add(&other, "fs", "inode.o", "alloc_inode", 2898392);
	memory_tree_seal(&other);
	for (int format = CHART_PNG; format <= CHART_PDF; format++) {
		size_t first_size, second_size;
		char *first = render(*state, &options, (enum chart_format)format, &first_size);
		char *second;

		(void)setlocale(LC_ALL, "de_DE.UTF-8"); /* where it is installed */
		second = render(&other, &options, (enum chart_format)format, &second_size);
		(void)setlocale(LC_ALL, "C");
		assert_int_equal(first_size, second_size);
		assert_memory_equal(first, second, first_size);
		free(first);
		free(second);
	}
	memory_tree_release(&other);
}

static void test_bad_options(void **state)
{
	static const struct chart_options bad[] = {
		{.width = 100},	   {.height = -1},
		{.width = 100000}, {.scale = 100},
		{.scale = -1},	   {.width = 8000, .scale = 8},
		{.depth = -1},	   {.depth = RING_LIMIT + 1},
	};
	struct error err;
	unsigned char *bytes;
	size_t size;

	fill(*state);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(ring_chart_render(*state, &bad[i], CHART_PNG, &bytes, &size, &err),
				 ERROR_USAGE);
		assert_null(bytes);
		assert_true(err.text[0] != '\0');
	}
}

/* As small as it may get, as deep as it may get, dark: still a picture. */
static void test_extremes(void **state)
{
	struct chart_options options = {
		.attribute = ATTRIBUTE_CURRENT_DYNAMIC,
		.width = CHART_MIN_SIDE,
		.height = CHART_MIN_SIDE,
		.depth = RING_LIMIT,
		.theme = CHART_DARK,
	};
	size_t size;
	char *svg;

	add(*state, "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p", "q.o", "r", 5);
	fill(*state);
	svg = render(*state, &options, CHART_SVG, &size);
	assert_well_formed(svg);
	assert_contains(svg, "fill=\"#16181d\"");
	free(svg);
	options.width = 3000;
	options.depth = 1;
	svg = render(*state, &options, CHART_SVG, &size);
	assert_well_formed(svg);
	free(svg);
}

static int fonts_release(void **state)
{
	(void)state;
	chart_fonts_release();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_by_name),
		cmocka_unit_test_setup_teardown(test_small, setup, teardown),
		cmocka_unit_test_setup_teardown(test_png, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pdf, setup, teardown),
		cmocka_unit_test_setup_teardown(test_svg_is_text, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_to_show, setup, teardown),
		cmocka_unit_test_setup_teardown(test_same_input_same_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_options, setup, teardown),
		cmocka_unit_test_setup_teardown(test_extremes, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, fonts_release);
}
