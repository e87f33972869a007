/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/text_format.h"

#include <inttypes.h>
#include <string.h>

static char safe_char(char c)
{
	return (char)(c >= ' ' && c <= '~' ? c : '?');
}

/* The public functions are these behind an optional sign, for which FORMAT_SIZE has room. */
static void bytes_put(char *buffer, size_t size, uint64_t bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	size_t unit = 0;
	double value = (double)bytes / 1024;

	if (bytes < 1024) {
		snprintf(buffer, size, "%" PRIu64 " B", bytes);
		return;
	}
	/* 1023.5 would be printed as 1024: the next unit's 1.0. */
	while (value >= 1023.5 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		value /= 1024;
		unit++;
	}
	snprintf(buffer, size, value < 99.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

static void count_put(char *buffer, uint64_t count)
{
	char digits[FORMAT_SIZE];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, count);

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0) {
			*buffer++ = ',';
		}
		*buffer++ = digits[i];
	}
	*buffer = '\0';
}

/* Writes the sign, if there is one, and returns how many characters that took. */
static size_t sign_put(char *buffer, int64_t value)
{
	buffer[0] = '-';
	return value < 0;
}

static uint64_t magnitude(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

const char *format_bytes(char buffer[FORMAT_SIZE], uint64_t bytes)
{
	bytes_put(buffer, FORMAT_SIZE, bytes);
	return buffer;
}

const char *format_signed_bytes(char buffer[FORMAT_SIZE], int64_t bytes)
{
	size_t used = sign_put(buffer, bytes);

	bytes_put(buffer + used, FORMAT_SIZE - used, magnitude(bytes));
	return buffer;
}

const char *format_count(char buffer[FORMAT_SIZE], uint64_t count)
{
	count_put(buffer, count);
	return buffer;
}

const char *format_signed_count(char buffer[FORMAT_SIZE], int64_t count)
{
	count_put(buffer + sign_put(buffer, count), magnitude(count));
	return buffer;
}

const char *format_counted(char buffer[2 * FORMAT_SIZE], uint64_t count, const char *noun)
{
	char number[FORMAT_SIZE];

	snprintf(buffer, (size_t)2 * FORMAT_SIZE, "%s %.24s%s", format_count(number, count), noun,
		 count == 1 ? "" : "s");
	return buffer;
}

const char *format_share(char buffer[FORMAT_SIZE], uint64_t part, uint64_t whole)
{
	if (!whole) {
		snprintf(buffer, FORMAT_SIZE, "-");
		return buffer;
	}
	snprintf(buffer, FORMAT_SIZE, "%.1f %%", 100.0 * (double)part / (double)whole);
	return buffer;
}

const char *format_fit(char *buffer, const char *text, size_t width, bool keep_end)
{
	static const char dots[] = "...";
	size_t length = strlen(text);
	size_t lost = length > width ? length - width : 0;
	size_t dot_count = !lost ? 0 : width < sizeof(dots) - 1 ? width : sizeof(dots) - 1;

	for (size_t i = 0; i < length - lost; i++) {
		buffer[i] = safe_char(text[keep_end ? i + lost : i]);
	}
	buffer[length - lost] = '\0';
	if (lost) {
		memcpy(keep_end ? buffer : buffer + width - dot_count, dots, dot_count);
	}
	return buffer;
}

/* Up to the next space, over the one in "12.3 %". */
static size_t word_length(const char *text)
{
	size_t length = strcspn(text, " ");

	if (length && text[length] == ' ' && text[length + 1] == '%') {
		length += 1 + strcspn(text + length + 1, " ");
	}
	return length;
}

void format_wrap(FILE *out, size_t width, size_t column, size_t indent, const char *text)
{
	bool line_empty = true;

	while (*text) {
		size_t length = word_length(text);

		if (!length) {
			text++;
			continue;
		}
		if (!line_empty && column + 1 + length > width) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
			line_empty = true;
		}
		if (!line_empty) {
			putc(' ', out);
			column++;
		}
		for (size_t i = 0; i < length; i++) {
			putc(safe_char(text[i]), out);
		}
		column += length;
		line_empty = false;
		text += length;
	}
	putc('\n', out);
}
