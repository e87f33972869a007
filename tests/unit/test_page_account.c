/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page events: lines, live blocks that are freed in parts, callers from stacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analyzer/account/page_account.h"
#include "analyzer/account/page_table.h"

static const struct {
	const char *line;
	struct text_page page;
	const char *task; /* NULL: none */
} lines[] = {
	{"            init-1       [000] .....     1.63: mm_page_alloc: "
	 "page=0000000027a35051 "
	 "pfn=0x96f3 order=2 migratetype=1 gfp_flags=GFP_KERNEL",
	 {TEXT_PAGE_ALLOC, 0x96f3, 2, 1},
	 "init"},
	/* 5.10: decimal */
	{"            init-1       [000] ....     2.83: mm_page_alloc: "
	 "page=ffffee2140a12a00 "
	 "pfn=165032 order=1 migratetype=0 gfp_flags=GFP_KERNEL_ACCOUNT|__GFP_ZERO",
	 {TEXT_PAGE_ALLOC, 165032, 1, 0},
	 "init"},
	{"              rm-190     [000] d...     3.32: mm_page_free: page=x pfn=17072 "
	 "order=0",
	 {TEXT_PAGE_FREE, 17072, 0, 0},
	 "rm"},
	{"             cat-179     (  179) [000] d...     3.19: mm_page_free_batched: "
	 "page=x "
	 "pfn=162670 order=0",
	 {TEXT_PAGE_FREE_AGAIN, 162670, 0, 0},
	 "cat"},
	{"            perf   562/563   [000]    55.70:          kmem:mm_page_free: "
	 "page=0x1 "
	 "pfn=0x10 order=3",
	 {TEXT_PAGE_FREE, 0x10, 3, 0},
	 "perf"},
	{"trace-cm-575     0.....    28.29: mm_page_alloc:        page=0xffff pfn=0x5ca7 "
	 "order=0 migratetype=1",
	 {TEXT_PAGE_ALLOC, 0x5ca7, 0, 1},
	 "trace-cm"},
	{"mm_page_free: page=x pfn=1 order=0", {TEXT_PAGE_FREE, 1, 0, 0}, NULL},
	{" a mm_page_free: -418     [000] .....     7.4: mm_page_alloc: page=x pfn=0 "
	 "order=9 "
	 "migratetype=1",
	 {TEXT_PAGE_ALLOC, 0, 9, 1},
	 "a mm_page_free:"},
	{"              rm-58      [001] d....     1.69: mm_page_pcpu_drain: page=x "
	 "pfn=0x2754c "
	 "order=0 migratetype=1",
	 {TEXT_PAGE_INNER, 0, 0, 0},
	 "rm"},
	{"              rm-58      [001] d....     1.69: mm_page_free: page=x pfn=0x27zz "
	 "order=0",
	 {TEXT_PAGE_DAMAGED, 0, 0, 0},
	 "rm"},
	{"              rm-58      [001] d....     1.69: mm_page_free: page=x pfn=0x27 "
	 "order=21",
	 {TEXT_PAGE_DAMAGED, 0, 0, 0},
	 "rm"},
	{"              rm-58      [001] d....     1.69: mm_page_alloc: page=x pfn=0x27 "
	 "order=0",
	 {TEXT_PAGE_DAMAGED, 0, 0, 0},
	 "rm"},
	/* prctl(PR_SET_NAME, "") */
	{"                -58      [001] d....     1.69: mm_page_free: page=x pfn=0x28 order=1",
	 {TEXT_PAGE_FREE, 0x28, 1, 0},
	 ""},
};

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const char *end = lines[i].line + strlen(lines[i].line);
		struct text_page page;
		const char *task;
		size_t length;

		text_page_decode(lines[i].line, end, &page);
		assert_int_equal(page.kind, lines[i].page.kind);
		if (page.kind != TEXT_PAGE_INNER && page.kind != TEXT_PAGE_DAMAGED) {
			assert_int_equal(page.pfn, lines[i].page.pfn);
			assert_int_equal(page.order, lines[i].page.order);
			assert_int_equal(page.migratetype, lines[i].page.migratetype);
		}
		if (!lines[i].task) {
			assert_false(text_task(lines[i].line, end, &task, &length));
			continue;
		}
		assert_true(text_task(lines[i].line, end, &task, &length));
		assert_int_equal(length, strlen(lines[i].task));
		assert_memory_equal(task, lines[i].task, length);
	}
}

/* A block freed page by page in any order is gone in the end, and never twice. */
static void test_parts(void **state)
{
	struct pointer_hash_key key;
	struct page_table table;
	uint32_t owner;

	(void)state;
	pointer_hash_key_init(&key);
	page_table_init(&table, &key);
	assert_int_equal(page_table_take(&table, 64, 0, &owner), 0);
	for (uint64_t pfn = 64; pfn < 64 + 4096; pfn += 64) {
		assert_true(page_table_add(&table, (struct page_block){pfn, (uint32_t)pfn, 6}));
	}
	for (uint64_t pfn = 64; pfn < 64 + 4096; pfn += 64) {
		for (uint64_t i = 0; i < 64; i++) {
			uint64_t part = pfn + (i * 37 & 63);

			assert_int_equal(page_table_take(&table, part, 0, &owner), 1);
			assert_int_equal(owner, pfn);
			assert_int_equal(page_table_take(&table, part, 0, &owner), 0);
		}
	}
	assert_int_equal(table.count, 0);
	assert_true(page_table_add(&table, (struct page_block){16, 7, 2}));
	assert_int_equal(page_table_take(&table, 18, 1, &owner), 1);
	assert_int_equal(page_table_take(&table, 16, 2, &owner), 0);
	assert_int_equal(page_table_take(&table, 16, 1, &owner), 1);
	assert_int_equal(table.count, 0);
	page_table_release(&table);
}

static struct page_account *account_of(const char *text)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	struct page_account *account;
	struct error err;
	char path[64];

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (page_account_run(&(struct page_request){.path = path}, &account, &err) < 0) {
		fail_msg("%s", err.text);
	}
	close(fd);
	return account;
}

#define CONTEXT "            init-1       [000] .....     1.63: "
#define OTHER	"              rm-9       [001] .....     1.64: "

static void test_account(void **state)
{
	struct page_account *account = account_of(
		CONTEXT
		"mm_page_alloc: page=x pfn=0x10 order=2 migratetype=0 gfp_flags=0\n" OTHER
		"mm_page_alloc: page=x pfn=0x20 order=0 migratetype=1 gfp_flags=0\n" CONTEXT
		"<stack trace>\n => __alloc_pages\n => alloc_pages+0x1/0x2\n => pte_alloc_one\n"
		" => do_fault\n" OTHER
		"mm_page_alloc: page=x pfn=0x0 order=3 migratetype=1 gfp_flags=0\n" OTHER
		"mm_page_free: page=x pfn=0x11 order=0\n" OTHER
		"mm_page_free_batched: page=x pfn=0x11 order=0\n" OTHER
		"mm_page_free: page=x pfn=0x99 order=1\n" OTHER
		"mm_page_alloc: page=x pfn=0x20 order=0 migratetype=1 gfp_flags=0\n");
	const struct page_totals *totals = page_account_totals(account);
	size_t count;
	const struct page_row *rows = page_account_rows(account, &count);

	(void)state;
	assert_int_equal(totals->figures.alloc_count, 3);
	assert_int_equal(totals->figures.alloc_pages, 6);
	assert_int_equal(totals->figures.failed_count, 1);
	assert_int_equal(totals->figures.freed_pages, 2);
	assert_int_equal(totals->free_count, 2);
	assert_int_equal(totals->free_pages, 3);
	assert_int_equal(totals->free_only_pages, 2);
	assert_int_equal(totals->lost_free_pages, 1);
	assert_int_equal(totals->stack_count, 1);
	assert_int_equal(totals->free_count_of_order[1], 1);
	assert_int_equal(count, 3);
	assert_string_equal(rows[0].who, "pte_alloc_one");
	assert_int_equal(rows[0].figures.freed_pages, 1);
	assert_string_equal(rows[1].who, "task rm");
	assert_int_equal(rows[1].figures.alloc_count, 2);
	assert_int_equal(rows[2].figures.failed_count, 1);
	page_account_free(account);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_account),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
