/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/unpack.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/input/packing.h"
#include "analyzer/input/trace_detect.h"

/* Far more than a chunk: both sides work on while the other is busy. A power of two. */
#define RING_SIZE ((size_t)4 << 20)
/* Layers upon layers: a compressed archive of compressed archives of compressed logs is 5. */
#define DEPTH_MAX 6u
/* Ends a line that its member does not end: no number in front of it can be taken for whole. */
#define CUT_MARK "[cut]\n"

/* A layer that digests what passes. */
struct digest_source {
	struct byte_source source;
	struct byte_source *below;
	struct trace_digest *digest; /* NULL: not wanted */
};

struct unpack {
	struct file_source file;
	struct part_source part;
	bool has_part;
	bool part_failed; /* it is not in the input */
	struct digest_source digest;
	const char *name;
	pthread_t thread;
	bool started;

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	uint64_t written; /* bytes put into the ring so far */
	uint64_t read;	  /* bytes taken out of it */
	bool at_end;	  /* the thread has ended */
	bool closing;	  /* the reader has left */
	struct error err; /* why it ended; code 0: the input's end */

	char *ring; /* the thread writes what is free, the reader reads what is not */

	/* the thread's own, until at_end */
	unsigned int depth;
	unsigned int archives; /* layers of them */
	const char *member;    /* name of the innermost one being read */
	uint64_t good;	       /* bytes of the file that could be used */
	char last;	       /* byte handed over last */
	bool saw_archive;
	uint64_t recording_count;
	struct unpack_found found;
};

bool unpack_wanted(const char *bytes, size_t size)
{
	return packing_of(bytes, size) != PACKING_NONE;
}

/* Copies into the ring; an error if the reader has left. */
static int hand_over(struct unpack *unpack, const char *bytes, size_t size, struct error *err)
{
	while (size > 0) {
		size_t at = (size_t)(unpack->written % RING_SIZE);
		size_t part;
		bool closing;

		pthread_mutex_lock(&unpack->lock);
		while (!unpack->closing && unpack->written - unpack->read == RING_SIZE) {
			pthread_cond_wait(&unpack->changed, &unpack->lock);
		}
		closing = unpack->closing;
		part = RING_SIZE - (size_t)(unpack->written - unpack->read);
		pthread_mutex_unlock(&unpack->lock);
		if (closing) {
			return error_set(err, ERROR_INPUT, "is not read to its end");
		}
		part = part < RING_SIZE - at ? part : RING_SIZE - at;
		part = part < size ? part : size;
		memcpy(unpack->ring + at, bytes, part);
		unpack->last = bytes[part - 1];
		pthread_mutex_lock(&unpack->lock);
		unpack->written += part;
		pthread_cond_signal(&unpack->changed);
		pthread_mutex_unlock(&unpack->lock);
		bytes += part;
		size -= part;
	}
	return 0;
}

static int digest_next(struct byte_source *source, const char **ret, size_t *ret_size,
		       struct error *err)
{
	struct digest_source *layer = (struct digest_source *)source;
	int result = byte_source_next(layer->below, ret, ret_size, err);

	if (result > 0) {
		trace_digest_append(layer->digest, *ret, *ret_size);
	}
	return result;
}

/* The source with the digest in between, if that is wanted. */
static struct byte_source *digested(struct unpack *unpack, struct byte_source *source)
{
	if (!unpack->digest.digest) {
		return source;
	}
	unpack->digest.below = source;
	return &unpack->digest.source;
}

static int hand_over_source(struct unpack *unpack, struct byte_source *source, struct error *err)
{
	const char *block;
	size_t size;
	int result;

	while ((result = byte_source_next(source, &block, &size, err)) > 0) {
		if (hand_over(unpack, block, size, err) < 0) {
			return err->code;
		}
	}
	return result;
}

/* Text, or what is no recording. */
static int hand_over_part(struct unpack *unpack, struct byte_source *source, struct error *err)
{
	source = digested(unpack, source);
	if (unpack->has_part) {
		unpack->part.below = source;
		unpack->part.at_end = false;
		source = &unpack->part.source;
	}
	return hand_over_source(unpack, source, err);
}

static int trace_member(struct unpack *unpack, struct byte_source *source, struct error *err)
{
	if (unpack->recording_count > 0) {
		return error_set(err, ERROR_INPUT,
				 "comes behind a binary recording: take the one to analyze out of "
				 "the archive");
	}
	if (unpack->written > 0 && unpack->last != '\n' &&
	    hand_over(unpack, CUT_MARK, sizeof(CUT_MARK) - 1, err) < 0) {
		return err->code;
	}
	unpack->found.trace_count++;
	return hand_over_part(unpack, source, err);
}

static int recording_member(struct unpack *unpack, struct byte_source *source, struct error *err)
{
	if (unpack->recording_count > 0 || unpack->found.trace_count > 0) {
		return error_set(err, ERROR_INPUT,
				 "is a second recording: take the one to analyze out of the "
				 "archive");
	}
	unpack->recording_count++;
	return hand_over_source(unpack, digested(unpack, source), err);
}

/* A member that is packed no further. */
static int member_read(struct unpack *unpack, struct peeked_source *peeked, struct error *err)
{
	struct unpack_found *found = &unpack->found;
	enum member_kind kind = member_kind_of(unpack->member, peeked->bytes, peeked->size);

	if (unpack_found_is_surplus(found, kind)) {
		kind = MEMBER_UNUSED;
	}
	if (unpack_found_list(found, unpack->member, kind, err) < 0) {
		return err->code;
	}
	switch (kind) {
	case MEMBER_TRACE:
		return trace_member(unpack, &peeked->source, err);
	case MEMBER_RECORDING:
		return recording_member(unpack, &peeked->source, err);
	case MEMBER_STATISTICS:
		return buffer_statistics_read(&peeked->source, &found->statistics, err);
	case MEMBER_KALLSYMS:
	case MEMBER_MODULES:
	case MEMBER_NOTES:
	case MEMBER_MODULE_NOTES:
		return unpack_found_keep(found, unpack->member, kind, &peeked->source, err);
	case MEMBER_OTHER:
	case MEMBER_EMPTY:
	case MEMBER_UNUSED:
		break;
	}
	return 0;
}

static int walk(struct unpack *unpack, struct byte_source *source, struct error *err);

static int walk_stream(struct unpack *unpack, enum packing packing, struct byte_source *below,
		       struct error *err)
{
	struct packing_stream *stream;
	int result = packing_stream_open(packing, below, &stream, err);

	if (result == 0) {
		result = walk(unpack, packing_stream_source(stream), err);
		if (unpack->depth == 1) {
			unpack->good = packing_stream_used(stream);
		}
		packing_stream_close(stream);
	}
	return result;
}

static int walk_archive(struct unpack *unpack, enum packing packing, struct byte_source *below,
			struct error *err)
{
	const char *outer = unpack->member;
	struct packing_archive *archive;
	struct byte_source *member;
	int result = packing_archive_open(packing, below, &archive, err);

	if (result < 0) {
		return result;
	}
	unpack->archives++;
	unpack->saw_archive = true;
	while ((result = packing_archive_next(archive, &unpack->member, &member, err)) > 0) {
		result = walk(unpack, member, err);
		if (result < 0) {
			/* the name goes with the archive */
			struct error inner = *err;

			error_set(err, inner.code, "%s: %.700s", unpack->member, inner.text);
			break;
		}
	}
	if (unpack->depth == 1) {
		unpack->good = packing_archive_used(archive);
	}
	unpack->member = outer;
	unpack->archives--;
	packing_archive_close(archive);
	return result;
}

/* Takes off one layer, and what is below it. */
static int walk(struct unpack *unpack, struct byte_source *source, struct error *err)
{
	struct peeked_source peeked;
	enum packing packing;
	int result = peeked_source_init(&peeked, source, TRACE_DETECT_BYTES, err);

	if (result < 0) {
		return result;
	}
	packing = packing_of(peeked.bytes, peeked.size);
	unpack->depth++;
	if (unpack->depth > DEPTH_MAX && packing != PACKING_NONE) {
		result =
			error_set(err, ERROR_INPUT, "is packed more than %u times over", DEPTH_MAX);
	} else if (packing_is_archive(packing)) {
		result = walk_archive(unpack, packing, &peeked.source, err);
	} else if (packing != PACKING_NONE) {
		result = walk_stream(unpack, packing, &peeked.source, err);
	} else if (unpack->archives > 0) {
		result = member_read(unpack, &peeked, err);
	} else if (member_is_recording(peeked.bytes, peeked.size)) {
		unpack->recording_count++;
		result = hand_over_source(unpack, digested(unpack, &peeked.source), err);
	} else {
		result = hand_over_part(unpack, &peeked.source, err);
	}
	unpack->depth--;
	peeked_source_release(&peeked);
	return result;
}

static void error_report(struct unpack *unpack, const struct error *err)
{
	const struct unpack_found *found = &unpack->found;
	const uint64_t members = found->unlisted_count + found->member_count;

	if (unpack->part_failed) {
		error_set(&unpack->err, err->code, "%.200s: %.600s", unpack->name, err->text);
	} else if (err->code == ERROR_INPUT) {
		error_set(&unpack->err, err->code,
			  "%.200s: %.600s; good up to byte %llu of the file, %llu bytes unpacked",
			  unpack->name, err->text, (unsigned long long)unpack->good,
			  (unsigned long long)unpack->written);
	} else if (err->code) {
		unpack->err = *err;
	} else if (unpack->saw_archive && !found->trace_count && !unpack->recording_count) {
		error_set(&unpack->err, ERROR_INPUT,
			  "%.200s: is an archive, and of the files in it (%llu) none is a trace",
			  unpack->name, (unsigned long long)members);
	}
}

static void *unpack_main(void *argument)
{
	struct unpack *unpack = argument;
	struct error err = {.code = ERROR_NONE};

	if (walk(unpack, &unpack->file.source, &err) == 0 && unpack->has_part &&
	    unpack->recording_count == 0) {
		unpack->found.left_out_count = unpack->part.filter.left_out_count;
		unpack->part_failed = part_filter_check(&unpack->part.filter, &err) < 0;
	}
	pthread_mutex_lock(&unpack->lock);
	error_report(unpack, &err);
	unpack->at_end = true;
	pthread_cond_signal(&unpack->changed);
	pthread_mutex_unlock(&unpack->lock);
	return NULL;
}

int unpack_open(int fd, const char *name, const char *prefix, size_t prefix_size,
		const struct event_part *part, struct trace_digest *digest, struct unpack **ret,
		struct error *err)
{
	struct unpack *unpack = calloc(1, sizeof(*unpack));

	if (!unpack) {
		return error_no_memory(err);
	}
	unpack->name = name;
	unpack->digest = (struct digest_source){{digest_next}, NULL, digest};
	pthread_mutex_init(&unpack->lock, NULL);
	pthread_cond_init(&unpack->changed, NULL);
	unpack->ring = malloc(RING_SIZE);
	if (!unpack->ring || file_source_init(&unpack->file, fd, prefix, prefix_size, err) < 0) {
		unpack_close(unpack);
		return error_no_memory(err);
	}
	unpack->has_part = !event_part_is_all(part);
	if (unpack->has_part &&
	    part_source_init(&unpack->part, &unpack->file.source, part, err) < 0) {
		unpack_close(unpack);
		return err->code;
	}
	if (pthread_create(&unpack->thread, NULL, unpack_main, unpack) != 0) {
		unpack_close(unpack);
		return error_set(err, ERROR_INPUT, "%s: cannot start a thread to unpack it", name);
	}
	unpack->started = true;
	*ret = unpack;
	return 0;
}

int unpack_read(struct unpack *unpack, char *buffer, size_t size, size_t *ret, struct error *err)
{
	*ret = 0;
	while (*ret < size) {
		size_t at = (size_t)(unpack->read % RING_SIZE);
		size_t part;

		pthread_mutex_lock(&unpack->lock);
		while (unpack->written == unpack->read && !unpack->at_end) {
			pthread_cond_wait(&unpack->changed, &unpack->lock);
		}
		part = (size_t)(unpack->written - unpack->read);
		pthread_mutex_unlock(&unpack->lock);
		if (part == 0) {
			*err = unpack->err;
			return err->code;
		}
		part = part < RING_SIZE - at ? part : RING_SIZE - at;
		part = part < size - *ret ? part : size - *ret;
		memcpy(buffer + *ret, unpack->ring + at, part);
		*ret += part;
		pthread_mutex_lock(&unpack->lock);
		unpack->read += part;
		pthread_cond_signal(&unpack->changed);
		pthread_mutex_unlock(&unpack->lock);
	}
	return 0;
}

void unpack_take_found(struct unpack *unpack, struct unpack_found *ret)
{
	*ret = unpack->found;
	unpack->found = (struct unpack_found){0};
}

void unpack_close(struct unpack *unpack)
{
	if (unpack->started) {
		pthread_mutex_lock(&unpack->lock);
		unpack->closing = true;
		pthread_cond_signal(&unpack->changed);
		pthread_mutex_unlock(&unpack->lock);
		pthread_join(unpack->thread, NULL);
	}
	file_source_release(&unpack->file);
	part_source_release(&unpack->part);
	unpack_found_release(&unpack->found);
	pthread_mutex_destroy(&unpack->lock);
	pthread_cond_destroy(&unpack->changed);
	free(unpack->ring);
	free(unpack);
}
