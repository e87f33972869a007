/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Line number tables, DWARF 2 to 5 (DWARF 5 section 6.2), read for a few addresses.
 *
 * libdw makes a list of all rows and sorts it: 0.25 s and 50 MB for the 225 units in which
 * a kernel's 473 call sites lie. The program is a byte code that is quickly run; here
 * only the rows around the wanted addresses are looked at: 10 ms and no memory.
 *
 * An address belongs to the last row at or below it in a sequence, as in addr2line.
 */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "elfsyms/debug_internal.h"

/* What may still be read. After failed, everything read is 0. */
struct line_reader {
	const unsigned char *next, *end;
	bool is_big_endian;
	bool is_64bit; /* the DWARF format, not the machine */
	bool failed;
};

static uint64_t read_fixed(struct line_reader *reader, size_t size)
{
	uint64_t value = 0;

	if ((size_t)(reader->end - reader->next) < size) {
		reader->failed = true;
		reader->next = reader->end;
		return 0;
	}
	for (size_t i = 0; i < size; i++) {
		size_t place = reader->is_big_endian ? i : size - 1 - i;

		value = value << 8 | reader->next[place];
	}
	reader->next += size;
	return value;
}

static uint64_t read_offset(struct line_reader *reader)
{
	return read_fixed(reader, reader->is_64bit ? 8 : 4);
}

static uint64_t read_uleb(struct line_reader *reader)
{
	uint64_t value = 0;
	unsigned int shift = 0;

	while (reader->next < reader->end) {
		unsigned char byte = *reader->next++;

		if (shift < 64) {
			value |= (uint64_t)(byte & 0x7f) << shift;
		}
		shift += 7;
		if (!(byte & 0x80)) {
			return value;
		}
	}
	reader->failed = true;
	return 0;
}

static int64_t read_sleb(struct line_reader *reader)
{
	uint64_t value = 0;
	unsigned int shift = 0;

	while (reader->next < reader->end) {
		unsigned char byte = *reader->next++;

		if (shift < 64) {
			value |= (uint64_t)(byte & 0x7f) << shift;
		}
		shift += 7;
		if (!(byte & 0x80)) {
			if (shift < 64 && (byte & 0x40)) {
				value |= UINT64_MAX << shift;
			}
			return (int64_t)value;
		}
	}
	reader->failed = true;
	return 0;
}

static const char *read_string(struct line_reader *reader)
{
	const unsigned char *start = reader->next;
	const unsigned char *end = memchr(start, '\0', (size_t)(reader->end - start));

	if (!end) {
		reader->failed = true;
		return "";
	}
	reader->next = end + 1;
	return (const char *)start;
}

static const char *string_at(struct line_reader *reader, const struct debug_bytes *section,
			     uint64_t offset)
{
	if (offset >= section->size ||
	    !memchr(section->bytes + offset, '\0', section->size - offset)) {
		reader->failed = true;
		return "";
	}
	return (const char *)section->bytes + offset;
}

static void skip(struct line_reader *reader, uint64_t size)
{
	if (size > (uint64_t)(reader->end - reader->next)) {
		reader->failed = true;
		reader->next = reader->end;
	} else {
		reader->next += size;
	}
}

/* One value of a DWARF 5 entry: a string, or a number. */
static void read_form(struct line_reader *reader, const struct debug_handle *handle, uint64_t form,
		      const char **text, uint64_t *number)
{
	switch (form) {
	case DW_FORM_string:
		*text = read_string(reader);
		break;
	case DW_FORM_line_strp:
		*text = string_at(reader, &handle->line_str, read_offset(reader));
		break;
	case DW_FORM_strp:
		*text = string_at(reader, &handle->str, read_offset(reader));
		break;
	case DW_FORM_udata:
		*number = read_uleb(reader);
		break;
	case DW_FORM_data1:
		*number = read_fixed(reader, 1);
		break;
	case DW_FORM_data2:
		*number = read_fixed(reader, 2);
		break;
	case DW_FORM_data4:
		*number = read_fixed(reader, 4);
		break;
	case DW_FORM_data8:
		*number = read_fixed(reader, 8);
		break;
	case DW_FORM_data16: /* MD5 */
		skip(reader, 16);
		break;
	case DW_FORM_block:
		skip(reader, read_uleb(reader));
		break;
	default:
		reader->failed = true;
	}
}

/* Room for one more; false without memory. */
static bool entry_grow(void **entries, size_t count, size_t size)
{
	void *grown;

	/* Grows at powers of two, from 16 on. */
	if (count != 0 && (count < 16 || (count & (count - 1)) != 0)) {
		return true;
	}
	grown = realloc(*entries, (count < 16 ? 16 : count * 2) * size);
	if (!grown) {
		return false;
	}
	*entries = grown;
	return true;
}

static bool directory_add(struct line_table *table, const char *name)
{
	if (!entry_grow((void **)&table->directories, table->directory_count,
			sizeof(*table->directories))) {
		return false;
	}
	table->directories[table->directory_count++] = name;
	return true;
}

static bool file_add(struct line_table *table, const char *name, uint64_t directory)
{
	if (!entry_grow((void **)&table->files, table->file_count, sizeof(*table->files))) {
		return false;
	}
	table->files[table->file_count++] = (struct line_file){name, directory, NULL};
	return true;
}

/* DWARF 5: a description of the columns, then the entries, from number 0. */
static bool entries_read(struct line_table *table, struct line_reader *reader, bool is_file)
{
	uint64_t columns[256][2];
	unsigned int column_count = (unsigned int)read_fixed(reader, 1);
	uint64_t count;

	for (unsigned int i = 0; i < column_count; i++) {
		columns[i][0] = read_uleb(reader);
		columns[i][1] = read_uleb(reader);
	}
	count = read_uleb(reader);
	for (uint64_t i = 0; i < count && !reader->failed; i++) {
		const unsigned char *start = reader->next;
		const char *name = "";
		uint64_t directory = 0;

		for (unsigned int j = 0; j < column_count; j++) {
			const char *text = "";
			uint64_t number = 0;

			read_form(reader, table->handle, columns[j][1], &text, &number);
			if (columns[j][0] == DW_LNCT_path) {
				name = text;
			} else if (columns[j][0] == DW_LNCT_directory_index) {
				directory = number;
			}
		}
		/* Entries without bytes would let a small file ask for any number of them. */
		if (reader->failed || reader->next == start ||
		    !(is_file ? file_add(table, name, directory) : directory_add(table, name))) {
			return false;
		}
	}
	return !reader->failed;
}

/* DWARF 2 to 4: strings up to an empty one; numbers begin with 1, 0 is the compilation's own. */
static bool old_entries_read(struct line_table *table, struct line_reader *reader)
{
	const char *name;

	if (!directory_add(table, "") || !file_add(table, "", 0)) {
		return false;
	}
	while ((name = read_string(reader))[0]) {
		if (!directory_add(table, name)) {
			return false;
		}
	}
	while (!reader->failed && (name = read_string(reader))[0]) {
		uint64_t directory = read_uleb(reader);

		read_uleb(reader); /* modification time */
		read_uleb(reader); /* size */
		if (!file_add(table, name, directory)) {
			return false;
		}
	}
	return !reader->failed;
}

/* The lengths and the coding; leaves the reader at the names. */
static bool header_read(struct line_table *table, struct line_reader *reader)
{
	uint64_t length = read_fixed(reader, 4);
	uint64_t header_length;
	int line_base;

	if (length == 0xffffffff) {
		reader->is_64bit = true;
		length = read_fixed(reader, 8);
	}
	if (reader->failed || length > (uint64_t)(reader->end - reader->next)) {
		return false;
	}
	reader->end = reader->next + length;
	table->end = reader->end;
	table->version = (unsigned int)read_fixed(reader, 2);
	if (table->version < 2 || table->version > 5) {
		return false;
	}
	if (table->version >= 5) {
		skip(reader, 2); /* sizes of addresses and of segment selectors */
	}
	header_length = read_offset(reader);
	if (reader->failed || header_length > (uint64_t)(reader->end - reader->next)) {
		return false;
	}
	table->program = reader->next + header_length;
	reader->end = table->program;
	table->minimum_length = (unsigned int)read_fixed(reader, 1);
	if (table->version >= 4) {
		skip(reader, 1); /* operations per instruction: 1 but on VLIW machines */
	}
	skip(reader, 1); /* default of is_stmt */
	line_base = (int)read_fixed(reader, 1);
	table->line_base = line_base < 128 ? line_base : line_base - 256; /* a signed byte */
	table->line_range = (unsigned int)read_fixed(reader, 1);
	table->opcode_base = (unsigned int)read_fixed(reader, 1);
	table->opcode_lengths = reader->next;
	if (table->line_range == 0 || table->opcode_base == 0) {
		return false;
	}
	skip(reader, table->opcode_base - 1);
	return !reader->failed;
}

bool line_table_open(struct line_table *table, struct debug_handle *handle, uint64_t offset,
		     const char *root, const char *comp_dir)
{
	struct line_reader reader = {.is_big_endian = handle->is_big_endian};
	bool result;

	*table = (struct line_table){.handle = handle, .root = root, .comp_dir = comp_dir};
	if (offset >= handle->line.size) {
		return false;
	}
	reader.next = handle->line.bytes + offset;
	reader.end = handle->line.bytes + handle->line.size;
	result = header_read(table, &reader);
	if (result && table->version >= 5) {
		result = entries_read(table, &reader, false) && entries_read(table, &reader, true);
	} else if (result) {
		result = old_entries_read(table, &reader);
	}
	if (!result) {
		line_table_release(table);
	}
	return result;
}

void line_table_release(struct line_table *table)
{
	free(table->directories);
	free(table->files);
	*table = (struct line_table){0};
}

const char *line_table_file(struct line_table *table, uint64_t index)
{
	struct line_file *file;
	const char *directory = "";

	if (index >= table->file_count || !table->files[index].name[0]) {
		return NULL;
	}
	file = &table->files[index];
	if (!file->relative) {
		if (file->directory < table->directory_count) {
			directory = table->directories[file->directory];
		}
		file->relative = debug_path_relative(&table->handle->pool, table->root,
						     table->comp_dir, directory, file->name);
	}
	return file->relative;
}

/* The machine that runs the program, and what it is asked for. */
struct line_machine {
	const struct line_table *table;
	struct line_reader reader;
	uint64_t address, file, line;
	struct line_row previous; /* of this sequence, if is_known */
	const uint64_t *addresses;
	size_t count;
	size_t missing; /* of the addresses */
	struct line_row *rows;
};

/* A row ends the one before: whoever lies between them belongs to that. */
static void row_emit(struct line_machine *machine)
{
	const struct line_row *previous = &machine->previous;

	if (previous->is_known && machine->address > previous->address &&
	    machine->address > machine->addresses[0] &&
	    previous->address <= machine->addresses[machine->count - 1]) {
		for (size_t i = 0; i < machine->count; i++) {
			if (machine->addresses[i] >= previous->address &&
			    machine->addresses[i] < machine->address &&
			    !machine->rows[i].is_known) {
				machine->rows[i] = *previous;
				machine->missing--;
			}
		}
	}
	machine->previous = (struct line_row){
		.address = machine->address,
		.file = machine->file,
		.line = (uint32_t)machine->line,
		.is_known = true,
	};
}

static void sequence_begin(struct line_machine *machine)
{
	machine->address = 0;
	machine->file = 1;
	machine->line = 1;
	machine->previous.is_known = false;
}

static void extended_run(struct line_machine *machine)
{
	struct line_reader *reader = &machine->reader;
	uint64_t length = read_uleb(reader);
	const unsigned char *end;

	if (reader->failed || length == 0 || length > (uint64_t)(reader->end - reader->next)) {
		reader->failed = reader->failed || length != 0;
		return;
	}
	end = reader->next + length;
	switch (read_fixed(reader, 1)) {
	case DW_LNE_end_sequence:
		row_emit(machine);
		sequence_begin(machine);
		break;
	case DW_LNE_set_address:
		if (length - 1 <= 8) {
			machine->address =
				read_fixed(reader, length - 1) + machine->table->handle->bias;
		}
		break;
	default:
		break;
	}
	reader->next = end;
}

static void standard_run(struct line_machine *machine, unsigned int opcode)
{
	struct line_reader *reader = &machine->reader;
	const struct line_table *table = machine->table;

	switch (opcode) {
	case DW_LNS_copy:
		row_emit(machine);
		break;
	case DW_LNS_advance_pc:
		machine->address += read_uleb(reader) * table->minimum_length;
		break;
	case DW_LNS_advance_line:
		machine->line += (uint64_t)read_sleb(reader);
		break;
	case DW_LNS_set_file:
		machine->file = read_uleb(reader);
		break;
	case DW_LNS_const_add_pc:
		machine->address += (uint64_t)((255 - table->opcode_base) / table->line_range) *
				    table->minimum_length;
		break;
	case DW_LNS_fixed_advance_pc:
		machine->address += read_fixed(reader, 2);
		break;
	default:
		for (unsigned int i = 0; i < table->opcode_lengths[opcode - 1]; i++) {
			read_uleb(reader);
		}
	}
}

void line_table_find(const struct line_table *table, const uint64_t *addresses, size_t count,
		     struct line_row *ret)
{
	struct line_machine machine = {
		.table = table,
		.reader = {.next = table->program,
			   .end = table->end,
			   .is_big_endian = table->handle->is_big_endian},
		.addresses = addresses,
		.count = count,
		.missing = count,
		.rows = ret,
	};

	memset(ret, 0, count * sizeof(*ret));
	sequence_begin(&machine);
	while (machine.missing > 0 && machine.reader.next < machine.reader.end &&
	       !machine.reader.failed) {
		unsigned int opcode = *machine.reader.next++;

		if (opcode >= table->opcode_base) {
			unsigned int adjusted = opcode - table->opcode_base;

			machine.address +=
				(uint64_t)(adjusted / table->line_range) * table->minimum_length;
			machine.line += (uint64_t)((int64_t)table->line_base +
						   adjusted % table->line_range);
			row_emit(&machine);
		} else if (opcode == 0) {
			extended_run(&machine);
		} else {
			standard_run(&machine, opcode);
		}
	}
}
