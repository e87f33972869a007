/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a trace.dat anew, compressed with zlib: zlib_tracedat IN OUT
 *
 * What `trace-cmd convert --compression zlib` does where trace-cmd was built with zlib. Debian's
 * libtracecmd was not, so it is given here what its own trace-compress-zlib.c gives it; all
 * that is written, is written by libtracecmd.
 *
 *	cc testdata/zlib_tracedat.c $(pkg-config --cflags --libs libtracecmd zlib)
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <trace-cmd.h>
#include <zlib.h>

/* Exported by libtracecmd 3.1.6 and in no header it installs: trace-cmd-private.h. */
struct tracecmd_output;
struct tracecmd_compression_proto {
	int weight;
	const char *name;
	const char *version;
	int (*compress)(void *context, const void *in, int in_bytes, void *out, int out_bytes);
	int (*uncompress)(void *context, const void *in, int in_bytes, void *out, int out_bytes);
	unsigned int (*compress_size)(void *context, unsigned int bytes);
	bool (*is_supported)(const char *name, const char *version);
	void *(*new_context)(void);
	void (*free_context)(void *context);
};
int tracecmd_compress_proto_register(struct tracecmd_compression_proto *proto);
struct tracecmd_input *tracecmd_open_head(const char *file, int flags);
struct tracecmd_output *tracecmd_copy(struct tracecmd_input *input, const char *file, int state,
				      int file_version, const char *compression);
void tracecmd_output_close(struct tracecmd_output *output);

#define STATE_ALL 11 /* TRACECMD_FILE_CPU_FLYRECORD: with the records */

static int pack(void *context, const void *in, int in_bytes, void *out, int out_bytes)
{
	uLongf size = (uLongf)out_bytes;

	(void)context;
	return compress2(out, &size, in, (uLong)in_bytes, Z_BEST_COMPRESSION) == Z_OK ? (int)size
										      : -1;
}

static int unpack(void *context, const void *in, int in_bytes, void *out, int out_bytes)
{
	uLongf size = (uLongf)out_bytes;

	(void)context;
	return uncompress(out, &size, in, (uLong)in_bytes) == Z_OK ? (int)size : -1;
}

static unsigned int bound(void *context, unsigned int bytes)
{
	(void)context;
	return (unsigned int)compressBound(bytes);
}

static bool is_zlib(const char *name, const char *version)
{
	(void)version;
	return name && strcmp(name, "zlib") == 0;
}

int main(int argc, char **argv)
{
	struct tracecmd_compression_proto proto = {
		.weight = 10,
		.name = "zlib",
		.version = zlibVersion(),
		.compress = pack,
		.uncompress = unpack,
		.compress_size = bound,
		.is_supported = is_zlib,
	};
	struct tracecmd_input *input;
	struct tracecmd_output *output;

	if (argc != 3 || tracecmd_compress_proto_register(&proto) != 0) {
		return 2;
	}
	input = tracecmd_open_head(argv[1], 0);
	output = input ? tracecmd_copy(input, argv[2], STATE_ALL, 7, "zlib") : NULL;
	if (!output) {
		fprintf(stderr, "%s: cannot be copied\n", argv[1]);
		return 1;
	}
	tracecmd_output_close(output);
	tracecmd_close(input);
	return 0;
}
