/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading budgets. */
#include "analyzer/report/budget.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A percentage beyond this is no budget. */
#define PERCENT_LIMIT 1000000u

void budgets_release(struct budgets *budgets)
{
	free(budgets->items);
	arena_release(&budgets->arena);
	*budgets = (struct budgets){0};
}

static int refuse(const struct budget *budget, const char *why, struct error *err)
{
	return error_set(err, ERROR_USAGE,
			 "%.200s: '%.200s': %s (wanted: PATH:ATTR=BYTES, for "
			 "instance fs/ext4:current_dynamic=2M)",
			 budget->origin, budget->text, why);
}

static bool attribute_find(const char *name, size_t length, enum memory_attribute *ret)
{
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
		if (strlen(memory_attribute_names[i]) == length &&
		    memcmp(memory_attribute_names[i], name, length) == 0) {
			*ret = (enum memory_attribute)i;
			return true;
		}
	}
	return false;
}

/* Digits at *text, which moves behind them; false if there are none or too many. */
static bool digits_read(const char **text, uint64_t *ret)
{
	const char *first = *text;
	uint64_t value = 0;

	for (; **text >= '0' && **text <= '9'; (*text)++) {
		uint64_t digit = (uint64_t)(**text - '0');

		if (value > (UINT64_MAX - digit) / 10) {
			return false;
		}
		value = value * 10 + digit;
	}
	*ret = value;
	return *text > first;
}

/* "2.5%" as 250. */
static bool percent_read(const char *text, uint64_t *ret)
{
	uint64_t whole;
	uint64_t part = 0;

	if (!digits_read(&text, &whole) || whole > PERCENT_LIMIT) {
		return false;
	}
	if (*text == '.') {
		const char *first = ++text;

		if (!digits_read(&text, &part) || text - first > 2) {
			return false;
		}
		part *= text - first == 1 ? 10 : 1;
	}
	*ret = whole * 100 + part;
	return strcmp(text, "%") == 0;
}

static bool bytes_read(const char *text, uint64_t *ret)
{
	static const char units[] = "KMG";
	const char *unit;
	unsigned int shift;

	if (!digits_read(&text, ret)) {
		return false;
	}
	if (!*text) {
		return true;
	}
	unit = strchr(units, *text);
	if (!unit || text[1]) {
		return false;
	}
	shift = 10 * ((unsigned int)(unit - units) + 1);
	if (*ret > UINT64_MAX >> shift) {
		return false;
	}
	*ret <<= shift;
	return true;
}

static bool amount_read(struct budget *budget, const char *text)
{
	if (*text != '+') {
		budget->kind = BUDGET_ABSOLUTE;
		return bytes_read(text, &budget->amount);
	}
	text++;
	budget->kind = strchr(text, '%') ? BUDGET_PERCENT : BUDGET_MORE;
	return budget->kind == BUDGET_PERCENT ? percent_read(text, &budget->amount)
					      : bytes_read(text, &budget->amount);
}

static int budget_parse(struct budgets *budgets, struct budget *budget, struct error *err)
{
	const char *equals = strrchr(budget->text, '=');
	const char *colon =
		equals ? memrchr(budget->text, ':', (size_t)(equals - budget->text)) : NULL;

	if (!colon || colon == budget->text) {
		return refuse(budget, "there is no place or no attribute", err);
	}
	if (!attribute_find(colon + 1, (size_t)(equals - colon - 1), &budget->attribute)) {
		return refuse(budget, "there is no such attribute", err);
	}
	if (!amount_read(budget, equals + 1)) {
		return refuse(budget, "that is no amount", err);
	}
	budget->place =
		arena_strndup(&budgets->arena, budget->text, (size_t)(colon - budget->text));
	return budget->place ? 0 : error_no_memory(err);
}

int budget_add(struct budgets *budgets, const char *text, const char *origin, struct error *err)
{
	struct budget budget = {
		.text = arena_strdup(&budgets->arena, text),
		.origin = arena_strdup(&budgets->arena, origin),
	};

	if (!budget.text || !budget.origin) {
		return error_no_memory(err);
	}
	if (budget_parse(budgets, &budget, err) < 0) {
		return err->code;
	}
	if (budgets->count == budgets->capacity) {
		size_t larger = budgets->capacity ? 2 * budgets->capacity : 16;
		struct budget *moved = realloc(budgets->items, larger * sizeof(*moved));

		if (!moved) {
			return error_no_memory(err);
		}
		budgets->items = moved;
		budgets->capacity = larger;
	}
	budgets->items[budgets->count++] = budget;
	return 0;
}

/* The line without blanks around it; the comment's line becomes empty. */
static char *line_trim(char *line)
{
	size_t length;

	line += strspn(line, " \t");
	length = strlen(line);
	while (length && strchr(" \t\r\n", line[length - 1])) {
		length--;
	}
	line[line[0] == '#' ? 0 : length] = '\0';
	return line;
}

int budgets_read(struct budgets *budgets, const char *path, struct error *err)
{
	FILE *file = fopen(path, "re");
	size_t before = budgets->count;
	size_t number = 0;
	char *line = NULL;
	size_t size = 0;
	int result = 0;

	if (!file) {
		return error_set_errno(err, ERROR_INPUT, errno, "%.800s", path);
	}
	while (result == 0 && getline(&line, &size, file) >= 0) {
		const char *text = line_trim(line);
		char origin[300];

		number++;
		snprintf(origin, sizeof(origin), "%.250s:%zu", path, number);
		if (text[0]) {
			result = budget_add(budgets, text, origin, err);
		}
	}
	if (result == 0 && ferror(file)) {
		result = error_set(err, ERROR_INPUT, "%.800s: cannot be read", path);
	}
	if (result == 0 && budgets->count == before) {
		result = error_set(err, ERROR_USAGE, "%.800s: there is no budget in it", path);
	}
	free(line);
	fclose(file);
	return result;
}

bool budgets_relative(const struct budgets *budgets)
{
	for (size_t i = 0; i < budgets->count; i++) {
		if (budgets->items[i].kind != BUDGET_ABSOLUTE) {
			return true;
		}
	}
	return false;
}
