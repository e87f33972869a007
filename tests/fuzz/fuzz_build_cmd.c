/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The readers of .cmd, .mod and modules.order, and the path rules that keep what
 * they name inside the build, on any bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/build_cmd.h"
#include "analyzer/attribute/build_files.h"

static int check_word(const char *word, size_t length, void *context)
{
	const struct build_root *root = context;
	char path[BUILD_PATH_MAX];

	if (strlen(word) != length || length == 0 || length >= BUILD_PATH_MAX) {
		abort();
	}
	if (!build_path_resolve(root, "drivers/net", word, length, path)) {
		return 0;
	}
	/* Whatever was accepted is relative and goes nowhere up. */
	if (path[0] == '/' || path[0] == '\0' || strcmp(path, "..") == 0 ||
	    strncmp(path, "../", 3) == 0 || strstr(path, "/../") || strstr(path, "//")) {
		abort();
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct build_root root = {.given = "build", .real = "/home/user/build"};
	const char *text = (const char *)data;
	bool is_link;

	if (size == 0) {
		return 0;
	}
	(void)build_cmd_inputs(text, size, &is_link, check_word, &root);
	(void)build_mod_members(text, size, check_word, &root);
	(void)build_order_modules(text, size, check_word, &root);
	return 0;
}
