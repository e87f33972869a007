/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/task_names.h"

#include <stdlib.h>
#include <string.h>

void task_names_release(struct task_names *names)
{
	free(names->slots);
	*names = (struct task_names){0};
}

/* The slot of pid, or the one where it would be. */
static struct task_name *find(struct task_name *slots, size_t capacity, uint32_t pid)
{
	size_t at = (pid * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (capacity - 1);

	while (slots[at].is_used && slots[at].pid != pid) {
		at = (at + 1) & (capacity - 1);
	}
	return &slots[at];
}

static bool grow(struct task_names *names)
{
	size_t capacity = names->capacity ? names->capacity * 2 : 256;
	struct task_name *slots = calloc(capacity, sizeof(*slots));

	if (!slots) {
		return false;
	}
	for (size_t i = 0; i < names->capacity; i++) {
		if (names->slots[i].is_used) {
			*find(slots, capacity, names->slots[i].pid) = names->slots[i];
		}
	}
	free(names->slots);
	names->slots = slots;
	names->capacity = capacity;
	return true;
}

bool task_names_set(struct task_names *names, uint32_t pid, const char *text, size_t length)
{
	struct task_name *slot;

	if (2 * names->count >= names->capacity && !grow(names)) {
		return false;
	}
	slot = find(names->slots, names->capacity, pid);
	if (!slot->is_used) {
		if (names->count == TASK_NAMES_MAX) {
			return true;
		}
		names->count++;
	}
	length = length < TASK_NAME_SIZE ? length : TASK_NAME_SIZE - 1;
	*slot = (struct task_name){.pid = pid, .is_used = true};
	memcpy(slot->text, text, length);
	return true;
}

const char *task_names_get(const struct task_names *names, uint32_t pid)
{
	const struct task_name *slot;

	if (names->count == 0) {
		return NULL;
	}
	slot = find(names->slots, names->capacity, pid);
	return slot->is_used ? slot->text : NULL;
}
