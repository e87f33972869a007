/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/member_kind.h"

#include <string.h>

#include "analyzer/input/text_cursor.h"
#include "analyzer/input/text_line.h"

/* A map of symbols is told by this many of its lines. */
#define MAP_LINES 8
/* A stats file has eight lines per CPU; one of a machine with 2048 CPUs is 400 KB. */
#define STATISTICS_MAX ((size_t)1 << 20)
/* As elfsyms: a kernel with a million symbols needs about 50 MB. */
#define KALLSYMS_MAX ((size_t)128 << 20)
/* A kernel has 10,000 modules at most, of which each takes a line. */
#define MODULES_MAX ((size_t)4 << 20)
/* A kernel's notes are half a KiB with those for Xen; a module's build id takes 36 bytes. */
#define NOTES_MAX	 ((size_t)64 << 10)
#define MODULE_NOTES_MAX ((size_t)1 << 10)

const char *const member_kind_names[] = {
	[MEMBER_OTHER] = "passed over",
	[MEMBER_TRACE] = "trace",
	[MEMBER_RECORDING] = "recording",
	[MEMBER_KALLSYMS] = "symbol map",
	[MEMBER_STATISTICS] = "buffer statistics",
	[MEMBER_MODULES] = "loaded modules",
	[MEMBER_NOTES] = "notes of the kernel",
	[MEMBER_MODULE_NOTES] = "notes of a module",
	[MEMBER_EMPTY] = "empty",
	[MEMBER_UNUSED] = "not used, there was one before",
};

/* "ffffffff81000000 T _text", what "/proc/kallsyms" prints. */
static bool is_symbol(const char *line, const char *end)
{
	struct text_cursor c = {line, end};
	uint64_t address;
	unsigned int digits;

	return text_take_hex(&c, &address, &digits) && (digits == 8 || digits == 16) &&
	       c.end - c.at >= 4 && c.at[0] == ' ' && c.at[1] > ' ' && c.at[2] == ' ' &&
	       c.at[3] > ' ';
}

static bool is_kallsyms(const char *bytes, const char *end)
{
	unsigned int lines = 0;

	while (bytes < end && lines < MAP_LINES) {
		const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));

		if (!newline || !is_symbol(bytes, newline)) {
			return false;
		}
		bytes = newline + 1;
		lines++;
	}
	return lines == MAP_LINES;
}

static bool is_statistics(const char *bytes, size_t size)
{
	size_t looked_at = size < 512 ? size : 512;

	return memmem(bytes, looked_at, "entries: ", 9) &&
	       memmem(bytes, looked_at, "\noverrun: ", 10) &&
	       memmem(bytes, looked_at, "\ncommit overrun: ", 17);
}

static bool word_take(struct text_cursor *c)
{
	const char *start = c->at;

	while (c->at<c->end && * c->at> ' ') {
		c->at++;
	}
	return c->at > start && TEXT_TAKE(c, " ");
}

/* "brd 20480 0 - Live 0xffffffffc050a000 (E)", what "/proc/modules" prints. */
static bool is_modules(const char *bytes, size_t size)
{
	const char *newline = memchr(bytes, '\n', size);
	struct text_cursor c = {bytes, newline ? newline : bytes + size};
	unsigned int digits;
	uint64_t number;

	return newline && word_take(&c) && text_take_decimal(&c, &number) && TEXT_TAKE(&c, " ") &&
	       word_take(&c) && word_take(&c) &&
	       (TEXT_TAKE(&c, "Live ") || TEXT_TAKE(&c, "Loading ") ||
		TEXT_TAKE(&c, "Unloading ")) &&
	       TEXT_TAKE(&c, "0x") && text_take_hex(&c, &number, &digits);
}

static bool is_notes(const char *bytes, size_t size)
{
	/* Sizes of name and content, in either byte order, are below 64 KiB. */
	return size >= 12 && ((bytes[0] == 0 && bytes[1] == 0) || (bytes[2] == 0 && bytes[3] == 0));
}

static enum member_kind notes_kind(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	static const char folder[] = "module-notes";
	const size_t length = sizeof(folder) - 1;
	const char *folder_at = name - length - 1;

	if (strcmp(name, "notes") == 0) {
		return MEMBER_NOTES;
	}
	if (slash && (size_t)(slash - path) >= length && *name &&
	    strncmp(folder_at, folder, length) == 0 &&
	    (folder_at == path || folder_at[-1] == '/')) {
		return MEMBER_MODULE_NOTES;
	}
	return MEMBER_OTHER;
}

static bool is_trace_line(const char *line, size_t length)
{
	/* Slab events are known without a context too; of others it is what makes them events. */
	struct text_line_options options = {.accept_bare = true, .end_is_cut = true};
	struct trace_facts facts = {0};
	struct text_slab slab;

	if (length >= 10 && memcmp(line, "# tracer: ", 10) == 0) {
		return true;
	}
	switch (text_line_decode(line, length, &options, &slab, &facts)) {
	case TEXT_LINE_SLAB:
	case TEXT_LINE_LOST:
	case TEXT_LINE_PAYLOAD_FREE:
		return true;
	case TEXT_LINE_PAGE:
	case TEXT_LINE_OTHER: {
		enum text_line_kind kind;

		options.accept_bare = false;
		kind = text_line_decode(line, length, &options, &slab, &facts);
		return kind == TEXT_LINE_PAGE || kind == TEXT_LINE_OTHER;
	}
	case TEXT_LINE_STACK:
	case TEXT_LINE_COMMENT:
	case TEXT_LINE_BUFFER_STARTED:
	case TEXT_LINE_HISTOGRAM:
	case TEXT_LINE_FOREIGN:
	case TEXT_LINE_DAMAGED:
		break;
	}
	return false;
}

static bool is_trace(const char *bytes, const char *end)
{
	while (bytes < end) {
		const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
		const char *line_end = newline ? newline : end;

		if (is_trace_line(bytes, (size_t)(line_end - bytes))) {
			return true;
		}
		bytes = line_end + 1;
	}
	return false;
}

static bool begins_with(const char *bytes, size_t size, const char *magic, size_t length)
{
	return size >= length && memcmp(bytes, magic, length) == 0;
}

bool member_is_recording(const char *bytes, size_t size)
{
	return begins_with(bytes, size, "\x17\x08\x44tracing", 10) ||
	       begins_with(bytes, size, "PERFILE2", 8) || begins_with(bytes, size, "2ELIFREP", 8);
}

enum member_kind member_kind_of(const char *name, const char *bytes, size_t size)
{
	if (size == 0) {
		return MEMBER_EMPTY;
	}
	if (member_is_recording(bytes, size)) {
		return MEMBER_RECORDING;
	}
	if (is_kallsyms(bytes, bytes + size)) {
		return MEMBER_KALLSYMS;
	}
	if (is_statistics(bytes, size)) {
		return MEMBER_STATISTICS;
	}
	if (is_modules(bytes, size)) {
		return MEMBER_MODULES;
	}
	if (is_notes(bytes, size) && notes_kind(name) != MEMBER_OTHER) {
		return notes_kind(name);
	}
	return is_trace(bytes, bytes + size) ? MEMBER_TRACE : MEMBER_OTHER;
}

size_t member_size_max(enum member_kind kind)
{
	switch (kind) {
	case MEMBER_KALLSYMS:
		return KALLSYMS_MAX;
	case MEMBER_MODULES:
		return MODULES_MAX;
	case MEMBER_NOTES:
		return NOTES_MAX;
	case MEMBER_MODULE_NOTES:
		return MODULE_NOTES_MAX;
	default:
		return 0;
	}
}

struct statistics_line {
	char text[64]; /* "commit overrun: 18446744073709551615" fits */
	size_t length;
};

static void statistics_line_end(struct statistics_line *line, struct buffer_statistics *statistics)
{
	struct text_cursor c = {line->text, line->text + line->length};
	uint64_t count;

	if (TEXT_TAKE(&c, "entries: ")) {
		statistics->cpu_count++;
	} else if (TEXT_TAKE(&c, "overrun: ") && text_take_decimal(&c, &count)) {
		statistics->overrun_count += count;
	} else if (TEXT_TAKE(&c, "dropped events: ") && text_take_decimal(&c, &count)) {
		statistics->dropped_count += count;
	}
	line->length = 0;
}

int buffer_statistics_read(struct byte_source *source, struct buffer_statistics *ret,
			   struct error *err)
{
	struct statistics_line line = {.length = 0};
	size_t total = 0;
	const char *block;
	size_t size;
	int result;

	while ((result = byte_source_next(source, &block, &size, err)) > 0) {
		for (size_t i = 0; i < size && total < STATISTICS_MAX; i++, total++) {
			if (block[i] == '\n') {
				statistics_line_end(&line, ret);
			} else if (line.length < sizeof(line.text)) {
				line.text[line.length++] = block[i];
			}
		}
	}
	statistics_line_end(&line, ret);
	return result;
}
