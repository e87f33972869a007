#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Timelines against their definition: check_timeline.py PROGRAM LAB

Saves the timeline of every text log of the lab that has times and compares it, bucket
by bucket and call site by call site, with one computed here from the lines, the slow
way: every event's time and effect is kept, then put into buckets (account/timeline.h).
"""
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

BUCKETS = 1024
EVENT = re.compile(
    r"(?:^|\s)(?P<time>\d+(?:\.\d+)?): (?:kmem:|kmem_)?"
    r"(?P<name>kmalloc(?:_node)?|kfree|kmem_cache_(?:alloc(?:_node)?|free)): +(?:\([^)]*\) +)?"
    r"call_site=(?P<site>\S+(?: \[[^\]]+\])?) ptr=(?P<pointer>\S+)"
    r"(?: name=\S+)?(?: bytes_req=(?P<requested>\d+) bytes_alloc=(?P<allocated>\d+))?"
)
LOST = re.compile(r"LOST (\d+) EVENTS")
LOGS = [
    "big.log",
    "boot.log",
    "bootwork.log",
    "stack.log",
    "leaky/*.log",
    "perf/script.txt",
    "perf/script-callgraph.txt",
    "tracecmd/report*.txt",
    "variants/*.log",
    "formats/*/opt.*",
    "formats/*/clock.*",
]


def parse(path):
    """The events as (time, site, pointer, bytes or None for a free), and how many were lost."""
    events, lost = [], 0
    with open(path, errors="replace") as lines:
        for line in lines:
            match = LOST.search(line)
            lost += int(match.group(1)) if match else 0
            match = EVENT.search(line)
            if not match:
                # of another shape (decimal twice, no time): not for this check
                if "call_site=" in line and "ptr=" in line:
                    return None
                continue
            time = match["time"]
            if "." in time:
                seconds, fraction = time.split(".")
                time = int(seconds) * 10**9 + int(fraction.ljust(9, "0"))
            pointer = match["pointer"]
            events.append(
                (
                    int(time),
                    "." in match["time"],
                    match["site"],
                    0 if pointer.startswith("(") else int(pointer, 16),
                    None if match["allocated"] is None else int(match["allocated"]),
                    "ptrval" in pointer,
                )
            )
    return events, lost


def expected(events):
    """What account/timeline.h says of them."""
    times = [event[0] for event in events]
    shift = 0
    while (max(times) >> shift) - (min(times) >> shift) >= BUCKETS:
        shift += 1
    low = min(times) >> shift
    count = (max(times) >> shift) - low + 1
    changes, highest, latest = {}, {}, {}
    holders, live, peak, peak_time = {}, 0, 0, min(times)

    def change(site, bucket, size):
        key = (site, bucket)
        changes[key] = changes.get(key, 0) + size

    for time, _, site, pointer, size, hidden in events:
        bucket = (time >> shift) - low
        if pointer and not hidden:
            if pointer in holders:  # freed, or handed out again: then its free was lost
                owner, old = holders.pop(pointer)
                change(owner, bucket, -old)
                live -= old
            if size is not None:
                holders[pointer] = (site, size)
                change(site, bucket, size)
                live += size
        highest[bucket] = max(highest.get(bucket, 0), live)
        latest[bucket] = live
        if live > peak:
            peak, peak_time = live, time
    rows, last = [], 0
    for bucket in range(count):
        last = latest.get(bucket, last)
        rows.append(highest.get(bucket, last))
    return {
        "head": ("ns" if events[0][1] else "ticks", low << shift, 1 << shift, count),
        "span": (min(times), max(times)),
        "peak": (peak, peak_time),
        "end": live,
        "highest": rows,
        "changes": {key: size for key, size in changes.items() if size},
    }


def saved(program, log, folder):
    database = Path(folder) / "timeline.db"
    subprocess.run([program, "-q", "-f", log, "--save-db", database], check=True)
    with sqlite3.connect(database) as db:
        head = db.execute("SELECT unit, start, width, bucket_count FROM timeline").fetchone()
        if head is None:
            return None
        return {
            "head": head,
            "span": db.execute("SELECT first, last FROM timeline").fetchone(),
            "peak": db.execute("SELECT peak_bytes, peak_time FROM timeline").fetchone(),
            "end": db.execute("SELECT end_bytes FROM timeline").fetchone()[0],
            "highest": [row[0] for row in db.execute("SELECT highest FROM timeline_bucket ORDER BY bucket")],
            "changes": {
                (site, bucket): size
                for site, bucket, size in db.execute(
                    "SELECT site, bucket, bytes FROM timeline_change JOIN call_site ON call_site = id"
                )
            },
            "lost": db.execute("SELECT sum(lost) FROM timeline_bucket").fetchone()[0],
        }


def main():
    program, lab = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    passed = failed = 0
    logs = sorted({log for pattern in LOGS for log in lab.glob(pattern)})
    with tempfile.TemporaryDirectory() as folder:
        for log in logs:
            parsed = parse(log)
            if not parsed or not parsed[0]:
                continue
            events, lost = parsed
            wanted = {**expected(events), "lost": lost}
            found = saved(program, log, folder)
            wrong = [key for key in wanted if found is None or found[key] != wanted[key]]
            passed, failed = passed + (not wrong), failed + bool(wrong)
            for key in wrong:
                print(f"{log.relative_to(lab)}: {key}: {str(found and found[key])[:200]}")
                print(f"  but by its lines: {str(wanted[key])[:200]}")
    print(f"timeline: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
