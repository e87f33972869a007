/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libarchive, opened at the first input that needs it: see late_library.h.
 */
#ifndef ANALYZER_INPUT_LATE_ARCHIVE_H
#define ANALYZER_INPUT_LATE_ARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#include "analyzer/base/error.h"
#include "analyzer/base/late_library.h"

/* clang-format off */
#define LATE_ARCHIVE(X) \
	X(archive_entry_filetype) \
	X(archive_entry_hardlink) \
	X(archive_entry_pathname) \
	X(archive_entry_pathname_utf8) \
	X(archive_error_string) \
	X(archive_filter_bytes) \
	X(archive_filter_count) \
	X(archive_read_data_block) \
	X(archive_read_free) \
	X(archive_read_new) \
	X(archive_read_next_header) \
	X(archive_read_open) \
	X(archive_read_set_options) \
	X(archive_read_support_filter_bzip2) \
	X(archive_read_support_filter_lz4) \
	X(archive_read_support_filter_lzma) \
	X(archive_read_support_filter_xz) \
	X(archive_read_support_filter_zstd) \
	X(archive_read_support_format_empty) \
	X(archive_read_support_format_raw) \
	X(archive_read_support_format_tar) \
	X(archive_read_support_format_zip_streamable) \
	X(archive_set_error)
/* clang-format on */

LATE_ARCHIVE(LATE_DECLARE)

/* Must have succeeded before any of them is called. ERROR_INPUT: the library is not there. */
int late_archive_load(struct error *err);

#endif
