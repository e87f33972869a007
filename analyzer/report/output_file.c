/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX_LENGTH 6
/* 36^6 names: that many collisions in a row mean something else is wrong. */
#define TEMPORARY_ATTEMPTS 100
/* As many links as the kernel itself follows (MAXSYMLINKS, include/linux/namei.h). */
#define LINKS_FOLLOWED 40
/* Outputs of one run that can be pending: some for each directory of a kernel, and more. */
#define PENDING_CAPACITY 1024

struct output_file {
	struct output_file *next;
	char *path;   /* as the user wrote it, for messages */
	char *target; /* what is renamed over: links followed; NULL when written directly */
	char *temporary;
	int pending;  /* slot in the table below, -1 if none */
	FILE *stream; /* NULL once finished */
	int fd;	      /* what the stream writes to */
	int errnum;   /* why the first write to it failed, 0 if none did */
	bool is_stdout;
};

/*
 * Names the signal handler must remove. A slot is in use while its first byte is not
 * NUL. Signals are blocked from before a file exists until its name stands here, so
 * that a handler neither sees half a name nor misses a file.
 */
static char pending_names[PENDING_CAPACITY][PATH_MAX];

void output_files_abandon(void)
{
	for (size_t i = 0; i < PENDING_CAPACITY; i++) {
		if (pending_names[i][0]) {
			unlink(pending_names[i]);
		}
	}
}

static int pending_add(const char *name)
{
	size_t length = strlen(name);

	for (int i = 0; i < PENDING_CAPACITY; i++) {
		if (!pending_names[i][0] && length < PATH_MAX) {
			memcpy(pending_names[i], name, length + 1);
			return i;
		}
	}
	return -1;
}

static void pending_remove(struct output_file *file)
{
	if (file->pending >= 0) {
		pending_names[file->pending][0] = '\0';
		file->pending = -1;
	}
}

void output_set_init(struct output_set *set)
{
	set->first = NULL;
}

static void file_free(struct output_file *file)
{
	if (file->stream) {
		fclose(file->stream);
	}
	if (file->temporary) {
		unlink(file->temporary);
		pending_remove(file);
	}
	free(file->path);
	free(file->target);
	free(file->temporary);
	free(file);
}

void output_set_release(struct output_set *set)
{
	while (set->first) {
		struct output_file *next = set->first->next;

		file_free(set->first);
		set->first = next;
	}
}

/* The descriptor a path stands for by its name, or -1. */
static int descriptor_of(const char *path)
{
	static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};

	if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0) {
		return STDOUT_FILENO;
	}
	if (strcmp(path, "/dev/stderr") == 0) {
		return STDERR_FILENO;
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		size_t length = strlen(folders[i]);
		char *end;
		long number;

		if (strncmp(path, folders[i], length) != 0 || path[length] < '0' ||
		    path[length] > '9') {
			continue;
		}
		number = strtol(path + length, &end, 10);
		if (!*end && number <= INT_MAX) {
			return (int)number;
		}
	}
	return -1;
}

static int open_error(const struct output_file *file, int errnum, struct error *err)
{
	return error_set_errno(err, ERROR_OUTPUT, errnum, "cannot write %s", file->path);
}

static ssize_t stream_write(void *cookie, const char *bytes, size_t size)
{
	struct output_file *file = cookie;
	size_t done = 0;

	while (done < size) {
		ssize_t count = write(file->fd, bytes + done, size - done);

		if (count < 0 && errno == EINTR) {
			continue;
		}
		if (count < 0) {
			file->errnum = file->errnum ? file->errnum : errno;
			break;
		}
		done += (size_t)count;
	}
	return (ssize_t)done;
}

static int stream_close(void *cookie)
{
	const struct output_file *file = cookie;

	return file->is_stdout ? 0 : close(file->fd);
}

/*
 * Takes fd. A stream of stdio's own keeps that a write failed but not why, which at the end
 * would be anybody's guess instead of "No space left on device".
 */
static int stream_open(struct output_file *file, int fd, struct error *err)
{
	cookie_io_functions_t functions = {.write = stream_write, .close = stream_close};

	file->fd = fd;
	file->stream = fopencookie(file, "w", functions);
	if (!file->stream) {
		stream_close(file);
		return error_no_memory(err);
	}
	return 0;
}

static int open_descriptor(struct output_file *file, int fd, struct error *err)
{
	int copy;

	file->is_stdout = fd == STDOUT_FILENO;
	copy = file->is_stdout ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return copy < 0 ? open_error(file, errno, err) : stream_open(file, copy, err);
}

/* A pipe or device that exists already: nothing to rename. */
static int open_special(struct output_file *file, struct error *err)
{
	int fd = open(file->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? open_error(file, errno, err) : stream_open(file, fd, err);
}

/* What link (a path) points to, as a path from here; NULL with errno set. */
static char *link_follow(const char *link)
{
	const char *slash = strrchr(link, '/');
	size_t folder = slash ? (size_t)(slash - link) + 1 : 0;
	char content[PATH_MAX];
	ssize_t length = readlink(link, content, sizeof(content) - 1);
	char *result;

	if (length < 0) {
		return NULL;
	}
	content[length] = '\0';
	if (content[0] == '/') {
		folder = 0;
	}
	result = malloc(folder + (size_t)length + 1);
	if (result) {
		memcpy(result, link, folder);
		memcpy(result + folder, content, (size_t)length + 1);
	}
	return result;
}

/* Follows links by hand: realpath(3) refuses one whose target does not exist yet. */
static int target_resolve(struct output_file *file, struct error *err)
{
	file->target = strdup(file->path);
	for (unsigned int hops = 0; file->target; hops++) {
		struct stat status;
		char *next;

		if (lstat(file->target, &status) < 0 || !S_ISLNK(status.st_mode)) {
			return 0;
		}
		if (hops == LINKS_FOLLOWED) {
			return open_error(file, ELOOP, err);
		}
		next = link_follow(file->target);
		if (!next && errno != ENOMEM) {
			return open_error(file, errno, err);
		}
		free(file->target);
		file->target = next;
	}
	return error_no_memory(err);
}

/* Ends name (its last SUFFIX_LENGTH bytes) in random letters and digits. */
static int suffix_fill(char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	unsigned char random[SUFFIX_LENGTH];
	char *suffix = name + strlen(name) - SUFFIX_LENGTH;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random)) {
		return -1;
	}
	for (size_t i = 0; i < SUFFIX_LENGTH; i++) {
		suffix[i] = letters[random[i] % (sizeof(letters) - 1)];
	}
	return 0;
}

/* "folder/.NAME.XXXXXX", NAME shortened where the whole would pass NAME_MAX. */
static char *temporary_name(const char *target)
{
	const char *slash = strrchr(target, '/');
	const char *base = slash ? slash + 1 : target;
	size_t length = strlen(base);
	char *name = NULL;

	if (length > NAME_MAX - SUFFIX_LENGTH - 2) {
		length = NAME_MAX - SUFFIX_LENGTH - 2;
	}
	if (asprintf(&name, "%.*s.%.*s.XXXXXX", (int)(base - target), target, (int)length, base) <
	    0) {
		return NULL;
	}
	return name;
}

/* Creates file->temporary and enters it for the signal handler as one step. */
static int temporary_create(struct output_file *file)
{
	sigset_t all;
	sigset_t before;
	int fd = -1;
	int saved;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	for (unsigned int i = 0; i < TEMPORARY_ATTEMPTS; i++) {
		if (suffix_fill(file->temporary) < 0) {
			break;
		}
		fd = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0) {
			file->pending = pending_add(file->temporary);
			break;
		}
		if (errno != EEXIST) {
			break;
		}
	}
	saved = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = saved;
	return fd;
}

/* Best effort: only root may give a file away, for others it becomes their own. */
static void attributes_keep(int fd, const struct stat *old)
{
	struct stat status;

	if (fstat(fd, &status) == 0 &&
	    (status.st_uid == old->st_uid || fchown(fd, old->st_uid, old->st_gid) == 0)) {
		fchmod(fd, old->st_mode & 0777);
	}
}

static int open_temporary(struct output_file *file, const struct stat *old, struct error *err)
{
	int fd;

	file->temporary = temporary_name(file->target);
	if (!file->temporary) {
		return error_no_memory(err);
	}
	fd = temporary_create(file);
	if (fd < 0) {
		int errnum = errno;

		/* The name is not ours: nothing to remove. */
		free(file->temporary);
		file->temporary = NULL;
		return open_error(file, errnum, err);
	}
	if (old) {
		attributes_keep(fd, old);
	}
	return stream_open(file, fd, err);
}

static int file_open(struct output_file *file, struct error *err)
{
	int fd = descriptor_of(file->path);
	struct stat status;
	bool exists;

	if (fd >= 0) {
		return open_descriptor(file, fd, err);
	}
	exists = stat(file->path, &status) == 0;
	if (!exists && errno != ENOENT) {
		return open_error(file, errno, err);
	}
	if (exists && S_ISDIR(status.st_mode)) {
		return open_error(file, EISDIR, err);
	}
	if (exists && !S_ISREG(status.st_mode)) {
		return open_special(file, err);
	}
	if (exists && access(file->path, W_OK) < 0) {
		return open_error(file, errno, err);
	}
	if (target_resolve(file, err) < 0) {
		return err->code;
	}
	return open_temporary(file, exists ? &status : NULL, err);
}

/* Do two outputs meet in one file? By name for new ones, by identity for existing ones. */
static bool same_place(const struct output_file *a, const struct output_file *b)
{
	struct stat one;
	struct stat two;

	if (!a->target || !b->target) {
		return !a->target && !b->target &&
		       ((a->is_stdout && b->is_stdout) || strcmp(a->path, b->path) == 0);
	}
	if (strcmp(a->target, b->target) == 0) {
		return true;
	}
	return stat(a->target, &one) == 0 && stat(b->target, &two) == 0 &&
	       one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

static bool is_discarding(const struct output_file *file)
{
	return strcmp(file->path, "/dev/null") == 0;
}

static int shared_place_check(const struct output_set *set, const struct output_file *file,
			      struct error *err)
{
	if (is_discarding(file)) {
		return 0;
	}
	for (const struct output_file *other = set->first; other; other = other->next) {
		if (same_place(file, other)) {
			return error_set(err, ERROR_USAGE, "%s: two outputs cannot share it",
					 file->path);
		}
	}
	return 0;
}

int output_set_open(struct output_set *set, const char *path, struct output_file **ret,
		    struct error *err)
{
	struct output_file *file = calloc(1, sizeof(*file));

	if (!file) {
		return error_no_memory(err);
	}
	file->pending = -1;
	file->path = strdup(path);
	if (!file->path) {
		file_free(file);
		return error_no_memory(err);
	}
	if (file_open(file, err) < 0 || shared_place_check(set, file, err) < 0) {
		file_free(file);
		return err->code;
	}
	file->next = set->first;
	set->first = file;
	*ret = file;
	return 0;
}

FILE *output_file_stream(const struct output_file *file)
{
	return file->stream;
}

/* Everything written has left the process, or the error says why not. */
int output_file_finish(struct output_file *file, struct error *err)
{
	FILE *stream = file->stream;
	bool failed = fflush(stream) != 0 || ferror(stream);
	int errnum = file->errnum;

	errno = 0;
	file->stream = NULL;
	if (fclose(stream) != 0) {
		failed = true;
		errnum = errnum ? errnum : errno;
	}
	if (!failed) {
		return 0;
	}
	return error_set_errno(err, ERROR_OUTPUT, errnum ? errnum : EIO, "cannot write %s",
			       file->is_stdout ? "standard output" : file->path);
}

static int set_finish(struct output_set *set, bool direct, struct error *err)
{
	for (struct output_file *file = set->first; file; file = file->next) {
		if (file->stream && !file->temporary == direct &&
		    output_file_finish(file, err) < 0) {
			return err->code;
		}
	}
	return 0;
}

/* Replaceable files first: what standard output has shown cannot be taken back. */
int output_set_commit(struct output_set *set, struct error *err)
{
	if (set_finish(set, false, err) < 0 || set_finish(set, true, err) < 0) {
		return err->code;
	}
	for (struct output_file *file = set->first; file; file = file->next) {
		if (!file->temporary) {
			continue;
		}
		if (rename(file->temporary, file->target) < 0) {
			return open_error(file, errno, err);
		}
		pending_remove(file);
		free(file->temporary);
		file->temporary = NULL;
	}
	return 0;
}
