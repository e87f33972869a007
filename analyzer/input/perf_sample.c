/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/perf_sample.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/input/byte_order.h"

/* attr.sample_type, in the order of their parts in a sample. */
enum {
	TYPE_IDENTIFIER = 1 << 16,
	TYPE_IP = 1 << 0,
	TYPE_TID = 1 << 1,
	TYPE_TIME = 1 << 2,
	TYPE_ADDR = 1 << 3,
	TYPE_ID = 1 << 6,
	TYPE_STREAM_ID = 1 << 9,
	TYPE_CPU = 1 << 7,
	TYPE_PERIOD = 1 << 8,
	TYPE_READ = 1 << 4,
	TYPE_CALLCHAIN = 1 << 5,
	TYPE_RAW = 1 << 10,
};

/* attr.read_format */
enum {
	READ_TIME_ENABLED = 1 << 0,
	READ_TIME_RUNNING = 1 << 1,
	READ_ID = 1 << 2,
	READ_GROUP = 1 << 3,
	READ_LOST = 1 << 4,
};

#define TYPE_TRACEPOINT 2u

/* Values from here up in a call chain are marks (enum perf_callchain_context). */
#define CONTEXT_MAX    ((uint64_t)-4095)
#define CONTEXT_KERNEL ((uint64_t)-128)

static bool has_identifier(const struct perf_attr *attr)
{
	return attr->sample_type & TYPE_IDENTIFIER;
}

/* Computes where the parts of fixed size are, eight bytes each. */
static void lay_out(struct perf_attr *attr)
{
	static const unsigned int order[] = {TYPE_IDENTIFIER, TYPE_IP,	 TYPE_TID,
					     TYPE_TIME,	      TYPE_ADDR, TYPE_ID,
					     TYPE_STREAM_ID,  TYPE_CPU,	 TYPE_PERIOD};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (!(attr->sample_type & order[i])) {
			continue;
		}
		if (order[i] == TYPE_TID) {
			attr->tid_at = attr->fixed_size + 1;
		} else if (order[i] == TYPE_TIME) {
			attr->time_at = attr->fixed_size + 1;
		} else if (order[i] == TYPE_CPU) {
			attr->cpu_at = attr->fixed_size + 1;
		} else if (order[i] == TYPE_PERIOD) {
			attr->period_at = attr->fixed_size + 1;
		}
		attr->fixed_size += 8;
	}
	attr->is_plain = (attr->sample_type & (TYPE_READ | TYPE_CALLCHAIN | TYPE_RAW)) == TYPE_RAW;
}

bool perf_attrs_add(struct perf_attrs *attrs, const uint8_t *bytes, bool is_big)
{
	struct perf_attr attr = {
		.is_tracepoint = load_u32(bytes, is_big) == TYPE_TRACEPOINT,
		.config = load_u64(bytes + 8, is_big),
		.sample_type = load_u64(bytes + 24, is_big),
		.read_format = load_u64(bytes + 32, is_big),
		/* sample_id_all, a bit field: counted from the other end where bytes are */
		.ids_all = (bytes[42] & (is_big ? 0x20 : 0x04)) != 0,
	};

	lay_out(&attr);
	if (attrs->count == attrs->capacity) {
		size_t capacity = attrs->capacity ? attrs->capacity * 2 : 16;
		struct perf_attr *items = realloc(attrs->items, capacity * sizeof(*items));

		if (!items || capacity > PERF_ATTRS_MAX) {
			attrs->items = items ? items : attrs->items;
			return false;
		}
		attrs->items = items;
		attrs->capacity = capacity;
	}
	attrs->items[attrs->count++] = attr;
	attrs->is_settled = false;
	return true;
}

bool perf_attrs_add_id(struct perf_attrs *attrs, uint64_t id)
{
	if (attrs->id_count == attrs->id_capacity) {
		size_t capacity = attrs->id_capacity ? attrs->id_capacity * 2 : 64;
		struct perf_id *ids = realloc(attrs->ids, capacity * sizeof(*ids));

		if (!ids || capacity > PERF_IDS_MAX) {
			attrs->ids = ids ? ids : attrs->ids;
			return false;
		}
		attrs->ids = ids;
		attrs->id_capacity = capacity;
	}
	attrs->ids[attrs->id_count++] = (struct perf_id){id, (uint32_t)(attrs->count - 1)};
	attrs->is_settled = false;
	return true;
}

static int compare_ids(const void *a, const void *b)
{
	const struct perf_id *x = a;
	const struct perf_id *y = b;

	if (x->id != y->id) {
		return x->id < y->id ? -1 : 1;
	}
	return (x->attr > y->attr) - (x->attr < y->attr);
}

static uint64_t bits_in(uint64_t mask)
{
	return (uint64_t)__builtin_popcountll(mask);
}

/* Where in a sample of any of several events its id is, plus one; 0: there is no telling. */
static uint32_t id_place(const struct perf_attrs *attrs)
{
	const uint64_t before_id = TYPE_IP | TYPE_TID | TYPE_TIME | TYPE_ADDR;

	if (attrs->has_identifier) {
		return 1;
	}
	if (!attrs->is_uniform || attrs->count == 0 || !(attrs->items[0].sample_type & TYPE_ID)) {
		return 0;
	}
	/* each of the parts in front has eight bytes */
	return 1 + 8 * (uint32_t)bits_in(attrs->items[0].sample_type & before_id);
}

static void lay_out_slab(struct perf_attr *attr)
{
	const struct kmem_format *format = attr->format;
	const uint32_t record = attr->fixed_size + 4; /* behind its size */

	attr->slab = (struct perf_slab_layout){0};
	if (!attr->is_plain || !format || format->plain_size == 0 ||
	    format->plain_size > UINT16_MAX) {
		return;
	}
	attr->slab = (struct perf_slab_layout){
		.need = record + format->plain_size,
		.pointer = record + format->pointer.offset,
		.call_site = record + format->call_site.offset,
		.bytes_req = record + format->bytes_req.offset,
		.bytes_alloc = record + format->bytes_alloc.offset,
	};
}

void perf_attrs_settle(struct perf_attrs *attrs, const struct kmem_formats *formats)
{
	attrs->has_identifier = true;
	attrs->is_uniform = true;
	for (size_t i = 0; i < attrs->count; i++) {
		struct perf_attr *attr = &attrs->items[i];

		attr->format =
			attr->is_tracepoint ? kmem_formats_find(formats, attr->config) : NULL;
		lay_out_slab(attr);
		attrs->has_identifier &= has_identifier(attr);
		attrs->is_uniform &= attr->sample_type == attrs->items[0].sample_type &&
				     attr->read_format == attrs->items[0].read_format;
	}
	if (attrs->id_count) {
		qsort(attrs->ids, attrs->id_count, sizeof(*attrs->ids), compare_ids);
	}
	memset(attrs->near_ids, 0, sizeof(attrs->near_ids));
	attrs->near_first = attrs->id_count ? attrs->ids[0].id : 0;
	for (size_t i = attrs->id_count; i > 0; i--) { /* of twins the first, as a search finds */
		const struct perf_id *id = &attrs->ids[i - 1];

		if (id->id - attrs->near_first < PERF_NEAR_IDS) {
			attrs->near_ids[id->id - attrs->near_first] = (uint16_t)(id->attr + 1);
		}
	}
	attrs->id_at = id_place(attrs);
	attrs->is_settled = true;
}

void perf_attrs_release(struct perf_attrs *attrs)
{
	free(attrs->items);
	free(attrs->ids);
	*attrs = (struct perf_attrs){0};
}

static const struct perf_attr *find_far_id(const struct perf_attrs *attrs, uint64_t id)
{
	size_t low = 0;
	size_t high = attrs->id_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (attrs->ids[middle].id < id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	if (low == attrs->id_count || attrs->ids[low].id != id) {
		return NULL;
	}
	return &attrs->items[attrs->ids[low].attr];
}

static inline const struct perf_attr *find_id(const struct perf_attrs *attrs, uint64_t id)
{
	size_t index;

	if (id - attrs->near_first >= PERF_NEAR_IDS) {
		return find_far_id(attrs, id);
	}
	index = attrs->near_ids[id - attrs->near_first];
	return index ? &attrs->items[index - 1] : NULL;
}

struct body {
	const uint8_t *at;
	const uint8_t *end;
	bool is_big;
	bool is_good;
};

static const uint8_t *take(struct body *b, uint64_t size)
{
	const uint8_t *at = b->at;

	if (size > (size_t)(b->end - b->at)) {
		b->is_good = false;
		return NULL;
	}
	b->at += size;
	return at;
}

static uint64_t take_u64(struct body *b)
{
	const uint8_t *at = take(b, 8);

	return at ? load_u64(at, b->is_big) : 0;
}

/* A counter's value, or a group's: u64 all, as many as format has bits for. */
static void skip_read(struct body *b, uint64_t format)
{
	uint64_t times = bits_in(format & (READ_TIME_ENABLED | READ_TIME_RUNNING));
	uint64_t each = 1 + bits_in(format & (READ_ID | READ_LOST));
	uint64_t count = 1;

	if (format & READ_GROUP) {
		count = take_u64(b);
	}
	if (count > (uint64_t)(b->end - b->at)) {
		b->is_good = false;
		return;
	}
	take(b, (times + count * each) * 8);
}

/* The event of a sample of several, by the id in it. */
static inline const struct perf_attr *attr_of(const struct perf_attrs *attrs, const uint8_t *body,
					      size_t size, bool is_big)
{
	if (attrs->count == 1) {
		return &attrs->items[0];
	}
	if (attrs->id_at == 0 || size < attrs->id_at - 1 + 8) {
		return NULL;
	}
	return find_id(attrs, load_u64(body + attrs->id_at - 1, is_big));
}

static void take_chain(struct body *b, struct perf_sample *ret)
{
	uint64_t count = take_u64(b);

	if (count > (uint64_t)(b->end - b->at) / 8) {
		b->is_good = false;
		return;
	}
	ret->chain = take(b, count * 8);
	ret->chain_count = (size_t)count;
}

static void take_raw(struct body *b, struct perf_sample *ret)
{
	const uint8_t *size = take(b, 4);

	if (size) {
		ret->raw_size = load_u32(size, b->is_big);
		ret->raw = take(b, ret->raw_size);
	}
}

/* The parts behind the fixed ones, which have the sizes they say. */
static bool parse_varying(const uint8_t *body, size_t size, bool is_big, struct perf_sample *ret)
{
	const struct perf_attr *attr = ret->attr;
	struct body b = {body + attr->fixed_size, body + size, is_big, true};

	if (attr->sample_type & TYPE_READ) {
		skip_read(&b, attr->read_format);
	}
	if (attr->sample_type & TYPE_CALLCHAIN) {
		take_chain(&b, ret);
	}
	if (attr->sample_type & TYPE_RAW) {
		take_raw(&b, ret);
	}
	return b.is_good;
}

/* The parts of fixed size that the attribute has; compiled once for each byte order. */
static inline __attribute__((always_inline)) uint32_t tid_of(const struct perf_attr *attr,
							     const uint8_t *body, bool is_big)
{
	/* behind the process's */
	return attr->tid_at ? load_u32(body + attr->tid_at - 1 + 4, is_big) : 0;
}

static inline __attribute__((always_inline)) uint64_t time_of(const struct perf_attr *attr,
							      const uint8_t *body, bool is_big)
{
	return attr->time_at ? load_u64(body + attr->time_at - 1, is_big) : 0;
}

static inline __attribute__((always_inline)) uint32_t cpu_of(const struct perf_attr *attr,
							     const uint8_t *body, bool is_big)
{
	return attr->cpu_at ? load_u32(body + attr->cpu_at - 1, is_big) : 0;
}

static inline __attribute__((always_inline)) uint64_t period_of(const struct perf_attr *attr,
								const uint8_t *body, bool is_big)
{
	return attr->period_at ? load_u64(body + attr->period_at - 1, is_big) : 1;
}

static inline __attribute__((always_inline)) bool parse_slab(const struct perf_attrs *attrs,
							     const uint8_t *body, size_t size,
							     bool is_big, struct sink_event *ret,
							     uint64_t *ret_period)
{
	const struct perf_attr *attr = attr_of(attrs, body, size, is_big);
	const struct perf_slab_layout *slab;
	size_t record_size;

	if (!attr || attr->slab.need == 0 || size < attr->slab.need) {
		return false;
	}
	slab = &attr->slab;
	record_size = load_u32(body + attr->fixed_size, is_big);
	if (record_size > size - attr->fixed_size - 4 ||
	    record_size < slab->need - attr->fixed_size - 4) {
		return false;
	}
	*ret_period = period_of(attr, body, is_big);
	ret->flags = attr->format->flags;
	ret->cpu = cpu_of(attr, body, is_big);
	ret->pid = tid_of(attr, body, is_big);
	ret->has_pid = attr->tid_at > 0;
	ret->has_time = attr->time_at > 0;
	ret->kind = 0;
	ret->time_ns = time_of(attr, body, is_big);
	ret->pointer = load_u64(body + slab->pointer, is_big);
	if (attr->format->kind == KMEM_ALLOC) {
		ret->call_site = load_u64(body + slab->call_site, is_big);
		ret->bytes_req = load_u64(body + slab->bytes_req, is_big);
		ret->bytes_alloc = load_u64(body + slab->bytes_alloc, is_big);
	} else {
		ret->call_site = ret->bytes_req = ret->bytes_alloc = 0;
	}
	return true;
}

bool perf_sample_slab(const struct perf_attrs *attrs, const uint8_t *body, size_t size, bool is_big,
		      struct sink_event *ret, uint64_t *ret_period)
{
	return is_big ? parse_slab(attrs, body, size, true, ret, ret_period)
		      : parse_slab(attrs, body, size, false, ret, ret_period);
}

static inline __attribute__((always_inline)) bool parse(const struct perf_attrs *attrs,
							const uint8_t *body, size_t size,
							bool is_big, struct perf_sample *ret)
{
	const struct perf_attr *attr = attr_of(attrs, body, size, is_big);
	size_t left;

	if (!attr || size < attr->fixed_size) {
		return false;
	}
	*ret = (struct perf_sample){
		.attr = attr,
		.tid = tid_of(attr, body, is_big),
		.time = time_of(attr, body, is_big),
		.cpu = cpu_of(attr, body, is_big),
		.period = period_of(attr, body, is_big),
	};
	left = size - attr->fixed_size;
	if (!attr->is_plain || left < 4) {
		return parse_varying(body, size, is_big, ret);
	}
	ret->raw_size = load_u32(body + attr->fixed_size, is_big);
	ret->raw = body + attr->fixed_size + 4;
	return ret->raw_size <= left - 4;
}

bool perf_sample_parse(const struct perf_attrs *attrs, const uint8_t *body, size_t size,
		       bool is_big, struct perf_sample *ret)
{
	return is_big ? parse(attrs, body, size, true, ret) : parse(attrs, body, size, false, ret);
}

struct perf_trailer perf_trailer_read(const struct perf_attrs *attrs, const uint8_t *body,
				      size_t size, bool is_big)
{
	static const unsigned int order[] = {TYPE_TID,	     TYPE_TIME, TYPE_ID,
					     TYPE_STREAM_ID, TYPE_CPU,	TYPE_IDENTIFIER};
	struct perf_trailer trailer = {0};
	uint64_t type;
	const uint8_t *at;

	if (attrs->count == 0 || !attrs->items[0].ids_all) {
		return trailer;
	}
	type = attrs->items[0].sample_type;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		trailer.size += type & order[i] ? 8 : 0;
	}
	if (trailer.size > size) {
		return (struct perf_trailer){0};
	}
	at = body + size - trailer.size;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (!(type & order[i])) {
			continue;
		}
		if (order[i] == TYPE_TIME) {
			trailer.time = load_u64(at, is_big);
		} else if (order[i] == TYPE_CPU) {
			trailer.cpu = load_u32(at, is_big);
		}
		at += 8;
	}
	return trailer;
}

size_t perf_chain_kernel(const struct perf_sample *sample, bool is_big, bool is_kernel,
			 uint64_t *ret, size_t capacity)
{
	size_t count = 0;

	for (size_t i = 0; i < sample->chain_count && count < capacity; i++) {
		uint64_t address = load_u64(sample->chain + i * 8, is_big);

		if (address >= CONTEXT_MAX) {
			is_kernel = address == CONTEXT_KERNEL;
		} else if (is_kernel) {
			ret[count++] = address;
		}
	}
	return count;
}
