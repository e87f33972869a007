/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that reads a trace.dat with libtracecmd; see tracedat_reader.h.
 */
#ifndef ANALYZER_INPUT_TRACEDAT_CHILD_H
#define ANALYZER_INPUT_TRACEDAT_CHILD_H

/*
 * Runs in the child: reads the file fd, writes wire messages to out, wants (enum wire_wants)
 * among them, and ends the process.
 */
_Noreturn void tracedat_child_run(int fd, int out, unsigned int wants);

#endif
