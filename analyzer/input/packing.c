/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/packing.h"

#include <string.h>

struct signature {
	enum packing packing;
	size_t offset;
	size_t length;
	const char *bytes;
};

#define SIGNATURE(packing, offset, bytes)                                                          \
	{                                                                                          \
		packing, offset, sizeof(bytes) - 1, bytes                                          \
	}

static const struct signature signatures[] = {
	SIGNATURE(PACKING_GZIP, 0, "\x1f\x8b"),
	SIGNATURE(PACKING_XZ, 0,
		  "\xfd"
		  "7zXZ\0"),
	SIGNATURE(PACKING_ZSTD, 0, "\x28\xb5\x2f\xfd"),
	/* the magic of its first block, or of the end of an empty stream */
	SIGNATURE(PACKING_BZIP2, 4, "\x31\x41\x59\x26\x53\x59"),
	SIGNATURE(PACKING_BZIP2, 4, "\x17\x72\x45\x38\x50\x90"),
	SIGNATURE(PACKING_LZ4, 0, "\x04\x22\x4d\x18"),
	/* properties of every encoder in use, then a dictionary of 64 KiB or a multiple of it */
	SIGNATURE(PACKING_LZMA, 0, "\x5d\0\0"),
	SIGNATURE(PACKING_TAR, 257, "ustar"),
	SIGNATURE(PACKING_ZIP, 0, "PK\x03\x04"),
	SIGNATURE(PACKING_ZIP, 0, "PK\x05\x06"),
};

enum packing packing_of(const char *bytes, size_t size)
{
	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
		const struct signature *signature = &signatures[i];

		if (size >= signature->offset + signature->length &&
		    memcmp(bytes + signature->offset, signature->bytes, signature->length) == 0 &&
		    (signature->packing != PACKING_BZIP2 || memcmp(bytes, "BZh", 3) == 0)) {
			return signature->packing;
		}
	}
	return PACKING_NONE;
}

const char *packing_name(enum packing packing)
{
	static const char *const names[] = {
		[PACKING_NONE] = "plain", [PACKING_GZIP] = "gzip",   [PACKING_XZ] = "xz",
		[PACKING_ZSTD] = "zstd",  [PACKING_BZIP2] = "bzip2", [PACKING_LZ4] = "lz4",
		[PACKING_LZMA] = "lzma",  [PACKING_TAR] = "tar",     [PACKING_ZIP] = "zip",
	};

	return names[packing];
}
