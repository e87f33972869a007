/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page events of text. */
#include <string.h>

#include "analyzer/account/page_events.h"
#include "analyzer/input/text_line.h"
#include "analyzer/input/text_stack.h"

static bool on_page(struct page_account *account, const char *line, const char *end)
{
	const char *task = "unknown";
	size_t length = strlen(task);
	struct text_page page;

	text_page_decode(line, end, &page);
	if (page.kind == TEXT_PAGE_ALLOC) {
		text_task(line, end, &task, &length);
	}
	return page_account_event(account, &page, account->cpu, task, length);
}

static bool on_frame(struct page_account *account, const char *line, const char *end)
{
	const char *name;
	size_t length;

	account->facts.stack_line_count++;
	return !page_account_waits(account, account->cpu) ||
	       !text_stack_frame(line, end, &name, &length) ||
	       page_account_caller(account, account->cpu, name, length);
}

static bool on_line(struct page_account *account, const char *line, const char *end,
		    bool accept_bare)
{
	const struct text_line_options options = {.accept_bare = accept_bare};
	struct trace_facts *facts = &account->facts;
	struct text_slab slab;
	enum text_line_kind kind;

	facts->line_count++;
	if (text_stack_is_frame(line, end)) {
		return on_frame(account, line, end);
	}
	kind = text_line_decode(line, (size_t)(end - line), &options, &slab, facts);
	if (text_stack_cpu(line, end, &account->cpu) && kind != TEXT_LINE_STACK) {
		page_account_pass(account, account->cpu);
	}
	switch (kind) {
	case TEXT_LINE_PAGE:
		return on_page(account, line, end);
	case TEXT_LINE_SLAB:
		facts->slab_event_count++;
		break;
	case TEXT_LINE_STACK:
		if (text_stack_is_user(line, end)) {
			page_account_pass(account, account->cpu);
		}
		break;
	default:
		break;
	}
	text_count_line(facts, kind, line, (size_t)(end - line), 0);
	return true;
}

static bool on_text(struct page_account *account, const char *at, const char *end, bool accept_bare)
{
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;

		if (!on_line(account, at, stop, accept_bare)) {
			return false;
		}
		at = stop + 1;
	}
	return true;
}

int page_text_read(struct page_account *account, struct trace_input *input, bool accept_bare,
		   struct error *err)
{
	struct trace_chunk chunk = {0};
	int result = trace_chunk_init(&chunk) ? 0 : error_no_memory(err);

	while (result == 0) {
		result = trace_input_claim(input, &chunk, err);
		if (result <= 0) {
			break;
		}
		result = trace_input_fill(input, &chunk, err);
		if (result == 0 &&
		    !on_text(account, chunk.text, chunk.text + chunk.length, accept_bare)) {
			result = error_no_memory(err);
		}
		account->facts.byte_count += chunk.length;
		account->facts.overlong_count += chunk.overlong_lines;
	}
	trace_chunk_release(&chunk);
	return result;
}
