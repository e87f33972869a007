/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Naming and placing against a kernel of a dozen functions (attribution_fixture.h). */
#include "tests/unit/attribution_fixture.h"

enum {
	TREE = 1,
	VMLINUX = 2,
	SYSTEM_MAP = 4,
	KALLSYMS = 8,
	BUILD = TREE | VMLINUX | SYSTEM_MAP,
	ALL = BUILD | KALLSYMS,
};

struct expected {
	const char *site;
	const char *why;
	const char *caller; /* NULL: the site's text */
	const char *function;
	const char *directory;
	const char *object;
	unsigned int sources;
	enum site_naming naming;
};

static struct attribution_sources sources_of(const struct maps *maps, unsigned int which)
{
	return (struct attribution_sources){
		.tree = which & TREE ? &maps->tree : NULL,
		.vmlinux = which & VMLINUX ? maps->vmlinux : NULL,
		.system_map = which & SYSTEM_MAP ? maps->system_map : NULL,
		.kallsyms = which & KALLSYMS ? maps->kallsyms : NULL,
	};
}

/* An account of these sites; each has 100 bytes live of 1000. */
static struct attribution *attribute(const struct maps *maps, unsigned int which,
				     const char *const *sites, size_t count)
{
	struct attribution_sources sources = sources_of(maps, which);
	struct account_row rows[32];
	struct account account = {.rows = rows, .row_count = count};
	struct attribution *attribution;
	struct error err;

	assert_in_range(count, 0, COUNT(rows));
	for (size_t i = 0; i < count; i++) {
		rows[i] = (struct account_row){sites[i],
					       {.total_dynamic = 1000,
						.current_dynamic = 100,
						.current_requested = 90,
						.alloc_count = 10,
						.free_count = 9},
					       {0}};
	}
	assert_int_equal(attribution_run(&account, &sources, &attribution, &err), 0);
	return attribution;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void expect(const struct maps *maps, const struct expected *expected)
{
	struct attribution *attribution = attribute(maps, expected->sources, &expected->site, 1);
	size_t count;
	const struct call_site *site = attribution_sites(attribution, &count);

	assert_int_equal(count, 1);
	if (!same(site->site, expected->site) ||
	    !same(site->caller, expected->caller ? expected->caller : expected->site) ||
	    !same(site->function, expected->function) || site->naming != expected->naming ||
	    !same(site->directory, expected->directory) || !same(site->object, expected->object)) {
		fail_msg("%s (%s): caller %s, function %s, naming %d, directory %s, object %s",
			 expected->site, expected->why, site->caller,
			 site->function ? site->function : "-", site->naming, site->directory,
			 site->object ? site->object : "-");
	}
	assert_int_equal(site->placing, expected->directory[0] != '('		  ? SITE_PLACED
					: same(expected->directory, "(unplaced)") ? SITE_UNPLACED
										  : SITE_IN_MODULE);
	attribution_free(attribution);
}

static void expect_all(void **state, const struct expected *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		expect(*state, &cases[i]);
	}
}

static void test_symbolic_sites(void **state)
{
	static const struct expected cases[] = {
		{"alloc_inode+0x52/0x100", "one symbol", "alloc_inode+0x52", "alloc_inode", "fs",
		 "fs/inode.o", ALL, SITE_NAMED},
		{"alloc_inode_from+0x52/0x100", "not a prefix of", "alloc_inode_from+0x52",
		 "alloc_inode_from", "fs/ext4", "fs/ext4/inode.o", ALL, SITE_NAMED},
		{"helper+0x5/0x40", "told apart by size", "helper+0x5", "helper", "fs",
		 "fs/inode.o", BUILD, SITE_NAMED},
		{"helper+0x5/0x60", "told apart by size", "helper+0x5", "helper", "fs/ext4",
		 "fs/ext4/inode.o", BUILD, SITE_NAMED},
		{"helper+0x5/0x40", "by size without a map", "helper+0x5", "helper", "fs",
		 "fs/inode.o", TREE, SITE_NAMED},
		{"helper+0x5/0x40", "by size with System.map", "helper+0x5", "helper", "fs",
		 "fs/inode.o", TREE | SYSTEM_MAP, SITE_NAMED},
		{"strong_fn+0x5/0x20", "the weak one is not linked", "strong_fn+0x5", "strong_fn",
		 "arch/x86", "arch/x86/strong.o", ALL, SITE_NAMED},
		{"after+0x5/0x40", "an object at the top", "after+0x5", "after", "", "top.o", ALL,
		 SITE_NAMED},
		{"after+0x0/0x40", "the call ended the function before", "after+0x0",
		 "noreturn_caller", "kernel", "kernel/exit.o", BUILD, SITE_NAMED},
		{".dotted+0x5/0x20", "a dot of PowerPC", ".dotted+0x5", ".dotted", "arch/x86",
		 "arch/x86/strong.o", ALL, SITE_NAMED},
		{".alloc_inode+0x52/0x100", "a dot the maps don't have", ".alloc_inode+0x52",
		 ".alloc_inode", "fs", "fs/inode.o", ALL, SITE_NAMED},
		{".alloc_inode+0x52/0x100", "a dot the tree doesn't have", ".alloc_inode+0x52",
		 ".alloc_inode", "fs", "fs/inode.o", TREE, SITE_NAMED},
		{"only_linked+0x5/0x40", "no object defines it", "only_linked+0x5", "only_linked",
		 "(unplaced)", NULL, BUILD, SITE_NAMED},
		{"not_in_maps+0x5/0x30", "no map has it", "not_in_maps+0x5", "not_in_maps", "",
		 "top.o", ALL, SITE_NAMED},
		{"nowhere+0x5/0x40", "nothing to ask", "nowhere+0x5", "nowhere", "(unplaced)", NULL,
		 0, SITE_NAMED},
		{"helper+0x45", "no size, but an offset", "helper+0x45", "helper", "fs/ext4",
		 "fs/ext4/inode.o", BUILD, SITE_NAMED},
		{"helper+0x45", "no size, but an offset", "helper+0x45", "helper", "fs/ext4",
		 "fs/ext4/inode.o", TREE, SITE_NAMED},
	};

	expect_all(state, cases, COUNT(cases));
}

static void test_symbolic_sites_left_open(void **state)
{
	static const struct expected cases[] = {
		{"helper+0x5/0x60", "both may be padded to this", "helper+0x5", "helper",
		 "(unplaced)", NULL, TREE | SYSTEM_MAP, SITE_AMBIGUOUS},
		{"twin+0x5/0x40", "two with name and size", "twin+0x5", "twin", "(unplaced)", NULL,
		 ALL, SITE_AMBIGUOUS},
		{"twin+0x5/0x40", "two in the tree", "twin+0x5", "twin", "(unplaced)", NULL, TREE,
		 SITE_AMBIGUOUS},
		{"twin+0x5/0x40", "two in the map", "twin+0x5", "twin", "(unplaced)", NULL,
		 KALLSYMS, SITE_AMBIGUOUS},
		{"same_dir+0x5/0x20", "two in one directory", "same_dir+0x5", "same_dir", "mm",
		 NULL, ALL, SITE_AMBIGUOUS},
		{"data+0x5/0x40", "not a function", "data+0x5", "data", "(unplaced)", NULL, ALL,
		 SITE_UNKNOWN_SYMBOL},
		{"nowhere+0x5/0x40", "unknown to all", "nowhere+0x5", "nowhere", "(unplaced)", NULL,
		 ALL, SITE_UNKNOWN_SYMBOL},
		{"nowhere+0x5/0x40", "unknown to the tree", "nowhere+0x5", "nowhere", "(unplaced)",
		 NULL, TREE, SITE_UNKNOWN_SYMBOL},
		{"alloc_inode+0x52/0x120", "another kernel's map", "alloc_inode+0x52",
		 "alloc_inode", "fs", "fs/inode.o", ALL, SITE_SIZE_MISMATCH},
		{"alloc_inode+0x52/0x80", "longer than the distance", "alloc_inode+0x52",
		 "alloc_inode", "fs", "fs/inode.o", TREE, SITE_SIZE_MISMATCH},
		{"twin+0x5/0x50", "mismatch and two objects", "twin+0x5", "twin", "(unplaced)",
		 NULL, ALL, SITE_SIZE_MISMATCH},
		{"helper+0x5", "no size", "helper+0x5", "helper", "(unplaced)", NULL, BUILD,
		 SITE_AMBIGUOUS},
		{"helper+0x200", "no function is so long", "helper+0x200", "helper", "(unplaced)",
		 NULL, ALL, SITE_SIZE_MISMATCH},
	};

	expect_all(state, cases, COUNT(cases));
}

static void test_module_sites(void **state)
{
	static const struct expected cases[] = {
		{"brd_alloc+0x1c/0x110 [brd]", "its object", "brd_alloc+0x1c [brd]", "brd_alloc",
		 "drivers/block", "drivers/block/brd.o", ALL, SITE_NAMED},
		{"brd_alloc+0x1c/0x110 [brd 1f2e]", "a build id", "brd_alloc+0x1c [brd]",
		 "brd_alloc", "drivers/block", "drivers/block/brd.o", TREE, SITE_NAMED},
		{"brd_cloned+0x1c/0x110 [brd]", "the module's only object", "brd_cloned+0x1c [brd]",
		 "brd_cloned", "drivers/block", "drivers/block/brd.o", TREE, SITE_NAMED},
		{"ext2_fill+0x1c/0x110 [ext2]", "one of its objects", "ext2_fill+0x1c [ext2]",
		 "ext2_fill", "fs/ext2", "fs/ext2/super.o", TREE, SITE_NAMED},
		{"ext2_gone+0x1c/0x110 [ext2]", "the directory of its objects",
		 "ext2_gone+0x1c [ext2]", "ext2_gone", "fs/ext2", NULL, TREE, SITE_NAMED},
		{"ext2_twin+0x1c/0x20 [ext2]", "two objects in one directory",
		 "ext2_twin+0x1c [ext2]", "ext2_twin", "fs/ext2", NULL, TREE, SITE_AMBIGUOUS},
		{"y_fn+0x1c/0x20 [two]", "objects in two directories", "y_fn+0x1c [two]", "y_fn",
		 "drivers/y", "drivers/y/y.o", TREE, SITE_NAMED},
		{"z_fn+0x1c/0x20 [two]", "two directories, neither has it", "z_fn+0x1c [two]",
		 "z_fn", "(module two)", NULL, TREE, SITE_NAMED},
		{"alloc_inode+0x52/0x100 [leaky]", "not in the tree: not the kernel's",
		 "alloc_inode+0x52 [leaky]", "alloc_inode", "(module leaky)", NULL, ALL,
		 SITE_NAMED},
		{"leak+0x52/0x100 [leaky]", "no tree", "leak+0x52 [leaky]", "leak",
		 "(module leaky)", NULL, 0, SITE_NAMED},
		{"brd_alloc+0x1c/0x110", "not said to be the module's", "brd_alloc+0x1c",
		 "brd_alloc", "(unplaced)", NULL, ALL, SITE_UNKNOWN_SYMBOL},
		{"brd_alloc+0x1c", "trace-cmd prints no module", "brd_alloc+0x1c", "brd_alloc",
		 "drivers/block", "drivers/block/brd.o", BUILD, SITE_NAMED},
	};

	expect_all(state, cases, COUNT(cases));
}

static void test_addresses(void **state)
{
	static const struct expected cases[] = {
		{"ffffffff81000152", "vmlinux", "alloc_inode+0x52", "alloc_inode", "fs",
		 "fs/inode.o", BUILD, SITE_NAMED},
		{"ffffffff81000152", "System.map", "alloc_inode+0x52", "alloc_inode", "fs",
		 "fs/inode.o", TREE | SYSTEM_MAP, SITE_NAMED},
		{"ffffffff93200152", "kallsyms, moved", "alloc_inode+0x52", "alloc_inode", "fs",
		 "fs/inode.o", ALL, SITE_NAMED},
		{"ffffffff93200152", "kallsyms alone", "alloc_inode+0x52", "alloc_inode",
		 "(unplaced)", NULL, KALLSYMS, SITE_NAMED},
		{"ffffffff81000152", "kallsyms says that the kernel moved", NULL, NULL,
		 "(unplaced)", NULL, ALL, SITE_RAW},
		{"ffffffff810003c0", "the call ended its function", "noreturn_caller+0x40",
		 "noreturn_caller", "kernel", "kernel/exit.o", BUILD, SITE_NAMED},
		{"ffffffff81000245", "first twin in link order", "twin+0x5", "twin", "fs",
		 "fs/inode.o", BUILD, SITE_NAMED},
		{"ffffffff81000285", "second twin in link order", "twin+0x5", "twin", "fs/ext4",
		 "fs/ext4/inode.o", BUILD, SITE_NAMED},
		{"ffffffff93200285", "second twin, moved", "twin+0x5", "twin", "fs/ext4",
		 "fs/ext4/inode.o", ALL, SITE_NAMED},
		{"ffffffff81000285", "System.map has no files", "twin+0x5", "twin", "(unplaced)",
		 NULL, TREE | SYSTEM_MAP, SITE_AMBIGUOUS},
		{"ffffffff81000345", "told apart by file", "same_dir+0x5", "same_dir", "mm",
		 "mm/b.o", BUILD, SITE_NAMED},
		{"FFFFFFFF81000152", "capitals", "alloc_inode+0x52", "alloc_inode", "fs",
		 "fs/inode.o", BUILD, SITE_NAMED},
		{"0xffffffff81000152", "a trace without any name", "alloc_inode+0x52",
		 "alloc_inode", "fs", "fs/inode.o", BUILD, SITE_NAMED},
		{"ffffffffc0000020", "in a module", "brd_alloc+0x20 [brd]", "brd_alloc",
		 "drivers/block", "drivers/block/brd.o", ALL, SITE_NAMED},
		{"ffffffffc0000210", "a module's data", NULL, NULL, "(unplaced)", NULL, ALL,
		 SITE_RAW},
		{"ffffffffc0005054", "behind the last module", NULL, NULL, "(unplaced)", NULL, ALL,
		 SITE_RAW},
		{"ffffffff80fff000", "before the kernel", NULL, NULL, "(unplaced)", NULL, BUILD,
		 SITE_RAW},
		{"c104dd2f", "a 32-bit address", NULL, NULL, "(unplaced)", NULL, ALL, SITE_RAW},
		{"0", "old SLAB printed this", NULL, NULL, "(unplaced)", NULL, ALL, SITE_RAW},
		{"bad text", "not a call site", NULL, NULL, "(unplaced)", NULL, ALL, SITE_RAW},
	};

	expect_all(state, cases, COUNT(cases));
}

/* Where a walk found the objects their order means nothing. */
static void test_link_order_needs_evidence(void **state)
{
	static const struct expected walked = {
		"ffffffff81000285", "walk", "twin+0x5", "twin",
		"(unplaced)",	    NULL,   BUILD,	SITE_AMBIGUOUS};
	struct maps *maps = *state;

	maps->tree.evidence = "directory walk";
	expect(maps, &walked);
	maps->tree.evidence = "vmlinux.a";
}

/* 0x... in a trace that has names: what lies there now is not what lay there then. */
static void test_unnamed_among_names_stays_raw(void **state)
{
	static const char *const sites[] = {"0xffffffffc0000020", "alloc_inode+0x52/0x100",
					    "ffffffffc0000020"};
	struct attribution *attribution = attribute(*state, ALL, sites, COUNT(sites));
	size_t count;
	const struct call_site *site = attribution_sites(attribution, &count);

	assert_int_equal(site[0].naming, SITE_RAW);
	assert_string_equal(site[0].caller, "0xffffffffc0000020");
	assert_string_equal(site[0].directory, "(unplaced)");
	/* 5.4 printed names for some events and bare addresses for others: those are looked up. */
	assert_string_equal(site[2].caller, "brd_alloc+0x20 [brd]");
	attribution_free(attribution);
}

static void test_32bit_addresses(void **state)
{
	static const char map_text[] = "c1000000 T _text\n"
				       "c104dd00 t alloc_thing\n"
				       "c104dd80 T next_thing\n"
				       "c104de00 T _etext\n";
	struct account_row row = {.site = "c104dd2f", .figures = {.current_dynamic = 1}};
	struct account account = {.rows = &row, .row_count = 1};
	struct attribution_sources sources = {0};
	struct attribution *attribution;
	struct elfsyms_error elf_err;
	struct symbol_map *map;
	struct error err;
	size_t count;

	(void)state;
	assert_int_equal(symbol_map_from_memory("System.map", map_text, sizeof(map_text) - 1, &map,
						&elf_err),
			 0);
	sources.system_map = map;
	assert_int_equal(attribution_run(&account, &sources, &attribution, &err), 0);
	symbol_map_free(map); /* the call sites live on */
	assert_string_equal(attribution_sites(attribution, &count)->caller, "alloc_thing+0x2f");
	assert_string_equal(attribution_sites(attribution, &count)->function, "alloc_thing");
	assert_int_equal(attribution_sites(attribution, &count)->function_size, 0x80);
	attribution_free(attribution);
}

static void test_link_time_addresses(void **state)
{
	static const struct {
		const char *site;
		uint64_t address; /* 0: not known */
		uint64_t offset;
		uint64_t size;
	} cases[] = {
		{"alloc_inode+0x52/0x100", TEXT + 0x152, 0x52, 0x100},
		{"ffffffff93200152", TEXT + 0x152, 0x52, 0x100},
		{"after+0x0/0x40", TEXT + 0x3c0, 0x40, 0x40},
		{"twin+0x5/0x40", 0, 0x5, 0x40},
		{"helper+0x45", TEXT + 0x2c0 + 0x45, 0x45, 0},
		{"alloc_inode+0x52/0x120", 0, 0x52, 0x120},
		{"brd_alloc+0x1c/0x110 [brd]", 0, 0x1c, 0x110},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct attribution *attribution = attribute(*state, ALL, &cases[i].site, 1);
		size_t count;
		const struct call_site *site = attribution_sites(attribution, &count);

		if (site->has_address != (cases[i].address != 0) ||
		    site->address != cases[i].address || site->offset != cases[i].offset ||
		    site->function_size != cases[i].size) {
			fail_msg("%s: address %" PRIx64 ", offset %" PRIx64 ", size %" PRIx64,
				 cases[i].site, site->address, site->offset, site->function_size);
		}
		attribution_free(attribution);
	}
}

static void test_facts(void **state)
{
	static const char *const sites[] = {
		"alloc_inode+0x52/0x100", /* fine */
		"alloc_inode+0x52/0x120", /* mismatch */
		"twin+0x5/0x40",	  /* ambiguous, unplaced */
		"same_dir+0x5/0x20",	  /* ambiguous, placed */
		"nowhere+0x5/0x40",	  /* unknown, unplaced */
		"ffffffff81000152",	  /* by link-time address */
		"c104dd2f",		  /* raw, unplaced */
		"leak+0x52/0x100 [leaky]",
	};
	struct attribution *attribution = attribute(*state, BUILD, sites, COUNT(sites));
	const struct attribution_facts *facts = attribution_facts(attribution);

	assert_int_equal(facts->checked_sites, 4);
	assert_int_equal(facts->mismatch_sites, 1);
	assert_int_equal(facts->mismatch_bytes, 100);
	assert_int_equal(facts->ambiguous_sites, 2);
	assert_int_equal(facts->ambiguous_bytes, 200);
	assert_int_equal(facts->unknown_sites, 1);
	assert_int_equal(facts->unknown_bytes, 100);
	assert_int_equal(facts->unnamed_sites, 1);
	assert_int_equal(facts->unnamed_bytes, 100);
	assert_int_equal(facts->link_address_sites, 1);
	assert_int_equal(facts->link_address_bytes, 100);
	assert_int_equal(facts->unplaced_sites, 3);
	assert_int_equal(facts->unplaced_bytes, 300);
	assert_int_equal(facts->module_sites, 1);
	assert_int_equal(facts->module_bytes, 100);
	attribution_free(attribution);

	/* With kallsyms an address is not a matter of luck. */
	attribution = attribute(*state, ALL, &(const char *){"ffffffff93200152"}, 1);
	assert_int_equal(attribution_facts(attribution)->link_address_sites, 0);
	assert_int_equal(attribution_facts(attribution)->checked_sites, 0);
	attribution_free(attribution);
}

static uint64_t live_at(const struct memory_tree *tree, const char *path)
{
	const struct tree_node *node = memory_tree_find(tree, path);

	assert_non_null(node);
	return node->sum.current_dynamic;
}

static const struct tree_node *child(const struct tree_node *node, const char *name)
{
	const struct tree_node *found = node->first_child;

	while (found && strcmp(found->name, name) != 0) {
		found = found->next_sibling;
	}
	assert_non_null(found);
	return found;
}

static void test_tree(void **state)
{
	static const char *const sites[] = {
		"alloc_inode+0x52/0x100",  "alloc_inode+0x60/0x100", "helper+0x5/0x60",
		"same_dir+0x5/0x20",	   "0xffffffffc0005054",     "twin+0x5/0x40",
		"leak+0x52/0x100 [leaky]", "after+0x5/0x40",
	};
	struct maps *maps = *state;
	struct attribution *attribution = attribute(maps, ALL, sites, COUNT(sites));
	const struct tree_node *node;
	struct memory_tree tree;
	struct error err;
	size_t count;
	const struct call_site *site = attribution_sites(attribution, &count);

	objects[FS_INODE].sizes = (struct elf_sizes){0xf0 + 0x30 + 0x30 + 7, 3, 5};
	assert_int_equal(memory_tree_init(&tree, &err), 0);
	assert_int_equal(attribution_build_tree(attribution, &maps->tree, &tree, &err), 0);

	assert_int_equal(tree.root->sum.current_dynamic, 800);
	assert_int_equal(tree.root->sum.current_requested, 720);
	assert_int_equal(tree.root->sum.total_dynamic, 8000);
	assert_int_equal(tree.root->sum.alloc_count, 80);
	assert_int_equal(tree.root->sum.free_count, 72);
	assert_int_equal(live_at(&tree, "fs"), 300);
	assert_int_equal(live_at(&tree, "fs/inode.o"), 200);
	assert_int_equal(live_at(&tree, "fs/ext4"), 100);
	assert_int_equal(live_at(&tree, "mm"), 100);
	assert_int_equal(live_at(&tree, "top.o"), 100);
	assert_int_equal(live_at(&tree, "(module leaky)"), 100);
	assert_int_equal(live_at(&tree, "(unplaced)"), 200);

	/* Two call sites of one function are one node; each site knows it. */
	assert_ptr_equal(site[0].node, site[1].node);
	assert_string_equal(site[0].node->name, "alloc_inode");
	assert_int_equal(site[0].node->sum.current_dynamic, 200);
	assert_int_equal(site[0].node->sum.static_text, 0xf0);
	/* The directory alone is known; the label alone is known. */
	assert_ptr_equal(site[3].node->parent, memory_tree_find(&tree, "mm"));
	assert_string_equal(site[4].node->name, "0xffffffffc0005054");

	node = memory_tree_find(&tree, "fs/inode.o");
	assert_int_equal(node->sum.static_text, 0xf0 + 0x30 + 0x30 + 7);
	assert_int_equal(node->sum.static_data, 3);
	assert_int_equal(node->sum.static_bss, 5);
	node = child(node, "(padding and unnamed)");
	assert_int_equal(node->kind, TREE_PADDING);
	assert_int_equal(node->own.static_text, 7);
	assert_int_equal(node->own.static_data, 3);
	assert_int_equal(node->own.static_bss, 5);

	memory_tree_release(&tree);
	attribution_free(attribution);
}

static void test_tree_of_either_side_alone(void **state)
{
	static const char *const sites[] = {"alloc_inode+0x52/0x100", "leak+0x52/0x100 [leaky]"};
	struct maps *maps = *state;
	struct attribution *attribution = attribute(maps, 0, sites, COUNT(sites));
	struct memory_tree tree;
	struct error err;

	assert_int_equal(memory_tree_init(&tree, &err), 0);
	assert_int_equal(attribution_build_tree(attribution, NULL, &tree, &err), 0);
	assert_true(tree.sealed);
	assert_int_equal(live_at(&tree, "(unplaced)"), 100);
	assert_int_equal(live_at(&tree, "(module leaky)"), 100);
	memory_tree_release(&tree);
	attribution_free(attribution);

	assert_int_equal(memory_tree_init(&tree, &err), 0);
	assert_int_equal(attribution_build_tree(NULL, &maps->tree, &tree, &err), 0);
	assert_true(tree.sealed);
	assert_non_null(memory_tree_find(&tree, "fs/ext2/super.o"));
	assert_int_equal(tree.root->sum.current_dynamic, 0);
	memory_tree_release(&tree);
}

static void test_empty_account(void **state)
{
	struct attribution *attribution = attribute(*state, ALL, NULL, 0);
	size_t count;

	attribution_sites(attribution, &count);
	assert_int_equal(count, 0);
	attribution_free(attribution);
	attribution_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_symbolic_sites),
		cmocka_unit_test(test_symbolic_sites_left_open),
		cmocka_unit_test(test_module_sites),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_link_order_needs_evidence),
		cmocka_unit_test(test_unnamed_among_names_stays_raw),
		cmocka_unit_test(test_32bit_addresses),
		cmocka_unit_test(test_link_time_addresses),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_tree_of_either_side_alone),
		cmocka_unit_test(test_empty_account),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
