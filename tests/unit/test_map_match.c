/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which maps are refused, and where the slide of KASLR is taken from without any code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyzer/attribute/map_match.h"

#define FUNCTIONS 200

/* A map of _text and FUNCTIONS functions, of 64 bytes each, moved by slide; bend: every so
 * manyth is 16 bytes further on, 0: none. */
static struct symbol_map *map_make(uint64_t slide, unsigned int bend)
{
	static char text[FUNCTIONS * 48 + 64];
	struct elfsyms_error err;
	struct symbol_map *map;
	size_t used;

	used = (size_t)snprintf(text, sizeof(text), "%016lx T _text\n",
				(unsigned long)(0xffffffff81000000 + slide));
	for (unsigned int i = 1; i <= FUNCTIONS; i++) {
		unsigned long address =
			0xffffffff81000000 + slide + 64UL * i + (bend && i % bend == 0 ? 16 : 0);

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%016lx t f%u\n",
					 address, i);
	}
	assert_int_equal(symbol_map_from_memory("map", text, used, &map, &err), 0);
	return map;
}

static enum map_objection judge(uint64_t against, uint64_t compared)
{
	struct map_evidence evidence = {.symbols = {against, compared}};
	struct map_objections found;
	enum map_objection result = map_match_judge(&evidence, &found);

	if (result != MAP_BELONGS) {
		assert_int_equal(found.against, against);
		assert_int_equal(found.compared, compared);
	}
	return result;
}

/* Where both are known, they must be the same; nothing follows from one alone. */
static void another_build_id_is_another_kernel(void **state)
{
	static const struct {
		const char *traced, *given;
		enum map_objection expected;
	} cases[] = {
		{"01ab", "01ab", MAP_BELONGS},	 {"01ab", "01ac", MAP_OTHER_BUILD},
		{"01ab", "01", MAP_OTHER_BUILD}, {"01ab", "", MAP_BELONGS},
		{"", "01ab", MAP_BELONGS},	 {NULL, "01ab", MAP_BELONGS},
		{"01ab", NULL, MAP_BELONGS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct map_evidence evidence = {.traced_build_id = cases[i].traced,
						.build_id = cases[i].given};
		struct map_objections found;

		assert_int_equal(map_match_judge(&evidence, &found), cases[i].expected);
	}
}

static void a_few_misfits_are_no_proof(void **state)
{
	(void)state;
	assert_int_equal(judge(0, 0), MAP_BELONGS);
	assert_int_equal(judge(4, 4), MAP_BELONGS);   /* too few to tell */
	assert_int_equal(judge(5, 500), MAP_BELONGS); /* live patches */
	assert_int_equal(judge(125, 500), MAP_BELONGS);
	assert_int_equal(judge(5, 5), MAP_OTHER_SYMBOLS);
	assert_int_equal(judge(126, 500), MAP_OTHER_SYMBOLS);
	assert_int_equal(judge(480, 500), MAP_OTHER_SYMBOLS);
}

static void code_without_calls_is_another(void **state)
{
	struct map_evidence evidence = {.symbols = {1, 400}, .calls = {300, 400}};
	struct map_objections found;

	(void)state;
	assert_int_equal(map_match_judge(&evidence, &found), MAP_OTHER_CODE);
	assert_int_equal(found.against, 300);
	evidence.calls.against = 4;
	assert_int_equal(map_match_judge(&evidence, &found), MAP_BELONGS);
	assert_int_equal(found.compared, 0);
}

static void addresses_that_fit_nowhere(void **state)
{
	struct kernel_slide slide = {.origin = SLIDE_FOREIGN, .site_count = 40, .hit_count = 3};
	struct map_evidence evidence = {.slide = &slide};
	struct map_objections found;

	(void)state;
	assert_int_equal(map_match_judge(&evidence, &found), MAP_OTHER_ADDRESSES);
	assert_int_equal(found.against, 37);
	slide.origin = SLIDE_NOT_DECIDABLE;
	assert_int_equal(map_match_judge(&evidence, &found), MAP_BELONGS);
}

static void kallsyms_must_be_of_the_same_kernel(void **state)
{
	struct symbol_map *link_map = map_make(0, 0);
	struct symbol_map *same = map_make(0x3400000, 0);
	struct symbol_map *patched = map_make(0x3400000, 20);
	struct symbol_map *other = map_make(0x3400000, 2);
	struct kernel_slide slide = {.origin = SLIDE_FROM_KALLSYMS, .slide = 0x3400000};
	struct map_evidence evidence = {.slide = &slide, .link_map = link_map, .kallsyms = same};
	struct map_objections found;

	(void)state;
	assert_int_equal(map_match_judge(&evidence, &found), MAP_BELONGS);
	evidence.kallsyms = patched;
	assert_int_equal(map_match_judge(&evidence, &found), MAP_BELONGS);
	evidence.kallsyms = other;
	assert_int_equal(map_match_judge(&evidence, &found), MAP_OTHER_KALLSYMS);
	assert_int_equal(found.against, FUNCTIONS / 2);
	assert_int_equal(found.compared, FUNCTIONS + 1); /* _text */
	symbol_map_free(link_map);
	symbol_map_free(same);
	symbol_map_free(patched);
	symbol_map_free(other);
}

static struct kernel_slide slide_of(const char *const *sites, size_t count,
				    const struct slide_sources *sources)
{
	struct account_row rows[8] = {0};
	struct account account = {.rows = rows, .row_count = count};
	struct kernel_slide slide;
	struct error err;

	for (size_t i = 0; i < count; i++) {
		rows[i].site = sites[i];
	}
	assert_int_equal(kernel_slide_find(&account, sources, &slide, &err), 0);
	return slide;
}

static void where_a_slide_comes_from(void **state)
{
	static const char *const raw[] = {"ffffffff84400041", "ffffffff84400081",
					  "ffffffff84400041"};
	static const char *const named[] = {"f1+0x1/0x40", "0xffffffffc0005054"};
	struct symbol_map *link_map = map_make(0, 0);
	struct symbol_map *kallsyms = map_make(0x3400000, 0);
	struct slide_sources sources = {.system_map = link_map};
	struct kernel_slide slide = slide_of(raw, 3, &sources);

	(void)state;
	/* System.map alone has no code: what it says holds without KASLR only. */
	assert_int_equal(slide.origin, SLIDE_ASSUMED);
	assert_int_equal(slide.slide, 0);
	assert_int_equal(slide.site_count, 2);
	assert_true(kernel_slide_is_usable(&slide));
	sources.kallsyms = kallsyms;
	slide = slide_of(raw, 3, &sources);
	assert_int_equal(slide.origin, SLIDE_FROM_KALLSYMS);
	assert_int_equal(slide.slide, 0x3400000);
	/* Nothing raw: nothing to move. What the kernel itself could not name isn't its own. */
	sources.kallsyms = NULL;
	slide = slide_of(named, 2, &sources);
	assert_int_equal(slide.origin, SLIDE_NOT_NEEDED);
	assert_int_equal(slide.site_count, 0);
	assert_false(kernel_slide_is_usable(&slide));
	sources.system_map = NULL;
	assert_int_equal(slide_of(raw, 3, &sources).origin, SLIDE_NOT_NEEDED);
	symbol_map_free(link_map);
	symbol_map_free(kallsyms);
}

static struct symbol_map *map_of(const char *text)
{
	struct elfsyms_error err;
	struct symbol_map *map;

	assert_int_equal(symbol_map_from_memory("map", text, strlen(text), &map, &err), 0);
	return map;
}

/* Debian's 6.1 for 32-bit ARM: kallsyms begins at _stext, which is not where the image does. */
static void an_image_begins_at_the_same_symbol(void **state)
{
	static const char *const raw[] = {"c05ed288"};
	struct symbol_map *link_map = map_of("c0208000 T _text\nc0300000 T _stext\n"
					     "c05ed224 t alloc_inode\nc05ed300 t end\n");
	struct symbol_map *kallsyms =
		map_of("c0300000 T _stext\nc05ed224 t alloc_inode\nc05ed300 t end\n");
	struct symbol_map *elsewhere = map_of("c05ed224 t alloc_inode\nc05ed300 t end\n");
	struct slide_sources sources = {.system_map = link_map, .kallsyms = kallsyms};
	struct kernel_slide slide = slide_of(raw, 1, &sources);

	(void)state;
	assert_int_equal(slide.origin, SLIDE_FROM_KALLSYMS);
	assert_int_equal(slide.slide, 0);
	sources.kallsyms = elsewhere; /* has neither symbol */
	assert_int_equal(slide_of(raw, 1, &sources).origin, SLIDE_ASSUMED);
	symbol_map_free(link_map);
	symbol_map_free(kallsyms);
	symbol_map_free(elsewhere);
}

static void unnamed_addresses_are_told_apart(void **state)
{
	static const char *const sites[] = {"f1+0x1/0x40", "0xffffffffc0005054",
					    "0xffffffffc0005040", "0xffffffffc0005054"};
	struct account_row rows[4] = {0};
	struct account account = {.rows = rows, .row_count = 4};
	uint64_t *addresses;
	struct error err;
	size_t count;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		rows[i].site = sites[i];
	}
	assert_int_equal(account_addresses(&account, true, &addresses, &count, &err), 0);
	assert_int_equal(count, 2);
	assert_int_equal(addresses[0], 0xffffffffc0005040);
	assert_int_equal(addresses[1], 0xffffffffc0005054);
	free(addresses);
	assert_int_equal(account_addresses(&account, false, &addresses, &count, &err), 0);
	assert_int_equal(count, 0);
	free(addresses);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_build_id_is_another_kernel),
		cmocka_unit_test(a_few_misfits_are_no_proof),
		cmocka_unit_test(code_without_calls_is_another),
		cmocka_unit_test(addresses_that_fit_nowhere),
		cmocka_unit_test(kallsyms_must_be_of_the_same_kernel),
		cmocka_unit_test(where_a_slide_comes_from),
		cmocka_unit_test(an_image_begins_at_the_same_symbol),
		cmocka_unit_test(unnamed_addresses_are_told_apart),
	};

	return cmocka_run_group_tests_name("map_match", tests, NULL, NULL);
}
