/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kbuild writes down about a build, as text already in memory.
 *
 * .X.cmd (beside X, all versions): one line "cmd_PATH := COMMAND", since 6.2
 *   "savedcmd_PATH := COMMAND"; other lines follow and do not matter here. A
 *   composite object and a module are relocatable links:
 *     cmd_fs/ext2/ext2.o := ld -m elf_x86_64 -r -o fs/ext2/ext2.o fs/ext2/balloc.o fs/ext2/dir.o
 *     savedcmd_fs/romfs/romfs.o := ld -m elf_x86_64 -r -o fs/romfs/romfs.o @fs/romfs/romfs.mod ;
 * objtool ... cmd_crypto/ccm.ko := ld -r -m elf_i386 -T ./scripts/module-common.lds -o
 * crypto/ccm.ko crypto/ccm.o crypto/ccm.mod.o and so is a built-in.o before thin archives (4.13).
 * M.mod (beside the module since 5.3, .tmp_versions/M.mod before): member objects
 *   separated by blanks or newlines; up to 5.3 a line with the .ko comes first; up to 5.18 a
 *   line of undefined symbols follows (CONFIG_TRIM_UNUSED_KSYMS).
 * modules.order: one module a line, "kernel/fs/ext2/ext2.ko" up to 5.2, "fs/ext2/ext2.ko"
 *   up to 6.2, "fs/ext2/ext2.o" since.
 *
 * The readers know the text only: whether a path exists is the caller's business.
 */
#ifndef ANALYZER_ATTRIBUTE_BUILD_CMD_H
#define ANALYZER_ATTRIBUTE_BUILD_CMD_H

#include <stdbool.h>
#include <stddef.h>

/* A nonzero result stops and is handed on. word is NUL-terminated, valid during the call. */
typedef int (*build_word_visit)(const char *word, size_t length, void *context);

/*
 * The inputs of the relocatable link that a .cmd file's first line saved: words
 * ending in .o or .a, and "@file" response files, in order, without the output.
 * *is_link tells whether the command is such a link at all (a compilation isn't).
 */
int build_cmd_inputs(const char *text, size_t size, bool *is_link, build_word_visit visit,
		     void *context);

/* The members a .mod file (or a response file of ld) lists: words ending in .o or .a. */
int build_mod_members(const char *text, size_t size, build_word_visit visit, void *context);

/* The modules of modules.order, without their .ko or .o suffix. */
int build_order_modules(const char *text, size_t size, build_word_visit visit, void *context);

#endif
