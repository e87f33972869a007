/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trace.dat compressed with zlib becomes a plain one, or is refused with where it is bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "analyzer/input/byte_order.h"
#include "analyzer/input/tracedat_kallsyms.h"
#include "analyzer/input/tracedat_options.h"
#include "analyzer/input/tracedat_zlib.h"
#include "test_paths.h"

#define FILE_MAX (256u * 1024u)
#define PAGE	 4096u

/* A file in the making. */
struct image {
	uint8_t bytes[FILE_MAX];
	size_t size;
	bool is_big;
};

static struct image image;

static int unpack(const uint8_t *bytes, size_t size, struct recording_file *ret, struct error *err)
{
	struct recording_file file = {
		.fd = memfd_create("trace", MFD_CLOEXEC),
		.name = "t.dat",
		.size = size,
	};
	int result;

	assert_true(file.fd >= 0 && write(file.fd, bytes, size) == (ssize_t)size);
	result = tracedat_zlib_unpack(&file, ret, err);
	recording_file_close(&file);
	return result;
}

static uint8_t *load_all(const struct recording_file *file)
{
	struct error err;
	uint8_t *bytes = NULL;

	assert_int_equal(recording_file_load(file, 0, file->size, "all", &bytes, &err), 0);
	return bytes;
}

static size_t load_recording(const char *name, uint8_t *ret)
{
	char path[512];
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "%s/recordings/%s", TA_TESTDATA, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	size = fread(ret, 1, FILE_MAX, file);
	fclose(file);
	return size;
}

static void put(const void *bytes, size_t size)
{
	assert_true(image.size + size <= FILE_MAX);
	memcpy(image.bytes + image.size, bytes, size);
	image.size += size;
}

static void put_number(uint64_t value, size_t size)
{
	uint8_t bytes[8];

	if (size == 2) {
		store_u16(bytes, (uint16_t)value, image.is_big);
	} else if (size == 4) {
		store_u32(bytes, (uint32_t)value, image.is_big);
	} else {
		store_u64(bytes, value, image.is_big);
	}
	put(bytes, size);
}

/* u32 packed size, u32 size, zlib stream. */
static void put_packed(const void *bytes, size_t size)
{
	uint8_t packed[8192];
	uLongf packed_size = sizeof(packed);

	assert_int_equal(compress(packed, &packed_size, bytes, size), Z_OK);
	put_number(packed_size, 4);
	put_number(size, 4);
	put(packed, packed_size);
}

static size_t begin_section(unsigned int id, bool is_packed)
{
	size_t at = image.size;

	put_number(id, 2);
	put_number(is_packed, 2);
	put_number(0, 4);
	put_number(0, 8);
	return at;
}

static void end_section(size_t at)
{
	store_u64(image.bytes + at + 8, image.size - at - TRACEDAT_SECTION_HEADER, image.is_big);
}

static size_t put_kallsyms(void)
{
	const char text[] = "ffffffff81000000 T _text\n";
	uint8_t data[4 + sizeof(text) - 1];
	size_t at = begin_section(19, true);

	store_u32(data, sizeof(text) - 1, image.is_big);
	memcpy(data + 4, text, sizeof(text) - 1);
	put_packed(data, sizeof(data));
	end_section(at);
	return at;
}

/* Two chunks of a page each. */
static size_t put_cpu(int letter)
{
	uint8_t page[PAGE];
	size_t at = image.size;

	put_number(2, 4);
	memset(page, letter, PAGE);
	put_packed(page, PAGE);
	memset(page, letter + 1, PAGE);
	put_packed(page, PAGE);
	return at;
}

static void put_option(unsigned int id, const void *data, size_t size)
{
	put_number(id, 2);
	put_number(size, 4);
	put(data, size);
}

static void put_pointer(unsigned int id, uint64_t offset)
{
	uint8_t bytes[8];

	store_u64(bytes, offset, image.is_big);
	put_option(id, bytes, 8);
}

/* The option of a buffer with CPUs 0, 1 (empty) and 5. */
static void put_buffer_option(size_t buffer, size_t first, size_t second)
{
	put_number(3, 2);
	put_number(8 + 1 + 6 + 8 + 60, 4);
	put_number(buffer, 8);
	put("\0local", 7);
	put_number(PAGE, 4);
	put_number(3, 4);
	put_number(0, 4);
	put_number(first, 8);
	put_number(77, 8); /* trace-cmd's are not exact */
	put_number(1, 4);
	put_number(12345678, 8);
	put_number(0, 8);
	put_number(5, 4);
	put_number(second, 8);
	put_number(1, 8);
}

static void put_beginning(bool is_big)
{
	image = (struct image){.is_big = is_big};
	put("\x17\x08\x44tracing7", 12);
	put_number(0, 2);
	image.bytes[12] = is_big;
	image.bytes[13] = 8;
	put_number(PAGE, 4);
	put("zlib\0"
	    "1.2.13",
	    12);
	put_number(0, 8);
}

/* Packs what was put behind at, which is a section of options then. */
static void pack_options(size_t at)
{
	uint8_t plain[4096];
	size_t size = image.size - at - TRACEDAT_SECTION_HEADER;

	memcpy(plain, image.bytes + at + TRACEDAT_SECTION_HEADER, size);
	image.size = at + TRACEDAT_SECTION_HEADER;
	put_packed(plain, size);
}

/* Two sections of options, the first compressed; what no trace-cmd is sure to write. */
static void put_all(bool is_big)
{
	size_t kallsyms, text, buffer, first, second, next;
	const size_t pointer = 30;
	size_t at;

	put_beginning(is_big);
	kallsyms = put_kallsyms();
	text = begin_section(22, true);
	put_cpu('x');
	end_section(text);
	buffer = begin_section(3, true);
	second = put_cpu('c');
	first = put_cpu('a');
	end_section(buffer);
	next = begin_section(0, false);
	put_buffer_option(buffer, first, second);
	put_pointer(25, 0xffffffffffffu);
	put_pointer(0, 0);
	end_section(next);
	at = begin_section(0, true);
	put_option(5, "Linux", 6);
	put_pointer(19, kallsyms);
	put_pointer(22, text);
	put_pointer(0, next);
	pack_options(at);
	end_section(at);
	store_u64(image.bytes + pointer, at, is_big);
}

static void check_copy(const uint8_t *bytes, size_t size, bool is_big)
{
	const size_t options_at = (size_t)load_u64(bytes + 24, is_big);
	struct tracedat_option option;
	struct tracedat_options options = {.is_big = is_big};
	size_t at = 0;
	char seen[8] = "";
	size_t text_size;
	char *text = tracedat_kallsyms(bytes, size, &text_size);

	assert_memory_equal(bytes + 18, "none\0", 6);
	assert_non_null(text);
	assert_int_equal(text_size, 25);
	free(text);
	options.bytes = (uint8_t *)bytes + options_at + TRACEDAT_SECTION_HEADER;
	options.size = (size_t)load_u64(bytes + options_at + 8, is_big);
	assert_int_equal(options_at + TRACEDAT_SECTION_HEADER + options.size, size);
	while (tracedat_options_next(&options, &at, &option)) {
		const size_t to = option.size >= 8 ? (size_t)load_u64(option.data, is_big) : 0;
		const uint8_t *cpu = option.data + 23;

		seen[strlen(seen)] = (char)('A' + option.id);
		if (option.id == TRACEDAT_BUFFER_TEXT) {
			assert_int_equal(load_u64(bytes + to + 8, is_big), 2 * PAGE);
			assert_int_equal(bytes[to + TRACEDAT_SECTION_HEADER + PAGE], 'y');
		}
		for (int i = 0; option.id == TRACEDAT_BUFFER && i < 3; i++) {
			const size_t data = (size_t)load_u64(cpu + 20 * i + 4, is_big);

			assert_int_equal(data % PAGE, 0);
			assert_int_equal(load_u64(cpu + 20 * i + 12, is_big),
					 i == 1 ? 0 : 2 * PAGE);
			assert_int_equal(bytes[data + PAGE - 1], i == 0 ? 'a' : 'c');
			assert_int_equal(bytes[data + PAGE], i == 0 ? 'b' : 'd');
		}
	}
	assert_string_equal(seen, "FTWDA"); /* 5, 19, 22, 3, 0; not 25 */
}

/* Both byte orders; options in two sections; an empty CPU; data not in the order of the CPUs. */
static void test_all(void **state)
{
	(void)state;
	for (int is_big = 0; is_big < 2; is_big++) {
		struct recording_file copy;
		struct recording_file none;
		struct error err;
		uint8_t *bytes;

		put_all(is_big);
		assert_int_equal(unpack(image.bytes, image.size, &copy, &err), 1);
		bytes = load_all(&copy);
		check_copy(bytes, copy.size, is_big);
		assert_int_equal(unpack(bytes, copy.size, &none, &err), 0);
		free(bytes);
		recording_file_close(&copy);
	}
}

static void test_others(void **state)
{
	static const char *const names[] = {"trace.dat", "trace-v6.dat", "perf.data"};
	static uint8_t bytes[FILE_MAX];
	struct recording_file copy;
	struct error err;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		size_t size = load_recording(names[i], bytes);

		assert_int_equal(unpack(bytes, size, &copy, &err), 0);
	}
	assert_int_equal(unpack(bytes, 0, &copy, &err), 0);
}

static void refused(const char *expected)
{
	struct recording_file copy;
	struct error err;

	assert_int_equal(unpack(image.bytes, image.size, &copy, &err), ERROR_INPUT);
	if (!strstr(err.text, expected)) {
		fail_msg("\"%s\" is not in \"%s\"", expected, err.text);
	}
}

/* Files that are bad in one way each: options in one plain section. */
static void begin_hostile(size_t *ret_kallsyms, size_t *ret_options)
{
	put_beginning(false);
	*ret_kallsyms = put_kallsyms();
	*ret_options = begin_section(0, false);
	store_u64(image.bytes + 30, *ret_options, false);
}

static void test_hostile(void **state)
{
	size_t kallsyms, options;

	(void)state;
	begin_hostile(&kallsyms, &options);
	put_pointer(0, options);
	end_section(options);
	refused("belongs to two parts");
	begin_hostile(&kallsyms, &options);
	put_pointer(19, kallsyms);
	put_pointer(19, kallsyms);
	put_pointer(0, 0);
	end_section(options);
	refused("belongs to two parts");
	begin_hostile(&kallsyms, &options);
	put_pointer(18, kallsyms);
	put_pointer(0, 0);
	end_section(options);
	refused("another section is here");
	begin_hostile(&kallsyms, &options);
	put_pointer(19, UINT64_MAX - 3);
	put_pointer(0, 0);
	end_section(options);
	refused("is cut or damaged: a section");
	begin_hostile(&kallsyms, &options);
	put_pointer(19, kallsyms);
	end_section(options);
	refused("cut or have no end");
	begin_hostile(&kallsyms, &options);
	put_option(19, "", 1);
	put_pointer(0, 0);
	end_section(options);
	refused("cut or have no end");
}

/* A CPU's data said to be in many chunks, or in another's. */
static void test_hostile_cpus(void **state)
{
	size_t kallsyms, options, buffer, cpu;

	(void)state;
	begin_hostile(&kallsyms, &options);
	put_pointer(0, image.size + 14);
	end_section(options);
	buffer = begin_section(3, true);
	cpu = put_cpu('a');
	end_section(buffer);
	store_u64(image.bytes + options + 22, image.size, false);
	options = begin_section(0, false);
	put_buffer_option(buffer, cpu, cpu);
	put_pointer(0, 0);
	end_section(options);
	refused("belongs to two parts");
	store_u32(image.bytes + cpu, UINT32_MAX, false);
	refused("the data of a CPU");
}

static void test_hostile_sizes(void **state)
{
	size_t kallsyms, options;
	uint8_t *sizes;

	(void)state;
	begin_hostile(&kallsyms, &options);
	put_pointer(19, kallsyms);
	put_pointer(0, 0);
	end_section(options);
	sizes = image.bytes + kallsyms + TRACEDAT_SECTION_HEADER;
	sizes[4]++;
	refused("has not the size");
	sizes[4] = (uint8_t)(sizes[4] - 2);
	refused("cannot be unpacked");
	sizes[4]++;
	sizes[0]--;
	refused("ends too early");
	sizes[3] = 0xff;
	refused("longer than its section");
	sizes[3] = 0;
	sizes[0]++;
	sizes[20] ^= 0x10;
	refused("at byte");
}

/* The names of sections, which nobody needs, stand last. */
#define NAMES_SIZE 150u

/* Cut anywhere before them and with any byte turned over: refused, or a copy. */
static void test_damage(void **state)
{
	static uint8_t bytes[FILE_MAX];
	const size_t size = load_recording("trace-zlib.dat", bytes);
	struct recording_file copy;
	struct error err;

	(void)state;
	for (size_t length = 30; length < size - NAMES_SIZE; length += 37) {
		assert_int_equal(unpack(bytes, length, &copy, &err), ERROR_INPUT);
		assert_null(strchr(err.text, '\n'));
	}
	for (size_t at = 24; at < size; at += 41) {
		int result;

		bytes[at] ^= 0x21;
		result = unpack(bytes, size, &copy, &err);
		assert_true(result == 1 || result == ERROR_INPUT);
		if (result == 1) {
			recording_file_close(&copy);
		}
		bytes[at] ^= 0x21;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),	      cmocka_unit_test(test_others),
		cmocka_unit_test(test_hostile),	      cmocka_unit_test(test_hostile_cpus),
		cmocka_unit_test(test_hostile_sizes), cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
