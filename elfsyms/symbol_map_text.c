/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System.map and /proc/kallsyms.
 *
 * A line is "ADDRESS TYPE NAME", in kallsyms also "\t[MODULE]"; ADDRESS has 8 or 16
 * hexadecimal digits without 0x, on every kernel from 2.6 to 7.x. The text is kept,
 * and the names are ended by a NUL in place.
 */
#include <stdlib.h>
#include <string.h>

#include "elfsyms/file_image.h"
#include "elfsyms/symbol_map_internal.h"

/* A kernel with a million symbols needs about 50 MB. */
#define TEXT_LIMIT ((size_t)128 << 20)

struct text_reader {
	struct symbol_map *map;
	const char *module; /* of the last line that had one: stored once per run of lines */
	bool has_address;   /* any that is not zero */
	bool has_long_address;
};

/* Value of a hexadecimal digit + 1, 0 for anything else. */
static const unsigned char hex_digits[256] = {
	['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* Returns the number of digits, at most 17. The text ends with a NUL, so it stops there. */
static size_t parse_hex(const char *text, uint64_t *ret)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < 17; i++) {
		unsigned char digit = hex_digits[(unsigned char)text[i]];

		if (!digit)
			break;
		value = value << 4 | (uint64_t)(digit - 1);
	}
	*ret = value;
	return i;
}

/* Splits "NAME" or "NAME [MODULE]" in place. False if anything else stands there. */
static bool parse_name(char *text, char *end, struct map_symbol *symbol)
{
	char *name_end = text, *module;

	while (name_end < end && (unsigned char)*name_end > ' ')
		name_end++;
	if (name_end == text)
		return false;
	symbol->name = text;
	if (name_end < end) {
		module = name_end + 1;
		if ((*name_end != '\t' && *name_end != ' ') || end - module < 3 || *module != '[' ||
		    end[-1] != ']' || memchr(module, ' ', (size_t)(end - module)) ||
		    memchr(module, '\0', (size_t)(end - module)))
			return false;
		symbol->module = module + 1;
		end[-1] = '\0';
	}
	*name_end = '\0';
	return true;
}

/* end points at the line's end, where the caller allows a NUL to be written. */
static bool parse_line(char *line, char *end, struct map_symbol *symbol, size_t *digits)
{
	if (end > line && end[-1] == '\r')
		end--;
	if (end - line < 12)
		return false;
	*digits = parse_hex(line, &symbol->address);
	if ((*digits != 8 && *digits != 16) || (size_t)(end - line) < *digits + 4)
		return false;
	line += *digits;
	if (line[0] != ' ' || (unsigned char)line[1] <= ' ' || line[2] != ' ')
		return false;
	symbol->type = line[1];
	return parse_name(line + 3, end, symbol);
}

/* Marks of content and local labels: the kernel's own lookups skip them too (is_mapping_symbol). */
static bool name_is_mark(const char *name)
{
	return (name[0] == '.' && name[1] == 'L') || elf_name_is_mapping(name);
}

static int read_line(struct text_reader *reader, char *line, char *end)
{
	struct map_symbol symbol = {0};
	size_t digits;

	if (line == end)
		return 0;
	if (!parse_line(line, end, &symbol, &digits)) {
		reader->map->facts.skipped_line_count++;
		return 0;
	}
	reader->has_address |= symbol.address != 0;
	reader->has_long_address |= digits == 16;
	if (name_is_mark(symbol.name))
		return 0;
	if (symbol.module) {
		if (reader->module && strcmp(reader->module, symbol.module) == 0)
			symbol.module = reader->module;
		reader->module = symbol.module;
	}
	return symbol_map_add(reader->map, &symbol);
}

static int no_symbols(const char *name, const char *text, size_t size, struct elfsyms_error *err)
{
	static const char stub[] = "The real System.map";

	if (memmem(text, size < 4096 ? size : 4096, stub, sizeof(stub) - 1)) {
		return elfsyms_error_set(err, ELFSYMS_STUB,
					 "%s: only says where the real System.map is (Debian: "
					 "install linux-image-<version>-dbg)",
					 name);
	}
	return elfsyms_error_set(err, ELFSYMS_FORMAT,
				 "%s: not a symbol map: no line reads \"address type name\"", name);
}

/* Reads map->strings, which has size bytes and a NUL. */
static int read_text(struct symbol_map *map, const char *name, size_t size,
		     struct elfsyms_error *err)
{
	struct text_reader reader = {.map = map};
	char *line = map->strings, *text_end = map->strings + size;

	while (line < text_end) {
		char *end = memchr(line, '\n', (size_t)(text_end - line));

		if (!end)
			end = text_end;
		if (read_line(&reader, line, end))
			return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", name);
		line = end + 1;
	}
	if (map->count == 0)
		return no_symbols(name, map->strings, size, err);
	if (!reader.has_address) {
		return elfsyms_error_set(err, ELFSYMS_RESTRICTED,
					 "%s: all addresses are zero: copy /proc/kallsyms as root "
					 "with kernel.kptr_restrict=0",
					 name);
	}
	map->facts.is_32bit = !reader.has_long_address;
	if (symbol_map_finish(map))
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", name);
	return 0;
}

/* Takes over text, whatever the result. */
static int map_from_text(const char *name, char *text, size_t size, struct symbol_map **ret,
			 struct elfsyms_error *err)
{
	struct symbol_map *map = symbol_map_new();
	int result;

	if (!map) {
		free(text);
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", name);
	}
	map->strings = text;
	result = read_text(map, name, size, err);
	if (result) {
		symbol_map_free(map);
		return result;
	}
	*ret = map;
	return 0;
}

int symbol_map_from_text(const char *path, struct symbol_map **ret, struct elfsyms_error *err)
{
	struct file_image image;
	int result;

	*ret = NULL;
	result = file_image_read(&image, path, TEXT_LIMIT, err);
	if (result)
		return result;
	return map_from_text(path, (char *)image.bytes, image.size, ret, err);
}

int symbol_map_from_memory(const char *name, const char *text, size_t size, struct symbol_map **ret,
			   struct elfsyms_error *err)
{
	char *copy;

	*ret = NULL;
	copy = malloc(size + 1);
	if (!copy)
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", name);
	memcpy(copy, text, size);
	copy[size] = '\0';
	return map_from_text(name, copy, size, ret, err);
}
