/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/tracing_header.h"

#include <string.h>

#include "analyzer/input/byte_order.h"

static const char magic[] = "\x17\x08\x44tracing";

struct reader {
	const uint8_t *at;
	const uint8_t *end;
	bool is_big;
};

static size_t left(const struct reader *r)
{
	return (size_t)(r->end - r->at);
}

static bool take_bytes(struct reader *r, uint64_t size, const uint8_t **ret)
{
	if (size > left(r)) {
		return false;
	}
	*ret = r->at;
	r->at += size;
	return true;
}

static bool take_u32(struct reader *r, uint32_t *ret)
{
	const uint8_t *bytes;

	if (!take_bytes(r, 4, &bytes)) {
		return false;
	}
	*ret = load_u32(bytes, r->is_big);
	return true;
}

static bool take_string(struct reader *r, const char **ret)
{
	const uint8_t *end = memchr(r->at, '\0', left(r));

	if (!end) {
		return false;
	}
	*ret = (const char *)r->at;
	r->at = end + 1;
	return true;
}

/* A u64 size and as many bytes. */
static bool take_block(struct reader *r, const uint8_t **ret, size_t *ret_size)
{
	const uint8_t *bytes;
	uint64_t size;

	if (!take_bytes(r, 8, &bytes)) {
		return false;
	}
	size = load_u64(bytes, r->is_big);
	*ret_size = (size_t)size;
	return take_bytes(r, size, ret);
}

static bool take_named_block(struct reader *r, const char *name)
{
	const char *found;
	const uint8_t *bytes;
	size_t size;

	return take_string(r, &found) && strcmp(found, name) == 0 && take_block(r, &bytes, &size);
}

enum outcome { OUTCOME_GOOD, OUTCOME_CUT, OUTCOME_NO_MEMORY };

/* count formats of one system. An event that cannot be understood has no format: uncounted. */
static enum outcome take_formats(struct reader *r, const char *system, struct kmem_formats *formats)
{
	uint32_t count;

	if (!take_u32(r, &count)) {
		return OUTCOME_CUT;
	}
	for (uint32_t i = 0; i < count; i++) {
		struct kmem_format format;
		const uint8_t *text;
		size_t size;

		if (!take_block(r, &text, &size)) {
			return OUTCOME_CUT;
		}
		if (kmem_format_parse(system, (const char *)text, size, &format) &&
		    !kmem_formats_add(formats, &format)) {
			return OUTCOME_NO_MEMORY;
		}
	}
	return OUTCOME_GOOD;
}

static enum outcome take_systems(struct reader *r, struct kmem_formats *formats)
{
	enum outcome outcome = take_formats(r, "ftrace", formats);
	uint32_t count;

	if (outcome != OUTCOME_GOOD) {
		return outcome;
	}
	if (!take_u32(r, &count)) {
		return OUTCOME_CUT;
	}
	for (uint32_t i = 0; outcome == OUTCOME_GOOD && i < count; i++) {
		const char *system;

		outcome = take_string(r, &system) ? take_formats(r, system, formats) : OUTCOME_CUT;
	}
	return outcome;
}

static enum outcome take_all(struct reader *r, struct tracing_header *header)
{
	const char *version;
	const uint8_t *bytes;
	enum outcome outcome;
	uint32_t size;

	if (!take_bytes(r, sizeof(magic) - 1, &bytes) ||
	    memcmp(bytes, magic, sizeof(magic) - 1) != 0 || !take_string(r, &version) ||
	    !take_bytes(r, 2, &bytes)) {
		return OUTCOME_CUT;
	}
	header->is_big = r->is_big = bytes[0] == 1;
	if (!take_u32(r, &header->page_size) || !take_named_block(r, "header_page") ||
	    !take_named_block(r, "header_event")) {
		return OUTCOME_CUT;
	}
	outcome = take_systems(r, &header->formats);
	if (outcome != OUTCOME_GOOD) {
		return outcome;
	}
	/* kallsyms: perf writes none, and what is behind them is not needed */
	if (take_u32(r, &size) && size > 0 && take_bytes(r, size, &bytes)) {
		header->kallsyms = (const char *)bytes;
		header->kallsyms_size = size;
	}
	return OUTCOME_GOOD;
}

int tracing_header_read(const char *name, const uint8_t *bytes, size_t size,
			struct tracing_header *ret, struct error *err)
{
	struct reader reader = {.at = bytes, .end = bytes + size};

	*ret = (struct tracing_header){0};
	switch (take_all(&reader, ret)) {
	case OUTCOME_GOOD:
		kmem_formats_sort(&ret->formats);
		return 0;
	case OUTCOME_NO_MEMORY:
		return error_no_memory(err);
	case OUTCOME_CUT:
		break;
	}
	return error_set(err, ERROR_INPUT, "%s: the description of its events is damaged", name);
}

void tracing_header_release(struct tracing_header *header)
{
	kmem_formats_release(&header->formats);
	*header = (struct tracing_header){0};
}
