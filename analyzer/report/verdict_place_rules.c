/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of names and places: call sites and the kernel tree. */
#include "analyzer/report/verdict_rules.h"

/*
 * A map of the same kernel has every size right; a stray difference can come from a
 * symbol the map's maker dropped. One in ten has another cause: another kernel.
 */
#define MISMATCH_FOREIGN_MAP 10
/* Up to one byte in a hundred without a directory is no reason to worry. */
#define UNPLACED_WORTH_A_WARNING 100

static void sites_set(struct finding *finding, uint64_t count, uint64_t bytes)
{
	finding_count_set(finding, count);
	finding_bytes_set(finding, bytes);
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
			"Functions of another size than in the kernel tree or map: %s of %s call "
			"sites compared. It is of another build than the traced kernel: bytes and "
			"counts stand, directories do not.",
			count, checked);
	} else {
		ret->severity = FINDING_WARNING;
		ret->text = arena_printf(
			arena,
			"Functions of another size than in the kernel tree or map: %s of %s call "
			"sites compared. They were not placed.",
			count, checked);
	}
	return true;
}

static bool unnamed(const struct verdict_evidence *evidence, struct arena *arena,
		    struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[COUNTED_SIZE];
	char bytes[FORMAT_SIZE];

	if (!facts || !facts->unnamed_sites) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	sites_set(ret, facts->unnamed_sites, facts->unnamed_bytes);
	ret->text = arena_printf(
		arena, "Bare addresses: %s (%s live). %s",
		format_counted(count, facts->unnamed_sites, "call site"),
		format_bytes(bytes, facts->unnamed_bytes),
		evidence->has_map ? "No map names them: of a module since unloaded, of init text "
				    "since freed, or of a kernel that KASLR has moved."
				  : "Only a symbol map can name them, and none was given.");
	return true;
}

static bool unknown_functions(const struct verdict_evidence *evidence, struct arena *arena,
			      struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[COUNTED_SIZE];
	char bytes[FORMAT_SIZE];

	/* Without any source, nothing was looked up. */
	if (!facts || !facts->unknown_sites || !(evidence->has_map || evidence->kernel)) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	sites_set(ret, facts->unknown_sites, facts->unknown_bytes);
	ret->text = arena_printf(arena,
				 "Functions that no object and no map has: %s (%s live). They were "
				 "not placed.",
				 format_counted(count, facts->unknown_sites, "call site"),
				 format_bytes(bytes, facts->unknown_bytes));
	return true;
}

static bool link_addresses(const struct verdict_evidence *evidence, struct arena *arena,
			   struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[COUNTED_SIZE];

	if (!facts || !facts->link_address_sites) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	sites_set(ret, facts->link_address_sites, facts->link_address_bytes);
	ret->text =
		arena_printf(arena,
			     "Addresses named by vmlinux or System.map: %s. The names are right "
			     "only if the kernel ran where it was linked, without KASLR.",
			     format_counted(count, facts->link_address_sites, "call site"));
	return true;
}

static bool ambiguous(const struct verdict_evidence *evidence, struct arena *arena,
		      struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[COUNTED_SIZE];
	char bytes[FORMAT_SIZE];

	if (!facts || !facts->ambiguous_sites) {
		return false;
	}
	ret->severity = facts->ambiguous_bytes ? FINDING_WARNING : FINDING_NOTE;
	sites_set(ret, facts->ambiguous_sites, facts->ambiguous_bytes);
	ret->text = arena_printf(arena,
				 "Functions that several objects define, with one name and size: "
				 "%s (%s live). %s; -v lists them.",
				 format_counted(count, facts->ambiguous_sites, "call site"),
				 format_bytes(bytes, facts->ambiguous_bytes),
				 evidence->kernel ? "They were placed only where all of these are "
						    "in one directory"
						  : "Which of them it was does not show");
	return true;
}

static bool unplaced(const struct verdict_evidence *evidence, struct arena *arena,
		     struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	uint64_t live = evidence->totals ? evidence->totals->current_dynamic : 0;
	char count[COUNTED_SIZE];
	char bytes[FORMAT_SIZE];
	char share[FORMAT_SIZE];

	if (!facts || !facts->unplaced_sites) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	sites_set(ret, facts->unplaced_sites, facts->unplaced_bytes);
	if (!evidence->kernel) {
		ret->advice = "Pass the built tree of the traced kernel with -k.";
		ret->text = arena_strdup(arena,
					 "No kernel tree was given: call sites have no directory.");
		return true;
	}
	if (facts->unplaced_bytes > live / UNPLACED_WORTH_A_WARNING) {
		ret->severity = FINDING_WARNING;
		ret->advice =
			evidence->kernel->object_count
				? "Check that the kernel tree is the whole build of the "
				  "traced kernel, not cleaned since."
				: "Pass the whole build with -k: a vmlinux alone does not say "
				  "which object holds what.";
	}
	ret->text = arena_printf(arena,
				 "No directory known: %s (%s live, %s). They stand in (unplaced).",
				 format_counted(count, facts->unplaced_sites, "call site"),
				 format_bytes(bytes, facts->unplaced_bytes),
				 format_share(share, facts->unplaced_bytes, live));
	return true;
}

static bool in_modules(const struct verdict_evidence *evidence, struct arena *arena,
		       struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[COUNTED_SIZE];
	char bytes[FORMAT_SIZE];

	if (!facts || !facts->module_sites) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	sites_set(ret, facts->module_sites, facts->module_bytes);
	ret->text = arena_printf(arena,
				 "Modules that are not part of the kernel tree: %s (%s live). They "
				 "stand in (module NAME).",
				 format_counted(count, facts->module_sites, "call site"),
				 format_bytes(bytes, facts->module_bytes));
	return true;
}

static bool bitcode(const struct verdict_evidence *evidence, struct arena *arena,
		    struct finding *ret)
{
	char count[COUNTED_SIZE];

	if (!evidence->kernel || !evidence->kernel->bitcode_count) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	ret->effects = EFFECT_STATIC_LOW;
	finding_count_set(ret, evidence->kernel->bitcode_count);
	ret->text =
		arena_printf(arena,
			     "LLVM bitcode instead of code (CONFIG_LTO_CLANG): %s. They have no "
			     "sizes and define no functions yet: their static bytes are "
			     "missing, and what they allocate is not placed.",
			     format_counted(count, ret->count, "object"));
	return true;
}

static bool unreadable(const struct verdict_evidence *evidence, struct arena *arena,
		       struct finding *ret)
{
	const struct kernel_tree_facts *kernel = evidence->kernel;
	char count[COUNTED_SIZE];

	if (!kernel || !kernel->unreadable_count) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	ret->effects = EFFECT_STATIC_LOW;
	finding_count_set(ret, kernel->unreadable_count);
	ret->text =
		arena_printf(arena,
			     "Could not be read: %s of the kernel tree, the first: %s. Their "
			     "static bytes are missing.",
			     format_counted(count, ret->count, "object"), kernel->first_unreadable);
	return true;
}

const struct verdict_rule verdict_place_rules[] = {
	{"size-mismatch", size_mismatch,
	 "Keep the build tree (or vmlinux and System.map) of every kernel you trace."},
	{"unnamed", unnamed,
	 "Save /proc/kallsyms (as root) right after recording, before modules are unloaded, and "
	 "pass it with --kallsyms."},
	{"unknown-functions", unknown_functions,
	 "Check that the kernel tree is of the traced kernel; for modules, pass --kallsyms."},
	{"ambiguous", ambiguous, NULL},
	{"link-addresses", link_addresses,
	 "Save /proc/kallsyms (as root) with the trace and pass it with --kallsyms."},
	{"unplaced", unplaced, NULL},
	{"in-modules", in_modules, NULL},
	{"bitcode", bitcode, "For static sizes, build with CONFIG_LTO_NONE."},
	{"unreadable", unreadable, "Build the tree again, or copy it whole."},
};
const size_t verdict_place_rule_count =
	sizeof(verdict_place_rules) / sizeof(verdict_place_rules[0]);
