/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elfsyms/debug_info.h"

#include <sys/stat.h>

#include "debug_fixture.h"
#include "elfsyms/object.h"

#define CODE_MAX 512

/* A function of a file: address where the debug info has it, and its size. */
struct wanted {
	const char *name;
	uint64_t value, size;
	uint32_t section;
};

static int find_symbol(const struct elf_symbol *symbol, void *context)
{
	struct wanted *wanted = context;

	if (strcmp(symbol->name, wanted->name) == 0) {
		wanted->value = symbol->value;
		wanted->size = symbol->size;
		wanted->section = symbol->section;
	}
	return 0;
}

static struct wanted symbol_of(const char *path, const char *name)
{
	struct wanted wanted = {.name = name};
	struct elfsyms_error err;
	struct elf_object *object;

	assert_int_equal(elf_object_open(path, &object, &err), 0);
	assert_int_equal(elf_object_symbols(object, find_symbol, &wanted, &err), 0);
	elf_object_close(object);
	assert_true(wanted.size > 0 && wanted.size <= CODE_MAX);
	return wanted;
}

static struct debug_info *opened(const char *path, const char *debug_dir)
{
	struct debug_search search = {.directory = debug_dir, .only_directory = true};
	struct elfsyms_error err = {0};
	struct debug_info *info;

	if (debug_info_open(path, &search, &info, &err) != 0) {
		fail_msg("%s", err.text);
	}
	return info;
}

static const char *path_of(const struct fixture *fixture, const char *name, char path[256])
{
	(void)snprintf(path, 256, "%s/%s", fixture->root, name);
	return path;
}

static void frame_check(const struct debug_frame *frame, const char *function, const char *file,
			uint32_t line)
{
	assert_string_equal(frame->function, function);
	assert_string_equal(frame->file, file);
	assert_int_equal(frame->line, line);
}

/*
 * Every byte of alloc_thing is looked up; where the innermost frame is kmalloc, the
 * chain has to be whole. Returns how many bytes were kmalloc's, and of how many calls.
 */
static size_t chain_check(struct debug_info *info, uint64_t address, uint64_t size, size_t *calls)
{
	uint64_t addresses[CODE_MAX] = {0};
	struct debug_place places[CODE_MAX];
	struct elfsyms_error err;
	size_t found = 0;

	*calls = 0;
	for (size_t i = 0; i < size; i++) {
		addresses[i] = address + i;
	}
	assert_int_equal(debug_info_resolve(info, addresses, size, 1, places, &err), 0);
	for (size_t i = 0; i < size; i++) {
		const struct debug_frame *frames = places[i].frames;

		assert_string_equal(places[i].unit, "drivers/thing.c");
		*calls += places[i].is_call;
		assert_true(places[i].frame_count >= 1);
		assert_string_equal(frames[places[i].frame_count - 1].function, "alloc_thing");
		assert_string_equal(frames[places[i].frame_count - 1].declared, "drivers/thing.c");
		if (places[i].frame_count != 4) {
			continue;
		}
		found++;
		frame_check(&frames[0], "kmalloc", "include/linux/slab.h", 3);
		frame_check(&frames[1], "kzalloc", "include/linux/slab.h", 7);
		frame_check(&frames[2], "helper", "drivers/thing.c", 5);
		frame_check(&frames[3], "alloc_thing", "drivers/thing.c", 9);
		assert_string_equal(frames[0].declared, "include/linux/slab.h");
		assert_string_equal(frames[1].declared, "include/linux/slab.h");
		assert_string_equal(frames[2].declared, "drivers/thing.c");
	}
	return found;
}

static void linked_check(const char *path, const char *debug_dir)
{
	struct wanted wanted = symbol_of(path, "alloc_thing");
	struct debug_info *info = opened(path, debug_dir);
	struct debug_facts facts;
	size_t calls;

	assert_true(chain_check(info, wanted.value, wanted.size, &calls) > 0);
	assert_int_equal(calls, 1);
	assert_string_equal(debug_info_unit_of(info, wanted.value), "drivers/thing.c");
	assert_null(debug_info_unit_of(info, 16));
	debug_info_facts(info, &facts);
	assert_int_equal(facts.unit_count, 3);
	assert_int_equal(facts.damaged_unit_count, 0);
	assert_int_equal(facts.missing_split_count, 0);
	assert_false(facts.is_cut);
	debug_info_close(info);
}

static void test_formats(void **state)
{
	static const char *const flags[] = {
		"-gdwarf-5",
		"-gdwarf-4",
		"-gdwarf-5 -gz",
		"-gdwarf-4 -gz",
		"-gdwarf-5 -gdwarf64",
		"-gdwarf-4 -fdebug-types-section",
		"-gdwarf-5 -gsplit-dwarf",
		"-gdwarf-4 -gsplit-dwarf",
	};
	const struct fixture *fixture = *state;
	char path[256];

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		debug_kernel_build(fixture, flags[i]);
		linked_check(path_of(fixture, "out/vmlinux", path), NULL);
	}
}

/*
 * A .ko keeps its relocations: sections are laid out, and the chain is found all the
 * same. Alone it does not know where the source is; its vmlinux tells.
 */
static void test_relocatable(void **state)
{
	static const char *const flags[] = {"-gdwarf-5", "-gdwarf-4", "-gdwarf-5 -gz"};
	const struct fixture *fixture = *state;
	char path[256];
	char kernel[256];

	path_of(fixture, "out/drivers/thing.ko", path);
	path_of(fixture, "out/vmlinux", kernel);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		struct debug_search search = {.only_directory = true};
		struct elfsyms_error err;
		struct debug_info *vmlinux;
		struct debug_info *info;
		struct wanted wanted;
		uint64_t address;
		size_t calls;

		debug_kernel_build(fixture, flags[i]);
		wanted = symbol_of(path, "alloc_thing");
		vmlinux = opened(kernel, NULL);
		info = opened(path, NULL);
		address = debug_info_section_base(info, wanted.section) + wanted.value;
		assert_int_equal(debug_info_unit_of(info, address)[0], '/');
		assert_true(debug_info_section_base(info, 100000) == 0);
		debug_info_close(info);
		search.source_root = debug_info_source_root(vmlinux);
		assert_int_equal(debug_info_open(path, &search, &info, &err), 0);
		address = debug_info_section_base(info, wanted.section) + wanted.value;
		assert_true(chain_check(info, address, wanted.size, &calls) > 0);
		assert_int_equal(calls, 1);
		debug_info_close(info);
		debug_info_close(vmlinux);
	}
}

/* objcopy splits the debug info off; each of the agreed places is found, a wrong build id is not.
 */
static void test_separate_files(void **state)
{
	const struct fixture *fixture = *state;
	char path[256];
	char debug[256];

	debug_kernel_build(fixture, "-gdwarf-5");
	path_of(fixture, "out/vmlinux", path);
	path_of(fixture, "debug", debug);
	run(fixture, "mkdir -p debug && cd out && objcopy --only-keep-debug vmlinux vmlinux.debug "
		     "&& objcopy --strip-debug vmlinux vmlinux.plain "
		     "&& objcopy --add-gnu-debuglink=vmlinux.debug vmlinux.plain vmlinux");
	linked_check(path, debug);
	run(fixture, "mkdir out/.debug && mv out/vmlinux.debug out/.debug/");
	linked_check(path, debug);
	run(fixture, "cp out/vmlinux.plain out/vmlinux && id=$(readelf -n out/vmlinux | sed -n "
		     "'s/.*Build ID: //p') && mkdir -p debug/.build-id/${id%%${id#??}} && mv "
		     "out/.debug/vmlinux.debug debug/.build-id/${id%%${id#??}}/${id#??}.debug");
	linked_check(path, debug);
	run(fixture, "mkdir -p debug/boot && mv debug/.build-id/*/*.debug debug/boot/vmlinux");
	linked_check(path, debug);
	run(fixture, "mkdir -p debug$(pwd -P)/out && mv debug/boot/vmlinux "
		     "debug$(pwd -P)/out/vmlinux.debug");
	linked_check(path, debug);
}

static void refused_check(const char *path, const char *debug_dir)
{
	struct debug_search search = {.directory = debug_dir, .only_directory = true};
	struct elfsyms_error err = {0};
	struct debug_info *info;

	assert_int_equal(debug_info_open(path, &search, &info, &err), ELFSYMS_FORMAT);
	assert_null(info);
	assert_non_null(strstr(err.text, "no separate debug file"));
}

static void test_none(void **state)
{
	const struct fixture *fixture = *state;
	struct debug_search search = {.only_directory = true};
	struct elfsyms_error err = {0};
	struct debug_info *info;
	char path[256];
	char debug[256];

	path_of(fixture, "out/vmlinux", path);
	path_of(fixture, "debug", debug);
	debug_kernel_build(fixture, "-g0");
	refused_check(path, NULL);
	/* Of another build: the same name, another build id. */
	run(fixture, "mkdir -p debug/boot && cp out/vmlinux plain");
	debug_kernel_build(fixture, "-gdwarf-5 -DOTHER -O1");
	run(fixture, "mv out/vmlinux debug/boot/vmlinux && mv plain out/vmlinux");
	refused_check(path, debug);
	path_of(fixture, "src/init/main.c", path);
	assert_int_equal(debug_info_open(path, &search, &info, &err), ELFSYMS_FORMAT);
	path_of(fixture, "nowhere", path);
	assert_int_equal(debug_info_open(path, &search, &info, &err), ELFSYMS_IO);
}

/* A .dwo that is gone costs the functions, not the lines. */
static void test_missing_split_file(void **state)
{
	const struct fixture *fixture = *state;
	struct debug_facts facts;
	struct debug_info *info;
	struct debug_place place;
	struct elfsyms_error err;
	struct wanted wanted;
	char path[256];

	debug_kernel_build(fixture, "-gdwarf-5 -gsplit-dwarf");
	run(fixture, "rm out/drivers/thing.dwo");
	path_of(fixture, "out/vmlinux", path);
	wanted = symbol_of(path, "alloc_thing");
	info = opened(path, NULL);
	debug_info_facts(info, &facts);
	assert_int_equal(facts.unit_count, 3);
	assert_int_equal(facts.missing_split_count, 1);
	assert_int_equal(debug_info_resolve(info, &wanted.value, 1, 1, &place, &err), 0);
	assert_int_equal(place.frame_count, 1);
	assert_null(place.frames[0].function);
	assert_string_equal(place.frames[0].file, "drivers/thing.c");
	debug_info_close(info);
}

static void test_variables(void **state)
{
	static const struct {
		const char *symbol, *unit;
	} rows[] = {
		{"thing_kept", "drivers/thing.c"},
		{"thing_count", "drivers/thing.c"},
		{"memory", "mm/slab.c"},
	};
	static const char *const flags[] = {"-gdwarf-5", "-gdwarf-4", "-gdwarf-5 -gsplit-dwarf",
					    "-gdwarf-4 -gsplit-dwarf"};
	const struct fixture *fixture = *state;
	char path[256];

	path_of(fixture, "out/vmlinux", path);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		struct debug_variable *variables;
		struct elfsyms_error err;
		struct debug_info *info;
		size_t count;

		debug_kernel_build(fixture, flags[i]);
		info = opened(path, NULL);
		assert_int_equal(debug_info_variables(info, 2, &variables, &count, &err), 0);
		for (size_t j = 0; j < sizeof(rows) / sizeof(rows[0]); j++) {
			struct wanted wanted = symbol_of(path, rows[j].symbol);
			size_t at = 0;

			while (at < count && variables[at].address != wanted.value) {
				at++;
			}
			assert_true(at < count);
			assert_string_equal(variables[at].unit, rows[j].unit);
		}
		free(variables);
		debug_info_close(info);
	}
}

/* With a unit's header overwritten, those behind it can't be found: that is said. */
static void test_damaged_header(void **state)
{
	const struct fixture *fixture = *state;
	struct debug_facts facts;
	struct debug_info *info;
	char path[256];

	debug_kernel_build(fixture, "-gdwarf-5");
	run(fixture, "cd out && objcopy --dump-section .debug_info=info vmlinux && "
		     "head -c $(($(od -An -tu4 -N4 info) + 4)) info > first && "
		     "{ cat first; tail -c +$(($(stat -c %%s first) + 1)) info | tr '\\0-\\377' "
		     "'\\377'; } > damaged && "
		     "objcopy --update-section .debug_info=damaged vmlinux");
	info = opened(path_of(fixture, "out/vmlinux", path), NULL);
	debug_info_facts(info, &facts);
	assert_int_equal(facts.unit_count, 1);
	assert_true(facts.is_cut);
	debug_info_close(info);
}

/* Cut anywhere, the file is refused or says less; it must not crash (sanitizers watch). */
static void test_cut(void **state)
{
	const struct fixture *fixture = *state;
	char path[256];
	char cut[256];
	struct stat status;

	debug_kernel_build(fixture, "-gdwarf-5");
	path_of(fixture, "out/vmlinux", path);
	path_of(fixture, "cut", cut);
	assert_int_equal(stat(path, &status), 0);
	for (off_t size = status.st_size - 1; size > 0; size -= status.st_size / 23) {
		struct debug_search search = {.only_directory = true};
		struct debug_info *info = NULL;
		struct elfsyms_error err = {0};

		run(fixture, "cp out/vmlinux cut && truncate -s %lld cut", (long long)size);
		if (debug_info_open(cut, &search, &info, &err) == 0) {
			debug_info_close(info);
		} else {
			assert_null(info);
			assert_true(err.text[0] != '\0');
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_formats, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_relocatable, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_separate_files, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_none, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_missing_split_file, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_variables, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_damaged_header, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_cut, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
