/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/recording.h"

#include <stdbool.h>

#include "analyzer/input/perf_reader.h"
#include "analyzer/input/tracedat_reader.h"

static const struct {
	bool (*recognizes)(const char *bytes, size_t size);
	int (*open)(struct trace_input *input, struct event_reader *ret, struct error *err);
} readers[] = {
	{perf_reader_recognizes, perf_reader_open},
	{tracedat_reader_recognizes, tracedat_reader_open},
};

int recording_open(struct trace_input *input, const char *bytes, size_t size,
		   struct event_reader *ret, struct error *err)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		if (readers[i].recognizes(bytes, size)) {
			int result = readers[i].open(input, ret, err);

			tracedat_process_end(&input->tracedat); /* if nobody took it */
			return result < 0 ? result : 1;
		}
	}
	tracedat_process_end(&input->tracedat);
	return 0;
}
