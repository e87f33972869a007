/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libtracecmd, and libtraceevent on which it stands, opened at the first trace.dat: see
 * late_library.h.
 */
#ifndef ANALYZER_INPUT_LATE_TRACECMD_H
#define ANALYZER_INPUT_LATE_TRACECMD_H

#include <trace-cmd/trace-cmd.h>
#include <traceevent/event-parse.h>

#include "analyzer/base/error.h"
#include "analyzer/base/late_library.h"

/* clang-format off */
#define LATE_TRACECMD(X) \
	X(tep_data_comm_from_pid) \
	X(tep_data_pid) \
	X(tep_find_event) \
	X(tep_find_field) \
	X(tep_get_long_size) \
	X(tep_is_file_bigendian) \
	X(tep_set_loglevel) \
	X(tracecmd_buffer_instance_handle) \
	X(tracecmd_buffer_instances) \
	X(tracecmd_close) \
	X(tracecmd_get_tep) \
	X(tracecmd_iterate_events) \
	X(tracecmd_iterate_events_multi) \
	X(tracecmd_open_fd) \
	X(tracecmd_set_loglevel)
/* clang-format on */

LATE_TRACECMD(LATE_DECLARE)

/* Must have succeeded before any of them is called. ERROR_INPUT: the library is not there. */
int late_tracecmd_load(struct error *err);

#endif
