/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ar archives: made in memory, damaged, and those of the bundled kernel slice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "elfsyms/archive.h"
#include "elfsyms/object.h"
#include "test_paths.h"

/* An archive under construction. */
struct builder {
	char bytes[4096];
	size_t size;
};

static void append(struct builder *builder, const char *bytes, size_t size)
{
	assert_true(size <= sizeof(builder->bytes) - builder->size);
	memcpy(builder->bytes + builder->size, bytes, size);
	builder->size += size;
}

static void append_header(struct builder *builder, const char *name, size_t size)
{
	char header[128];

	snprintf(header, sizeof(header), "%-16s%-12d%-6d%-6d%-8o%-10zu`\n", name, 0, 0, 0, 0644U,
		 size);
	append(builder, header, 60);
}

static void append_member(struct builder *builder, const char *name, const char *data)
{
	append_header(builder, name, strlen(data));
	append(builder, data, strlen(data));
	if (builder->size % 2)
		append(builder, "\n", 1);
}

/* What the visitor saw, as text: "name=data;" or "name@offset;" */
struct listing {
	const char *bytes; /* of the archive; NULL: print offsets */
	char text[1024];
	size_t members;
	int stop_after;
};

static int list_member(const struct archive_member *member, void *context)
{
	struct listing *listing = context;
	size_t used = strlen(listing->text);
	char *at = listing->text + used;
	size_t room = sizeof(listing->text) - used;

	if (listing->bytes)
		snprintf(at, room, "%.*s=%.*s;", (int)member->name_length, member->name,
			 (int)member->size, listing->bytes + member->offset);
	else
		snprintf(at, room, "%.*s@%zu;", (int)member->name_length, member->name,
			 (size_t)member->offset);
	listing->members++;
	return listing->stop_after && (int)listing->members == listing->stop_after ? 7 : 0;
}

/* From memory of exactly that size, so that ASan sees a read beyond it. */
static int list_archive(const struct builder *builder, struct listing *listing, bool *is_thin,
			struct elfsyms_error *err)
{
	bool use_data = listing->bytes != NULL;
	char *copy = malloc(builder->size + !builder->size);
	int result;

	assert_non_null(copy);
	memcpy(copy, builder->bytes, builder->size);
	listing->bytes = use_data ? copy : NULL;
	result = archive_members_memory("a.a", copy, builder->size, is_thin, list_member, listing,
					err);
	free(copy);
	return result;
}

static void test_regular(void **state)
{
	struct listing listing = {.bytes = ""};
	struct builder builder;
	struct elfsyms_error err;
	bool is_thin = true;

	(void)state;
	builder.size = 0;
	append(&builder, "!<arch>\n", 8);
	append_member(&builder, "/", "symbol table");
	append_member(&builder, "/SYM64/", "symbols");
	append_member(&builder, "//", "a_name_too_long_for_it.o/\nsecond long name.o/\n");
	append_member(&builder, "short.o/", "odd");
	append_member(&builder, "/0", "even");
	append_member(&builder, "/26", "two");
	append_member(&builder, "empty.o/", "");
	append_header(&builder, "#1/8", 12);
	append(&builder, "bsd.o\0\0\0DATA", 12);
	append_member(&builder, "__.SYMDEF", "BSD symbols");
	append_member(&builder, "plain.o", "x");
	assert_int_equal(list_archive(&builder, &listing, &is_thin, &err), 0);
	assert_false(is_thin);
	assert_string_equal(listing.text,
			    "short.o=odd;a_name_too_long_for_it.o=even;second long name.o=two;"
			    "empty.o=;bsd.o=DATA;plain.o=x;");
}

static void make_thin(struct builder *builder)
{
	builder->size = 0;
	append(builder, "!<thin>\n", 8);
	append_member(builder, "/", "symbol table");
	append_member(builder, "//", "mm/slub.o/\nfs/lib.a/\n");
	append_header(builder, "/0", 123456);
	append_header(builder, "/11:4711", 99);
	append_header(builder, "init.o/", 7);
}

static void test_thin(void **state)
{
	struct listing listing = {0};
	struct builder builder;
	struct elfsyms_error err;
	bool is_thin = false;

	(void)state;
	make_thin(&builder);
	assert_int_equal(list_archive(&builder, &listing, &is_thin, &err), 0);
	assert_true(is_thin);
	assert_string_equal(listing.text, "mm/slub.o@0;fs/lib.a@4711;init.o@0;");
}

static void test_visit_stops(void **state)
{
	struct listing listing = {.stop_after = 2};
	struct builder builder;
	struct elfsyms_error err;

	(void)state;
	make_thin(&builder);
	assert_int_equal(list_archive(&builder, &listing, NULL, &err), 7);
	assert_int_equal(listing.members, 2);
}

static void test_empty(void **state)
{
	struct listing listing = {0};
	struct builder builder = {"!<thin>\n", 8};
	struct elfsyms_error err;

	(void)state;
	assert_int_equal(list_archive(&builder, &listing, NULL, &err), 0);
	assert_int_equal(listing.members, 0);
}

static void test_damaged(void **state)
{
	static const struct {
		const char *name, *table, *size, *end, *message;
	} cases[] = {
		{"/0", NULL, "4", "`\n", "not in the table of names"},
		{"/99", "x.o/\n", "4", "`\n", "not in the table of names"},
		{"/0", "endless", "4", "`\n", "a name without an end"},
		{"#1/9", NULL, "4", "`\n", "a name longer than its member"},
		{"#1/", NULL, "4", "`\n", "a name longer than its member"},
		{"a.o/", NULL, "5", "`\n", "ends inside a member"},
		{"a.o/", NULL, "9999999999", "`\n", "ends inside a member"},
		{"a.o/", NULL, "", "`\n", "not a member header"},
		{"a.o/", NULL, "-4", "`\n", "not a member header"},
		{"a.o/", NULL, "4", "!\n", "not a member header"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct listing listing = {0};
		struct builder builder = {"!<arch>\n", 8};
		struct elfsyms_error err;
		char header[61], offset[64];

		if (cases[i].table)
			append_member(&builder, "//", cases[i].table);
		snprintf(offset, sizeof(offset),
			 "a.a: damaged archive at offset %zu: ", builder.size);
		snprintf(header, sizeof(header), "%-48s%-10s%s", cases[i].name, cases[i].size,
			 cases[i].end);
		append(&builder, header, 60);
		append(&builder, "data", 4);
		assert_int_equal(list_archive(&builder, &listing, NULL, &err), ELFSYMS_FORMAT);
		assert_ptr_equal(strstr(err.text, offset), err.text);
		if (!strstr(err.text, cases[i].message))
			fail_msg("case %zu: %s", i, err.text);
		assert_int_equal(listing.members, 0);
	}
}

/* Cut anywhere: whole members are still seen, the rest is an error, or nothing is missing. */
static void test_truncated(void **state)
{
	struct builder builder;
	size_t whole = 0;

	(void)state;
	make_thin(&builder);
	for (size_t size = builder.size; size-- > 0;) {
		struct listing listing = {0};
		struct elfsyms_error err;
		int result;

		builder.size = size;
		result = list_archive(&builder, &listing, NULL, &err);
		if (result)
			assert_int_equal(result, ELFSYMS_FORMAT);
		else
			whole++;
	}
	/* After the magic, the two tables (the second also without its padding), two members. */
	assert_int_equal(whole, 6);
}

static void test_not_an_archive(void **state)
{
	struct listing listing = {0};
	struct elfsyms_error err;

	(void)state;
	assert_int_equal(
		archive_members_memory("x", "!<arxx>\n", 8, NULL, list_member, &listing, &err),
		ELFSYMS_FORMAT);
	assert_string_equal(err.text, "x: not an ar archive");
	assert_int_equal(archive_members_memory("x", "!<a", 3, NULL, list_member, &listing, &err),
			 ELFSYMS_FORMAT);
	assert_int_equal(archive_members("/nonexistent/b.a", NULL, list_member, &listing, &err),
			 ELFSYMS_IO);
	assert_int_equal(archive_members("/", NULL, list_member, &listing, &err), ELFSYMS_IO);
}

/* Each member of the thin archive must be an object in the folder that holds it. */
static int open_member(const struct archive_member *member, void *context)
{
	char path[4096];
	struct elf_object *object;
	struct elfsyms_error err;

	snprintf(path, sizeof(path), TA_TESTDATA "/linux/%.*s", (int)member->name_length,
		 member->name);
	if (elf_object_open(path, &object, &err))
		fail_msg("%s", err.text);
	elf_object_close(object);
	++*(size_t *)context;
	return 0;
}

static void test_bundled_archive(void **state)
{
	struct elfsyms_error err;
	size_t members = 0;
	bool is_thin = false;

	(void)state;
	if (archive_members(TA_TESTDATA "/linux/vmlinux.a", &is_thin, open_member, &members, &err))
		fail_msg("%s", err.text);
	assert_true(is_thin);
	assert_true(members > 100);
}

static int count_member(const struct archive_member *member, void *context)
{
	(void)member;
	++*(size_t *)context;
	return 0;
}

static void test_lab_archive(void **state)
{
	struct elfsyms_error err;
	char path[4096];
	size_t members = 0;
	bool is_thin = false;

	(void)state;
	if (!lab_path("linux/vmlinux.a", path, sizeof(path)))
		skip();
	assert_int_equal(archive_members(path, &is_thin, count_member, &members, &err), 0);
	assert_true(is_thin);
	assert_int_equal(members, 1435);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_regular),	       cmocka_unit_test(test_thin),
		cmocka_unit_test(test_visit_stops),    cmocka_unit_test(test_empty),
		cmocka_unit_test(test_damaged),	       cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_not_an_archive), cmocka_unit_test(test_bundled_archive),
		cmocka_unit_test(test_lab_archive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
