/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From bytes to accounts: the whole pipeline over a file that lives in memory. Two
 * threads must find what one does, keeping stacks must change no figure, and the
 * account must add up.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/account/trace_account.h"
#include "decoder_fixture.h"
#include "trace_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition) {
		abort();
	}
}

static void check_sums(const struct account *account)
{
	const struct match_totals *totals = &account->totals;
	uint64_t current = 0;
	uint64_t allocs = 0;
	uint64_t ended = 0;

	for (size_t i = 0; i < account->row_count; i++) {
		const struct site_account *row = &account->rows[i].figures;

		check(i == 0 || strcmp(account->rows[i - 1].site, account->rows[i].site) < 0);
		current += row->current_dynamic;
		allocs += row->alloc_count;
		ended += row->free_count + row->lost_free_count;
	}
	check(current == totals->current_dynamic && allocs == totals->alloc_count);
	check(allocs == totals->live_count + ended + totals->unhashable_alloc_count);
	check(ended == totals->free_count - totals->unmatched_free_count + totals->lost_free_count);
	check(totals->peak_live_count >= totals->live_count);
}

static void check_equal(const struct trace_account *a, const struct trace_account *b)
{
	const struct account *x = trace_account_get(a);
	const struct account *y = trace_account_get(b);

	check(memcmp(&x->totals, &y->totals, sizeof(x->totals)) == 0);
	check(x->row_count == y->row_count);
	for (size_t i = 0; i < x->row_count; i++) {
		check(strcmp(x->rows[i].site, y->rows[i].site) == 0);
		check(memcmp(&x->rows[i].figures, &y->rows[i].figures,
			     sizeof(x->rows[i].figures)) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trace_source source;
	struct trace_request request = {.path = source.path};
	struct trace_account *one = NULL;
	struct trace_account *two = NULL;
	struct error err_one = {0};
	struct error err_two = {0};

	check(trace_source_open(&source, false, (const char *)data, size));
	request.filter = size > 0 ? (enum allocation_filter)(data[size - 1] % 3) : ALLOCATIONS_ALL;
	request.thread_count = 1;
	if (trace_account_run(&request, &one, &err_one) == 0) {
		check_sums(trace_account_get(one));
	}
	request.thread_count = 2;
	trace_account_run(&request, &two, &err_two);
	check(err_one.code == err_two.code && strcmp(err_one.text, err_two.text) == 0);
	if (one) {
		check(!facts_difference(trace_account_facts(one), trace_account_facts(two)));
		check_equal(one, two);
	}
	trace_account_free(two);
	two = NULL;
	request.keep_stacks = true;
	check(trace_account_run(&request, &two, &err_two) == (int)err_one.code);
	if (one) {
		check_equal(one, two);
	}
	trace_account_free(one);
	trace_account_free(two);
	trace_source_close(&source);
	return 0;
}
