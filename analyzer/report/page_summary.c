/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/page_summary.h"

#include <stdlib.h>

#include "analyzer/report/text_format.h"

#define ROWS_SHOWN 20u
#define WHO_WIDTH  34u

static void trace_write(FILE *out, const char *path, const struct page_account *account)
{
	const struct trace_facts *facts = page_account_facts(account);
	const struct page_totals *totals = page_account_totals(account);
	char lines[2 * FORMAT_SIZE];
	char allocs[2 * FORMAT_SIZE];
	char frees[2 * FORMAT_SIZE];
	char batched[FORMAT_SIZE];
	char inner[FORMAT_SIZE];
	char name[TEXT_WIDTH + 1];

	fprintf(out, "Trace     %s\n", format_fit(name, path, TEXT_WIDTH - 10, true));
	fprintf(out, "          ");
	if (facts->line_count > 0) { /* a binary recording has none */
		fprintf(out, "%s: ", format_counted(lines, facts->line_count, "line"));
	}
	fprintf(out, "%s, %s\n",
		format_counted(allocs, totals->figures.alloc_count + totals->figures.failed_count,
			       "page allocation"),
		format_counted(frees, totals->free_count, "free"));
	fprintf(out, "          also %s batched frees (again), %s inside the allocator\n\n",
		format_count(batched, totals->batched_count),
		format_count(inner, totals->inner_count));
}

static void line_write(FILE *out, const char *label, uint64_t pages, const char *more)
{
	char count[FORMAT_SIZE];

	fprintf(out, "  %-22s %14s%s%s\n", label, format_count(count, pages), more[0] ? "  " : "",
		more);
}

static void totals_write(FILE *out, const struct page_totals *totals)
{
	const struct page_figures *figures = &totals->figures;
	char count[2 * FORMAT_SIZE];

	fprintf(out, "Totals                            pages\n");
	line_write(out, "allocated", figures->alloc_pages,
		   format_counted(count, figures->alloc_count, "allocation"));
	line_write(out, "  freed again", figures->freed_pages, "");
	line_write(out, "  allocated only", figures->alloc_pages - figures->freed_pages,
		   "live at the end");
	line_write(out, "freed", totals->free_pages,
		   format_counted(count, totals->free_count, "free"));
	line_write(out, "  freed only", totals->free_only_pages, "allocated before, or unseen");
	if (totals->lost_free_pages > 0) {
		line_write(out, "allocated while live", totals->lost_free_pages,
			   "freed unseen, counted as freed");
	}
	fprintf(out, "  %-22s %14s\n\n", "failed allocations",
		format_count(count, figures->failed_count));
}

/* Sums of the rows by order and migrate type. */
struct page_sum {
	unsigned int order;
	unsigned int migratetype;
	struct page_figures figures;
};

static int compare_sums(const void *a, const void *b)
{
	const struct page_sum *x = a;
	const struct page_sum *y = b;
	int order = (x->order > y->order) - (x->order < y->order);

	return order ? order
		     : (x->migratetype > y->migratetype) - (x->migratetype < y->migratetype);
}

static int orders_write(FILE *out, const struct page_account *account, struct error *err)
{
	size_t count;
	const struct page_row *rows = page_account_rows(account, &count);
	const struct page_totals *totals = page_account_totals(account);
	struct page_sum *sums = malloc((count + 1) * sizeof(*sums));

	if (!sums) {
		return error_no_memory(err);
	}
	for (size_t i = 0; i < count; i++) {
		sums[i] = (struct page_sum){rows[i].order, rows[i].migratetype, rows[i].figures};
	}
	qsort(sums, count, sizeof(*sums), compare_sums);
	fprintf(out, "By order and migrate type (number of the kernel's enum)\n"
		     "  order  type   allocations    failed         pages   freed again          "
		     "live\n");
	for (size_t i = 0; i < count;) {
		struct page_sum sum = sums[i++];

		for (; i < count && compare_sums(&sum, &sums[i]) == 0; i++) {
			sum.figures.alloc_count += sums[i].figures.alloc_count;
			sum.figures.alloc_pages += sums[i].figures.alloc_pages;
			sum.figures.failed_count += sums[i].figures.failed_count;
			sum.figures.freed_pages += sums[i].figures.freed_pages;
		}
		fprintf(out, "  %5u  %4u  %12llu  %8llu  %12llu  %12llu  %12llu\n", sum.order,
			sum.migratetype, (unsigned long long)sum.figures.alloc_count,
			(unsigned long long)sum.figures.failed_count,
			(unsigned long long)sum.figures.alloc_pages,
			(unsigned long long)sum.figures.freed_pages,
			(unsigned long long)(sum.figures.alloc_pages - sum.figures.freed_pages));
	}
	free(sums);
	fprintf(out, "\nFrees by order\n  order         frees         pages\n");
	for (unsigned int order = 0; order <= TEXT_PAGE_ORDER_MAX; order++) {
		unsigned long long frees = totals->free_count_of_order[order];

		if (frees > 0) {
			fprintf(out, "  %5u  %12llu  %12llu\n", order, frees, frees << order);
		}
	}
	return 0;
}

static void rows_write(FILE *out, const struct page_account *account)
{
	size_t count;
	const struct page_row *rows = page_account_rows(account, &count);
	size_t shown = count < ROWS_SHOWN ? count : ROWS_SHOWN;
	char who[WHO_WIDTH + 1];

	fprintf(out,
		"\n%s with the most live pages (%zu of %zu)\n"
		"        live     allocated  failed  order  type  who\n",
		page_account_totals(account)->stack_count > 0 ? "Callers" : "Tasks", shown, count);
	for (size_t i = 0; i < shown; i++) {
		const struct page_figures *figures = &rows[i].figures;

		fprintf(out, "%12llu  %12llu  %6llu  %5u  %4u  %s\n",
			(unsigned long long)(figures->alloc_pages - figures->freed_pages),
			(unsigned long long)figures->alloc_pages,
			(unsigned long long)figures->failed_count, rows[i].order,
			rows[i].migratetype, format_fit(who, rows[i].who, WHO_WIDTH, false));
	}
}

static void trust_line(FILE *out, uint64_t count, const char *noun, const char *text)
{
	char counted[2 * FORMAT_SIZE];

	if (count > 0) {
		fprintf(out, "  %s %s\n", format_counted(counted, count, noun), text);
	}
}

static void trust_write(FILE *out, const struct page_account *account)
{
	const struct trace_facts *facts = page_account_facts(account);
	const struct page_totals *totals = page_account_totals(account);
	uint64_t overwritten = facts->entries_written > facts->entries_in_buffer
				       ? facts->entries_written - facts->entries_in_buffer
				       : 0;

	fprintf(out, "\nHow far to trust these figures\n");
	if (!overwritten && !facts->lost_notice_count && !facts->damaged_count &&
	    totals->free_count > 0) {
		fprintf(out, "  The figures are exact for what this trace holds.\n");
	}
	trust_line(out, facts->lost_event_count, "event",
		   "lost in the middle of the recording: all figures are bounds.");
	if (facts->lost_notice_count > 0 && facts->lost_event_count == 0) {
		fprintf(out, "  An unknown number of events was lost: all figures are bounds.\n");
	}
	trust_line(out, overwritten, "event",
		   "overwritten: the figures cover the end of the run only.");
	trust_line(out, facts->damaged_count, "line", "damaged and left out of every figure.");
	if (totals->free_count == 0) {
		fprintf(out,
			"  There is no mm_page_free in the trace: pages never count as freed%s.\n",
			totals->batched_count > 0 ? " but in batches" : "");
	}
	fprintf(out, "  These pages hold the slabs too: never add them to slab bytes.\n");
}

int page_summary_write(FILE *out, const char *path, const struct page_account *account,
		       struct error *err)
{
	trace_write(out, path, account);
	totals_write(out, page_account_totals(account));
	if (orders_write(out, account, err) < 0) {
		return err->code;
	}
	rows_write(out, account);
	trust_write(out, account);
	return 0;
}
