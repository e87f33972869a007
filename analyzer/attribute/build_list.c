/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/build_list.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/base/error.h"

#define FIRST_SLOTS 4096u

uint32_t text_hash(const char *text)
{
	uint32_t hash = 2166136261u;

	for (; *text; text++) {
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	}
	return hash;
}

void build_list_init(struct build_list *list, struct arena *arena)
{
	*list = (struct build_list){.arena = arena};
}

void build_list_release(struct build_list *list)
{
	free(list->objects);
	free(list->slots);
	build_list_init(list, NULL);
}

/* The slot of path, or the free one where it belongs. Slots are a power of two, never full. */
static uint32_t *slot_of(const struct build_list *list, const char *path)
{
	size_t i = text_hash(path) & (list->slot_count - 1);

	while (list->slots[i] && strcmp(list->objects[list->slots[i] - 1].path, path) != 0) {
		i = (i + 1) & (list->slot_count - 1);
	}
	return &list->slots[i];
}

static int grow_slots(struct build_list *list)
{
	size_t wanted = list->slot_count ? list->slot_count * 2 : FIRST_SLOTS;
	uint32_t *slots;

	if (list->slot_count > list->count * 2) {
		return 0;
	}
	slots = calloc(wanted, sizeof(*slots));
	if (!slots) {
		return ERROR_NO_MEMORY;
	}
	free(list->slots);
	list->slots = slots;
	list->slot_count = wanted;
	for (size_t i = 0; i < list->count; i++) {
		*slot_of(list, list->objects[i].path) = (uint32_t)i + 1;
	}
	return 0;
}

static int grow(struct build_list *list)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 1024;
		struct build_object *objects;

		if (capacity > UINT32_MAX / 2) {
			return ERROR_NO_MEMORY;
		}
		objects = realloc(list->objects, capacity * sizeof(*objects));
		if (!objects) {
			return ERROR_NO_MEMORY;
		}
		list->objects = objects;
		list->capacity = capacity;
	}
	return grow_slots(list);
}

int build_list_add(struct build_list *list, const char *path, const char *module,
		   enum link_certainty certainty, struct build_object **ret)
{
	struct build_object *object;
	uint32_t *slot;

	if (grow(list) < 0) {
		return ERROR_NO_MEMORY;
	}
	slot = slot_of(list, path);
	if (*slot) {
		object = &list->objects[*slot - 1];
		if (certainty > object->certainty) {
			object->certainty = certainty;
			object->module = module;
		}
	} else {
		const char *copy = arena_strdup(list->arena, path);

		if (!copy) {
			return ERROR_NO_MEMORY;
		}
		object = &list->objects[list->count++];
		*object = (struct build_object){
			.path = copy, .module = module, .certainty = certainty};
		*slot = (uint32_t)list->count;
	}
	if (ret) {
		*ret = object;
	}
	return 0;
}

struct build_object *build_list_find(const struct build_list *list, const char *path)
{
	uint32_t index = list->slot_count ? *slot_of(list, path) : 0;

	return index ? &list->objects[index - 1] : NULL;
}

void build_problem(struct build_problems *problems, const char *format, ...)
{
	va_list args;

	if (problems->count++ > 0) {
		return;
	}
	va_start(args, format);
	(void)vsnprintf(problems->first, sizeof(problems->first), format, args);
	va_end(args);
}
