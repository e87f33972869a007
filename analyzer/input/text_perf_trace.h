/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slab events as `perf trace -e kmem:...` prints them (perf 6.1):
 *
 *   TIME COMM/TID kmem:kmalloc(call_site: -1452862324, ptr: 0xff200e91c5170000, bytes_req: 4096,
 * ...)
 *
 * call_site is the lower half of the address, signed; an argument that is zero is left
 * out, so a free of NULL has no ptr.
 */
#ifndef ANALYZER_INPUT_TEXT_PERF_TRACE_H
#define ANALYZER_INPUT_TEXT_PERF_TRACE_H

#include "analyzer/input/text_line.h"

/* TEXT_LINE_SLAB and *ret; PAGE or OTHER of the kmem group; DAMAGED; FOREIGN: no such line. */
enum text_line_kind text_perf_trace_decode(const char *line, const char *end,
					   struct text_slab *ret);

#endif
