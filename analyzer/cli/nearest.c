/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/nearest.h"

#include <stdint.h>
#include <string.h>

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t word_distance(const char *a, const char *b)
{
	/* Three rows of the table suffice: the two before are for swaps. */
	size_t rows[3][NEAREST_WORD_MAX + 1];
	size_t length_a = strlen(a);
	size_t length_b = strlen(b);

	if (length_a > NEAREST_WORD_MAX || length_b > NEAREST_WORD_MAX) {
		return SIZE_MAX;
	}
	for (size_t j = 0; j <= length_b; j++) {
		rows[0][j] = j;
	}
	for (size_t i = 1; i <= length_a; i++) {
		size_t *now = rows[i % 3];
		const size_t *last = rows[(i + 2) % 3];
		const size_t *before = rows[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= length_b; j++) {
			now[j] = smaller(last[j - 1] + (a[i - 1] != b[j - 1]),
					 smaller(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
				now[j] = smaller(now[j], before[j - 2] + 1);
			}
		}
	}
	return rows[length_a % 3][length_b];
}

int word_is_near(size_t distance, size_t length)
{
	return distance <= 1 || distance <= length / 3;
}
