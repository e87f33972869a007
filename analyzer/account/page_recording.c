/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page events of binary recordings. */
#include <string.h>

#include "analyzer/account/page_events.h"
#include "analyzer/input/recording.h"

struct run {
	struct page_account *account;
	const struct event_reader *reader;
	const struct page_request *request;
};

static bool on_event(void *context, const struct text_page *page, const struct sink_event *where)
{
	struct run *run = context;
	char space[TASK_NAME_SIZE];
	const char *task = "unknown";

	if (where->has_pid && page->kind == TEXT_PAGE_ALLOC) {
		task = recording_task(run->reader->print, run->reader->tasks, where->pid, space);
	}
	page_account_pass(run->account, where->cpu);
	return page_account_event(run->account, page, where->cpu, task, strlen(task));
}

static bool on_stack(void *context, uint32_t cpu, const uint64_t *frames, size_t count)
{
	struct run *run = context;
	const struct page_request *request = run->request;

	run->account->facts.stack_line_count++;
	for (size_t i = 0; request->name && i < count && page_account_waits(run->account, cpu);
	     i++) {
		const char *name = request->name(request->context, frames[i]);

		/* where no name is known, the frame cannot be told from the allocator's */
		if (name && !page_account_caller(run->account, cpu, name, strlen(name))) {
			return false;
		}
	}
	page_account_pass(run->account, cpu);
	return true;
}

static void on_pass(void *context, uint32_t cpu)
{
	struct run *run = context;

	page_account_pass(run->account, cpu);
}

static int read_all(struct page_account *account, struct event_reader *reader,
		    struct event_sink *sink, struct error *err)
{
	int result;

	do {
		event_sink_begin(sink);
		result = reader->read(reader->state, sink, err);
		sink->batch->facts.page_event_count = 0; /* the account counts them */
		trace_facts_merge(&account->facts, &sink->batch->facts);
	} while (result > 0);
	return result;
}

int page_recording_read(struct page_account *account, const char *name, struct event_reader *reader,
			const struct page_request *request, struct error *err)
{
	struct run run = {account, reader, request};
	struct page_sink pages = {on_event, on_stack, on_pass, &run};
	struct recording_part part;
	struct slab_batch batch = {0}; /* for its facts */
	struct event_sink sink = {.batch = &batch, .pages = &pages};
	size_t size = 0;
	const char *text = reader->kallsyms(reader->state, &size);

	if (text && request->symbols && request->symbols(request->context, text, size, err) < 0) {
		return err->code;
	}
	if (!event_part_is_all(request->part)) {
		if (recording_part_open(reader, request->part, &part, err) < 0) {
			return err->code;
		}
		sink.part = &part;
	}
	if (read_all(account, reader, &sink, err) < 0) {
		return err->code;
	}
	return sink.part ? recording_part_close(&part, name, err) : 0;
}
