/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A perf.data of any bytes, as a file and through a pipe: the same events, or the same
 * refusal; every event is counted once.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/input/perf_reader.h"
#include "recording_fixture.h"
#include "trace_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct recording_sum sum;
	struct trace_source source;
	struct error err = {0};
	int result;

	if (!perf_reader_recognizes((const char *)data, size)) {
		return 0;
	}
	check(trace_source_open(&source, false, (const char *)data, size));
	result = recording_read(source.path, &sum, &err);
	check(result == 1 || err.code != ERROR_NONE);
	check(result < 0 || sum.facts.byte_count <= size);
	check(sum.free_count <= sum.facts.slab_event_count);
	check(sum.stack_count <= sum.facts.slab_event_count);
	trace_source_close(&source);
	return 0;
}
