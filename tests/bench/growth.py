#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cost against input size and against live objects, as Markdown tables.

    growth.py PROGRAM LOG LIVE_OBJECTS [--quick]

Input size: LOG is repeated through a pipe to 0.1, 1, 4 and 16 GB. Live objects:
the output of LIVE_OBJECTS (tests/bench/live_objects.c), 10 thousand to 50 million.
CPU time is the program's own; wall time includes waiting for the pipe. Both tables
must be linear, and memory flat in the first. --quick stops at 1 GB and 1 million.
"""
import os
import re
import subprocess
import sys
import tempfile
import time


def measure(program, feed):
    """Runs `feed | program -f - -c /dev/null`: wall and CPU seconds, peak KiB."""
    with tempfile.NamedTemporaryFile("r") as usage:
        command = f"{feed} | time -f '%U %S %M' -o {usage.name} {program} -q -f - -c /dev/null"
        start = time.monotonic()
        subprocess.run(["bash", "-c", command], check=True)
        wall = time.monotonic() - start
        user, system, peak = re.findall(r"[\d.]+", usage.read())[-3:]
        return wall, float(user) + float(system), int(peak)


def by_input_size(program, log, sizes):
    print("| input | wall s | CPU s | CPU s per GB | peak MB |")
    print("|------:|-------:|------:|-------------:|--------:|")
    length = os.path.getsize(log)
    for gigabytes in sizes:
        total = int(gigabytes * 1e9)
        feed = f"(for i in $(seq {total // length + 1}); do cat '{log}'; done) | head -c {total}"
        wall, cpu, peak = measure(program, feed)
        print(f"| {gigabytes:g} GB | {wall:.2f} | {cpu:.2f} | {cpu / gigabytes:.2f} | {peak / 1024:.1f} |")


def by_live_objects(program, generator, counts):
    print("| live objects | CPU s | ns per object | peak MB | bytes per object |")
    print("|-------------:|------:|--------------:|--------:|-----------------:|")
    base = None
    for count in counts:
        wall, cpu, peak = measure(program, f"'{generator}' {count}")
        base = base if base is not None else peak
        per_object = (peak - base) * 1024 / count if count > 1_000_000 else None
        print(f"| {count:,} | {cpu:.2f} | {cpu / count * 1e9:.0f} | {peak / 1024:.1f} | "
              f"{'' if per_object is None else f'{per_object:.0f}'} |")


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    program, log, generator = (os.path.abspath(path) for path in sys.argv[1:4])
    quick = "--quick" in sys.argv
    by_input_size(program, log, [0.1, 1] if quick else [0.1, 1, 4, 16])
    print()
    by_live_objects(program, generator, [10_000, 100_000, 1_000_000] +
                    ([] if quick else [10_000_000, 50_000_000]))


if __name__ == "__main__":
    main()
