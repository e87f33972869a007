#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every row of a diff against an independent join: check_diff.py PROGRAM LAB

boot against bootwork (one kernel, so a call site is one text) by two runs of the lab's
oracle; two trees with one object swapped by size(1).
"""
import csv
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FIGURES = ("total_dynamic", "waste", "current_dynamic", "alloc_count", "free_count")
problems = []


def check(good, text):
    if not good:
        problems.append(text)


def diff_rows(program, arguments):
    run = subprocess.run([program, "diff", "-q", "--csv", "-", *arguments], stdout=subprocess.PIPE, check=True)
    return list(csv.DictReader(run.stdout.decode().splitlines()))


def oracle(lab, log):
    """Call site as the account file names it: its figures, summed over what prints alike."""
    output = subprocess.run([sys.executable, f"{lab}/oracle.py", log, "all", "1000000"], stdout=subprocess.PIPE,
                            check=True).stdout.decode()
    rows = {}
    for line in output[output.index("}\n") + 2:].splitlines():
        match = re.fullmatch(r"\s*(\d+)\s+(-?\d+)\s+(\d+)\s+(\d+)/(\d+)\s+(.*\S)\s*", line)
        if match:
            caller = re.sub(r"/0x[0-9a-f]+", "", match[6])
            figures = rows.setdefault(caller, [0] * len(FIGURES))
            for i in range(len(FIGURES)):
                figures[i] += int(match[i + 1])
    return rows


def check_sites(program, lab):
    boot, work = f"{lab}/boot.log", f"{lab}/bootwork.log"
    rows = [row for row in diff_rows(program, ["-k", f"{lab}/linux", boot, work]) if row["level"] == "call_site"]
    sides = {"before": oracle(lab, boot), "after": oracle(lab, work)}
    check(len(rows) > 400, f"only {len(rows)} call sites")
    for side, wanted in sides.items():
        seen = {}
        for row in rows:
            figures = seen.setdefault(row["name"], [0] * len(FIGURES))
            for i, name in enumerate(FIGURES):
                figures[i] += int(row[f"{name}_{side}"])
        for caller in sorted(set(wanted) | set(seen)):
            nothing = [0] * len(FIGURES)
            check(seen.get(caller, nothing) == wanted.get(caller, nothing),
                  f"{side} {caller}: {seen.get(caller)}, oracle {wanted.get(caller)}")
    for row in rows:
        states = {(False, True): "new", (True, False): "gone"}
        present = tuple(row["name"] in sides[side] for side in ("before", "after"))
        delta = int(row["current_dynamic_after"]) - int(row["current_dynamic_before"])
        same = "same" if delta == 0 else "grown" if delta > 0 else "shrunk"
        check(row["state"] == states.get(present, same), f"{row['name']}: {row['state']}")
        for name in FIGURES:
            check(int(row[f"{name}_delta"]) == int(row[f"{name}_after"]) - int(row[f"{name}_before"]),
                  f"{row['name']}: {name}_delta")
    deltas = [abs(int(row["current_dynamic_delta"])) for row in rows]
    check(deltas == sorted(deltas, reverse=True), "rows do not stand by difference")
    return len(rows)


def drawn(program, arguments, folder):
    """Path: signed bytes, of each node that the chart of a diff draws."""
    chart = Path(folder) / "delta.svg"
    subprocess.run([program, "diff", "-q", *arguments, "--depth", "12", "--size", "8000x8000", "-r", str(chart)], check=True)
    titles = re.findall(r"<title>([^<]*?): ([+\u2212])([0-9,]+) bytes", chart.read_text())
    nodes = {}
    for path, sign, figure in titles:
        nodes[path, sign] = int(figure.replace(",", "")) * (1 if sign == "+" else -1)
    return nodes


def check_chart(program, lab, folder):
    """The chart's two halves are the sums of the table's rows by sign, and so is each object it draws."""
    arguments = ["-k", f"{lab}/linux", f"{lab}/boot.log", f"{lab}/bootwork.log"]
    nodes, rows = drawn(program, arguments, folder), diff_rows(program, arguments)
    deltas = [int(row["current_dynamic_delta"]) for row in rows if row["level"] == "call_site"]
    check(nodes["grown", "+"] == sum(delta for delta in deltas if delta > 0), "the growth that is drawn")
    check(nodes["shrunk", "\u2212"] == sum(delta for delta in deltas if delta < 0), "the shrinkage that is drawn")
    count = 0
    for row in rows:
        halves = [nodes[row["name"], sign] for sign in "+\u2212" if (row["name"], sign) in nodes]
        # A half too short to draw is missing: then the other is at least the balance.
        if row["level"] == "object" and halves:
            balance = int(row["current_dynamic_delta"])
            good = sum(halves) == balance if len(halves) == 2 else abs(halves[0]) >= abs(balance)
            check(good, f"{row['name']}: {halves} drawn, {balance} in the table")
            count += 1
    check(count > 20, f"only {count} objects are drawn")
    return count


def object_sizes(tree, names):
    output = subprocess.run(["size", *names], cwd=tree, stdout=subprocess.PIPE, check=True).stdout.decode()
    return {fields[5]: sum(map(int, fields[:3])) for fields in (line.split() for line in output.splitlines()[1:])}


def check_static(program, lab, folder):
    swapped = Path(folder) / "linux"
    shutil.copytree(f"{lab}/linux", swapped, symlinks=True,
                    ignore=shutil.ignore_patterns("vmlinux", "*.ko", "tools"))
    shutil.copy(swapped / "fs/inode.o", swapped / "fs/dcache.o")
    rows = [row for row in diff_rows(program, [f"{lab}/linux", str(swapped)]) if row["level"] == "object"]
    names = [row["name"] for row in rows]
    before, after = object_sizes(f"{lab}/linux", names), object_sizes(swapped, names)
    check(len(rows) > 1400, f"only {len(rows)} objects")
    for row in rows:
        name = row["name"]
        check(int(row["static_before"]) == before[name] and int(row["static_after"]) == after[name], f"{name}: {row}")
    check([row["name"] for row in rows if row["state"] != "same"] == ["fs/dcache.o"], "not one object differs")
    return len(rows)


def main():
    program, lab = (str(Path(argument).resolve()) for argument in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        count = check_sites(program, lab) + check_chart(program, lab, folder) + check_static(program, lab, folder)
    for problem in problems[:20]:
        print(problem)
    print(f"diff: {count if not problems else 0} passed, {len(problems)} failed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
