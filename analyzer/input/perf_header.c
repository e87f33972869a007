/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/perf_header.h"

#include <stdlib.h>

#include "analyzer/input/byte_order.h"

/* Bits of the header's feature mask. */
enum { FEATURE_TRACING_DATA = 1, FEATURE_HOSTNAME = 3, FEATURE_COUNT = 256 };

#define SECTION_SIZE 16u

static struct perf_section load_section(const uint8_t *bytes, bool is_big)
{
	return (struct perf_section){load_u64(bytes, is_big), load_u64(bytes + 8, is_big)};
}

/* Reads the ids of the attribute added last. */
static int read_ids(const struct recording_file *file, const struct perf_section *section,
		    bool is_big, struct perf_attrs *attrs, struct error *err)
{
	uint8_t *ids;
	int result;

	if (section->size == 0) {
		return 0;
	}
	if (section->size / 8 > PERF_IDS_MAX) {
		return error_set(err, ERROR_INPUT, "%s: damaged: %llu ids of one event", file->name,
				 (unsigned long long)(section->size / 8));
	}
	result = recording_file_load(file, section->offset, section->size, "ids", &ids, err);
	if (result < 0) {
		return result;
	}
	for (uint64_t i = 0; result == 0 && i < section->size / 8; i++) {
		if (!perf_attrs_add_id(attrs, load_u64(ids + i * 8, is_big))) {
			result = error_no_memory(err);
		}
	}
	free(ids);
	return result;
}

static int read_attrs(const struct recording_file *file, const struct perf_section *section,
		      uint64_t each, bool is_big, struct perf_attrs *attrs, struct error *err)
{
	uint8_t *bytes;
	int result;

	if (each < PERF_ATTR_MIN + SECTION_SIZE || section->size / each > PERF_ATTRS_MAX) {
		return error_set(err, ERROR_INPUT, "%s: damaged: attributes of %llu bytes",
				 file->name, (unsigned long long)each);
	}
	result = recording_file_load(file, section->offset, section->size, "attributes", &bytes,
				     err);
	if (result < 0) {
		return result;
	}
	for (uint64_t at = 0; result == 0 && section->size - at >= each; at += each) {
		struct perf_section ids = load_section(bytes + at + each - SECTION_SIZE, is_big);

		if (!perf_attrs_add(attrs, bytes + at, is_big)) {
			result = error_no_memory(err);
		} else {
			result = read_ids(file, &ids, is_big, attrs, err);
		}
	}
	free(bytes);
	return result;
}

static bool has_feature(const uint8_t *mask, bool is_big, size_t word_bytes, unsigned int bit)
{
	size_t word = bit / (word_bytes * 8);
	size_t shift = bit % (word_bytes * 8);
	/* the words' byte order, byte by byte */
	size_t byte = is_big ? word_bytes - 1 - shift / 8 : shift / 8;

	return mask[word * word_bytes + byte] >> (shift % 8) & 1;
}

/*
 * How many features stand in front of TRACING_DATA, which is bit 1: none or one. The mask is of
 * unsigned longs, whose size the file does not say; perf always sets HOSTNAME, so it shows where
 * that bit is.
 */
static bool find_tracing(const uint8_t *mask, bool is_big, unsigned int *ret_index)
{
	size_t word_bytes = has_feature(mask, is_big, 8, FEATURE_HOSTNAME) ? 8 : 4;

	*ret_index = has_feature(mask, is_big, word_bytes, 0);
	return has_feature(mask, is_big, word_bytes, FEATURE_TRACING_DATA);
}

static int read_tracing(const struct recording_file *file, const uint8_t *header, bool is_big,
			const struct perf_section *data, struct tracing_header *tracing,
			struct error *err)
{
	struct perf_section section;
	unsigned int index;
	uint8_t *bytes;
	int result;

	if (!find_tracing(header + 72, is_big, &index)) {
		return error_set(err, ERROR_INPUT,
				 "%s: was not recorded from tracepoints: perf record -e 'kmem:*'",
				 file->name);
	}
	result = recording_file_load(file, data->offset + data->size + index * SECTION_SIZE,
				     SECTION_SIZE, "the table of its features", &bytes, err);
	if (result < 0) {
		return result;
	}
	section = load_section(bytes, is_big);
	free(bytes);
	if (section.size > PERF_TRACING_MAX) {
		return error_set(err, ERROR_INPUT, "%s: damaged: %llu bytes to describe its events",
				 file->name, (unsigned long long)section.size);
	}
	result = recording_file_load(file, section.offset, section.size,
				     "the description of its events", &bytes, err);
	if (result < 0) {
		return result;
	}
	result = tracing_header_read(file->name, bytes, (size_t)section.size, tracing, err);
	tracing->kallsyms = NULL; /* perf writes none, and the bytes go now */
	tracing->kallsyms_size = 0;
	free(bytes);
	return result;
}

int perf_header_read(const struct recording_file *file, bool is_big, struct perf_section *ret_data,
		     struct perf_attrs *attrs, struct tracing_header *tracing, struct error *err)
{
	struct perf_section attr_section;
	uint64_t attr_size;
	uint8_t *header;
	int result = recording_file_load(file, 0, PERF_HEADER_SIZE, "its header", &header, err);

	if (result < 0) {
		return result;
	}
	attr_size = load_u64(header + 16, is_big);
	attr_section = load_section(header + 24, is_big);
	*ret_data = load_section(header + 40, is_big);
	if (ret_data->size == 0) {
		result = error_set(err, ERROR_INPUT,
				   "%s: says it has no records: was perf record killed, or is it "
				   "still running?",
				   file->name);
	} else if (ret_data->offset > file->size ||
		   ret_data->size > file->size - ret_data->offset) {
		result = error_set(
			err, ERROR_INPUT,
			"%s: is cut: its records end at byte %llu, the file at %llu; the "
			"events' formats, which stand behind them, are lost",
			file->name, (unsigned long long)(ret_data->offset + ret_data->size),
			(unsigned long long)file->size);
	}
	if (result == 0) {
		result = read_attrs(file, &attr_section, attr_size, is_big, attrs, err);
	}
	if (result == 0) {
		result = read_tracing(file, header, is_big, ret_data, tracing, err);
	}
	free(header);
	return result;
}
