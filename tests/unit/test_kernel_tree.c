/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel tree says about its objects: sizes, symbols, names; and what it refuses. */
#include "kernel_fixture.h"

#include "test_paths.h"

static const struct tree_object *find_object(const struct kernel_tree *tree, const char *path)
{
	size_t count;
	const struct tree_object *objects = kernel_tree_objects(tree, &count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(objects[i].path, path) == 0) {
			return &objects[i];
		}
	}
	fail_msg("no object %s", path);
	return NULL;
}

/* The symbol called name of an object. */
static const struct tree_symbol *find_symbol(const struct kernel_tree *tree, const char *path,
					     const char *name)
{
	const struct tree_object *object = find_object(tree, path);
	size_t count;
	const struct tree_symbol *symbols = kernel_tree_symbols(tree, &count);

	for (uint32_t i = 0; i < object->symbol_count; i++) {
		if (strcmp(symbols[object->first_symbol + i].name, name) == 0) {
			return &symbols[object->first_symbol + i];
		}
	}
	fail_msg("no symbol %s in %s", name, path);
	return NULL;
}

/* Bytes given to the symbols of an object, by segment. */
static void sum_symbols(const struct kernel_tree *tree, const struct tree_object *object,
			struct elf_sizes *ret)
{
	size_t count;
	const struct tree_symbol *symbols = kernel_tree_symbols(tree, &count);

	*ret = (struct elf_sizes){0};
	assert_true((size_t)object->first_symbol + object->symbol_count <= count);
	for (uint32_t i = 0; i < object->symbol_count; i++) {
		const struct tree_symbol *symbol = &symbols[object->first_symbol + i];

		assert_ptr_equal(&kernel_tree_objects(tree, &count)[symbol->object], object);
		assert_int_equal(symbol->is_alias, symbol->static_bytes == 0);
		assert_true(symbol->static_bytes <= symbol->size);
		ret->text += symbol->segment == ELF_SEGMENT_TEXT ? symbol->static_bytes : 0;
		ret->data += symbol->segment == ELF_SEGMENT_DATA ? symbol->static_bytes : 0;
		ret->bss += symbol->segment == ELF_SEGMENT_BSS ? symbol->static_bytes : 0;
	}
}

/* Every object beside what size(1) prints for it; symbols never exceed it. Returns the objects
 * compared. */
static size_t compare_with_size(const struct kernel_tree *tree, const char *root)
{
	size_t count;
	const struct tree_object *objects = kernel_tree_objects(tree, &count);
	char command[256];
	char line[4096];
	size_t index = 0;
	FILE *size;
	char list[] = "/tmp/trace-analyze-size-XXXXXX";
	FILE *file = fdopen(mkstemp(list), "w");

	assert_non_null(file);
	for (size_t i = 0; i < count; i++) {
		(void)fprintf(file, "%s\n", objects[i].path);
	}
	assert_int_equal(fclose(file), 0);
	(void)snprintf(command, sizeof(command), "cd %s && xargs size < %s", root, list);
	size = popen(command, "r");
	assert_non_null(size);
	while (fgets(line, sizeof(line), size)) {
		const struct tree_object *object = &objects[index];
		struct elf_sizes sums;
		char *next;
		uint64_t text = strtoull(line, &next, 10);
		uint64_t data = strtoull(next, &next, 10);
		uint64_t bss = strtoull(next, &next, 10);

		if (strstr(line, "filename")) {
			continue;
		}
		assert_true(index < count);
		sum_symbols(tree, object, &sums);
		if (object->sizes.text != text || object->sizes.data != data ||
		    object->sizes.bss != bss || sums.text > text || sums.data > data ||
		    sums.bss > bss) {
			fail_msg("%s: size prints %s", object->path, line);
		}
		index++;
	}
	assert_int_equal(pclose(size), 0);
	(void)unlink(list);
	assert_int_equal(index, count);
	return index;
}

static const char sample_code[] =
	"int start_kernel(int a);\n"
	"int start_kernel(int a) { return a; }\n"
	"int start_alias(int a) __attribute__((alias(\"start_kernel\")));\n"
	"int weak_alias(int a) __attribute__((weak, alias(\"start_kernel\")));\n"
	"static int helper(int a) { return a * 2; }\n"
	"int (*helper_pointer)(int) = helper;\n"
	"int table[40] = {1};\n"
	"int zeroes[100];\n"
	"const char banner[32] = \"Linux\";\n"
	"int common_block[8];\n";

static void sizes_and_symbols(void **state)
{
	const struct fixture *fixture = *state;
	struct kernel_tree *tree;
	struct elf_sizes sums;

	compile(fixture, "init/main.o", sample_code);
	run(fixture, "ar cDPrST vmlinux.a init/main.o");
	tree = open_tree(fixture);
	assert_int_equal(compare_with_size(tree, fixture->root), 1);
	sum_symbols(tree, find_object(tree, "init/main.o"), &sums);
	assert_int_equal(sums.data, 160 + 8);
	assert_string_equal(find_object(tree, "init/main.o")->source, "main.c");
	assert_null(find_object(tree, "init/main.o")->module);
	assert_true(find_symbol(tree, "init/main.o", "helper")->is_function);
	assert_false(find_symbol(tree, "init/main.o", "helper")->is_global);
	assert_int_equal(find_symbol(tree, "init/main.o", "table")->static_bytes, 160);
	assert_int_equal(find_symbol(tree, "init/main.o", "table")->segment, ELF_SEGMENT_DATA);
	assert_false(find_symbol(tree, "init/main.o", "table")->is_function);
	assert_int_equal(find_symbol(tree, "init/main.o", "banner")->segment, ELF_SEGMENT_TEXT);
	kernel_tree_free(tree);
}

/* The shortest global name carries the bytes; the others stay findable with their size. */
static void aliases_share_bytes(void **state)
{
	const struct fixture *fixture = *state;
	struct kernel_tree *tree;
	const struct tree_symbol *symbols;
	const struct tree_symbol *carrier;
	size_t count;
	uint32_t found[4];

	compile(fixture, "init/main.o", sample_code);
	run(fixture, "ar cDPrST vmlinux.a init/main.o");
	tree = open_tree(fixture);
	symbols = kernel_tree_symbols(tree, &count);
	carrier = find_symbol(tree, "init/main.o", "start_alias");
	assert_false(carrier->is_alias);
	assert_int_equal(carrier->static_bytes, carrier->size);
	assert_true(find_symbol(tree, "init/main.o", "weak_alias")->is_alias);
	assert_true(find_symbol(tree, "init/main.o", "weak_alias")->is_weak);
	assert_int_equal(kernel_tree_by_name(tree, "start_kernel", found, 4), 1);
	assert_true(symbols[found[0]].is_alias);
	assert_int_equal(symbols[found[0]].size, carrier->size);
	kernel_tree_free(tree);
}

/* Labels inside a function and overlapping objects: no byte twice. */
static void overlaps_are_cut(void **state)
{
	const struct fixture *fixture = *state;
	struct kernel_tree *tree;

	compile(fixture, "init/main.o",
		"__asm__(\".text\\n.globl outer\\n.type outer,@function\\nouter: .skip 40\\n"
		".type inner,@function\\ninner: .skip 10\\n.size inner, 10\\n"
		".skip 14\\n.size outer, 64\\n"
		".type later,@function\\n.set later, outer + 50\\n.size later, 30\\n"
		".skip 100\\n"
		".type huge,@function\\nhuge: nop\\n.size huge, 1 << 40\\n\");");
	run(fixture, "ar cDPrST vmlinux.a init/main.o");
	tree = open_tree(fixture);
	assert_int_equal(find_symbol(tree, "init/main.o", "outer")->static_bytes, 64);
	assert_int_equal(find_symbol(tree, "init/main.o", "inner")->static_bytes, 0);
	assert_true(find_symbol(tree, "init/main.o", "inner")->is_alias);
	assert_int_equal(find_symbol(tree, "init/main.o", "later")->static_bytes, 16);
	assert_int_equal(find_symbol(tree, "init/main.o", "later")->size, 30);
	/* A size that no section has: cut to what the segment still holds. */
	assert_int_equal(compare_with_size(tree, fixture->root), 1);
	kernel_tree_free(tree);
}

/* One static name in several objects: all are found, in the order of the symbols. */
static void names_in_several_objects(void **state)
{
	const struct fixture *fixture = *state;
	struct kernel_tree *tree;
	const struct tree_symbol *symbols;
	uint32_t found[8];
	size_t count;

	compile(fixture, "init/main.o",
		"static int init(int a) { return a; } int (*p)(int) = init;");
	compile(fixture, "fs/open.o",
		"static int init(int a) { return a + a; } int (*q)(int) = init;");
	compile(fixture, "fs/super.o",
		"static int init(void) { return 1; } int (*r)(void) = init;");
	run(fixture, "ar cDPrST vmlinux.a init/main.o fs/open.o fs/super.o");
	tree = open_tree(fixture);
	symbols = kernel_tree_symbols(tree, &count);
	assert_int_equal(kernel_tree_by_name(tree, "init", found, 8), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(symbols[found[i]].object, i);
		assert_string_equal(symbols[found[i]].name, "init");
	}
	found[1] = 12345;
	assert_int_equal(kernel_tree_by_name(tree, "init", found, 1), 3);
	assert_int_equal(found[1], 12345);
	assert_int_equal(kernel_tree_by_name(tree, "ini", found, 8), 0);
	assert_int_equal(kernel_tree_by_name(tree, "", found, 8), 0);
	kernel_tree_free(tree);
}

static void bitcode_objects_are_counted(void **state)
{
	const struct fixture *fixture = *state;
	struct kernel_tree *tree;

	compile_function(fixture, "init/main.o", "start_kernel");
	run(fixture,
	    "mkdir fs && printf 'BC\\300\\336rest' > fs/open.o && "
	    "printf '\\336\\300\\027\\013rest' > fs/super.o && printf 'text' > fs/text.o && "
	    "ar cDPrST vmlinux.a init/main.o fs/open.o fs/super.o fs/text.o");
	tree = open_tree(fixture);
	assert_int_equal(kernel_tree_facts(tree)->object_count, 3);
	assert_int_equal(kernel_tree_facts(tree)->bitcode_count, 2);
	assert_int_equal(kernel_tree_facts(tree)->unreadable_count, 1);
	assert_non_null(strstr(kernel_tree_facts(tree)->first_unreadable, "fs/text.o"));
	assert_true(find_object(tree, "fs/open.o")->is_bitcode);
	assert_int_equal(find_object(tree, "fs/open.o")->symbol_count, 0);
	assert_false(find_object(tree, "init/main.o")->is_bitcode);
	kernel_tree_free(tree);
}

/* What vmlinux ascribes to a source that only one bitcode object can come from. */
static void bitcode_objects_get_symbols_of_vmlinux(void **state)
{
	const struct fixture *fixture = *state;
	struct kernel_tree *tree;
	struct elf_sizes sums;

	compile_function(fixture, "init/main.o", "start_kernel");
	compile(fixture, "fs/open.o",
		"static int open_it(int a) { return a; } int (*open_pointer)(int) = open_it; "
		"static int opened[25]; int *opened_pointer = opened;");
	compile(fixture, "fs/super.o", "static int one(int a) { return a; } int (*p)(int) = one;");
	compile(fixture, "mm/super.o", "static int two(int a) { return a; } int (*q)(int) = two;");
	link_vmlinux(fixture, "init/main.o fs/open.o fs/super.o mm/super.o");
	run(fixture,
	    "for o in fs/open.o fs/super.o mm/super.o; do printf 'BC\\300\\336' > $o; done; "
	    "ar cDPrST vmlinux.a init/main.o fs/open.o fs/super.o mm/super.o");
	tree = open_tree(fixture);
	assert_int_equal(kernel_tree_facts(tree)->bitcode_count, 3);
	assert_true(find_object(tree, "fs/open.o")->is_bitcode);
	assert_string_equal(find_object(tree, "fs/open.o")->source, "open.c");
	assert_true(find_symbol(tree, "fs/open.o", "open_it")->is_function);
	assert_int_equal(find_symbol(tree, "fs/open.o", "opened")->static_bytes, 100);
	assert_int_equal(find_object(tree, "fs/open.o")->sizes.bss, 100);
	sum_symbols(tree, find_object(tree, "fs/open.o"), &sums);
	assert_int_equal(find_object(tree, "fs/open.o")->sizes.text, sums.text);
	assert_int_equal(find_object(tree, "fs/super.o")->symbol_count, 0);
	assert_int_equal(find_object(tree, "mm/super.o")->symbol_count, 0);
	kernel_tree_free(tree);
}

/* The same text for every number of threads. */
static void threads_change_nothing(void **state)
{
	const struct fixture *fixture = *state;
	char expected[8192];
	char text[8192];

	compile(fixture, "t0.o", sample_code);
	run(fixture, "for i in $(seq 1 150); do cp t0.o t$i.o; done; rm t77.o && "
		     "ar cDPrST vmlinux.a $(ls t*.o) && echo x > t5.o && rm t33.o");
	for (unsigned int threads = 1; threads <= 9; threads += 4) {
		struct kernel_tree *tree;
		struct error error;
		size_t used;

		assert_int_equal(kernel_tree_open(fixture->root, threads, &tree, &error), 0);
		list_objects(tree, text, sizeof(text));
		used = strlen(text);
		(void)snprintf(text + used, sizeof(text) - used, "%s",
			       kernel_tree_facts(tree)->first_unreadable);
		assert_int_equal(kernel_tree_facts(tree)->unreadable_count, 2);
		if (threads == 1) {
			memcpy(expected, text, sizeof(text));
		}
		assert_string_equal(text, expected);
		kernel_tree_free(tree);
	}
}

static void modules_are_counted(void **state)
{
	const struct fixture *fixture = *state;
	struct kernel_tree *tree;

	compile_function(fixture, "init/main.o", "start_kernel");
	compile_function(fixture, "sound/snd-one.o", "one");
	compile_function(fixture, "sound/snd-one.mod.o", "one_info");
	compile_function(fixture, "sound/two.o", "two");
	write_text(fixture, "modules.order", "sound/two.ko\nsound/snd-one.ko\n");
	write_text(fixture, "System.map", "");
	run(fixture, "ar cDPrST vmlinux.a init/main.o");
	tree = open_tree(fixture);
	assert_int_equal(kernel_tree_facts(tree)->module_count, 2);
	assert_int_equal(kernel_tree_facts(tree)->vmlinux_object_count, 1);
	assert_int_equal(kernel_tree_facts(tree)->object_count, 4);
	assert_string_equal(find_object(tree, "sound/snd-one.mod.o")->module, "snd_one");
	assert_null(kernel_tree_vmlinux(tree));
	assert_non_null(kernel_tree_system_map(tree));
	kernel_tree_free(tree);
}

static void expect_error(const struct fixture *fixture, const char *name, enum error_code code,
			 const char *part)
{
	struct kernel_tree *tree = (struct kernel_tree *)1;
	struct error error = {0};
	char path[256];

	(void)snprintf(path, sizeof(path), "%s%s", fixture->root, name);
	assert_int_equal(kernel_tree_open(path, 1, &tree, &error), code);
	assert_int_equal(error.code, code);
	assert_null(tree);
	if (!strstr(error.text, part) || !strstr(error.text, fixture->root)) {
		fail_msg("\"%s\" does not say \"%s\"", error.text, part);
	}
}

static void what_is_no_kernel_build(void **state)
{
	const struct fixture *fixture = *state;

	expect_error(fixture, "/nowhere", ERROR_INPUT, "No such file");
	expect_error(fixture, "", ERROR_USAGE, "not a kernel build (looked for vmlinux");
	assert_false(kernel_tree_is_build(fixture->root));
	assert_false(kernel_tree_is_build("/nowhere/at/all"));
	write_text(fixture, "notes.txt", "hello");
	expect_error(fixture, "/notes.txt", ERROR_USAGE, "not an ELF file");
	run(fixture, "mkfifo pipe && : > empty && printf '\\177ELF broken' > broken");
	expect_error(fixture, "/pipe", ERROR_USAGE, "neither a kernel build");
	expect_error(fixture, "/empty", ERROR_USAGE, "not an ELF file");
	expect_error(fixture, "/broken", ERROR_INPUT, "broken");
	compile_function(fixture, "some/where.o", "somewhere");
	expect_error(fixture, "/some/where.o", ERROR_USAGE, "not a linked vmlinux");
	expect_error(fixture, "", ERROR_USAGE, "not a kernel build");
	write_text(fixture, ".config", "CONFIG_X86=y\n");
	expect_error(fixture, "", ERROR_USAGE, "configured, but not built");
	run(fixture, "touch Kbuild Makefile && mkdir init && touch init/main.c");
	expect_error(fixture, "", ERROR_USAGE, "has not been built here");
	assert_false(kernel_tree_is_build(fixture->root));
	compile_function(fixture, "init/main.o", "start_kernel");
	assert_true(kernel_tree_is_build(fixture->root));
}

static void vmlinux_alone(void **state)
{
	const struct fixture *fixture = *state;
	struct kernel_tree *tree;
	struct error error;
	char path[256];
	size_t count;
	uint32_t found;

	compile_function(fixture, "init/main.o", "start_kernel");
	link_vmlinux(fixture, "init/main.o");
	(void)snprintf(path, sizeof(path), "%s/vmlinux", fixture->root);
	assert_int_equal(kernel_tree_open(path, 0, &tree, &error), 0);
	assert_string_equal(kernel_tree_vmlinux(tree), path);
	assert_null(kernel_tree_system_map(tree));
	(void)kernel_tree_objects(tree, &count);
	assert_int_equal(count, 0);
	assert_int_equal(kernel_tree_by_name(tree, "start_kernel", &found, 1), 0);
	kernel_tree_free(tree);
	kernel_tree_free(NULL);
}

/* The output folder of an O= build: a link to the sources, and a trailing slash from the shell. */
static void separate_output_folder(void **state)
{
	struct fixture output = *(const struct fixture *)*state;
	struct kernel_tree *tree;
	struct error error;
	char path[256];

	run(&output,
	    "mkdir -p src/init src/fs out && touch src/init/main.c && ln -s ../src out/source");
	compile_function(&output, "out/init/main.o", "start_kernel");
	compile_function(&output, "src/fs/old.o", "in_tree_left_over");
	run(&output, "cd out && ar cDPrST built-in.a init/main.o");
	(void)snprintf(path, sizeof(path), "%s/out//", output.root);
	assert_int_equal(kernel_tree_open(path, 1, &tree, &error), 0);
	assert_int_equal(kernel_tree_facts(tree)->object_count, 1);
	assert_string_equal(find_object(tree, "init/main.o")->path, "init/main.o");
	kernel_tree_free(tree);
	run(&output, "rm out/built-in.a");
	assert_int_equal(kernel_tree_open(path, 1, &tree, &error), 0);
	assert_int_equal(kernel_tree_facts(tree)->object_count, 1);
	kernel_tree_free(tree);
}

/* The lab's real 6.1 build: the archive's members and the modules', each as size(1) has it. */
static void lab_tree(void **state)
{
	struct kernel_tree *tree;
	struct error error;
	char path[4096];

	(void)state;
	if (!lab_path("linux", path, sizeof(path))) {
		skip();
	}
	assert_int_equal(kernel_tree_open(path, 0, &tree, &error), 0);
	assert_string_equal(kernel_tree_facts(tree)->evidence, "vmlinux.a");
	/* 1435 members of vmlinux.a, init/version-timestamp.o, .vmlinux.export.o. */
	assert_int_equal(kernel_tree_facts(tree)->vmlinux_object_count, 1437);
	assert_int_equal(kernel_tree_facts(tree)->module_count, 6);
	assert_int_equal(kernel_tree_facts(tree)->unreadable_count, 0);
	assert_int_equal(compare_with_size(tree, path), kernel_tree_facts(tree)->object_count);
	assert_string_equal(find_object(tree, "fs/ext2/balloc.o")->module, "ext2");
	assert_string_equal(find_object(tree, "fs/fat/namei_vfat.o")->module, "vfat");
	kernel_tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		kernel_test(sizes_and_symbols),
		kernel_test(aliases_share_bytes),
		kernel_test(overlaps_are_cut),
		kernel_test(names_in_several_objects),
		kernel_test(bitcode_objects_are_counted),
		kernel_test(bitcode_objects_get_symbols_of_vmlinux),
		kernel_test(threads_change_nothing),
		kernel_test(modules_are_counted),
		kernel_test(what_is_no_kernel_build),
		kernel_test(vmlinux_alone),
		kernel_test(separate_output_folder),
		cmocka_unit_test(lab_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
