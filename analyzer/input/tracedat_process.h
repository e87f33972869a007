/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that reads a trace.dat (tracedat_reader.h), started before anybody knows
 * that it is needed.
 *
 * It is a fork of this process and runs libraries, which allocate and lock. In the child of a
 * process with other threads that is not safe (POSIX, fork): a lock that another thread held
 * at the fork, the allocator's or the loader's, stays locked for ever. So it is started when
 * the input is opened, before there are threads, and waits; the descriptor of the recording
 * comes later, through a socket, when threads have read the kernel tree and unpacked the input.
 * That the program is replaced or moved while it runs does no harm: nothing is executed.
 */
#ifndef ANALYZER_INPUT_TRACEDAT_PROCESS_H
#define ANALYZER_INPUT_TRACEDAT_PROCESS_H

#include <sys/types.h>

/* All zero: none was started. */
struct tracedat_process {
	pid_t child; /* 0: none */
	int control; /* the recording's descriptor goes in here, once */
	int pipe;    /* its messages come out here (tracedat_wire.h) */
	int problem; /* errno: why it could not be started */
};

/*
 * To be called while this process has no other threads. Costs a fork: about 0.3 ms. Where
 * it fails, tracedat_process_give does.
 */
void tracedat_process_start(struct tracedat_process *ret);

/*
 * Lets it read the recording fd, which stays the caller's; wants: enum wire_wants. 0, or errno:
 * there is no process.
 */
int tracedat_process_give(struct tracedat_process *process, int fd, unsigned int wants);

/* Ends it, whatever it does. */
void tracedat_process_end(struct tracedat_process *process);

#endif
