/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary of a build without a trace: what the kernel is made of, and what vmlinux adds. */
#include <inttypes.h>

#include "analyzer/report/directory_list.h"
#include "analyzer/report/summary_parts.h"

#define DIRECTORY_COLUMNS 33

static void sizes_row(FILE *out, const char *label, const struct elf_sizes *sizes)
{
	char text[FORMAT_SIZE];
	char data[FORMAT_SIZE];
	char bss[FORMAT_SIZE];
	char sum[FORMAT_SIZE];

	fprintf(out, "  %-20s %13s %13s %13s %14s\n", label, format_count(text, sizes->text),
		format_count(data, sizes->data), format_count(bss, sizes->bss),
		format_count(sum, sizes->text + sizes->data + sizes->bss));
}

static int64_t minus(uint64_t a, uint64_t b)
{
	return (int64_t)(a - b);
}

static void difference_row(FILE *out, const struct elf_sizes *whole, const struct elf_sizes *parts)
{
	int64_t text = minus(whole->text, parts->text);
	int64_t data = minus(whole->data, parts->data);
	int64_t bss = minus(whole->bss, parts->bss);
	char text_column[FORMAT_SIZE];
	char data_column[FORMAT_SIZE];
	char bss_column[FORMAT_SIZE];
	char sum_column[FORMAT_SIZE];

	fprintf(out, "  %-20s %13s %13s %13s %14s\n", "difference",
		format_signed_count(text_column, text), format_signed_count(data_column, data),
		format_signed_count(bss_column, bss),
		format_signed_count(sum_column, text + data + bss));
}

/* Why size(1) of vmlinux is not the sum of its objects; checked on x86-64, 6.1. */
static void difference_explain(FILE *out)
{
	static const char text[] =
		"The difference is the linker's work. It adds what no object holds: the kallsyms "
		"tables, and on x86 .brk and .orc_lookup (bss). It aligns: sections to pages, on "
		"x86-64 the entry code to 2 MiB within .text. It drops .discard.*, .modinfo and "
		".exit.* and stores equal strings once. And it moves: where a writable section "
		"joins .rodata, all of that counts as data, no longer as text.";

	fprintf(out, "  ");
	format_wrap(out, TEXT_WIDTH, 2, 2, text);
}

static void sizes_write(FILE *out, const struct summary *summary)
{
	const struct kernel_record *kernel = summary->kernel;
	bool has_objects = kernel->facts.object_count > 0;

	summary_heading(out, summary->color, "Static bytes, as size(1) counts them");
	fprintf(out, "  %-20s %13s %13s %13s %14s\n", "", "text", "data", "bss", "sum");
	if (has_objects) {
		sizes_row(out, "objects of vmlinux", &kernel->built_in);
	}
	if (kernel->has_vmlinux) {
		sizes_row(out, "vmlinux itself", &kernel->vmlinux);
	}
	if (has_objects && kernel->has_vmlinux) {
		difference_row(out, &kernel->vmlinux, &kernel->built_in);
	}
	if (kernel->facts.module_count) {
		sizes_row(out, "objects of modules", &kernel->modules);
	}
	if (has_objects && kernel->has_vmlinux) {
		difference_explain(out);
	}
	if (!has_objects) {
		fprintf(out, "  A vmlinux alone does not say which object holds what.\n");
	}
}

static void directory_write(FILE *out, const struct directory_row *row, uint64_t whole)
{
	const struct memory_figures *figures = &row->figures;
	uint64_t bytes = memory_figures_static(figures);
	char sum[FORMAT_SIZE];
	char share[FORMAT_SIZE];
	char text[FORMAT_SIZE];
	char data[FORMAT_SIZE];
	char bss[FORMAT_SIZE];
	char path[DIRECTORY_COLUMNS + 1];

	fprintf(out, "  %8s %7s %8s %8s %8s  %s\n", format_bytes(sum, bytes),
		format_share(share, bytes, whole), format_bytes(text, figures->static_text),
		format_bytes(data, figures->static_data), format_bytes(bss, figures->static_bss),
		summary_path(path, row->node, DIRECTORY_COLUMNS));
}

int summary_static(FILE *out, const struct summary *summary, struct error *err)
{
	uint64_t whole = memory_figures_static(&summary->branch->sum);
	struct directory_list list;
	char heading[128];

	if (!summary->branch_name) {
		sizes_write(out, summary);
	}
	if (directory_list_init(&list, summary->branch, NULL, err) < 0) {
		return err->code;
	}
	if (!list.count) {
		directory_list_release(&list);
		return 0;
	}
	snprintf(heading, sizeof(heading), "Directories with the most static bytes (%zu of %zu)",
		 list.count < SUMMARY_ROWS ? list.count : SUMMARY_ROWS, list.count);
	summary_heading(out, summary->color, heading);
	fprintf(out, "  %8s %7s %8s %8s %8s  directory\n", "static", "share", "text", "data",
		"bss");
	for (size_t i = 0; i < list.count && i < SUMMARY_ROWS; i++) {
		directory_write(out, &list.rows[i], whole);
	}
	directory_list_release(&list);
	return 0;
}
