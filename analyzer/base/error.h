/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The error value of the analyzer's libraries.
 *
 * No library of this program prints or exits. A function that can fail returns
 * 0 or a negative enum error_code and fills the struct error its caller passed
 * as last argument: what failed, where (file and, when it makes sense, line or
 * byte offset, all inside the text) and what the user can do. One line, no
 * newline, no trailing full stop. Only main.c turns a code into an exit status.
 *
 * elfsyms has its own twin of this type (it depends on no other folder);
 * analyzer/attribute translates at the border.
 */
#ifndef ANALYZER_BASE_ERROR_H
#define ANALYZER_BASE_ERROR_H

#include <stddef.h>

enum error_code {
	ERROR_NONE = 0,
	ERROR_USAGE = -1,     /* the request itself makes no sense: exit 2 */
	ERROR_INPUT = -2,     /* unreadable, foreign or damaged input: exit 3 */
	ERROR_OUTPUT = -3,    /* a result could not be written: exit 4 */
	ERROR_NO_MEMORY = -4, /* allocation failed: exit 3 */
};

struct error {
	enum error_code code;
	char text[1024];
};

/* Fills *err and returns code, so that callers can write `return error_set(err, ERROR_INPUT, ...)`.
 */
int error_set(struct error *err, enum error_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a failed system call: appends ": " and strerror(errnum). */
int error_set_errno(struct error *err, enum error_code code, int errnum, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

int error_no_memory(struct error *err);

#endif
