/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/perf_span.h"

#include "analyzer/input/byte_order.h"

int perf_span_find(const struct perf_stream *stream, const struct perf_attrs *attrs,
		   uint64_t *ret_first_ns, uint64_t *ret_last_ns, struct error *err)
{
	struct perf_stream again;
	struct perf_record record;
	int result = perf_stream_open(stream->name, stream->is_big, NULL, stream->file,
				      stream->position, stream->end, &again, err);

	if (result < 0) {
		return result;
	}
	*ret_first_ns = UINT64_MAX;
	*ret_last_ns = 0;
	while ((result = perf_stream_next(&again, &record, err)) > 0) {
		struct perf_sample sample;

		if (record.type == PERF_AUXTRACE && record.size >= 8 &&
		    perf_stream_skip(&again, load_u64(record.body, again.is_big), err) < 0) {
			result = err->code;
			break;
		}
		if (record.type != PERF_SAMPLE ||
		    !perf_sample_parse(attrs, record.body, record.size, again.is_big, &sample)) {
			continue;
		}
		*ret_first_ns = sample.time < *ret_first_ns ? sample.time : *ret_first_ns;
		*ret_last_ns = sample.time > *ret_last_ns ? sample.time : *ret_last_ns;
	}
	perf_stream_close(&again);
	return result;
}
