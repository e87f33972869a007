/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live table beside an array that is searched from its beginning. Whatever random
 * puts and takes come, each must answer what the array does, and both must hold the
 * same objects in the end; also when every allocation of memory may fail.
 *
 * The table is compiled into this file, so that its memory can be made to run out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/account/live_table.h"

static unsigned int fail_one_in; /* 0: memory never runs out */
static uint64_t random_state = 20120607;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static bool memory_fails(void)
{
	return fail_one_in && random_next() % fail_one_in == 0;
}

static void *model_calloc(size_t count, size_t size)
{
	return memory_fails() ? NULL : calloc(count, size);
}

static void *model_realloc(void *old, size_t size)
{
	return memory_fails() ? NULL : realloc(old, size);
}

#define calloc	model_calloc
#define realloc model_realloc
#include "analyzer/account/live_table.c" /* NOLINT(bugprone-suspicious-include) */
#undef calloc
#undef realloc

/* How pointers are chosen: the ways a table could be bad at. */
enum choice {
	CHOOSE_FEW,	  /* a small pool: much reuse, lost frees */
	CHOOSE_SLABS,	  /* neighbours in slabs, as a kernel's are */
	CHOOSE_COLLIDING, /* all in one subtable, around its last slots: runs that wrap */
	CHOOSE_EXTREME,	  /* values near 0 and near the largest */
	CHOICES,
};

struct model {
	struct live_table table;
	uint64_t *pointers; /* the reference */
	struct live_object *objects;
	size_t count;
	size_t capacity;
	uint64_t colliding[64]; /* pointers that live at the end of subtable 5 */
};

static void find_colliding(struct model *model)
{
	size_t found = 0;

	for (uint64_t pointer = 8; found < 64; pointer += 8) {
		uint64_t hash = live_table_hash(&model->table, pointer);

		/* the home slot is the next 32 bits scaled: the upper sixteenth is the end */
		if (hash >> 58 == 5 && (hash << 6) >> 60 == 15) {
			model->colliding[found++] = pointer;
		}
	}
}

static uint64_t choose(const struct model *model, enum choice choice)
{
	switch (choice) {
	case CHOOSE_FEW:
		return 1 + random_next() % 50;
	case CHOOSE_SLABS:
		return 0xffff888000000000u + (random_next() % 8 << 16) + (random_next() % 256 << 5);
	case CHOOSE_COLLIDING:
		return model->colliding[random_next() % 64];
	default:
		return random_next() % 2 ? 1 + random_next() % 200
					 : UINT64_MAX - random_next() % 200;
	}
}

static uint64_t random_size(void)
{
	switch (random_next() % 8) {
	case 0:
		return UINT32_MAX - 1 + random_next() % 3;
	case 1:
		return random_next();
	default:
		return random_next() % 8192;
	}
}

static size_t reference_find(const struct model *model, uint64_t pointer)
{
	size_t i = 0;

	while (i < model->count && model->pointers[i] != pointer) {
		i++;
	}
	return i;
}

static void expect_object(const struct live_object *got, const struct live_object *wanted)
{
	assert_true(got->bytes_req == wanted->bytes_req);
	assert_true(got->bytes_alloc == wanted->bytes_alloc);
	assert_int_equal(got->site, wanted->site);
}

static void model_put(struct model *model, uint64_t pointer)
{
	const struct live_object object = {random_size(), random_size(), (uint32_t)random_next()};
	size_t known = reference_find(model, pointer);
	struct live_object old;
	enum live_result result = live_table_put(
		&model->table, live_table_hash(&model->table, pointer), pointer, &object, &old);

	if (result == LIVE_NO_MEMORY) {
		assert_int_not_equal(fail_one_in, 0); /* and nothing has changed */
		return;
	}
	assert_int_equal(result, known < model->count ? LIVE_FOUND : LIVE_NEW);
	if (result == LIVE_FOUND) {
		expect_object(&old, &model->objects[known]);
	} else {
		assert_true(model->count < model->capacity);
		model->pointers[model->count++] = pointer;
	}
	model->objects[known] = object;
}

static void model_take(struct model *model, uint64_t pointer)
{
	size_t known = reference_find(model, pointer);
	struct live_object object;
	enum live_result result = live_table_take(
		&model->table, live_table_hash(&model->table, pointer), pointer, &object);

	assert_int_equal(result, known < model->count ? LIVE_FOUND : LIVE_NEW);
	if (result == LIVE_FOUND) {
		expect_object(&object, &model->objects[known]);
		model->count--;
		model->pointers[known] = model->pointers[model->count];
		model->objects[known] = model->objects[model->count];
	}
}

static void check_visited(uint64_t pointer, const struct live_object *object, void *context)
{
	struct model *model = context;
	size_t known = reference_find(model, pointer);

	assert_true(known < model->count);
	expect_object(object, &model->objects[known]);
	model->count--; /* each once */
	model->pointers[known] = model->pointers[model->count];
	model->objects[known] = model->objects[model->count];
}

/* Seven rounds of mostly putting, then mostly taking: growth, then runs of deletions. */
static void run(enum choice choice, unsigned int skip, unsigned int steps)
{
	const struct pointer_hash_key key = {random_next(), random_next() | 1};
	struct model model = {.capacity = steps};

	model.pointers = calloc(steps, sizeof(*model.pointers));
	model.objects = calloc(steps, sizeof(*model.objects));
	assert_true(model.pointers && model.objects);
	live_table_init(&model.table, &key, skip);
	find_colliding(&model);
	for (unsigned int i = 0; i < steps; i++) {
		bool growing = i * 7 / steps % 2 == 0;
		uint64_t pointer = choose(&model, choice);

		live_table_prefetch(&model.table, live_table_hash(&model.table, pointer));
		if ((random_next() % 4 != 0) == growing) {
			model_put(&model, pointer);
		} else {
			model_take(&model, pointer);
		}
		assert_int_equal(model.table.count, model.count);
	}
	live_table_visit(&model.table, check_visited, &model);
	assert_int_equal(model.count, 0);
	live_table_release(&model.table);
	free(model.pointers);
	free(model.objects);
}

static void test_random(void **state)
{
	(void)state;
	fail_one_in = 0;
	for (int choice = 0; choice < CHOICES; choice++) {
		for (unsigned int skip = 0; skip <= 4; skip += 2) {
			run((enum choice)choice, skip, 6000);
		}
	}
}

static void test_memory_runs_out(void **state)
{
	(void)state;
	for (unsigned int one_in = 1; one_in <= 9; one_in += 4) {
		fail_one_in = one_in;
		for (int choice = 0; choice < CHOICES; choice++) {
			run((enum choice)choice, 0, 3000);
		}
	}
	fail_one_in = 0;
}

/*
 * Pointers that collide under one key do not under the next: the cost of a hostile trace
 * is bounded by what a key that was drawn at random makes of it. Counted in slots looked at.
 */
static void test_hostile_pointers(void **state)
{
	enum { COUNT = 4000 };
	const struct pointer_hash_key guessed = {1, 0x9e3779b97f4a7c15u};
	struct pointer_hash_key drawn;
	struct live_table table;
	uint64_t hostile = 0;
	uint64_t looked_at = 0;

	(void)state;
	pointer_hash_key_init(&drawn);
	live_table_init(&table, &drawn, 0);
	for (unsigned int i = 0; i < COUNT; i++) {
		const struct live_object object = {8, 8, 0};
		struct live_object old;
		const struct live_subtable *subtable;
		uint64_t hash;
		uint32_t slot;

		do { /* all in one subtable under the key its author guessed */
			hostile += 8;
		} while (pointer_hash(&guessed, hostile) >> 58 != 0);
		hash = live_table_hash(&table, hostile);
		assert_int_equal(live_table_put(&table, hash, hostile, &object, &old), LIVE_NEW);
		subtable = &table.subtables[subtable_of(hash)];
		slot = home_slot(hash, subtable->capacity);
		while (subtable->slots[slot].pointer != hostile) {
			slot = next_slot(subtable, slot);
			looked_at++;
		}
	}
	/* linear probing at two thirds: two slots on average; a broken hash costs hundreds */
	assert_in_range(looked_at, 0, 10 * COUNT);
	live_table_release(&table);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_random),
	cmocka_unit_test(test_memory_runs_out),
	cmocka_unit_test(test_hostile_pointers),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
