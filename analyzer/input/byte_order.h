/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of binary recordings, in the byte order of the machine that recorded.
 *
 * Sizes are the caller's to check: these only load and store.
 */
#ifndef ANALYZER_INPUT_BYTE_ORDER_H
#define ANALYZER_INPUT_BYTE_ORDER_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t load_u16(const uint8_t *bytes, bool is_big)
{
	uint16_t value;

	memcpy(&value, bytes, sizeof(value));
	return is_big ? be16toh(value) : le16toh(value);
}

static inline uint32_t load_u32(const uint8_t *bytes, bool is_big)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return is_big ? be32toh(value) : le32toh(value);
}

static inline uint64_t load_u64(const uint8_t *bytes, bool is_big)
{
	uint64_t value;

	memcpy(&value, bytes, sizeof(value));
	return is_big ? be64toh(value) : le64toh(value);
}

static inline void store_u16(uint8_t *bytes, uint16_t value, bool is_big)
{
	value = is_big ? htobe16(value) : htole16(value);
	memcpy(bytes, &value, sizeof(value));
}

static inline void store_u32(uint8_t *bytes, uint32_t value, bool is_big)
{
	value = is_big ? htobe32(value) : htole32(value);
	memcpy(bytes, &value, sizeof(value));
}

static inline void store_u64(uint8_t *bytes, uint64_t value, bool is_big)
{
	value = is_big ? htobe64(value) : htole64(value);
	memcpy(bytes, &value, sizeof(value));
}

#endif
