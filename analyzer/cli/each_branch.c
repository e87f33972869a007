/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/each_branch.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/report/account_file.h"

#define HASH_SIZE 17 /* '~' and 16 digits */

static bool is_plain(char c, bool is_first)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '_' || c == '+') {
		return true;
	}
	return !is_first && (c == '.' || c == '-');
}

/* FNV-1a */
static uint64_t name_hash(const char *name)
{
	uint64_t hash = 14695981039346656037u;

	while (*name) {
		hash = (hash ^ (unsigned char)*name++) * 1099511628211u;
	}
	return hash;
}

void each_branch_name(char ret[EACH_BRANCH_NAME_MAX + 1], const char *name)
{
	size_t length = 0;

	for (const char *c = name; *c; c++) {
		bool plain = is_plain(*c, c == name);

		if (length + (plain ? 1 : 3) > EACH_BRANCH_NAME_MAX) {
			length = length < EACH_BRANCH_NAME_MAX - HASH_SIZE
					 ? length
					 : EACH_BRANCH_NAME_MAX - HASH_SIZE;
			snprintf(ret + length, HASH_SIZE + 1, "~%016llx",
				 (unsigned long long)name_hash(name));
			return;
		}
		if (plain) {
			ret[length++] = *c;
		} else {
			snprintf(ret + length, 4, "%%%02X", (unsigned int)(unsigned char)*c);
			length += 3;
		}
	}
	ret[length] = '\0';
}

int each_branch_prepare(const char *folder, bool *ret_made, struct error *err)
{
	struct stat status;

	*ret_made = mkdir(folder, 0777) == 0;
	if (!*ret_made && errno != EEXIST) {
		return error_set_errno(err, ERROR_OUTPUT, errno, "cannot make the folder %s",
				       folder);
	}
	if (stat(folder, &status) == 0 && !S_ISDIR(status.st_mode)) {
		return error_set_errno(err, ERROR_OUTPUT, ENOTDIR, "cannot write into %s", folder);
	}
	if (access(folder, W_OK | X_OK) < 0) {
		return error_set_errno(err, ERROR_OUTPUT, errno, "cannot write into %s", folder);
	}
	return 0;
}

/* The ending of the charts: that of -r. */
static const char *chart_ending(const struct options *options)
{
	return options->rings_file ? strrchr(options->rings_file, '.') : ".png";
}

static int file_open(struct outputs *outputs, const struct options *options, const char *name,
		     const char *ending, struct output_file **ret, struct error *err)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/%s%s", options->each_branch, name, ending);

	if (length < 0 || (size_t)length >= sizeof(path)) {
		return error_set_errno(err, ERROR_OUTPUT, ENAMETOOLONG, "cannot write into %s",
				       options->each_branch);
	}
	return outputs_add(outputs, options, path, ret, err);
}

static int branch_write(struct outputs *outputs, const struct options *options,
			const struct analysis *part, struct error *err)
{
	char name[EACH_BRANCH_NAME_MAX + 1];
	struct output_file *file = NULL;

	each_branch_name(name, part->branch->name);
	if (file_open(outputs, options, name, chart_ending(options), &file, err) < 0 ||
	    rings_write(output_file_stream(file), options, part, &outputs->rings_kind, err) < 0 ||
	    output_file_finish(file, err) < 0) {
		return err->code;
	}
	if (!part->record.trace) {
		return 0;
	}
	if (file_open(outputs, options, name, ".txt", &file, err) < 0) {
		return err->code;
	}
	account_file_write(output_file_stream(file), &part->sites);
	return output_file_finish(file, err);
}

int each_branch_write(struct outputs *outputs, const struct options *options,
		      const struct analysis *analysis, struct error *err)
{
	for (const struct tree_node *child = analysis->branch->first_child; child;
	     child = child->next_sibling) {
		struct analysis part;
		int result;

		if (child->kind != TREE_DIRECTORY) {
			continue;
		}
		if (analysis_part_init(&part, options, analysis, child, err) < 0) {
			return err->code;
		}
		result = branch_write(outputs, options, &part, err);
		analysis_part_release(&part);
		if (result < 0) {
			return result;
		}
	}
	return 0;
}
