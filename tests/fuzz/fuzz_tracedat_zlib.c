/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trace.dat compressed with zlib: what comes of it is one that is not. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analyzer/input/tracedat_kallsyms.h"
#include "analyzer/input/tracedat_zlib.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The copy is read by the next in line, and not copied again. */
static void check(const struct recording_file *copy)
{
	struct recording_file again;
	struct error err;
	size_t text_size;
	uint8_t *bytes;

	if (tracedat_zlib_unpack(copy, &again, &err) != 0 ||
	    recording_file_load(copy, 0, copy->size, "all", &bytes, &err) < 0) {
		abort();
	}
	free(tracedat_kallsyms(bytes, (size_t)copy->size, &text_size));
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct recording_file file = {
		.fd = memfd_create("fuzz", MFD_CLOEXEC),
		.name = "fuzz",
		.size = size,
	};
	struct recording_file copy;
	struct error err;

	if (file.fd < 0 || write(file.fd, data, size) != (ssize_t)size) {
		abort();
	}
	if (tracedat_zlib_unpack(&file, &copy, &err) > 0) {
		check(&copy);
		recording_file_close(&copy);
	}
	recording_file_close(&file);
	return 0;
}
