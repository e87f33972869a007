/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What pairing frees with allocations met. */
#include "analyzer/report/verdict_rules.h"

/* Fewer expected collisions than this round to none. */
#define COLLISIONS_WORTH_A_WARNING 0.5

static bool no_frees(const struct verdict_evidence *evidence, struct arena *arena,
		     struct finding *ret)
{
	const struct match_totals *totals = evidence->totals;

	if (!totals->alloc_count || totals->free_count || totals->null_free_count ||
	    totals->unhashable_free_count) {
		return false;
	}
	ret->severity = FINDING_ERROR;
	ret->effects = EFFECT_CURRENT_HIGH | EFFECT_UNRELIABLE;
	ret->text =
		arena_strdup(arena, "There is no free in the whole trace: the events kfree and "
				    "kmem_cache_free were not recorded. Everything ever allocated "
				    "counts as live.");
	return true;
}

static bool no_allocations(const struct verdict_evidence *evidence, struct arena *arena,
			   struct finding *ret)
{
	const struct match_totals *totals = evidence->totals;

	if (totals->alloc_count || totals->failed_count || totals->unhashable_alloc_count) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	ret->effects = EFFECT_TOTAL_LOW | EFFECT_CURRENT_LOW;
	ret->text = arena_strdup(arena,
				 "No allocation was counted: the events kmalloc and "
				 "kmem_cache_alloc were not recorded, or --malloc or --cache left "
				 "all of them out.");
	return true;
}

static bool unhashable_pointers(const struct verdict_evidence *evidence, struct arena *arena,
				struct finding *ret)
{
	const struct match_totals *totals = evidence->totals;
	char allocs[COUNTED_SIZE];
	char frees[COUNTED_SIZE];
	char bytes[FORMAT_SIZE];

	if (!totals->unhashable_alloc_count && !totals->unhashable_free_count) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	ret->effects = (totals->unhashable_alloc_count ? EFFECT_CURRENT_LOW : 0u) |
		       (totals->unhashable_free_count ? EFFECT_CURRENT_HIGH : 0u);
	finding_count_set(ret, totals->unhashable_alloc_count);
	finding_bytes_set(ret, totals->unhashable_alloc_bytes);
	ret->text = arena_printf(
		arena,
		"(____ptrval____) for a pointer, which the kernel could not hash yet: %s (%s), %s. "
		"They cannot be matched: such allocations are in the totals but not in live bytes.",
		format_counted(allocs, totals->unhashable_alloc_count, "allocation"),
		format_bytes(bytes, totals->unhashable_alloc_bytes),
		format_counted(frees, totals->unhashable_free_count, "free"));
	return true;
}

static bool pointers_may_collide(const struct trace_facts *trace)
{
	return trace->pointer_hashed_count || trace->pointer_32bit_count;
}

static bool lost_frees(const struct verdict_evidence *evidence, struct arena *arena,
		       struct finding *ret)
{
	const struct match_totals *totals = evidence->totals;
	bool collisions = pointers_may_collide(evidence->trace);
	char count[COUNTED_SIZE];
	char bytes[FORMAT_SIZE];

	if (!totals->lost_free_count) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	ret->effects = EFFECT_CURRENT_HIGH | (collisions ? EFFECT_CURRENT_LOW : 0u);
	finding_count_set(ret, totals->lost_free_count);
	finding_bytes_set(ret, totals->lost_free_bytes);
	ret->text = arena_printf(
		arena,
		"Address handed out again while live: %s (%s), taken out of live bytes. Their "
		"frees were not recorded (the kernel has no event for bulk frees)%s. Others freed "
		"like that, whose address did not come back, still count as live.",
		format_counted(count, totals->lost_free_count, "object"),
		format_bytes(bytes, totals->lost_free_bytes),
		collisions ? ", or two objects share a pointer hash" : "");
	return true;
}

static bool hashed_pointers(const struct verdict_evidence *evidence, struct arena *arena,
			    struct finding *ret)
{
	const struct trace_facts *trace = evidence->trace;
	double expected = verdict_expected_collisions(evidence->totals);
	bool certain = trace->pointer_hashed_count > 0;
	bool matters = expected >= COLLISIONS_WORTH_A_WARNING;
	char live[FORMAT_SIZE];
	char allocs[FORMAT_SIZE];
	char collisions[64];

	/* 8 digits may be a 32-bit kernel's plain pointers: worth a word only if it matters. */
	if (!certain && !(trace->pointer_32bit_count && matters)) {
		return false;
	}
	ret->severity = matters && certain ? FINDING_WARNING : FINDING_NOTE;
	ret->effects = matters ? EFFECT_CURRENT_LOW : 0;
	finding_count_set(ret, trace->pointer_hashed_count + trace->pointer_32bit_count);
	if (expected < 0.01) {
		snprintf(collisions, sizeof(collisions), "less than 0.01");
	} else {
		snprintf(collisions, sizeof(collisions), "up to %.*f", expected < 10 ? 2 : 0,
			 expected);
	}
	ret->text = arena_printf(
		arena,
		"Pointers %s hashed to 32 bits: with %s allocations and up to %s objects live at "
		"once, %s collisions are expected. Each takes a live object out of the figures too "
		"early.",
		certain ? "are" : "may be", format_count(allocs, evidence->totals->alloc_count),
		format_count(live, evidence->totals->peak_live_count), collisions);
	return true;
}

static bool unmatched_frees(const struct verdict_evidence *evidence, struct arena *arena,
			    struct finding *ret)
{
	const struct match_totals *totals = evidence->totals;
	char count[FORMAT_SIZE];
	char share[FORMAT_SIZE];

	if (!totals->unmatched_free_count) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, totals->unmatched_free_count);
	ret->text = arena_printf(
		arena,
		"Frees of objects not seen allocated: %s (%s of all). Allocated before the trace "
		"began, or by an event not recorded or not counted; no figure changes.",
		format_count(count, totals->unmatched_free_count),
		format_share(share, totals->unmatched_free_count, totals->free_count));
	return true;
}

static bool failed_allocations(const struct verdict_evidence *evidence, struct arena *arena,
			       struct finding *ret)
{
	const struct match_totals *totals = evidence->totals;
	char count[FORMAT_SIZE];
	char bytes[FORMAT_SIZE];

	if (!totals->failed_count) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, totals->failed_count);
	finding_bytes_set(ret, totals->failed_bytes_requested);
	ret->text = arena_printf(arena,
				 "Failed allocations: %s (%s requested). They are in no other "
				 "figure.",
				 format_count(count, totals->failed_count),
				 format_bytes(bytes, totals->failed_bytes_requested));
	return true;
}

const struct verdict_rule verdict_match_rules[] = {
	{"no-frees", no_frees,
	 "Record with trace_event=kmem:* on the kernel command line, or events/kmem/enable."},
	{"no-allocations", no_allocations,
	 "Record with trace_event=kmem:* on the kernel command line, or events/kmem/enable."},
	{"unhashable-pointers", unhashable_pointers,
	 "Boot with no_hash_pointers: pointers are then printed as they are, from the start."},
	{"lost-frees", lost_frees,
	 "Save /proc/slabinfo at the end of the recording too: it knows what is live."},
	{"hashed-pointers", hashed_pointers,
	 "Boot with no_hash_pointers, or switch the trace option hash-ptr off where the kernel "
	 "has it (6.1 and later)."},
	{"unmatched-frees", unmatched_frees,
	 "To see everything, record from boot on: trace_event=kmem:* on the kernel command line."},
	{"failed-allocations", failed_allocations, NULL},
};
const size_t verdict_match_rule_count =
	sizeof(verdict_match_rules) / sizeof(verdict_match_rules[0]);
