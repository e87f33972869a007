/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debug info: every address of every unit is resolved; names must be strings, chains bounded. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "elfsyms/debug_info.h"

#define ADDRESS_COUNT 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition)
		abort();
}

static size_t length_of(const char *text)
{
	return text ? strlen(text) : 0;
}

static void place_check(const struct debug_place *place)
{
	size_t names = length_of(place->unit);

	check(place->frame_count <= DEBUG_FRAME_LIMIT);
	for (size_t i = 0; i < place->frame_count; i++) {
		names += length_of(place->frames[i].function);
		names += length_of(place->frames[i].declared);
		names += length_of(place->frames[i].file);
	}
	check(names < SIZE_MAX);
}

/* Addresses of the linked seeds begin at 0x401000, those of modules where sections were laid out.
 */
static void addresses_fill(const struct debug_info *info, uint64_t *addresses)
{
	for (size_t i = 0; i < ADDRESS_COUNT / 2; i++) {
		addresses[i] = UINT64_C(0x401000) + i;
		addresses[ADDRESS_COUNT / 2 + i] = debug_info_section_base(info, i / 8) + i % 8 * 4;
	}
}

static void ask_everything(struct debug_info *info)
{
	struct debug_place places[ADDRESS_COUNT];
	uint64_t addresses[ADDRESS_COUNT];
	struct debug_variable *variables;
	struct debug_facts facts;
	struct elfsyms_error err;
	size_t count;

	addresses_fill(info, addresses);
	check(debug_info_resolve(info, addresses, ADDRESS_COUNT, 1, places, &err) == 0);
	for (size_t i = 0; i < ADDRESS_COUNT; i++) {
		const char *unit = debug_info_unit_of(info, addresses[i]);

		check(length_of(unit) == length_of(places[i].unit));
		place_check(&places[i]);
	}
	check(debug_info_variables(info, 1, &variables, &count, &err) == 0);
	for (size_t i = 0; i < count; i++) {
		check(variables[i].unit);
		check(i == 0 || variables[i - 1].address < variables[i].address);
	}
	free(variables);
	debug_info_facts(info, &facts);
	check(facts.unit_count > 0 && facts.damaged_unit_count <= facts.unit_count);
	check(debug_info_unit_at(info, facts.unit_count - 1) &&
	      !debug_info_unit_at(info, facts.unit_count));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct debug_search search = {.only_directory = true};
	struct elfsyms_error err = {0};
	struct debug_info *info;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	int result;

	check(fd >= 0);
	if (size == 0 || write(fd, data, size) != (ssize_t)size) {
		close(fd);
		return 0;
	}
	result = debug_info_open_fd(fd, "fuzz", &search, &info, &err);
	if (result) {
		check(!info && err.code == result && err.text[0]);
	} else {
		ask_everything(info);
		debug_info_close(info);
	}
	close(fd);
	return 0;
}
