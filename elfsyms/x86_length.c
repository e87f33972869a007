/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elfsyms/x86_length.h"

#include <stdint.h>

#define LENGTH_MAX 15

/* What follows an opcode, as bits. */
enum {
	MODRM = 1,
	BYTE = 2,     /* 8 bits of immediate or distance */
	WORD = 4,     /* 16 bits */
	FULL = 8,     /* 32 bits, or 16 with the operand-size prefix */
	WIDE = 16,    /* as FULL, or 64 bits with REX.W: mov */
	ADDRESS = 32, /* as long as an address: moffs */
	GROUP3 = 64,  /* immediate only for /0 and /1: test */
	NEAR = 128,   /* 32 bits; on 32 bits 16 with the operand-size prefix */
};

/* Opcodes 40 to ff of the one-byte map; 00 to 3f follow a pattern. */
static const uint8_t one_byte[256 - 0x40] = {
	[0x62 - 0x40] = MODRM,
	[0x63 - 0x40] = MODRM,
	[0x68 - 0x40] = FULL,
	[0x69 - 0x40] = MODRM | FULL,
	[0x6a - 0x40] = BYTE,
	[0x6b - 0x40] = MODRM | BYTE,
	[0x70 - 0x40 ... 0x7f - 0x40] = BYTE,
	[0x80 - 0x40] = MODRM | BYTE,
	[0x81 - 0x40] = MODRM | FULL,
	[0x82 - 0x40] = MODRM | BYTE,
	[0x83 - 0x40] = MODRM | BYTE,
	[0x84 - 0x40 ... 0x8f - 0x40] = MODRM,
	[0x9a - 0x40] = FULL | WORD,
	[0xa0 - 0x40 ... 0xa3 - 0x40] = ADDRESS,
	[0xa8 - 0x40] = BYTE,
	[0xa9 - 0x40] = FULL,
	[0xb0 - 0x40 ... 0xb7 - 0x40] = BYTE,
	[0xb8 - 0x40 ... 0xbf - 0x40] = WIDE,
	[0xc0 - 0x40 ... 0xc1 - 0x40] = MODRM | BYTE,
	[0xc2 - 0x40] = WORD,
	[0xc4 - 0x40 ... 0xc5 - 0x40] = MODRM,
	[0xc6 - 0x40] = MODRM | BYTE,
	[0xc7 - 0x40] = MODRM | FULL,
	[0xc8 - 0x40] = WORD | BYTE,
	[0xca - 0x40] = WORD,
	[0xcd - 0x40] = BYTE,
	[0xd0 - 0x40 ... 0xd3 - 0x40] = MODRM,
	[0xd4 - 0x40 ... 0xd5 - 0x40] = BYTE,
	[0xd8 - 0x40 ... 0xdf - 0x40] = MODRM,
	[0xe0 - 0x40 ... 0xe7 - 0x40] = BYTE,
	[0xe8 - 0x40 ... 0xe9 - 0x40] = NEAR,
	[0xea - 0x40] = FULL | WORD,
	[0xeb - 0x40] = BYTE,
	[0xf6 - 0x40] = MODRM | BYTE | GROUP3,
	[0xf7 - 0x40] = MODRM | FULL | GROUP3,
	[0xfe - 0x40 ... 0xff - 0x40] = MODRM,
};

static unsigned int one_byte_follows(unsigned char opcode)
{
	static const uint8_t arithmetic[8] = {MODRM, MODRM, MODRM, MODRM, BYTE, FULL, 0, 0};

	return opcode < 0x40 ? arithmetic[opcode & 7] : one_byte[opcode - 0x40];
}

/* Opcodes behind 0f; legacy and VEX encodings alike. */
static unsigned int two_byte_follows(unsigned char opcode)
{
	if (opcode >= 0x80 && opcode <= 0x8f) {
		return NEAR;
	}
	if ((opcode >= 0x05 && opcode <= 0x09) || opcode == 0x0b || opcode == 0x0e ||
	    (opcode >= 0x30 && opcode <= 0x37) || opcode == 0x77 ||
	    (opcode >= 0xa0 && opcode <= 0xa2) || (opcode >= 0xa8 && opcode <= 0xaa) ||
	    (opcode >= 0xc8 && opcode <= 0xcf)) {
		return 0;
	}
	if (opcode == 0x0f || (opcode >= 0x70 && opcode <= 0x73) || opcode == 0xa4 ||
	    opcode == 0xac || opcode == 0xba || opcode == 0xc2 ||
	    (opcode >= 0xc4 && opcode <= 0xc6)) {
		return MODRM | BYTE;
	}
	return MODRM;
}

struct reader {
	const unsigned char *bytes;
	size_t size;
	size_t at; /* may run past size: checked once at the end */
	bool is_64bit;
	bool operand_prefix, address_prefix, rex_w;
};

static unsigned char byte_at(const struct reader *reader, size_t at)
{
	return at < reader->size ? reader->bytes[at] : 0;
}

static bool is_prefix(unsigned char byte)
{
	switch (byte) {
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
	case 0x64:
	case 0x65:
	case 0x66:
	case 0x67:
	case 0xf0:
	case 0xf2:
	case 0xf3:
		return true;
	default:
		return false;
	}
}

static void prefixes_pass(struct reader *reader)
{
	for (; reader->at < LENGTH_MAX && is_prefix(byte_at(reader, reader->at)); reader->at++) {
		reader->operand_prefix |= byte_at(reader, reader->at) == 0x66;
		reader->address_prefix |= byte_at(reader, reader->at) == 0x67;
	}
	if (reader->is_64bit && (byte_at(reader, reader->at) & 0xf0) == 0x40) {
		reader->rex_w = byte_at(reader, reader->at) & 8;
		reader->at++;
	}
}

/* Bytes of VEX or EVEX in front of the opcode; 0: none. On 32 bits they are les, lds and bound
 * unless what would be ModR/M names a register. */
static unsigned int vector_prefix(const struct reader *reader, unsigned int *map)
{
	unsigned char first = byte_at(reader, reader->at);
	unsigned char second = byte_at(reader, reader->at + 1);

	if ((first != 0xc4 && first != 0xc5 && first != 0x62) ||
	    (!reader->is_64bit && second < 0xc0)) {
		return 0;
	}
	*map = first == 0xc5 ? 1 : second & (first == 0x62 ? 7 : 31);
	return first == 0xc5 ? 2 : first == 0xc4 ? 3 : 4;
}

/* Passes the opcode; returns what follows it. */
static unsigned int opcode_pass(struct reader *reader)
{
	unsigned int map = 0;
	unsigned int vector = vector_prefix(reader, &map);
	unsigned char opcode;

	reader->at += vector;
	if (!vector && byte_at(reader, reader->at) == 0x0f) {
		reader->at++;
		map = byte_at(reader, reader->at) == 0x38   ? 2
		      : byte_at(reader, reader->at) == 0x3a ? 3
							    : 1;
		reader->at += map != 1;
	}
	opcode = byte_at(reader, reader->at);
	reader->at++;
	switch (map) {
	case 0:
		return one_byte_follows(opcode);
	case 1:
		return two_byte_follows(opcode);
	case 3:
		return MODRM | BYTE;
	default:
		return MODRM;
	}
}

/* Passes ModR/M, SIB and displacement. */
static void modrm_pass(struct reader *reader)
{
	unsigned char modrm = byte_at(reader, reader->at);
	unsigned int mode = modrm >> 6;
	unsigned int base = modrm & 7;
	bool is_16bit = !reader->is_64bit && reader->address_prefix;

	reader->at++;
	if (mode == 3) {
		return;
	}
	if (is_16bit) {
		reader->at += mode == 1 ? 1 : mode == 2 || base == 6 ? 2 : 0;
		return;
	}
	if (base == 4) {
		base = byte_at(reader, reader->at) & 7;
		reader->at++;
	}
	reader->at += mode == 1 ? 1 : mode == 2 || base == 5 ? 4 : 0;
}

static void immediate_pass(struct reader *reader, unsigned int follows)
{
	unsigned int full = reader->operand_prefix && !reader->rex_w ? 2 : 4;

	if (follows & BYTE) {
		reader->at += 1;
	}
	if (follows & WORD) {
		reader->at += 2;
	}
	if (follows & FULL) {
		reader->at += full;
	}
	if (follows & WIDE) {
		reader->at += reader->rex_w ? 8 : full;
	}
	if (follows & NEAR) {
		reader->at += reader->is_64bit ? 4 : full;
	}
	if (follows & ADDRESS) {
		unsigned int width = reader->is_64bit ? 8 : 4;

		reader->at += reader->address_prefix ? width / 2 : width;
	}
}

bool x86_instruction_measure(const unsigned char *bytes, size_t size, bool is_64bit,
			     struct x86_instruction *ret)
{
	struct reader reader = {.bytes = bytes, .size = size, .is_64bit = is_64bit};
	unsigned int follows;

	prefixes_pass(&reader);
	ret->opcode = (unsigned int)reader.at;
	follows = opcode_pass(&reader);
	if (follows & MODRM) {
		bool has_immediate = (byte_at(&reader, reader.at) >> 3 & 7) < 2;

		modrm_pass(&reader);
		if ((follows & GROUP3) && !has_immediate) {
			follows = 0;
		}
	}
	immediate_pass(&reader, follows);
	ret->length = (unsigned int)reader.at;
	return reader.at <= size && reader.at <= LENGTH_MAX;
}
