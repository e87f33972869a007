/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which function of an inlined chain is to blame for an allocation: the innermost
 * one that isn't an allocator wrapper. Wrappers are recognised by the file that
 * declares them: whatever include/linux/slab.h inlines into its callers is the
 * allocator's. Of headers that serve other purposes too, single functions count.
 */
#ifndef ANALYZER_ATTRIBUTE_SITE_BLAME_H
#define ANALYZER_ATTRIBUTE_SITE_BLAME_H

#include <stdbool.h>
#include <stddef.h>

#include "elfsyms/debug_info.h"

/* declared: path relative to the source, or any path that ends so; either may be NULL. */
bool function_is_wrapper(const char *function, const char *declared);

/*
 * Index of the frame to blame. The last one, the function itself, is taken where all
 * are wrappers; 0 for an empty chain.
 */
size_t frames_blame(const struct debug_frame *frames, size_t count);

#endif
