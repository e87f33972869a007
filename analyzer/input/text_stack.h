/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stack traces in trace text: which lines belong to one, and what a frame says.
 *
 *   ftrace (options/stacktrace, the stacktrace trigger), since 2.6.3x:
 *     "            init-1       [000] .....     6.871251: <stack trace>"
 *     " => kmem_cache_free"            " => kmem_cache_free+0x254/0x310" (sym-offset)
 *     " => kmem_cache_free+0x254/0x310 <ffffffffa972a8b4>" (sym-addr)    " => 0" (no address)
 *     "<user stack trace>" and " =>  <000000000047bc67>" are user space: left out
 *   trace-cmd report:
 *     "... kernel_stack:         <stack trace >"    "=> alloc_bprm (ffffffffa976ce42)"
 *   perf script -g:
 *     "\tffffffffa96b70e7 __kmalloc_node+0xa7 ([kernel.kallsyms])", no line of its own before
 *
 * Innermost frame first; the first ones are the tracer's and the allocator's own.
 */
#ifndef ANALYZER_INPUT_TEXT_STACK_H
#define ANALYZER_INPUT_TEXT_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is line[..end) a frame, of kernel or user space? */
bool text_stack_is_frame(const char *line, const char *end);

/*
 * What names the place in a frame's line: "name", "name+0xoff/0xsize" or an address; *ret points
 * into the line. False for frames of user space, and for those that say nothing.
 */
bool text_stack_frame(const char *line, const char *end, const char **ret, size_t *ret_length);

/* Does the line that announces a stack announce one of user space? */
bool text_stack_is_user(const char *line, const char *end);

/* The CPU in the context of an event's line; false where it has none. */
bool text_stack_cpu(const char *line, const char *end, uint32_t *ret);

/* May text name a frame? For the table frames are interned in. */
int text_stack_frame_valid(const char *text, size_t length);

#endif
