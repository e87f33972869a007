/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A linked kernel with debug info and nothing else: its units become objects, call sites get
 * lines and places, and functions of one name and size are told apart by where they call.
 */
#include "analyzer/attribute/attribution.h"
#include "analyzer/attribute/site_debug.h"
#include "analyzer/attribute/site_modules.h"
#include "debug_fixture.h"

/* The same instructions in another order: calls in line 4 and 3. */
static const char early_c[] = "void *__kmalloc(unsigned long n); extern void *kept;\n"
			      "static __attribute__((noinline)) void setup(void) {\n"
			      "	kept = __kmalloc(1);\n"
			      "	__asm__ volatile(\"nop; nop; nop; nop\" ::: \"memory\");\n"
			      "}\n"
			      "void early(void) { setup(); __asm__ volatile(\"\"); }\n";
static const char late_c[] = "void *__kmalloc(unsigned long n); extern void *kept;\n"
			     "static __attribute__((noinline)) void setup(void) {\n"
			     "	__asm__ volatile(\"nop; nop; nop; nop\" ::: \"memory\");\n"
			     "	kept = __kmalloc(1);\n"
			     "}\n"
			     "void late(void) { setup(); __asm__ volatile(\"\"); }\n";
static const char start_c[] = "void *kept; void early(void); void late(void);\n"
			      "void _start(void) { early(); late(); for (;;); }\n";

struct kernel {
	struct kernel_tree *tree;
	struct symbol_map *map;
	struct debug_info *debug;
	char path[256];
};

static void kernel_open(const struct fixture *fixture, struct kernel *kernel)
{
	struct debug_search search = {.only_directory = true};
	struct elfsyms_error why;
	struct elf_object *object;
	struct error err;

	run(fixture, "mkdir -p init mm early late");
	source_write(fixture, "init/main.c", start_c);
	source_write(fixture, "mm/slab.c", debug_slab_c);
	source_write(fixture, "early/setup.c", early_c);
	source_write(fixture, "late/setup.c", late_c);
	run(fixture, "gcc -g -O2 -fno-pie -no-pie -nostdlib -static -ffreestanding "
		     "-fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none "
		     "-falign-functions=64 -Wl,-e,_start -o vmlinux init/main.c mm/slab.c "
		     "early/setup.c late/setup.c");
	(void)snprintf(kernel->path, sizeof(kernel->path), "%s/vmlinux", fixture->root);
	assert_int_equal(kernel_tree_open(kernel->path, 1, &kernel->tree, &err), 0);
	assert_int_equal(elf_object_open(kernel->path, &object, &why), 0);
	assert_int_equal(symbol_map_from_elf(object, &kernel->map, &why), 0);
	elf_object_close(object);
	assert_int_equal(debug_info_open(kernel->path, &search, &kernel->debug, &why), 0);
	assert_int_equal(kernel_tree_add_units(kernel->tree, kernel->debug, 1, &err), 0);
}

static void kernel_close(struct kernel *kernel)
{
	debug_info_close(kernel->debug);
	symbol_map_free(kernel->map);
	kernel_tree_free(kernel->tree);
}

/* Every byte that size(1) counts is somewhere, and objects are named as the build would. */
static void test_units_are_objects(void **state)
{
	static const char *const paths[] = {"init/main.o", "mm/slab.o", "early/setup.o",
					    "late/setup.o", "(no compilation unit)"};
	struct elf_sizes sum = {0};
	struct elf_sizes whole;
	struct elfsyms_error why;
	struct elf_object *elf;
	const struct tree_object *objects;
	struct kernel kernel;
	size_t count;

	kernel_open(*state, &kernel);
	objects = kernel_tree_objects(kernel.tree, &count);
	assert_int_equal(count, sizeof(paths) / sizeof(paths[0]));
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(objects[i].path, paths[i]);
		assert_int_equal(objects[i].is_group, i == count - 1);
		sum.text += objects[i].sizes.text;
		sum.data += objects[i].sizes.data;
		sum.bss += objects[i].sizes.bss;
	}
	assert_true(objects[1].sizes.bss == 64); /* mm/slab.c: memory */
	assert_int_equal(kernel_tree_facts(kernel.tree)->vmlinux_object_count, 4);
	assert_int_equal(elf_object_open(kernel.path, &elf, &why), 0);
	assert_int_equal(elf_object_sizes(elf, &whole, &why), 0);
	elf_object_close(elf);
	assert_int_equal(sum.text, whole.text);
	assert_int_equal(sum.data, whole.data);
	assert_int_equal(sum.bss, whole.bss);
	kernel_close(&kernel);
}

/* Of the function: offset of the first place a call returns to. */
static uint64_t call_offset(const struct kernel *kernel, const struct map_symbol *symbol)
{
	for (uint64_t offset = 1; offset <= symbol->size; offset++) {
		uint64_t address = symbol->address + offset - 1;
		struct debug_place place;
		struct elfsyms_error why;

		assert_int_equal(debug_info_resolve(kernel->debug, &address, 1, 1, &place, &why),
				 0);
		if (place.is_call) {
			return offset;
		}
	}
	fail_msg("no call in %s", symbol->name);
	return 0;
}

static struct attribution *attributed(const struct kernel *kernel, struct account_row *rows,
				      size_t count)
{
	struct account account = {.rows = rows, .row_count = count};
	struct attribution_sources sources = {
		.tree = kernel->tree, .vmlinux = kernel->map, .debug = kernel->debug};
	struct attribution *attribution;
	struct error err;

	assert_int_equal(attribution_run(&account, &sources, &attribution, &err), 0);
	return attribution;
}

static void test_equal_functions(void **state)
{
	const struct map_symbol *setups[2];
	struct attribution *attribution;
	struct account_row rows[3] = {0};
	const struct call_site *sites;
	char texts[3][64];
	struct kernel kernel;
	uint64_t offsets[2];
	size_t count;

	kernel_open(*state, &kernel);
	assert_int_equal(symbol_map_by_name(kernel.map, "setup", 5, NULL, 0, setups, 2), 2);
	assert_int_equal(setups[0]->extent, setups[1]->extent);
	offsets[0] = call_offset(&kernel, setups[0]);
	offsets[1] = call_offset(&kernel, setups[1]);
	assert_true(offsets[0] < offsets[1]);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(texts[i], sizeof(texts[i]), "setup+0x%x/0x%x",
			       i < 2 ? (unsigned int)offsets[i] : 1U,
			       (unsigned int)setups[0]->extent);
		rows[i].site = texts[i];
	}
	attribution = attributed(&kernel, rows, 3);
	sites = attribution_sites(attribution, &count);

	assert_int_equal(sites[0].naming, SITE_NAMED);
	assert_string_equal(sites[0].directory, "early");
	assert_string_equal(sites[0].object, "early/setup.o");
	assert_string_equal(sites[0].file, "early/setup.c");
	assert_int_equal(sites[0].line, 3);
	assert_true(sites[0].has_address && sites[0].address == setups[0]->address + offsets[0]);
	assert_string_equal(sites[1].directory, "late");
	assert_string_equal(sites[1].file, "late/setup.c");
	assert_int_equal(sites[1].line, 4);

	/* Neither calls there: both stay, with their files, and neither is chosen. */
	assert_int_equal(sites[2].naming, SITE_AMBIGUOUS);
	assert_int_equal(sites[2].placing, SITE_UNPLACED);
	assert_null(sites[2].file);
	assert_int_equal(sites[2].candidate_count, 2);
	assert_string_equal(sites[2].candidates[0].file, "early/setup.c");
	assert_string_equal(sites[2].candidates[1].file, "late/setup.c");
	assert_int_equal(attribution_facts(attribution)->ambiguous_sites, 1);
	assert_int_equal(attribution_facts(attribution)->debug_sites, 2);
	attribution_free(attribution);
	kernel_close(&kernel);
}

/*
 * A raw address inside a module: its function is found by the load address and the
 * file. Without names in the trace only: a bare address among names had none when it was recorded.
 */
static void test_module_address(void **state)
{
	const struct fixture *fixture = *state;
	struct call_site sites[4] = {
		{.site = "ffffffffc0000000"}, /* the start of the first function: no call ends here
					       */
		{.site = "ffffffffc0000005"},
		{.site = "0xffffffffc0000005"},
		{.site = "ffffffffc0004000"}, /* behind the module's code */
	};
	struct attribution_sources sources = {0};
	struct module_files modules;
	struct arena arena;
	struct error err;

	debug_kernel_build(fixture, "-gdwarf-5");
	arena_init(&arena);
	module_files_init(&modules);
	assert_int_equal(module_files_add_path(&modules, fixture->root, &err), 0);
	assert_int_equal(module_files_add_load(&modules, "thing", UINT64_C(0xffffffffc0000000),
					       0x4000, &err),
			 0);
	module_files_finish(&modules);
	sources.modules = &modules;
	for (size_t i = 0; i < 4; i++) {
		sites[i].naming = SITE_RAW;
	}
	assert_int_equal(site_modules_resolve(&sources, true, &arena, sites + 2, 1), 0);
	assert_null(sites[2].function);
	assert_int_equal(site_modules_resolve(&sources, false, &arena, sites, 4), 0);
	assert_null(sites[0].function);
	assert_null(sites[3].function);
	assert_string_equal(sites[1].function, "alloc_thing");
	assert_string_equal(sites[1].caller, "alloc_thing+0x5 [thing]");
	assert_string_equal(sites[1].module, "thing");
	assert_int_equal(sites[1].naming, SITE_NAMED);
	assert_true(sites[1].has_module_place);
	assert_true(sites[1].frame_count > 0);
	assert_string_equal(sites[2].caller, "alloc_thing+0x5 [thing]");
	module_files_release(&modules);
	arena_release(&arena);
}

/* The tree's word counts; that the debug info differs is known. */
static void test_tree_wins(void **state)
{
	struct call_site site = {.placing = SITE_PLACED,
				 .directory = "fs/other",
				 .object = "fs/other/a.o",
				 .unit = "fs/a.c",
				 .naming = SITE_NAMED};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_int_equal(site_debug_settle(&arena, &site), 0);
	assert_true(site.unit_differs);
	assert_string_equal(site.directory, "fs/other");
	site.unit_differs = false;
	site.unit = "fs/other/b.c"; /* another file, the same directory */
	assert_int_equal(site_debug_settle(&arena, &site), 0);
	assert_false(site.unit_differs);
	site.unit = "/elsewhere/b.c"; /* outside of the source: nothing to compare */
	assert_int_equal(site_debug_settle(&arena, &site), 0);
	assert_false(site.unit_differs);
	site = (struct call_site){.placing = SITE_UNPLACED,
				  .directory = "(unplaced)",
				  .naming = SITE_AMBIGUOUS,
				  .unit = "top.c"};
	assert_int_equal(site_debug_settle(&arena, &site), 0);
	assert_int_equal(site.placing, SITE_PLACED);
	assert_int_equal(site.naming, SITE_NAMED);
	assert_string_equal(site.directory, "");
	assert_string_equal(site.object, "top.o");
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_units_are_objects, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_equal_functions, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_module_address, fixture_setup,
						fixture_teardown),
		cmocka_unit_test(test_tree_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
