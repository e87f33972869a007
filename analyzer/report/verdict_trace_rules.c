/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the recording itself says about the figures. */
#include "analyzer/report/verdict_rules.h"

#include "analyzer/report/text_format.h"

/*
 * Events lost in the middle hit allocations and frees alike, each lost free leaving
 * an object live for good: at more than one in a hundred the error of a call site
 * easily passes its figure. Not a law, but a place to stop nodding.
 */
#define MIDDLE_LOSS_UNRELIABLE 100
/* Overwritten at the front, what is left is a whole window until more than half is gone. */
#define FRONT_LOSS_UNRELIABLE 2
/* Fewer expected collisions than this round to none. */
#define COLLISIONS_WORTH_A_WARNING 0.5

#define COUNTED_SIZE (2 * FORMAT_SIZE)

#define MORE_BUFFER                                                                                \
	"Record with a larger buffer: trace_buf_size=200M on the kernel command line (per CPU), "  \
	"or buffer_size_kb before the events are enabled. "

static uint64_t event_count(const struct trace_facts *trace)
{
	return trace->slab_event_count + trace->page_event_count + trace->other_event_count;
}

/* Sets severity and effects by how much of the whole is missing. */
static void loss_weigh(struct finding *finding, uint64_t lost, uint64_t kept, unsigned int limit)
{
	finding->severity = FINDING_WARNING;
	finding->effects = EFFECT_TOTAL_LOW | EFFECT_CURRENT_LOW | EFFECT_CURRENT_HIGH;
	/* lost / (lost + kept) > 1 / limit, without overflow */
	if (lost > kept / (limit - 1)) {
		finding->severity = FINDING_ERROR;
		finding->effects |= EFFECT_UNRELIABLE;
	}
}

static void count_set(struct finding *finding, uint64_t count)
{
	finding->has_count = true;
	finding->count = count;
}

static void bytes_set(struct finding *finding, uint64_t bytes)
{
	finding->has_bytes = true;
	finding->bytes = bytes;
}

static bool events_lost(const struct verdict_evidence *evidence, struct arena *arena,
			struct finding *ret)
{
	static const char meaning[] =
		"Lost allocations are missing from every figure; objects whose free was lost still "
		"count as live.";
	const struct trace_facts *trace = evidence->trace;
	char lost[COUNTED_SIZE];
	char notices[COUNTED_SIZE];

	if (!trace->lost_notice_count && !trace->lost_event_count) {
		return false;
	}
	format_counted(notices, trace->lost_notice_count, "notice");
	if (trace->lost_event_count) {
		loss_weigh(ret, trace->lost_event_count, event_count(trace),
			   MIDDLE_LOSS_UNRELIABLE);
		count_set(ret, trace->lost_event_count);
		format_counted(lost, trace->lost_event_count, "event");
		ret->text = arena_printf(
			arena, "Lost in the middle of the recording: at least %s (%s). %s", lost,
			notices, meaning);
		return true;
	}
	/* "LOST EVENTS" without a number: it may have been any number. */
	ret->severity = FINDING_ERROR;
	ret->effects = EFFECT_TOTAL_LOW | EFFECT_UNRELIABLE;
	ret->text = arena_printf(
		arena, "Lost in the middle of the recording: an unknown number of events (%s). %s",
		notices, meaning);
	return true;
}

static bool buffer_overrun(const struct verdict_evidence *evidence, struct arena *arena,
			   struct finding *ret)
{
	const struct trace_facts *trace = evidence->trace;
	uint64_t lost = trace->entries_written - trace->entries_in_buffer;
	char lost_text[FORMAT_SIZE];
	char written[FORMAT_SIZE];
	char share[FORMAT_SIZE];

	if (!trace->has_entries || trace->entries_written <= trace->entries_in_buffer) {
		return false;
	}
	loss_weigh(ret, lost, trace->entries_in_buffer, FRONT_LOSS_UNRELIABLE);
	if (trace->cpu_count == 1) {
		/* One buffer, one window: every free of an object in it is in it too. */
		ret->effects &= ~(unsigned int)EFFECT_CURRENT_HIGH;
	}
	count_set(ret, lost);
	ret->text = arena_printf(
		arena,
		"The trace buffer overflowed: the oldest %s of %s events (%s) were overwritten. "
		"The figures cover the end of the run only%s.",
		format_count(lost_text, lost), format_count(written, trace->entries_written),
		format_share(share, lost, trace->entries_written),
		trace->cpu_count == 1 ? "" : ", from a different moment on for each CPU");
	return true;
}

static bool buffers_start_apart(const struct verdict_evidence *evidence, struct arena *arena,
				struct finding *ret)
{
	const struct trace_facts *trace = evidence->trace;
	char cpus[COUNTED_SIZE];

	if (!trace->buffer_started_count) {
		return false;
	}
	/* The kernel prints these only when a buffer has overrun (test_cpu_buff_start). */
	ret->severity = FINDING_WARNING;
	ret->effects = EFFECT_TOTAL_LOW | EFFECT_CURRENT_LOW | EFFECT_CURRENT_HIGH;
	count_set(ret, trace->buffer_started_count);
	ret->text = arena_printf(
		arena,
		"On %s the trace starts later than on the others: the events before were "
		"overwritten. Until then frees on those CPUs are missing, and their objects still "
		"count as live.",
		format_counted(cpus, trace->buffer_started_count, "CPU"));
	return true;
}

static bool file_cut(const struct verdict_evidence *evidence, struct arena *arena,
		     struct finding *ret)
{
	const struct trace_facts *trace = evidence->trace;
	/* Every line that may stand for an entry: a stack trace or a marker is one too. */
	uint64_t seen = event_count(trace) + trace->stack_line_count + trace->damaged_count +
			trace->foreign_count;
	char missing[FORMAT_SIZE];
	char announced[FORMAT_SIZE];

	if (!trace->has_entries || seen >= trace->entries_in_buffer) {
		return false;
	}
	/* An excerpt in one piece is as good as a shorter recording; a filtered one is not. */
	ret->severity = FINDING_WARNING;
	ret->effects = EFFECT_TOTAL_LOW | EFFECT_CURRENT_LOW | EFFECT_CURRENT_HIGH;
	count_set(ret, trace->entries_in_buffer - seen);
	ret->text = arena_printf(
		arena,
		"Missing from the file: at least %s of the %s events its header announces. It was "
		"cut short, or filtered.",
		format_count(missing, ret->count),
		format_count(announced, trace->entries_in_buffer));
	return true;
}

static bool damaged_lines(const struct verdict_evidence *evidence, struct arena *arena,
			  struct finding *ret)
{
	const struct trace_facts *trace = evidence->trace;
	char count[COUNTED_SIZE];
	char line[FORMAT_SIZE];
	char offset[FORMAT_SIZE];

	if (!trace->damaged_count) {
		return false;
	}
	loss_weigh(ret, trace->damaged_count, trace->slab_event_count, MIDDLE_LOSS_UNRELIABLE);
	count_set(ret, trace->damaged_count);
	ret->text = arena_printf(
		arena,
		"Damaged slab events, left out of every figure: %s (the first is line %s, at byte "
		"%s).",
		format_counted(count, trace->damaged_count, "line"),
		format_count(line, trace->first_damaged_line),
		format_count(offset, trace->first_damaged_offset));
	return true;
}

static bool cut_lines(const struct verdict_evidence *evidence, struct arena *arena,
		      struct finding *ret)
{
	const struct trace_facts *trace = evidence->trace;

	if (!trace->first_line_cut && !trace->last_line_cut) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	count_set(ret, (uint64_t)trace->first_line_cut + (uint64_t)trace->last_line_cut);
	ret->text = arena_printf(arena, "The %s cut: %s may be missing.",
				 !trace->last_line_cut	  ? "first line is"
				 : !trace->first_line_cut ? "last line is"
							  : "first and the last line are",
				 !trace->first_line_cut	 ? "what followed"
				 : !trace->last_line_cut ? "what came before"
							 : "what came before and what followed");
	return true;
}

static bool foreign_lines(const struct verdict_evidence *evidence, struct arena *arena,
			  struct finding *ret)
{
	const struct trace_facts *trace = evidence->trace;
	char count[COUNTED_SIZE];
	char overlong[FORMAT_SIZE];

	if (!trace->foreign_count) {
		return false;
	}
	ret->severity = trace->overlong_count ? FINDING_WARNING : FINDING_NOTE;
	count_set(ret, trace->foreign_count);
	format_counted(count, trace->foreign_count, "line");
	ret->text =
		trace->overlong_count
			? arena_printf(arena,
				       "Not of a trace and passed over: %s, of these too long to "
				       "be looked at: %s.",
				       count, format_count(overlong, trace->overlong_count))
			: arena_printf(arena,
				       "Not of a trace and passed over: %s (console messages, "
				       "prompts, marker text).",
				       count);
	return true;
}

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
	count_set(ret, totals->unhashable_alloc_count);
	bytes_set(ret, totals->unhashable_alloc_bytes);
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
	count_set(ret, totals->lost_free_count);
	bytes_set(ret, totals->lost_free_bytes);
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
	count_set(ret, trace->pointer_hashed_count + trace->pointer_32bit_count);
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
	count_set(ret, totals->unmatched_free_count);
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
	count_set(ret, totals->failed_count);
	bytes_set(ret, totals->failed_bytes_requested);
	ret->text = arena_printf(arena,
				 "Failed allocations: %s (%s requested). They are in no other "
				 "figure.",
				 format_count(count, totals->failed_count),
				 format_bytes(bytes, totals->failed_bytes_requested));
	return true;
}

static bool page_events(const struct verdict_evidence *evidence, struct arena *arena,
			struct finding *ret)
{
	char count[FORMAT_SIZE];

	if (!evidence->trace->page_event_count) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	count_set(ret, evidence->trace->page_event_count);
	ret->text = arena_printf(arena,
				 "Page events passed over: %s. Slab objects live in those pages; "
				 "adding both would count them twice.",
				 format_count(count, evidence->trace->page_event_count));
	return true;
}

static bool empty_gfp(const struct verdict_evidence *evidence, struct arena *arena,
		      struct finding *ret)
{
	char count[COUNTED_SIZE];

	if (!evidence->trace->empty_gfp_count) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	count_set(ret, evidence->trace->empty_gfp_count);
	ret->text =
		arena_printf(arena,
			     "Empty gfp_flags= in %s: kernel 6.1 prints no texts when the "
			     "trace option hash-ptr is off. No figure depends on them.",
			     format_counted(count, evidence->trace->empty_gfp_count, "allocation"));
	return true;
}

const struct verdict_rule verdict_trace_rules[] = {
	{"events-lost", events_lost,
	 MORE_BUFFER
	 "Reading trace_pipe too slowly loses events too: stop tracing, then read trace."},
	{"buffer-overrun", buffer_overrun,
	 MORE_BUFFER "Choose the clock there too (trace_clock=local): switching it later empties "
		     "the buffer."},
	{"buffers-start-apart", buffers_start_apart, MORE_BUFFER},
	{"file-cut", file_cut,
	 "Stop tracing (echo 0 > tracing_on) before copying the trace, and copy all of it."},
	{"damaged-lines", damaged_lines,
	 "Keep console messages out of the trace: copy it to a file on the target, or set the "
	 "console quiet (dmesg -n 1) before printing it there."},
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
	{"cut-lines", cut_lines, NULL},
	{"foreign-lines", foreign_lines, NULL},
	{"page-events", page_events, NULL},
	{"empty-gfp-flags", empty_gfp, NULL},
};
const size_t verdict_trace_rule_count =
	sizeof(verdict_trace_rules) / sizeof(verdict_trace_rules[0]);
