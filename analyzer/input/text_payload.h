/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event names and the key=value body of slab events. See text_line.h for the overview,
 * FORMATS.md section 1 for the fields by kernel version.
 */
#ifndef ANALYZER_INPUT_TEXT_PAYLOAD_H
#define ANALYZER_INPUT_TEXT_PAYLOAD_H

#include <stdbool.h>

#include "analyzer/input/text_cursor.h"
#include "analyzer/input/text_line.h"

enum text_event_kind {
	TEXT_EVENT_SLAB,
	TEXT_EVENT_PAGE,
	TEXT_EVENT_STACK, /* trace-cmd report names the stack of the event above */
	TEXT_EVENT_OTHER,
};

/*
 * The kind of the event called name[0..length) ("kmem:" in front, as perf prints it, is
 * allowed); slab_flags receives enum slab_event_flags for TEXT_EVENT_SLAB.
 */
enum text_event_kind text_event_classify(const char *name, size_t length, unsigned int *slab_flags);

/*
 * Decodes the body behind "EVENT:" into *ret, whose flags are set. False when a needed key
 * is missing, malformed, or (options->end_is_cut) touches the end of the line.
 */
bool text_payload_parse(const char *body, const char *end, const struct text_line_options *options,
			struct text_slab *ret);

/* The value of ptr= at c; see FORMATS 1.5. Leaves c behind it. Sets pointer and digits. */
bool text_take_pointer(struct text_cursor *c, struct text_slab *ret);

#endif
