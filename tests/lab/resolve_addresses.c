/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * resolve_addresses FILE: hexadecimal addresses from standard input; for each the
 * chain of functions around it as `addr2line -a -i -f` prints it, for comparison with that.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "elfsyms/debug_info.h"

#define ADDRESSES_MAX 65536

static uint64_t addresses[ADDRESSES_MAX];
static struct debug_place places[ADDRESSES_MAX];

static size_t addresses_read(void)
{
	char line[64];
	size_t count = 0;

	while (count < ADDRESSES_MAX && fgets(line, sizeof(line), stdin)) {
		addresses[count++] = strtoull(line, NULL, 16);
	}
	return count;
}

static void place_print(uint64_t address, const struct debug_place *place)
{
	printf("0x%016" PRIx64 "\n", address);
	if (place->frame_count == 0) {
		printf("??\n??:0\n");
	}
	for (size_t i = 0; i < place->frame_count; i++) {
		const struct debug_frame *frame = &place->frames[i];

		printf("%s\n%s:%" PRIu32 "\n", frame->function ? frame->function : "??",
		       frame->file ? frame->file : "??", frame->line);
	}
}

int main(int argc, char **argv)
{
	struct debug_search search = {0};
	struct elfsyms_error err = {.text = "FILE is missing"};
	struct debug_info *info = NULL;
	size_t count = addresses_read();

	if (argc != 2 || debug_info_open(argv[1], &search, &info, &err) < 0 ||
	    debug_info_resolve(info, addresses, count, 0, places, &err) < 0) {
		fprintf(stderr, "resolve_addresses: %s\n", err.text);
		debug_info_close(info);
		return 1;
	}
	for (size_t i = 0; i < count; i++) {
		place_print(addresses[i], &places[i]);
	}
	debug_info_close(info);
	return 0;
}
