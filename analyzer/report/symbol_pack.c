/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "analyzer/report/database_schema.h"

/* No object file has symbol names of this size; what claims to is an attack. */
#define RAW_LIMIT ((size_t)64 << 20)
#define PADDING	  "padding"

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static void name_write(FILE *out, const char *name)
{
	putc('"', out);
	for (; *name; name++) {
		if (is_plain(*name)) {
			putc(*name, out);
		} else {
			fprintf(out, "\\u00%02x", (unsigned char)*name);
		}
	}
	putc('"', out);
}

static bool is_packed(const struct tree_node *node)
{
	return (node->kind == TREE_SYMBOL || node->kind == TREE_PADDING) &&
	       memory_figures_static(&node->own) > 0;
}

static void leaves_write(FILE *out, const struct tree_node *node)
{
	bool first = true;

	putc('[', out);
	for (const struct tree_node *leaf = node->first_child; leaf; leaf = leaf->next_sibling) {
		const struct memory_figures *own = &leaf->own;

		if (!is_packed(leaf)) {
			continue;
		}
		fputs(first ? "[" : ",[", out);
		name_write(out, leaf->name);
		fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "%s]", own->static_text,
			own->static_data, own->static_bss,
			leaf->kind == TREE_PADDING ? ",\"" PADDING "\"" : "");
		first = false;
	}
	putc(']', out);
}

static int text_compress(const char *text, size_t size, struct symbol_pack *ret)
{
	uLongf packed = compressBound(size);
	unsigned char *bytes = malloc(packed);

	if (!bytes ||
	    compress2(bytes, &packed, (const Bytef *)text, size, Z_DEFAULT_COMPRESSION) != Z_OK) {
		free(bytes);
		return -1;
	}
	if (packed >= size) { /* as sqlar_uncompress understands it: equal sizes are plain text */
		memcpy(bytes, text, size);
		packed = size;
	}
	*ret = (struct symbol_pack){.bytes = bytes, .size = packed, .raw_size = size};
	return 0;
}

int symbol_pack_make(const struct tree_node *node, struct symbol_pack *ret)
{
	const struct tree_node *leaf = node->first_child;
	char *text = NULL;
	size_t size = 0;
	FILE *out;
	int result;

	*ret = (struct symbol_pack){0};
	while (leaf && !is_packed(leaf)) {
		leaf = leaf->next_sibling;
	}
	if (!leaf) {
		return 0;
	}
	out = open_memstream(&text, &size);
	if (!out) {
		return -1;
	}
	leaves_write(out, node);
	result = fclose(out) == 0 ? text_compress(text, size, ret) : -1;
	free(text);
	return result;
}

void symbol_pack_release(struct symbol_pack *pack)
{
	free(pack->bytes);
	*pack = (struct symbol_pack){0};
}

/* Reads exactly what leaves_write writes; `at` moves on, false if something else stands there. */
struct pack_reader {
	const char *at;
	const char *end;
};

static bool literal_read(struct pack_reader *reader, const char *text)
{
	size_t length = strlen(text);

	if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, text, length) != 0) {
		return false;
	}
	reader->at += length;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Into name, which has room for all that is left of the text. */
static bool name_read(struct pack_reader *reader, char *name)
{
	if (!literal_read(reader, "\"")) {
		return false;
	}
	while (reader->at < reader->end && *reader->at != '"') {
		char c = *reader->at++;

		if (c == '\\') {
			int high;
			int low;

			if (reader->end - reader->at < 5 || memcmp(reader->at, "u00", 3) != 0) {
				return false;
			}
			high = hex_digit(reader->at[3]);
			low = hex_digit(reader->at[4]);
			if (high < 0 || low < 0 || high + low == 0) {
				return false;
			}
			c = (char)(high * 16 + low);
			reader->at += 5;
		}
		*name++ = c;
	}
	*name = '\0';
	return literal_read(reader, "\"");
}

static bool number_read(struct pack_reader *reader, uint64_t *ret)
{
	const char *first = reader->at;
	uint64_t value = 0;

	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
		uint64_t digit = (uint64_t)(*reader->at++ - '0');

		if (value > (UINT64_MAX - digit) / 10) {
			return false;
		}
		value = value * 10 + digit;
	}
	*ret = value;
	return reader->at > first;
}

/* One [name, text, data, bss] or padding; memory_error is set where memory ran out. */
static bool leaf_read(struct pack_reader *reader, char *name, struct memory_tree *tree,
		      struct tree_node *parent, bool *memory_error)
{
	struct memory_figures figures = {0};
	enum tree_node_kind kind = TREE_SYMBOL;
	struct tree_node *leaf;

	if (!literal_read(reader, "[") || !name_read(reader, name) || !literal_read(reader, ",") ||
	    !number_read(reader, &figures.static_text) || !literal_read(reader, ",") ||
	    !number_read(reader, &figures.static_data) || !literal_read(reader, ",") ||
	    !number_read(reader, &figures.static_bss)) {
		return false;
	}
	if (literal_read(reader, ",\"" PADDING "\"")) {
		kind = TREE_PADDING;
	}
	if (!literal_read(reader, "]")) {
		return false;
	}
	leaf = memory_tree_child(tree, parent, kind, name);
	if (!leaf) {
		*memory_error = true;
		return false;
	}
	memory_figures_add(&leaf->own, &figures);
	return true;
}

static bool leaves_read(struct pack_reader *reader, char *name, struct memory_tree *tree,
			struct tree_node *parent, bool *memory_error)
{
	if (!literal_read(reader, "[")) {
		return false;
	}
	do {
		if (!leaf_read(reader, name, tree, parent, memory_error)) {
			return false;
		}
	} while (literal_read(reader, ","));
	return literal_read(reader, "]") && reader->at == reader->end;
}

static bool pack_unpack(const struct symbol_pack *pack, char *text, uLongf *size)
{
	if (pack->size == pack->raw_size) {
		memcpy(text, pack->bytes, pack->size);
		return true;
	}
	return uncompress((Bytef *)text, size, pack->bytes, pack->size) == Z_OK &&
	       *size == pack->raw_size;
}

int symbol_pack_add(const struct symbol_pack *pack, struct memory_tree *tree,
		    struct tree_node *parent, struct error *err)
{
	uLongf size = pack->raw_size;
	struct pack_reader reader;
	bool memory_error = false;
	bool good;
	char *text;

	if (pack->raw_size > RAW_LIMIT) {
		return error_set(err, ERROR_INPUT, "symbols of %zu bytes", pack->raw_size);
	}
	/* The text, and behind it room for the longest name in it. */
	text = malloc(2 * pack->raw_size + 2);
	if (!text) {
		return error_no_memory(err);
	}
	good = pack_unpack(pack, text, &size);
	reader = (struct pack_reader){text, text + size};
	good = good && leaves_read(&reader, text + pack->raw_size, tree, parent, &memory_error);
	free(text);
	if (memory_error) {
		return error_no_memory(err);
	}
	return good ? 0 : error_set(err, ERROR_INPUT, "symbols that cannot be read");
}
