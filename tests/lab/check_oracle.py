#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the program's account files with the lab's oracle.

    check_oracle.py PROGRAM LAB [FILE...]

LAB is the unpacked lab (tests/lab/unpack.sh). Without FILEs: every text log there
that holds an allocation, and the logs of testdata/. For each, and for all
allocations, --malloc and --cache: every figure of the header and every row. The
oracle takes seconds per log, so its answers are kept in LAB/oracle, by the log's
size and time and the oracle's own text.
"""
import collections
import hashlib
import importlib.util
import json
import multiprocessing
import os
import re
import subprocess
import sys

KINDS = {"all": [], "malloc": ["--malloc"], "cache": ["--cache"]}
HEADER = [
    "current bytes allocated:",
    "current bytes requested:",
    "current wasted bytes:",
    "number of allocs:",
    "number of frees:",
    "number of callers:",
]
# Folders of the lab that hold text logs; everything else there is tables and binaries.
LOG_FOLDERS = ["", "2012", "leaky", "variants", "formats/5.10", "formats/5.10-686", "formats/6.1", "formats/6.12",
               "perf", "tracecmd"]
NO_LOGS = re.compile(r"kallsyms|\.data$|\.dat$|\.ko$|\.py$|\.md$|\.tar$|System\.map")
TESTDATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "testdata")


def load_oracle(lab):
    spec = importlib.util.spec_from_file_location("oracle", os.path.join(lab, "oracle.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def label_of(site):
    """name+0xoff/0xsize [module] as the account file writes it; raw addresses without 0x."""
    site = re.sub(r"(\+0x[0-9a-fA-F]+)/0x[0-9a-fA-F]+", r"\1", site)
    return re.sub(r"^0x(?=[0-9a-fA-F]+$)", "", site)


def ask_oracle(lab, path, kind):
    """Rows (total, waste, net, allocs, frees, label) of one log."""
    status = os.stat(path)
    with open(os.path.join(lab, "oracle.py"), "rb") as text:
        version = text.read()
    key = repr((os.path.realpath(path), status.st_size, status.st_mtime_ns, kind)).encode()
    cached = os.path.join(lab, "oracle", hashlib.sha256(version + key).hexdigest())
    if not os.path.exists(cached):
        with open(path, errors="replace") as lines:
            _, sites = load_oracle(lab).run(lines, kind)
        rows = [[s[0], s[2] - s[3], s[2], s[4], s[5], label_of(site)] for site, s in sites.items()]
        os.makedirs(os.path.dirname(cached), exist_ok=True)
        partial = f"{cached}.{os.getpid()}"
        with open(partial, "w", encoding="utf-8") as file:
            json.dump(rows, file)
        os.rename(partial, cached)
    with open(cached, encoding="utf-8") as file:
        return [tuple(row) for row in json.load(file)]


def parse_account(text):
    """(header figures, rows) of an account file; ValueError where the layout is another."""
    lines = text.split("\n")
    header = []
    for name, line in zip(HEADER, lines):
        if not line.startswith(name):
            raise ValueError(f"header line {line!r}")
        header.append(int(line[len(name) :]))
    if lines[6] != "" or not lines[7].split() == ["total", "waste", "net", "alloc/free", "caller"]:
        raise ValueError("no table under the header")
    rows = []
    for line in lines[9:-1]:
        match = re.fullmatch(r" *(-?\d+) +(-?\d+) +(-?\d+) +(\d+)/(\d+) +(.+)", line)
        if not match:
            raise ValueError(f"row {line!r}")
        rows.append(tuple(int(match.group(i)) for i in range(1, 6)) + (label_of(match.group(6)),))
    return header, rows


def header_of(rows):
    current = sum(row[2] for row in rows)
    waste = sum(row[1] for row in rows)
    return [current, current - waste, waste, sum(row[3] for row in rows), sum(row[4] for row in rows), len(rows)]


def compare(job):
    program, lab, path, kind = job
    name = f"{os.path.relpath(path, lab)} {kind}"
    expected = ask_oracle(lab, path, kind)
    if not expected and not ask_oracle(lab, path, "all"):
        return None
    result = subprocess.run([program, "-f", path, "-c", "-", *KINDS[kind]], cwd="/", capture_output=True, text=True,
                            errors="replace", stdin=subprocess.DEVNULL, check=False)
    if result.returncode != 0:
        return f"{name}: exit {result.returncode}: {result.stderr.strip()[-300:]}"
    try:
        header, rows = parse_account(result.stdout)
    except ValueError as error:
        return f"{name}: {error}"
    found, wanted = collections.Counter(rows), collections.Counter(expected)
    if found != wanted:
        missing, extra = list((wanted - found).elements()), list((found - wanted).elements())
        return f"{name}: {len(missing)} rows of the oracle missing, {len(extra)} others: {missing[:3]} {extra[:3]}"
    if header != header_of(expected):
        return f"{name}: header {header}, expected {header_of(expected)}"
    return ""


def logs_of(lab):
    for folder in LOG_FOLDERS:
        where = os.path.join(lab, folder)
        for name in sorted(os.listdir(where)) if os.path.isdir(where) else []:
            path = os.path.join(where, name)
            if os.path.isfile(path) and not name.startswith(".") and not NO_LOGS.search(name):
                yield path
    for folder, subfolders, names in os.walk(TESTDATA):
        if "linux" in subfolders:
            subfolders.remove("linux")
        yield from (os.path.join(folder, name) for name in sorted(names) if not NO_LOGS.search(name))


def main(program, lab, *files):
    program, lab = os.path.abspath(program), os.path.abspath(lab)
    paths = [os.path.abspath(path) for path in files] or list(logs_of(lab))
    jobs = [(program, lab, path, kind) for path in paths for kind in KINDS]
    with multiprocessing.Pool(len(os.sched_getaffinity(0))) as pool:
        results = [result for result in pool.imap(compare, jobs) if result is not None]
    failures = [result for result in results if result]
    for failure in failures:
        print(failure)
    print(f"lab: {len(results) - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
