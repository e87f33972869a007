/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary of a build without a trace: what the kernel is made of, and what vmlinux adds. */
#include <inttypes.h>

#include "analyzer/report/directory_list.h"
#include "analyzer/report/summary_parts.h"

#define DIRECTORY_COLUMNS 33

static void sizes_add(struct elf_sizes *to, const struct elf_sizes *what)
{
	to->text += what->text;
	to->data += what->data;
	to->bss += what->bss;
}

static void sizes_row(FILE *out, const char *label, const struct elf_sizes *sizes)
{
	fprintf(out, "  %-20s %13" PRIu64 " %13" PRIu64 " %13" PRIu64 " %14" PRIu64 "\n", label,
		sizes->text, sizes->data, sizes->bss, sizes->text + sizes->data + sizes->bss);
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

	fprintf(out, "  %-20s %+13" PRId64 " %+13" PRId64 " %+13" PRId64 " %+14" PRId64 "\n",
		"difference", text, data, bss, text + data + bss);
}

/* Why size(1) of vmlinux is not the sum of its objects; checked on x86-64, 6.1. */
static void difference_explain(FILE *out)
{
	static const char text[] =
		"The difference is the linker's work. It adds what no object holds: the kallsyms "
		"tables, and on x86 .orc_lookup and .brk (both bss). It aligns sections to pages, "
		"the ends of x86-64's text and read-only data to 2 MiB. It drops .discard.*, "
		".modinfo and merged strings. And it joins read-only sections with a writable one: "
		"then all of vmlinux's .rodata counts as data, which moves bytes from text to "
		"data.";

	fprintf(out, "  ");
	format_wrap(out, TEXT_WIDTH, 2, 2, text);
}

static void sizes_write(FILE *out, const struct summary *summary)
{
	struct elf_sizes built_in = {0};
	struct elf_sizes modules = {0};
	size_t count;
	const struct tree_object *objects = kernel_tree_objects(summary->kernel, &count);

	for (size_t i = 0; i < count; i++) {
		sizes_add(objects[i].module ? &modules : &built_in, &objects[i].sizes);
	}
	summary_heading(out, summary->color, "Static bytes, as size(1) counts them");
	fprintf(out, "  %-20s %13s %13s %13s %14s\n", "", "text", "data", "bss", "sum");
	sizes_row(out, "objects of vmlinux", &built_in);
	if (summary->vmlinux) {
		sizes_row(out, "vmlinux itself", summary->vmlinux);
		difference_row(out, summary->vmlinux, &built_in);
	}
	if (kernel_tree_facts(summary->kernel)->module_count) {
		sizes_row(out, "objects of modules", &modules);
	}
	if (summary->vmlinux) {
		difference_explain(out);
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
