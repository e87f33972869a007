/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/kernel_slide.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/site_text.h"
#include "elfsyms/call_instruction.h"
#include "elfsyms/slide.h"

/*
 * With so many sites, none of which agree, chance is no explanation any more: even if
 * half of them were in modules, the other half would have agreed.
 */
#define SITES_FOR_FOREIGN ((size_t)2 * SLIDE_SITES_MIN)

static int compare_u64(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left;
	uint64_t b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static bool account_has_names(const struct account *account)
{
	struct site_text text;

	for (size_t i = 0; i < account->row_count; i++) {
		site_text_parse(account->rows[i].site, &text);
		if (text.kind == SITE_TEXT_SYMBOL) {
			return true;
		}
	}
	return false;
}

int account_addresses(const struct account *account, bool unnamed, uint64_t **ret,
		      size_t *ret_count, struct error *err)
{
	uint64_t *addresses = calloc(account->row_count + 1, sizeof(*addresses));
	bool has_names = account_has_names(account);
	size_t count = 0;
	size_t kept = 0;

	if (!addresses) {
		return error_no_memory(err);
	}
	for (size_t i = 0; i < account->row_count; i++) {
		struct site_text text;

		site_text_parse(account->rows[i].site, &text);
		if (text.kind == SITE_TEXT_ADDRESS && text.address != 0 &&
		    (text.is_unnamed && has_names) == unnamed) {
			addresses[count++] = text.address;
		}
	}
	qsort(addresses, count, sizeof(*addresses), compare_u64);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || addresses[kept - 1] != addresses[i]) {
			addresses[kept++] = addresses[i];
		}
	}
	*ret = addresses;
	*ret_count = kept;
	return 0;
}

/* The address of a symbol that the map has once. */
static bool only_address(const struct symbol_map *map, const char *name, uint64_t *ret)
{
	const struct map_symbol *symbol;

	if (symbol_map_by_name(map, name, strlen(name), NULL, 0, &symbol, 1) != 1) {
		return false;
	}
	*ret = symbol->address;
	return true;
}

/*
 * By one symbol for where the image begins. It must be the same one in both: a kernel without
 * KALLSYMS_ALL leaves out what lies before _stext, which on 32-bit ARM is _text.
 */
bool kernel_slide_of_maps(const struct symbol_map *kallsyms, const struct symbol_map *link_map,
			  uint64_t *ret)
{
	static const char *const names[] = {"_text", "_stext"};
	uint64_t run_time;
	uint64_t link_time;

	for (size_t i = 0; kallsyms && link_map && i < sizeof(names) / sizeof(names[0]); i++) {
		if (only_address(kallsyms, names[i], &run_time) &&
		    only_address(link_map, names[i], &link_time)) {
			*ret = run_time - link_time;
			return true;
		}
	}
	return false;
}

/* The same by what a binary recording says of one symbol, such as _text. */
static bool recorded_slide(const struct slide_sources *sources, const struct symbol_map *link_map,
			   uint64_t *ret)
{
	uint64_t link_time;

	if (!sources->recorded_symbol || !link_map ||
	    !only_address(link_map, sources->recorded_symbol, &link_time)) {
		return false;
	}
	*ret = sources->recorded_address - link_time;
	return true;
}

/* Do all sites that can be in vmlinux's text follow calls there as they are? */
static bool sites_fit_unmoved(const struct kernel_code *code, const uint64_t *addresses,
			      size_t count)
{
	size_t inside = 0;

	for (size_t i = 0; i < count; i++) {
		struct call_instruction call;
		struct code_spot spot;

		if (!kernel_code_at(code, addresses[i], &spot)) {
			continue;
		}
		inside++;
		call_instruction_before(spot.code, spot.place, spot.is_thumb, &call);
		if (call.kind != CALL_DIRECT && call.kind != CALL_INDIRECT) {
			return false;
		}
	}
	return inside > 0;
}

static int slide_recover(const struct kernel_code *code, const uint64_t *addresses, size_t count,
			 struct kernel_slide *ret, struct error *err)
{
	struct elfsyms_error why;
	struct code_slide slide;

	if (code_slide_find(code->vmlinux, addresses, count, &slide, &why) < 0) {
		return error_no_memory(err);
	}
	ret->hit_count = slide.hit_count;
	ret->runner_up_count = slide.runner_up_count;
	switch (slide.state) {
	case SLIDE_FOUND:
		ret->origin = SLIDE_FROM_SITES;
		ret->slide = slide.slide;
		break;
	case SLIDE_UNSUPPORTED:
		ret->origin = SLIDE_ASSUMED;
		break;
	case SLIDE_NONE_FITS:
		ret->origin = slide.candidate_count >= SITES_FOR_FOREIGN ? SLIDE_FOREIGN
									 : SLIDE_NOT_DECIDABLE;
		break;
	case SLIDE_TOO_FEW:
	case SLIDE_NOT_UNIQUE:
		ret->origin = sites_fit_unmoved(code, addresses, count) ? SLIDE_ASSUMED
									: SLIDE_NOT_DECIDABLE;
		break;
	}
	return 0;
}

int kernel_slide_find(const struct account *account, const struct slide_sources *sources,
		      struct kernel_slide *ret, struct error *err)
{
	const struct symbol_map *link_map =
		sources->vmlinux ? sources->vmlinux : sources->system_map;
	uint64_t *addresses = NULL;
	int result = 0;

	*ret = (struct kernel_slide){.origin = SLIDE_NOT_NEEDED};
	if (account_addresses(account, false, &addresses, &ret->site_count, err) < 0 ||
	    !addresses) {
		return err->code;
	}
	/* With kallsyms it is wanted anyway: vmlinux knows more of what kallsyms names. */
	if (kernel_slide_of_maps(sources->kallsyms, link_map, &ret->slide)) {
		ret->origin = SLIDE_FROM_KALLSYMS;
	} else if (ret->site_count > 0 && recorded_slide(sources, link_map, &ret->slide)) {
		ret->origin = SLIDE_FROM_RECORDING;
	} else if (link_map && ret->site_count > 0) {
		ret->origin = SLIDE_ASSUMED;
		if (sources->vmlinux && sources->code && sources->code->vmlinux) {
			result = slide_recover(sources->code, addresses, ret->site_count, ret, err);
		}
	}
	free(addresses);
	return result;
}

bool kernel_slide_is_usable(const struct kernel_slide *slide)
{
	return slide->origin == SLIDE_FROM_KALLSYMS || slide->origin == SLIDE_FROM_RECORDING ||
	       slide->origin == SLIDE_FROM_SITES || slide->origin == SLIDE_ASSUMED;
}
