/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text of a chart: names made safe to show, figures in words, widths.
 *
 * Names come from traces and object files: any bytes. What is shown is valid
 * UTF-8 without control, bidirectional-override or noncharacters, so that no
 * name can break a text layout, an XML file or the reading order.
 */
#ifndef RENDER_TEXT_H
#define RENDER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/attribute/memory_tree.h"
#include "analyzer/base/arena.h"

#define ELLIPSIS	"\xe2\x80\xa6"
#define MINUS		"\xe2\x88\x92" /* U+2212 */
#define BYTES_TEXT_SIZE 32

/*
 * One character from text, which need not be valid: U+FFFD for a byte that
 * starts none. Advances *text by at least one byte unless it is at the end,
 * where 0 is returned.
 */
uint32_t utf8_next(const char **text);

/*
 * May a picture or page show it? Not what prints nothing or turns the line around, and
 * not U+FFFD, which stands for a byte that is no character.
 */
bool text_is_showable(uint32_t character);

/*
 * The name as it may be shown, at most limit characters (then ending in an
 * ellipsis). Characters that must not be shown become U+FFFD. NULL: no memory.
 */
const char *text_display(struct arena *arena, const char *name, size_t limit);

/* "512 B", "1.23 KiB", "12.3 MiB", "123 GiB": three digits, rounded. Returns buffer. */
const char *text_bytes(char buffer[BYTES_TEXT_SIZE], uint64_t bytes);

/* "+1.23 KiB", "-1.23 KiB" with a real minus sign; sign 0: as text_bytes. Returns buffer. */
const char *text_signed_bytes(char buffer[BYTES_TEXT_SIZE], uint64_t bytes, int sign);

/* after - before in the same way, "0 B" if they are equal. */
const char *text_difference(char buffer[BYTES_TEXT_SIZE], int64_t before, int64_t after);

/* "12.3 %"; "<0.1 %" for what would round to nothing. Returns buffer. */
const char *text_share(char buffer[BYTES_TEXT_SIZE], uint64_t value, uint64_t total);

/* "1,234,567". Returns buffer. */
const char *text_count(char buffer[BYTES_TEXT_SIZE], uint64_t number);

/*
 * The attribute in words: what it is, and one sentence that explains it.
 */
const char *text_attribute_words(enum memory_attribute attribute);
const char *text_attribute_sentence(enum memory_attribute attribute);

/* How wide text is. Widths are linear in size: no hinting. */
struct text_metrics {
	/* Advance of one character in ems. */
	double (*advance)(void *context, uint32_t character, bool bold);
	void *context;
};

double text_width(const struct text_metrics *metrics, const char *text, double size, bool bold);

/*
 * text, or its beginning with an ellipsis, no wider than width: at least
 * min_characters of it, else NULL. Also NULL, when memory is exhausted: a label
 * less.
 */
const char *text_fit(const struct text_metrics *metrics, struct arena *arena, const char *text,
		     double size, bool bold, double width, size_t min_characters);

#endif
