#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compresses a trace.dat of version 7 with zlib in the place of zstd: zlib_tracedat.py IN OUT

As a trace-cmd without libzstd writes it: the same sections, options, chunks and
alignment, with what each zstd frame unpacks to compressed by zlib's best level.
"""
import struct
import subprocess
import sys
import zlib

OPTIONS, BUFFER = 0, 3
POINTING_OPTIONS = (16, 17, 18, 19, 20, 21)
PAGE = 4096


def string_end(data, at):
    return data.index(b"\0", at) + 1


def repack(data, at):
    """{u32 packed size, u32 size, bytes} at that place, and where it ends."""
    packed, size = struct.unpack_from("<II", data, at)
    end = at + 8 + packed
    plain = subprocess.run(["zstd", "-dc"], input=data[at + 8 : end], stdout=subprocess.PIPE, check=True).stdout
    assert len(plain) == size
    packed = zlib.compress(plain, 9)
    return struct.pack("<II", len(packed), size) + packed, end


def repack_chunks(data, at):
    (count,) = struct.unpack_from("<I", data, at)
    result, at = struct.pack("<I", count), at + 4
    for _ in range(count):
        chunk, at = repack(data, at)
        result += chunk
    return result


class Writer:
    def __init__(self, source):
        self.source, self.result = source, bytearray()

    def section(self, at):
        """Copies a section that no option describes further; returns its new place."""
        ident, flags, label, size = struct.unpack_from("<HHIQ", self.source, at)
        body = self.source[at + 16 : at + 16 + size]
        if flags & 1:
            body, _ = repack(self.source, at + 16)
        new = len(self.result)
        self.result += struct.pack("<HHIQ", ident, flags, label, len(body)) + body
        return new

    def buffer(self, at, option):
        """Copies a buffer's section; option: its data, changed to the new places."""
        ident, flags, label, _ = struct.unpack_from("<HHIQ", self.source, at)
        new = len(self.result)
        struct.pack_into("<Q", option, 0, new)
        self.result += bytes(16)
        cpu = string_end(option, string_end(option, 8)) + 4
        (count,) = struct.unpack_from("<I", option, cpu)
        for entry in range(cpu + 4, cpu + 4 + 20 * count, 20):
            offset, size = struct.unpack_from("<QQ", option, entry + 4)
            self.result += bytes(-len(self.result) % PAGE)
            body = self.source[offset : offset + size]
            if flags & 1 and size:
                body = repack_chunks(self.source, offset)
            struct.pack_into("<QQ", option, entry + 4, len(self.result), len(body))
            self.result += body
        struct.pack_into("<HHIQ", self.result, new, ident, flags, label, len(self.result) - new - 16)

    def options(self, at, pointer):
        """Copies what the options at that place point to, then themselves, then the next ones."""
        ident, flags, label, size = struct.unpack_from("<HHIQ", self.source, at)
        assert ident == OPTIONS and not flags & 1
        body, end, following = bytearray(), at + 16 + size, 0
        at += 16
        while at < end:
            option, size = struct.unpack_from("<HI", self.source, at)
            data = bytearray(self.source[at + 6 : at + 6 + size])
            if option in POINTING_OPTIONS:
                struct.pack_into("<Q", data, 0, self.section(struct.unpack_from("<Q", data)[0]))
            elif option == BUFFER:
                self.buffer(struct.unpack_from("<Q", data)[0], data)
            elif option == OPTIONS:
                (following,) = struct.unpack_from("<Q", data)
            body += struct.pack("<HI", option, size) + data
            at += 6 + size
        new = len(self.result)
        struct.pack_into("<Q", self.result, pointer, new)
        self.result += struct.pack("<HHIQ", OPTIONS, 0, label, len(body)) + body
        if following:
            self.options(following, len(self.result) - 8)


def main():
    source, target = sys.argv[1:]
    with open(source, "rb") as file:
        data = file.read()
    name = string_end(data, 10) + 6
    pointer = string_end(data, string_end(data, name))
    writer = Writer(data)
    writer.result += data[:name] + b"zlib\0" + zlib.ZLIB_VERSION.encode() + b"\0" + bytes(8)
    writer.options(struct.unpack_from("<Q", data, pointer)[0], len(writer.result) - 8)
    with open(target, "wb") as file:
        file.write(writer.result)


main()
