#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every log of the lab, packed in every way: the same account as from the plain file.

    check_packed.py PROGRAM LAB [LOG...]

LAB is the unpacked lab (tests/lab/unpack.sh). Each packed log is read as a file and
through a pipe; two halves of it as a tar; and for the largest one it is measured how
long unpacking alone takes. Takes minutes and as much disk as the largest log, so it is
no part of the checks.
"""
import os
import subprocess
import sys
import tempfile
import time

LOGS = ["big.log", "boot.log", "bootwork.log", "stack.log", "pages.log", "leaky/kmem.log", "2012/kmem_SLAB.log",
        "variants/plain.log", "variants/pipe_lost.log", "perf/script.txt", "tracecmd/report.txt"]
PACKERS = {"gz": ["gzip", "-1c"], "xz": ["xz", "-0c"], "zst": ["zstd", "-1qc"], "bz2": ["bzip2", "-1c"], "lz4": ["lz4", "-1qc"]}
TIMED = {"gz": ["zcat"], "zst": ["zstdcat"], "xz": ["xzcat"], "lz4": ["lz4cat"]}


def account(program, path, pipe=False):
    if not pipe:
        return subprocess.run([program, "-q", "-f", path, "-c", "-"], stdout=subprocess.PIPE, check=True).stdout
    with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as cat:
        return subprocess.run([program, "-q", "-f", "-", "-c", "-"], stdin=cat.stdout, stdout=subprocess.PIPE,
                              check=True).stdout


def seconds(command):
    """Wall time of the fastest of three runs."""
    best = float("inf")
    for _ in range(3):
        started = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        best = min(best, time.monotonic() - started)
    return best


def halves(log, folder):
    """The log as two files, cut at a line's end."""
    with open(log, "rb") as whole:
        text = whole.read()
    cut = text.index(b"\n", len(text) // 2) + 1
    for name, part in (("1.log", text[:cut]), ("2.log", text[cut:])):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(part)


def check(program, log, folder, timed):
    expected = account(program, log)
    results = {"pipe": account(program, log, pipe=True) == expected}
    packed = os.path.join(folder, "packed")
    for kind, command in PACKERS.items():
        with open(packed, "wb") as out:
            subprocess.run([*command, log], stdout=out, check=True)
        results[kind] = account(program, packed) == expected
        results[kind + " pipe"] = account(program, packed, pipe=True) == expected
        if timed and kind in TIMED:
            alone = seconds(["sh", "-c", f"{TIMED[kind][0]} < {packed}"])
            whole = seconds([program, "-q", "-f", packed, "-c", "/dev/null"])
            print(f"{os.path.basename(log)}.{kind}: {TIMED[kind][0]} {alone:.2f} s, the analysis {whole:.2f} s")
    halves(log, folder)
    subprocess.run(["tar", "-czf", packed, "-C", folder, "1.log", "2.log"], check=True)
    results["tar.gz of two"] = account(program, packed) == expected
    return results


def main(program, lab, *logs):
    program = os.path.abspath(program)
    passed = failed = 0
    for name in logs or LOGS:
        log = os.path.join(os.path.abspath(lab), name)
        if not os.path.exists(log):
            print(f"skipped: {name} is not in the lab")
            continue
        with tempfile.TemporaryDirectory() as folder:
            results = check(program, log, folder, name == "big.log")
        for kind, good in results.items():
            passed, failed = passed + good, failed + (not good)
            if not good:
                print(f"FAILED {name} as {kind}: another account")
        print(f"{name}: {sum(results.values())} of {len(results)} equal", flush=True)
    print(f"packed: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
