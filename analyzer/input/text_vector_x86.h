/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Vector operations of the fast path for x86: SSE2, AVX2 or AVX-512BW, whatever the
 * including file is compiled for. The contract is text_vector_portable.h's.
 */
#ifndef ANALYZER_INPUT_TEXT_VECTOR_H
#define ANALYZER_INPUT_TEXT_VECTOR_H

#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline __m128i vector_load16(const char *text)
{
	return _mm_loadu_si128((const __m128i *)(const void *)text);
}

#ifdef __AVX2__

static inline __m256i vector_load32(const char *text)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)text);
}

static inline uint32_t vector_equal(const char *text, char wanted)
{
	return (uint32_t)_mm256_movemask_epi8(
		_mm256_cmpeq_epi8(vector_load32(text), _mm256_set1_epi8(wanted)));
}

static inline uint32_t vector_digits(const char *text)
{
	__m256i value = _mm256_sub_epi8(vector_load32(text), _mm256_set1_epi8('0'));

	return (uint32_t)_mm256_movemask_epi8(
		_mm256_cmpeq_epi8(_mm256_min_epu8(value, _mm256_set1_epi8(9)), value));
}

static inline uint32_t vector_shape(const char *text, const char *shape)
{
	__m256i bytes = vector_load32(text);
	__m256i value = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
	__m256i digit = _mm256_cmpeq_epi8(_mm256_min_epu8(value, _mm256_set1_epi8(9)), value);

	bytes = _mm256_blendv_epi8(bytes, _mm256_set1_epi8('0'), digit);
	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, vector_load32(shape)));
}

#else

static inline uint32_t vector_equal(const char *text, char wanted)
{
	__m128i pattern = _mm_set1_epi8(wanted);
	int low = _mm_movemask_epi8(_mm_cmpeq_epi8(vector_load16(text), pattern));
	int high = _mm_movemask_epi8(_mm_cmpeq_epi8(vector_load16(text + 16), pattern));

	return (uint32_t)low | (uint32_t)high << 16;
}

static inline uint32_t vector_digits16(const char *text)
{
	__m128i value = _mm_sub_epi8(vector_load16(text), _mm_set1_epi8('0'));

	return (uint32_t)_mm_movemask_epi8(
		_mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value));
}

static inline uint32_t vector_digits(const char *text)
{
	return vector_digits16(text) | vector_digits16(text + 16) << 16;
}

static inline uint32_t vector_shape16(const char *text, const char *shape)
{
	__m128i bytes = vector_load16(text);
	__m128i value = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
	__m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value);

	bytes = _mm_or_si128(_mm_andnot_si128(digit, bytes),
			     _mm_and_si128(digit, _mm_set1_epi8('0')));
	return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, vector_load16(shape)));
}

static inline uint32_t vector_shape(const char *text, const char *shape)
{
	return vector_shape16(text, shape) | vector_shape16(text + 16, shape + 16) << 16;
}

#endif

#ifdef __AVX512BW__

static inline const char *vector_newline(const char *text)
{
	for (;; text += 64) {
		__m512i bytes = _mm512_loadu_si512((const void *)text);
		uint64_t mask = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n'));

		if (mask) {
			return text + __builtin_ctzll(mask);
		}
	}
}

#else

static inline const char *vector_newline(const char *text)
{
	for (;; text += 32) {
		uint32_t mask = vector_equal(text, '\n');

		if (mask) {
			return text + __builtin_ctz(mask);
		}
	}
}

#endif

static inline bool vector_hex16(const char *text, uint64_t *ret)
{
	__m128i bytes = vector_load16(text);
	__m128i digit = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
	__m128i letter = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
	__m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
	__m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter);
	__m128i nibble =
		_mm_or_si128(_mm_and_si128(is_digit, digit),
			     _mm_and_si128(is_letter, _mm_add_epi8(letter, _mm_set1_epi8(10))));
	/* every 16-bit lane holds a high nibble below a low one: swap and join them */
	__m128i joined =
		_mm_and_si128(_mm_or_si128(_mm_slli_epi16(nibble, 4), _mm_srli_epi16(nibble, 8)),
			      _mm_set1_epi16(0xff));
	uint64_t packed;

	if (_mm_movemask_epi8(_mm_or_si128(is_digit, is_letter)) != 0xffff) {
		return false;
	}
	_mm_storel_epi64((__m128i *)(void *)&packed, _mm_packus_epi16(joined, joined));
	*ret = __builtin_bswap64(packed);
	return true;
}

#endif
