/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kallsyms text in a trace.dat: libtracecmd reads it, but does not hand it out.
 *
 * Version 6 (trace-cmd.dat.v6(5)) begins as tracing_header.h says. Version 7
 * (trace-cmd.dat.v7(5)):
 *
 *	17 08 44 "tracing"  "7\0"  u8 byte order  u8 size of long  u32 page size
 *	name "\0" version "\0" of the compression ("none", "zstd"; zlib: tracedat_zlib.h)
 *	u64 offset of the first options section
 *
 * A section is {u16 id, u16 flags, u32 name, u64 size} and its data; flag 1: compressed,
 * the data are {u32 compressed size, u32 size, bytes}. The options section (id 0) holds
 * {u16 id, u32 size, data} each: 0 ends it with the u64 offset of the next one or 0, 19 has the
 * u64 offset of the kallsyms section: u32 size, text.
 */
#ifndef ANALYZER_INPUT_TRACEDAT_KALLSYMS_H
#define ANALYZER_INPUT_TRACEDAT_KALLSYMS_H

#include <stddef.h>
#include <stdint.h>

/*
 * file: the whole recording. Returns the text, *ret_size bytes long, for the caller to
 * free(); NULL if there is none, or none that can be found.
 */
char *tracedat_kallsyms(const uint8_t *file, size_t size, size_t *ret_size);

#endif
