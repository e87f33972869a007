/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/scene.h"

#include <stdlib.h>

void scene_init(struct scene *scene, double width, double height, colour background)
{
	*scene = (struct scene){
		.width = width,
		.height = height,
		.background = background,
		.edge_width = 1,
		.title = "",
		.description = "",
	};
	arena_init(&scene->arena);
}

void scene_release(struct scene *scene)
{
	free(scene->shapes);
	free(scene->lines);
	free(scene->texts);
	arena_release(&scene->arena);
	*scene = (struct scene){0};
}

/* Room for one more item of that size; the array's address goes through void * and back. */
static void *array_grow(struct scene *scene, void *items, size_t count, size_t *capacity,
			size_t item_size)
{
	size_t larger = *capacity ? *capacity * 2 : 128;
	void *grown;

	if (scene->failed || count < *capacity) {
		return items;
	}
	grown = realloc(items, larger * item_size);
	if (!grown) {
		scene->failed = true;
		return items;
	}
	*capacity = larger;
	return grown;
}

void scene_add_shape(struct scene *scene, const struct scene_shape *shape)
{
	scene->shapes = array_grow(scene, scene->shapes, scene->shape_count, &scene->shape_capacity,
				   sizeof(*shape));
	if (!scene->failed) {
		scene->shapes[scene->shape_count++] = *shape;
	}
}

void scene_add_line(struct scene *scene, const struct scene_line *line)
{
	scene->lines = array_grow(scene, scene->lines, scene->line_count, &scene->line_capacity,
				  sizeof(*line));
	if (!scene->failed) {
		scene->lines[scene->line_count++] = *line;
	}
}

void scene_add_text(struct scene *scene, const struct scene_text *text)
{
	if (!text->text) {
		scene->failed = true;
		return;
	}
	scene->texts = array_grow(scene, scene->texts, scene->text_count, &scene->text_capacity,
				  sizeof(*text));
	if (!scene->failed) {
		scene->texts[scene->text_count++] = *text;
	}
}
