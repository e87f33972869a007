/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/viewer.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char *const viewers[] = {"xdg-open", "sensible-browser"};

int viewer_file_create(const char *ending, char *path, size_t size, FILE **ret, struct error *err)
{
	const char *folder = getenv("TMPDIR");
	int length;
	int fd;

	length = snprintf(path, size, "%s/trace_analyze-XXXXXX%s",
			  folder && folder[0] ? folder : "/tmp", ending);
	if (length < 0 || (size_t)length >= size) {
		return error_set(err, ERROR_OUTPUT, "the name in $TMPDIR is too long");
	}
	fd = mkostemps(path, (int)strlen(ending), O_CLOEXEC);
	if (fd < 0) {
		return error_set_errno(err, ERROR_OUTPUT, errno, "cannot write %s", path);
	}
	*ret = fdopen(fd, "w");
	if (!*ret) {
		close(fd);
		unlink(path);
		return error_no_memory(err);
	}
	return 0;
}

int viewer_file_finish(const char *path, FILE *out, struct error *err)
{
	bool failed = fflush(out) != 0 || ferror(out);
	int errnum = errno;

	if (fclose(out) != 0 && !failed) {
		failed = true;
		errnum = errno;
	}
	if (failed) {
		unlink(path);
		return error_set_errno(err, ERROR_OUTPUT, errnum, "cannot write %s", path);
	}
	return 0;
}

static bool viewer_run(const char *program, const char *path)
{
	char *arguments[] = {(char *)program, (char *)path, NULL};
	posix_spawn_file_actions_t actions;
	pid_t child;
	int status = 0;
	bool started;

	if (posix_spawn_file_actions_init(&actions) != 0) {
		return false;
	}
	started = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO) == 0 &&
		  posix_spawnp(&child, program, &actions, NULL, arguments, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	if (!started) {
		return false;
	}
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR) {
			return false;
		}
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int viewer_show(const char *path, struct error *err)
{
	for (size_t i = 0; i < sizeof(viewers) / sizeof(viewers[0]); i++) {
		if (viewer_run(viewers[i], path)) {
			return 0;
		}
	}
	return error_set(err, ERROR_OUTPUT,
			 "neither xdg-open nor sensible-browser could show the chart; it is in %s",
			 path);
}
