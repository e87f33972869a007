/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Showing a file with whatever the user's desktop shows such files with.
 */
#ifndef ANALYZER_CLI_VIEWER_H
#define ANALYZER_CLI_VIEWER_H

#include <stddef.h>
#include <stdio.h>

#include "analyzer/base/error.h"

/*
 * A new file "trace_analyze-XXXXXX" + ending in $TMPDIR (/tmp), readable by the user only;
 * its name goes to path.
 */
int viewer_file_create(const char *ending, char *path, size_t size, FILE **ret, struct error *err);

/* Closes it; on ERROR_OUTPUT it is removed. */
int viewer_file_finish(const char *path, FILE *out, struct error *err);

/*
 * Starts the first of xdg-open and sensible-browser that is there and succeeds, waits
 * until it returns (they do when the file is handed over), and keeps its output off
 * standard output. ERROR_OUTPUT when none could show the file.
 */
int viewer_show(const char *path, struct error *err);

#endif
