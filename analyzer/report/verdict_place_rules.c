/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of names and places: call sites and the kernel tree. */
#include "analyzer/report/verdict_rules.h"

#include "analyzer/report/text_format.h"

/*
 * A map of the same kernel has every size right; a stray difference can come from a
 * symbol the map's maker dropped. One in ten has another cause: another kernel.
 */
#define MISMATCH_FOREIGN_MAP 10

static void sites_set(struct finding *finding, uint64_t count, uint64_t bytes)
{
	finding->has_count = true;
	finding->has_bytes = true;
	finding->count = count;
	finding->bytes = bytes;
}

static bool size_mismatch(const struct verdict_evidence *evidence, struct arena *arena,
			  struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[FORMAT_SIZE];
	char checked[FORMAT_SIZE];

	if (!facts || !facts->mismatch_sites) {
		return false;
	}
	sites_set(ret, facts->mismatch_sites, facts->mismatch_bytes);
	format_count(count, facts->mismatch_sites);
	format_count(checked, facts->checked_sites);
	if (facts->mismatch_sites > facts->checked_sites / MISMATCH_FOREIGN_MAP) {
		ret->severity = FINDING_ERROR;
		ret->text = arena_printf(
			arena,
			"%s of %s call sites name functions that have another size in the kernel "
			"tree or map: it is of another build than the traced kernel. Bytes and "
			"counts stand, directories do not.",
			count, checked);
	} else {
		ret->severity = FINDING_WARNING;
		ret->text = arena_printf(
			arena,
			"%s of %s call sites name functions that have another size in the kernel "
			"tree or map, and were not placed.",
			count, checked);
	}
	return true;
}

static bool unnamed(const struct verdict_evidence *evidence, struct arena *arena,
		    struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[FORMAT_SIZE];
	char bytes[FORMAT_SIZE];

	if (!facts || !facts->unnamed_sites) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	sites_set(ret, facts->unnamed_sites, facts->unnamed_bytes);
	ret->text = arena_printf(
		arena, "%s call sites (%s live) are bare addresses that %s.",
		format_count(count, facts->unnamed_sites),
		format_bytes(bytes, facts->unnamed_bytes),
		evidence->has_map ? "no map names: a module since unloaded, init text since freed, "
				    "or a kernel moved by KASLR"
				  : "only a symbol map can name, and none was given");
	return true;
}

static bool ambiguous(const struct verdict_evidence *evidence, struct arena *arena,
		      struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[FORMAT_SIZE];
	char bytes[FORMAT_SIZE];

	if (!facts || !facts->ambiguous_sites) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	sites_set(ret, facts->ambiguous_sites, facts->ambiguous_bytes);
	ret->text = arena_printf(arena,
				 "%s call sites (%s live) are in functions that several objects "
				 "define with the same name and size: they were not placed.",
				 format_count(count, facts->ambiguous_sites),
				 format_bytes(bytes, facts->ambiguous_bytes));
	return true;
}

static bool unplaced(const struct verdict_evidence *evidence, struct arena *arena,
		     struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[FORMAT_SIZE];
	char bytes[FORMAT_SIZE];

	if (!facts || !facts->unplaced_sites) {
		return false;
	}
	sites_set(ret, facts->unplaced_sites, facts->unplaced_bytes);
	if (!evidence->kernel) {
		ret->severity = FINDING_NOTE;
		ret->advice = "Pass the built tree of the traced kernel with -k.";
		ret->text = arena_strdup(arena,
					 "No kernel tree was given: call sites have no directory.");
		return true;
	}
	ret->severity = FINDING_WARNING;
	ret->text = arena_printf(arena,
				 "%s call sites (%s live) have no directory: no object of the "
				 "kernel tree defines their function. They stand in (unplaced).",
				 format_count(count, facts->unplaced_sites),
				 format_bytes(bytes, facts->unplaced_bytes));
	return true;
}

static bool in_modules(const struct verdict_evidence *evidence, struct arena *arena,
		       struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[FORMAT_SIZE];
	char bytes[FORMAT_SIZE];

	if (!facts || !facts->module_sites) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	sites_set(ret, facts->module_sites, facts->module_bytes);
	ret->text = arena_printf(arena,
				 "%s call sites (%s live) are in modules that are not part of the "
				 "kernel tree: they stand in (module NAME).",
				 format_count(count, facts->module_sites),
				 format_bytes(bytes, facts->module_bytes));
	return true;
}

static bool bitcode(const struct verdict_evidence *evidence, struct arena *arena,
		    struct finding *ret)
{
	char count[FORMAT_SIZE];

	if (!evidence->kernel || !evidence->kernel->bitcode_count) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	ret->has_count = true;
	ret->effects = EFFECT_STATIC_LOW;
	ret->count = evidence->kernel->bitcode_count;
	ret->text = arena_printf(arena,
				 "%s objects are LLVM bitcode (CONFIG_LTO_CLANG): they have no "
				 "sizes and define no functions yet. Their static bytes are "
				 "missing, and what they allocate is not placed.",
				 format_count(count, ret->count));
	return true;
}

static bool unreadable(const struct verdict_evidence *evidence, struct arena *arena,
		       struct finding *ret)
{
	const struct kernel_tree_facts *kernel = evidence->kernel;
	char count[FORMAT_SIZE];

	if (!kernel || !kernel->unreadable_count) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	ret->has_count = true;
	ret->effects = EFFECT_STATIC_LOW;
	ret->count = kernel->unreadable_count;
	ret->text = arena_printf(arena,
				 "%s objects of the kernel tree could not be read; the first: %s. "
				 "Their static bytes are missing.",
				 format_count(count, ret->count), kernel->first_unreadable);
	return true;
}

const struct verdict_rule verdict_place_rules[] = {
	{"size-mismatch", size_mismatch,
	 "Keep the build tree (or vmlinux and System.map) of every kernel you trace."},
	{"unnamed", unnamed,
	 "Save /proc/kallsyms (as root) right after recording, before modules are unloaded, and "
	 "pass it with --kallsyms."},
	{"ambiguous", ambiguous, NULL},
	{"unplaced", unplaced,
	 "Check that the kernel tree is the whole build of the traced kernel, never cleaned."},
	{"in-modules", in_modules, NULL},
	{"bitcode", bitcode, "For static sizes, build with CONFIG_LTO_NONE."},
	{"unreadable", unreadable, "Build the tree again, or copy it whole."},
};
const size_t verdict_place_rule_count =
	sizeof(verdict_place_rules) / sizeof(verdict_place_rules[0]);
