/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elfsyms/debug_info.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "elfsyms/debug_internal.h"

int debug_info_open_fd(int fd, const char *path, const struct debug_search *search,
		       struct debug_info **ret, struct elfsyms_error *err)
{
	struct debug_info *info;
	int result;

	*ret = NULL;
	if (late_dw_load(err) < 0) {
		return err->code;
	}
	info = calloc(1, sizeof(*info));
	if (info) {
		info->path = strdup(path);
		info->main.fd = -1;
		info->fd = fd;
	}
	if (!info || !info->path) {
		free(info);
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", path);
	}
	result = debug_handle_open(&info->main, info, search, err);
	if (result == 0) {
		result = debug_units_read(info, search->source_root, err);
	}
	if (result == 0 && info->unit_count == 0) {
		result = elfsyms_error_set(err, ELFSYMS_FORMAT,
					   "%s: its debug info has no readable unit", info->file);
	}
	if (result < 0) {
		debug_info_close(info);
		return result;
	}
	*ret = info;
	return 0;
}

int debug_info_open(const char *path, const struct debug_search *search, struct debug_info **ret,
		    struct elfsyms_error *err)
{
	return debug_info_open_fd(-1, path, search, ret, err);
}

void debug_info_close(struct debug_info *info)
{
	if (!info) {
		return;
	}
	for (size_t i = 0; i < DEBUG_THREADS_MAX && info->workers[i]; i++) {
		debug_handle_release(info->workers[i]);
		free(info->workers[i]);
	}
	debug_handle_release(&info->main);
	free(info->units);
	free(info->ranges);
	free(info->section_bases);
	free(info->root);
	free(info->file);
	free(info->path);
	free(info);
}

const char *debug_info_source_root(const struct debug_info *info)
{
	return info->root;
}

const char *debug_info_file(const struct debug_info *info)
{
	return info->file;
}

const char *debug_info_unit_at(const struct debug_info *info, size_t index)
{
	return index < info->unit_count ? info->units[index].name : NULL;
}

const char *debug_info_unit_of(const struct debug_info *info, uint64_t address)
{
	long unit = debug_unit_find(info, address);

	return unit >= 0 ? info->units[unit].name : NULL;
}

uint64_t debug_info_section_base(const struct debug_info *info, size_t index)
{
	return index < info->section_count ? info->section_bases[index] : 0;
}

void debug_info_facts(const struct debug_info *info, struct debug_facts *ret)
{
	*ret = (struct debug_facts){
		.unit_count = info->unit_count,
		.missing_split_count = info->missing_split_count,
		.is_cut = info->is_cut,
	};
	for (size_t i = 0; i < info->unit_count; i++) {
		ret->damaged_unit_count += info->units[i].is_damaged;
	}
}

/* An address to resolve, and where its answer goes. */
struct resolve_item {
	uint64_t address;
	struct debug_place *place;
	uint32_t unit;
};

static int by_unit(const void *a_pointer, const void *b_pointer)
{
	const struct resolve_item *a = a_pointer;
	const struct resolve_item *b = b_pointer;

	if (a->unit != b->unit) {
		return a->unit < b->unit ? -1 : 1;
	}
	if (a->address != b->address) {
		return a->address < b->address ? -1 : 1;
	}
	return (a->place > b->place) - (a->place < b->place);
}

/* All addresses of one unit. */
struct unit_job {
	size_t first, count;
};

struct resolve_batch {
	struct debug_info *info;
	struct resolve_item *items;
	uint64_t *addresses;	     /* of the items, in their order */
	struct debug_place **places; /* likewise */
	struct unit_job *jobs;
	size_t job_count;
	atomic_size_t next;
	atomic_bool no_memory;
};

struct resolve_worker {
	struct resolve_batch *batch;
	struct debug_handle *handle;
	pthread_t thread;
	bool started;
};

static void *worker_run(void *worker_pointer)
{
	struct resolve_worker *worker = worker_pointer;
	struct resolve_batch *batch = worker->batch;
	size_t index;

	while ((index = atomic_fetch_add(&batch->next, 1)) < batch->job_count) {
		const struct unit_job *job = &batch->jobs[index];
		struct debug_unit *unit = &batch->info->units[batch->items[job->first].unit];

		if (!debug_frames_read(worker->handle, batch->info, unit,
				       batch->addresses + job->first, job->count,
				       batch->places + job->first)) {
			atomic_store(&batch->no_memory, true);
		}
	}
	return NULL;
}

static void batch_run(struct resolve_batch *batch, unsigned int thread_count)
{
	struct resolve_worker workers[DEBUG_THREADS_MAX] = {0};
	struct debug_info *info = batch->info;

	for (unsigned int i = 1; i < thread_count; i++) {
		if (!info->workers[i - 1]) {
			info->workers[i - 1] = debug_handle_another(info);
		}
		if (!info->workers[i - 1]) {
			break;
		}
		workers[i] =
			(struct resolve_worker){.batch = batch, .handle = info->workers[i - 1]};
		workers[i].started =
			pthread_create(&workers[i].thread, NULL, worker_run, &workers[i]) == 0;
	}
	workers[0] = (struct resolve_worker){.batch = batch, .handle = &info->main};
	worker_run(&workers[0]);
	for (unsigned int i = 1; i < thread_count; i++) {
		if (workers[i].started) {
			pthread_join(workers[i].thread, NULL);
		}
	}
}

/* Sorts the addresses by unit; those in none get their (empty) answer at once. */
static void batch_fill(struct resolve_batch *batch, const uint64_t *addresses, size_t count,
		       struct debug_place *ret)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		long unit = debug_unit_find(batch->info, addresses[i]);

		ret[i] = (struct debug_place){0};
		if (unit >= 0) {
			batch->items[used++] =
				(struct resolve_item){addresses[i], &ret[i], (uint32_t)unit};
		}
	}
	qsort(batch->items, used, sizeof(*batch->items), by_unit);
	for (size_t i = 0; i < used; i++) {
		batch->addresses[i] = batch->items[i].address;
		batch->places[i] = batch->items[i].place;
		if (i == 0 || batch->items[i].unit != batch->items[i - 1].unit) {
			batch->jobs[batch->job_count++] = (struct unit_job){i, 0};
		}
		batch->jobs[batch->job_count - 1].count++;
	}
}

int debug_info_resolve(struct debug_info *info, const uint64_t *addresses, size_t count,
		       unsigned int thread_count, struct debug_place *ret,
		       struct elfsyms_error *err)
{
	struct resolve_batch batch = {
		.info = info,
		.items = calloc(count + 1, sizeof(*batch.items)),
		.addresses = calloc(count + 1, sizeof(*batch.addresses)),
		.places = calloc(count + 1, sizeof(void *)),
		.jobs = calloc(count + 1, sizeof(*batch.jobs)),
	};
	bool no_memory = !batch.items || !batch.addresses || !batch.places || !batch.jobs;

	if (!no_memory) {
		batch_fill(&batch, addresses, count, ret);
		batch_run(&batch, debug_threads(info, thread_count, batch.job_count));
		no_memory = atomic_load(&batch.no_memory);
	}
	free(batch.items);
	free(batch.addresses);
	free(batch.places);
	free(batch.jobs);
	return no_memory
		       ? elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", info->path)
		       : 0;
}
