/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page events of any text: what is live is what was allocated and not freed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analyzer/account/page_account.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition) {
		abort();
	}
}

static void check_sums(const struct page_account *account)
{
	const struct page_totals *totals = page_account_totals(account);
	struct page_figures sum = {0};
	size_t count;
	const struct page_row *rows = page_account_rows(account, &count);

	for (size_t i = 0; i < count; i++) {
		sum.alloc_count += rows[i].figures.alloc_count;
		sum.alloc_pages += rows[i].figures.alloc_pages;
		sum.freed_pages += rows[i].figures.freed_pages;
		check(rows[i].figures.freed_pages <= rows[i].figures.alloc_pages);
		check(rows[i].figures.alloc_count + rows[i].figures.failed_count > 0);
	}
	check(sum.alloc_count == totals->figures.alloc_count);
	check(sum.alloc_pages == totals->figures.alloc_pages);
	check(sum.freed_pages == totals->figures.freed_pages);
	check(totals->free_only_pages <= totals->free_pages);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("trace", MFD_CLOEXEC);
	struct page_account *account;
	struct error err;
	char path[64];

	check(fd >= 0 && (size == 0 || write(fd, data, size) == (ssize_t)size));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (page_account_run(&(struct page_request){.path = path}, &account, &err) == 0) {
		check_sums(account);
		page_account_free(account);
	} else {
		check(err.code < 0 && strlen(err.text) > 0);
	}
	close(fd);
	return 0;
}
