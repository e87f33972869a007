#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Speed, as ratios measured side by side in one run.

    bench.py PROGRAM [--lab LAB] [--runs N] [--markdown]

PROGRAM is a release build. LAB is the unpacked lab (tests/lab/unpack.sh); without
it a log of the same size is made by repeating the one of testdata/. Every command
runs N times (default 7), in turns, so that a slow minute of the machine hits all
of them; medians are shown. Commands that are not installed, or whose input is
missing, are left out. Peak memory needs GNU time (Debian: time).
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TESTDATA = os.path.join(HERE, "..", "..", "testdata")
GENERATED_BYTES = 197_000_000


class Case:
    """One command: what it reads (bytes, events), and what its time is compared with."""

    def __init__(self, name, command, reads=0, events=0, against=None, per_event=False, limit=None):
        self.name, self.command, self.reads, self.events = name, command, reads, events
        self.against, self.per_event, self.limit = against, per_event, limit
        self.wall, self.cpu, self.peak = [], [], []

    def run(self):
        with open(os.devnull, "wb") as null:
            start = time.monotonic()
            child = subprocess.Popen(self.command, stdout=null, stderr=null, stdin=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            self.wall.append(time.monotonic() - start)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise SystemExit(f"bench.py: {' '.join(self.command[:4])} ended with {child.returncode}")
        self.cpu.append(usage.ru_utime + usage.ru_stime)

    def measure_memory(self):
        """Peak resident set in KiB; a child of this script would count the script's own."""
        if not shutil.which("time"):
            return
        with tempfile.NamedTemporaryFile("r") as out, open(os.devnull, "wb") as null:
            subprocess.run(["time", "-f", "%M", "-o", out.name] + self.command,
                           stdout=null, stderr=null, stdin=subprocess.DEVNULL, check=True)
            self.peak = [int(out.read().split()[-1])]

    def seconds(self):
        return statistics.median(self.wall)

    def cost(self):
        return self.seconds() / self.events if self.per_event else self.seconds()


def count_lines(path, wanted=None):
    with open(path, "rb") as file:
        return sum(1 for line in file if wanted is None or wanted(line))


def generated_log(folder):
    """testdata's boot log over and over: GENERATED_BYTES of it."""
    source = os.path.join(TESTDATA, "boot.log")
    path = os.path.join(folder, "generated.log")
    with open(source, "rb") as file:
        body = file.read()
    with open(path, "wb") as out:
        written = 0
        while written < GENERATED_BYTES:
            written += out.write(body)
    return path


def log_cases(program, log, cpus):
    size = os.path.getsize(log)
    events = count_lines(log, lambda line: b"call_site=" in line)
    cases = [
        Case("wc -l", ["wc", "-l", log], size, events),
        Case("cat", ["cat", log], size, events, against="wc -l"),
    ]
    for threads in range(1, cpus + 1):
        # the acceptance limits of the project's second milestone, for two cores
        limit = {1: 4.0, 2: 2.5}.get(threads)
        cases.append(Case(f"trace_analyze --threads {threads}",
                          [program, "-q", "-f", log, "-c", "/dev/null", "--threads", str(threads)],
                          size, events, against="wc -l", limit=limit))
    return cases


def oracle_case(lab, log):
    """The 2012 algorithm, as oracle.py is written, on the first 100,000 lines."""
    part = os.path.join(tempfile.gettempdir(), f"bench-oracle-{os.getpid()}.log")
    with open(log, "rb") as source, open(part, "wb") as out:
        for _, line in zip(range(100_000), source):
            out.write(line)
    events = count_lines(part)
    return part, [
        Case("oracle.py (2012's algorithm)", [sys.executable, os.path.join(lab, "oracle.py"), part],
             os.path.getsize(part), events, per_event=True),
        Case("trace_analyze, per line", None, per_event=True,
             against="oracle.py (2012's algorithm)", limit=1 / 100),
    ]


def start_cases(program):
    """What every run pays before it does anything."""
    return [Case("true", ["true"]), Case("trace_analyze --version", [program, "--version"], against="true")]


def tool_cases(program, lab):
    cases = []
    perf_data = os.path.join(lab, "perf", "perf.data")
    script = os.path.join(lab, "perf", "script.txt")
    if shutil.which("perf") and os.path.exists(perf_data):
        text = script if os.path.exists(script) else None
        events = count_lines(text, lambda line: b"kmem:" in line) if text else 161_524
        cases.append(Case("perf kmem --caller stat",
                          ["perf", "kmem", "-i", perf_data, "--caller", "stat"],
                          os.path.getsize(perf_data), events, per_event=True))
        cases.append(Case("trace_analyze, per event", None, per_event=True,
                          against="perf kmem --caller stat", limit=1 / 8))
        cases.append(Case("trace_analyze -f perf.data",
                          [program, "-q", "-f", perf_data, "-c", "/dev/null"],
                          os.path.getsize(perf_data), events, per_event=True,
                          against="perf kmem --caller stat", limit=1 / 10))
    chains = os.path.join(lab, "perf", "perf-callgraph.data")
    if shutil.which("perf") and os.path.exists(chains):
        cases.append(Case("perf kmem, call chains", ["perf", "kmem", "-i", chains, "--caller", "stat"],
                          os.path.getsize(chains)))
        cases.append(Case("trace_analyze -f perf-callgraph.data",
                          [program, "-q", "-f", chains, "-c", "/dev/null"],
                          os.path.getsize(chains), against="perf kmem, call chains", limit=1 / 10))
    dat = os.path.join(lab, "tracecmd", "trace.dat")
    report = os.path.join(lab, "tracecmd", "report.txt")
    if shutil.which("trace-cmd") and os.path.exists(dat) and os.path.exists(report):
        cases.append(Case("trace-cmd mem", ["trace-cmd", "mem", "-i", dat],
                          os.path.getsize(dat), count_lines(report), per_event=True))
        cases.append(Case("trace_analyze, per event ", None, per_event=True,
                          against="trace-cmd mem"))
    return cases


def tree_cases(program, lab):
    tree = os.path.join(lab, "linux")
    if not os.path.isdir(tree) or not shutil.which("size"):
        return []
    archive = os.path.join(tree, "vmlinux.a")
    members = subprocess.run(["ar", "t", archive], capture_output=True, text=True, check=True)
    objects = [os.path.normpath(name if os.path.isabs(name) or os.path.exists(name)
                                else os.path.join(tree, name))
               for name in members.stdout.split()]
    return [
        Case(f"size ({len(objects)} objects)", ["size"] + objects),
        Case("trace_analyze -k, tree and chart",
             [program, "-q", "-k", tree, "-a", "static", "-r", "/dev/null.svg"],
             against=f"size ({len(objects)} objects)"),
    ]


def show(cases, markdown):
    rows = [("", "wall ms", "CPU ms", "peak MB", "GB/s", "M events/s", "ratio", "limit")]
    for case in cases:
        base = next((c for c in cases if c.name == case.against), None)
        seconds = case.seconds()
        ratio = case.cost() / base.cost() if base else None
        rows.append((
            case.name.strip(), f"{seconds * 1e3:.1f}", f"{statistics.median(case.cpu) * 1e3:.1f}",
            f"{case.peak[0] / 1024:.1f}" if case.peak else "",
            f"{case.reads / seconds / 1e9:.2f}" if case.reads else "",
            f"{case.events / seconds / 1e6:.2f}" if case.events else "",
            "" if ratio is None else f"{ratio:.2f} x {case.against.split(' (')[0]}" if ratio >= 0.1
            else f"1/{1 / ratio:.{1 if ratio > 0.02 else 0}f} of {case.against.split(' (')[0]}",
            "" if case.limit is None else f"{case.limit:g}" if case.limit >= 1
            else f"1/{1 / case.limit:.0f}"))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for number, row in enumerate(rows):
        cells = [cell.ljust(width) if i in (0, 6) else cell.rjust(width)
                 for i, (cell, width) in enumerate(zip(row, widths))]
        print("| " + " | ".join(cells) + " |" if markdown else "  ".join(cells).rstrip())
        if markdown and number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def main():
    parser = argparse.ArgumentParser(description="Speed, as ratios measured side by side.")
    parser.add_argument("program")
    parser.add_argument("--lab")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    cpus = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(options.lab, "big.log") if options.lab else ""
        if not os.path.exists(log):
            log = generated_log(folder)
        cases = start_cases(program) + log_cases(program, log, cpus)
        fastest = cases[-1]
        part = None
        if options.lab:
            cases += tool_cases(program, options.lab)
            part, oracle = oracle_case(options.lab, log)
            cases += oracle + tree_cases(program, options.lab)
        else:
            print("no lab given: a log made of testdata/, and no other tools beside it")
        measured = [case for case in cases if case.command]
        for case in measured:
            case.run()  # warms the cache
            case.wall, case.cpu = [], []
            case.measure_memory()
        for _ in range(options.runs):
            for case in measured:
                case.run()
        for case in cases:
            if not case.command:  # the same run, per event
                case.wall, case.cpu, case.peak = fastest.wall, fastest.cpu, fastest.peak
                case.reads, case.events = fastest.reads, fastest.events
        if part:
            os.unlink(part)
        show(cases, options.markdown)


if __name__ == "__main__":
    main()
