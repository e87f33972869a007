/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/build_cmd.h"

#include <string.h>

#include "analyzer/attribute/build_files.h"

enum word_kind {
	WORD_END,
	WORD_TEXT,
	WORD_SEPARATOR, /* ; | & and newline: the next command begins */
};

/* A shell command line, word by word: blanks, quotes and backslashes as make and sh see them. */
struct word_reader {
	const char *next;
	const char *end;
	char word[BUILD_PATH_MAX];
	size_t length; /* 0 also for words too long to be a path */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_separator(char c)
{
	return c == ';' || c == '|' || c == '&' || c == '\n';
}

/* One word up to the next blank or separator outside quotes. */
static void word_take(struct word_reader *reader)
{
	char quote = '\0';
	bool fits = true;

	reader->length = 0;
	for (; reader->next < reader->end; reader->next++) {
		char c = *reader->next;

		if (quote == '\0' && (is_blank(c) || is_separator(c))) {
			break;
		}
		if (quote != '\0' && c == quote) {
			quote = '\0';
			continue;
		}
		if (quote == '\0' && (c == '\'' || c == '"')) {
			quote = c;
			continue;
		}
		if (c == '\\' && quote != '\'' && reader->next + 1 < reader->end) {
			c = *++reader->next;
		}
		if (reader->length + 1 < sizeof(reader->word) && c != '\0') {
			reader->word[reader->length++] = c;
		} else {
			fits = false;
		}
	}
	if (!fits) {
		reader->length = 0;
	}
	reader->word[reader->length] = '\0';
}

static enum word_kind word_next(struct word_reader *reader)
{
	while (reader->next < reader->end && is_blank(*reader->next)) {
		reader->next++;
	}
	if (reader->next == reader->end) {
		return WORD_END;
	}
	if (is_separator(*reader->next)) {
		reader->next++;
		return WORD_SEPARATOR;
	}
	word_take(reader);
	return WORD_TEXT;
}

static bool is_input(const char *word, size_t length)
{
	return (length > 1 && word[0] == '@') || text_has_suffix(word, length, ".o") ||
	       text_has_suffix(word, length, ".a");
}

/* One command of the line: does it have -r and -o? Leaves the reader behind it. */
static bool command_is_link(struct word_reader *reader, enum word_kind *last)
{
	bool relocatable = false;
	bool output = false;

	while ((*last = word_next(reader)) == WORD_TEXT) {
		relocatable = relocatable || strcmp(reader->word, "-r") == 0;
		output = output || strcmp(reader->word, "-o") == 0;
	}
	return relocatable && output;
}

static int command_visit(struct word_reader *reader, build_word_visit visit, void *context)
{
	bool is_output = false;

	while (word_next(reader) == WORD_TEXT) {
		int result = 0;

		if (!is_output && is_input(reader->word, reader->length)) {
			result = visit(reader->word, reader->length, context);
		}
		if (result != 0) {
			return result;
		}
		is_output = strcmp(reader->word, "-o") == 0;
	}
	return 0;
}

/* Behind "cmd_PATH :=" or "savedcmd_PATH :="; NULL when the line is something else. */
static const char *command_start(const char *text, size_t size)
{
	const char *assign;

	if (!(size > 4 && memcmp(text, "cmd_", 4) == 0) &&
	    !(size > 9 && memcmp(text, "savedcmd_", 9) == 0)) {
		return NULL;
	}
	assign = memmem(text, size, ":=", 2);
	return assign ? assign + 2 : NULL;
}

int build_cmd_inputs(const char *text, size_t size, bool *is_link, build_word_visit visit,
		     void *context)
{
	const char *newline = memchr(text, '\n', size);
	const char *end = newline ? newline : text + size;
	const char *start = command_start(text, (size_t)(end - text));
	struct word_reader reader = {.next = start, .end = end};
	enum word_kind last = WORD_SEPARATOR;

	*is_link = false;
	if (!start) {
		return 0;
	}
	while (last == WORD_SEPARATOR) {
		const char *command = reader.next;

		if (command_is_link(&reader, &last)) {
			*is_link = true;
			reader.next = command;
			return command_visit(&reader, visit, context);
		}
	}
	return 0;
}

int build_mod_members(const char *text, size_t size, build_word_visit visit, void *context)
{
	struct word_reader reader = {.next = text, .end = text + size};
	enum word_kind kind;

	while ((kind = word_next(&reader)) != WORD_END) {
		int result = 0;

		if (kind == WORD_TEXT && (text_has_suffix(reader.word, reader.length, ".o") ||
					  text_has_suffix(reader.word, reader.length, ".a"))) {
			result = visit(reader.word, reader.length, context);
		}
		if (result != 0) {
			return result;
		}
	}
	return 0;
}

int build_order_modules(const char *text, size_t size, build_word_visit visit, void *context)
{
	struct word_reader reader = {.next = text, .end = text + size};
	enum word_kind kind;

	while ((kind = word_next(&reader)) != WORD_END) {
		size_t suffix = 0;
		int result = 0;

		if (kind == WORD_TEXT && text_has_suffix(reader.word, reader.length, ".ko")) {
			suffix = 3;
		} else if (kind == WORD_TEXT && text_has_suffix(reader.word, reader.length, ".o")) {
			suffix = 2;
		}
		if (suffix > 0) {
			reader.length -= suffix;
			reader.word[reader.length] = '\0';
			result = visit(reader.word, reader.length, context);
		}
		if (result != 0) {
			return result;
		}
	}
	return 0;
}
