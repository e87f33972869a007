/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elfsyms/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int elfsyms_error_set(struct elfsyms_error *err, enum elfsyms_code code, const char *format, ...)
{
	va_list args;

	err->code = code;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}

int elfsyms_error_set_errno(struct elfsyms_error *err, int errnum, const char *format, ...)
{
	char reason[128];
	va_list args;
	int written;

	err->code = ELFSYMS_IO;
	va_start(args, format);
	written = vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	if (written >= 0 && (size_t)written < sizeof(err->text)) {
		/* The GNU strerror_r: thread-safe, returns the text. */
		snprintf(err->text + written, sizeof(err->text) - (size_t)written, ": %s",
			 strerror_r(errnum, reason, sizeof(reason)));
	}
	return ELFSYMS_IO;
}
