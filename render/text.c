/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/text.h"

#include <stdio.h>
#include <string.h>

#define REPLACEMENT	0xfffdu
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Length of the sequence that lead starts (0: none), and the smallest character it may encode. */
static int utf8_lead(unsigned char lead, uint32_t *ret_bits, uint32_t *ret_least)
{
	if (lead < 0x80) {
		*ret_bits = lead;
		*ret_least = 0;
		return 1;
	}
	if (lead >= 0xc2 && lead < 0xe0) {
		*ret_bits = lead & 0x1fu;
		*ret_least = 0x80;
		return 2;
	}
	if (lead >= 0xe0 && lead < 0xf0) {
		*ret_bits = lead & 0x0fu;
		*ret_least = 0x800;
		return 3;
	}
	if (lead >= 0xf0 && lead < 0xf5) {
		*ret_bits = lead & 0x07u;
		*ret_least = 0x10000;
		return 4;
	}
	return 0;
}

uint32_t utf8_next(const char **text)
{
	const unsigned char *bytes = (const unsigned char *)*text;
	uint32_t character, least;
	int length = utf8_lead(bytes[0], &character, &least);

	if (bytes[0] == '\0') {
		return 0;
	}
	for (int i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0u) != 0x80) {
			length = 0;
			break;
		}
		character = character << 6 | (bytes[i] & 0x3fu);
	}
	if (length == 0 || character < least || character > 0x10ffff ||
	    (character >= 0xd800 && character < 0xe000)) {
		*text += 1;
		return REPLACEMENT;
	}
	*text += length;
	return character;
}

bool text_is_showable(uint32_t c)
{
	if (c >= 0x20 && c < 0x7f) {
		return true; /* nearly every character of nearly every name */
	}
	return !(c == REPLACEMENT || c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad ||
		 c == 0x61c || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
		 (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff0 && c <= 0xfffb) ||
		 (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe ||
		 (c >= 0xe0000 && c < 0xe1000));
}

const char *text_display(struct arena *arena, const char *name, size_t limit)
{
	static const char replacement[] = "\xef\xbf\xbd";
	const char *end = name;
	size_t count = 0;
	char *shown, *out;

	while (*end && count < limit) {
		utf8_next(&end);
		count++;
	}
	/* Each character takes at most three bytes more than before. */
	out = shown =
		arena_alloc(arena, (size_t)(end - name) * sizeof(replacement) + sizeof(ELLIPSIS));
	if (!shown) {
		return NULL;
	}
	for (const char *next = name; next < end;) {
		const char *start = next;
		uint32_t character = utf8_next(&next);
		bool whole = text_is_showable(character);
		size_t length = whole ? (size_t)(next - start) : sizeof(replacement) - 1;

		memcpy(out, whole ? start : replacement, length);
		out += length;
	}
	memcpy(out, *end ? ELLIPSIS : "", *end ? sizeof(ELLIPSIS) : 1);
	return shown;
}

/* bytes in units of 2^shift, times factor, rounded; ten bits below the unit decide. */
static unsigned int scaled(uint64_t bytes, unsigned int shift, unsigned int factor)
{
	return (unsigned int)(((bytes >> (shift - 10)) * factor + 512) >> 10);
}

const char *text_bytes(char buffer[BYTES_TEXT_SIZE], uint64_t bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	unsigned int unit = 0, shift = 10;

	if (bytes < 1024) {
		snprintf(buffer, BYTES_TEXT_SIZE, "%u B", (unsigned int)bytes);
		return buffer;
	}
	/* The next unit from where this one would print 1024. */
	while (unit + 1 < COUNT_OF(units) &&
	       (bytes >> shift > 1024 || scaled(bytes, shift, 1) > 1023)) {
		unit++;
		shift += 10;
	}
	if (scaled(bytes, shift, 100) < 1000) {
		unsigned int hundredths = scaled(bytes, shift, 100);

		snprintf(buffer, BYTES_TEXT_SIZE, "%u.%02u %s", hundredths / 100, hundredths % 100,
			 units[unit]);
	} else if (scaled(bytes, shift, 10) < 1000) {
		unsigned int tenths = scaled(bytes, shift, 10);

		snprintf(buffer, BYTES_TEXT_SIZE, "%u.%u %s", tenths / 10, tenths % 10,
			 units[unit]);
	} else {
		snprintf(buffer, BYTES_TEXT_SIZE, "%u %s", scaled(bytes, shift, 1), units[unit]);
	}
	return buffer;
}

const char *text_signed_bytes(char buffer[BYTES_TEXT_SIZE], uint64_t bytes, int sign)
{
	const char *before = sign < 0 ? MINUS : sign > 0 ? "+" : "";
	char amount[BYTES_TEXT_SIZE];

	snprintf(buffer, BYTES_TEXT_SIZE, "%.3s%.20s", before, text_bytes(amount, bytes));
	return buffer;
}

const char *text_difference(char buffer[BYTES_TEXT_SIZE], int64_t before, int64_t after)
{
	uint64_t delta = (uint64_t)after - (uint64_t)before;
	int sign = ((int64_t)delta > 0) - ((int64_t)delta < 0);

	return text_signed_bytes(buffer, sign < 0 ? 0 - delta : delta, sign);
}

const char *text_share(char buffer[BYTES_TEXT_SIZE], uint64_t value, uint64_t total)
{
	double share = total > 0 ? (double)value / (double)total : 0;
	unsigned int permille = (unsigned int)((share > 1 ? 1 : share) * 1000 + 0.5);

	if (permille == 0 && value > 0) {
		snprintf(buffer, BYTES_TEXT_SIZE, "<0.1 %%");
	} else {
		snprintf(buffer, BYTES_TEXT_SIZE, "%u.%u %%", permille / 10, permille % 10);
	}
	return buffer;
}

const char *text_count(char buffer[BYTES_TEXT_SIZE], uint64_t number)
{
	char digits[24];
	size_t length =
		(size_t)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
	char *out = buffer;

	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0) {
			*out++ = ',';
		}
		*out++ = digits[i];
	}
	*out = '\0';
	return buffer;
}

static const struct {
	const char *words, *sentence;
} attribute_texts[ATTRIBUTE_COUNT] = {
	[ATTRIBUTE_CURRENT] = {"static + live memory",
			       "Code and data of the kernel image and modules, plus the slab "
			       "memory that was live at the end of the trace"},
	[ATTRIBUTE_STATIC] = {"static memory",
			      "Text, data and bss of the objects linked into the kernel and its "
			      "modules, as size(1) counts them"},
	[ATTRIBUTE_WASTE] = {"wasted memory",
			     "Bytes allocated but never asked for, of slab objects live at the "
			     "end of the trace"},
	[ATTRIBUTE_CURRENT_DYNAMIC] = {"live dynamic memory",
				       "Slab memory allocated during the trace and still live at "
				       "its end, by the code that allocated it"},
	[ATTRIBUTE_TOTAL_DYNAMIC] = {"total dynamic memory",
				     "All slab memory allocated during the trace, freed or not, by "
				     "the code that allocated it"},
};

const char *text_attribute_words(enum memory_attribute attribute)
{
	return attribute_texts[attribute].words;
}

const char *text_attribute_sentence(enum memory_attribute attribute)
{
	return attribute_texts[attribute].sentence;
}

double text_width(const struct text_metrics *metrics, const char *text, double size, bool bold)
{
	double ems = 0;

	while (*text) {
		ems += metrics->advance(metrics->context, utf8_next(&text), bold);
	}
	return ems * size;
}

const char *text_fit(const struct text_metrics *metrics, struct arena *arena, const char *text,
		     double size, bool bold, double width, size_t min_characters)
{
	const char *ellipsis = ELLIPSIS, *next = text, *cut = text;
	double limit = width / size, used = 0;
	double room = limit - metrics->advance(metrics->context, utf8_next(&ellipsis), bold);
	size_t count = 0, kept = 0;

	while (*next && used <= limit) {
		used += metrics->advance(metrics->context, utf8_next(&next), bold);
		count++;
		if (used <= room) {
			cut = next;
			kept = count;
		}
	}
	if (used <= limit) {
		return text;
	}
	if (kept < min_characters) {
		return NULL;
	}
	return arena_printf(arena, "%.*s" ELLIPSIS, (int)(cut - text), text);
}
