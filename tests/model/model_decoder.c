/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every implementation of the fast path beside the careful one, on real lines of every
 * format and on lines made from them by damage: the same events in the same order, the
 * same sizes, the same facts. And chunks: wherever lines are divided, the sum is the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "decoder_fixture.h"
#include "test_paths.h"

enum { FILE_BYTES = 48 * 1024, MUTANTS = 60, MUTANT_BYTES = 3000 };

static uint64_t random_state = 20120607;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* Returns how many slab events there are. */
static uint32_t compare_once(const char *name, const char *text, size_t length, bool accept_bare)
{
	struct site_table sites;
	struct slab_batch careful;
	uint32_t events;

	assert_true(decoder_sites_init(&sites));
	assert_true(decoder_run(TEXT_FAST_NONE, accept_bare, &sites, text, length, 0, &careful));
	for (int kind = TEXT_FAST_PORTABLE; kind < TEXT_FAST_COUNT; kind++) {
		struct slab_batch fast;
		const char *difference;

		if (!text_fast_available((enum text_fast_kind)kind)) {
			continue;
		}
		assert_true(decoder_run((enum text_fast_kind)kind, accept_bare, &sites, text,
					length, 0, &fast));
		difference = batch_difference(&careful, &fast);
		slab_batch_release(&fast);
		if (difference) {
			fail_msg("%s, %s: differs in %s:\n%.*s", name, text_fast_names[kind],
				 difference, length < 2000 ? (int)length : 2000, text);
		}
	}
	events = careful.event_count;
	slab_batch_release(&careful);
	site_table_release(&sites);
	return events;
}

static uint32_t compare(const char *name, const char *text, size_t length, bool accept_bare)
{
	decoder_wants_times = true;
	compare_once(name, text, length, accept_bare);
	decoder_wants_times = false;
	return compare_once(name, text, length, accept_bare);
}

/* Divided into two chunks behind each of some lines: the facts add up, the events too. */
static void compare_splits(const char *name, const char *text, size_t length)
{
	struct site_table sites;
	struct slab_batch whole;
	size_t step = length / 12 + 1;

	assert_true(decoder_sites_init(&sites));
	assert_true(decoder_run(text_fast_best(), false, &sites, text, length, 0, &whole));
	for (size_t near = step; near < length; near += step) {
		const char *newline = memchr(text + near, '\n', length - near);
		size_t cut = newline ? (size_t)(newline - text) + 1 : length;
		struct slab_batch parts[2];
		struct trace_facts facts = {0};

		assert_true(decoder_run(text_fast_best(), false, &sites, text, cut, 0, &parts[0]));
		assert_true(decoder_run(text_fast_best(), false, &sites, text + cut, length - cut,
					cut, &parts[1]));
		trace_facts_merge(&facts, &parts[0].facts);
		trace_facts_merge(&facts, &parts[1].facts);
		if (facts_difference(&facts, &whole.facts)) {
			fail_msg("%s: divided at %d: %s", name, (int)cut,
				 facts_difference(&facts, &whole.facts));
		}
		slab_batch_release(&parts[0]);
		slab_batch_release(&parts[1]);
	}
	slab_batch_release(&whole);
	site_table_release(&sites);
}

/* Bytes that mean something to a decoder. */
static const char *const pieces[] = {
	"\n",
	"\r\n",
	"\r",
	"\0",
	" ",
	"  ",
	"\t",
	":",
	": ",
	"=",
	"[",
	"]",
	"(",
	")",
	"-",
	"+",
	".",
	"0",
	"9",
	"a",
	"F",
	"g",
	"#",
	"/",
	"|",
	"<",
	"=> ",
	"0x",
	"(null)",
	"(____ptrval____)",
	" ptr=",
	" call_site=",
	" name=",
	" bytes_req=",
	" bytes_alloc=",
	" gfp_flags=",
	" [brd]",
	"kfree: ",
	"kmalloc: ",
	"kmem:",
	"12345678",
	"99999999999999999999",
	"ffff96cafdec2288",
	"00000000169c6f22",
	" (-1)",
	"[   12.345678] ",
	"CPU:0 [LOST 5 EVENTS]",
	"tracing_mark_write: a",
	"##### CPU 1 buffer started ####",
	"us+: ",
};

/* One random change: a byte, a piece put in, a stretch taken out, repeated or exchanged. */
static size_t mutate(char *text, size_t length)
{
	size_t at = length ? random_next() % length : 0;
	size_t stretch = random_next() % 40;
	const char *piece = pieces[random_next() % (sizeof(pieces) / sizeof(pieces[0]))];
	size_t piece_length = strlen(piece) ? strlen(piece) : 1;

	stretch = stretch > length - at ? length - at : stretch;
	switch (random_next() % 5) {
	case 0:
		if (at < length) {
			text[at] = (char)random_next();
		}
		return length;
	case 1:
		memmove(text + at, text + at + stretch, length - at - stretch);
		return length - stretch;
	case 2:
		if (piece_length <= length - at) {
			/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
			memcpy(text + at, piece, piece_length);
		}
		return length;
	case 3: /* what stands here, again: the text doubles in place */
		memmove(text + at + stretch, text + at, length - at);
		return length + stretch;
	default:
		memmove(text + at + piece_length, text + at, length - at);
		/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
		memcpy(text + at, piece, piece_length);
		return length + piece_length;
	}
}

static void compare_mutants(const char *name, const char *text, size_t length)
{
	static char mutant[MUTANT_BYTES + 4096];

	for (int i = 0; i < MUTANTS; i++) {
		size_t changes = 1 + random_next() % 12;
		size_t used = length < MUTANT_BYTES ? length : MUTANT_BYTES;
		size_t from = length > used ? random_next() % (length - used) : 0;

		memcpy(mutant, text + from, used);
		while (changes-- > 0) {
			used = mutate(mutant, used);
		}
		compare(name, mutant, used, (i & 1) != 0);
	}
}

static uint32_t check_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = malloc(FILE_BYTES);
	size_t length;
	uint32_t events;

	assert_true(file && text);
	length = fread(text, 1, FILE_BYTES, file);
	fclose(file);
	events = compare(path, text, length, false);
	compare(path, text, length, true);
	compare_splits(path, text, length);
	if (events > 0 || length < 4096) {
		compare_mutants(path, text, length);
	}
	free(text);
	return events;
}

/* Every file below path, in the order of names; returns the events. */
static uint64_t check_tree(const char *path, unsigned int *file_count)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, NULL, alphasort);
	uint64_t events = 0;

	assert_true(count >= 0);
	for (int i = 0; i < count; i++) {
		char child[4096];
		struct stat status;

		snprintf(child, sizeof(child), "%s/%s", path, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && stat(child, &status) == 0) {
			if (S_ISDIR(status.st_mode)) {
				events += check_tree(child, file_count);
			} else {
				events += check_file(child);
				++*file_count;
			}
		}
		free(entries[i]);
	}
	free(entries);
	return events;
}

static void test_bundled(void **state)
{
	unsigned int files = 0;
	uint64_t events = check_file(TA_TESTDATA "/boot.log");

	(void)state;
	events += check_file(TA_TESTDATA "/module.log");
	events += check_tree(TA_TESTDATA "/formats", &files);
	print_message("%u captures and two logs, %llu events\n", files, (unsigned long long)events);
	assert_true(files > 0 && events > 0);
}

static void test_lab(void **state)
{
	static const char *const folders[] = {"formats", "variants", "2012"};
	static const char *const logs[] = {"leaky/kmem.log", "tracecmd/report.txt",
					   "tracecmd/stack-report.txt", "perf/script.txt",
					   "perf/script-callgraph.txt"};
	unsigned int files = 0;
	uint64_t events = 0;
	char path[4096];

	(void)state;
	if (!lab_path("formats", path, sizeof(path))) {
		skip();
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (lab_path(folders[i], path, sizeof(path))) {
			events += check_tree(path, &files);
		}
	}
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		if (lab_path(logs[i], path, sizeof(path))) {
			events += check_file(path);
		}
	}
	print_message("%u captures, %llu events\n", files, (unsigned long long)events);
	assert_true(events > 0);
}

/* Commands, flags, clocks and values in all combinations the fast path decides by. */
static void test_made_up(void **state)
{
	static const char *const flags[] = {"",	       "....",	   ".....",	"dNh21",
					    "b....12", "12345678", "123456789", "..q.."};
	static const char *const times[] = {
		"2.912608", "20305861539", "1795308412.760411", "2.", ".5", "1.2.3", "12us"};
	static const char *const events[] = {
		"kmalloc", "kmalloc_node",    "kmem_cache_alloc", "kmem_cache_alloc_node",
		"kfree",   "kmem_cache_free", "kmem_cache_allox"};
	static const char *const sites[] = {"f+0x1/0x2",
					    "f+0x1/0x2 [brd]",
					    "c10b86a3",
					    "",
					    "f+0x1/0x2 [brd] (-1)",
					    "a_name_of_over_thirty_two_bytes.constprop.0+0x1/0x2"};
	static const char *const pointers[] = {
		"00000000169c6f22", "c147dd20",		  "          (null)",
		"(____ptrval____)", "0xff222ede01358000", "0000000000000010",
		"00000000169c6f2",  "00000000169c6f221",  ""};
	static const char *const sizes[] = {"8",	  "9999999", "10000000", "4294967295",
					    "4294967296", "0x8",     "",	 "8k"};
	char *text = malloc(1u << 20);
	size_t used = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 4000; i++) {
		const char *event = events[random_next() % 7];

		used += (size_t)snprintf(
			text + used, (1u << 20) - used,
			"%16s-%-*d [%03d] %s %12s: %s: call_site=%s ptr=%s%s bytes_req=%s "
			"bytes_alloc=%s gfp_flags=%s%s\n",
			random_next() % 4 ? "init" : "a: b: kmalloc:", random_next() % 2 ? 7 : 5,
			(int)(random_next() % 3 ? random_next() % 40000 : random_next() % 99999999),
			(int)(random_next() % 9 ? random_next() % 4 : random_next() % 2000),
			flags[random_next() % 4 ? 2 : random_next() % 8],
			times[random_next() % 4 ? 0 : random_next() % 7], event,
			sites[random_next() % 6],
			pointers[random_next() % 2 ? 0 : random_next() % 9],
			random_next() % 4   ? ""
			: random_next() % 2 ? " name=x"
					    : " name=",
			sizes[random_next() % 2 ? 0 : random_next() % 8],
			sizes[random_next() % 2 ? 0 : random_next() % 8],
			random_next() % 2 ? "GFP_KERNEL" : "", random_next() % 2 ? " node=-1" : "");
	}
	assert_true(compare("made up", text, used, false) > 500);
	compare_splits("made up", text, used);
	for (int i = 0; i < 10; i++) {
		compare_mutants("made up", text, used);
	}
	free(text);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_bundled),
	cmocka_unit_test(test_made_up),
	cmocka_unit_test(test_lab),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
