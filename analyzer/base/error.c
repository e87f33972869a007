/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *err, enum error_code code, const char *format, ...)
{
	va_list ap;

	err->code = code;
	va_start(ap, format);
	vsnprintf(err->text, sizeof(err->text), format, ap);
	va_end(ap);
	return code;
}

int error_set_errno(struct error *err, enum error_code code, int errnum, const char *format, ...)
{
	va_list ap;
	char reason[128];
	size_t used;

	err->code = code;
	va_start(ap, format);
	vsnprintf(err->text, sizeof(err->text), format, ap);
	va_end(ap);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s",
		 strerror_r(errnum, reason, sizeof(reason)));
	return code;
}

int error_no_memory(struct error *err)
{
	return error_set(err, ERROR_NO_MEMORY, "out of memory");
}
