#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the program must show on the lab's recordings: check_seen.py PROGRAM LAB

LAB is the unpacked lab (tests/lab/unpack.sh). Each function below is one promise;
its docstring is what a failure prints.
"""
import json
import os
import re
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check_oracle import parse_account  # noqa: E402

MIB = 1024 * 1024


class Lab:
    def __init__(self, program, folder):
        self.program, self.folder = os.path.abspath(program), os.path.abspath(folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *arguments):
        return subprocess.run([self.program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              text=True, check=True).stdout

    def account(self, log, *arguments):
        return parse_account(self.run("-f", self.path(log), "-c", "-", *arguments))

    def callers(self, log, *arguments):
        """(caller, live bytes, waste, directory) of each call site."""
        for line in self.run("-f", self.path(log), "-l", "-", *arguments).splitlines():
            match = re.fullmatch(r"(.+?) +(\d+) +(\d+) +(.*?) *", line)
            yield match.group(1), int(match.group(2)), int(match.group(3)), match.group(4)


def published_account(lab):
    """kmem_SLAB.log gives the account published in 2012"""
    header, rows = lab.account("2012/kmem_SLAB.log")
    return header == [669696, 618823, 50873, 7649, 2563, 115] and rows[0][:5] == (299200, 0, 298928, 1100, 1)


def boot_placed(lab):
    """at least 99 % of boot.log's live bytes have a directory of the tree"""
    sites = list(lab.callers("boot.log", "-k", lab.path("linux")))
    placed = sum(live for _, live, _, directory in sites if directory and not directory.startswith("("))
    return placed >= 0.99 * sum(live for _, live, _, _ in sites) > 0


def boot_places(lab):
    """alloc_inode is of fs, shmem_alloc_inode of mm, __kernfs_new_node of fs/kernfs"""
    places = {caller.split("+")[0].split(".")[0]: directory
              for caller, _, _, directory in lab.callers("boot.log", "-k", lab.path("linux"))}
    wanted = {"alloc_inode": "fs", "shmem_alloc_inode": "mm", "__kernfs_new_node": "fs/kernfs"}
    return all(places.get(name) == directory for name, directory in wanted.items())


def branches_add_up(lab):
    """the accounts of the tree's branches and what has no place add up to the whole account"""
    tree = ("-k", lab.path("linux"))
    whole, _ = lab.account("boot.log", *tree)
    tops, elsewhere = set(), 0
    for _, live, _, directory in lab.callers("boot.log", *tree):
        if directory.startswith("(") or not directory:
            elsewhere += live
        else:
            tops.add(directory.split("/")[0])
    return whole[0] == elsewhere + sum(lab.account("boot.log", *tree, "-b", top)[0][0] for top in sorted(tops))


def static_equals_size(lab):
    """the static sums are those of size(1) over the objects of vmlinux"""
    members = subprocess.run(["ar", "t", "vmlinux.a"], cwd=lab.path("linux"), check=True, capture_output=True,
                             text=True).stdout.split() + ["init/version-timestamp.o", ".vmlinux.export.o"]
    sizes = subprocess.run(["size", "-t", *members], cwd=lab.path("linux"), check=True, capture_output=True,
                           text=True).stdout.splitlines()[-1].split()[:4]
    report = lab.run("-k", lab.path("linux"))
    os.remove(lab.path("rings_static.png"))  # the chart nobody asked for, its name is 2012's
    row = re.search(r"^ *objects of vmlinux +(.*)$", report, re.MULTILINE)
    return row is not None and row.group(1).replace(",", "").split() == sizes


def leaky_counts(lab):
    """the leaky module's sites have their known numbers, in (module leaky)"""
    _, rows = lab.account("leaky/kmem.log", "-k", lab.path("linux"))
    places = {caller: directory for caller, _, _, directory in lab.callers("leaky/kmem.log", "-k", lab.path("linux"))}
    wanted = {"leak_small": (100, 0, 4000), "wrapper_strdup": (2, 1, 34), "churn": (5000, 5000, 0),
              "cache_use": (64, 60, None)}
    for name, (allocs, frees, requested) in wanted.items():
        of_name = [row for row in rows if row[5].startswith(name + "+") and row[5].endswith(" [leaky]")]
        if (sum(row[3] for row in of_name), sum(row[4] for row in of_name)) != (allocs, frees):
            return False
        if requested is not None and sum(row[2] - row[1] for row in of_name) != requested:
            return False
        if any(places[row[5]] != "(module leaky)" for row in of_name):
            return False
    return True


def pages_counted(lab):
    """pages.log: pages allocated, failed and freed by order and migrate type are those a count of the lines gives"""
    allocs, failed, frees = {}, {}, {}
    with open(lab.path("pages.log"), encoding="utf-8", errors="replace") as log:
        for line in log:
            match = re.search(r": mm_page_alloc: .* pfn=(\S+) order=(\d+) migratetype=(\d+)", line)
            if match:
                key = (int(match.group(2)), int(match.group(3)))
                kind = allocs if int(match.group(1), 0) else failed
                kind[key] = kind.get(key, 0) + 1
            match = re.search(r": mm_page_free: .* order=(\d+)", line)
            if match:
                frees[int(match.group(1))] = frees.get(int(match.group(1)), 0) + 1
    report = lab.run("--page", "-f", lab.path("pages.log"))
    orders, by_free = report.split("By order")[1].split("Frees by order")
    rows = [[int(word) for word in line.split()] for line in orders.splitlines()[2:] if line.strip()]
    found = {(row[0], row[1]): (row[2], row[3], row[4]) for row in rows}
    wanted = {key: (allocs.get(key, 0), failed.get(key, 0), allocs.get(key, 0) << key[0]) for key in allocs | failed}
    freed = {int(row[0]): int(row[1]) for row in re.findall(r"^ +(\d+) +(\d+) +\d+$", by_free, re.MULTILINE)}
    return found == wanted and freed == frees and all(row[4] == row[5] + row[6] for row in rows)


def trace_dat_equals_report(lab):
    """the accounts of trace.dat and of what trace-cmd report printed for it are the same, names included"""
    return all(lab.account(f"tracecmd/{name}.dat") == lab.account(f"tracecmd/{report}.txt")
               for name, report in (("trace", "report"), ("stack", "stack-report")))


def perf_data_equals_script(lab):
    """the accounts of perf.data and of what perf script printed for it are the same, named by the guest's kallsyms"""
    maps = ("--kallsyms", lab.path("perf/kallsyms"))
    return all(lab.account(f"perf/perf{kind}.data", *maps) == lab.account(f"perf/script{kind}.txt", *maps)
               for kind in ("", "-callgraph"))


def recording_parts_equal_text(lab):
    """the account of a part of a recording is that of the same part of what its tool printed for it"""
    tracecmd = (["--from", "3.1", "--to", "3.5"], ["--from", "20%", "--to", "60%"], ["--from", "2.873069"], ["--cpu", "1"],
                ["--pid", "59"], ["--task", "find"], ["--from", "3", "--cpu", "1", "--task", "find"])
    perf = (["--from", "7", "--to", "9"], ["--from", "20%", "--to", "60%"], ["--cpu", "0"], ["--pid", "56"], ["--task", "perf"],
            ["--from", "10", "--cpu", "1", "--task", "perf"])
    maps = ["--kallsyms", lab.path("perf/kallsyms")]
    accounts = [(lab.account("tracecmd/trace.dat", *part), lab.account("tracecmd/report.txt", *part)) for part in tracecmd]
    accounts += [(lab.account("perf/perf.data", *maps, *part), lab.account("perf/script.txt", *maps, *part)) for part in perf]
    return all(recording == text and recording[0][3] > 0 for recording, text in accounts)


def doubly_freed_bytes(script):
    """bytes perf kmem counts as freed once more, freeing an address whose object was freed before"""
    live, last, twice = set(), {}, 0
    with open(script, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            event, pointer, rest = re.search(r"kmem:(\w+): call_site=\S+ ptr=(\S+)(.*)", line).groups()
            if "alloc" in event:
                live.add(pointer)
                last[pointer] = int(re.search(r"bytes_alloc=(\d+)", rest).group(1))
            elif pointer in live:
                live.remove(pointer)
            else:
                twice += last.get(pointer, 0)
    return twice


def perf_data_equals_perf_kmem(lab):
    """perf.data: requested, allocated and freed bytes and each caller's are those perf kmem stat counts"""
    result = json.loads(lab.run("-f", lab.path("perf/perf.data"), "--json", "-"))
    sites, totals = result["call_sites"], result["totals"]
    with open(lab.path("perf/perf-kmem-caller.txt"), encoding="utf-8", errors="replace") as file:
        text = file.read()
    said = dict(re.findall(r"^Total bytes (\w+): +(\d+)$", text, re.MULTILINE))
    callers = re.findall(r"\| +(\d+)/\d+ +\| +(\d+)/\d+ +\| +(\d+) \|", text)
    allocated = sum(site["total_dynamic"] for site in sites)
    freed = allocated - totals["current_dynamic"] - totals["lost_free_bytes"]
    return (sorted(tuple(map(int, caller)) for caller in callers) ==
            sorted((site["total_dynamic"], site["total_requested"], site["alloc_count"]) for site in sites) and
            allocated == int(said["allocated"]) and
            sum(site["total_requested"] for site in sites) == int(said["requested"]) and
            freed + doubly_freed_bytes(lab.path("perf/script.txt")) == int(said["freed"]))


def formats_readable(lab):
    """every trace.dat and perf.data in formats/ gives an account, those of versions 6 and 7 named"""
    for version in ("5.10", "6.1", "6.12"):
        for name in ("t.dat", "t6.dat", "t7z.dat", "p.data", "pz.data"):
            header, rows = lab.account(f"formats/{version}/{name}")
            if header[3] == 0 or (name.startswith("t") and any(row[5].startswith("0x") for row in rows)):
                return False
    return True


def seconds(command):
    """Wall time of the fastest of three runs, files in the cache."""
    best = float("inf")
    for _ in range(3):
        started = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        best = min(best, time.monotonic() - started)
    return best


def speed(lab):
    """big.log takes one thread at most 8 times the time of wc -l"""
    log = lab.path("big.log")
    lines = seconds(["wc", "-l", log])
    analysis = seconds([lab.program, "--threads", "1", "-f", log, "-c", "/dev/null"])
    print(f"big.log: wc -l {lines:.3f} s, one thread {analysis:.3f} s, {analysis / lines:.1f} times")
    return analysis <= 8 * lines


def feed(path, times, pipe):
    with open(path, "rb") as log, pipe:
        for _ in range(times):
            log.seek(0)
            while block := log.read(MIB):
                pipe.write(block)


def memory(lab):
    """big.log twenty times through a pipe stays below 32 MiB + 64 bytes per object live at the peak"""
    with subprocess.Popen([lab.program, "-f", "-"], cwd=lab.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        feeder = threading.Thread(target=feed, args=(lab.path("big.log"), 20, process.stdin))
        feeder.start()
        report = process.stdout.read().decode()
        feeder.join()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    peak = re.search(r"([\d,]+) objects at most", report)
    live = int(peak.group(1).replace(",", ""))
    used = usage.ru_maxrss * 1024
    print(f"20 times big.log: {used / MIB:.1f} MiB, {live} objects live at the peak")
    return process.returncode == 0 and used <= 32 * MIB + 64 * live


def main(program, folder):
    lab = Lab(program, folder)
    promises = [published_account, boot_placed, boot_places, branches_add_up, static_equals_size, leaky_counts,
                pages_counted, trace_dat_equals_report, perf_data_equals_script, recording_parts_equal_text,
                perf_data_equals_perf_kmem,
                formats_readable, speed, memory]
    failed = 0
    for promise in promises:
        try:
            kept = promise(lab)
        except (OSError, subprocess.CalledProcessError, ValueError, KeyError, AttributeError) as error:
            print(f"{promise.__name__}: {error!r}")
            kept = False
        if not kept:
            print(f"FAILED {promise.__name__}: {promise.__doc__}")
            failed += 1
    print(f"lab: {len(promises) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
