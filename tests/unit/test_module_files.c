/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/module_files.h"

#include "analyzer/attribute/module_open.h"
#include "analyzer/attribute/site_init_text.h"
#include "debug_fixture.h"

static const char *path_of(const struct fixture *fixture, const char *name, char path[256])
{
	(void)snprintf(path, 256, "%s/%s", fixture->root, name);
	return path;
}

/* modules.order of a build, a directory with compressed ones, names as the kernel writes them. */
static void test_find(void **state)
{
	const struct fixture *fixture = *state;
	const struct module_file *found;
	struct module_files modules;
	struct error err = {0};
	char path[256];
	size_t count;

	run(fixture, "mkdir -p build/sound/pci other/lib/modules/6.1.0/kernel/fs/ext2 other/x && "
		     "touch build/sound/pci/snd-hda.ko build/gone.c "
		     "other/lib/modules/6.1.0/kernel/fs/ext2/ext2.ko.xz other/x/snd_hda.ko.zst "
		     "other/x/notes.txt other/x/.ko && "
		     "printf 'sound/pci/snd-hda.ko\\nfs/gone.ko\\nrubbish\\n' > "
		     "build/modules.order");
	module_files_init(&modules);
	assert_int_equal(module_files_add_build(&modules, path_of(fixture, "build", path), &err),
			 0);
	assert_int_equal(module_files_add_path(&modules, path_of(fixture, "other", path), &err), 0);
	module_files_finish(&modules);
	assert_int_equal(modules.file_count, 3);

	found = module_files_find(&modules, "snd_hda", &count);
	assert_int_equal(count, 2);
	assert_string_equal(found[0].directory, "sound/pci"); /* the build's own first */
	assert_null(found[1].directory);
	found = module_files_find(&modules, "ext2", &count);
	assert_int_equal(count, 1);
	assert_string_equal(found->directory, "fs/ext2");
	assert_null(module_files_find(&modules, "snd-hda", &count));
	assert_int_equal(count, 0);
	module_files_release(&modules);
}

/* A copy of /proc/modules; what is neither that nor a directory with modules is refused. */
static void test_loads(void **state)
{
	const struct fixture *fixture = *state;
	struct module_files modules;
	struct error err = {0};
	char path[256];

	run(fixture, "printf 'brd 20480 0 - Live 0xffffffffc050a000\\n"
		     "leaky 16384 2 a,b, Live 0xffffffffc0000000 (OE)\\n"
		     "hidden 4096 0 - Live 0x0000000000000000\\n"
		     "cut 4096 0 - Live\\n' > modules && mkdir empty && echo rubbish > rubbish");
	module_files_init(&modules);
	assert_int_equal(module_files_add_path(&modules, path_of(fixture, "modules", path), &err),
			 0);
	module_files_finish(&modules);
	assert_int_equal(modules.load_count, 2);
	assert_string_equal(modules.loads[0].name, "leaky");
	assert_int_equal(modules.loads[0].address, UINT64_C(0xffffffffc0000000));
	assert_int_equal(modules.loads[0].size, 16384);
	assert_string_equal(modules.loads[1].name, "brd");
	assert_int_equal(module_files_add_path(&modules, path_of(fixture, "empty", path), &err),
			 ERROR_INPUT);
	assert_int_equal(module_files_add_path(&modules, path_of(fixture, "rubbish", path), &err),
			 ERROR_INPUT);
	assert_int_equal(module_files_add_path(&modules, path_of(fixture, "none", path), &err),
			 ERROR_INPUT);
	module_files_release(&modules);
}

/* What came with the trace: a /proc/modules in memory, and build ids. */
static void test_traced(void **state)
{
	static const char text[] = "brd 20480 0 - Live 0xc050a000\n\0rubbish\n"
				   "hidden 1 0 - Live 0x0\n"
				   "ext2 4096 0 - Live 0xc0000000"; /* no newline: a cut file */
	struct module_files modules;
	struct error err = {0};
	size_t count;

	(void)state;
	module_files_init(&modules);
	assert_int_equal(module_files_add_loads(&modules, text, sizeof(text) - 1, &count, &err), 0);
	assert_int_equal(count, 3);
	assert_int_equal(module_files_add_loads(&modules, NULL, 0, &count, &err), 0);
	assert_int_equal(count, 0);
	assert_int_equal(module_files_add_build_id(&modules, "veth", "02", &err), 0);
	assert_int_equal(module_files_add_build_id(&modules, "brd", "01", &err), 0);
	module_files_finish(&modules);
	assert_int_equal(modules.load_count, 2);
	assert_string_equal(modules.loads[0].name, "ext2");
	assert_string_equal(module_files_build_id(&modules, "brd"), "01");
	assert_string_equal(module_files_build_id(&modules, "veth"), "02");
	assert_null(module_files_build_id(&modules, "ext2"));
	assert_null(module_files_build_id(&modules, "zram"));
	module_files_release(&modules);
}

/* A module opens the same, packed or not; a damaged one is an error. */
static void test_open(void **state)
{
	static const char *const names[] = {"thing.ko", "thing.ko.xz", "thing.ko.gz",
					    "thing.ko.zst"};
	const struct fixture *fixture = *state;
	struct debug_search search = {.only_directory = true};
	struct opened_module opened;
	struct elfsyms_error err;
	char path[256];

	debug_kernel_build(fixture, "-gdwarf-5");
	run(fixture,
	    "cd out/drivers && xz -k thing.ko && gzip -k thing.ko && zstd -q -k thing.ko && "
	    "head -c 700 thing.ko.xz > cut.ko.xz && echo rubbish > rubbish.ko && : > "
	    "empty.ko && mkfifo pipe.ko");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct module_file file = {.name = "thing"};
		char name[64];

		(void)snprintf(name, sizeof(name), "out/drivers/%s", names[i]);
		file.path = path_of(fixture, name, path);
		assert_int_equal(module_open(&file, &search, &opened, &err), 0);
		assert_non_null(opened.debug);
		assert_int_equal(elf_object_identity(opened.elf)->type, 1); /* ET_REL */
		module_close(&opened);
	}
	for (const char *const *name = (const char *const[]){"cut.ko.xz", "rubbish.ko", "empty.ko",
							     "pipe.ko", "none.ko", NULL};
	     *name; name++) {
		struct module_file file = {.name = "thing"};
		char full[64];

		(void)snprintf(full, sizeof(full), "out/drivers/%s", *name);
		file.path = path_of(fixture, full, path);
		assert_true(module_open(&file, &search, &opened, &err) < 0);
		assert_non_null(strstr(err.text, *name));
	}
}

/* Shortly behind a module, but not in one: probably its init text. */
static void test_init_text(void **state)
{
	static const struct {
		const char *site, *module;
	} rows[] = {
		{"0xffffffffc0005054", "leaky"}, {"0xffffffffc0004000", "leaky"},
		{"0xffffffffc0003fff", NULL},	/* inside leaky */
		{"0xffffffffc0009000", NULL},	/* inside brd */
		{"0xffffffffc000f010", "brd"},	/* the nearest below */
		{"0xffffffffc0200000", NULL},	/* far away */
		{"0xffffffff81000000", NULL},	/* below all */
		{"leak_small+0x21/0x27", NULL}, /* not an address */
	};
	struct call_site sites[sizeof(rows) / sizeof(rows[0])] = {0};
	struct module_files modules;
	struct error err;

	(void)state;
	module_files_init(&modules);
	assert_int_equal(
		module_files_add_load(&modules, "brd", UINT64_C(0xffffffffc0008000), 20480, &err),
		0);
	assert_int_equal(
		module_files_add_load(&modules, "leaky", UINT64_C(0xffffffffc0000000), 16384, &err),
		0);
	module_files_finish(&modules);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sites[i].site = rows[i].site;
		sites[i].naming = SITE_RAW;
	}
	assert_int_equal(site_init_text_guess(&modules, &modules.arena, sites,
					      sizeof(rows) / sizeof(rows[0])),
			 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(sites[i].in_init_text, rows[i].module != NULL);
		if (rows[i].module) {
			assert_string_equal(sites[i].module, rows[i].module);
		} else {
			assert_null(sites[i].module);
		}
	}
	module_files_release(&modules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_find, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_loads, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_open, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_traced),
		cmocka_unit_test(test_init_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
