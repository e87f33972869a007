/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elfsyms/late_dw.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

#define DEFINE(function) __typeof__(function) *sym_##function;
LATE_DW(DEFINE)

#define ENTRY(function) {#function, (void *)&sym_##function},
static const struct {
	const char *name;
	void *pointer;
} symbols[] = {LATE_DW(ENTRY)};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct elfsyms_error failure; /* code 0: it is there */

static void load_once(void)
{
	void *handle = dlopen(LIBDW_SONAME, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; handle && i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		void *address = dlsym(handle, symbols[i].name);

		if (!address) {
			handle = NULL;
			break;
		}
		/* the pointers are of many types, all of this one's size (POSIX, dlsym) */
		memcpy(symbols[i].pointer, &address, sizeof(address));
	}
	if (!handle) {
		const char *why = dlerror();

		elfsyms_error_set(&failure, ELFSYMS_IO,
				  "a library cannot be loaded (Debian package libdw1): %s",
				  why ? why : LIBDW_SONAME);
	}
}

int late_dw_load(struct elfsyms_error *err)
{
	pthread_once(&once, load_once);
	if (failure.code) {
		*err = failure;
	}
	return failure.code;
}
