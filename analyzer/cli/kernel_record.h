/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the reports say of a kernel tree, taken from the tree and its vmlinux.
 */
#ifndef ANALYZER_CLI_KERNEL_RECORD_H
#define ANALYZER_CLI_KERNEL_RECORD_H

#include <stdbool.h>

#include "analyzer/attribute/kernel_tree.h"
#include "analyzer/report/record.h"

/*
 * path is borrowed. vmlinux is opened only if it is asked about: the banner costs a walk
 * over its symbols. A vmlinux that cannot be read leaves its members unknown.
 */
void kernel_record_fill(const struct kernel_tree *tree, const char *path, bool ask_vmlinux,
			struct kernel_record *ret);

#endif
