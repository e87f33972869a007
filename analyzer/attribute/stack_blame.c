/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/stack_blame.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/account/account_sizes.h"
#include "analyzer/attribute/site_text.h"

const char *const stack_wrappers[] = {
	"__krealloc",
	"__kvmalloc_node",
	"__kvmalloc_node_noprof",
	"devm_kasprintf",
	"devm_kmalloc",
	"devm_kmemdup",
	"devm_krealloc",
	"devm_kstrdup",
	"devm_kstrdup_const",
	"devm_kvasprintf",
	"kasprintf",
	"kcalloc",
	"kmemdup",
	"kmemdup_array",
	"kmemdup_noprof",
	"kmemdup_nul",
	"krealloc",
	"krealloc_array",
	"krealloc_node_align_noprof",
	"krealloc_noprof",
	"kstrdup",
	"kstrdup_const",
	"kstrdup_noprof",
	"kstrdup_quotable",
	"kstrdup_quotable_cmdline",
	"kstrndup",
	"kvasprintf",
	"kvasprintf_const",
	"kvcalloc",
	"kvmalloc",
	"kvmalloc_array",
	"kvmalloc_node",
	"kvmemdup",
	"kvrealloc",
	"kvrealloc_noprof",
	"kzalloc",
	"memdup_user",
	"memdup_user_nul",
	"mempool_alloc",
	"mempool_alloc_noprof",
	"mempool_alloc_slab",
	"mempool_create",
	"mempool_create_node",
	"mempool_create_node_noprof",
	"mempool_init",
	"mempool_init_node",
	"mempool_init_noprof",
	"mempool_kmalloc",
	"mempool_kvmalloc",
	"strndup_user",
	"vmemdup_user",
};
const size_t stack_wrapper_count = sizeof(stack_wrappers) / sizeof(stack_wrappers[0]);

/* %lx of a kernel address: 8 digits on 32-bit kernels, 16 on others. */
#define BARE_ADDRESS_DIGITS 8u

/* The name of the source: "kvasprintf" of "kvasprintf.constprop.0". */
static size_t source_length(const char *function, size_t length)
{
	const char *dot = length > 1 ? memchr(function + 1, '.', length - 1) : NULL;

	return dot ? (size_t)(dot - function) : length;
}

static bool is_name(const char *name, const char *function, size_t length)
{
	return strncmp(name, function, length) == 0 && name[length] == '\0';
}

bool stack_is_wrapper(const char *function, size_t length)
{
	length = source_length(function, length);
	for (size_t i = 0; i < stack_wrapper_count; i++) {
		if (is_name(stack_wrappers[i], function, length)) {
			return true;
		}
	}
	return false;
}

static bool is_skipped(const struct stack_blame_request *request, const char *function,
		       size_t length)
{
	for (size_t i = 0; i < request->skip_count; i++) {
		if (is_name(request->skip[i], function, length) ||
		    is_name(request->skip[i], function, source_length(function, length))) {
			return true;
		}
	}
	return stack_is_wrapper(function, length);
}

const char *stack_function(const struct stack_names *names, const char *text, size_t *ret_length)
{
	struct site_text site;
	const char *name = NULL;

	site_text_parse(text, &site);
	/* a call site may be bare digits, a frame never is: "add" is a function */
	if (site.kind == SITE_TEXT_ADDRESS &&
	    (site.is_unnamed || strlen(text) >= BARE_ADDRESS_DIGITS)) {
		name = names->function_at ? names->function_at(site.address, names->context) : NULL;
		*ret_length = name ? strlen(name) : 0;
		return name;
	}
	*ret_length = strcspn(text, "+ ");
	return text;
}

size_t stack_site_frame(const struct stack_names *names, const struct account_stack *stack)
{
	size_t length;
	const char *function = stack_function(names, stack->site, &length);

	for (size_t i = 0; i < stack->frame_count; i++) {
		size_t frame_length;
		const char *frame = stack_function(names, stack->frames[i], &frame_length);

		if (strcmp(stack->frames[i], stack->site) == 0 ||
		    (function && frame && frame_length == length &&
		     memcmp(frame, function, length) == 0)) {
			return i;
		}
	}
	return stack->frame_count;
}

/* The row's text for a frame; NULL: no memory. */
static const char *frame_row(struct stack_blame *blame, const char *frame)
{
	struct site_text text;

	site_text_parse(frame, &text);
	if (text.kind != SITE_TEXT_UNPARSED && (text.kind == SITE_TEXT_SYMBOL || text.is_unnamed)) {
		return frame;
	}
	return arena_printf(&blame->arena, "%s+?", frame);
}

/* The function that jumped to the one below, where the call in front of `frame` says so. */
static const char *tail_caller_of(const struct stack_blame_request *request, const char *below,
				  const char *frame)
{
	struct site_text text;
	char callee[256];
	size_t length;
	const char *function = stack_function(&request->names, below, &length);

	if (!request->tail_caller || !function || length >= sizeof(callee)) {
		return NULL;
	}
	site_text_parse(frame, &text);
	if (text.kind != SITE_TEXT_ADDRESS || !text.is_unnamed) {
		return NULL;
	}
	memcpy(callee, function, length);
	callee[length] = '\0';
	return request->tail_caller(callee, text.address, request->tail_context);
}

static bool text_is_skipped(const struct stack_blame_request *request, const char *text)
{
	size_t length;
	const char *function = stack_function(&request->names, text, &length);

	return function && is_skipped(request, function, length);
}

/* Who is to blame for a stack: *ret is the row's text, the site itself if nobody else. */
static int blame_find(struct stack_blame *blame, const struct account_stack *stack,
		      const struct stack_blame_request *request, const char **ret, bool *ret_kept)
{
	*ret = stack->site;
	*ret_kept = false;
	if (!text_is_skipped(request, stack->site)) {
		return 0;
	}
	for (size_t i = stack_site_frame(&request->names, stack) + 1; i < stack->frame_count; i++) {
		const char *jumped =
			tail_caller_of(request, stack->frames[i - 1], stack->frames[i]);

		if (jumped && !is_skipped(request, jumped, strlen(jumped))) {
			*ret = frame_row(blame, jumped);
			return *ret ? 0 : -1;
		}
		if (!text_is_skipped(request, stack->frames[i])) {
			*ret = frame_row(blame, stack->frames[i]);
			return *ret ? 0 : -1;
		}
	}
	*ret_kept = true;
	return 0;
}

static int compare_rows(const void *a, const void *b)
{
	return strcmp(((const struct account_row *)a)->site, ((const struct account_row *)b)->site);
}

/* Rows of the same text become one; false: no memory. */
static bool rows_merge(struct account *account, struct account_row *rows, size_t count,
		       struct arena *arena)
{
	struct series_sum sum;
	size_t kept = 0;
	bool good = series_sum_init(&sum);

	qsort(rows, count, sizeof(*rows), compare_rows);
	for (size_t i = 0; good && i < count; i++) {
		series_sum_add(&sum, &rows[i].series);
		if (kept > 0 && strcmp(rows[kept - 1].site, rows[i].site) == 0) {
			site_account_add(&rows[kept - 1].figures, &rows[i].figures);
		} else {
			rows[kept++] = rows[i];
		}
		if (i + 1 == count || strcmp(rows[i].site, rows[i + 1].site) != 0) {
			good = series_sum_take(&sum, arena, &rows[kept - 1].series);
		}
	}
	series_sum_release(&sum);
	account->row_count = kept;
	return good;
}

/* The sizes of each stack go where its figures went: to the row of texts[stack]. */
static bool sizes_blame(struct stack_blame *blame, const char *const *texts)
{
	struct account *account = &blame->account;

	return account_sizes_by_row(account, texts, account->stack_count, account->stack_sizes,
				    account->stack_size_count, &account->sizes,
				    &account->size_count);
}

/* Who is to blame for each stack; its figures go to the row of that. */
static bool rows_blame(struct stack_blame *blame, const struct stack_blame_request *request,
		       const char **texts)
{
	struct account *account = &blame->account;

	for (size_t i = 0; i < account->stack_count; i++) {
		const struct account_stack *stack = &account->stacks[i];
		bool kept;

		if (blame_find(blame, stack, request, &texts[i], &kept) < 0) {
			return false;
		}
		account->rows[i] = (struct account_row){texts[i], stack->figures, stack->series};
		if (kept) {
			blame->facts.kept_bytes += stack->figures.current_dynamic;
			blame->facts.kept_count += stack->figures.alloc_count;
		} else if (texts[i] != stack->site) {
			blame->facts.moved_bytes += stack->figures.current_dynamic;
			blame->facts.moved_count += stack->figures.alloc_count;
		}
	}
	return rows_merge(account, account->rows, account->stack_count, &blame->arena) &&
	       sizes_blame(blame, (const char *const *)texts);
}

int stack_blame_init(struct stack_blame *blame, const struct account *account,
		     const struct stack_blame_request *request, struct error *err)
{
	const char **texts = malloc((account->stack_count + 1) * sizeof(*texts));
	bool good;

	*blame = (struct stack_blame){.account = *account};
	blame->account.sizes = NULL; /* the account's own */
	blame->account.rows = calloc(account->stack_count + 1, sizeof(*blame->account.rows));
	arena_init(&blame->arena);
	good = texts && blame->account.rows && rows_blame(blame, request, texts);
	free(texts);
	if (!good) {
		stack_blame_release(blame);
		return error_no_memory(err);
	}
	return 0;
}

void stack_blame_release(struct stack_blame *blame)
{
	free(blame->account.rows);
	free(blame->account.sizes);
	arena_release(&blame->arena);
	*blame = (struct stack_blame){0};
}

static int compare_shares(const struct wrapper_share *a, const struct wrapper_share *b)
{
	size_t length = a->length < b->length ? a->length : b->length;
	int order;

	if (a->bytes != b->bytes) {
		return a->bytes > b->bytes ? -1 : 1;
	}
	order = memcmp(a->function, b->function, length);
	return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* Keeps the largest shares in order. */
static void largest_insert(struct wrapper_facts *facts, struct wrapper_share share)
{
	for (size_t i = 0; i < WRAPPERS_NAMED; i++) {
		if (i == facts->largest_count) {
			facts->largest[facts->largest_count++] = share;
			return;
		}
		if (compare_shares(&share, &facts->largest[i]) < 0) {
			struct wrapper_share smaller = facts->largest[i];

			facts->largest[i] = share;
			share = smaller;
		}
	}
}

static bool is_same_function(const struct wrapper_share *a, const struct wrapper_share *b)
{
	return a->length == b->length && memcmp(a->function, b->function, a->length) == 0;
}

void stack_wrappers_weigh(const struct account *account, const struct stack_names *names,
			  struct wrapper_facts *ret)
{
	struct wrapper_share open = {0}; /* rows are sorted: a function's stand together */

	*ret = (struct wrapper_facts){0};
	for (size_t i = 0; i < account->row_count; i++) {
		const struct account_row *row = &account->rows[i];
		struct wrapper_share share = {.bytes = row->figures.current_dynamic};

		share.function = stack_function(names, row->site, &share.length);
		if (!share.function || !stack_is_wrapper(share.function, share.length)) {
			continue;
		}
		ret->sites++;
		ret->bytes += share.bytes;
		if (open.function && is_same_function(&open, &share)) {
			open.bytes += share.bytes;
			continue;
		}
		if (open.function) {
			largest_insert(ret, open);
		}
		open = share;
	}
	if (open.function) {
		largest_insert(ret, open);
	}
}
