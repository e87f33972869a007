/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/page_view.h"

#include <stdio.h>
#include <string.h>

#include "analyzer/report/page_summary.h"

int page_view_show(const struct options *options, struct error *err)
{
	struct page_account *account;
	const char *path = options->trace;
	int result = page_account_run(path, &options->part, &account, err);

	if (result < 0) {
		return result;
	}
	result = page_summary_write(stdout, strcmp(path, "-") == 0 ? "standard input" : path,
				    account, err);
	page_account_free(account);
	if (result == 0 && (fflush(stdout) != 0 || ferror(stdout))) {
		return error_set(err, ERROR_OUTPUT, "cannot write standard output");
	}
	return result;
}
