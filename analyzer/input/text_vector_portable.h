/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Vector operations of the fast path in plain C: eight bytes in a 64-bit word.
 *
 * Every text_vector_*.h defines the same functions; bit i of a mask stands for
 * byte i of the 32 bytes looked at.
 */
#ifndef ANALYZER_INPUT_TEXT_VECTOR_H
#define ANALYZER_INPUT_TEXT_VECTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define TEXT_ONES 0x0101010101010101u
#define TEXT_HIGH 0x8080808080808080u

/* The high bit of every byte of mark gathered into eight bits, first byte lowest. */
static inline uint32_t vector_gather(uint64_t mark)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	mark = __builtin_bswap64(mark);
#endif
	return (uint32_t)(((mark >> 7) * 0x0102040810204080u) >> 56);
}

static inline uint64_t vector_word(const char *text)
{
	uint64_t word;

	memcpy(&word, text, sizeof(word));
	return word;
}

/* High bit set in every byte of word that is zero; exact, no carry between bytes. */
static inline uint64_t vector_zero_bytes(uint64_t word)
{
	return ~(((word & ~TEXT_HIGH) + ~TEXT_HIGH) | word | ~TEXT_HIGH);
}

static inline uint32_t vector_equal(const char *text, char wanted)
{
	uint64_t pattern = TEXT_ONES * (unsigned char)wanted;
	uint32_t mask = 0;

	for (unsigned int i = 0; i < 4; i++) {
		mask |= vector_gather(vector_zero_bytes(vector_word(text + 8 * i) ^ pattern))
			<< (8 * i);
	}
	return mask;
}

static inline uint32_t vector_digits(const char *text)
{
	uint32_t mask = 0;

	for (unsigned int i = 0; i < 4; i++) {
		uint64_t word = vector_word(text + 8 * i);
		uint64_t low = word & ~TEXT_HIGH;
		/* byte >= '0' and byte <= '9', both without its high bit, and that bit clear */
		uint64_t above = low + TEXT_ONES * (0x80 - '0');
		uint64_t beyond = low + TEXT_ONES * (0x80 - '9' - 1);

		mask |= vector_gather(above & ~beyond & ~word & TEXT_HIGH) << (8 * i);
	}
	return mask;
}

/* Bytes of text and shape that agree: equal, or a digit where the shape has '0'. */
static inline uint32_t vector_shape(const char *text, const char *shape)
{
	uint32_t mask = vector_digits(text) & vector_equal(shape, '0');

	for (unsigned int i = 0; i < 4; i++) {
		uint64_t difference = vector_word(text + 8 * i) ^ vector_word(shape + 8 * i);

		mask |= vector_gather(vector_zero_bytes(difference)) << (8 * i);
	}
	return mask;
}

/* The first '\n' at or after text; there is one. */
static inline const char *vector_newline(const char *text)
{
	for (;; text += 32) {
		uint32_t mask = vector_equal(text, '\n');

		if (mask) {
			return text + __builtin_ctz(mask);
		}
	}
}

/* The number of 16 hexadecimal digits, or false if they are not. */
static inline bool vector_hex16(const char *text, uint64_t *ret)
{
	uint64_t value = 0;

	for (int i = 0; i < 16; i++) {
		unsigned char c = (unsigned char)text[i];
		unsigned int digit = c - (unsigned int)'0';
		unsigned int letter = (c | 0x20u) - (unsigned int)'a';

		if (digit > 9 && letter > 5) {
			return false;
		}
		value = value << 4 | (digit <= 9 ? digit : letter + 10);
	}
	*ret = value;
	return true;
}

#endif
