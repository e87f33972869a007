/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/page_view.h"

#include <stdio.h>
#include <string.h>

#include "analyzer/report/page_summary.h"
#include "elfsyms/symbol_map.h"

/* Names of the frames of a binary recording. */
struct page_names {
	struct symbol_map *map; /* NULL: none yet */
};

/* The recording's own map, where the user gave none; names can be done without. */
static int take_symbols(void *context, const char *text, size_t size, struct error *err)
{
	struct page_names *names = context;
	struct elfsyms_error why;

	if (names->map || symbol_map_from_memory("kallsyms of the recording", text, size,
						 &names->map, &why) == 0) {
		return 0;
	}
	names->map = NULL;
	return why.code == ELFSYMS_NO_MEMORY ? error_no_memory(err) : 0;
}

static const char *name_of(void *context, uint64_t address)
{
	const struct page_names *names = context;
	const struct map_symbol *symbol =
		names->map ? symbol_map_by_address(names->map, address) : NULL;

	return symbol ? symbol->name : NULL;
}

static int names_open(const struct options *options, struct page_names *ret, struct error *err)
{
	struct elfsyms_error why;

	*ret = (struct page_names){0};
	if (!options->kallsyms || symbol_map_from_text(options->kallsyms, &ret->map, &why) == 0) {
		return 0;
	}
	ret->map = NULL;
	return why.code == ELFSYMS_NO_MEMORY ? error_no_memory(err)
					     : error_set(err, ERROR_INPUT, "%s", why.text);
}

int page_view_show(const struct options *options, struct error *err)
{
	struct page_names names;
	struct page_request request = {
		.path = options->trace,
		.part = &options->part,
		.symbols = take_symbols,
		.name = name_of,
		.context = &names,
	};
	struct page_account *account;
	int result;

	if (names_open(options, &names, err) < 0) {
		return err->code;
	}
	result = page_account_run(&request, &account, err);
	symbol_map_free(names.map);
	if (result < 0) {
		return result;
	}
	result = page_summary_write(
		stdout, strcmp(request.path, "-") == 0 ? "standard input" : request.path, account,
		err);
	page_account_free(account);
	if (result == 0 && (fflush(stdout) != 0 || ferror(stdout))) {
		return error_set(err, ERROR_OUTPUT, "cannot write standard output");
	}
	return result;
}
