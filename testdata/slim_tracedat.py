#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reduces the kallsyms in a trace.dat of version 7: slim_tracedat.py IN OUT NAMES

NAMES is a file of function names; of the kallsyms stay these, the next symbol after
each, and where the kernel's text begins and ends. Everything else stays, moved by
whole pages; the offsets that point behind the kallsyms are moved too.
"""
import bisect
import struct
import subprocess
import sys

POINTING_OPTIONS = (16, 17, 18, 19, 20, 21)
KALLSYMS, BUFFER, DONE = 19, 3, 0


def string_end(data, at):
    return data.index(b"\0", at) + 1


def find_pointers(data):
    """Where the file holds offsets into itself, and where its kallsyms section is."""
    at = string_end(data, 10) + 6
    at = string_end(data, string_end(data, at))
    pointers, kallsyms = [at], None
    (section,) = struct.unpack_from("<Q", data, at)
    while section:
        size = struct.unpack_from("<HHIQ", data, section)[3]
        at, end, section = section + 16, section + 16 + size, 0
        while at < end:
            option, size = struct.unpack_from("<HI", data, at)
            at += 6
            if option in POINTING_OPTIONS or option in (BUFFER, DONE):
                pointers.append(at)
            if option == KALLSYMS:
                (kallsyms,) = struct.unpack_from("<Q", data, at)
            if option == BUFFER:  # offset, name, clock, page size, CPUs {id, offset, size}
                cpu = string_end(data, string_end(data, at + 8))
                (count,) = struct.unpack_from("<I", data, cpu + 4)
                pointers.extend(cpu + 8 + 20 * i + 4 for i in range(count))
            if option == DONE:
                (section,) = struct.unpack_from("<Q", data, at)
                break
            at += size
    return pointers, kallsyms


def zstd(data, *options):
    return subprocess.run(["zstd", "-c", *options], input=data, stdout=subprocess.PIPE, check=True).stdout


def reduce_symbols(text, names):
    lines = text.decode().splitlines()
    functions = sorted(
        (int(line.split()[0], 16), number) for number, line in enumerate(lines) if line.split()[1] in "tTwW"
    )
    keep = set()
    for number, line in enumerate(lines):
        address, _, name = line.split()[:3]
        if name in names or name in ("_text", "_stext", "_etext"):
            after = bisect.bisect_right(functions, (int(address, 16), len(lines)))
            keep.add(number)
            keep.update(n for _, n in functions[after : after + 1])
    return "".join(lines[number] + "\n" for number in sorted(keep)).encode()


def main():
    source, target, names_path = sys.argv[1:]
    with open(source, "rb") as file:
        data = file.read()
    with open(names_path, encoding="utf-8") as file:
        names = set(file.read().split())
    pointers, kallsyms = find_pointers(data)
    ident, flags, label, size = struct.unpack_from("<HHIQ", data, kallsyms)
    packed = data[kallsyms + 24 : kallsyms + 16 + size]
    text = reduce_symbols(zstd(packed, "-d")[4:], names)
    plain = struct.pack("<I", len(text)) + text
    packed = zstd(plain, "-19")
    section = struct.pack("<HHIQ", ident, flags, label, len(packed) + 8)
    section += struct.pack("<II", len(packed), len(plain)) + packed
    end = kallsyms + 16 + size
    moved = (end - kallsyms - len(section)) // 4096 * 4096
    section += bytes(end - moved - kallsyms - len(section))
    result = bytearray(data)
    for at in pointers:
        (offset,) = struct.unpack_from("<Q", data, at)
        if offset > kallsyms:
            struct.pack_into("<Q", result, at, offset - moved)
    with open(target, "wb") as file:
        file.write(bytes(result[:kallsyms]) + section + bytes(result[end:]))


main()
