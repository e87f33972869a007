/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls and jumps, in code that the real compilers of several architectures make; what
 * ends with a call is compared with what their objdump says. A compiler that is not
 * installed is skipped: apt install gcc-{arm-linux-gnueabihf,aarch64-linux-gnu,...}.
 */
#include <elf.h>

#include "elf_fixture.h"
#include "elfsyms/call_instruction.h"
#include "kernel_fixture.h"

struct machine {
	const char *name;
	const char *gcc;
	const char *objdump;
	const char *flags;
	bool is_thumb;
	const char *calls; /* mnemonics, each between blanks */
};

static const struct machine machines[] = {
	{"x86-64", "gcc", "objdump", "-m64 -mcmodel=kernel", false, " call "},
	{"x86-64 with retpolines", "gcc", "objdump",
	 "-m64 -mcmodel=kernel -mindirect-branch=thunk -mindirect-branch-register", false,
	 " call "},
	{"i386", "gcc", "objdump", "-m32 -mregparm=3", false, " call "},
	{"arm64", "aarch64-linux-gnu-gcc", "aarch64-linux-gnu-objdump", "", false, " bl blr "},
	{"ARM", "arm-linux-gnueabihf-gcc", "arm-linux-gnueabihf-objdump", "-marm", false,
	 " bl blx "},
	{"Thumb", "arm-linux-gnueabihf-gcc", "arm-linux-gnueabihf-objdump", "-mthumb", true,
	 " bl blx "},
	{"RISC-V", "riscv64-linux-gnu-gcc", "riscv64-linux-gnu-objdump", "-mcmodel=medany", false,
	 " jal jalr "},
};
#define MACHINES (sizeof(machines) / sizeof(machines[0]))

static const char source[] =
	"void *kmem_cache_alloc(void *cache, unsigned int flags);\n"
	"extern void *(*pointer)(unsigned long);\n"
	"char *last;\n"
	"__attribute__((noinline)) void *jumper(void *c) { return kmem_cache_alloc(c, 2); }\n"
	"__attribute__((noinline)) void direct(void *c) { last = kmem_cache_alloc(c, 1); }\n"
	"void seen(void *c) { char *p = jumper(c); p[0] = 1; direct(p); last = p; }\n"
	"void indirect(unsigned long n) { char *p = pointer(n); p[0] = 1; last = p; }\n"
	"struct table { long pad[40]; char *(*get)(void *); };\n"
	"void member(struct table *t) { char *p = t->get(t); p[0] = 2; last = p; }\n"
	"void member_of(struct table *t, long i) { char *p = t[i].get(t); p[0] = 2; last = p; }\n";

static const char others[] =
	"void *kmem_cache_alloc(void *cache, unsigned int flags) { return cache; }\n"
	"void *(*pointer)(unsigned long) = (void *)1;\n";

static bool has_compiler(const struct machine *machine)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", machine->gcc);
	if (system(command) == 0) {
		return true;
	}
	print_message("skipped: no %s for %s\n", machine->gcc, machine->name);
	return false;
}

static void build(const struct fixture *fixture, const struct machine *machine)
{
	run(fixture, "cat > code.c <<'EOF'\n%s\nEOF\ncat > others.c <<'EOF'\n%s\nEOF\n:", source,
	    others);
	run(fixture,
	    "for f in code others; do %s %s -O2 -ffreestanding -fno-pic -fno-pie "
	    "-fno-stack-protector -fcf-protection=none -c $f.c -o $f.o 2>log || "
	    "%s %s -O2 -ffreestanding -fno-pic -fno-pie -fno-stack-protector -c $f.c -o $f.o; "
	    "done",
	    machine->gcc, machine->flags, machine->gcc, machine->flags);
	run(fixture,
	    "%s %s -nostdlib -static -no-pie -Wl,-e,0 -Wl,-Ttext=0x400000 "
	    "-Wl,--build-id=none code.o others.o -o code.elf",
	    machine->gcc, machine->flags);
	run(fixture,
	    "for f in o elf; do %s -d --no-show-raw-insn -j .text code.$f > code.$f.txt; "
	    "done",
	    machine->objdump);
}

struct opened {
	struct elf_object *object;
	struct elf_code *code;
};

static void opened_open(const struct fixture *fixture, const char *name, struct opened *opened)
{
	struct elfsyms_error err;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", fixture->root, name);
	assert_int_equal(elf_object_open(path, &opened->object, &err), 0);
	assert_int_equal(elf_code_new(opened->object, &opened->code, &err), 0);
}

static void opened_close(struct opened *opened)
{
	elf_code_free(opened->code);
	elf_object_close(opened->object);
}

static struct code_place place_of(const struct elf_code *code, uint64_t address)
{
	struct code_place place = {0};
	uint64_t size;

	if (!elf_code_place(code, address, &place)) {
		assert_true(elf_code_section(code, ".text", &place.section, &size));
		place.offset = address;
	}
	return place;
}

/* Is the instruction of an objdump line a call, by the mnemonics of the machine? */
static bool line_is_call(const struct machine *machine, const char *line)
{
	char mnemonic[16];
	char sought[20];

	if (sscanf(strchr(line, ':') + 1, " %15s", mnemonic) != 1) {
		return false;
	}
	(void)snprintf(sought, sizeof(sought), " %s ", mnemonic);
	return strstr(machine->calls, sought) && !strstr(line, "jalr\tzero");
}

/* At each boundary of instructions: a call ends there if, and only if, objdump shows one. */
static void check_against_objdump(const struct fixture *fixture, const struct machine *machine,
				  const char *name)
{
	struct opened opened;
	bool was_call = false;
	size_t calls = 0;
	char line[512];
	char path[128];
	FILE *text;

	opened_open(fixture, name, &opened);
	(void)snprintf(path, sizeof(path), "%s/%s.txt", fixture->root, name);
	text = fopen(path, "r");
	assert_non_null(text);
	while (fgets(line, sizeof(line), text)) {
		struct call_instruction call;
		unsigned long address;
		char *end;

		address = strtoul(line, &end, 16);
		if (end == line || *end != ':') {
			continue;
		}
		call_instruction_before(opened.code, place_of(opened.code, address),
					machine->is_thumb, &call);
		if ((call.kind == CALL_DIRECT || call.kind == CALL_INDIRECT) != was_call) {
			fail_msg("%s %s: kind %d before %s", machine->name, name, call.kind, line);
		}
		calls += was_call;
		was_call = line_is_call(machine, line);
	}
	(void)fclose(text);
	opened_close(&opened);
	assert_true(calls >= 6);
}

static void calls_are_those_of_objdump(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < MACHINES; i++) {
		if (has_compiler(&machines[i])) {
			build(fixture, &machines[i]);
			check_against_objdump(fixture, &machines[i], "code.o");
			check_against_objdump(fixture, &machines[i], "code.elf");
		}
	}
}

#define LIST_SIZE 256

struct branches {
	char calls[LIST_SIZE], jumps[LIST_SIZE];
};

static void append(char *list, size_t size, const char *name)
{
	size_t used = strlen(list);

	(void)snprintf(list + used, size - used, " %s", name);
}

static int branch_note(const struct code_branch *branch, void *context)
{
	struct branches *branches = context;

	append(branch->is_call ? branches->calls : branches->jumps, sizeof(branches->calls),
	       branch->target.name);
	return 0;
}

static const struct code_function *function_of(const struct elf_code *code, const char *name)
{
	const struct code_function *function = NULL;

	assert_int_equal(elf_code_functions(code, name, &function, 1), 1);
	return function;
}

static struct branches branches_of(const struct elf_code *code, const char *name)
{
	struct branches branches = {0};

	assert_int_equal(
		code_function_branches(code, function_of(code, name), branch_note, &branches), 0);
	return branches;
}

/* The calls that end inside the function, with their targets. */
static void calls_of(const struct elf_code *code, const char *name, bool is_thumb, char *list)
{
	const struct code_function *function = function_of(code, name);

	*list = '\0';
	for (uint64_t i = 1; i <= function->size; i++) {
		struct code_place place = {function->place.section, function->place.offset + i};
		struct call_instruction call;

		call_instruction_before(code, place, is_thumb, &call);
		if (call.kind == CALL_DIRECT) {
			assert_non_null(call.target.name);
			append(list, LIST_SIZE, call.target.name);
		} else if (call.kind == CALL_INDIRECT) {
			append(list, LIST_SIZE, "*");
		}
	}
}

static void check_targets(const struct machine *machine, const struct elf_code *code)
{
	struct branches branches;
	char list[LIST_SIZE];

	calls_of(code, "seen", machine->is_thumb, list);
	assert_string_equal(list, " jumper direct");
	calls_of(code, "direct", machine->is_thumb, list);
	assert_string_equal(list, " kmem_cache_alloc");
	calls_of(code, "jumper", machine->is_thumb, list);
	assert_string_equal(list, "");
	calls_of(code, "indirect", machine->is_thumb, list);
	assert_string_equal(list, " *");
	branches = branches_of(code, "jumper");
	assert_string_equal(branches.calls, "");
	assert_string_equal(branches.jumps, " kmem_cache_alloc");
	branches = branches_of(code, "seen");
	assert_string_equal(branches.calls, " jumper direct");
	assert_string_equal(branches.jumps, "");
}

static void targets_are_named_in_objects_and_linked_files(void **state)
{
	static const char *const names[] = {"code.o", "code.elf"};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < MACHINES; i++) {
		if (!has_compiler(&machines[i])) {
			continue;
		}
		build(fixture, &machines[i]);
		for (size_t j = 0; j < 2; j++) {
			struct opened opened;

			opened_open(fixture, names[j], &opened);
			assert_true(call_instruction_is_known(opened.code));
			assert_int_equal(function_of(opened.code, "seen")->is_thumb,
					 machines[i].is_thumb);
			check_targets(&machines[i], opened.code);
			opened_close(&opened);
		}
	}
}

static const struct machine big_endian = {
	"s390x", "s390x-linux-gnu-gcc", "s390x-linux-gnu-objdump", "", false, " brasl basr "};

/* Nothing is guessed of a machine whose calls aren't known; names are as right as ever. */
static void unknown_machines_are_undecidable(void **state)
{
	struct fixture *fixture = *state;
	const struct code_function *function;
	struct call_instruction call;
	struct code_place place;
	struct opened opened;

	if (!has_compiler(&big_endian)) {
		skip();
	}
	build(fixture, &big_endian);
	opened_open(fixture, "code.elf", &opened);
	assert_false(call_instruction_is_known(opened.code));
	function = function_of(opened.code, "seen");
	place = function->place;
	place.offset += 12;
	call_instruction_before(opened.code, place, false, &call);
	assert_int_equal(call.kind, CALL_UNDECIDABLE);
	assert_ptr_equal(elf_code_function_around(opened.code, place), function);
	assert_string_equal(branches_of(opened.code, "seen").calls, "");
	opened_close(&opened);
}

/* x86 code by hand: what compilers do not make on demand. */
static void check_x86(const char *bytes, size_t size, enum call_kind kind, const char *target)
{
	struct elf_fixture elf;
	struct elf_object *object;
	struct elf_code *code;
	struct elfsyms_error err;
	struct call_instruction call;
	struct code_place place;
	unsigned char text[64];
	size_t section;

	memset(text, 0x90, sizeof(text));
	memcpy(text + 16, bytes, size);
	elf_fixture_init(&elf, ELFCLASS64, ELFDATA2LSB, ET_EXEC, EM_X86_64);
	section = elf_fixture_section(&elf, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR,
				      0xffffffff81000000, text, sizeof(text));
	elf_fixture_symbol(&elf, "f", 0xffffffff81000000, 48, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
			   section);
	elf_fixture_symbol(&elf, "kmalloc", 0xffffffff81000030, 8,
			   ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), section);
	elf_fixture_symbol(&elf, "__x86_indirect_thunk_rax", 0xffffffff81000038, 8,
			   ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE), section);
	elf_fixture_finish(&elf);
	assert_int_equal(elf_object_open_memory("x86", elf.bytes, elf.size, &object, &err), 0);
	assert_int_equal(elf_code_new(object, &code, &err), 0);
	assert_true(elf_code_place(code, 0xffffffff81000010 + size, &place));
	call_instruction_before(code, place, false, &call);
	assert_int_equal(call.kind, kind);
	if (target) {
		assert_string_equal(call.target.name, target);
	} else {
		assert_null(call.target.name);
	}
	elf_code_free(code);
	elf_object_close(object);
	elf_fixture_release(&elf);
}

#define X86(bytes, kind, target) check_x86(bytes, sizeof(bytes) - 1, kind, target)

static void x86_forms(void **state)
{
	(void)state;
	X86("\xe8\x1b\0\0\0", CALL_DIRECT, "kmalloc");
	X86("\x2e\x2e\xe8\x19\0\0\0", CALL_DIRECT, "kmalloc"); /* padded for a retpoline */
	X86("\x2e\xe8\x22\0\0\0", CALL_INDIRECT, NULL);	       /* the thunk of rax */
	X86("\xe8\xff\xff\xff\x7f", CALL_NONE, NULL);	       /* leads out of the text */
	X86("\xff\xd0", CALL_INDIRECT, NULL);		       /* *%rax */
	X86("\x41\xff\xd3", CALL_INDIRECT, NULL);	       /* *%r11 */
	X86("\xff\x13", CALL_INDIRECT, NULL);		       /* *(%rbx) */
	X86("\xff\x14\x24", CALL_INDIRECT, NULL);	       /* *(%rsp) */
	X86("\xff\x50\x08", CALL_INDIRECT, NULL);	       /* *8(%rax) */
	X86("\xff\x54\x24\x08", CALL_INDIRECT, NULL);	       /* *8(%rsp) */
	X86("\xff\x15\0\1\0\0", CALL_INDIRECT, NULL);	       /* *256(%rip): paravirt */
	X86("\xff\x90\0\1\0\0", CALL_INDIRECT, NULL);	       /* *256(%rax) */
	X86("\xff\x14\xc5\0\1\0\0", CALL_INDIRECT, NULL);      /* *256(,%rax,8) */
	X86("\xff\x94\xc3\0\1\0\0", CALL_INDIRECT, NULL);      /* *256(%rbx,%rax,8) */
	X86("\xff\xe0", CALL_NONE, NULL);		       /* jmp *%rax */
	X86("\xff\xf0", CALL_NONE, NULL);		       /* push */
	X86("\xe9\x1b\0\0\0", CALL_NONE, NULL);		       /* jmp */
	X86("\xc3", CALL_NONE, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(calls_are_those_of_objdump, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(targets_are_named_in_objects_and_linked_files,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(unknown_machines_are_undecidable, fixture_setup,
						fixture_teardown),
		cmocka_unit_test(x86_forms),
	};

	return cmocka_run_group_tests_name("call_instruction", tests, NULL, NULL);
}
