/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/html_assets.h"
#include "render/html_report.h"
#include "render/html_text.h"
#include "render/html_tree.h"

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

static struct tree_node *add(struct memory_tree *tree, const char *directory, const char *object,
			     const char *symbol, uint64_t bytes)
{
	struct tree_node *node = memory_tree_directory(tree, directory);

	node = memory_tree_child(tree, node, TREE_OBJECT, object);
	node = memory_tree_child(tree, node, TREE_SYMBOL, symbol);
	assert_non_null(node);
	node->own.current_dynamic += bytes;
	node->own.total_dynamic += bytes;
	node->own.current_requested += bytes;
	node->own.alloc_count++;
	return node;
}

/* What was written, as a string until the next call. */
static const char *text_of(struct byte_buffer *buffer)
{
	static char text[1 << 16];

	assert_false(buffer->failed);
	assert_true(buffer->size < sizeof(text));
	if (buffer->size > 0) {
		memcpy(text, buffer->bytes, buffer->size);
	}
	text[buffer->size] = '\0';
	byte_buffer_release(buffer);
	*buffer = (struct byte_buffer){0};
	return text;
}

static void test_escapes(void **state)
{
	struct byte_buffer out = {0};

	(void)state;
	html_put_text(&out, "a<b>&\"c'");
	assert_string_equal(text_of(&out), "a&lt;b&gt;&amp;&quot;c&#39;");
	html_put_json(&out, "</script><!--&\"\\");
	assert_string_equal(text_of(&out), "\"\\u003c/script\\u003e\\u003c!--\\u0026\\\"\\\\\"");
	html_put_json(&out, NULL);
	assert_string_equal(text_of(&out), "null");
	html_put_json(&out, "");
	assert_string_equal(text_of(&out), "\"\"");
	/* Control, line separator, right-to-left override, a byte that starts no character. */
	html_put_json(&out, "x\x01\n\xe2\x80\xa8\xe2\x80\xae\xffy");
	assert_string_equal(text_of(&out), "\"x\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
					   "\xef\xbf\xbdy\"");
	html_put_json(&out, "gr\xc3\xbc\xc3\x9f");
	assert_string_equal(text_of(&out), "\"gr\xc3\xbc\xc3\x9f\"");
}

static void test_rows(void **state)
{
	struct memory_tree *tree = *state;
	struct byte_buffer out = {0};
	struct html_tree_place place = {.node = add(tree, "fs", "inode.o", "alloc_inode", 640)};
	struct tree_node *node;

	node = add(tree, "mm", "shmem.o", "shmem", 10);
	node->own.current_requested = 17;
	node->own.static_bss = 100;
	memory_tree_seal(tree);
	html_tree_write(&out, tree->root, HTML_TREE_LIMIT, &place, 1);
	assert_string_equal(
		text_of(&out),
		"{\"names\":\"0\\n0fs\\n0inode.o\\n0alloc_inode\\n0mm\\n0shmem.o\\n5\",\n"
		"\"kinds\":\"aab2ab2\",\n"
		"\"counts\":[2,1,1,1,1],\n"
		"\"folded\":[],\n"
		"\"static\":[0,0,0,0,0,0,100],\n"
		"\"dynamic\":[3,640,640,0,1,0,3,10,10,-7,1,0]}");
	assert_int_equal(place.row, 3);
	html_tree_write(&out, memory_tree_find(tree, "mm"), HTML_TREE_LIMIT, &place, 1);
	assert_string_equal(text_of(&out), "{\"names\":\"0mm\\n0shmem.o\\n5\",\n"
					   "\"kinds\":\"ab2\",\n"
					   "\"counts\":[1,1],\n"
					   "\"folded\":[],\n"
					   "\"static\":[0,0,100],\n"
					   "\"dynamic\":[2,10,10,-7,1,0]}");
	assert_true(place.row == UINT32_MAX);
}

/* Only plain characters are shared: what is replaced, or longer than a byte, is in the rest. */
static void test_shared_names(void **state)
{
	struct memory_tree *tree = *state;
	struct byte_buffer out = {0};

	add(tree, "fs", "a.o", "gr\xc3\xbcn", 1);
	add(tree, "fs", "a.o", "gr\xc3\xbc\xc3\x9f", 1);
	add(tree, "fs", "a.o", "x\n<y", 1);
	add(tree, "fs", "a.o", "x\n<z", 1);
	memory_tree_seal(tree);
	html_tree_write(&out, memory_tree_find(tree, "fs/a.o"), HTML_TREE_LIMIT, NULL, 0);
	assert_non_null(strstr(text_of(&out),
			       "{\"names\":\"0a.o\\n0gr\xc3\xbcn\\n2\xc3\xbc\xc3\x9f\\n"
			       "0x\xef\xbf\xbd\\u003cy\\n1\xef\xbf\xbd\\u003cz\""));
}

/* The live bytes of all rows together: figures are each row's own. */
static uint64_t live_of(const char *columns)
{
	char *next = strchr(strstr(columns, "\"dynamic\":["), '[');
	uint64_t sum = 0;

	for (size_t i = 0; *next != ']'; i++) {
		uint64_t number = strtoull(next + 1, &next, 10);

		sum += i % 6 == 1 ? number : 0;
	}
	return sum;
}

/* Whatever the limit: figures reconcile, the largest stays, the page stays small. */
static void test_folding(void **state)
{
	static const size_t limits[] = {20, 300, 1000, 3000};
	struct memory_tree *tree = *state;
	struct byte_buffer out = {0};
	uint64_t total = 0;
	char name[16];

	for (uint64_t i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "s%u", (unsigned int)i);
		add(tree, "fs", i % 2 ? "a.o" : "b.o", name, i * i);
		total += i * i;
	}
	memory_tree_seal(tree);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const char *columns;

		html_tree_write(&out, tree->root, limits[i], NULL, 0);
		/* These functions, unlike most, have figures each: 20 bytes a row. */
		assert_true(out.size < 4 * limits[i] + 200);
		columns = text_of(&out);
		assert_true(live_of(columns) == total);
		assert_null(strstr(columns, "\"folded\":[]"));
		if (limits[i] >= 1000) {
			assert_non_null(strstr(columns, ",249001,")); /* s499 */
		}
	}
	html_tree_write(&out, tree->root, HTML_TREE_LIMIT, NULL, 0);
	assert_non_null(strstr(text_of(&out), "\"folded\":[]"));
}

static char *page(const struct html_report *report)
{
	struct error err = {0};
	unsigned char *bytes;
	size_t size;
	char *text;

	if (html_report_render(report, &bytes, &size, &err) < 0) {
		fail_msg("%s", err.text);
	}
	text = malloc(size + 1);
	assert_non_null(text);
	memcpy(text, bytes, size);
	text[size] = '\0';
	free(bytes);
	return text;
}

static size_t occurrences(const char *text, const char *what)
{
	size_t count = 0;

	while ((text = strstr(text, what)) != NULL) {
		count++;
		text += strlen(what);
	}
	return count;
}

#define INJECTION "</script><img src=x onerror=alert(1)>"

/* Names, places, texts and the command line: nothing becomes an element. */
static void test_page(void **state)
{
	struct memory_tree *tree = *state;
	struct html_site site = {INJECTION, INJECTION, INJECTION, NULL, 640, 640, -3, 1, 0};
	struct html_finding finding = {"warning", INJECTION, INJECTION};
	struct html_report report = {
		.tree = tree,
		.chart = {.attribute = ATTRIBUTE_CURRENT_DYNAMIC, .source = INJECTION},
		.sites = &site,
		.site_count = 1,
		.verdict = INJECTION,
		.findings = &finding,
		.finding_count = 1,
		.command = INJECTION,
	};
	char *first, *second;

	site.node = add(tree, "fs", INJECTION, INJECTION, 640);
	memory_tree_seal(tree);
	first = page(&report);
	second = page(&report);
	assert_string_equal(first, second);
	assert_int_equal(occurrences(first, "<img"), 0);
	assert_int_equal(occurrences(first, "<script"), 2);
	assert_int_equal(occurrences(first, "</script>"), 2);
	assert_int_equal(occurrences(first, "default-src 'none'"), 1);
	assert_non_null(strstr(first, html_script_hash));
	assert_non_null(strstr(first, html_style_hash));
	assert_non_null(strstr(first, "<noscript>\n<svg"));
	/* Nothing to load: the only addresses are the names of XML namespaces. */
	assert_int_equal(occurrences(first, "://"),
			 occurrences(first, "http://www.w3.org/2000/svg"));
	free(first);
	free(second);
}

/* The figures of the page are the tree's and the call site's own. */
static void test_data(void **state)
{
	struct memory_tree *tree = *state;
	struct html_site site = {
		"alloc_inode+0x52", "fs/inode.c:263", "fs", NULL, 2898392, 2898976, 39704, 4964, 1};
	struct html_report report = {
		.tree = tree,
		.chart = {.attribute = ATTRIBUTE_WASTE},
		.sites = &site,
		.site_count = 1,
		.verdict = "Exact.",
		.command = "trace_analyze -r x.html",
	};
	char *text;

	site.node = add(tree, "fs", "inode.o", "alloc_inode", 2898392);
	memory_tree_seal(tree);
	text = page(&report);
	assert_non_null(strstr(text, "\"dynamic\":[3,2898392,2898392,0,1,0]"));
	assert_non_null(strstr(text, "[\"alloc_inode+0x52\",\"fs/inode.c:263\",\"fs\",3,2898392,"
				     "2898976,39704,4964,1]"));
	assert_non_null(strstr(text, "\"attribute\":2,\"attributes\":["));
	assert_non_null(strstr(text, "\"view\":\"rings\""));
	assert_null(strstr(text, " src="));
	assert_null(strstr(text, " style="));
	assert_non_null(strstr(text, "<pre>trace_analyze -r x.html</pre>"));
	free(text);
	assert_true(html_report_is_named("a.HTML"));
	assert_false(html_report_is_named(".html"));
	assert_false(html_report_is_named("a.htm"));
}

/* A change: its own heading, one thing to show, rows instead of call sites. */
static void test_change(void **state)
{
	struct memory_tree *tree = *state;
	const struct html_change_row row = {"call_site", INJECTION, "fs/inode.o", "gone", 640, -3};
	struct chart_change change = {.before = 1000, .after = 357, .words = "wasted memory"};
	struct html_report report = {
		.tree = tree,
		.chart = {.attribute = ATTRIBUTE_CURRENT_DYNAMIC, .change = &change},
		.rows = &row,
		.row_count = 1,
		.verdict = "Exact.",
		.command = "trace_analyze diff",
	};
	struct tree_node *grown = memory_tree_child(tree, tree->root, TREE_GROUP, "grown");
	struct tree_node *shrunk = memory_tree_child(tree, tree->root, TREE_GROUP, "shrunk");
	char *text;

	change.signs = (struct change_signs){grown, shrunk};
	memory_tree_child(tree, shrunk, TREE_DIRECTORY, "fs")->own.current_dynamic = 643;
	memory_tree_seal(tree);
	text = page(&report);
	assert_non_null(strstr(text, "<h1>What changed in kernel memory</h1>"));
	assert_non_null(strstr(text, "\"change\":{\"before\":1000,\"after\":357,"));
	assert_non_null(strstr(text, "\"gone\",640,-3]"));
	assert_non_null(strstr(text, "{\"id\":\"change\",\"words\":\"wasted memory\""));
	assert_non_null(strstr(text, "<title>shrunk: \xe2\x88\x92"
				     "643 bytes (\xe2\x88\x92"
				     "643 B), 100.0 %"));
	assert_non_null(strstr(text, "<title>fs: \xe2\x88\x92"));
	assert_non_null(strstr(text, ">1000 B \xe2\x86\x92 357 B</text>"));
	assert_null(strstr(text, "\"id\":\"total_dynamic\""));
	assert_int_equal(occurrences(text, "<img"), 0);
	free(text);
}

/* What the issue allows: 60 KB of script and style; both without what a mail filter minds. */
static void test_assets(void **state)
{
	(void)state;
	assert_true(html_script_size + html_style_size + html_body_size <= 61440);
	assert_int_equal(strlen(html_script_hash), 44);
	assert_string_not_equal(html_script_hash, html_style_hash);
	assert_null(memmem(html_script, html_script_size, "innerHTML", 9));
	assert_null(memmem(html_script, html_script_size, "</", 2));
	assert_null(memmem(html_script, html_script_size, "eval(", 5));
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
		cmocka_unit_test(test_escapes),
		cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shared_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_folding, setup, teardown),
		cmocka_unit_test_setup_teardown(test_page, setup, teardown),
		cmocka_unit_test_setup_teardown(test_data, setup, teardown),
		cmocka_unit_test_setup_teardown(test_change, setup, teardown),
		cmocka_unit_test(test_assets),
	};

	return cmocka_run_group_tests(tests, NULL, fonts_release);
}
