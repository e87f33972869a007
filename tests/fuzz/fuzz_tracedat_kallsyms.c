/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The container of a trace.dat, as far as its kallsyms is looked for in it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/input/tracedat_kallsyms.h"
#include "analyzer/input/tracing_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of exactly that size, for the sanitizer */
	uint8_t *copy = malloc(size ? size : 1);
	struct tracing_header header;
	struct error err;
	size_t text_size;
	char *text;

	if (!copy) {
		abort();
	}
	if (size > 0) {
		memcpy(copy, data, size);
	}
	text = tracedat_kallsyms(copy, size, &text_size);
	if (text && memchr(text, '\0', text_size) == text + text_size) {
		abort(); /* reads every byte that was promised */
	}
	free(text);
	if (tracing_header_read("fuzz", copy, size, &header, &err) == 0) {
		for (size_t i = 1; i < header.formats.count; i++) {
			if (header.formats.items[i - 1].id > header.formats.items[i].id) {
				abort();
			}
		}
	}
	tracing_header_release(&header);
	free(copy);
	return 0;
}
