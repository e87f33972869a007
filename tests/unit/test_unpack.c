/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressed and archived inputs: what comes out is what went in, and what is cut or
 * damaged is said to be, wherever the damage is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analyzer/input/packing.h"
#include "analyzer/input/unpack.h"

#define PACKED_MAX ((size_t)1 << 20)
#define LINE                                                                                       \
	"     cat-123     [000] .....     2.487560: kfree: call_site=seq_release+0x1a/0x30 "       \
	"ptr=ffff96cac1d7f000\n"
#define MAP_LINE "ffffffff81000000 T _text\n"

struct bytes {
	char *bytes;
	size_t size;
};

typedef int add_filter(struct archive *archive);

static const struct {
	add_filter *add;
	enum packing packing;
	bool checked; /* libarchive writes a check sum of the content with it */
} filters[] = {
	{archive_write_add_filter_gzip, PACKING_GZIP, true},
	{archive_write_add_filter_xz, PACKING_XZ, true},
	{archive_write_add_filter_zstd, PACKING_ZSTD, false},
	{archive_write_add_filter_bzip2, PACKING_BZIP2, true},
	{archive_write_add_filter_lz4, PACKING_LZ4, true},
	{archive_write_add_filter_lzma, PACKING_LZMA, false},
};
#define FILTER_COUNT (sizeof(filters) / sizeof(filters[0]))

struct content {
	const char *name;
	struct bytes bytes;
};

/* format: of an archive, or "raw" for a stream of the one content. The caller frees. */
static struct bytes pack(const char *format, add_filter *filter, const struct content *contents,
			 size_t count)
{
	struct bytes packed = {malloc(PACKED_MAX), 0};
	struct archive *archive = archive_write_new();

	assert_non_null(packed.bytes);
	archive_write_set_format_by_name(archive, format);
	if (filter) {
		filter(archive);
	}
	if (strcmp(format, "zip") == 0) {
		archive_write_zip_set_compression_deflate(archive);
	}
	assert_int_equal(archive_write_open_memory(archive, packed.bytes, PACKED_MAX, &packed.size),
			 ARCHIVE_OK);
	for (size_t i = 0; i < count; i++) {
		struct archive_entry *entry = archive_entry_new();

		archive_entry_set_pathname(entry, contents[i].name);
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_size(entry, (la_int64_t)contents[i].bytes.size);
		assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
		archive_write_data(archive, contents[i].bytes.bytes, contents[i].bytes.size);
		archive_entry_free(entry);
	}
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	archive_write_free(archive);
	return packed;
}

/* Lines with numbers in them, so that no damage to a stream goes without a trace. */
static struct bytes lines_new(size_t size)
{
	struct bytes text = {malloc(size + 128), 0};
	uint64_t number = 1;

	assert_non_null(text.bytes);
	while (text.size < size) {
		number = number * 6364136223846793005u + 1442695040888963407u;
		text.size +=
			(size_t)sprintf(text.bytes + text.size,
					"cat-123 [000] ..... 2.487560: kfree: call_site=f+0x1/0x2 "
					"ptr=ffff%012llx\n",
					(unsigned long long)(number >> 16));
	}
	return text;
}

/* Unpacks what packed holds, the first prefix_size bytes as if read before. */
static int unpack_all(struct bytes packed, size_t prefix_size, struct bytes *ret,
		      struct unpack_found *ret_found, struct error *err)
{
	int fd = memfd_create("packed", MFD_CLOEXEC);
	size_t capacity = (size_t)8 << 20;
	struct unpack *unpack;
	int result;

	*ret_found = (struct unpack_found){0};
	*err = (struct error){.code = ERROR_NONE};
	ret->bytes = malloc(capacity);
	ret->size = 0;
	assert_non_null(ret->bytes);
	assert_int_equal(write(fd, packed.bytes + prefix_size, packed.size - prefix_size),
			 packed.size - prefix_size);
	lseek(fd, 0, SEEK_SET);
	result = unpack_open(fd, "in", packed.bytes, prefix_size, NULL, NULL, &unpack, err);
	if (result == 0) {
		result = unpack_read(unpack, ret->bytes, capacity, &ret->size, err);
		unpack_take_found(unpack, ret_found);
		unpack_close(unpack);
	}
	close(fd);
	return result;
}

static void assert_unpacks(struct bytes packed, size_t prefix_size, struct bytes expected)
{
	struct unpack_found found;
	struct bytes out;
	struct error err;

	if (unpack_all(packed, prefix_size, &out, &found, &err) < 0) {
		fail_msg("%s", err.text);
	}
	assert_int_equal(out.size, expected.size);
	assert_memory_equal(out.bytes, expected.bytes, expected.size);
	free(out.bytes);
	unpack_found_release(&found);
}

static void assert_refused(struct bytes packed, const char *says)
{
	struct unpack_found found;
	struct bytes out;
	struct error err;

	assert_int_equal(unpack_all(packed, 0, &out, &found, &err), ERROR_INPUT);
	if (strncmp(err.text, "in: ", 4) != 0 || !strstr(err.text, says)) {
		fail_msg("%s", err.text);
	}
	free(out.bytes);
	unpack_found_release(&found);
}

/* From a file, and from what was read before. */
static void test_streams(void **state)
{
	struct content content = {"log", lines_new(1000000)};

	(void)state;
	for (size_t i = 0; i < FILTER_COUNT; i++) {
		struct bytes packed = pack("raw", filters[i].add, &content, 1);

		assert_int_equal(packing_of(packed.bytes, packed.size), filters[i].packing);
		assert_true(unpack_wanted(packed.bytes, packed.size));
		assert_unpacks(packed, 0, content.bytes);
		assert_unpacks(packed, 300, content.bytes);
		assert_unpacks(packed, packed.size, content.bytes);
		free(packed.bytes);
	}
	free(content.bytes.bytes);
}

static void test_cut(void **state)
{
	struct content content = {"log", lines_new(300000)};

	(void)state;
	for (size_t i = 0; i < FILTER_COUNT; i++) {
		struct bytes packed = pack("raw", filters[i].add, &content, 1);
		const size_t cuts[] = {20, packed.size / 2, packed.size - 9, packed.size - 1};

		for (size_t j = 0; j < sizeof(cuts) / sizeof(cuts[0]); j++) {
			assert_refused((struct bytes){packed.bytes, cuts[j]},
				       "stream ends too early");
		}
		free(packed.bytes);
	}
	free(content.bytes.bytes);
}

/* One bit in the middle. */
static void test_damaged(void **state)
{
	struct content content = {"log", lines_new(300000)};

	(void)state;
	for (size_t i = 0; i < FILTER_COUNT; i++) {
		struct bytes packed = pack("raw", filters[i].add, &content, 1);

		if (filters[i].checked) {
			packed.bytes[packed.size / 2] ^= 0x10;
			assert_refused(packed, " stream ");
		}
		free(packed.bytes);
	}
	free(content.bytes.bytes);
}

static void test_trailing(void **state)
{
	struct content content = {"log", lines_new(100000)};
	struct bytes twice = {malloc(2 * content.bytes.size), 2 * content.bytes.size};

	(void)state;
	memcpy(twice.bytes, content.bytes.bytes, content.bytes.size);
	memcpy(twice.bytes + content.bytes.size, content.bytes.bytes, content.bytes.size);
	for (size_t i = 0; i < FILTER_COUNT; i++) {
		struct bytes packed = pack("raw", filters[i].add, &content, 1);

		memcpy(packed.bytes + packed.size, packed.bytes, packed.size);
		if (filters[i].packing != PACKING_LZMA) {
			assert_unpacks((struct bytes){packed.bytes, 2 * packed.size}, 0, twice);
		}
		memcpy(packed.bytes + packed.size, "something else", 14);
		assert_refused((struct bytes){packed.bytes, packed.size + 14}, " stream is ");
		free(packed.bytes);
	}
	free(content.bytes.bytes);
	free(twice.bytes);
}

static struct content text_content(const char *name, const char *text)
{
	return (struct content){name, {(char *)text, strlen(text)}};
}

#define STATS                                                                                      \
	"entries: 5\noverrun: 70\ncommit overrun: 0\nbytes: 9\noldest event ts:     4.1\n"         \
	"now ts:     6.7\ndropped events: 3\nread events: 0\n"
#define MAP MAP_LINE MAP_LINE MAP_LINE MAP_LINE MAP_LINE MAP_LINE MAP_LINE MAP_LINE

#define NOTE	 "\4\0\0\0\2\0\0\0\3\0\0\0GNU\0\xab\xcd\0"
#define NOTE_BIG "\0\0\0\4\0\0\0\2\0\0\0\3GNU\0\xab\xcd\0"
#define MODULES	 "brd 16384 0 - Live 0xbf000000\next2 4096 2 a,b, Loading 0xbf010000 (OE)\n"
#define BYTES(text)                                                                                \
	{                                                                                          \
		(char *)(text), sizeof(text)                                                       \
	}

static void assert_kept(const struct unpack_bytes *kept, struct bytes content)
{
	assert_int_equal(kept->size, content.size);
	assert_memory_equal(kept->bytes, content.bytes, content.size);
}

/* What kmem-capture saves beside the trace; ELF notes by their names, and the first of each. */
static void test_bundle(void **state)
{
	static const struct {
		struct content content;
		enum member_kind kind;
	} members[] = {
		{{"b/modules", BYTES(MODULES)}, MEMBER_MODULES},
		{{"b/notes", BYTES(NOTE NOTE)}, MEMBER_NOTES},
		{{"b/module-notes/brd", BYTES(NOTE_BIG)}, MEMBER_MODULE_NOTES},
		{{"module-notes/ext2", BYTES(NOTE)}, MEMBER_MODULE_NOTES},
		{{"b/my-module-notes/brd", BYTES(NOTE)}, MEMBER_OTHER},
		{{"b/brd", BYTES(NOTE)}, MEMBER_OTHER},
		{{"c/notes", BYTES(NOTE)}, MEMBER_UNUSED},
		{{"c/modules", BYTES(MODULES)}, MEMBER_UNUSED},
		{{"nothing", {(char *)"", 0}}, MEMBER_EMPTY},
		{{"d/notes", BYTES("what I noted")}, MEMBER_OTHER},
		{{"trace", {(char *)LINE, sizeof(LINE) - 1}}, MEMBER_TRACE},
	};
	enum { COUNT = sizeof(members) / sizeof(members[0]) };
	struct content contents[COUNT];
	struct unpack_found found;
	struct bytes packed, out;
	struct error err;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		contents[i] = members[i].content;
	}
	packed = pack("ustar", NULL, contents, COUNT);
	assert_int_equal(unpack_all(packed, 0, &out, &found, &err), 0);
	assert_int_equal(found.member_count, COUNT);
	for (size_t i = 0; found.members && i < COUNT; i++) {
		assert_int_equal(found.members[i].kind, members[i].kind);
	}
	assert_kept(&found.modules, contents[0].bytes);
	assert_kept(&found.notes, contents[1].bytes);
	assert_int_equal(found.module_note_count, 2);
	assert_string_equal(found.module_notes[0].module, "brd");
	assert_kept(&found.module_notes[0].notes, contents[2].bytes);
	assert_string_equal(found.module_notes[1].module, "ext2");
	unpack_found_release(&found);
	free(out.bytes);
	free(packed.bytes);
}

/* Nothing is kept without bounds. */
static void test_bundle_bounds(void **state)
{
	struct content notes = {"notes", {calloc(1, 70000), 70000}};
	struct bytes packed;

	(void)state;
	assert_non_null(notes.bytes.bytes);
	packed = pack("ustar", archive_write_add_filter_gzip, &notes, 1);
	assert_refused(packed, "notes: is too large for what it is (notes of the kernel)");
	free(packed.bytes);
	notes.name = "module-notes/brd";
	notes.bytes.size = 2000;
	packed = pack("ustar", archive_write_add_filter_gzip, &notes, 1);
	assert_refused(packed, "is too large for what it is (notes of a module)");
	free(packed.bytes);
	free(notes.bytes.bytes);
}

/* Traces in their order, the first one's cut line marked; the rest by what it is. */
static void test_members(void **state)
{
	struct content inner = text_content("inner.log", LINE);
	struct bytes xz = pack("raw", archive_write_add_filter_xz, &inner, 1);
	const struct content contents[] = {
		text_content("README", "what this is\n"),
		text_content("a.log", LINE "cut here: ptr=ff"),
		text_content("kallsyms", MAP),
		text_content("stats\033[1m", STATS STATS),
		{"b.log.xz", xz},
		text_content("System.map", MAP),
	};
	static char expected[] = LINE "cut here: ptr=ff[cut]\n" LINE;
	static const struct unpack_member none[6];
	static const char *const formats[] = {"ustar", "pax", "gnutar", "zip"};

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		struct bytes packed =
			pack(formats[i / 2], i % 2 ? archive_write_add_filter_gzip : NULL, contents,
			     sizeof(contents) / sizeof(contents[0]));
		const struct unpack_member *members;
		struct unpack_found found;
		struct bytes out;
		struct error err;

		assert_int_equal(unpack_all(packed, 0, &out, &found, &err), 0);
		members = found.members ? found.members : none;
		assert_int_equal(out.size, sizeof(expected) - 1);
		assert_memory_equal(out.bytes, expected, out.size);
		assert_int_equal(found.member_count, 6);
		assert_int_equal(found.trace_count, 2);
		assert_int_equal(members[0].kind, MEMBER_OTHER);
		assert_int_equal(members[1].kind, MEMBER_TRACE);
		assert_int_equal(members[3].kind, MEMBER_STATISTICS);
		assert_string_equal(members[3].name, "stats?[1m");
		assert_int_equal(members[5].kind, MEMBER_UNUSED);
		assert_int_equal(found.kallsyms.size, strlen(MAP));
		assert_memory_equal(found.kallsyms.bytes, MAP, found.kallsyms.size);
		assert_int_equal(found.statistics.cpu_count, 2);
		assert_int_equal(found.statistics.overrun_count, 140);
		assert_int_equal(found.statistics.dropped_count, 6);
		unpack_found_release(&found);
		free(out.bytes);
		free(packed.bytes);
	}
	free(xz.bytes);
}

static void test_archives_refused(void **state)
{
	struct content contents[] = {
		text_content("a", LINE),
		text_content("b", "PERFILE2 and so on"),
		text_content("c", "nothing of interest\n"),
	};
	struct content whole = {"whole", {NULL, 0}};
	struct bytes packed;

	(void)state;
	packed = pack("ustar", NULL, &contents[2], 1);
	assert_refused(packed, "none is a trace");
	free(packed.bytes);
	packed = pack("zip", NULL, contents, 2);
	assert_refused(packed, "b: is a second recording");
	packed.size = 60;
	assert_refused(packed, "the zip archive ends too early");
	free(packed.bytes);
	packed = pack("ustar", NULL, contents, 1);
	assert_refused((struct bytes){packed.bytes, 1024}, "the tar archive ends too early");
	assert_refused((struct bytes){packed.bytes, 540}, "the tar archive ends too early");
	free(packed.bytes);
	/* seven layers of gzip */
	packed = pack("raw", archive_write_add_filter_gzip, contents, 1);
	for (int i = 0; i < 6; i++) {
		whole.bytes = packed;
		packed = pack("raw", archive_write_add_filter_gzip, &whole, 1);
		free(whole.bytes.bytes);
	}
	assert_refused(packed, "packed more than 6 times over");
	free(packed.bytes);
}

/* A reader that has seen enough leaves, with the thread in the middle of a large member. */
static void test_left_early(void **state)
{
	struct content content = {"zeros", {calloc(1, (size_t)64 << 20), (size_t)64 << 20}};
	struct bytes packed = pack("raw", archive_write_add_filter_zstd, &content, 1);
	int fd = memfd_create("packed", MFD_CLOEXEC);
	struct unpack *unpack;
	struct error err;
	char start[100];
	size_t size;

	(void)state;
	assert_int_equal(write(fd, packed.bytes, packed.size), packed.size);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(unpack_open(fd, "in", NULL, 0, NULL, NULL, &unpack, &err), 0);
	assert_int_equal(unpack_read(unpack, start, sizeof(start), &size, &err), 0);
	assert_int_equal(size, sizeof(start));
	unpack_close(unpack);
	close(fd);
	free(packed.bytes);
	free(content.bytes.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),	      cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damaged),	      cmocka_unit_test(test_trailing),
		cmocka_unit_test(test_members),	      cmocka_unit_test(test_archives_refused),
		cmocka_unit_test(test_left_early),    cmocka_unit_test(test_bundle),
		cmocka_unit_test(test_bundle_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
