/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bodies of slab events: fields by kernel version, values as each kernel and tool
 * prints them (FORMATS.md section 1), and damage, which must never become a number.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/input/slab_event.h"
#include "analyzer/input/text_payload.h"

struct row {
	const char *why;
	const char *body;
	struct text_slab slab; /* site as a string; site NULL: must not decode */
};

static bool parse(const char *body, bool is_free, bool end_is_cut, struct text_slab *slab,
		  char *site)
{
	const struct text_line_options options = {.end_is_cut = end_is_cut};
	size_t length = strlen(body);
	char *copy = malloc(length + 1);
	bool good;

	assert_non_null(copy);
	copy = realloc(copy, length ? length : 1);
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): bodies have no terminator */
	memcpy(copy, body, length);
	*slab = (struct text_slab){.flags = is_free ? SLAB_EVENT_FREE : 0};
	good = text_payload_parse(copy, copy + length, &options, slab);
	if (good) {
		assert_in_range(slab->site_length, 1, 255);
		memcpy(site, slab->site, slab->site_length);
		site[slab->site_length] = '\0';
	}
	free(copy);
	return good;
}

static void check_row(const struct row *row, bool is_free, bool end_is_cut)
{
	struct text_slab slab;
	char site[256];
	bool good = parse(row->body, is_free, end_is_cut, &slab, site);

	if (good != (row->slab.site != NULL)) {
		fail_msg("%s: %s: %s", row->why, good ? "decoded" : "not decoded", row->body);
	}
	if (!good || !row->slab.site) {
		return;
	}
	slab.flags &= ~(unsigned int)SLAB_EVENT_FREE;
	if (strcmp(site, row->slab.site) != 0 || slab.pointer != row->slab.pointer ||
	    slab.pointer_digits != row->slab.pointer_digits || slab.flags != row->slab.flags ||
	    slab.bytes_req != row->slab.bytes_req || slab.bytes_alloc != row->slab.bytes_alloc ||
	    slab.empty_gfp != row->slab.empty_gfp) {
		fail_msg("%s: site %s ptr %llx (%u digits) %llu/%llu flags %u empty %d", row->why,
			 site, (unsigned long long)slab.pointer, slab.pointer_digits,
			 (unsigned long long)slab.bytes_req, (unsigned long long)slab.bytes_alloc,
			 slab.flags, slab.empty_gfp);
	}
}

static const struct row allocation_rows[] = {
	{"3.6, i386",
	 " call_site=c104dd2f ptr=c147dd20 bytes_req=29 bytes_alloc=32 "
	 "gfp_flags=GFP_KERNEL",
	 {"c104dd2f", 0, 0xc147dd20, 29, 32, 0, 8, false, ""}},
	{"3.6, SLOB, node",
	 " call_site=c10b86a3 ptr=c1608000 bytes_req=64 bytes_alloc=64 "
	 "gfp_flags=GFP_KERNEL|GFP_ZERO node=-1",
	 {"c10b86a3", 0, 0xc1608000, 64, 64, 0, 8, false, ""}},
	{"5.10, raw pointers",
	 " call_site=security_prepare_creds+0x71/0xa0 ptr=ffff96cafdec2288 bytes_req=8 "
	 "bytes_alloc=8 gfp_flags=GFP_KERNEL_ACCOUNT|__GFP_ZERO",
	 {"security_prepare_creds+0x71/0xa0", 0, 0xffff96cafdec2288, 8, 8, 0, 16, false, ""}},
	{"6.12, hashed pointers",
	 " call_site=lsm_blob_alloc+0x2d/0x50 ptr=0000000034f2c95b bytes_req=16 "
	 "bytes_alloc=16 gfp_flags=GFP_KERNEL_ACCOUNT|__GFP_ZERO node=-1 accounted=true",
	 {"lsm_blob_alloc+0x2d/0x50", 0, 0x34f2c95b, 16, 16, 0, 16, false, ""}},
	{"6.18: name= in the middle",
	 " call_site=do_getname+0x3a/0x1d0 ptr=000000007554a382 name=names_cache "
	 "bytes_req=192 bytes_alloc=192 gfp_flags=GFP_KERNEL node=-1 accounted=false",
	 {"do_getname+0x3a/0x1d0", 0, 0x7554a382, 192, 192, 0, 16, false, ""}},
	{"6.1, hash-ptr=0: strings print empty",
	 " call_site=__alloc_file+0x23/0xd0 ptr=ff200e91c27e7c80 bytes_req=232 "
	 "bytes_alloc=320 gfp_flags= node=-1 accounted=true",
	 {"__alloc_file+0x23/0xd0", 0, 0xff200e91c27e7c80, 232, 320, 0, 16, true, ""}},
	{"an empty gfp_flags= that ends the line",
	 " call_site=f+0x1/0x2 ptr=ff200e91c27e7c80 bytes_req=8 bytes_alloc=8 gfp_flags=",
	 {"f+0x1/0x2", 0, 0xff200e91c27e7c80, 8, 8, 0, 16, true, ""}},
	{"an empty name= in the middle",
	 " call_site=f+0x1/0x2 ptr=ff200e91c27e7c80 name= bytes_req=8 bytes_alloc=8 "
	 "gfp_flags= node=-1",
	 {"f+0x1/0x2", 0, 0xff200e91c27e7c80, 8, 8, 0, 16, true, ""}},
	{"a module's site holds a blank",
	 " call_site=brd_alloc.isra.0+0x11c/0x300 [brd] ptr=0000000072c700d3 bytes_req=56 "
	 "bytes_alloc=64 gfp_flags=GFP_KERNEL|__GFP_ZERO node=-1",
	 {"brd_alloc.isra.0+0x11c/0x300 [brd]", 0, 0x72c700d3, 56, 64, 0, 16, false, ""}},
	{"a site no symbol covers",
	 " call_site=0xffffffffc0123456 ptr=0000000072c700d3 bytes_req=56 bytes_alloc=64 "
	 "gfp_flags=GFP_KERNEL",
	 {"0xffffffffc0123456", 0, 0x72c700d3, 56, 64, 0, 16, false, ""}},
	{"options/fields of 6.12: twins",
	 " call_site=0xffffffffa8e52c66 (-1461375898) ptr=0xff222ede01358000 "
	 "(-62435913791864832) bytes_req=0x1000 (4096) bytes_alloc=0x1000 (4096) "
	 "gfp_flags=0xcc0 (3264) node=0xffffffff (-1) accounted=(0)",
	 {"0xffffffffa8e52c66", 0, 0xff222ede01358000, 4096, 4096, 0, 16, false, ""}},
	{"options/fields of 7.3: a named twin, in a module",
	 " call_site=brd_init+0x71/0x2e0 [brd] (-1920720047) ptr=0xff48cfb1011ff3f0 "
	 "(-51563036579728400) bytes_req=0x8 (8) bytes_alloc=0x8 (8) gfp_flags=0xcc0 "
	 "(3264)",
	 {"brd_init+0x71/0x2e0 [brd]", 0, 0xff48cfb1011ff3f0, 8, 8, 0, 16, false, ""}},
	{"trace-cmd report: the plugin's function, 0x",
	 "     (getname_flags.part.0+0x2b) call_site=getname_flags.part.0+0x2b "
	 "ptr=0xff200e91c135d140 bytes_req=4096 bytes_alloc=4160 gfp_flags=GFP_KERNEL "
	 "node=-1 accounted=false",
	 {"getname_flags.part.0+0x2b", 0, 0xff200e91c135d140, 4096, 4160, 0, 16, false, ""}},
	{"trace-cmd report -R: numbers",
	 " call_site=ffffffffa9678a05 ptr=0xff200e91c135d140 bytes_req=4096 "
	 "bytes_alloc=4160 gfp_flags=0xcc0 node=-1 accounted=0",
	 {"ffffffffa9678a05", 0, 0xff200e91c135d140, 4096, 4160, 0, 16, false, ""}},
	{"trace-cmd of 2010: the site is cut to 32 bits",
	 " call_site=81128dd4 ptr=0xffff88003dd83800 bytes_req=8 bytes_alloc=8 "
	 "gfp_flags=GFP_KERNEL",
	 {"81128dd4", 0, 0xffff88003dd83800, 8, 8, 0, 16, false, ""}},
	{"old SLAB without debug knows no site",
	 " call_site=0 ptr=c147dd20 bytes_req=29 bytes_alloc=32 gfp_flags=GFP_KERNEL",
	 {"0", 0, 0xc147dd20, 29, 32, 0, 8, false, ""}},
	{"keys in another order, unknown keys",
	 " accounted=true bytes_alloc=32 new_key=7 ptr=c147dd20 bytes_req=29 "
	 "call_site=c104dd2f zone name=x",
	 {"c104dd2f", 0, 0xc147dd20, 29, 32, 0, 8, false, ""}},
	{"failed: NULL of 3.x, aligned to 16 columns",
	 " call_site=f+0x1/0x2 ptr=          (null) bytes_req=29 bytes_alloc=32 "
	 "gfp_flags=GFP_ATOMIC",
	 {"f+0x1/0x2", 0, 0, 29, 32, 0, 0, false, ""}},
	{"early boot: the hash has no key yet",
	 " call_site=f+0x1/0x2 ptr=(____ptrval____) bytes_req=29 bytes_alloc=32 "
	 "gfp_flags=GFP_KERNEL",
	 {"f+0x1/0x2", 0, 0, 29, 32, SLAB_EVENT_UNHASHABLE, 0, false, ""}},
	{"early boot, 32-bit",
	 " call_site=f+0x1/0x2 ptr=(ptrval) bytes_req=29 bytes_alloc=32 "
	 "gfp_flags=GFP_KERNEL",
	 {"f+0x1/0x2", 0, 0, 29, 32, SLAB_EVENT_UNHASHABLE, 0, false, ""}},
	{"sizes of 64 bits",
	 " call_site=f+0x1/0x2 ptr=c147dd20 bytes_req=18446744073709551615 "
	 "bytes_alloc=4294967296 gfp_flags=GFP_KERNEL",
	 {"f+0x1/0x2", 0, 0xc147dd20, UINT64_MAX, 4294967296, 0, 8, false, ""}},
	{"function graph closes its comment",
	 " call_site=f+0x1/0x2 ptr=c147dd20 bytes_req=29 bytes_alloc=32 "
	 "gfp_flags=GFP_KERNEL */",
	 {"f+0x1/0x2", 0, 0xc147dd20, 29, 32, 0, 8, false, ""}},
	{"the first of two equal keys counts (a forged name=)",
	 " call_site=f+0x1/0x2 ptr=c147dd20 bytes_req=29 bytes_alloc=32 gfp_flags=X name=a "
	 "bytes_req=1 ptr=1",
	 {"f+0x1/0x2", 0, 0xc147dd20, 29, 32, 0, 8, false, ""}},
	{"a key that only ends like one",
	 " call_site=f+0x1/0x2 xptr=1 ptr=c147dd20 bytes_req=29 bytes_alloc=32",
	 {"f+0x1/0x2", 0, 0xc147dd20, 29, 32, 0, 8, false, ""}},
};

static void test_allocations(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(allocation_rows) / sizeof(allocation_rows[0]); i++) {
		check_row(&allocation_rows[i], false, false);
	}
}

static void test_frees(void **state)
{
	static const struct row rows[] = {
		{"6.12: NULL is zeros",
		 " call_site=tomoyo_check_open_permission+0x10b/0x1a0 ptr=0000000000000000",
		 {"tomoyo_check_open_permission+0x10b/0x1a0", 0, 0, 0, 0, 0, 16, false, ""}},
		{"3.6, i386: (null) aligned to 8 columns",
		 " call_site=c10bf31a ptr=  (null)",
		 {"c10bf31a", 0, 0, 0, 0, 0, 0, false, ""}},
		{"trace-cmd report: (nil)",
		 "                (tomoyo_check_open_permission+0x10b) "
		 "call_site=tomoyo_check_open_permission+0x10b ptr=(nil)",
		 {"tomoyo_check_open_permission+0x10b", 0, 0, 0, 0, 0, 0, false, ""}},
		{"old trace-cmd: 0x0",
		 " call_site=81128dd4 ptr=0x0",
		 {"81128dd4", 0, 0, 0, 0, 0, 1, false, ""}},
		{"fields prints NULL twice",
		 " call_site=0xffffffffa8fab16b (-1459965589) ptr=0x0 (0)",
		 {"0xffffffffa8fab16b", 0, 0, 0, 0, 0, 1, false, ""}},
		{"kfree(ZERO_SIZE_PTR)",
		 " call_site=f+0x1/0x2 ptr=0000000000000010",
		 {"f+0x1/0x2", 0, 0x10, 0, 0, 0, 16, false, ""}},
		{"an error pointer prints raw",
		 " call_site=f+0x1/0x2 ptr=fffffffffffffff2",
		 {"f+0x1/0x2", 0, 0xfffffffffffffff2, 0, 0, 0, 16, false, ""}},
		{"upper-case digits",
		 " call_site=f+0x1/0x2 ptr=FFFF96CAFDEC2288",
		 {"f+0x1/0x2", 0, 0xffff96cafdec2288, 0, 0, 0, 16, false, ""}},
		{"an empty name= at the end",
		 " call_site=f+0x1/0x2 ptr=ff200e91c27e89f8 name=",
		 {"f+0x1/0x2", 0, 0xff200e91c27e89f8, 0, 0, 0, 16, false, ""}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check_row(&rows[i], true, false);
	}
}

/* Whatever a serial line or a full disk leaves of a body: damaged, not guessed at. */
static void test_damage(void **state)
{
	static const struct row allocations[] = {
		{"nothing", "", {0}},
		{"no site", " ptr=c147dd20 bytes_req=29 bytes_alloc=32 gfp_flags=X", {0}},
		{"an empty site",
		 " call_site= ptr=c147dd20 bytes_req=29 bytes_alloc=32 gfp_flags=X",
		 {0}},
		{"no pointer", " call_site=f+0x1/0x2 bytes_req=29 bytes_alloc=32 gfp_flags=X", {0}},
		{"an empty pointer before a key of hexadecimal letters",
		 " call_site=f+0x1/0x2 ptr= bytes_req=29 bytes_alloc=32",
		 {0}},
		{"no requested size", " call_site=f+0x1/0x2 ptr=c147dd20 bytes_alloc=32", {0}},
		{"no allocated size", " call_site=f+0x1/0x2 ptr=c147dd20 bytes_req=29", {0}},
		{"printk inside a key",
		 " call_site=f+0x1/0x2 ptr=c147dd20 bytes_r[   12.345678] usb 1-1: new device",
		 {0}},
		{"printk inside the pointer",
		 " call_site=f+0x1/0x2 ptr=c147[   12.345678] usb 1-1: new device",
		 {0}},
		{"printk inside a size",
		 " call_site=f+0x1/0x2 ptr=c147dd20 bytes_req=2[   12.345678] usb bytes_alloc=32",
		 {0}},
		{"a size below nothing",
		 " call_site=f+0x1/0x2 ptr=c147dd20 bytes_req=-1 bytes_alloc=32",
		 {0}},
		{"a size beyond 64 bits",
		 " call_site=f+0x1/0x2 ptr=c147dd20 bytes_req=18446744073709551616 bytes_alloc=32",
		 {0}},
		{"a pointer beyond 64 bits",
		 " call_site=f+0x1/0x2 ptr=0ffff96cafdec22880 bytes_req=29 bytes_alloc=32",
		 {0}},
		{"0x and nothing", " call_site=f+0x1/0x2 ptr=0x bytes_req=29 bytes_alloc=32", {0}},
		{"half a word", " call_site=f+0x1/0x2 ptr=(nul bytes_req=29 bytes_alloc=32", {0}},
		{"quoted-printable",
		 " call_site=3Df+0x1/0x2 ptr=3Dc147dd20z bytes_req=3D29 bytes_alloc=3D32",
		 {0}},
		{"a NUL inside a number is not its end",
		 " call_site=f+0x1/0x2 ptr=c147dd20\x01 bytes_req=29 bytes_alloc=32",
		 {0}},
	};
	static const struct row frees[] = {
		{"no pointer", " call_site=f+0x1/0x2", {0}},
		{"the key's beginning", " call_site=f+0x1/0x2 pt", {0}},
		{"the key alone", " call_site=f+0x1/0x2 ptr=", {0}},
		{"an empty site", " call_site= ptr=00000000abcdef01", {0}},
		{"blanks for a pointer", " call_site=f+0x1/0x2 ptr=         ", {0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(allocations) / sizeof(allocations[0]); i++) {
		check_row(&allocations[i], false, false);
	}
	for (size_t i = 0; i < sizeof(frees) / sizeof(frees[0]); i++) {
		check_row(&frees[i], true, false);
	}
}

/* The last line of an input that ends without a newline. */
static void test_cut_end(void **state)
{
	static const struct row allocations[] = {
		{"a size that touches the end may be half of one",
		 " call_site=f+0x1/0x2 ptr=c147dd20 bytes_req=29 bytes_alloc=3",
		 {0}},
		{"behind the last size nothing is needed",
		 " call_site=f+0x1/0x2 ptr=c147dd20 bytes_req=29 bytes_alloc=32 gfp_fl",
		 {"f+0x1/0x2", 0, 0xc147dd20, 29, 32, 0, 8, false, ""}},
		{"a twin touches the end",
		 " call_site=f+0x1/0x2 ptr=c147dd20 bytes_req=0x1d (29) bytes_alloc=0x20 (3",
		 {"f+0x1/0x2", 0, 0xc147dd20, 29, 32, 0, 8, false, ""}},
	};
	static const struct row frees[] = {
		{"16 digits are whole",
		 " call_site=f+0x1/0x2 ptr=00000000abcdef01",
		 {"f+0x1/0x2", 0, 0xabcdef01, 0, 0, 0, 16, false, ""}},
		{"8 digits are whole on 32-bit",
		 " call_site=f+0x1/0x2 ptr=c147dd20",
		 {"f+0x1/0x2", 0, 0xc147dd20, 0, 0, 0, 8, false, ""}},
		{"8 zeros are the first half of a hashed pointer",
		 " call_site=f+0x1/0x2 ptr=00000000",
		 {0}},
		{"9 digits are not whole", " call_site=f+0x1/0x2 ptr=c147dd20a", {0}},
		{"a word may go on", " call_site=f+0x1/0x2 ptr=(null)", {0}},
		{"a name behind it",
		 " call_site=f+0x1/0x2 ptr=c147dd20 na",
		 {"f+0x1/0x2", 0, 0xc147dd20, 0, 0, 0, 8, false, ""}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(allocations) / sizeof(allocations[0]); i++) {
		check_row(&allocations[i], false, true);
	}
	for (size_t i = 0; i < sizeof(frees) / sizeof(frees[0]); i++) {
		check_row(&frees[i], true, true);
	}
}

static void test_names(void **state)
{
	static const struct {
		const char *name;
		enum text_event_kind kind;
		unsigned int flags;
	} rows[] = {
		{"kmalloc", TEXT_EVENT_SLAB, 0},
		{"kmalloc_node", TEXT_EVENT_SLAB, 0},
		{"kmem_cache_alloc", TEXT_EVENT_SLAB, SLAB_EVENT_CACHE},
		{"kmem_cache_alloc_node", TEXT_EVENT_SLAB, SLAB_EVENT_CACHE},
		{"kfree", TEXT_EVENT_SLAB, SLAB_EVENT_FREE},
		{"kmem_cache_free", TEXT_EVENT_SLAB, SLAB_EVENT_FREE | SLAB_EVENT_CACHE},
		{"kmem:kmem_cache_free", TEXT_EVENT_SLAB, SLAB_EVENT_FREE | SLAB_EVENT_CACHE},
		{"mm_page_free_batched", TEXT_EVENT_PAGE, 0},
		{"mm_pagevec_free", TEXT_EVENT_PAGE, 0},
		{"mm_calculate_totalreserve_pages", TEXT_EVENT_PAGE, 0},
		{"kmem:rss_stat", TEXT_EVENT_PAGE, 0},
		{"kmallo", TEXT_EVENT_OTHER, 0}, /* no prefix of a name is the name */
		{"kmalloc_", TEXT_EVENT_OTHER, 0},
		{"Kfree", TEXT_EVENT_OTHER, 0},
		{"", TEXT_EVENT_OTHER, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned int flags = 0;

		if (text_event_classify(rows[i].name, strlen(rows[i].name), &flags) !=
			    rows[i].kind ||
		    flags != rows[i].flags) {
			fail_msg("%s: flags %u", rows[i].name, flags);
		}
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_allocations), cmocka_unit_test(test_frees),
	cmocka_unit_test(test_damage),	    cmocka_unit_test(test_cut_end),
	cmocka_unit_test(test_names),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
