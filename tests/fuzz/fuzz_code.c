/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machine code: any bytes as an ELF file, or, behind a byte below 8 that picks a machine,
 * as the text of a kernel. Every place is asked for the call in front of it, every
 * function for its branches, and the whole for the slide of its own addresses.
 */
#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "elf_fixture.h"
#include "elfsyms/call_instruction.h"
#include "elfsyms/slide.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PLACES_MAX 4096

static int branch_visit(const struct code_branch *branch, void *context)
{
	size_t *count = context;

	if (!branch->target.name) {
		abort();
	}
	return ++*count > PLACES_MAX;
}

static void places_ask(const struct elf_code *code, uint32_t section, uint64_t size)
{
	for (uint64_t offset = 0; offset <= size && offset < PLACES_MAX; offset++) {
		struct code_place place = {section, offset};
		const struct code_function *around = elf_code_function_around(code, place);
		const struct code_function *function = elf_code_function_at(code, place);
		struct call_instruction call;
		size_t branches = 0;

		if (around && (around->place.section != section || around->place.offset > offset)) {
			abort();
		}
		call_instruction_before(code, place, offset & 1, &call);
		if (function) {
			code_function_branches(code, function, branch_visit, &branches);
		}
	}
}

static void code_ask(const struct elf_code *code)
{
	uint64_t addresses[64];
	struct elfsyms_error err;
	struct code_slide slide;
	uint64_t first = 0;
	uint64_t last = 0;
	uint64_t size;
	uint32_t section;

	if (elf_code_section(code, ".text", &section, &size)) {
		places_ask(code, section, size);
	}
	if (!elf_code_range(code, &first, &last)) {
		return;
	}
	for (size_t i = 0; i < 64; i++) {
		addresses[i] = first + (last - first) / 64 * i + 5;
	}
	if (code_slide_find(code, addresses, 64, &slide, &err) == 0 &&
	    slide.hit_count > slide.candidate_count) {
		abort();
	}
}

static void object_ask(const void *image, size_t size)
{
	struct elf_object *object;
	struct elfsyms_error err;
	struct elf_code *code;

	if (elf_object_open_memory("fuzz", image, size, &object, &err) < 0) {
		return;
	}
	if (elf_code_new(object, &code, &err) == 0) {
		code_ask(code);
		elf_code_free(code);
	}
	elf_object_close(object);
}

static void kernel_ask(uint8_t choice, const uint8_t *text, size_t size)
{
	static const uint16_t machines[] = {EM_X86_64, EM_386, EM_AARCH64, EM_ARM, EM_RISCV};
	uint16_t machine = machines[choice % 5];
	bool is_64bit = machine != EM_386 && machine != EM_ARM;
	static struct elf_fixture elf;
	uint64_t base = 0x400000;
	size_t section;

	elf_fixture_init(&elf, is_64bit ? ELFCLASS64 : ELFCLASS32, ELFDATA2LSB, ET_EXEC, machine);
	section = elf_fixture_section(&elf, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, base,
				      text, size);
	for (size_t i = 0; i < size && i < 2048; i += 32) {
		elf_fixture_symbol(&elf, i ? "f" : "kmalloc", base + i + (choice & 1), 32,
				   ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), section);
	}
	elf_fixture_finish(&elf);
	object_ask(elf.bytes, elf.size);
	elf_fixture_release(&elf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0 && data[0] < 8) {
		kernel_ask(data[0], data + 1, size - 1);
	} else {
		object_ask(data, size);
	}
	return 0;
}
