/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables with an address: DW_TAG_variable whose location is a plain DW_OP_addr (or, in
 * split units, an index of one), at the top of the unit and inside functions.
 */
#include <dwarf.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "elfsyms/debug_internal.h"

/* Static variables of a block within a block ... */
#define BLOCK_DEPTH 16

struct variable_list {
	struct debug_variable *items;
	size_t count, capacity;
	bool no_memory;
};

struct variable_worker {
	struct debug_info *info;
	struct debug_handle *handle;
	atomic_size_t *next;
	struct variable_list list;
	pthread_t thread;
	bool started;
};

static void variable_add(struct variable_list *list, uint64_t address, const char *unit)
{
	if (list->count == list->capacity) {
		size_t larger = 1024 + list->capacity * 2;
		struct debug_variable *items = realloc(list->items, larger * sizeof(*items));

		if (!items) {
			list->no_memory = true;
			return;
		}
		list->items = items;
		list->capacity = larger;
	}
	list->items[list->count++] = (struct debug_variable){address, unit};
}

static void variable_note(struct variable_worker *worker, Dwarf_Die *die, const char *unit)
{
	Dwarf_Attribute location;
	Dwarf_Attribute indirect;
	Dwarf_Op *operations;
	size_t count;
	Dwarf_Addr address;

	if (!sym_dwarf_attr(die, DW_AT_location, &location) ||
	    sym_dwarf_getlocation(&location, &operations, &count) != 0 || count != 1) {
		return;
	}
	if (operations[0].atom == DW_OP_addr) {
		address = operations[0].number;
	} else if ((operations[0].atom != DW_OP_addrx &&
		    operations[0].atom != DW_OP_GNU_addr_index) ||
		   sym_dwarf_getlocation_attr(&location, &operations[0], &indirect) != 0 ||
		   sym_dwarf_formaddr(&indirect, &address) != 0) {
		return;
	}
	variable_add(&worker->list, address + worker->handle->bias, unit);
}

static void variables_find(struct variable_worker *worker, Dwarf_Die *parent, const char *unit,
			   unsigned int depth)
{
	Dwarf_Die die;

	if (depth > BLOCK_DEPTH || sym_dwarf_child(parent, &die) != 0) {
		return;
	}
	for (;;) {
		Dwarf_Off before = sym_dwarf_dieoffset(&die);

		switch (sym_dwarf_tag(&die)) {
		case DW_TAG_variable:
			variable_note(worker, &die, unit);
			break;
		case DW_TAG_subprogram:
		case DW_TAG_lexical_block:
		case DW_TAG_namespace:
			variables_find(worker, &die, unit, depth + 1);
			break;
		default:
			break;
		}
		if (sym_dwarf_siblingof(&die, &die) != 0 || sym_dwarf_dieoffset(&die) <= before) {
			return;
		}
	}
}

static void *worker_run(void *worker_pointer)
{
	struct variable_worker *worker = worker_pointer;
	size_t index;

	while ((index = atomic_fetch_add(worker->next, 1)) < worker->info->unit_count) {
		const struct debug_unit *unit = &worker->info->units[index];
		Dwarf_Die die;

		if (debug_unit_die(worker->handle, unit, &die)) {
			variables_find(worker, &die, unit->name, 0);
		}
	}
	return NULL;
}

static int by_address(const void *a_pointer, const void *b_pointer)
{
	const struct debug_variable *a = a_pointer;
	const struct debug_variable *b = b_pointer;

	if (a->address != b->address) {
		return a->address < b->address ? -1 : 1;
	}
	return strcmp(a->unit, b->unit);
}

/* Sorts, and of one address keeps the first. */
static void list_finish(struct variable_list *list)
{
	size_t kept = 0;

	if (list->count == 0) {
		return;
	}
	qsort(list->items, list->count, sizeof(*list->items), by_address);
	for (size_t i = 0; i < list->count; i++) {
		if (kept == 0 || list->items[kept - 1].address != list->items[i].address) {
			list->items[kept++] = list->items[i];
		}
	}
	list->count = kept;
}

static void list_move(struct variable_list *to, struct variable_list *from)
{
	for (size_t i = 0; i < from->count && !to->no_memory; i++) {
		variable_add(to, from->items[i].address, from->items[i].unit);
	}
	to->no_memory = to->no_memory || from->no_memory;
	free(from->items);
	*from = (struct variable_list){0};
}

int debug_info_variables(struct debug_info *info, unsigned int thread_count,
			 struct debug_variable **ret, size_t *ret_count, struct elfsyms_error *err)
{
	struct variable_worker workers[DEBUG_THREADS_MAX] = {0};
	struct variable_list *all = &workers[0].list;
	atomic_size_t next = 0;

	thread_count = debug_threads(info, thread_count, info->unit_count);
	for (unsigned int i = 1; i < thread_count; i++) {
		if (!info->workers[i - 1]) {
			info->workers[i - 1] = debug_handle_another(info);
		}
		if (!info->workers[i - 1]) {
			break;
		}
		workers[i].info = info;
		workers[i].handle = info->workers[i - 1];
		workers[i].next = &next;
		workers[i].started =
			pthread_create(&workers[i].thread, NULL, worker_run, &workers[i]) == 0;
	}
	workers[0].info = info;
	workers[0].handle = &info->main;
	workers[0].next = &next;
	worker_run(&workers[0]);
	for (unsigned int i = 1; i < thread_count; i++) {
		if (workers[i].started) {
			pthread_join(workers[i].thread, NULL);
		}
		list_move(all, &workers[i].list);
	}
	if (all->no_memory) {
		free(all->items);
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", info->path);
	}
	list_finish(all);
	*ret = all->items;
	*ret_count = all->count;
	return 0;
}
