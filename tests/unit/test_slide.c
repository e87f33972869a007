/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The slide of KASLR, recovered from call sites in made-up code whose calls are known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "elf_fixture.h"
#include "elfsyms/slide.h"

#define BASE	  UINT64_C(0xffffffff81000000)
#define TEXT_SIZE (6u << 20)
#define STEP	  UINT64_C(0x200000)
#define SITES	  64

struct kernel {
	struct elf_fixture elf;
	unsigned char *text;
	struct elf_object *object;
	struct elf_code *code;
	uint64_t sites[SITES]; /* link-time return addresses */
};

static uint32_t random_next(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* "call" of x86 at offset, back to the start of the text. */
static void call_put(unsigned char *text, uint32_t offset)
{
	uint32_t distance = 0u - (offset + 5);

	text[offset] = 0xe8;
	for (unsigned int i = 0; i < 4; i++) {
		text[offset + 1 + i] = (unsigned char)(distance >> (8 * i));
	}
}

/* Code with a call every 40 bytes or so; period: what repeats itself, TEXT_SIZE if nothing. */
static void kernel_init(struct kernel *kernel, uint32_t period)
{
	struct elfsyms_error err;
	uint32_t state = 1;
	size_t calls = 0;
	size_t section;

	memset(kernel, 0, sizeof(*kernel));
	kernel->text = calloc(1, TEXT_SIZE);
	assert_non_null(kernel->text);
	memset(kernel->text, 0x90, TEXT_SIZE);
	for (uint32_t at = 16; at < period - 64; at += 16 + random_next(&state) % 50) {
		for (uint32_t copy = at; copy < TEXT_SIZE - 8; copy += period) {
			call_put(kernel->text, copy);
		}
		if (calls++ % 997 == 0 && calls / 997 < SITES) {
			kernel->sites[calls / 997] = BASE + at + 5;
		}
	}
	assert_true(calls / 997 >= SITES || period < TEXT_SIZE);
	elf_fixture_init(&kernel->elf, ELFCLASS64, ELFDATA2LSB, ET_EXEC, EM_X86_64);
	section = elf_fixture_section(&kernel->elf, ".text", SHT_PROGBITS,
				      SHF_ALLOC | SHF_EXECINSTR, BASE, kernel->text, TEXT_SIZE);
	elf_fixture_symbol(&kernel->elf, "_stext", BASE, 0, ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE),
			   section);
	elf_fixture_finish(&kernel->elf);
	assert_int_equal(elf_object_open_memory("vmlinux", kernel->elf.bytes, kernel->elf.size,
						&kernel->object, &err),
			 0);
	assert_int_equal(elf_code_new(kernel->object, &kernel->code, &err), 0);
}

static void kernel_release(struct kernel *kernel)
{
	elf_code_free(kernel->code);
	elf_object_close(kernel->object);
	elf_fixture_release(&kernel->elf);
	free(kernel->text);
}

static struct code_slide find(const struct kernel *kernel, const uint64_t *addresses, size_t count)
{
	struct elfsyms_error err;
	struct code_slide slide;

	assert_int_equal(code_slide_find(kernel->code, addresses, count, &slide, &err), 0);
	return slide;
}

static void every_slide_is_found(void **state)
{
	static const uint64_t slides[] = {0, STEP, 0x39600000, 0x3e800000};
	struct kernel kernel;

	(void)state;
	kernel_init(&kernel, TEXT_SIZE);
	for (size_t i = 0; i < sizeof(slides) / sizeof(slides[0]); i++) {
		uint64_t moved[SITES];
		struct code_slide slide;

		for (size_t j = 0; j < SITES; j++) {
			moved[j] = kernel.sites[j] + slides[i];
		}
		slide = find(&kernel, moved, SITES);
		assert_int_equal(slide.state, SLIDE_FOUND);
		assert_int_equal(slide.slide, slides[i]);
		assert_int_equal(slide.hit_count, SITES);
		assert_int_equal(slide.total_count, SITES);
		assert_true(slide.runner_up_count < SITES / 4);
	}
	kernel_release(&kernel);
}

/* Other machines: a word that calls what is 8 bytes on, among words that do not. */
struct machine {
	uint16_t machine;
	int elf_class;
	uint64_t base;
	uint32_t call, filler;
	uint64_t slides[3];
};

static const struct machine machines[] = {
	{EM_AARCH64,
	 ELFCLASS64,
	 UINT64_C(0xffff800008000000),
	 0x94000002,
	 0xd503201f,
	 {0, 0x10000, UINT64_C(0x2fd3a5a50000)}},
	{EM_RISCV,
	 ELFCLASS64,
	 UINT64_C(0xffffffff80000000),
	 0x008000ef,
	 0x00000013,
	 {0, STEP, 0x3fe00000}},
	{EM_ARM, ELFCLASS32, 0xc0008000, 0xeb000000, 0xe1a00000, {0, STEP, 0x10000000}},
};

static void check_machine(const struct machine *machine)
{
	static uint32_t words[(1u << 20) / 4];
	size_t count = sizeof(words) / sizeof(words[0]);
	struct kernel kernel = {0};
	uint64_t sites[SITES];
	struct elfsyms_error err;
	uint32_t random = 3;
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		bool is_call = i < count - 4 && random_next(&random) % 12 == 0;

		words[i] = is_call ? machine->call : machine->filler;
		if (is_call && found < SITES && random_next(&random) % 100 == 0) {
			sites[found++] = machine->base + (uint64_t)4 * i + 4;
		}
	}
	assert_int_equal(found, SITES);
	elf_fixture_init(&kernel.elf, machine->elf_class, ELFDATA2LSB, ET_EXEC, machine->machine);
	elf_fixture_section(&kernel.elf, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR,
			    machine->base, words, sizeof(words));
	elf_fixture_finish(&kernel.elf);
	assert_int_equal(elf_object_open_memory("vmlinux", kernel.elf.bytes, kernel.elf.size,
						&kernel.object, &err),
			 0);
	assert_int_equal(elf_code_new(kernel.object, &kernel.code, &err), 0);
	for (size_t i = 0; i < sizeof(machine->slides) / sizeof(machine->slides[0]); i++) {
		uint64_t moved[SITES];
		struct code_slide slide;

		for (size_t j = 0; j < SITES; j++) {
			moved[j] = sites[j] + machine->slides[i];
		}
		slide = find(&kernel, moved, SITES);
		assert_int_equal(slide.state, SLIDE_FOUND);
		assert_int_equal(slide.slide, machine->slides[i]);
		assert_int_equal(slide.hit_count, SITES);
	}
	kernel_release(&kernel);
}

static void other_machines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		check_machine(&machines[i]);
	}
}

/* Sites in modules are no votes against; a few in code the kernel patched are none either. */
static void strangers_do_not_hide_it(void **state)
{
	uint64_t moved[(size_t)2 * SITES];
	struct code_slide slide;
	struct kernel kernel;

	(void)state;
	kernel_init(&kernel, TEXT_SIZE);
	for (size_t i = 0; i < SITES; i++) {
		moved[i] = kernel.sites[i] + 4 * STEP + (i % 16 == 0 ? 1 : 0);
		moved[SITES + i] = UINT64_C(0xffffffffc0000000) + 4321 * i;
	}
	slide = find(&kernel, moved, (size_t)2 * SITES);
	assert_int_equal(slide.state, SLIDE_FOUND);
	assert_int_equal(slide.slide, 4 * STEP);
	assert_int_equal(slide.hit_count, SITES - SITES / 16);
	assert_int_equal(slide.total_count, SITES);
	assert_int_equal(slide.candidate_count, SITES);
	kernel_release(&kernel);
}

static void too_few_sites_decide_nothing(void **state)
{
	struct code_slide slide;
	struct kernel kernel;

	(void)state;
	kernel_init(&kernel, TEXT_SIZE);
	slide = find(&kernel, kernel.sites, SLIDE_SITES_MIN - 1);
	assert_int_equal(slide.state, SLIDE_TOO_FEW);
	slide = find(&kernel, kernel.sites, SLIDE_SITES_MIN);
	assert_int_equal(slide.state, SLIDE_FOUND);
	slide = find(&kernel, NULL, 0);
	assert_int_equal(slide.state, SLIDE_TOO_FEW);
	kernel_release(&kernel);
}

static void sites_of_another_kernel_fit_nowhere(void **state)
{
	uint64_t foreign[SITES];
	uint32_t random = 77;
	struct kernel kernel;

	(void)state;
	kernel_init(&kernel, TEXT_SIZE);
	for (size_t i = 0; i < SITES; i++) {
		foreign[i] = BASE + random_next(&random) % TEXT_SIZE;
	}
	assert_int_equal(find(&kernel, foreign, SITES).state, SLIDE_NONE_FITS);
	/* Beyond what KASLR can choose, it isn't that kernel either. */
	for (size_t i = 0; i < SITES; i++) {
		foreign[i] = kernel.sites[i] - STEP * 2;
	}
	assert_int_equal(find(&kernel, foreign, SITES).state, SLIDE_NONE_FITS);
	kernel_release(&kernel);
}

/* Code that repeats itself with the period of the slide fits at several. */
static void a_near_runner_up_decides_nothing(void **state)
{
	struct kernel kernel;
	struct code_slide slide;
	uint64_t sites[SLIDE_SITES_MIN];

	(void)state;
	kernel_init(&kernel, (uint32_t)STEP);
	for (size_t i = 0; i < SLIDE_SITES_MIN; i++) {
		sites[i] = kernel.sites[i] + STEP;
	}
	slide = find(&kernel, sites, SLIDE_SITES_MIN);
	assert_int_equal(slide.state, SLIDE_NOT_UNIQUE);
	assert_int_equal(slide.runner_up_count, slide.hit_count);
	kernel_release(&kernel);
}

/* What is said of one site in an ELF file with text at 0x100000 and, if not 0, at far. */
static enum slide_state state_of(uint16_t machine, unsigned char order, uint64_t far)
{
	static const unsigned char text[64];
	struct elf_fixture elf;
	struct elf_object *object;
	struct elf_code *code;
	struct elfsyms_error err;
	struct code_slide slide;
	uint64_t site = 0x100010;

	elf_fixture_init(&elf, ELFCLASS64, order, ET_EXEC, machine);
	elf_fixture_section(&elf, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 0x100000, text,
			    sizeof(text));
	if (far) {
		elf_fixture_section(&elf, ".text.far", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, far,
				    text, sizeof(text));
	}
	elf_fixture_finish(&elf);
	assert_int_equal(elf_object_open_memory("vmlinux", elf.bytes, elf.size, &object, &err), 0);
	assert_int_equal(elf_code_new(object, &code, &err), 0);
	assert_int_equal(code_slide_find(code, &site, 1, &slide, &err), 0);
	elf_code_free(code);
	elf_object_close(object);
	elf_fixture_release(&elf);
	return slide.state;
}

static void an_unknown_machine_is_not_supported(void **state)
{
	(void)state;
	assert_int_equal(state_of(EM_S390, ELFDATA2MSB, 0), SLIDE_UNSUPPORTED);
}

/* A file that claims code all over the address space took years to look through. */
static void sections_far_apart_are_no_kernel(void **state)
{
	(void)state;
	assert_int_equal(state_of(EM_AARCH64, ELFDATA2LSB, 0x40000000), SLIDE_TOO_FEW);
	assert_int_equal(state_of(EM_AARCH64, ELFDATA2LSB, 0xffff000000000000), SLIDE_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_slide_is_found),
		cmocka_unit_test(other_machines),
		cmocka_unit_test(strangers_do_not_hide_it),
		cmocka_unit_test(too_few_sites_decide_nothing),
		cmocka_unit_test(sites_of_another_kernel_fit_nowhere),
		cmocka_unit_test(a_near_runner_up_decides_nothing),
		cmocka_unit_test(sections_far_apart_are_no_kernel),
		cmocka_unit_test(an_unknown_machine_is_not_supported),
	};

	return cmocka_run_group_tests_name("slide", tests, NULL, NULL);
}
