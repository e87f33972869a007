/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Vector operations of the fast path for AArch64 (NEON). The contract is
 * text_vector_portable.h's.
 */
#ifndef ANALYZER_INPUT_TEXT_VECTOR_H
#define ANALYZER_INPUT_TEXT_VECTOR_H

#include <arm_neon.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint8x16_t vector_load16(const char *text)
{
	return vld1q_u8((const uint8_t *)text);
}

/* Bit i set where byte i of the two comparisons is all ones. */
static inline uint32_t vector_gather(uint8x16_t low, uint8x16_t high)
{
	static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128,
					    1, 2, 4, 8, 16, 32, 64, 128};
	uint8x16_t weight = vld1q_u8(weights);
	uint8x16_t sums = vpaddq_u8(vandq_u8(low, weight), vandq_u8(high, weight));

	sums = vpaddq_u8(sums, sums);
	sums = vpaddq_u8(sums, sums);
	return vgetq_lane_u32(vreinterpretq_u32_u8(sums), 0);
}

static inline uint32_t vector_equal(const char *text, char wanted)
{
	uint8x16_t pattern = vdupq_n_u8((uint8_t)wanted);

	return vector_gather(vceqq_u8(vector_load16(text), pattern),
			     vceqq_u8(vector_load16(text + 16), pattern));
}

static inline uint8x16_t vector_digits16(const char *text)
{
	return vcleq_u8(vsubq_u8(vector_load16(text), vdupq_n_u8('0')), vdupq_n_u8(9));
}

static inline uint32_t vector_digits(const char *text)
{
	return vector_gather(vector_digits16(text), vector_digits16(text + 16));
}

static inline uint8x16_t vector_shape16(const char *text, const char *shape)
{
	uint8x16_t bytes = vbslq_u8(vector_digits16(text), vdupq_n_u8('0'), vector_load16(text));

	return vceqq_u8(bytes, vector_load16(shape));
}

static inline uint32_t vector_shape(const char *text, const char *shape)
{
	return vector_gather(vector_shape16(text, shape), vector_shape16(text + 16, shape + 16));
}

static inline const char *vector_newline(const char *text)
{
	for (;; text += 32) {
		uint32_t mask = vector_equal(text, '\n');

		if (mask) {
			return text + __builtin_ctz(mask);
		}
	}
}

static inline bool vector_hex16(const char *text, uint64_t *ret)
{
	uint8x16_t bytes = vector_load16(text);
	uint8x16_t digit = vsubq_u8(bytes, vdupq_n_u8('0'));
	uint8x16_t letter = vsubq_u8(vorrq_u8(bytes, vdupq_n_u8(0x20)), vdupq_n_u8('a'));
	uint8x16_t is_digit = vcleq_u8(digit, vdupq_n_u8(9));
	uint8x16_t is_letter = vcleq_u8(letter, vdupq_n_u8(5));
	uint8x16_t nibble = vorrq_u8(vandq_u8(is_digit, digit),
				     vandq_u8(is_letter, vaddq_u8(letter, vdupq_n_u8(10))));
	uint16x8_t pairs = vreinterpretq_u16_u8(nibble);
	uint8x8_t packed = vmovn_u16(vorrq_u16(vshlq_n_u16(pairs, 4), vshrq_n_u16(pairs, 8)));

	if (vminvq_u8(vorrq_u8(is_digit, is_letter)) == 0) {
		return false;
	}
	*ret = __builtin_bswap64(vget_lane_u64(vreinterpret_u64_u8(packed), 0));
	return true;
}

#endif
