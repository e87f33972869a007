/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "Did you mean": how far one short word is from another.
 */
#ifndef ANALYZER_CLI_NEAREST_H
#define ANALYZER_CLI_NEAREST_H

#include <stddef.h>

/* Longer words are never near. */
#define NEAREST_WORD_MAX 63

/*
 * The number of characters to insert, drop, change or swap with the next one to turn a
 * into b (optimal string alignment). SIZE_MAX when one is longer than NEAREST_WORD_MAX.
 */
size_t word_distance(const char *a, const char *b);

/* Is distance small enough to offer for a word of this length? */
int word_is_near(size_t distance, size_t length);

#endif
