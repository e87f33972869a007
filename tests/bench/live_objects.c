/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace of N objects that stay live, as 6.1 prints it, for tests/bench/growth.py.
 *
 *   live_objects N > LOG
 *
 * Pointers are 64 bytes apart, as a kmalloc-64 cache would hand them out, in an order
 * that visits memory as unevenly as a hash does; 256 call sites take turns.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	uint64_t count = argc == 2 ? strtoull(argv[1], NULL, 10) : 0;

	if (count == 0) {
		fprintf(stderr, "usage: live_objects N\n");
		return EXIT_FAILURE;
	}
	for (uint64_t i = 0; i < count; i++) {
		uint64_t place = (i * 0x9e3779b1u) & 0xffffffffu; /* odd: a permutation */

		printf("            init-1       [000] .....  %3" PRIu64 ".%06" PRIu64
		       ": kmalloc: call_site=allocate_object_%02" PRIx64
		       "+0x2b/0x80 ptr=ff11%012" PRIx64
		       " bytes_req=40 bytes_alloc=64 gfp_flags=GFP_KERNEL node=-1 "
		       "accounted=false\n",
		       i / 1000000 % 1000, i % 1000000, i & 255, place * 64);
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
