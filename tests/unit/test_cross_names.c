/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernels of other machines, read here: names and addresses are those of their own nm, the
 * Thumb bit and marks of content ($a, $t, $d, $x) are no part of them, and raw call sites
 * get their functions. A compiler that is not installed is skipped.
 */
#include "analyzer/attribute/attribution.h"
#include "elfsyms/call_instruction.h"
#include "kernel_fixture.h"

static const struct machine {
	const char *name, *prefix, *flags;
	bool is_thumb;
	bool has_calls; /* its calls are known */
} machines[] = {
	{"arm64", "aarch64-linux-gnu-", "", false, true},
	{"ARM", "arm-linux-gnueabihf-", "-marm", false, true},
	{"Thumb", "arm-linux-gnueabihf-", "-mthumb", true, true},
	{"RISC-V", "riscv64-linux-gnu-", "-mcmodel=medany", false, true},
	{"s390x, big endian", "s390x-linux-gnu-", "", false, false},
};
#define MACHINES (sizeof(machines) / sizeof(machines[0]))

static const char source[] =
	"#define N __attribute__((noinline, noclone, noipa))\n"
	"char *last; const char text[] = \"constant\";\n"
	"N void *kmem_cache_alloc(void *c, int f) { return (char *)c + f; }\n"
	"N static void *jumper(void *c) { return kmem_cache_alloc(c, 2); }\n"
	"void direct(void *c) { char *p = kmem_cache_alloc(c, 0x12345678); *p = text[3];\n"
	"  last = p; }\n"
	"void seen(void *c) { char *p = jumper(c); *p = 1; last = p; }\n";

struct kernel {
	struct kernel_code code;
	struct symbol_map *map;
};

static bool build(const struct fixture *fixture, const struct machine *machine)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "command -v %sgcc >/dev/null 2>&1",
		       machine->prefix);
	if (system(command) != 0) {
		print_message("skipped: no %sgcc\n", machine->prefix);
		return false;
	}
	run(fixture, "cat > code.c <<'EOF'\n%s\nEOF\n:", source);
	run(fixture,
	    "%sgcc %s -O2 -ffreestanding -fno-pic -fno-pie -fno-stack-protector -nostdlib -static "
	    "-no-pie -Wl,-e,0 -Wl,-Ttext=0x400000 -Wl,--build-id=none code.c -o vmlinux",
	    machine->prefix, machine->flags);
	run(fixture, "%snm vmlinux > names", machine->prefix);
	return true;
}

static void kernel_open(const struct fixture *fixture, struct kernel *kernel)
{
	struct elf_object *object;
	struct elfsyms_error err;
	char path[128];

	memset(kernel, 0, sizeof(*kernel));
	(void)snprintf(path, sizeof(path), "%s/vmlinux", fixture->root);
	assert_int_equal(elf_object_open(path, &object, &err), 0);
	assert_int_equal(symbol_map_from_elf(object, &kernel->map, &err), 0);
	assert_int_equal(kernel_code_set_vmlinux(&kernel->code, object, &err), 0);
}

static void kernel_close(struct kernel *kernel)
{
	kernel_code_release(&kernel->code);
	symbol_map_free(kernel->map);
}

static void check_names(const struct fixture *fixture, const struct kernel *kernel)
{
	size_t functions = 0;
	char line[256];
	char path[128];
	FILE *names;

	(void)snprintf(path, sizeof(path), "%s/names", fixture->root);
	names = fopen(path, "r");
	assert_non_null(names);
	while (fgets(line, sizeof(line), names)) {
		const struct map_symbol *symbol;
		unsigned long address;
		char *rest;

		address = strtoul(line, &rest, 16);
		rest[strcspn(rest, "\n")] = '\0';
		if (rest[1] != 't' && rest[1] != 'T') {
			continue;
		}
		if (symbol_map_by_name(kernel->map, rest + 3, strlen(rest + 3), NULL, 0, &symbol,
				       1) == 0) {
			assert_int_equal(rest[3], '$');
			continue;
		}
		assert_int_equal(symbol->address, address);
		functions++;
	}
	(void)fclose(names);
	assert_true(functions >= 4);
	for (size_t i = 0; i < symbol_map_count(kernel->map); i++) {
		assert_int_not_equal(symbol_map_at(kernel->map, i)->name[0], '$');
	}
}

/* What the trace of an old kernel prints behind the only call of a function. */
static void site_print(const struct kernel *kernel, const struct machine *machine, const char *name,
		       char *buffer, size_t size)
{
	const struct code_function *function = NULL;
	uint64_t address = 0;

	assert_int_equal(elf_code_functions(kernel->code.vmlinux, name, &function, 1), 1);
	assert_int_equal(function->is_thumb, machine->is_thumb);
	for (uint64_t i = 2; i <= function->size && address == 0; i += 2) {
		struct code_place place = {function->place.section, function->place.offset + i};
		struct call_instruction call;

		call_instruction_before(kernel->code.vmlinux, place, machine->is_thumb, &call);
		if (call.kind == CALL_DIRECT || (!machine->has_calls && i >= 8)) {
			assert_true(elf_code_address(kernel->code.vmlinux, place, &address));
		}
	}
	assert_int_not_equal(address, 0);
	(void)snprintf(buffer, size, "%lx", (unsigned long)(address | machine->is_thumb));
}

static void check_sites(const struct kernel *kernel, const struct machine *machine)
{
	char texts[2][32];
	struct account_row rows[] = {{.site = texts[0]}, {.site = texts[1]}};
	struct account account = {.rows = rows, .row_count = 2};
	struct attribution_sources sources = {.vmlinux = kernel->map, .code = &kernel->code};
	struct attribution *attribution;
	const struct call_site *sites;
	struct error err;
	size_t count;

	site_print(kernel, machine, "direct", texts[0], sizeof(texts[0]));
	site_print(kernel, machine, "seen", texts[1], sizeof(texts[1]));
	assert_int_equal(attribution_run(&account, &sources, &attribution, &err), 0);
	sites = attribution_sites(attribution, &count);
	assert_string_equal(sites[0].function, "direct");
	if (machine->has_calls) {
		assert_int_equal(sites[0].call, SITE_CALL_ALLOCATOR);
		assert_int_equal(sites[1].call, SITE_CALL_TAIL);
		assert_string_equal(sites[1].function, "jumper");
		assert_memory_equal(sites[1].seen_from, "seen+0x", 7);
	} else {
		assert_int_equal(sites[0].call, SITE_CALL_UNDECIDABLE);
		assert_string_equal(sites[1].function, "seen");
	}
	attribution_free(attribution);
}

static void other_machines(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < MACHINES; i++) {
		struct kernel kernel;

		if (!build(fixture, &machines[i])) {
			continue;
		}
		kernel_open(fixture, &kernel);
		check_names(fixture, &kernel);
		check_sites(&kernel, &machines[i]);
		kernel_close(&kernel);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(other_machines, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests_name("cross_names", tests, NULL, NULL);
}
