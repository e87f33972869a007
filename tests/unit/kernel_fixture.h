/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small kernel builds for tests, made with the real gcc, ar and ld in a temporary
 * folder, and what kernel_tree_open finds in them as one comparable text.
 */
#ifndef TESTS_UNIT_KERNEL_FIXTURE_H
#define TESTS_UNIT_KERNEL_FIXTURE_H

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyzer/attribute/kernel_tree.h"

struct fixture {
	char root[64]; /* the build */
};

/* Runs a shell command in the build's folder; it must succeed. */
__attribute__((format(printf, 2, 3))) static inline void run(const struct fixture *fixture,
							     const char *format, ...)
{
	char command[8192];
	char full[9000];
	va_list args;

	va_start(args, format);
	assert_in_range(vsnprintf(command, sizeof(command), format, args), 1,
			(int)sizeof(command) - 1);
	va_end(args);
	(void)snprintf(full, sizeof(full), "cd %s && { %s ; }", fixture->root, command);
	if (system(full) != 0) {
		fail_msg("failed: %s", command);
	}
}

static inline int fixture_setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (!fixture) {
		return -1;
	}
	(void)snprintf(fixture->root, sizeof(fixture->root), "/tmp/trace-analyze-tree-XXXXXX");
	if (!mkdtemp(fixture->root)) {
		free(fixture);
		return -1;
	}
	*state = fixture;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *fixture = *state;
	char command[128];
	int result;

	(void)snprintf(command, sizeof(command), "rm -rf %s", fixture->root);
	result = system(command);
	free(fixture);
	return result;
}

/* Compiles code to path (its folder is made); the source is named like the object. */
static inline void compile(const struct fixture *fixture, const char *path, const char *code)
{
	run(fixture,
	    "p=%s; s=.src/${p%%.o}.c; mkdir -p $(dirname $p) $(dirname $s) && cat > $s "
	    "<<'EOF'\n%s\nEOF\n"
	    "gcc -c -O0 -fno-pie -fcommon -fno-asynchronous-unwind-tables -o $p $s",
	    path, code);
}

/* An object with one global function called name. */
static inline void compile_function(const struct fixture *fixture, const char *path,
				    const char *name)
{
	char code[512];

	(void)snprintf(code, sizeof(code), "int %s(int a);int %s(int a) { return a + %zu; }", name,
		       name, strlen(name));
	compile(fixture, path, code);
}

/* A file of the build with exactly this text. */
static inline void write_text(const struct fixture *fixture, const char *path, const char *text)
{
	char full[PATH_MAX];
	FILE *file;

	run(fixture, "mkdir -p $(dirname %s)", path);
	(void)snprintf(full, sizeof(full), "%s/%s", fixture->root, path);
	file = fopen(full, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

/* Links the objects into vmlinux. */
static inline void link_vmlinux(const struct fixture *fixture, const char *objects)
{
	run(fixture, "ld -e 0 -o vmlinux %s 2>/dev/null", objects);
}

static inline struct kernel_tree *open_tree(const struct fixture *fixture)
{
	struct kernel_tree *tree = NULL;
	struct error error = {0};

	if (kernel_tree_open(fixture->root, 2, &tree, &error) != 0) {
		fail_msg("%s", error.text);
	}
	return tree;
}

/* "init/main.o fs/ext2/dir.o:ext2 ...": every object with its module, in the tree's order. */
static inline void list_objects(const struct kernel_tree *tree, char *text, size_t size)
{
	size_t count;
	const struct tree_object *objects = kernel_tree_objects(tree, &count);
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count && used < size; i++) {
		used += (size_t)snprintf(text + used, size - used, "%s%s%s%s", used ? " " : "",
					 objects[i].path, objects[i].module ? ":" : "",
					 objects[i].module ? objects[i].module : "");
	}
}

/* Opens the build and compares what it consists of, what said so, and how much was unusable. */
static inline void expect_build(const struct fixture *fixture, const char *evidence,
				size_t unreadable, const char *objects)
{
	struct kernel_tree *tree = open_tree(fixture);
	const struct kernel_tree_facts *facts = kernel_tree_facts(tree);
	char text[8192];

	list_objects(tree, text, sizeof(text));
	assert_string_equal(text, objects);
	assert_string_equal(facts->evidence, evidence);
	if (facts->unreadable_count != unreadable) {
		fail_msg("%zu unreadable: %s", facts->unreadable_count, facts->first_unreadable);
	}
	kernel_tree_free(tree);
}

#define kernel_test(function)                                                                      \
	cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

#endif
