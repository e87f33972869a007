/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/part_options.h"

#include <string.h>

#define NS_PER_SECOND 1000000000u

/* Digits of text from *at on; false if there are none or too many. */
static bool take_number(const char **at, uint64_t *ret)
{
	const char *start = *at;

	*ret = 0;
	while (**at >= '0' && **at <= '9') {
		if (__builtin_mul_overflow(*ret, 10u, ret) ||
		    __builtin_add_overflow(*ret, (uint64_t)(**at - '0'), ret)) {
			return false;
		}
		(*at)++;
	}
	return *at > start;
}

static bool parse_time(const char *text, uint64_t *ret)
{
	uint64_t unit = NS_PER_SECOND;

	if (!take_number(&text, ret) || __builtin_mul_overflow(*ret, NS_PER_SECOND, ret)) {
		return false;
	}
	if (*text == '.') {
		for (text++; *text >= '0' && *text <= '9'; text++) {
			unit /= 10;
			*ret += unit * (uint64_t)(*text - '0');
		}
	}
	return *text == '\0';
}

static int parse_edge(const char *name, const char *text, struct part_edge *ret, struct error *err)
{
	const char *at = text;
	uint64_t percent;

	if (!text) {
		return 0;
	}
	if (take_number(&at, &percent) && strcmp(at, "%") == 0) {
		if (percent > 100) {
			return error_set(err, ERROR_USAGE, "--%s: %.100s is more than all", name,
					 text);
		}
		*ret = (struct part_edge){.kind = PART_EDGE_PERCENT,
					  .percent = (unsigned int)percent};
	} else if (parse_time(text, &ret->time_ns)) {
		ret->kind = PART_EDGE_TIME;
	} else {
		*ret = (struct part_edge){.kind = PART_EDGE_MARKER, .marker = text};
	}
	return 0;
}

static int parse_number(const char *name, const char *text, uint64_t limit, bool *ret_given,
			uint64_t *ret, struct error *err)
{
	const char *at = text;

	if (text && (!take_number(&at, ret) || *at != '\0' || *ret > limit)) {
		return error_set(err, ERROR_USAGE, "--%s: '%.100s' is no number of a %s", name,
				 text, name);
	}
	*ret_given = text != NULL;
	return 0;
}

int part_options_parse(struct options *options, struct error *err)
{
	struct event_part *part = &options->part;
	uint64_t cpu = 0;

	if (parse_edge("from", options->from, &part->from, err) < 0 ||
	    parse_edge("to", options->to, &part->to, err) < 0 ||
	    parse_number("cpu", options->cpu, UINT32_MAX - 1, &part->has_cpu, &cpu, err) < 0 ||
	    parse_number("pid", options->pid, UINT32_MAX, &part->has_pid, &part->pid, err) < 0) {
		return err->code;
	}
	part->cpu = (uint32_t)cpu;
	part->task = options->task;
	if (part->from.kind == PART_EDGE_TIME && part->to.kind == PART_EDGE_TIME &&
	    part->from.time_ns > part->to.time_ns) {
		return error_set(err, ERROR_USAGE, "--from %.100s is behind --to %.100s",
				 options->from, options->to);
	}
	if (!options->trace && !event_part_is_all(part)) {
		return error_set(err, ERROR_USAGE,
				 "--from, --to, --cpu, --task and --pid need a trace (-f LOG)");
	}
	return 0;
}
