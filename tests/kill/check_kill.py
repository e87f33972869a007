#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Killed at any moment, a full disk, a read-only target: check_kill.py PROGRAM [SEED]

Each kind of result is replaced by a newer one, and that run is ended at many moments: after
system calls that change the folder (ptrace) and after times spread over its length. Every
target must then be byte for byte the old or the new result, whatever else lies there a
temporary file as analyzer/report/output_file.h names it, and the next run must not mind.
Stand-ins that write in place or under a wrong name show that the test can fail.
"""
import fnmatch
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import stepper

ROOT = Path(__file__).resolve().parents[2]
TREE = ROOT / "testdata/linux"
MOMENTS = 8  # kills after changes of the folder, for each kind
TIMES = 6  # kills after some time, for each kind
TEMPORARY = re.compile(r"\.(.+)\.[a-z0-9]{6}")
LEFT_OVERS = 12  # temporary files that are left lying for the next runs to meet

# Name, arguments that make the result of {0} (old or new), patterns people collect results with.
KINDS = [
    ("database", ["-f", "../{0}.log", "--save-db", "all.db"], ["*.db"]),
    ("reports", ["--db-file", "../{0}.db", "-c", "account.txt", "-l", "callers.txt", "--json", "all.json", "--csv",
                 "all.csv", "--markdown", "all.md", "-r", "rings.svg"],
     ["*.txt", "*.json", "*.csv", "*.md", "*.svg"]),
    ("page", ["--db-file", "../{0}.db", "-r", "rings.html"], ["*.html"]),
    ("branches", ["--db-file", "../{0}.db", "-r", "rings.svg", "--each-branch", "branches"], ["*.svg", "*.txt"]),
    ("diff", ["diff", "../old.db", "../{0}.db", "--json", "diff.json", "-r", "diff.svg"], ["*.json", "*.svg"]),
    ("merge", ["merge", "fleet.db", "../{0}.db", "-o", "fleet.db"], ["*.db"]),
]


class Checks:
    def __init__(self, quiet=False):
        self.quiet = quiet
        self.passed = self.failed = 0

    def check(self, good, text):
        self.passed += bool(good)
        self.failed += not good
        if not good and not self.quiet:
            print(text)
        return good


def contents(folder):
    """Path below folder -> bytes, of everything in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def write_into(folder, files):
    for name, data in files.items():
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def write(folder, files):
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).mkdir()
    write_into(folder, files)


def wrongs(found, old, new, patterns):
    """What is wrong with a folder in which new was about to replace old."""
    result = []
    for name in old.keys() | new.keys():
        if found.get(name) not in (old.get(name), new.get(name)):
            state = f"{len(found[name])} bytes" if name in found else "gone"
            result.append(f"{name} is neither the old nor the new one ({state})")
    for name in found.keys() - old.keys() - new.keys():
        folder, base = os.path.split(name)
        match = TEMPORARY.fullmatch(base)
        if not match or os.path.join(folder, match[1]) not in new:
            result.append(f"{name} is no temporary file of a result")
        # fnmatch, as find -name, has no rule for leading dots: stricter than a shell.
        if any(fnmatch.fnmatchcase(base, pattern) for pattern in patterns):
            result.append(f"{name} looks like a result")
    return result


class Kind:
    """One kind of result with its old and new bytes."""

    def __init__(self, program, scratch, name, arguments, patterns):
        self.name = name
        self.patterns = patterns
        self.cwd = Path(scratch) / name
        first = 1 if arguments[0] in ("diff", "merge") else 0
        arguments = [program, *arguments[:first], "-q", *arguments[first:]]
        self.command = [argument.format("new") for argument in arguments]
        older = [argument.format("old") for argument in arguments]
        if name == "merge":
            older = [program, "merge", "-q", "../old.db", "-o", "fleet.db"]
        self.cwd.mkdir()
        subprocess.run(older, cwd=self.cwd, check=True)
        self.old = contents(self.cwd)
        started = time.monotonic()
        subprocess.run(self.command, cwd=self.cwd, check=True)
        self.seconds = time.monotonic() - started
        self.new = contents(self.cwd)

    def restore(self):
        """The old result beside what lies there, unless that has become a lot."""
        if len(contents(self.cwd)) > len(self.old) + LEFT_OVERS:
            shutil.rmtree(self.cwd)
            self.cwd.mkdir()
        write_into(self.cwd, self.old)
        for name in self.new.keys() - self.old.keys():
            (self.cwd / name).unlink(missing_ok=True)


def kill_after(kind, delay):
    with subprocess.Popen(kind.command, cwd=kind.cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        time.sleep(delay)
        process.kill()


def moments_of(changes, number, generator):
    """The first, the last and some between."""
    if changes <= number:
        return range(1, changes + 1)
    between = generator.sample(range(2, changes), number - 2)
    return sorted([1, *between, changes])


def count_state(kind, before, found, seen):
    fresh = [name for name in kind.new if found.get(name) == kind.new[name] != kind.old.get(name)]
    seen["kills"] += 1
    seen["left-over"] += len(found.keys() - before - kind.new.keys() - kind.old.keys())
    changed = [name for name in kind.new if kind.new[name] != kind.old.get(name)]
    seen["old" if not fresh else "new" if len(fresh) == len(changed) else "mixed"] += 1


def check_kills(checks, kind, generator, can_step, seen):
    ways = [lambda delay=kind.seconds * (i + generator.random()) / TIMES: kill_after(kind, delay)
            for i in range(TIMES)]
    changes = 0
    if can_step:
        kind.restore()
        changes, _ = stepper.run_until(kind.command, kind.cwd, kind.cwd, 0, signal.SIGKILL)
        checks.check(changes > len(kind.new), f"{kind.name}: only {changes} changes of the folder seen")
        ways += [lambda change=change: stepper.run_until(kind.command, kind.cwd, kind.cwd, change, signal.SIGKILL)
                 for change in moments_of(changes, MOMENTS, generator)]
    for number, way in enumerate(ways):
        kind.restore()
        before = contents(kind.cwd).keys()
        way()
        found = contents(kind.cwd)
        count_state(kind, before, found, seen)
        wrong = wrongs(found, kind.old, kind.new, kind.patterns)
        checks.check(not wrong, f"{kind.name}, kill {number}: {'; '.join(wrong)}")
    result = subprocess.run(kind.command, cwd=kind.cwd, check=False)
    found = contents(kind.cwd)
    checks.check(result.returncode == 0 and all(found.get(name) == data for name, data in kind.new.items()),
                 f"{kind.name}: the run after the kills ended with {result.returncode} or made something else")
    return changes


def check_left_overs(checks, program, kind):
    """All databases of a folder with left-overs, as people collect them, are the real ones."""
    left = contents(kind.cwd).keys() - kind.new.keys()
    checks.check(left, f"{kind.name}: no left-over to be mistaken for a database")
    write_into(kind.cwd, kind.new)
    real = {"database": "1\n", "merge": "2\n"}[kind.name]
    for script in ('"$0" merge -q *.db -o ../merged.db',
                   'find . -name "*.db" | "$0" merge -q --files-from - -o ../merged.db'):
        result = subprocess.run(["sh", "-c", script, program], cwd=kind.cwd, check=False)
        runs = subprocess.run(["sqlite3", "../merged.db", "SELECT count(*) FROM run"], cwd=kind.cwd, check=False,
                              capture_output=True, text=True).stdout
        checks.check(result.returncode == 0 and runs == real, f"{script}: {result.returncode}, runs: {runs}")


def check_signals(checks, kind, changes, generator):
    """A signal that can be caught leaves no temporary file."""
    for number, count in ((signal.SIGTERM, 3), (signal.SIGINT, 1), (signal.SIGHUP, 1)):
        for change in [generator.randint(1, changes) for _ in range(count)]:
            write(kind.cwd, kind.old)
            _, status = stepper.run_until(kind.command, kind.cwd, kind.cwd, change, number)
            found = contents(kind.cwd)
            wrong = wrongs(found, kind.old, kind.new, kind.patterns)
            wrong += [f"{name} was left behind" for name in found.keys() - kind.old.keys() - kind.new.keys()]
            if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == number) and change < changes:
                wrong.append(f"wait status {status:#x}")
            checks.check(not wrong, f"{kind.name}, {number.name} at change {change}: {'; '.join(wrong)}")


def check_refused(checks, kind, cause, text):
    """The run must end with 4 and one line, and leave everything as it was."""
    before = contents(kind.cwd)
    result = subprocess.run(kind.command, cwd=kind.cwd, check=False, capture_output=True, text=True)
    lines = result.stderr.splitlines()
    good = result.returncode == 4 and len(lines) == 1 and text in lines[0] and not result.stdout
    checks.check(good, f"{kind.name}, {cause}: {result.returncode}: {result.stderr!r}")
    checks.check(contents(kind.cwd) == before, f"{kind.name}, {cause}: something was changed or left behind")


def mount(*arguments):
    return subprocess.run(["mount", *arguments], check=False, stderr=subprocess.DEVNULL).returncode == 0


def check_full_disk(checks, kind, generator):
    """In a file system with room for the old result and ever more of the new one."""
    need = sum(-(-len(data) // 4096) * 4096 for data in kind.new.values())
    if not mount("-t", "tmpfs", "-o", f"size={2 * need + 262144}", "tmpfs", str(kind.cwd)):
        return False
    try:
        write_into(kind.cwd, kind.old)
        status = os.statvfs(kind.cwd)
        free = status.f_bavail * status.f_bsize
        for room in (0, 4096, need // 2 + generator.randrange(-8192, 8192), need - 4096):
            room = max(0, room) // 4096 * 4096
            filler = kind.cwd / "fill"
            filler.write_bytes(bytes(free - room))
            check_refused(checks, kind, f"room for {room} bytes", "No space left on device")
            filler.unlink()
        result = subprocess.run(kind.command, cwd=kind.cwd, check=False)
        checks.check(result.returncode == 0 and contents(kind.cwd) == kind.new, f"{kind.name}: with room: {result}")
        write_into(kind.cwd, kind.old)
        mount("-o", "remount,ro", str(kind.cwd))
        check_refused(checks, kind, "read-only", "Read-only file system")
    finally:
        subprocess.run(["umount", str(kind.cwd)], check=True)
    return True


def check_read_only_file(checks, kind):
    """Only the target is read-only; its folder could be written."""
    target = kind.cwd / sorted(kind.old)[0]
    write(kind.cwd, kind.old)
    if not mount("--bind", str(target), str(target)):
        return
    try:
        mount("-o", "remount,bind,ro", str(target))
        check_refused(checks, kind, "read-only target", "Read-only file system")
    finally:
        subprocess.run(["umount", str(target)], check=True)


def check_devices(checks, program, scratch):
    for arguments in (["--save-db", "/dev/full"], ["--json", "/dev/full"], ["-c", "/dev/full"], ["--csv", "/dev/full"]):
        result = subprocess.run([program, "--db-file", "new.db", *arguments], cwd=scratch, check=False,
                                capture_output=True, text=True)
        checks.check(result.returncode == 4 and
                     result.stderr == "trace_analyze: cannot write /dev/full: No space left on device\n",
                     f"{arguments}: {result.returncode}: {result.stderr!r}")
    for arguments in (["--save-db", "-"], ["--json", "-"], ["-c", "-"], []):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([program, "--db-file", "new.db", *arguments], cwd=scratch, check=False,
                                    stdout=full, stderr=subprocess.PIPE, text=True)
        checks.check(result.returncode == 4 and len(result.stderr.splitlines()) == 1,
                     f"{arguments} > /dev/full: {result.returncode}: {result.stderr!r}")


# Programs that do what must not be done.
CARELESS = {
    "in place": ': > all.json; sleep 0.3; exec "$PROGRAM" -q --db-file ../new.db --json - > all.json',
    "wrong name": '"$PROGRAM" -q --db-file ../new.db --json part.json; sleep 0.3; mv part.json all.json',
    "removed first": 'rm all.json; sleep 0.3; exec "$PROGRAM" -q --db-file ../new.db --json all.json',
}


def check_the_test(checks, program, scratch):
    """Each careless stand-in must be found out by the same kills."""
    os.environ["PROGRAM"] = program
    for name, script in CARELESS.items():
        stand_in = Path(scratch) / "stand-in"
        stand_in.write_text(f'#!/bin/sh\n[ -e all.json ] || exec "$PROGRAM" "$@"\n{script}\n')
        stand_in.chmod(0o755)
        kind = Kind(program, scratch, f"stand-in {name}", ["--db-file", "../{0}.db", "--json", "all.json"], ["*.json"])
        kind.command = [str(stand_in), *kind.command[1:]]
        kind.seconds += 0.3
        found = Checks(quiet=True)
        generator = random.Random(1)
        check_kills(found, kind, generator, False, dict.fromkeys(("kills", "left-over", "old", "new", "mixed"), 0))
        checks.check(found.failed, f"a program that does this passes: {name}")
        print(f"found out: {name}, by {found.failed} checks")
        shutil.rmtree(kind.cwd)


def in_own_mounts():
    """Starts again where mounts are this process's own; False where that is not permitted."""
    if os.environ.get("CHECK_KILL_MOUNTS"):
        return True
    for options in ("-m", "-Urm"):
        command = ["unshare", options]
        if shutil.which("unshare") and subprocess.run([*command, "true"], check=False,
                                                      stderr=subprocess.DEVNULL).returncode == 0:
            os.environ["CHECK_KILL_MOUNTS"] = "1"
            os.execvp("unshare", [*command, sys.executable, *sys.argv])
    return False


def can_trace(kind):
    try:
        stepper.run_until(kind.command, kind.cwd, kind.cwd, 0, signal.SIGKILL)
    except OSError as error:
        print(f"skipped: kills at chosen system calls: {error}")
        return False
    return True


def main():
    # Jobs in the background and nohup ignore some, and what is ignored stays so in programs run.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    can_mount = in_own_mounts()
    program = str(Path(sys.argv[1]).resolve())
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1 << 32)
    generator = random.Random(seed)
    print(f"seed {seed}")
    checks = Checks()
    seen = dict.fromkeys(("kills", "left-over", "old", "new", "mixed"), 0)
    with tempfile.TemporaryDirectory() as scratch:
        lines = (ROOT / "testdata/boot.log").read_bytes().splitlines(keepends=True)
        (Path(scratch) / "new.log").write_bytes(b"".join(lines))
        (Path(scratch) / "old.log").write_bytes(b"".join(lines[:3000]))
        for age in ("old", "new"):
            subprocess.run([program, "-q", "-k", TREE, "-f", f"{age}.log", "--save-db", f"{age}.db"], cwd=scratch,
                           check=True)
        kinds = [Kind(program, scratch, *row) for row in KINDS]
        can_step = can_trace(kinds[2])
        for kind in kinds:
            changes = check_kills(checks, kind, generator, can_step, seen)
            if kind.name in ("database", "merge"):
                check_left_overs(checks, program, kind)
            if can_step:
                check_signals(checks, kind, changes, generator)
            write(kind.cwd, kind.old)
            if can_mount and check_full_disk(checks, kind, generator):
                check_read_only_file(checks, kind)
            else:
                print(f"skipped: {kind.name} on a full disk: no right to mount")
        check_devices(checks, program, scratch)
        check_the_test(checks, program, scratch)
    print(", ".join(f"{name}: {count}" for name, count in seen.items()))
    if can_step:
        checks.check(min(seen.values()) > 0, "the kills met not every state")
    print(f"kill: {checks.passed} passed, {checks.failed} failed")
    return checks.failed != 0


if __name__ == "__main__":
    sys.exit(main())
