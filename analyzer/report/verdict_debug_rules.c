/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of debug info: files and lines, compilation units, modules' init text. */
#include "analyzer/report/verdict_rules.h"

static bool missing_debug_info(const struct verdict_evidence *evidence, struct arena *arena,
			       struct finding *ret)
{
	if (!evidence->debug || !evidence->debug->problem) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	ret->text = arena_printf(arena, "Inlined functions, files and lines are not known: %s.",
				 evidence->debug->problem);
	return true;
}

static bool damaged_debug_info(const struct verdict_evidence *evidence, struct arena *arena,
			       struct finding *ret)
{
	char count[COUNTED_SIZE];

	if (!evidence->debug || !evidence->debug->damaged_unit_count) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	finding_count_set(ret, evidence->debug->damaged_unit_count);
	ret->text = arena_printf(arena,
				 "Debug info that could not be read to its end: %s. Inlined "
				 "functions, files or lines are missing there.",
				 format_counted(count, ret->count, "compilation unit"));
	return true;
}

static bool cut_debug_info(const struct verdict_evidence *evidence, struct arena *arena,
			   struct finding *ret)
{
	if (!evidence->debug || !evidence->debug->is_cut) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	ret->text = arena_strdup(arena,
				 "The debug info is damaged: behind the damage no compilation unit "
				 "could be found. Inlined functions, files and lines are missing "
				 "for the rest of the kernel.");
	return true;
}

static bool missing_split_files(const struct verdict_evidence *evidence, struct arena *arena,
				struct finding *ret)
{
	char count[COUNTED_SIZE];

	if (!evidence->debug || !evidence->debug->missing_split_count) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	finding_count_set(ret, evidence->debug->missing_split_count);
	ret->text = arena_printf(arena,
				 "Split debug info (.dwo) not found for %s. Inlined functions are "
				 "not known there.",
				 format_counted(count, ret->count, "compilation unit"));
	return true;
}

static bool directories_differ(const struct verdict_evidence *evidence, struct arena *arena,
			       struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[COUNTED_SIZE];
	char bytes[FORMAT_SIZE];

	if (!facts || !facts->differing_sites) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, facts->differing_sites);
	finding_bytes_set(ret, facts->differing_bytes);
	ret->text = arena_printf(arena,
				 "Debug info names another directory than the object tree: %s (%s "
				 "live). The tree's was taken; -v lists them.",
				 format_counted(count, facts->differing_sites, "call site"),
				 format_bytes(bytes, facts->differing_bytes));
	return true;
}

static bool init_text(const struct verdict_evidence *evidence, struct arena *arena,
		      struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[COUNTED_SIZE];
	char bytes[FORMAT_SIZE];

	if (!facts || !facts->init_text_sites) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, facts->init_text_sites);
	finding_bytes_set(ret, facts->init_text_bytes);
	ret->text = arena_printf(arena,
				 "In init text of modules, freed before the maps were saved: %s "
				 "(%s live). They were recognised by where they are.",
				 format_counted(count, facts->init_text_sites, "call site"),
				 format_bytes(bytes, facts->init_text_bytes));
	return true;
}

const struct verdict_rule verdict_debug_rules[] = {
	{"debug-info-damaged", damaged_debug_info, "Take the vmlinux from the build again."},
	{"debug-info-cut", cut_debug_info, "Take the vmlinux from the build again."},
	{"debug-info-split", missing_split_files,
	 "Keep the .dwo files beside their objects, in the folder of the build."},
	{"debug-info-missing", missing_debug_info,
	 "Build with CONFIG_DEBUG_INFO, or pass the folder of the debug files with --debug-dir."},
	{"directories-differ", directories_differ, NULL},
	{"init-text", init_text, NULL},
};
const size_t verdict_debug_rule_count =
	sizeof(verdict_debug_rules) / sizeof(verdict_debug_rules[0]);
