/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who really allocated, in a small kernel and a module that gcc makes: every way an
 * allocator can be reached, and the init text of a module that is gone.
 */
#include "analyzer/attribute/allocators.h"
#include "analyzer/attribute/attribution.h"
#include "analyzer/attribute/init_text.h"
#include "analyzer/attribute/tail_call.h"
#include "elfsyms/call_instruction.h"
#include "kernel_fixture.h"

static const char kernel_source[] =
	"#define N __attribute__((noinline, noclone, noipa))\n"
	"char *last; void *(*pointer)(long);\n"
	"N void *kmem_cache_alloc(void *c, int f) { return c; }\n"
	"N void *__kmalloc_noprof(long n, int f) { return last; }\n"
	"N void *__kmalloc_node_track_caller(long n, int f, void *r) { return last; }\n"
	"N void *nothing(long n) { last++; return last; }\n"
	"N void *kstrdup(const char *s, int f)\n"
	"{ char *p = __kmalloc_node_track_caller(9, f, __builtin_return_address(0)); *p = *s;\n"
	"  return p; }\n"
	"N void *kstrdup_const(const char *s, int f) { if (s == last) return last;\n"
	"  return kstrdup(s, f); }\n"
	"N void *helper(long n) { return __kmalloc_noprof(n, 1); }\n"
	"N void *outer(long n) { return helper(n + 1); }\n"
	"N void *both(long n) { if (n > 4) return kmem_cache_alloc(last, 1);\n"
	"  return __kmalloc_noprof(n, 1); }\n"
	"N void *mixed(const char *s) { if (*s) return kmem_cache_alloc(last, 1);\n"
	"  return kstrdup(s, 1); }\n"
	"#define SITE(name, what) void name(long n) { char *p = what; *p = 1; last = p; }\n"
	"SITE(site_direct, kmem_cache_alloc(last, 1))\n"
	"SITE(site_noprof, __kmalloc_noprof(n, 1))\n"
	"SITE(site_via, kstrdup(last, 1))\n"
	"SITE(site_const, kstrdup_const(last, 1))\n"
	"SITE(site_tail, helper(n))\n"
	"SITE(site_chain, outer(n))\n"
	"SITE(site_both, both(n))\n"
	"SITE(site_mixed, mixed(last))\n"
	"SITE(site_pointer, pointer(n))\n"
	"SITE(site_other, nothing(n))\n";

static const char module_source[] =
	"#define N __attribute__((noinline, noclone, noipa))\n"
	"#define INIT __attribute__((section(\".init.text\")))\n"
	"void *kmem_cache_alloc(void *c, int f); void *helper(long n); void *kstrdup(char *, "
	"int);\n"
	"static char *kept; int fill;\n"
	"N static char *wrapper(long n) { char *p = kmem_cache_alloc(kept, 1); *p = 2; return p; "
	"}\n"
	"N static void *waste_big(long n) { return kmem_cache_alloc(kept, 2); }\n"
	"N static char *caller_two(long n) { return wrapper(n); }\n"
	"N void in_module(long n) { kept = helper(n); *kept = 1; }\n"
	"INIT N int leaky_init(long n)\n"
	"{ char *p = waste_big(n); *p = 1; p = caller_two(n); *p = 2; p = kstrdup(p, 1); *p = 3;\n"
	"  return *p; }\n"
	"int init_module(long n) __attribute__((alias(\"leaky_init\")));\n";

struct kernel {
	struct fixture *fixture;
	struct kernel_code code;
	struct symbol_map *map;
	struct module_file file;
	char path[128];
};

static int kernel_setup(void **state)
{
	struct kernel *kernel = calloc(1, sizeof(*kernel));
	struct elf_object *object;
	struct elfsyms_error err;
	void *fixture;

	if (!kernel || fixture_setup(&fixture) < 0) {
		free(kernel);
		return -1;
	}
	kernel->fixture = fixture;
	run(fixture, "cat > kernel.c <<'EOF'\n%s\nEOF\n:", kernel_source);
	run(fixture, "cat > leaky.c <<'EOF'\n%s\nEOF\n:", module_source);
	run(fixture, "f='-O2 -ffreestanding -fno-pie -fcf-protection=none -fno-stack-protector "
		     "-mcmodel=kernel -fno-asynchronous-unwind-tables -w'; gcc $f -c kernel.c && "
		     "gcc $f -c leaky.c -o leaky.ko && "
		     "gcc -nostdlib -static -no-pie -Wl,-e,0 -Wl,-Ttext=0xffffffff81000000 "
		     "-Wl,--build-id=none kernel.o -o vmlinux");
	(void)snprintf(kernel->path, sizeof(kernel->path), "%s/vmlinux", kernel->fixture->root);
	assert_int_equal(elf_object_open(kernel->path, &object, &err), 0);
	assert_int_equal(symbol_map_from_elf(object, &kernel->map, &err), 0);
	assert_int_equal(kernel_code_set_vmlinux(&kernel->code, object, &err), 0);
	(void)snprintf(kernel->path, sizeof(kernel->path), "%s/leaky.ko", kernel->fixture->root);
	kernel->file = (struct module_file){.name = "leaky", .path = kernel->path};
	assert_int_equal(kernel_code_add_module(&kernel->code, &kernel->file, &err), 0);
	assert_int_equal(kernel->code.module_count, 1);
	*state = kernel;
	return 0;
}

static int kernel_teardown(void **state)
{
	struct kernel *kernel = *state;
	void *fixture = kernel->fixture;

	kernel_code_release(&kernel->code);
	symbol_map_free(kernel->map);
	free(kernel);
	return fixture_teardown(&fixture);
}

/* The place behind the index-th call of a function. */
static struct code_spot call_in(const struct elf_code *code, const char *module, const char *name,
				size_t index)
{
	const struct code_function *function = NULL;
	struct code_spot spot = {.code = code, .module = module};

	assert_int_equal(elf_code_functions(code, name, &function, 1), 1);
	spot.place = function->place;
	for (uint64_t i = 1; i <= function->size; i++) {
		struct call_instruction call;

		spot.place.offset = function->place.offset + i;
		call_instruction_before(code, spot.place, false, &call);
		if (call.kind != CALL_NONE && index-- == 0) {
			return spot;
		}
	}
	fail_msg("%s has no such call", name);
	return spot;
}

static void check(const struct kernel *kernel, const char *site, enum site_call kind,
		  const char *target, const char *allocating)
{
	struct code_spot spot = call_in(kernel->code.vmlinux, NULL, site, 0);
	struct allocating_call call;
	struct tail_budget budget;

	tail_budget_init(&budget);
	allocating_call_find(&kernel->code, &spot, &budget, &call);
	if (call.kind != kind) {
		fail_msg("%s: %s, expected %s", site, site_call_names[call.kind],
			 site_call_names[kind]);
	}
	if (target) {
		assert_string_equal(call.target, target);
	}
	if (allocating) {
		assert_string_equal(call.allocating->name, allocating);
	}
}

static void every_way_to_an_allocator(void **state)
{
	const struct kernel *kernel = *state;

	check(kernel, "site_direct", SITE_CALL_ALLOCATOR, "kmem_cache_alloc", NULL);
	check(kernel, "site_noprof", SITE_CALL_ALLOCATOR, "__kmalloc_noprof", NULL);
	check(kernel, "site_via", SITE_CALL_VIA, "kstrdup", NULL);
	check(kernel, "site_const", SITE_CALL_VIA, "kstrdup_const", NULL);
	check(kernel, "site_tail", SITE_CALL_TAIL, "helper", "helper");
	check(kernel, "site_chain", SITE_CALL_TAIL, "outer", "helper");
	check(kernel, "site_both", SITE_CALL_TAIL, "both", "both");
	check(kernel, "site_mixed", SITE_CALL_VIA, "mixed", NULL);
	check(kernel, "site_pointer", SITE_CALL_INDIRECT, NULL, NULL);
	check(kernel, "site_other", SITE_CALL_UNDECIDABLE, "nothing", NULL);
}

static void only_a_single_jump_has_a_place(void **state)
{
	const struct kernel *kernel = *state;
	struct code_spot spot = call_in(kernel->code.vmlinux, NULL, "site_tail", 0);
	struct allocating_call call;
	struct tail_budget budget;

	tail_budget_init(&budget);
	allocating_call_find(&kernel->code, &spot, &budget, &call);
	assert_true(call.has_jump);
	assert_in_range(call.jump.place.offset - call.allocating->place.offset, 1,
			call.allocating->size);
	spot = call_in(kernel->code.vmlinux, NULL, "site_both", 0);
	allocating_call_find(&kernel->code, &spot, &budget, &call);
	assert_false(call.has_jump);
	/* No work left: nothing is claimed. */
	budget.bytes = 0;
	allocating_call_find(&kernel->code, &spot, &budget, &call);
	assert_int_equal(call.kind, SITE_CALL_UNDECIDABLE);
	/* In the middle of nowhere there is no call. */
	spot.place.offset -= 1;
	allocating_call_find(&kernel->code, &spot, &budget, &call);
	assert_int_equal(call.kind, SITE_CALL_NONE);
}

static uint64_t address_of(const struct code_spot *spot)
{
	uint64_t address;

	assert_true(elf_code_address(spot->code, spot->place, &address));
	return address;
}

static void frames_that_jumps_left_out(void **state)
{
	const struct kernel *kernel = *state;
	const struct elf_code *module = kernel->code.modules[0].code;
	struct tail_context context = {.code = &kernel->code, .has_slide = true, .slide = 0x200000};
	struct code_spot init = call_in(module, "leaky", "leaky_init", 1);
	uint64_t page = UINT64_C(0xffffffffc0777000);
	struct code_spot site = call_in(kernel->code.vmlinux, NULL, "site_chain", 0);
	uint64_t address = address_of(&site) + context.slide;

	tail_budget_init(&context.budget);
	assert_string_equal(tail_caller_find("helper", address, &context), "outer");
	assert_null(tail_caller_find("outer", address, &context));
	assert_null(tail_caller_find("kstrdup", address, &context));
	assert_string_equal(tail_caller_find("wrapper", page + init.place.offset, &context),
			    "caller_two");
	assert_null(tail_caller_find("caller_two", page + init.place.offset, &context));
	assert_null(tail_caller_find("wrapper", page + init.place.offset + 1, &context));
}

static void roles_of_names(void **state)
{
	(void)state;
	assert_int_equal(allocator_role("__kmalloc"), ALLOCATOR_ENTRY);
	assert_int_equal(allocator_role("__kmalloc_cache_noprof"), ALLOCATOR_ENTRY);
	assert_int_equal(allocator_role("kmalloc_large.isra.0"), ALLOCATOR_ENTRY);
	assert_int_equal(allocator_role("__kmalloc_node_track_caller_noprof"), ALLOCATOR_TRACKED);
	assert_int_equal(allocator_role("kmalloc_slab"), ALLOCATOR_NOT);
	assert_int_equal(allocator_role("_noprof"), ALLOCATOR_NOT);
	assert_int_equal(allocator_role("kmem_cache_alloc_bulk"), ALLOCATOR_NOT);
	assert_int_equal(allocator_role(""), ALLOCATOR_NOT);
}

static void attribute(const struct kernel *kernel, struct account_row *rows, size_t count,
		      struct attribution **ret)
{
	struct account account = {.rows = rows, .row_count = count};
	struct attribution_sources sources = {.vmlinux = kernel->map, .code = &kernel->code};
	struct error err;

	assert_int_equal(attribution_run(&account, &sources, ret, &err), 0);
}

/* Text of a row: name+0xoffset/0xsize of the index-th call of a function of vmlinux. */
static const char *row_text(const struct kernel *kernel, char *buffer, size_t size,
			    const char *function)
{
	struct code_spot spot = call_in(kernel->code.vmlinux, NULL, function, 0);
	const struct map_symbol *symbol;

	assert_int_equal(
		symbol_map_by_name(kernel->map, function, strlen(function), NULL, 0, &symbol, 1),
		1);
	(void)snprintf(buffer, size, "%s+0x%lx/0x%lx", function,
		       (unsigned long)(address_of(&spot) - symbol->address),
		       (unsigned long)symbol->extent);
	return buffer;
}

static void blame_moves_to_who_jumped(void **state)
{
	const struct kernel *kernel = *state;
	char texts[3][64];
	struct account_row rows[] = {
		{.site = row_text(kernel, texts[0], sizeof(texts[0]), "site_tail")},
		{.site = row_text(kernel, texts[1], sizeof(texts[1]), "site_via")},
		{.site = row_text(kernel, texts[2], sizeof(texts[2]), "site_direct")},
	};
	const struct attribution_facts *facts;
	struct attribution *attribution;
	const struct call_site *sites;
	size_t count;

	rows[0].figures.current_dynamic = 64;
	attribute(kernel, rows, 3, &attribution);
	sites = attribution_sites(attribution, &count);
	assert_int_equal(sites[0].call, SITE_CALL_TAIL);
	assert_string_equal(sites[0].function, "helper");
	assert_memory_equal(sites[0].caller, "site_tail+0x", 12);
	assert_string_equal(sites[0].seen_from, sites[0].caller);
	assert_true(sites[0].has_address);
	assert_string_equal(symbol_map_by_address(kernel->map, sites[0].address - 1)->name,
			    "helper");
	assert_int_equal(sites[1].call, SITE_CALL_VIA);
	assert_string_equal(sites[1].function, "site_via");
	assert_string_equal(sites[1].via, "kstrdup");
	assert_int_equal(sites[2].call, SITE_CALL_ALLOCATOR);
	assert_null(sites[2].seen_from);
	facts = attribution_facts(attribution);
	assert_int_equal(facts->tail_sites, 1);
	assert_int_equal(facts->tail_bytes, 64);
	assert_int_equal(facts->via_sites, 1);
	assert_int_equal(facts->direct_sites, 1);
	assert_int_equal(facts->sought_sites, 3);
	assert_int_equal(facts->misfit_sites, 0);
	attribution_free(attribution);
}

/* Bare addresses of a trace that names its other sites: the module's init text. */
static void init_text_is_found_by_its_calls(void **state)
{
	const struct kernel *kernel = *state;
	const struct elf_code *module = kernel->code.modules[0].code;
	struct code_spot tail = call_in(module, "leaky", "leaky_init", 0);
	struct code_spot via = call_in(module, "leaky", "leaky_init", 2);
	unsigned long page = 0xffffffffc0005000;
	char texts[2][32];
	struct account_row rows[] = {
		{.site = texts[0]}, {.site = texts[1]}, {.site = "in_module+0x9/0x20 [leaky]"}};
	struct attribution *attribution;
	const struct call_site *sites;
	size_t count;

	(void)snprintf(texts[0], sizeof(texts[0]), "0x%lx", page + tail.place.offset);
	(void)snprintf(texts[1], sizeof(texts[1]), "0x%lx", page + via.place.offset);
	attribute(kernel, rows, 3, &attribution);
	sites = attribution_sites(attribution, &count);
	assert_int_equal(sites[0].call, SITE_CALL_TAIL);
	assert_string_equal(sites[0].function, "waste_big");
	assert_string_equal(sites[0].module, "leaky");
	assert_string_equal(sites[0].caller, texts[0]);
	assert_memory_equal(sites[0].seen_from, "leaky_init+0x", 13);
	assert_int_equal(sites[1].call, SITE_CALL_VIA);
	assert_string_equal(sites[1].function, "leaky_init");
	assert_true(sites[1].in_init_text);
	attribution_free(attribution);

	/* One address that follows no call there, and the section was not there. */
	(void)snprintf(texts[1], sizeof(texts[1]), "0x%lx", page + via.place.offset + 1);
	attribute(kernel, rows, 3, &attribution);
	sites = attribution_sites(attribution, &count);
	assert_null(sites[0].function);
	assert_int_equal(sites[0].naming, SITE_RAW);
	attribution_free(attribution);

	/* Nor of a module that the trace does not mention. */
	rows[1].site = "in_module+0x9/0x20 [other]";
	attribute(kernel, rows, 2, &attribution);
	sites = attribution_sites(attribution, &count);
	assert_null(sites[0].function);
	attribution_free(attribution);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_to_an_allocator),
		cmocka_unit_test(only_a_single_jump_has_a_place),
		cmocka_unit_test(frames_that_jumps_left_out),
		cmocka_unit_test(roles_of_names),
		cmocka_unit_test(blame_moves_to_who_jumped),
		cmocka_unit_test(init_text_is_found_by_its_calls),
	};

	return cmocka_run_group_tests_name("tail_call", tests, kernel_setup, kernel_teardown);
}
