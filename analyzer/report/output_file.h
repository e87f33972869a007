/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Result files that appear whole or not at all.
 *
 * A set holds every output of one run. output_set_open makes a temporary file
 * ".NAME.XXXXXX" beside the target, so that an unwritable folder is noticed before
 * the long work, not after it. output_set_commit first flushes and closes all of
 * them (a full disk shows here at the latest), then renames all. A set released
 * without commit leaves every target as it was.
 *
 * Targets that cannot be replaced are written directly: "-" and /dev/stdout are
 * standard output, /dev/fd/N is that descriptor, an existing pipe or device is
 * opened. A symbolic link is followed: its target is replaced, the link stays. An
 * existing file keeps its mode, and its owner where that is permitted; one that may
 * not be written is not replaced.
 *
 * Only one thread may open, commit and release; signals may come at any time.
 */
#ifndef ANALYZER_REPORT_OUTPUT_FILE_H
#define ANALYZER_REPORT_OUTPUT_FILE_H

#include <stddef.h>
#include <stdio.h>

#include "analyzer/base/error.h"

struct output_file;

struct output_set {
	struct output_file *first;
};

void output_set_init(struct output_set *set);

/* Closes what is open and removes the temporary files that were not committed. */
void output_set_release(struct output_set *set);

/*
 * Prepares path for writing. ERROR_OUTPUT when it cannot be written, ERROR_USAGE when
 * another output of the set goes to the same place.
 */
int output_set_open(struct output_set *set, const char *path, struct output_file **ret,
		    struct error *err);

/*
 * Where to write. Write errors need no check: the first one and its reason are kept, and
 * output_set_commit reports them. Owned by the set; do not close it.
 */
FILE *output_file_stream(const struct output_file *file);

/*
 * Finishes one output early, which then takes no more bytes and holds no descriptor; it becomes
 * visible with the others. For sets of many. ERROR_OUTPUT if it could not be written.
 */
int output_file_finish(struct output_file *file, struct error *err);

/* Finishes every output, then makes all of them visible. ERROR_OUTPUT names the one that failed. */
int output_set_commit(struct output_set *set, struct error *err);

/*
 * Removes the temporary files of all sets of this process. Async-signal-safe: for the
 * handler of SIGINT, SIGTERM and SIGHUP, which then ends the process.
 */
void output_files_abandon(void);

#endif
