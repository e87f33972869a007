/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/text_payload.h"

#include "analyzer/input/slab_event.h"

struct event_name {
	const char *name;
	enum text_event_kind kind;
	unsigned int flags;
};

/* The kmem group, 2.6.31 to 7.3. What is not here counts as any other event. */
static const struct event_name event_names[] = {
	{"kmalloc", TEXT_EVENT_SLAB, 0},
	{"kmalloc_node", TEXT_EVENT_SLAB, 0}, /* until 6.0 */
	{"kmem_cache_alloc", TEXT_EVENT_SLAB, SLAB_EVENT_CACHE},
	{"kmem_cache_alloc_node", TEXT_EVENT_SLAB, SLAB_EVENT_CACHE}, /* until 6.0 */
	{"kfree", TEXT_EVENT_SLAB, SLAB_EVENT_FREE},
	{"kmem_cache_free", TEXT_EVENT_SLAB, SLAB_EVENT_FREE | SLAB_EVENT_CACHE},
	{"mm_page_alloc", TEXT_EVENT_PAGE, 0},
	{"mm_page_alloc_extfrag", TEXT_EVENT_PAGE, 0},
	{"mm_page_alloc_zone_locked", TEXT_EVENT_PAGE, 0},
	{"mm_page_free", TEXT_EVENT_PAGE, 0},
	{"mm_page_free_batched", TEXT_EVENT_PAGE, 0},
	{"mm_page_free_direct", TEXT_EVENT_PAGE, 0}, /* until 3.2 */
	{"mm_page_pcpu_drain", TEXT_EVENT_PAGE, 0},
	{"mm_pagevec_free", TEXT_EVENT_PAGE, 0}, /* until 3.2 */
	{"mm_alloc_contig_migrate_range_info", TEXT_EVENT_PAGE, 0},
	{"rss_stat", TEXT_EVENT_PAGE, 0},
	{"mm_setup_per_zone_wmarks", TEXT_EVENT_PAGE, 0}, /* these three since 6.16 */
	{"mm_setup_per_zone_lowmem_reserve", TEXT_EVENT_PAGE, 0},
	{"mm_calculate_totalreserve_pages", TEXT_EVENT_PAGE, 0},
	{"kernel_stack", TEXT_EVENT_STACK, 0},
	{"user_stack", TEXT_EVENT_STACK, 0},
};

enum text_event_kind text_event_classify(const char *name, size_t length, unsigned int *slab_flags)
{
	struct text_cursor c = {name, name + length};

	TEXT_TAKE(&c, "kmem:");
	for (size_t i = 0; i < sizeof(event_names) / sizeof(event_names[0]); i++) {
		if (text_left(&c) == strlen(event_names[i].name) &&
		    memcmp(c.at, event_names[i].name, text_left(&c)) == 0) {
			*slab_flags = event_names[i].flags;
			return event_names[i].kind;
		}
	}
	return TEXT_EVENT_OTHER;
}

/* A value ends at a blank, at the end of the line, or at the end of a function graph comment. */
static bool at_value_end(const struct text_cursor *c)
{
	return c->at == c->end || *c->at == ' ';
}

/* options/fields prints each number twice: "0xc0 (192)", "0xffffffff (-1)". */
static void skip_decimal_twin(struct text_cursor *c)
{
	struct text_cursor probe = *c;

	if (!TEXT_TAKE(&probe, " (")) {
		return;
	}
	text_take_char(&probe, '-');
	if (text_skip_digits(&probe) > 0 && text_take_char(&probe, ')') && at_value_end(&probe)) {
		*c = probe;
	}
}

/* "name+0x1/0x2", "name+0x1/0x2 [module]", "c104dd2f", "0xffffffffc0123456 (-1072553898)" */
static bool take_site(struct text_cursor *c, struct text_slab *ret)
{
	const char *start = c->at;
	struct text_cursor probe;

	while (c->at < c->end && *c->at != ' ') {
		c->at++;
	}
	probe = *c;
	if (TEXT_TAKE(&probe, " [")) {
		while (probe.at < probe.end && *probe.at != ']' && *probe.at != ' ') {
			probe.at++;
		}
		if (text_take_char(&probe, ']') && at_value_end(&probe)) {
			*c = probe;
		}
	}
	ret->site = start;
	ret->site_length = (size_t)(c->at - start);
	skip_decimal_twin(c);
	return ret->site_length > 0;
}

bool text_take_pointer(struct text_cursor *c, struct text_slab *ret)
{
	ret->pointer = 0;
	ret->pointer_digits = 0;
	text_skip_spaces(c); /* "(null)" is right-aligned to the width of a pointer */
	if (text_at_char(c, '(')) {
		if (TEXT_TAKE(c, "(null)") || TEXT_TAKE(c, "(nil)")) {
			return true;
		}
		if (TEXT_TAKE(c, "(____ptrval____)") || TEXT_TAKE(c, "(ptrval)")) {
			ret->flags |= SLAB_EVENT_UNHASHABLE;
			return true;
		}
		return false;
	}
	TEXT_TAKE(c, "0x");
	return text_take_hex(c, &ret->pointer, &ret->pointer_digits);
}

static bool take_size(struct text_cursor *c, uint64_t *ret)
{
	unsigned int digits;

	return TEXT_TAKE(c, "0x") ? text_take_hex(c, ret, &digits) : text_take_decimal(c, ret);
}

enum payload_key {
	KEY_OTHER = 0,
	KEY_SITE = 1,
	KEY_POINTER = 2,
	KEY_REQUESTED = 4,
	KEY_ALLOCATED = 8,
};

#define KEYS_OF_FREE  (KEY_SITE | KEY_POINTER)
#define KEYS_OF_ALLOC (KEY_SITE | KEY_POINTER | KEY_REQUESTED | KEY_ALLOCATED)

/* Reads the value at c if key is one the accounts need and new; false: malformed. */
static bool take_value(enum payload_key key, struct text_cursor *c,
		       const struct text_line_options *options, struct text_slab *ret)
{
	bool good;

	if (key == KEY_SITE) {
		good = take_site(c, ret);
	} else if (key == KEY_POINTER) {
		good = text_take_pointer(c, ret);
	} else {
		good = take_size(c, key == KEY_REQUESTED ? &ret->bytes_req : &ret->bytes_alloc);
	}
	if (!good || !at_value_end(c)) {
		return false;
	}
	if (key != KEY_SITE) {
		skip_decimal_twin(c);
	}
	if (c->at < c->end || !options->end_is_cut) {
		return true;
	}
	/*
	 * The input stops here. Only a pointer printed in full width shows that it is whole;
	 * eight zeros may be the beginning of a hashed one.
	 */
	return key == KEY_POINTER &&
	       (ret->pointer_digits == 16 || (ret->pointer_digits == 8 && ret->pointer != 0));
}

static enum payload_key key_of(const char *name, size_t length)
{
	static const struct {
		const char *name;
		enum payload_key key;
	} keys[] = {
		{"call_site", KEY_SITE},
		{"ptr", KEY_POINTER},
		{"bytes_req", KEY_REQUESTED},
		{"bytes_alloc", KEY_ALLOCATED},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strlen(keys[i].name) == length && memcmp(keys[i].name, name, length) == 0) {
			return keys[i].key;
		}
	}
	return KEY_OTHER;
}

/* "(getname_flags.part.0+0x2b) ", which trace-cmd's kmem plugin puts before the body. */
static void skip_plugin_site(struct text_cursor *c)
{
	const char *close;

	if (!text_at_char(c, '(')) {
		return;
	}
	close = memchr(c->at, ')', text_left(c));
	if (close) {
		c->at = close + 1;
		text_skip_spaces(c);
	}
}

/* Is name "gfp_flags"? c stands behind its '='. */
static bool is_gfp(const char *name, const struct text_cursor *c)
{
	return c->at - name == 10 && memcmp(name, "gfp_flags", 9) == 0;
}

bool text_payload_parse(const char *body, const char *end, const struct text_line_options *options,
			struct text_slab *ret)
{
	struct text_cursor c = {body, end};
	unsigned int wanted = ret->flags & SLAB_EVENT_FREE ? KEYS_OF_FREE : KEYS_OF_ALLOC;
	bool gfp_seen = (ret->flags & SLAB_EVENT_FREE) != 0;

	text_skip_spaces(&c);
	skip_plugin_site(&c);
	while (c.at < c.end) {
		const char *name = c.at;

		while (c.at < c.end && *c.at != '=' && *c.at != ' ') {
			c.at++;
		}
		if (text_take_char(&c, '=')) {
			enum payload_key key = key_of(name, (size_t)(c.at - name - 1));

			if ((wanted & (unsigned int)key) != 0) {
				if (!take_value(key, &c, options, ret)) {
					return false;
				}
				wanted &= ~(unsigned int)key;
			}
			if (!gfp_seen && is_gfp(name, &c)) {
				gfp_seen = true;
				ret->empty_gfp = at_value_end(&c); /* 6.1 with hash-ptr off */
			}
		}
		while (c.at < c.end && *c.at != ' ') {
			c.at++;
		}
		text_skip_spaces(&c);
	}
	return wanted == 0;
}
