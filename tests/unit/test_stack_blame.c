/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Blame by stack, and folded stacks, on stacks as the three recorders print them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyzer/attribute/stack_blame.h"
#include "analyzer/report/folded.h"

#define FRAMES(...)                                                                                \
	(const char *const[]){__VA_ARGS__}, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)

static const struct stack_names no_names;

/* One stack with 64 of 100 bytes live, 40 of them requested. */
static struct account_stack stack_of(const char *site, const char *const *frames, size_t count)
{
	return (struct account_stack){
		.site = site,
		.frames = count ? frames : NULL,
		.frame_count = count,
		.figures = {.total_dynamic = 100,
			    .current_dynamic = 64,
			    .current_requested = 40,
			    .alloc_count = 2,
			    .free_count = 1},
	};
}

struct blame_case {
	const char *why;
	const char *site;
	const char *const *frames;
	size_t frame_count;
	const char *skip;
	const char *expected;
};

static void check_blame(const struct blame_case *test)
{
	struct account_stack stack = stack_of(test->site, test->frames, test->frame_count);
	struct account account = {.stacks = &stack, .stack_count = 1};
	struct stack_blame_request request = {.skip = &test->skip, .skip_count = 1};
	struct stack_blame blame;
	struct error err;

	assert_int_equal(stack_blame_init(&blame, &account, &request, &err), 0);
	assert_int_equal(blame.account.row_count, 1);
	if (strcmp(blame.account.rows[0].site, test->expected) != 0) {
		fail_msg("%s: %s instead of %s", test->why, blame.account.rows[0].site,
			 test->expected);
	}
	assert_int_equal(blame.account.rows[0].figures.current_dynamic, 64);
	assert_int_equal(blame.account.rows[0].figures.alloc_count, 2);
	stack_blame_release(&blame);
}

static void test_first_caller_outside_the_list_is_blamed(void **state)
{
	const struct blame_case cases[] = {
		{"ftrace prints names only", "wrapper+0x1c/0x37 [leaky]",
		 FRAMES("trace_event_raw_event_kmalloc", "__kmalloc", "wrapper", "caller_one",
			"init"),
		 "wrapper", "caller_one+?"},
		{"sym-offset gives a whole call site", "wrapper+0x1c/0x37",
		 FRAMES("__kmalloc+0x1/0x2", "wrapper+0x1c/0x37", "caller+0x9/0x20"), "wrapper",
		 "caller+0x9/0x20"},
		{"a site outside the list keeps its blame", "other+0x1/0x2",
		 FRAMES("__kmalloc", "other", "caller"), "wrapper", "other+0x1/0x2"},
		{"the kernel's own wrappers are always skipped", "kvasprintf+0x4f/0xa0",
		 FRAMES("__kmalloc", "kvasprintf", "kasprintf", "kobject_set_name"), "wrapper",
		 "kobject_set_name+?"},
		{"compiler suffixes belong to the same function",
		 "kvasprintf.constprop.0+0x4f/0xa0", FRAMES("kvasprintf.constprop.0", "user"),
		 "wrapper", "user+?"},
		{"two listed frames in a row", "wrapper+0x1/0x2",
		 FRAMES("wrapper", "kmemdup", "user"), "wrapper", "user+?"},
		{"an address nobody named is still a caller", "wrapper+0x1/0x2",
		 FRAMES("wrapper", "0xffffffffc0316045", "do_one_initcall"), "wrapper",
		 "0xffffffffc0316045"},
		{"nothing but listed frames: blame stays", "wrapper+0x1/0x2",
		 FRAMES("__kmalloc", "wrapper"), "wrapper", "wrapper+0x1/0x2"},
		{"no stack: blame stays", "wrapper+0x1/0x2", NULL, 0, "wrapper", "wrapper+0x1/0x2"},
		{"the site's function is not in the stack: blame stays", "wrapper+0x1/0x2",
		 FRAMES("a", "b"), "wrapper", "wrapper+0x1/0x2"},
		{"a name that only begins like a listed one", "wrapper2+0x1/0x2",
		 FRAMES("wrapper2", "user"), "wrapper", "wrapper2+0x1/0x2"},
		{"a function whose name is hexadecimal digits", "wrapper+0x1/0x2",
		 FRAMES("wrapper", "add"), "wrapper", "add+?"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		check_blame(&cases[i]);
	}
}

/* Addresses as perf.data has them: the site's frame is found by the address itself. */
static const char *name_address(uint64_t address, void *context)
{
	(void)context;
	return address == 0xffffffff81000100u	? "wrapper"
	       : address == 0xffffffff81000200u ? "user"
						: NULL;
}

static void test_addresses_get_their_names_from_the_maps(void **state)
{
	static const char *const frames[] = {"0xffffffff81000050", "0xffffffff81000100",
					     "0xffffffff81000200"};
	static const char *const skip[] = {"wrapper"};
	struct account_stack stack = stack_of("0xffffffff81000100", frames, 3);
	struct account account = {.stacks = &stack, .stack_count = 1};
	struct stack_blame_request request = {
		.names = {name_address, NULL}, .skip = skip, .skip_count = 1};
	struct stack_blame blame;
	struct error err;

	(void)state;
	assert_int_equal(stack_blame_init(&blame, &account, &request, &err), 0);
	assert_string_equal(blame.account.rows[0].site, "0xffffffff81000200");
	assert_int_equal(blame.facts.moved_bytes, 64);
	stack_blame_release(&blame);
}

static const char *jumped_from(const char *callee, uint64_t address, void *context)
{
	(void)context;
	return strcmp(callee, "wrapper") == 0 && address == 0xffffffffc0316045u ? "caller_two"
										: NULL;
}

static void test_a_caller_that_jumped_is_found_by_its_caller(void **state)
{
	static const char *const frames[] = {"__kmalloc", "wrapper", "0xffffffffc0316045"};
	static const char *const skip[] = {"wrapper"};
	struct account_stack stack = stack_of("wrapper+0x1c/0x37 [leaky]", frames, 3);
	struct account account = {.stacks = &stack, .stack_count = 1};
	struct stack_blame_request request = {
		.skip = skip, .skip_count = 1, .tail_caller = jumped_from};
	struct stack_blame blame;
	struct error err;

	(void)state;
	assert_int_equal(stack_blame_init(&blame, &account, &request, &err), 0);
	assert_string_equal(blame.account.rows[0].site, "caller_two+?");
	stack_blame_release(&blame);
}

static void test_rows_of_one_caller_add_up(void **state)
{
	static const char *const skip[] = {"wrapper"};
	struct account_stack stacks[] = {
		stack_of("user+0x5/0x10", FRAMES("user")),
		stack_of("wrapper+0x1/0x9", FRAMES("wrapper", "user+0x5/0x10")),
		stack_of("wrapper+0x3/0x9", FRAMES("wrapper", "user+0x5/0x10")),
		stack_of("wrapper+0x3/0x9", NULL, 0),
	};
	struct account account = {.stacks = stacks, .stack_count = 4};
	struct stack_blame_request request = {.skip = skip, .skip_count = 1};
	struct stack_blame blame;
	struct error err;

	(void)state;
	assert_int_equal(stack_blame_init(&blame, &account, &request, &err), 0);
	assert_int_equal(blame.account.row_count, 2);
	assert_string_equal(blame.account.rows[0].site, "user+0x5/0x10");
	assert_int_equal(blame.account.rows[0].figures.total_dynamic, 300);
	assert_int_equal(blame.facts.kept_bytes, 64);
	assert_int_equal(blame.facts.kept_count, 2);
	stack_blame_release(&blame);
}

static void test_wrappers_are_weighed_by_function(void **state)
{
	struct account_row rows[] = {
		{"kmemdup+0x1/0x9", {.current_dynamic = 10}, {0}},
		{"kmemdup+0x5/0x9", {.current_dynamic = 20}, {0}},
		{"kvasprintf+0x5/0x9", {.current_dynamic = 25}, {0}},
		{"user+0x5/0x9", {.current_dynamic = 1000}, {0}},
	};
	const struct account account = {.rows = rows, .row_count = 4};
	struct wrapper_facts facts;

	(void)state;
	stack_wrappers_weigh(&account, &no_names, &facts);
	assert_int_equal(facts.sites, 3);
	assert_int_equal(facts.bytes, 55);
	assert_int_equal(facts.largest_count, 2);
	assert_int_equal(facts.largest[0].bytes, 30);
	assert_memory_equal(facts.largest[0].function, "kmemdup", facts.largest[0].length);
}

static void test_folded_stacks_begin_outside_and_end_at_the_call_site(void **state)
{
	struct account_stack stacks[] = {
		stack_of("b+0x5/0x10",
			 FRAMES("trace_event_raw_event_kmalloc", "__kmalloc", "b", "a")),
		stack_of("b+0x9/0x10", FRAMES("kmalloc_trace", "b", "a")),
		stack_of("c+0x1/0x2", NULL, 0),
		stack_of("d+0x1/0x2", FRAMES("x", "y")),
	};
	const struct account account = {.stacks = stacks, .stack_count = 4};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct error err;

	(void)state;
	assert_non_null(out);
	assert_int_equal(folded_write(out, &account, &no_names, ATTRIBUTE_CURRENT_DYNAMIC, &err),
			 0);
	fclose(out);
	assert_string_equal(text, "a;b 128\nc 64\ny;x;d 64\n");
	free(text);
	out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(folded_write(out, &account, &no_names, ATTRIBUTE_WASTE, &err), 0);
	fclose(out);
	assert_string_equal(text, "a;b 48\nc 24\ny;x;d 24\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_caller_outside_the_list_is_blamed),
		cmocka_unit_test(test_addresses_get_their_names_from_the_maps),
		cmocka_unit_test(test_a_caller_that_jumped_is_found_by_its_caller),
		cmocka_unit_test(test_rows_of_one_caller_add_up),
		cmocka_unit_test(test_wrappers_are_weighed_by_function),
		cmocka_unit_test(test_folded_stacks_begin_outside_and_end_at_the_call_site),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
