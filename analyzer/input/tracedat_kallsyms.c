/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/tracedat_kallsyms.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "analyzer/input/byte_order.h"
#include "analyzer/input/tracing_header.h"

#define VERSION_AT     10u
#define SECTION_HEADER 16u
#define OPTION_HEADER  6u

enum { SECTION_OPTIONS = 0, SECTION_KALLSYMS = 19 };
enum { OPTION_DONE = 0, OPTION_KALLSYMS = 19 };

/* More sections of options than any file has: a circle ends here. */
#define SECTIONS_MAX 4096u

/* The largest kallsyms: kernels with all drivers built in have 20 MB. */
#define KALLSYMS_MAX ((size_t)256 << 20)

struct container {
	const uint8_t *bytes;
	size_t size;
	bool is_big;
	const char *compression;
};

struct section {
	uint16_t id;
	bool is_packed;
	const uint8_t *data;
	size_t size;
};

static bool section_at(const struct container *file, uint64_t offset, struct section *ret)
{
	const uint8_t *header;
	uint64_t size;

	if (offset > file->size || file->size - offset < SECTION_HEADER) {
		return false;
	}
	header = file->bytes + offset;
	size = load_u64(header + 8, file->is_big);
	*ret = (struct section){
		.id = load_u16(header, file->is_big),
		.is_packed = load_u16(header + 2, file->is_big) & 1,
		.data = header + SECTION_HEADER,
		.size = (size_t)size,
	};
	return size <= file->size - offset - SECTION_HEADER;
}

/* Finds the option with the kallsyms section in one section of options. */
static bool scan_options(const struct container *file, const struct section *options,
			 uint64_t *ret_kallsyms, uint64_t *ret_next)
{
	size_t at = 0;

	*ret_next = 0;
	while (options->size - at >= OPTION_HEADER) {
		const uint8_t *option = options->data + at;
		unsigned int id = load_u16(option, file->is_big);
		uint32_t size = load_u32(option + 2, file->is_big);

		at += OPTION_HEADER;
		if (size > options->size - at) {
			return false;
		}
		if (id == OPTION_DONE && size >= 8) {
			*ret_next = load_u64(option + OPTION_HEADER, file->is_big);
			return false;
		}
		if (id == OPTION_KALLSYMS && size >= 8) {
			*ret_kallsyms = load_u64(option + OPTION_HEADER, file->is_big);
			return true;
		}
		at += size;
	}
	return false;
}

static bool find_section(const struct container *file, uint64_t options_at, struct section *ret)
{
	for (unsigned int i = 0; i < SECTIONS_MAX && options_at != 0; i++) {
		struct section options;
		uint64_t kallsyms_at;

		if (!section_at(file, options_at, &options) || options.id != SECTION_OPTIONS ||
		    options.is_packed) {
			return false;
		}
		if (scan_options(file, &options, &kallsyms_at, &options_at)) {
			return section_at(file, kallsyms_at, ret) && ret->id == SECTION_KALLSYMS;
		}
	}
	return false;
}

/* Unpacks a section's data; NULL if that cannot be done. */
static uint8_t *unpack(const struct container *file, const struct section *section,
		       size_t *ret_size)
{
	const uint8_t *packed = section->data + 8;
	size_t packed_size = section->size < 8 ? 0 : load_u32(section->data, file->is_big);
	size_t size = section->size < 8 ? 0 : load_u32(section->data + 4, file->is_big);
	uint8_t *data;
	bool good = false;

	if (section->size < 8 || packed_size > section->size - 8 || size > KALLSYMS_MAX) {
		return NULL;
	}
	data = malloc(size + 1);
	if (!data) {
		return NULL;
	}
	if (strcmp(file->compression, "zstd") == 0) {
		good = ZSTD_decompress(data, size, packed, packed_size) == size;
	}
	if (!good) {
		free(data);
		return NULL;
	}
	*ret_size = size;
	return data;
}

static char *copy_text(const uint8_t *text, size_t size, size_t *ret_size)
{
	char *copy = size > 0 && size <= KALLSYMS_MAX ? malloc(size) : NULL;

	if (copy) {
		memcpy(copy, text, size);
		*ret_size = size;
	}
	return copy;
}

/* The text behind its u32 size. */
static char *section_text(const struct container *file, const struct section *section,
			  size_t *ret_size)
{
	uint8_t *unpacked = NULL;
	const uint8_t *data = section->data;
	size_t size = section->size;
	char *text = NULL;

	if (section->is_packed) {
		data = unpacked = unpack(file, section, &size);
	}
	if (data && size >= 4 && load_u32(data, file->is_big) <= size - 4) {
		text = copy_text(data + 4, load_u32(data, file->is_big), ret_size);
	}
	free(unpacked);
	return text;
}

/* Steps over a NUL-terminated string; NULL: there is none. */
static const char *take_string(const struct container *file, size_t *at)
{
	const char *text = (const char *)file->bytes + *at;
	const char *end = *at < file->size ? memchr(text, '\0', file->size - *at) : NULL;

	if (!end) {
		return NULL;
	}
	*at += (size_t)(end - text) + 1;
	return text;
}

static char *kallsyms_v6(const struct container *file, size_t *ret_size)
{
	struct tracing_header header;
	struct error err;
	char *text = NULL;

	if (tracing_header_read("", file->bytes, file->size, &header, &err) == 0) {
		text = copy_text((const uint8_t *)header.kallsyms, header.kallsyms_size, ret_size);
	}
	tracing_header_release(&header);
	return text;
}

char *tracedat_kallsyms(const uint8_t *file, size_t size, size_t *ret_size)
{
	struct container container = {.bytes = file, .size = size};
	size_t at = VERSION_AT;
	const char *version = take_string(&container, &at);
	struct section section;

	*ret_size = 0;
	if (!version || size - at < 6) {
		return NULL;
	}
	container.is_big = file[at] == 1;
	at += 6;
	if (strcmp(version, "6") == 0) {
		return kallsyms_v6(&container, ret_size);
	}
	container.compression = take_string(&container, &at);
	if (!container.compression || !take_string(&container, &at) || size - at < 8 ||
	    !find_section(&container, load_u64(file + at, container.is_big), &section)) {
		return NULL;
	}
	return section_text(&container, &section, ret_size);
}
