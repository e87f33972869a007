/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The heap on huge pages.
 *
 * A run of this program is short and touches nearly all of its memory once: the first touch
 * of each page is a fault, and in a virtual machine whose host takes unused memory back a
 * fault costs 10 to 30 microseconds, more than all the work on the page. On huge pages
 * there are 512 times fewer.
 *
 * What it costs: up to 2 MiB of resident memory more, and address space that is never used
 * (a limit on it, ulimit -v, only makes the call do nothing).
 */
#ifndef ANALYZER_CLI_HEAP_H
#define ANALYZER_CLI_HEAP_H

/*
 * Once, before there are threads. Nothing depends on it: where the kernel has no transparent
 * huge pages, or the C library is not glibc, memory is what it ever was. Buffers of which most is
 * never touched come from sparse_alloc (analyzer/base/sparse.h).
 */
void heap_prepare(void);

#endif
