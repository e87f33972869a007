#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Say which part of a kernel build the bundled slice is made of.

    select_slice.py objects BUILD LOG...         objects, in link order
    select_slice.py symbols BUILD OBJECTS MAP    lines of MAP (a System.map or kallsyms) for the
                                                 functions of the objects listed in OBJECTS
    select_slice.py sites MAP LOG                the same for the functions LOG allocates in

Objects: every member of vmlinux.a that defines a function one of the logs
allocates in, and for each other folder of the build its largest object with less
than SMALL_TEXT bytes of text, so that the whole tree shows.

Each function comes with its successor, because the distance to the next symbol
is the size the kernel prints (name+0xoff/0xSIZE).
"""
import collections
import os
import re
import subprocess
import sys

SMALL_TEXT = 6000
BOUNDARIES = {"_text", "_stext", "_etext", "_sinittext", "_einittext"}
ALLOCATION = re.compile(r"(?:kmalloc|kmem_cache_alloc): call_site=([^+ ]+)\+0x\w+/0x\w+ ptr")


def run(build, *command):
    return subprocess.run(command, cwd=build, check=True, capture_output=True, text=True).stdout.splitlines()


def functions_of(build, objects):
    """Function name -> the objects that define it."""
    owners = collections.defaultdict(set)
    for line in run(build, "nm", "-A", "--defined-only", *objects):
        path, symbol = line.split(":", 1)
        _, kind, name = symbol.split()
        if kind in "tTwW":
            owners[name].add(path)
    return owners


def allocating_functions(log):
    with open(log, encoding="utf-8", errors="replace") as lines:
        return {match.group(1) for match in filter(None, map(ALLOCATION.search, lines))}


def select_objects(build, logs):
    members = run(build, "ar", "t", "vmlinux.a")
    owners = functions_of(build, members)
    chosen = set()
    for log in logs:
        for name in allocating_functions(log):
            chosen |= owners.get(name, set())
    text = {}
    for line in run(build, "size", *members)[1:]:
        fields = line.split()
        text[fields[5]] = int(fields[0])
    largest = {}
    covered = {os.path.dirname(path) for path in chosen}
    for path in members:
        folder = os.path.dirname(path)
        if folder not in covered and 0 < text[path] < SMALL_TEXT:
            largest[folder] = max(largest.get(folder, (0, "")), (text[path], path))
    chosen |= {path for _, path in largest.values()}
    return [path for path in members if path in chosen]


def select_symbols(names, path):
    with open(path, encoding="utf-8") as address_list:
        # kallsyms lists modules behind the kernel: only the kernel's own part is sorted.
        entries = [line.rstrip("\n") for line in address_list if "\t[" not in line]
    successor_wanted, last_address = False, None
    for line in sorted(entries, key=lambda line: line.split(" ")[0]):
        address, kind, name = line.split(" ", 2)
        wanted = name in names and kind in "tTwW"
        if wanted or (successor_wanted and address != last_address):
            yield line
            successor_wanted = wanted
            last_address = address


def main(arguments):
    if arguments[0] == "objects":
        lines = select_objects(arguments[1], arguments[2:])
    elif arguments[0] == "symbols":
        with open(arguments[2], encoding="utf-8") as listed:
            objects = listed.read().split()
        lines = select_symbols(set(functions_of(arguments[1], objects)) | BOUNDARIES, arguments[3])
    else:
        lines = select_symbols(allocating_functions(arguments[2]) | BOUNDARIES, arguments[1])
    print("\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
