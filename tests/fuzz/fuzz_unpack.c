/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressed and archived inputs. The first byte says how much of the rest was read before
 * unpacking begins, and which part of a trace is asked for. The reader takes all there is
 * up to a bound, or leaves early.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analyzer/input/unpack.h"

/* Beyond this an input is a bomb, and costs time only. */
#define OUTPUT_MAX ((size_t)4 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition) {
		abort();
	}
}

static void read_all(struct unpack *unpack)
{
	static char buffer[65536];
	struct unpack_found found;
	struct error err = {.code = ERROR_NONE};
	size_t total = 0;
	size_t got = 0;
	int result;

	do {
		result = unpack_read(unpack, buffer, sizeof(buffer), &got, &err);
		total += got;
		check(result == 0 || (err.code == result && strlen(err.text) > 0));
	} while (result == 0 && got == sizeof(buffer) && total < OUTPUT_MAX);
	if (result == 0 && got < sizeof(buffer)) {
		unpack_take_found(unpack, &found);
		check(found.member_count <= UNPACK_MEMBERS_MAX);
		for (size_t i = 0; i < found.member_count; i++) {
			check(found.members[i].name != NULL);
		}
		unpack_found_release(&found);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct event_part parts[] = {
		{.from = {.kind = PART_EDGE_NONE}},
		{.from = {.kind = PART_EDGE_TIME, .time_ns = 1749000000}, .has_cpu = true},
		{.from = {.kind = PART_EDGE_MARKER, .marker = "a"},
		 .to = {.kind = PART_EDGE_MARKER, .marker = "b"}},
		{.task = "init", .has_pid = true, .pid = 1},
	};
	const struct event_part *part;
	struct unpack *unpack;
	struct error err;
	size_t prefix;
	int fd;

	if (size == 0) {
		return 0;
	}
	fd = memfd_create("packed", MFD_CLOEXEC);
	part = &parts[data[0] % 4];
	prefix = data[0] < size - 1 ? data[0] : size - 1;
	data++;
	size--;
	check(fd >= 0 && write(fd, data + prefix, size - prefix) == (ssize_t)(size - prefix));
	lseek(fd, 0, SEEK_SET);
	if (unpack_open(fd, "input", (const char *)data, prefix, part, NULL, &unpack, &err) == 0) {
		read_all(unpack);
		unpack_close(unpack);
	}
	close(fd);
	return 0;
}
