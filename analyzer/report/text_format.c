/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/text_format.h"

#include <inttypes.h>
#include <string.h>

static char safe_char(char c)
{
	return c >= ' ' && c <= '~' ? c : '?';
}

const char *format_bytes(char buffer[FORMAT_SIZE], uint64_t bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	size_t unit = 0;
	double value = (double)bytes / 1024;

	if (bytes < 1024) {
		snprintf(buffer, FORMAT_SIZE, "%" PRIu64 " B", bytes);
		return buffer;
	}
	/* 1023.5 would be printed as 1024: the next unit's 1.0. */
	while (value >= 1023.5 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		value /= 1024;
		unit++;
	}
	snprintf(buffer, FORMAT_SIZE, value < 99.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
	return buffer;
}

const char *format_signed_bytes(char buffer[FORMAT_SIZE], int64_t bytes)
{
	if (bytes >= 0) {
		return format_bytes(buffer, (uint64_t)bytes);
	}
	format_bytes(buffer, 0 - (uint64_t)bytes);
	memmove(buffer + 1, buffer, strlen(buffer) + 1);
	buffer[0] = '-';
	return buffer;
}

const char *format_count(char buffer[FORMAT_SIZE], uint64_t count)
{
	char digits[FORMAT_SIZE];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, count);
	char *out = buffer;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0) {
			*out++ = ',';
		}
		*out++ = digits[i];
	}
	*out = '\0';
	return buffer;
}

const char *format_share(char buffer[FORMAT_SIZE], uint64_t part, uint64_t whole)
{
	if (!whole) {
		return strcpy(buffer, "-");
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

void format_wrap(FILE *out, size_t width, size_t column, size_t indent, const char *text)
{
	bool line_empty = true;

	while (*text) {
		size_t length = strcspn(text, " ");

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
