/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of a recording's tasks, by PID of the thread.
 *
 * A recording says a name once, or whenever it changes; its events carry the PID only. A name
 * holds from when it was said. Memory: 24 bytes per PID, of which no kernel has more than
 * TASK_NAMES_MAX; of a forged recording the PIDs beyond stay unknown.
 */
#ifndef ANALYZER_INPUT_TASK_NAMES_H
#define ANALYZER_INPUT_TASK_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* TASK_COMM_LEN of the kernel, with the byte that ends it. */
#define TASK_NAME_SIZE 16u
/* PID_MAX_LIMIT of the kernel. */
#define TASK_NAMES_MAX (1u << 22)

struct task_name {
	uint32_t pid;
	bool is_used;
	char text[TASK_NAME_SIZE]; /* ended by a zero byte */
};

/* All zero: empty. */
struct task_names {
	struct task_name *slots; /* open addressing, at most half full */
	size_t capacity;	 /* a power of two, or 0 */
	size_t count;
};

void task_names_release(struct task_names *names);

/* From now on pid is called text; a longer name is cut as the kernel does. False: no memory. */
bool task_names_set(struct task_names *names, uint32_t pid, const char *text, size_t length);

/* The name of pid, or NULL. Valid until the next task_names_set. */
const char *task_names_get(const struct task_names *names, uint32_t pid);

#endif
