/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "analyzer/report/summary_parts.h"

#define INDENT	     2
#define ADVICE_LABEL "Next time: "

/* By enum finding_severity: plain, yellow, red. */
static const char *const severity_colors[] = {"", "\033[33m", "\033[31m"};
static const char *const grade_colors[] = {"\033[32m", "\033[33m", "\033[31m"};

static void colored(FILE *out, bool color, const char *code, const char *text)
{
	if (color && code[0]) {
		fprintf(out, "%s%s\033[0m", code, text);
	} else {
		fputs(text, out);
	}
}

static void finding_write(FILE *out, const struct finding *finding, bool color)
{
	const char *severity = finding_severity_names[finding->severity];
	size_t column = INDENT + strlen(severity) + strlen(": ");

	fprintf(out, "%*s", INDENT, "");
	colored(out, color, severity_colors[finding->severity], severity);
	fputs(": ", out);
	format_wrap(out, TEXT_WIDTH, column, INDENT + 2, finding->text);
	if (finding->advice) {
		fprintf(out, "%*s" ADVICE_LABEL, INDENT + 2, "");
		format_wrap(out, TEXT_WIDTH, INDENT + 2 + strlen(ADVICE_LABEL), INDENT + 2,
			    finding->advice);
	}
}

void verdict_write(FILE *out, const struct verdict *verdict, bool color)
{
	summary_heading(out, color, "How far to trust these figures");
	fprintf(out, "%*s", INDENT, "");
	colored(out, color, grade_colors[verdict->grade], verdict->sentence);
	putc('\n', out);
	for (size_t i = 0; i < verdict->count; i++) {
		finding_write(out, &verdict->findings[i], color);
	}
}
