/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checked budgets as CI systems show them. */
#include <string.h>

#include "analyzer/report/budget.h"

/* For attributes and text alike. XML 1.0 has no control characters; bytes beyond ASCII become '?'.
 */
static void xml_write(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			putc(*text < ' ' || *text > '~' ? '?' : *text, out);
		}
	}
}

static void junit_case_write(FILE *out, const char *name, const char *failure, const char *message)
{
	fputs("  <testcase classname=\"trace_analyze\" name=\"", out);
	xml_write(out, name);
	fputs("\">\n", out);
	if (failure) {
		fputs("    <failure message=\"", out);
		xml_write(out, failure);
		fputs("\"/>\n", out);
	} else {
		fputs("    <system-out>", out);
		xml_write(out, message);
		fputs("</system-out>\n", out);
	}
	fputs("  </testcase>\n", out);
}

void budgets_junit_write(FILE *out, const struct budgets *budgets)
{
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"memory budgets\" tests=\"%zu\" failures=\"%zu\">\n",
		budgets->count + 1, budgets_failed(budgets));
	junit_case_write(out, "figures are reliable", budgets->problem,
			 "checked, or allowed not to be");
	for (size_t i = 0; i < budgets->count; i++) {
		const struct budget *budget = &budgets->items[i];

		junit_case_write(out, budget->text, budget->is_breached ? budget->message : NULL,
				 budget->message);
	}
	fputs("</testsuite>\n", out);
}

/* github.com/actions/toolkit, docs/commands.md: % and line ends are escaped, in titles : and , too.
 */
static void command_write(FILE *out, const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr(special, *text) || *text < ' ' || *text > '~') {
			fprintf(out, "%%%02X", (unsigned char)*text);
		} else {
			putc(*text, out);
		}
	}
}

static void annotation_write(FILE *out, const char *title, const char *message)
{
	fputs("::error title=", out);
	command_write(out, title, "%:,");
	fputs("::", out);
	command_write(out, message, "%");
	putc('\n', out);
}

void budgets_github_write(FILE *out, const struct budgets *budgets)
{
	if (budgets->is_unreliable) {
		annotation_write(out, "memory figures", budgets->problem);
	}
	for (size_t i = 0; i < budgets->count; i++) {
		if (budgets->items[i].is_breached) {
			annotation_write(out, budgets->items[i].text, budgets->items[i].message);
		}
	}
}
