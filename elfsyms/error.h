/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The error value of elfsyms: 0 for success, a negative enum elfsyms_code
 * otherwise, with one line of text that names the file (and line or offset) and
 * the reason. libelf's and the system's messages are translated here.
 */
#ifndef ELFSYMS_ERROR_H
#define ELFSYMS_ERROR_H

enum elfsyms_code {
	ELFSYMS_OK = 0,
	ELFSYMS_IO = -1,     /* open, read or map failed: errno's text is in the message */
	ELFSYMS_FORMAT = -2, /* not this format, or damaged */
	ELFSYMS_NO_MEMORY = -3,
	ELFSYMS_BITCODE = -4,	 /* an LLVM bitcode object (CONFIG_LTO_CLANG): not ELF */
	ELFSYMS_RESTRICTED = -5, /* a map whose addresses are all zero (kptr_restrict) */
	ELFSYMS_STUB = -6,	 /* Debian's one-line System.map that points elsewhere */
};

struct elfsyms_error {
	enum elfsyms_code code;
	char text[1024];
};

int elfsyms_error_set(struct elfsyms_error *err, enum elfsyms_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int elfsyms_error_set_errno(struct elfsyms_error *err, int errnum, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
