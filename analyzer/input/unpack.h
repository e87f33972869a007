/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A compressed or archived input, as the trace that is in it.
 *
 * Unpacking runs on a thread of its own and hands bytes over through a buffer of a
 * few MiB: it is never further ahead than that, so an input that unpacks to far more
 * than it should costs time, not memory.
 *
 * Of an archive (tar, zip, also compressed, also with compressed members) the traces
 * are read in the order they are stored in, as if they were one file; a last line
 * without a newline is ended as cut. Or it holds one binary recording (trace.dat,
 * perf.data) and no other trace. What kmem-capture saves beside the trace is taken
 * along (struct unpack_found); other members are passed over. A compressed file that is
 * no archive is handed on whatever it holds.
 *
 * An input that ends too early or is damaged is an error, said with how far it was
 * good; it comes when everything before has been read.
 */
#ifndef ANALYZER_INPUT_UNPACK_H
#define ANALYZER_INPUT_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/input/event_part.h"
#include "analyzer/input/trace_digest.h"
#include "analyzer/input/unpack_found.h"

struct unpack;

/* Is an input that begins like this one for unpack_open? */
bool unpack_wanted(const char *bytes, size_t size);

/*
 * Starts unpacking what fd holds from where it stands, behind prefix, which was read
 * before (borrowed until unpack_close, as are fd, part and name, which is for messages).
 * With a part (NULL: none) only that of the traces is handed on, also of a plain input; of a
 * binary recording everything: its reader knows its events.
 * digest (NULL: none) gets all bytes of the traces; it is complete at their end.
 */
int unpack_open(int fd, const char *name, const char *prefix, size_t prefix_size,
		const struct event_part *part, struct trace_digest *digest, struct unpack **ret,
		struct error *err);

/* Waits for size bytes or the end; *ret: how many there are. */
int unpack_read(struct unpack *unpack, char *buffer, size_t size, size_t *ret, struct error *err);

/* Takes over what was found; the caller releases it. Call it behind the end only. */
void unpack_take_found(struct unpack *unpack, struct unpack_found *ret);

/* Stops the thread, wherever it is. */
void unpack_close(struct unpack *unpack);

#endif
