#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tail calls, KASLR and foreign maps on the lab's recordings: check_blame.py PROGRAM LAB

LAB is the unpacked lab (tests/lab/unpack.sh). Each function below is one promise;
its docstring is what a failure prints.
"""
import bisect
import collections
import glob
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check_oracle import parse_account  # noqa: E402

LINK_TEXT = 0xFFFFFFFF81000000
# Functions the page of issue 4 counts as allocators themselves; what remains are helpers.
ALLOCATOR = re.compile(r"k[a-z]*alloc|kmem_cache_alloc|__kmalloc|kmemdup")


class Lab:
    def __init__(self, program, folder):
        self.program, self.folder = os.path.abspath(program), os.path.abspath(folder)
        self.scratch = tempfile.mkdtemp(prefix="trace-analyze-blame-")
        self.tree = self.path("linux")

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *arguments):
        """(exit status, standard output, standard error)"""
        done = subprocess.run([self.program, *arguments], cwd=self.scratch, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def rows(self, log, *arguments):
        status, text, problem = self.run("-f", log, "-c", "-", *arguments)
        if status != 0:
            raise ValueError(problem)
        return parse_account(text)

    def raw_log(self, name, addresses):
        """A log of an old kernel, one allocation at each address."""
        path = os.path.join(self.scratch, name)
        with open(path, "w", encoding="ascii") as log:
            log.write("# tracer: nop\n#\n")
            for number, address in enumerate(addresses):
                log.write(f"            init-1     [000] ....     0.{number:06d}: kmalloc: call_site={address:x} "
                          f"ptr={0xFFFF888000000000 + 64 * number:x} bytes_req=60 bytes_alloc=64 gfp_flags=GFP_KERNEL\n")
        return path

    def slide_shown(self, log, *arguments):
        status, text, problem = self.run("-f", log, "-k", self.tree, *arguments)
        found = re.search(r"^KASLR +slide 0x([0-9a-f]+) \((.*)\)$", text, re.MULTILINE)
        if status != 0 or not found:
            raise ValueError(f"no slide: {problem}")
        return int(found.group(1), 16), found.group(2)


def text_start(kallsyms):
    with open(kallsyms, encoding="ascii") as lines:
        for line in lines:
            if line.rstrip().endswith(" T _text"):
                return int(line.split()[0], 16)
    raise ValueError(f"{kallsyms}: no _text")


def slid_sites(log, kallsyms):
    """{address: label} of the kernel's own call sites, where (name, size) is one symbol of kallsyms."""
    addresses, functions = set(), collections.defaultdict(list)
    with open(kallsyms, encoding="ascii") as lines:
        for line in lines:
            fields = line.split()
            if len(fields) == 3:
                addresses.add(int(fields[0], 16))
                if fields[1] in "tTwW":
                    functions[fields[2]].append(int(fields[0], 16))
    addresses = sorted(addresses)
    sites, seen = {}, set()
    with open(log, errors="replace", encoding="ascii") as lines:
        for line in lines:
            found = re.search(r"alloc\w*: call_site=([^ +]+)\+0x([0-9a-f]+)/0x([0-9a-f]+) (?!\[)", line)
            if not found or found.groups() in seen:
                continue
            seen.add(found.groups())
            name, offset, size = found.group(1), int(found.group(2), 16), int(found.group(3), 16)
            fitting = [start for start in functions[name]
                       if addresses[bisect.bisect_right(addresses, start)] - start == size]
            if len(fitting) == 1:
                sites[fitting[0] + offset] = f"{name}+0x{offset:x}"
    return sites


def big_slide_recovered(lab):
    """big.log's call sites as slid addresses: the slide is kallsyms', every name is the trace's"""
    kallsyms = lab.path("meta/big/kallsyms")
    sites = slid_sites(lab.path("big.log"), kallsyms)
    log = lab.raw_log("big", sites)
    slide, how = lab.slide_shown(log)
    _, rows = lab.rows(log, "-k", lab.tree)
    print(f"big.log: {len(sites)} sites, slide 0x{slide:x}, {how}")
    return (slide == text_start(kallsyms) - LINK_TEXT and how.startswith(f"recovered from {len(sites)} ")
            and sorted(row[5] for row in rows) == sorted(sites.values()) and len(sites) > 100)


def frames_slide_recovered(lab):
    """the raw frames of tracecmd/stack-report.txt: the slide is kallsyms'"""
    with open(lab.path("tracecmd/stack-report.txt"), errors="replace", encoding="ascii") as report:
        frames = sorted({int(found, 16) for found in re.findall(r"^=> \S+ \((ffffffff[0-9a-f]+)\)", report.read(),
                                                                 re.MULTILINE)})
    slide, how = lab.slide_shown(lab.raw_log("frames", frames))
    print(f"stack-report.txt: {len(frames)} frames, slide 0x{slide:x}, {how}")
    return slide == text_start(lab.path("tracecmd/kallsyms")) - LINK_TEXT and len(frames) > 200


def perf_slide_recovered(lab):
    """perf.data without kallsyms gives the account it gives with kallsyms"""
    log, kallsyms = lab.path("perf/perf.data"), lab.path("perf/kallsyms")
    slide, _ = lab.slide_shown(log)
    return (slide == text_start(kallsyms) - LINK_TEXT
            and lab.rows(log, "-k", lab.tree) == lab.rows(log, "-k", lab.tree, "--kallsyms", kallsyms))


def foreign_vmlinux_refused(lab):
    """call sites of another kernel than vmlinux: exit 3, and no account is written"""
    sites = slid_sites(lab.path("big.log"), lab.path("meta/big/kallsyms"))
    logs = [lab.raw_log("moved", [site + 0x1003 * (number % 7 + 1) for number, site in enumerate(sites)]),
            lab.path("formats/6.12/opt.fields")]
    logs += [path for version in ("5.10", "6.1", "6.12")
             for name in ("opt.record-tgid", "opt.verbose", "opt.sym-addr", "t1.default_slab")
             for path in glob.glob(lab.path(f"formats/{version}/{name}"))]
    account = os.path.join(lab.scratch, "account")
    for log in logs:
        status, _, problem = lab.run("-f", log, "-k", lab.tree, "-c", account)
        if status != 3 or "another kernel" not in problem or os.path.exists(account):
            print(f"{log}: exit {status}: {problem}")
            return False
        if lab.run("-f", log, "-k", lab.tree, "-q", "-c", "/dev/null", "--force")[0] != 0:
            return False
    return len(logs) > 10


def own_vmlinux_accepted(lab):
    """no log of the lab's own kernel is refused"""
    names = ["boot.log", "bootwork.log", "big.log", "stack.log", "pages.log", "leaky/kmem.log", "tracecmd/report.txt",
             "perf/script.txt"]
    names += [os.path.relpath(path, lab.folder) for path in glob.glob(lab.path("variants/*"))]
    for name in names:
        status, _, problem = lab.run("-f", lab.path(name), "-k", lab.tree, "-q", "-c", "/dev/null")
        if status != 0:
            print(f"{name}: {problem}")
            return False
    return True


def foreign_kallsyms_refused(lab):
    """a kallsyms of another kernel than vmlinux: exit 3"""
    foreign = os.path.join(lab.scratch, "kallsyms")
    with open(lab.path("meta/boot/kallsyms"), encoding="ascii") as lines, open(foreign, "w", encoding="ascii") as out:
        for number, line in enumerate(lines):
            address, rest = line.split(" ", 1)
            out.write(f"{int(address, 16) + number // 8:016x} {rest}" if not rest.endswith(("_text\n", "_stext\n")) else line)
    log = lab.raw_log("any", [LINK_TEXT + 0x1234])
    status, _, problem = lab.run("-f", log, "-k", lab.tree, "--kallsyms", foreign)
    return status == 3 and "different kernels" in problem


def boot_calls(lab):
    """boot: 445 of 473 sites call an allocator, 25 something else, 3 through a pointer; pcpu_mem_zalloc is blamed"""
    status, _, details = lab.run("-f", lab.path("boot.log"), "-k", lab.tree, "-v", "-c", "/dev/null")
    _, rows = lab.rows(lab.path("boot.log"), "-k", lab.tree)
    via = re.findall(r": allocates via (\S+)$", details, re.MULTILINE)
    tails = re.findall(r": (\S+) allocated; it jumped to the allocator", details)
    pointers = len(re.findall(r": calls through a pointer$", details, re.MULTILINE))
    others = [name for name in via + tails if not ALLOCATOR.match(name)]
    direct = len(rows) - pointers - len(others)
    print(f"boot.log: {direct} direct, {len(others)} other ({', '.join(sorted(set(others)))}), {pointers} indirect")
    return (status == 0 and (len(rows), direct, len(others), pointers) == (473, 445, 25, 3)
            and tails == ["pcpu_mem_zalloc"] * 2 and "not decidable" not in details and "no call" not in details)


def leaky_tail_call(lab):
    """the 8,192 bytes of leaky's init text are waste_big's; the account keeps the trace's label"""
    arguments = ("-k", lab.tree, "--modules", lab.path("leaky"))
    log = lab.path("leaky/kmem.log")
    _, rows = lab.rows(log, *arguments)
    _, summary, details = lab.run("-f", log, "-v", *arguments)
    return (any(row[0] == 8192 and row[3:] == (1, 0, "ffffffffc0005054") for row in rows)
            and re.search(r"^ +8\.0 KiB +3\.9 KiB +1/0 +waste_big \[leaky\] \^", summary, re.MULTILINE) is not None
            and "waste_big [leaky] allocated; it jumped to the allocator (tail call, seen from leaky_init+0x54 [leaky])"
            in details)


def stack_tail_call(lab):
    """stack.log with --skip wrapper_strdup: the 34 bytes kept are caller_two's, the freed ones caller_one's"""
    _, rows = lab.rows(lab.path("stack.log"), "-k", lab.tree, "--modules", lab.path("leaky"), "--skip", "wrapper_strdup")
    wanted = {"caller_one": (32, 0, 0, 1, 1), "caller_two": (64, 30, 64, 1, 0)}
    found = {name: row[:5] for row in rows for name in wanted if row[5].split("+")[0].split(" ")[0] == name}
    return found == wanted


def main(program, folder):
    lab = Lab(program, folder)
    promises = [big_slide_recovered, frames_slide_recovered, perf_slide_recovered, foreign_vmlinux_refused,
                own_vmlinux_accepted, foreign_kallsyms_refused, boot_calls, leaky_tail_call, stack_tail_call]
    failed = 0
    for promise in promises:
        try:
            kept = promise(lab)
        except (OSError, ValueError, KeyError, AttributeError) as error:
            print(f"{promise.__name__}: {error!r}")
            kept = False
        if not kept:
            print(f"FAILED {promise.__name__}: {promise.__doc__}")
            failed += 1
    subprocess.run(["rm", "-rf", lab.scratch], check=True)
    print(f"lab: {len(promises) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
