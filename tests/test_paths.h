/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where tests find inputs that are not part of the repository.
 *
 * The lab (large real recordings) may stand beside the checkout. A test that
 * needs it asks lab_path and calls cmocka's skip() when the file is not there:
 *
 *	char path[4096];
 *
 *	if (!lab_path("2012/kmem_SLAB.log", path, sizeof(path)))
 *		skip();
 */
#ifndef TESTS_TEST_PATHS_H
#define TESTS_TEST_PATHS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Writes the path of a file of the lab; false, with a message, if it isn't there. */
static inline bool lab_path(const char *name, char *path, size_t size)
{
	const char *lab = getenv("TA_LAB");
	int length = snprintf(path, size, "%s/%s", lab ? lab : TA_LAB, name);

	if (length > 0 && (size_t)length < size && access(path, R_OK) == 0)
		return true;
	printf("skipped: %s is not here\n", path);
	return false;
}

#endif
