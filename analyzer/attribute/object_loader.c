/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/object_loader.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Starting a thread costs more than reading this many objects. */
#define OBJECTS_PER_THREAD 32

/* Objects are taken in small runs: less traffic on the counter, still even work. */
#define OBJECTS_PER_TURN 8

struct load_job {
	const struct build_root *root;
	const struct build_list *list;
	struct loaded_object *objects;
	atomic_size_t next;
	atomic_bool no_memory;
};

struct load_worker {
	struct load_job *job;
	struct loader_arenas *arenas;
	pthread_t thread;
	bool started;
};

/* Reads one object. An unusable one is a result like any other; only memory stops the work. */
static int load_open_object(struct elf_object *elf, struct symbol_scratch *scratch,
			    struct loader_arenas *arenas, struct loaded_object *ret,
			    struct elfsyms_error *err)
{
	int result;

	ret->identity = *elf_object_identity(elf);
	result = elf_object_sizes(elf, &ret->sizes, err);
	if (result == 0) {
		result = object_symbols_load(elf, scratch, arenas, ret, err);
	}
	return result;
}

static bool load_object(const struct load_job *job, size_t index, struct symbol_scratch *scratch,
			struct loader_arenas *arenas)
{
	const char *path = job->list->objects[index].path;
	struct loaded_object *ret = &job->objects[index];
	struct elfsyms_error error = {0};
	struct elf_object *elf = NULL;
	char full[BUILD_PATH_MAX];
	int result;

	if (!build_path_full(job->root, path, full)) {
		result = elfsyms_error_set(&error, ELFSYMS_IO, "%.200s...: path too long", path);
	} else {
		result = elf_object_open(full, &elf, &error);
	}
	if (result == 0) {
		result = load_open_object(elf, scratch, arenas, ret, &error);
		elf_object_close(elf);
	}
	if (result == 0) {
		return true;
	}
	ret->status = result == ELFSYMS_BITCODE ? LOAD_BITCODE : LOAD_UNREADABLE;
	ret->symbol_count = 0;
	ret->message = arena_strdup(&arenas->records, error.text);
	return result != ELFSYMS_NO_MEMORY && ret->message;
}

static void *work(void *context)
{
	struct load_worker *worker = context;
	struct load_job *job = worker->job;
	struct symbol_scratch scratch = {0};
	size_t start;

	while ((start = atomic_fetch_add(&job->next, OBJECTS_PER_TURN)) < job->list->count) {
		for (size_t i = start; i < start + OBJECTS_PER_TURN && i < job->list->count; i++) {
			if (!load_object(job, i, &scratch, worker->arenas)) {
				atomic_store(&job->no_memory, true);
				atomic_store(&job->next, job->list->count);
			}
		}
	}
	symbol_scratch_release(&scratch);
	return NULL;
}

static unsigned int choose_threads(unsigned int wanted, size_t objects)
{
	size_t useful = objects / OBJECTS_PER_THREAD + 1;
	cpu_set_t cpus;

	if (wanted == 0) {
		CPU_ZERO(&cpus);
		wanted = sched_getaffinity(0, sizeof(cpus), &cpus) == 0
				 ? (unsigned int)CPU_COUNT(&cpus)
				 : 1;
	}
	if (wanted > LOADER_THREADS_MAX) {
		wanted = LOADER_THREADS_MAX;
	}
	if (wanted > useful) {
		wanted = (unsigned int)useful;
	}
	return wanted > 0 ? wanted : 1;
}

int object_loader_run(struct object_loader *loader, const struct build_root *root,
		      const struct build_list *list, unsigned int thread_count, struct error *err)
{
	struct load_worker workers[LOADER_THREADS_MAX] = {0};
	struct load_job job = {.root = root, .list = list};
	unsigned int threads = choose_threads(thread_count, list->count);

	*loader = (struct object_loader){.count = list->count};
	loader->objects = calloc(list->count + 1, sizeof(*loader->objects));
	if (!loader->objects) {
		return error_no_memory(err);
	}
	job.objects = loader->objects;
	for (unsigned int i = 0; i < threads; i++) {
		workers[i] = (struct load_worker){.job = &job, .arenas = &loader->arenas[i]};
		/* This thread is the first worker; one that cannot start leaves its share. */
		if (i > 0) {
			workers[i].started =
				pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
		}
	}
	work(&workers[0]);
	for (unsigned int i = 1; i < threads; i++) {
		if (workers[i].started) {
			pthread_join(workers[i].thread, NULL);
		}
	}
	if (atomic_load(&job.no_memory)) {
		object_loader_release(loader);
		return error_no_memory(err);
	}
	return 0;
}

void object_loader_drop_records(struct object_loader *loader)
{
	for (size_t i = 0; i < LOADER_THREADS_MAX; i++) {
		arena_release(&loader->arenas[i].records);
	}
	free(loader->objects);
	loader->objects = NULL;
	loader->count = 0;
}

void object_loader_release(struct object_loader *loader)
{
	object_loader_drop_records(loader);
	for (size_t i = 0; i < LOADER_THREADS_MAX; i++) {
		arena_release(&loader->arenas[i].names);
	}
}
