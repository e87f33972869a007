#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make an ELF64 little-endian file small without changing what it says about itself.

    slim_elf.py IN OUT                an object or a module
    slim_elf.py --keep LIST IN OUT    a vmlinux: only the symbols of LIST ("address name" lines)

Read-only sections lose their contents but keep name, flags and size (they become
SHT_NOBITS, which size(1) still counts as text because of the flags), writable
ones keep theirs, or size(1) would call them bss. Relocations, debug information
and everything else that is not loaded goes, and with the relocations the
symbols that only they need: undefined ones, section symbols, and the nameless
marks of size 0 in data sections (__ksymtab_x and the like).
"""
import struct
import sys

EHDR = struct.Struct("<16sHHIQQQIHHHHHH")
SHDR = struct.Struct("<IIQQQQIIQQ")
SYM = struct.Struct("<IBBHQQ")
SHT_SYMTAB, SHT_STRTAB, SHT_NOTE, SHT_NOBITS, SHT_GROUP = 2, 3, 7, 8, 17
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR, SHF_MERGE, SHF_STRINGS = 1, 2, 4, 0x10, 0x20
STT_NOTYPE, STT_SECTION, STT_FILE = 0, 3, 4
SHN_LORESERVE, SHN_ABS = 0xFF00, 0xFFF1


class Strings:
    """A string table under construction: each name once."""

    def __init__(self):
        self.data = bytearray(b"\0")
        self.offsets = {b"": 0}

    def add(self, name):
        if name not in self.offsets:
            self.offsets[name] = len(self.data)
            self.data += name + b"\0"
        return self.offsets[name]


def string_at(table, offset):
    return table[offset : table.index(b"\0", offset)]


class Elf:
    def __init__(self, image):
        self.image = image
        self.header = EHDR.unpack_from(image)
        if image[:6] != b"\x7fELF\x02\x01":
            raise SystemExit("not a 64-bit little-endian ELF file")
        table, size, count, names = self.header[6], self.header[11], self.header[12], self.header[13]
        self.sections = [SHDR.unpack_from(image, table + i * size) for i in range(count)]
        strings = self.contents(self.sections[names])
        self.names = [string_at(strings, s[0]) for s in self.sections]

    def contents(self, section):
        return self.image[section[4] : section[4] + section[5]]

    def symbols(self):
        """(name, info, other, section, value, size) of each, in file order."""
        symtab = next((s for s in self.sections if s[1] == SHT_SYMTAB), None)
        if symtab is None:
            return
        strings = self.contents(self.sections[symtab[6]])
        for name, info, other, shndx, value, size in SYM.iter_unpack(self.contents(symtab)):
            yield string_at(strings, name), info, other, shndx, value, size


def wanted_in_object(elf, symbol):
    name, info, _, shndx, _, size = symbol
    kind = info & 15
    if kind == STT_FILE:
        return True
    if shndx == 0 or kind == STT_SECTION or not name:
        return False
    if kind == STT_NOTYPE and size == 0 and shndx < SHN_LORESERVE:
        return bool(elf.sections[shndx][2] & SHF_EXECINSTR)
    return True


def select_symbols(elf, keep):
    if keep is None:
        return [s for s in elf.symbols() if wanted_in_object(elf, s)]
    chosen, file_symbol = [], None
    for symbol in elf.symbols():
        if symbol[1] & 15 == STT_FILE:
            file_symbol = symbol  # goes out with the first local symbol that follows it
        elif (symbol[4], symbol[0]) in keep and symbol[3] != 0:
            if file_symbol and symbol[1] >> 4 == 0:
                chosen.append(file_symbol)
                file_symbol = None
            chosen.append(symbol)
    return chosen


def slim(image, keep):
    elf = Elf(image)
    shstrings, strings = Strings(), Strings()
    out = bytearray(EHDR.size)
    headers, index_map = [SHDR.pack(*[0] * 10)], {0: 0}

    def append(name, kind, flags, addr, data, size, link=0, info=0, align=1, entry=0):
        out.extend(b"\0" * (-len(out) % max(align, 1)))
        headers.append(SHDR.pack(shstrings.add(name), kind, flags, addr, len(out), size, link, info, align, entry))
        out.extend(data)

    for index, section in enumerate(elf.sections):
        _, kind, flags, addr, _, size, _, _, align, _ = section
        if not flags & SHF_ALLOC or kind == SHT_GROUP:
            continue
        index_map[index] = len(headers)
        keeps = kind == SHT_NOTE or elf.names[index] == b".modinfo"
        keeps = keeps or (keep is None and flags & SHF_WRITE and not flags & SHF_EXECINSTR)
        if kind == SHT_NOBITS or not keeps:
            append(elf.names[index], SHT_NOBITS, flags & ~(SHF_MERGE | SHF_STRINGS), addr, b"", size, align=align)
        else:
            append(elf.names[index], kind, flags & ~(SHF_MERGE | SHF_STRINGS), addr, elf.contents(section), size,
                   align=align)

    table, locals_count = bytearray(SYM.size), 1
    for name, info, other, shndx, value, size in select_symbols(elf, keep):
        if shndx < SHN_LORESERVE:
            if shndx not in index_map:
                continue
            shndx = index_map[shndx]
        table += SYM.pack(strings.add(name), info, other, shndx, value, size)
        locals_count += info >> 4 == 0
    append(b".symtab", SHT_SYMTAB, 0, 0, table, len(table), len(headers) + 1, locals_count, 8, SYM.size)
    append(b".strtab", SHT_STRTAB, 0, 0, strings.data, len(strings.data))
    shstrings.add(b".shstrtab")
    append(b".shstrtab", SHT_STRTAB, 0, 0, shstrings.data, len(shstrings.data))
    out.extend(b"\0" * (-len(out) % 8))
    fields = list(elf.header)
    fields[5], fields[6] = 0, len(out)  # no program headers
    fields[9], fields[10], fields[12], fields[13] = 0, 0, len(headers), len(headers) - 1
    out[: EHDR.size] = EHDR.pack(*fields)
    return bytes(out) + b"".join(headers)


def main(arguments):
    keep = None
    if arguments[:1] == ["--keep"]:
        with open(arguments[1], "rb") as lines:
            keep = {(int(address, 16), name) for address, name in map(bytes.split, lines)}
        arguments = arguments[2:]
    with open(arguments[0], "rb") as source:
        result = slim(source.read(), keep)
    with open(arguments[1], "wb") as target:
        target.write(result)


if __name__ == "__main__":
    main(sys.argv[1:])
