/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is missing from the recording. */
#include "analyzer/report/verdict_rules.h"

/*
 * Events lost in the middle hit allocations and frees alike, each lost free leaving
 * an object live for good: at more than one in a hundred the error of a call site
 * easily passes its figure. Not a law, but a place to stop nodding.
 */
#define MIDDLE_LOSS_UNRELIABLE 100
/* Overwritten at the front, what is left is a whole window until more than half is gone. */
#define FRONT_LOSS_UNRELIABLE 2

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
		finding_count_set(ret, trace->lost_event_count);
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
	finding_count_set(ret, lost);
	ret->text = arena_printf(
		arena,
		"The trace buffer overflowed: the oldest %s of %s events (%s) were overwritten. "
		"The figures cover the end of the run only%s.",
		format_count(lost_text, lost), format_count(written, trace->entries_written),
		format_share(share, lost, trace->entries_written),
		trace->cpu_count == 1 ? "" : ", from a different moment on for each CPU");
	return true;
}

/* What the kernel's own count says beyond the losses that the trace shows. */
static bool buffers_lost(const struct verdict_evidence *evidence, struct arena *arena,
			 struct finding *ret)
{
	const struct trace_facts *trace = evidence->trace;
	uint64_t shown = trace->lost_event_count;
	uint64_t lost;
	char lost_text[COUNTED_SIZE];
	char overwritten[FORMAT_SIZE];
	char dropped[FORMAT_SIZE];

	if (!evidence->buffers) {
		return false;
	}
	if (trace->entries_written > trace->entries_in_buffer) {
		shown += trace->entries_written - trace->entries_in_buffer;
	}
	lost = evidence->buffers->overrun_count + evidence->buffers->dropped_count;
	if (lost <= shown) {
		return false;
	}
	loss_weigh(ret, lost - shown, event_count(trace), MIDDLE_LOSS_UNRELIABLE);
	finding_count_set(ret, lost - shown);
	ret->text = arena_printf(
		arena,
		"Lost without a mark in the trace: %s. The buffer statistics saved with it count "
		"%s overwritten and %s dropped, for want of room.",
		format_counted(lost_text, lost - shown, "event"),
		format_count(overwritten, evidence->buffers->overrun_count),
		format_count(dropped, evidence->buffers->dropped_count));
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
	finding_count_set(ret, trace->buffer_started_count);
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
			trace->foreign_count + evidence->left_out_count;
	char missing[FORMAT_SIZE];
	char announced[FORMAT_SIZE];

	if (!trace->has_entries || seen >= trace->entries_in_buffer) {
		return false;
	}
	/* An excerpt in one piece is as good as a shorter recording; a filtered one is not. */
	ret->severity = FINDING_WARNING;
	ret->effects = EFFECT_TOTAL_LOW | EFFECT_CURRENT_LOW | EFFECT_CURRENT_HIGH;
	finding_count_set(ret, trace->entries_in_buffer - seen);
	ret->text = arena_printf(
		arena,
		"Missing from the file: at least %s of the %s events its header announces. It was "
		"cut short, or filtered.",
		format_count(missing, ret->count),
		format_count(announced, trace->entries_in_buffer));
	return true;
}

/* Not a loss, but what is not in the figures. */
static bool part_only(const struct verdict_evidence *evidence, struct arena *arena,
		      struct finding *ret)
{
	char count[COUNTED_SIZE];

	if (!evidence->left_out_count) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, evidence->left_out_count);
	ret->text = arena_printf(
		arena,
		"Left out, as asked for: %s outside the part of the trace. Objects allocated "
		"there count nowhere, so that frees of them are of objects not seen allocated; "
		"objects freed behind the part count as live.",
		format_counted(count, evidence->left_out_count, "event"));
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
	finding_count_set(ret, trace->damaged_count);
	ret->text = arena_printf(
		arena,
		"Damaged slab events, left out of every figure: %s (the first is line %s, at byte "
		"%s).",
		format_counted(count, trace->damaged_count, "line"),
		format_count(line, trace->first_damaged_line),
		format_count(offset, trace->first_damaged_offset));
	return true;
}

static bool without_payload(const struct verdict_evidence *evidence, struct arena *arena,
			    struct finding *ret)
{
	const struct trace_facts *trace = evidence->trace;
	char count[COUNTED_SIZE];

	if (!trace->payload_free_count) {
		return false;
	}
	loss_weigh(ret, trace->payload_free_count, event_count(trace), MIDDLE_LOSS_UNRELIABLE);
	finding_count_set(ret, trace->payload_free_count);
	ret->text = arena_printf(arena,
				 "Events without their payload: %s. The trace option raw or hex "
				 "was on for a part of the recording; what these events did is in "
				 "no figure.",
				 format_counted(count, trace->payload_free_count, "line"));
	return true;
}

const struct verdict_rule verdict_loss_rules[] = {
	{"events-lost", events_lost,
	 MORE_BUFFER
	 "Reading trace_pipe too slowly loses events too: stop tracing, then read trace."},
	{"buffer-overrun", buffer_overrun,
	 MORE_BUFFER "Choose the clock there too (trace_clock=local): switching it later empties "
		     "the buffer."},
	{"buffers-lost", buffers_lost, MORE_BUFFER},
	{"buffers-start-apart", buffers_start_apart, MORE_BUFFER},
	{"file-cut", file_cut,
	 "Stop tracing (echo 0 > tracing_on) before copying the trace, and copy all of it."},
	{"part-only", part_only, NULL},
	{"damaged-lines", damaged_lines,
	 "Keep console messages out of the trace: copy it to a file on the target, or set the "
	 "console quiet (dmesg -n 1) before printing it there."},
	{"without-payload", without_payload, "Record with the trace options raw, hex and bin off."},
};
const size_t verdict_loss_rule_count = sizeof(verdict_loss_rules) / sizeof(verdict_loss_rules[0]);
