/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elfsyms/slide.h"

#include <elf.h>
#include <stdlib.h>

#include "elfsyms/call_instruction.h"

/* Looks at the code: bounds the time whatever the trace and the file say. */
#define LOOKS_MAX ((uint64_t)1 << 22)

/*
 * Nearly all sites must agree. What may disagree: code that the kernel patches while
 * booting, so that the file shows something else there.
 */
#define HITS_PER_TEN 9

struct slide_rule {
	uint16_t machine;
	uint64_t alignment;
	uint64_t range; /* slides are below it; 0: any */
	/* Where code of the kernel itself may run; 0, 0: not known. */
	uint64_t text_first, text_end;
};

static const struct slide_rule rules[] = {
	/* Documentation/arch/x86/x86_64/mm.rst: kernel text mapping, then modules. */
	{EM_X86_64, 0x200000, 0x40000000, 0xffffffff80000000, 0xffffffffc0000000},
	{EM_386, 0x200000, 0x20000000, 0, 0},
	{EM_AARCH64, 0x10000, 0, 0, 0},
	{EM_RISCV, 0x200000, 0, 0, 0},
	{EM_ARM, 0x200000, 0, 0, 0},
};

static const struct slide_rule *rule_of(const struct elf_code *code)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].machine == elf_code_identity(code)->machine) {
			return &rules[i];
		}
	}
	return NULL;
}

struct slide_votes {
	const struct elf_code *code;
	const struct slide_rule *rule;
	uint64_t first, last; /* of vmlinux's text */
	uint64_t mask;	      /* of an address */
	uint64_t *slides;     /* one per vote */
	size_t count, capacity;
};

static int vote_add(struct slide_votes *votes, uint64_t slide)
{
	if (votes->count == votes->capacity) {
		size_t capacity = votes->capacity ? 2 * votes->capacity : 4096;
		uint64_t *slides = realloc(votes->slides, capacity * sizeof(*slides));

		if (!slides) {
			return -1;
		}
		votes->slides = slides;
		votes->capacity = capacity;
	}
	votes->slides[votes->count++] = slide;
	return 0;
}

static bool follows_call(const struct elf_code *code, uint64_t address)
{
	bool is_arm = elf_code_identity(code)->machine == EM_ARM;
	struct call_instruction call;
	struct code_place place;

	/* The end of a call at the end of its section is outside: look one byte back. */
	if (address == 0 || !elf_code_place(code, address - 1, &place)) {
		return false;
	}
	place.offset++;
	if (is_arm) {
		place.offset &= ~(uint64_t)1;
	}
	call_instruction_before(code, place, is_arm && (address & 1), &call);
	return call.kind == CALL_DIRECT || call.kind == CALL_INDIRECT;
}

static bool site_can_be_text(const struct slide_rule *rule, uint64_t address)
{
	return rule->text_end == 0 || (address >= rule->text_first && address < rule->text_end);
}

/* All slides that put address behind a call. */
static int site_vote(struct slide_votes *votes, uint64_t address)
{
	uint64_t alignment = votes->rule->alignment;
	/* The lowest place in the text, or above, that an aligned slide gives the address. */
	uint64_t place = votes->first + ((address - votes->first) & (alignment - 1));

	for (; place <= votes->last && place >= votes->first; place += alignment) {
		uint64_t slide = (address - place) & votes->mask;

		if (votes->rule->range && slide >= votes->rule->range) {
			continue;
		}
		if (follows_call(votes->code, place) && vote_add(votes, slide) < 0) {
			return -1;
		}
		if (place + alignment < place) {
			break;
		}
	}
	return 0;
}

static int compare_u64(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left;
	uint64_t b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static void votes_count(struct slide_votes *votes, struct code_slide *ret)
{
	if (votes->count == 0) {
		return;
	}
	qsort(votes->slides, votes->count, sizeof(*votes->slides), compare_u64);
	for (size_t i = 0, next; i < votes->count; i = next) {
		for (next = i; next < votes->count && votes->slides[next] == votes->slides[i];) {
			next++;
		}
		if (next - i > ret->hit_count) {
			ret->runner_up_count = ret->hit_count;
			ret->hit_count = next - i;
			ret->slide = votes->slides[i];
		} else if (next - i > ret->runner_up_count) {
			ret->runner_up_count = next - i;
		}
	}
}

static enum slide_state slide_judge(const struct code_slide *slide)
{
	if (slide->candidate_count < SLIDE_SITES_MIN) {
		return SLIDE_TOO_FEW;
	}
	if (slide->hit_count < SLIDE_SITES_MIN ||
	    slide->hit_count * 10 < slide->total_count * HITS_PER_TEN) {
		return SLIDE_NONE_FITS;
	}
	return slide->runner_up_count * 2 > slide->hit_count ? SLIDE_NOT_UNIQUE : SLIDE_FOUND;
}

/*
 * An even selection that keeps the number of looks at the code within bounds. 0: its sections are
 * so far apart that this would leave too few sites; no kernel's are.
 */
static size_t step_choose(const struct slide_votes *votes, size_t count)
{
	uint64_t window = (votes->last - votes->first) / votes->rule->alignment + 1;
	uint64_t sites = LOOKS_MAX / window;

	return sites < SLIDE_SITES_MIN ? 0 : (size_t)(count / sites + 1);
}

int code_slide_find(const struct elf_code *code, const uint64_t *addresses, size_t count,
		    struct code_slide *ret, struct elfsyms_error *err)
{
	struct slide_votes votes = {.code = code, .rule = rule_of(code)};
	size_t step;

	*ret = (struct code_slide){.state = SLIDE_UNSUPPORTED};
	if (!votes.rule || !elf_code_range(code, &votes.first, &votes.last)) {
		return 0;
	}
	votes.mask = elf_code_identity(code)->is_64bit ? UINT64_MAX : UINT32_MAX;
	step = step_choose(&votes, count);
	if (step == 0) {
		return 0;
	}
	for (size_t i = 0; i < count; i += step) {
		if (!site_can_be_text(votes.rule, addresses[i])) {
			continue;
		}
		ret->candidate_count++;
		if (site_vote(&votes, addresses[i]) < 0) {
			free(votes.slides);
			return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "out of memory");
		}
	}
	votes_count(&votes, ret);
	free(votes.slides);
	for (size_t i = 0; ret->hit_count > 0 && i < count; i += step) {
		struct code_place place;

		ret->total_count +=
			site_can_be_text(votes.rule, addresses[i]) &&
			elf_code_place(code, (addresses[i] - ret->slide) & votes.mask, &place);
	}
	ret->state = slide_judge(ret);
	return 0;
}
