/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random accounts over the real slice of a build in testdata: whatever the call
 * sites are, no byte is lost and none is counted twice. The root's sums are the
 * account's, each directory's are those of the sites placed in it, and each
 * object's static bytes are what size(1) says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/attribution.h"

enum { ROUNDS = 60, MOST_SITES = 300, TEXT_SIZE = 160 };

struct model {
	struct kernel_tree *tree;
	struct symbol_map *vmlinux;
	char texts[MOST_SITES][TEXT_SIZE];
	struct account_row rows[MOST_SITES];
};

static uint64_t random_state = 20120607;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static int setup(void **state)
{
	struct model *model = calloc(1, sizeof(*model));
	struct elf_object *object;
	struct elfsyms_error elf_err;
	struct error err;

	assert_non_null(model);
	assert_int_equal(kernel_tree_open(TA_TESTDATA "/linux", 1, &model->tree, &err), 0);
	assert_int_equal(elf_object_open(kernel_tree_vmlinux(model->tree), &object, &elf_err), 0);
	assert_int_equal(symbol_map_from_elf(object, &model->vmlinux, &elf_err), 0);
	elf_object_close(object);
	*state = model;
	return 0;
}

static int teardown(void **state)
{
	struct model *model = *state;

	symbol_map_free(model->vmlinux);
	kernel_tree_free(model->tree);
	free(model);
	return 0;
}

/* The text of a call site: of a linked function, of an object's, or of nothing. */
static void random_site(const struct model *model, char *text)
{
	static const char *const strange[] = {"",    "0", "c104dd2f",	      "0xffffffffc0005054",
					      "(((", " ", "x+0x1/0x2 [leaky]"};
	static const char *const modules[] = {"", "", " [ext2]", " [dummy]", " [leaky]"};
	const struct map_symbol *linked =
		symbol_map_at(model->vmlinux, random_next() % symbol_map_count(model->vmlinux));
	size_t count;
	const struct tree_symbol *symbols = kernel_tree_symbols(model->tree, &count);
	const struct tree_symbol *symbol = &symbols[random_next() % count];
	uint64_t offset = random_next() % (linked->extent + 2);

	switch (random_next() % 5) {
	case 0:
		snprintf(text, TEXT_SIZE, "%s", strange[random_next() % 7]);
		break;
	case 1:
		snprintf(text, TEXT_SIZE, "%" PRIx64, linked->address + offset);
		break;
	case 2:
		snprintf(text, TEXT_SIZE, "%s+0x%" PRIx64, linked->name, offset);
		break;
	case 3:
		snprintf(text, TEXT_SIZE, "%s+0x%" PRIx64 "/0x%" PRIx64, linked->name, offset,
			 linked->extent + (random_next() % 8 == 0));
		break;
	default:
		snprintf(text, TEXT_SIZE, "%s+0x5/0x%" PRIx64 "%s", symbol->name,
			 symbol->size + random_next() % 70, modules[random_next() % 5]);
		break;
	}
}

static struct account random_account(struct model *model)
{
	size_t count = random_next() % MOST_SITES;

	for (size_t i = 0; i < count; i++) {
		/* Large ones wrap: the sums must do so alike. */
		uint64_t mask = random_next() % 8 ? 0xffffff : UINT64_MAX;

		random_site(model, model->texts[i]);
		model->rows[i].site = model->texts[i];
		model->rows[i].figures = (struct site_account){
			.total_dynamic = random_next() & mask,
			.current_dynamic = random_next() & mask,
			.current_requested = random_next() & mask,
			.alloc_count = random_next() & mask,
			.free_count = random_next() & mask,
		};
	}
	return (struct account){.rows = model->rows, .row_count = count};
}

static bool dynamic_equal(const struct memory_figures *sum, const struct memory_figures *expected)
{
	return sum->total_dynamic == expected->total_dynamic &&
	       sum->current_dynamic == expected->current_dynamic &&
	       sum->current_requested == expected->current_requested &&
	       sum->alloc_count == expected->alloc_count && sum->free_count == expected->free_count;
}

static void figures_add(struct memory_figures *to, const struct site_account *what)
{
	struct memory_figures figures = {
		.total_dynamic = what->total_dynamic,
		.current_dynamic = what->current_dynamic,
		.current_requested = what->current_requested,
		.alloc_count = what->alloc_count,
		.free_count = what->free_count,
	};

	memory_figures_add(to, &figures);
}

/* Is the site in this directory or below it? */
static bool site_is_below(const struct call_site *site, const char *directory)
{
	size_t length = strlen(directory);

	return strncmp(site->directory, directory, length) == 0 &&
	       (site->directory[length] == '\0' || site->directory[length] == '/');
}

static void sites_check(const struct account *account, const struct memory_tree *tree,
			const struct call_site *sites, size_t count)
{
	struct memory_figures all = {0};

	assert_int_equal(count, account->row_count);
	for (size_t i = 0; i < count; i++) {
		const struct tree_node *directory = memory_tree_find(tree, sites[i].directory);
		struct memory_figures expected = {0};

		assert_string_equal(sites[i].site, account->rows[i].site);
		assert_true(tree_node_is_below(sites[i].node, directory));
		figures_add(&all, &account->rows[i].figures);
		if (sites[i].directory[0] == '\0') {
			continue;
		}
		for (size_t j = 0; j < count; j++) {
			if (site_is_below(&sites[j], sites[i].directory)) {
				figures_add(&expected, &account->rows[j].figures);
			}
		}
		assert_true(dynamic_equal(&directory->sum, &expected));
	}
	assert_true(dynamic_equal(&tree->root->sum, &all));
}

static void objects_check(const struct model *model, const struct memory_tree *tree)
{
	size_t count;
	const struct tree_object *objects = kernel_tree_objects(model->tree, &count);
	struct elf_sizes all = {0};

	assert_true(count > 100);
	for (size_t i = 0; i < count; i++) {
		const struct tree_node *node = memory_tree_find(tree, objects[i].path);

		assert_non_null(node);
		assert_int_equal(node->kind, TREE_OBJECT);
		assert_int_equal(node->sum.static_text, objects[i].sizes.text);
		assert_int_equal(node->sum.static_data, objects[i].sizes.data);
		assert_int_equal(node->sum.static_bss, objects[i].sizes.bss);
		all.text += objects[i].sizes.text;
		all.data += objects[i].sizes.data;
		all.bss += objects[i].sizes.bss;
	}
	assert_int_equal(tree->root->sum.static_text, all.text);
	assert_int_equal(tree->root->sum.static_data, all.data);
	assert_int_equal(tree->root->sum.static_bss, all.bss);
}

static void facts_check(const struct attribution *attribution, const struct call_site *sites,
			size_t count)
{
	const struct attribution_facts *facts = attribution_facts(attribution);
	uint64_t unplaced = 0;
	uint64_t unnamed = 0;

	for (size_t i = 0; i < count; i++) {
		unplaced +=
			sites[i].placing == SITE_UNPLACED ? sites[i].figures.current_dynamic : 0;
		unnamed += sites[i].function ? 0 : sites[i].figures.current_dynamic;
	}
	assert_int_equal(facts->unplaced_bytes, unplaced);
	assert_int_equal(facts->unnamed_bytes, unnamed);
}

static void test_no_byte_is_lost(void **state)
{
	struct model *model = *state;
	size_t placed = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct account account = random_account(model);
		struct attribution_sources sources = {
			.tree = model->tree,
			.vmlinux = random_next() % 4 ? model->vmlinux : NULL,
		};
		struct attribution *attribution;
		struct call_site *sites;
		struct memory_tree tree;
		struct error err;
		size_t count;

		assert_int_equal(attribution_run(&account, &sources, &attribution, &err), 0);
		assert_int_equal(memory_tree_init(&tree, &err), 0);
		assert_int_equal(attribution_build_tree(attribution, model->tree, &tree, &err), 0);
		sites = attribution_sites(attribution, &count);
		sites_check(&account, &tree, sites, count);
		objects_check(model, &tree);
		facts_check(attribution, sites, count);
		for (size_t i = 0; i < count; i++) {
			placed += sites[i].placing == SITE_PLACED;
		}
		memory_tree_release(&tree);
		attribution_free(attribution);
	}
	assert_true(placed > 1000); /* or nothing was tested */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_byte_is_lost),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
