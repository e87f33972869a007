/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/stack_views.h"

#include <stdlib.h>
#include <string.h>

bool stack_views_wanted(const struct options *options)
{
	return options->skip || options->folded_file;
}

/* Names a run-time address: looked up inside the call, one byte before the return. */
static const char *function_at(uint64_t return_address, void *context)
{
	const struct stack_views *views = context;
	const struct kernel_maps *maps = views->maps;
	const struct map_symbol *symbol = NULL;

	if (return_address == 0) {
		return NULL;
	}
	if (maps->kallsyms) {
		symbol = symbol_map_by_address(maps->kallsyms, return_address - 1);
	} else if (maps->vmlinux) {
		symbol = symbol_map_by_address(maps->vmlinux,
					       return_address - views->tail.slide - 1);
	}
	return symbol ? symbol->name : NULL;
}

/* "a,b,c" into names; *ret_list and the copy it points into are the caller's to free. */
static int skip_list_parse(const char *text, char **ret_copy, const char ***ret_list,
			   size_t *ret_count, struct error *err)
{
	size_t capacity = 1;
	char *rest;
	char *name;

	for (const char *c = text; *c; c++) {
		capacity += *c == ',';
	}
	*ret_copy = strdup(text);
	*ret_list = calloc(capacity, sizeof(**ret_list));
	*ret_count = 0;
	if (!*ret_copy || !*ret_list) {
		return error_no_memory(err);
	}
	rest = *ret_copy;
	while ((name = strsep(&rest, ",")) != NULL) {
		name += strspn(name, " ");
		name[strcspn(name, " ")] = '\0';
		if (name[0]) {
			(*ret_list)[(*ret_count)++] = name;
		}
	}
	return 0;
}

static int blame(struct stack_views *views, const char *skip, const struct trace_account *trace,
		 struct error *err)
{
	struct stack_blame_request request = {.names = views->names};
	char *copy = NULL;
	const char **list = NULL;
	int result = skip_list_parse(skip, &copy, &list, &request.skip_count, err);

	request.skip = list;
	request.tail_caller = tail_caller_find;
	request.tail_context = &views->tail;
	if (result == 0) {
		result = stack_blame_init(&views->blame, trace_account_get(trace), &request, err);
		views->is_blamed = result == 0;
	}
	free(list);
	free(copy);
	return result;
}

static bool has_stacks(const struct account *account)
{
	for (size_t i = 0; i < account->stack_count; i++) {
		if (account->stacks[i].frame_count > 0) {
			return true;
		}
	}
	return false;
}

int stack_views_init(struct stack_views *views, const struct options *options,
		     const struct trace_account *trace, const struct kernel_maps *maps,
		     const struct kernel_slide *slide, struct error *err)
{
	*views = (struct stack_views){
		.names = {function_at, views},
		.maps = maps,
		.tail = {.code = &maps->code,
			 .has_slide = kernel_slide_is_usable(slide),
			 .slide = kernel_slide_is_usable(slide) ? slide->slide : 0},
	};
	tail_budget_init(&views->tail.budget);
	if (!trace || !stack_views_wanted(options)) {
		return 0;
	}
	if (!has_stacks(trace_account_get(trace))) {
		return error_set(err, ERROR_INPUT,
				 "%.200s: has no stack traces, which --%s needs: record them with "
				 "'echo 1 > options/stacktrace' in tracefs, trace-cmd record -T or "
				 "perf record -g",
				 options->trace, options->skip ? "skip" : "folded");
	}
	return options->skip ? blame(views, options->skip, trace, err) : 0;
}

void stack_views_release(struct stack_views *views)
{
	if (views->is_blamed) {
		stack_blame_release(&views->blame);
	}
	*views = (struct stack_views){0};
}

const struct account *stack_views_account(const struct stack_views *views,
					  const struct trace_account *trace)
{
	return views->is_blamed ? &views->blame.account : trace_account_get(trace);
}
