/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was given: told by content, never by name.
 *
 * Text goes to the text decoder; everything recognised that this program cannot
 * decode is refused with its name and what to do instead.
 */
#ifndef ANALYZER_INPUT_TRACE_DETECT_H
#define ANALYZER_INPUT_TRACE_DETECT_H

#include <stddef.h>

#include "analyzer/base/error.h"
#include "analyzer/input/trace_facts.h"

/* Bytes of the beginning that are looked at. */
#define TRACE_DETECT_BYTES ((size_t)64 * 1024)

/* 0 for text (or what may be), ERROR_INPUT with the reason for anything else. */
int trace_detect(const char *name, const char *bytes, size_t size, struct error *err);

/* Why an input that was read to its end has no slab event: always fills *err, returns its code. */
int trace_detect_nothing(const char *name, const struct trace_facts *facts, struct error *err);

#endif
