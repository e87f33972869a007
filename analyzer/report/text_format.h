/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text for people: sizes, counts, shortened names, wrapped paragraphs.
 *
 * Everything is ASCII and the same in every locale. Names come from the trace and
 * may hold anything: format_fit makes them safe for a terminal.
 */
#ifndef ANALYZER_REPORT_TEXT_FORMAT_H
#define ANALYZER_REPORT_TEXT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Columns of every report meant for a terminal. */
#define TEXT_WIDTH 80

/* Room for any result of format_bytes, format_signed_bytes and format_count. */
#define FORMAT_SIZE 32

/* "0 B", "1023 B", "1.0 KiB", "99.9 KiB", "100 KiB", "1.2 MiB": 8 columns at most. Returns buffer.
 */
const char *format_bytes(char buffer[FORMAT_SIZE], uint64_t bytes);
/* The same with a minus sign where needed. */
const char *format_signed_bytes(char buffer[FORMAT_SIZE], int64_t bytes);
/* "1,234,567". Returns buffer. */
const char *format_count(char buffer[FORMAT_SIZE], uint64_t count);
/* "1 call site", "1,234 call sites": noun gets its s. noun: at most 24 letters. Returns buffer. */
const char *format_counted(char buffer[2 * FORMAT_SIZE], uint64_t count, const char *noun);
/* The count with a minus sign where needed. */
const char *format_signed_count(char buffer[FORMAT_SIZE], int64_t count);
/* "12.3 %" of part in whole, "-" when whole is 0. Returns buffer. */
const char *format_share(char buffer[FORMAT_SIZE], uint64_t part, uint64_t whole);

/*
 * Copies text into buffer (width + 1 bytes at least), at most width columns of it:
 * longer text loses its end, or with keep_end its beginning, to "...". Control
 * characters and bytes beyond ASCII become '?'. Returns buffer.
 */
const char *format_fit(char *buffer, const char *text, size_t width, bool keep_end);

/*
 * Prints text word by word, no line longer than width; column says where the cursor
 * stands, every further line starts at column indent. Ends with a newline. A word
 * that fits no line stands alone on its own. "12.3 %" is never broken. Bytes are made safe as by
 * format_fit.
 */
void format_wrap(FILE *out, size_t width, size_t column, size_t indent, const char *text);

#endif
