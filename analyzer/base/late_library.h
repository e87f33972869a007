/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared libraries that most runs do not need, opened by the runs that do.
 *
 * The dynamic linker pays for every library a program is linked with, on every run:
 * libarchive and Cairo bring 30 others along and took two thirds of the time of a
 * short run. A module that wraps such a library lists the functions it calls:
 *
 *	#define LATE_FOO(X) X(foo_open) X(foo_close)
 *	LATE_FOO(LATE_DECLARE)
 *
 * in its header, and in one C file
 *
 *	LATE_FOO(LATE_DEFINE)
 *	static const struct late_symbol symbols[] = {LATE_FOO(LATE_ENTRY)};
 *	static struct late_library library = LATE_LIBRARY(FOO_SONAME, "libfoo1", symbols);
 *
 * The prototypes are still those of the library's own header, so the compiler checks
 * every call of sym_foo_open(); the soname is that of the library the header came with
 * (cmake/late_library.cmake). Functions of the libraries it stands on may be in the list
 * too. The program is not linked with it: a call of foo_open() itself does not link.
 *
 * A library is never closed again: what it keeps (locale data, font maps) stays named in
 * the reports of leak checkers.
 */
#ifndef ANALYZER_BASE_LATE_LIBRARY_H
#define ANALYZER_BASE_LATE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/base/error.h"

struct late_symbol {
	const char *name;
	void *pointer; /* the function pointer to fill */
};

struct late_library {
	const char *soname;
	const char *package; /* Debian's, for the message */
	const struct late_symbol *symbols;
	size_t symbol_count;
	bool is_loaded; /* read and written with late_library.c's lock held */
};

#define LATE_DECLARE(function) extern __typeof__(function) *sym_##function;
#define LATE_DEFINE(function)  __typeof__(function) *sym_##function;
#define LATE_ENTRY(function)   {#function, (void *)&sym_##function},
#define LATE_LIBRARY(soname, package, symbols)                                                     \
	{                                                                                          \
		soname, package, symbols, sizeof(symbols) / sizeof((symbols)[0]), false            \
	}

/*
 * Opens the library and fills its function pointers; the second time it does nothing. Any
 * number of threads may call it at the same time. A library that is not there, or lacks
 * a function, is an error of that code: its text names the Debian package, no file.
 */
int late_library_load(struct late_library *library, enum error_code code, struct error *err);

#endif
