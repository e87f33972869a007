/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of a call site, taken apart: what stands behind "call_site=".
 *
 *   c104dd2f, ffffffff81234567, 0     %lx: kernels up to 5.3 (*_node events to 5.6)
 *   name+0x1d/0x2f0                   %pS: 5.4 and newer
 *   name+0x1d/0x2f0 [module]          the same inside a module
 *   0xffffffffc0a1b2c3                %pS of an address without a symbol; options/fields
 *   name+0x1d                         trace-cmd report and perf script: no size, no module
 *   name+?                            ours: a frame of a stack that shows no offset
 *
 * behind which options/fields puts the value once more as " (signed decimal)". Of
 * "[module buildid]" the first word counts. Names hold anything but blanks, '+',
 * control characters and brackets: '.' and '$' occur.
 */
#ifndef ANALYZER_ATTRIBUTE_SITE_TEXT_H
#define ANALYZER_ATTRIBUTE_SITE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum site_text_kind {
	SITE_TEXT_UNPARSED, /* none of the forms above: no other field is set */
	SITE_TEXT_ADDRESS,
	SITE_TEXT_SYMBOL,
};

/* name and module point into the parsed text; they are not NUL-terminated. */
struct site_text {
	enum site_text_kind kind;
	uint64_t address; /* SITE_TEXT_ADDRESS: as printed, not moved by -1 */
	bool is_unnamed;  /* SITE_TEXT_ADDRESS behind 0x: the kernel itself had no name for it */

	const char *name; /* SITE_TEXT_SYMBOL, like all that follows */
	size_t name_length;
	uint64_t offset;
	bool offset_unknown; /* "+?": offset is 0 */
	uint64_t size;	     /* what %pS prints: distance to the next symbol; 0: not printed */
	const char *module;  /* NULL: the kernel itself, or not printed */
	size_t module_length;
};

void site_text_parse(const char *text, struct site_text *ret);

#endif
