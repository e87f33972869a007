/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/kmem_format.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/input/byte_order.h"

/* No kernel names an event or a field longer. */
#define NAME_SIZE 64u

static const struct {
	const char *name;
	enum kmem_kind kind;
	unsigned int flags;
} slab_events[] = {
	{"kmalloc", KMEM_ALLOC, 0},
	{"kmalloc_node", KMEM_ALLOC, 0}, /* up to 6.0, as the other _node */
	{"kmem_cache_alloc", KMEM_ALLOC, SLAB_EVENT_CACHE},
	{"kmem_cache_alloc_node", KMEM_ALLOC, SLAB_EVENT_CACHE},
	{"kfree", KMEM_FREE, SLAB_EVENT_FREE},
	{"kmem_cache_free", KMEM_FREE, SLAB_EVENT_FREE | SLAB_EVENT_CACHE},
};

enum kmem_kind kmem_kind_of(const char *system, const char *name, unsigned int *ret_flags)
{
	*ret_flags = 0;
	if (strcmp(system, "ftrace") == 0 && strcmp(name, "print") == 0) {
		return KMEM_MARKER;
	}
	if (strcmp(system, "kmem") != 0) {
		return KMEM_OTHER;
	}
	for (size_t i = 0; i < sizeof(slab_events) / sizeof(slab_events[0]); i++) {
		if (strcmp(name, slab_events[i].name) == 0) {
			*ret_flags = slab_events[i].flags;
			return slab_events[i].kind;
		}
	}
	/* mm_pagevec_free: what mm_page_free_batched was called up to 3.2 */
	if (strncmp(name, "mm_page", strlen("mm_page")) != 0) {
		return KMEM_OTHER;
	}
	*ret_flags =
		strncmp(name, "mm_page_free", strlen("mm_page_free")) == 0 ? SLAB_EVENT_FREE : 0;
	return KMEM_PAGE;
}

/* The next line of [*at, end), without its newline; false: there is none. */
static bool next_line(const char **at, const char *end, const char **ret, size_t *ret_length)
{
	const char *newline;

	if (*at >= end) {
		return false;
	}
	*ret = *at;
	newline = memchr(*at, '\n', (size_t)(end - *at));
	*ret_length = (size_t)((newline ? newline : end) - *ret);
	*at = newline ? newline + 1 : end;
	return true;
}

/* Finds key in the line and reads the decimal number behind it. */
static bool number_after(const char *line, size_t length, const char *key, uint32_t *ret)
{
	const char *end = line + length;
	const char *at = memmem(line, length, key, strlen(key));
	uint64_t value = 0;
	bool any = false;

	if (!at) {
		return false;
	}
	for (at += strlen(key); at < end && *at >= '0' && *at <= '9'; at++) {
		value = value * 10 + (uint64_t)(*at - '0');
		any = true;
		if (value > INT32_MAX) {
			return false;
		}
	}
	*ret = (uint32_t)value;
	return any;
}

/* The identifier a declaration such as "const void * ptr" or "char name[16]" ends with. */
static void declared_name(const char *text, size_t length, char ret[NAME_SIZE])
{
	const char *end = text + length;
	const char *bracket = memchr(text, '[', length);
	const char *begin;

	if (bracket && end[-1] == ']') {
		end = bracket;
	}
	begin = end;
	while (begin > text && begin[-1] != ' ' && begin[-1] != '*') {
		begin--;
	}
	ret[0] = '\0';
	if ((size_t)(end - begin) < NAME_SIZE) {
		memcpy(ret, begin, (size_t)(end - begin));
		ret[end - begin] = '\0';
	}
}

static void take_field(const char *line, size_t length, struct kmem_format *format)
{
	const struct {
		const char *name;
		struct kmem_field *field;
	} wanted[] = {
		{"call_site", &format->call_site},
		{"ptr", &format->pointer},
		{"bytes_req", &format->bytes_req},
		{"bytes_alloc", &format->bytes_alloc},
		{"buf", &format->text},
		{"pfn", &format->pfn},
		{"order", &format->order},
		{"migratetype", &format->migratetype},
	};
	const char *declaration = memmem(line, length, "field:", 6);
	const char *end = line + length;
	const char *semicolon;
	struct kmem_field field;
	char name[NAME_SIZE];

	if (!declaration) {
		return;
	}
	declaration += strlen("field:");
	semicolon = memchr(declaration, ';', (size_t)(end - declaration));
	if (!semicolon || semicolon == declaration ||
	    !number_after(semicolon, (size_t)(end - semicolon), "offset:", &field.offset) ||
	    !number_after(semicolon, (size_t)(end - semicolon), "size:", &field.size)) {
		return;
	}
	declared_name(declaration, (size_t)(semicolon - declaration), name);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (strcmp(name, wanted[i].name) == 0) {
			*wanted[i].field = field;
		}
	}
}

static bool is_number(const struct kmem_field *field)
{
	return field->size == 1 || field->size == 2 || field->size == 4 || field->size == 8;
}

bool kmem_format_settle(struct kmem_format *format)
{
	const struct kmem_field *fields[] = {&format->pointer, &format->call_site,
					     &format->bytes_req, &format->bytes_alloc};
	size_t used = format->kind == KMEM_ALLOC ? 4 : format->kind == KMEM_FREE;
	bool is_plain = used > 0;

	format->plain_size = 0;
	for (size_t i = 0; i < used; i++) {
		uint32_t end = fields[i]->offset + fields[i]->size; /* both are below 2^31 */

		if (!is_number(fields[i])) {
			return false;
		}
		is_plain &= fields[i]->size == 8;
		format->plain_size = end > format->plain_size ? end : format->plain_size;
	}
	format->plain_size = is_plain ? format->plain_size : 0;
	return true;
}

bool kmem_format_parse(const char *system, const char *text, size_t length, struct kmem_format *ret)
{
	const char *end = text + length;
	char name[NAME_SIZE] = "";
	bool has_id = false;
	const char *line;
	size_t size;

	*ret = (struct kmem_format){0};
	while (next_line(&text, end, &line, &size)) {
		if (size > 6 && memcmp(line, "name: ", 6) == 0 && size - 6 < sizeof(name)) {
			memcpy(name, line + 6, size - 6);
			name[size - 6] = '\0';
		} else if (size > 4 && memcmp(line, "ID: ", 4) == 0) {
			has_id = number_after(line, size, "ID: ", &ret->id);
		} else {
			take_field(line, size, ret);
		}
	}
	ret->kind = kmem_kind_of(system, name, &ret->flags);
	ret->page = text_page_kind_of(name);
	return has_id && kmem_format_settle(ret);
}

static bool load_field(const struct kmem_field *field, const uint8_t *bytes, size_t size,
		       bool is_big, uint64_t *ret)
{
	if (field->offset > size || size - field->offset < field->size) {
		return false;
	}
	bytes += field->offset;
	switch (field->size) {
	case 8:
		*ret = load_u64(bytes, is_big);
		return true;
	case 4:
		*ret = load_u32(bytes, is_big);
		return true;
	case 2:
		*ret = load_u16(bytes, is_big);
		return true;
	default:
		*ret = bytes[0];
		return true;
	}
}

bool kmem_record_decode(const struct kmem_format *format, const uint8_t *bytes, size_t size,
			bool is_big, struct sink_event *ret)
{
	*ret = (struct sink_event){.flags = format->flags};
	if (format->plain_size && size >= format->plain_size) {
		ret->pointer = load_u64(bytes + format->pointer.offset, is_big);
		if (format->kind == KMEM_ALLOC) {
			ret->call_site = load_u64(bytes + format->call_site.offset, is_big);
			ret->bytes_req = load_u64(bytes + format->bytes_req.offset, is_big);
			ret->bytes_alloc = load_u64(bytes + format->bytes_alloc.offset, is_big);
		}
		return true;
	}
	if (!load_field(&format->pointer, bytes, size, is_big, &ret->pointer)) {
		return false;
	}
	return format->kind == KMEM_FREE ||
	       (load_field(&format->call_site, bytes, size, is_big, &ret->call_site) &&
		load_field(&format->bytes_req, bytes, size, is_big, &ret->bytes_req) &&
		load_field(&format->bytes_alloc, bytes, size, is_big, &ret->bytes_alloc));
}

void kmem_page_decode(const struct kmem_format *format, const uint8_t *bytes, size_t size,
		      bool is_big, struct text_page *ret)
{
	const bool is_alloc = format->page == TEXT_PAGE_ALLOC;
	uint64_t migratetype = 0;
	uint64_t order = 0;

	*ret = (struct text_page){.kind = format->page};
	if (format->page == TEXT_PAGE_INNER) {
		return;
	}
	if (!is_number(&format->pfn)) {
		ret->kind = TEXT_PAGE_UNNUMBERED;
		return;
	}
	/* mm_page_free_batched has no order: one page each */
	if (!load_field(&format->pfn, bytes, size, is_big, &ret->pfn) ||
	    (is_number(&format->order) &&
	     !load_field(&format->order, bytes, size, is_big, &order)) ||
	    (is_alloc && (!is_number(&format->migratetype) ||
			  !load_field(&format->migratetype, bytes, size, is_big, &migratetype)))) {
		ret->kind = TEXT_PAGE_DAMAGED;
		return;
	}
	/* of a failed allocation: -1UL, which is printed as 0 */
	if (ret->pfn == UINT64_MAX >> (64 - 8 * format->pfn.size)) {
		ret->pfn = 0;
	}
	text_page_settle(ret, order, migratetype);
}

size_t kmem_marker_text(const struct kmem_field *field, const uint8_t *bytes, size_t size,
			const char **ret)
{
	size_t room = field->offset < size ? size - field->offset : 0;
	size_t length;

	*ret = room > 0 ? (const char *)bytes + field->offset : "";
	length = strnlen(*ret, room < SINK_MARKER_MAX ? room : SINK_MARKER_MAX);
	return length > 0 && (*ret)[length - 1] == '\n' ? length - 1 : length;
}

bool kmem_formats_add(struct kmem_formats *formats, const struct kmem_format *format)
{
	if (formats->count == formats->capacity) {
		size_t capacity = formats->capacity ? formats->capacity * 2 : 32;
		struct kmem_format *items = realloc(formats->items, capacity * sizeof(*items));

		if (!items) {
			return false;
		}
		formats->items = items;
		formats->capacity = capacity;
	}
	formats->items[formats->count++] = *format;
	return true;
}

/* By id; slab events first, so that a damaged file's twins come in a fixed order. */
static int compare_formats(const void *a, const void *b)
{
	const struct kmem_format *x = a;
	const struct kmem_format *y = b;

	if (x->id != y->id) {
		return x->id < y->id ? -1 : 1;
	}
	return (int)y->kind - (int)x->kind;
}

void kmem_formats_sort(struct kmem_formats *formats)
{
	if (formats->count) {
		qsort(formats->items, formats->count, sizeof(*formats->items), compare_formats);
	}
}

const struct kmem_format *kmem_formats_find(const struct kmem_formats *formats, uint64_t id)
{
	size_t low = 0;
	size_t high = formats->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (formats->items[middle].id < id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < formats->count && formats->items[low].id == id ? &formats->items[low] : NULL;
}

bool kmem_formats_have_slab(const struct kmem_formats *formats)
{
	for (size_t i = 0; i < formats->count; i++) {
		if (formats->items[i].kind >= KMEM_ALLOC) {
			return true;
		}
	}
	return false;
}

void kmem_formats_release(struct kmem_formats *formats)
{
	free(formats->items);
	*formats = (struct kmem_formats){0};
}
