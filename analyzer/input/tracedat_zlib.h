/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace.dat compressed with zlib, made into one that is not compressed.
 *
 * trace-cmd built without libzstd compresses with zlib; libtracecmd, where it was built
 * without zlib (Debian's), cannot read that. So the file is written anew, section by
 * section, with the compression "none", which every libtracecmd reads.
 *
 * The format is that of trace-cmd.dat.v7(5) and of trace-cmd's trace-output.c and
 * trace-input.c (3.1.6); tracedat_kallsyms.h tells how the file begins and what a section and
 * an option are. Beside that:
 *
 *	compressed section	u32 compressed size, u32 size, one zlib stream (RFC 1950)
 *	trace data of one CPU,	u32 count of chunks, and that many of the above
 *	or as text (22)
 *	options 16 to 22	begin with the u64 offset of the section with the same id
 *	option 3, a buffer	u64 offset of its section (3), name "\0", clock "\0", u32
 *				page size, u32 count, and for each CPU {u32 CPU, u64 offset,
 *				u64 size} of its data in the file, compressed or not as the
 *				section's flag says (the page size is not in the manual page)
 *
 * Of compressed data trace-cmd 3.1.6 gives a size without the count of chunks; only whether it
 * is 0 counts, as in libtracecmd: how long the data are, the chunks tell.
 *
 * All sections of options become one, the last thing in the copy. Where a section or data came
 * to stand is written into the option that points to it. Data of CPUs begin at a multiple of
 * the page size, as libtracecmd maps them. Options unknown to trace-cmd 3.1.6 (23 and more) and
 * the names of sections are left out: they may point anywhere, and no account needs them.
 *
 * Hostile files: every offset and size is checked against the file, and that no two parts
 * of it overlap, before anything is written: no byte is unpacked twice, so a copy is at most
 * 1032 times as long as the file (what zlib can do). Sizes that were stored must be those that
 * come out. Memory is that of the options: TRACEDAT_ZLIB_OPTIONS_MAX, twice at most, and as much
 * again for the list of parts; the rest is streamed.
 */
#ifndef ANALYZER_INPUT_TRACEDAT_ZLIB_H
#define ANALYZER_INPUT_TRACEDAT_ZLIB_H

#include "analyzer/base/error.h"
#include "analyzer/input/recording_file.h"

/* Bytes of all options; they hold a line for each mapping of a traced process, for instance. */
#define TRACEDAT_ZLIB_OPTIONS_MAX (64u << 20)

/*
 * 1: ret is the copy, an unlinked temporary file the caller closes; 0: file is not version 7
 * with zlib, ret is not touched; or ERROR_INPUT, with the offset in the file. file's
 * name must outlive ret.
 */
int tracedat_zlib_unpack(const struct recording_file *file, struct recording_file *ret,
			 struct error *err);

#endif
