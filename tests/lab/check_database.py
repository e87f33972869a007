#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Saved analyses at full size: check_database.py PROGRAM LAB

Saves boot, makes reports and charts from it and from the trace and compares their
bytes; the file's size and the time of each report from it are held to their limits.
"""
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

SIZE_LIMIT = 2_000_000
# Seconds of the program's own time: the machine may have others to run. Charts, which lay
# out and draw tens of thousands of nodes, have a limit of their own: a guard, not the aim.
CPU_LIMIT = 0.050
CHART_LIMIT = 0.150

REPORTS = [
    [],
    ["-c", "-"],
    ["-l", "-", "-o", "waste"],
    ["--json", "-"],
    ["--csv", "-", "-b", "fs"],
    ["--markdown", "-", "-o", "total_dynamic"],
    ["-c", "-", "--by", "dir"],
    ["-r", "chart.svg"],
    ["-r", "chart.svg", "-b", "drivers", "-a", "static"],
    ["-r", "chart.pdf", "-a", "waste"],
]


def run(program, arguments, folder):
    """What it prints or draws, and the CPU time it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run([program, "-q", *arguments], cwd=folder, stdout=subprocess.PIPE, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    charts = [path.read_bytes() for path in sorted(Path(folder).glob("chart.*"))]
    for path in Path(folder).glob("chart.*"):
        path.unlink()
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return result.stdout + b"".join(charts), seconds


def main():
    program, lab = (str(Path(argument).resolve()) for argument in sys.argv[1:])
    trace = ["-k", f"{lab}/linux", "-f", f"{lab}/boot.log"]
    passed = failed = 0
    # With more to run than there are CPUs, caches are shared and times say nothing.
    busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    if busy:
        print("skipped: times of reports from a saved analysis: the machine is busy")
    with tempfile.TemporaryDirectory() as folder:
        run(program, [*trace, "--save-db", "boot.db"], folder)
        size = (Path(folder) / "boot.db").stat().st_size
        print(f"boot.db: {size} bytes")
        checks = [(size <= SIZE_LIMIT, f"boot.db has {size} bytes")]
        for report in REPORTS:
            wanted, _ = run(program, [*trace, *report], folder)
            runs = [run(program, ["--db-file", "boot.db", *report], folder) for _ in range(5)]
            seconds = min(seconds for _, seconds in runs)
            print(f"{' '.join(report) or 'summary'}: {seconds * 1000:.0f} ms")
            checks.append((all(output == wanted for output, _ in runs), f"{report}: bytes differ"))
            if not busy:
                limit = CHART_LIMIT if "-r" in report else CPU_LIMIT
                checks.append((seconds <= limit, f"{report}: {seconds:.3f} s"))
        for good, text in checks:
            passed, failed = passed + good, failed + (not good)
            if not good:
                print(text)
    print(f"database: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
