/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/recording.h"

#include <stdlib.h>

#include "analyzer/input/perf_reader.h"
#include "analyzer/input/text_decoder.h"
#include "analyzer/input/trace_detect.h"
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

int recording_or_text(struct trace_input *input, struct event_reader *ret_reader, bool *ret_bare,
		      struct error *err)
{
	char *bytes = malloc(TRACE_DETECT_BYTES);
	size_t size;
	int result;

	if (!bytes) {
		return error_no_memory(err);
	}
	result = trace_input_peek(input, bytes, TRACE_DETECT_BYTES, &size, err);
	if (result == 0) {
		result = recording_open(input, bytes, size, ret_reader, err);
	}
	if (result == 0) {
		result = trace_detect(input->name, bytes, size, err);
	}
	if (result == 0) {
		*ret_bare = text_decoder_is_bare(bytes, size);
	}
	free(bytes);
	return result;
}

int recording_part_open(const struct event_reader *reader, const struct event_part *part,
			struct recording_part *ret, struct error *err)
{
	uint64_t first_ns = 0;
	uint64_t last_ns = 0;

	if (event_part_has_percent(part) &&
	    reader->span(reader->state, &first_ns, &last_ns, err) < 0) {
		return err->code;
	}
	recording_part_init(ret, part, reader->print, reader->tasks, first_ns, last_ns);
	return 0;
}

int recording_part_close(const struct recording_part *part, const char *name, struct error *err)
{
	struct error why;

	return part_filter_check(&part->filter, &why) == 0
		       ? 0
		       : error_set(err, why.code, "%.200s: %.600s", name, why.text);
}
