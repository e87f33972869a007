/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * resolve_addresses FILE: hexadecimal addresses from standard input; for each the
 * chain of functions around it as `addr2line -a -i -f` prints it, for comparison with that.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "elfsyms/debug_info.h"

static size_t addresses_read(uint64_t **ret)
{
	size_t capacity = 1024;
	size_t count = 0;
	uint64_t *addresses = malloc(capacity * sizeof(*addresses));

	while (addresses && scanf("%" SCNx64, &addresses[count]) == 1) {
		if (++count == capacity) {
			capacity *= 2;
			addresses = realloc(addresses, capacity * sizeof(*addresses));
		}
	}
	*ret = addresses;
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
	struct elfsyms_error err;
	struct debug_info *info;
	struct debug_place *places;
	uint64_t *addresses;
	size_t count = addresses_read(&addresses);

	places = calloc(count + 1, sizeof(*places));
	if (argc != 2 || !addresses || !places ||
	    debug_info_open(argv[1], &search, &info, &err) < 0) {
		fprintf(stderr, "resolve_addresses: %s\n",
			argc == 2 ? err.text : "FILE is missing");
		return 1;
	}
	if (debug_info_resolve(info, addresses, count, 0, places, &err) < 0) {
		fprintf(stderr, "resolve_addresses: %s\n", err.text);
		return 1;
	}
	for (size_t i = 0; i < count; i++) {
		place_print(addresses[i], &places[i]);
	}
	debug_info_close(info);
	free(places);
	free(addresses);
	return 0;
}
