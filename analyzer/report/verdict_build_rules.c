/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Build ids: are kernel and modules those that were traced? */
#include "analyzer/report/verdict_rules.h"

static bool other_kernel(const struct verdict_evidence *evidence, struct arena *arena,
			 struct finding *ret)
{
	if (!evidence->builds || !evidence->builds->kernel) {
		return false;
	}
	ret->severity = FINDING_ERROR;
	ret->text = arena_printf(
		arena,
		"The vmlinux given is not the traced kernel's: it has build id %s, the traced "
		"kernel %s. Bytes and counts stand, names and directories need not.",
		evidence->builds->kernel, evidence->builds->traced_kernel);
	return true;
}

/* "brd, ext2 and others" */
static const char *modules_list(const struct build_evidence *builds, struct arena *arena)
{
	const char *list = builds->modules[0];

	for (size_t i = 1; list && i < builds->module_count; i++) {
		list = arena_printf(arena, "%s, %s", list, builds->modules[i]);
	}
	return list && builds->has_more_modules ? arena_printf(arena, "%s and others", list) : list;
}

static bool other_modules(const struct verdict_evidence *evidence, struct arena *arena,
			  struct finding *ret)
{
	const struct build_evidence *builds = evidence->builds;
	char count[COUNTED_SIZE];
	char bytes[FORMAT_SIZE];
	const char *list;

	if (!builds || !builds->module_sites) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	finding_count_set(ret, builds->module_sites);
	finding_bytes_set(ret, builds->module_bytes);
	list = modules_list(builds, arena);
	ret->text =
		list ? arena_printf(
			       arena,
			       "Modules whose files have another build id than what was traced: "
			       "%s. They gave names, files and lines for %s (%s live).",
			       list, format_counted(count, builds->module_sites, "call site"),
			       format_bytes(bytes, builds->module_bytes))
		     : NULL;
	return true;
}

const struct verdict_rule verdict_build_rules[] = {
	{"kernel-build-id", other_kernel,
	 "Keep the build tree (or vmlinux) of every kernel you trace."},
	{"module-build-id", other_modules,
	 "Keep the module files of every kernel you trace, and pass them with --modules."},
};
const size_t verdict_build_rule_count =
	sizeof(verdict_build_rules) / sizeof(verdict_build_rules[0]);
