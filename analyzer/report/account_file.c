/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/account_file.h"

#include <inttypes.h>

static void header_write(FILE *out, const struct site_list *list)
{
	const struct site_account *sum = &list->sum;

	fprintf(out, "current bytes allocated: %10" PRIu64 "\n", sum->current_dynamic);
	fprintf(out, "current bytes requested: %10" PRIu64 "\n", sum->current_requested);
	fprintf(out, "current wasted bytes:    %10" PRId64 "\n", site_waste(sum));
	fprintf(out, "number of allocs:        %10" PRIu64 "\n", sum->alloc_count);
	fprintf(out, "number of frees:         %10" PRIu64 "\n", sum->free_count);
	fprintf(out, "number of callers:       %10zu\n", list->count);
	fprintf(out, "\n");
	fprintf(out, "   total    waste      net alloc/free  caller\n");
	fprintf(out, "---------------------------------------------\n");
}

void account_file_write(FILE *out, const struct site_list *list)
{
	header_write(out, list);
	for (size_t i = 0; i < list->count; i++) {
		const struct site_account *row = &list->sites[i]->figures;

		fprintf(out,
			"%8" PRIu64 " %8" PRId64 " %8" PRIu64 " %5" PRIu64 "/%-5" PRIu64 " %s\n",
			row->total_dynamic, site_waste(row), row->current_dynamic, row->alloc_count,
			row->free_count, list->sites[i]->caller);
	}
}

static void caller_write(FILE *out, const struct call_site *site)
{
	fprintf(out, "%-60s %-8" PRIu64 " %-8" PRId64 " %-8s", site->caller,
		site->figures.current_dynamic, site_waste(&site->figures),
		site->directory ? site->directory : "");
}

void callers_file_write(FILE *out, const struct site_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		caller_write(out, list->sites[i]);
		putc('\n', out);
	}
}

void callers_file_write_lines(FILE *out, const struct site_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct call_site *site = list->sites[i];

		caller_write(out, site);
		fprintf(out, " %s", site->file ? site->file : "?");
		if (site->file && site->line) {
			fprintf(out, ":%" PRIu32, site->line);
		}
		putc('\n', out);
	}
}
