/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/base/late_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

/* One for all libraries: each is opened once, and opening takes the linker's own lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int load_failed(const struct late_library *library, enum error_code code, struct error *err)
{
	const char *why = dlerror();

	return error_set(err, code, "a library cannot be loaded (Debian package %s): %s",
			 library->package, why ? why : library->soname);
}

static int load(struct late_library *library, enum error_code code, struct error *err)
{
	void *handle = dlopen(library->soname, RTLD_NOW | RTLD_LOCAL);

	if (!handle) {
		return load_failed(library, code, err);
	}
	for (size_t i = 0; i < library->symbol_count; i++) {
		const struct late_symbol *symbol = &library->symbols[i];
		void *address = dlsym(handle, symbol->name);

		if (!address) {
			return load_failed(library, code, err);
		}
		/* the pointers are of many types: POSIX says that they have the size of this one */
		memcpy(symbol->pointer, &address, sizeof(address));
	}
	library->is_loaded = true;
	return 0;
}

int late_library_load(struct late_library *library, enum error_code code, struct error *err)
{
	int result;

	pthread_mutex_lock(&lock);
	result = library->is_loaded ? 0 : load(library, code, err);
	pthread_mutex_unlock(&lock);
	return result;
}
