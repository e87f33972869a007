/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Call sites in a module's init text. That section is freed when the module has been
 * loaded: the trace prints bare addresses, and no map saved later shows where it was.
 *
 * But it began on a page. So an address is known up to the page, and the module's
 * file tells the rest: the section has a few pages at most, and what stands in front of a
 * call site must be a call that leads to an allocator. An address is believed only
 * if one module and one page fit, and if all other such addresses that would then be in
 * the same section follow a call there too. Modules the trace does not name are not
 * considered: among thousands something would always fit.
 */
#ifndef ANALYZER_ATTRIBUTE_INIT_TEXT_H
#define ANALYZER_ATTRIBUTE_INIT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/account.h"
#include "analyzer/attribute/kernel_code.h"
#include "analyzer/attribute/tail_call.h"
#include "analyzer/base/error.h"

struct init_text {
	const struct kernel_code *code;
	uint64_t *addresses; /* distinct, ascending */
	size_t address_count;
	bool *is_traced; /* by module of code: does the trace name it? */
};

/* ERROR_NO_MEMORY or 0. account is not needed later, code is. */
int init_text_init(struct init_text *init, const struct account *account,
		   const struct kernel_code *code, struct error *err);
void init_text_release(struct init_text *init);

/* Where the address, one of the account's, was; false if it can't be told. */
bool init_text_find(const struct init_text *init, uint64_t address, struct tail_budget *budget,
		    struct code_spot *ret);

#endif
