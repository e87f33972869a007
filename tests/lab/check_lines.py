#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Names and places on the lab's recordings: check_lines.py [--cost] PROGRAM RESOLVER LAB

LAB is the unpacked lab (tests/lab/unpack.sh); without it the exit status is 77. RESOLVER is
resolve_addresses. addr2line (binutils) and eu-addr2line (elfutils) are the judges; a judge
that isn't installed is left out, and that is said. --cost also measures time and memory: of a
release build.
"""
import bisect
import os
import re
import resource
import shutil
import subprocess
import sys
import time

ROOT = "/tmp/lab/linux-source-6.1/"  # where the lab's kernel was built
SITE = re.compile(r"call_site=(\S+?)\+0x([0-9a-f]+)/0x([0-9a-f]+) ptr")
# Of headers that serve other purposes too; see analyzer/attribute/site_blame.c.
WRAPPER_FUNCTIONS = {
    "alloc_inode_sb", "kmemdup", "devm_kzalloc", "devm_kmalloc_array", "devm_kcalloc",
    "acpi_os_allocate", "acpi_os_allocate_zeroed", "acpi_os_acquire_object",
}
WRAPPERS = ("include/linux/slab.h", "include/linux/slub_def.h", "include/linux/gfp.h")
# Both call pcpu_mem_zalloc, which jumps to __kmalloc: the line is that of the jump.
TAIL_CALLS = {("pcpu_create_chunk", "mm/percpu.c:514"), ("pcpu_populate_chunk", "mm/percpu.c:514")}

failures = 0


def report(good, text):
    global failures
    failures += not good
    print(("ok    " if good else "FAILED ") + text)


def run(*arguments, feed=None):
    return subprocess.run(arguments, input=feed, stdin=None if feed else subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True, check=True).stdout


def boot_sites(lab):
    """(function, offset, size) of each kmem allocation of boot.log."""
    found = set()
    with open(lab + "/boot.log", encoding="utf-8", errors="replace") as log:
        for line in log:
            if "bytes_req=" in line:
                match = SITE.search(line)
                if match:
                    found.add((match.group(1), int(match.group(2), 16), int(match.group(3), 16)))
    return sorted(found)


def addresses_of(lab, sites):
    """Link-time return address of each site: name and distance to the next symbol."""
    symbols = []
    with open(lab + "/linux/System.map", encoding="ascii") as system_map:
        for line in system_map:
            address, _, name = line.split()
            symbols.append((int(address, 16), name))
    places = sorted({address for address, _ in symbols})
    index = {}
    for address, name in symbols:
        after = bisect.bisect_right(places, address)
        size = places[after] - address if after < len(places) else 0
        index.setdefault((name, size), []).append(address)
    return {site: [a + site[1] for a in index.get((site[0], site[2]), [])] for site in sites}


def line_of(text):
    """addr2line: "file:12 (discriminator 3)"; eu-addr2line: "file:12:7"."""
    match = re.match(r"(.*?):(\d+|\?)(:\d+)?( \(discriminator \d+\))?$", text)
    return match.group(1).replace(ROOT, "").replace("./", "") + ":" + match.group(2)


def chains_of(output):
    """Per address the list of (function, file:line), innermost first."""
    chains = []
    lines = output.splitlines()
    at = 0
    while at < len(lines):
        if lines[at].startswith("0x"):
            chains.append([])
            at += 1
        else:
            chains[-1].append((lines[at].split(" inlined at ")[0], line_of(lines[at + 1])))
            at += 2
    return chains


def check_chains(resolver, lab, places):
    vmlinux = lab + "/linux/vmlinux"
    wanted = sorted({address - 1 for several in places.values() for address in several})
    feed = "".join(f"{address:#x}\n" for address in wanted)
    mine = chains_of(run(resolver, vmlinux, feed=feed))
    report(len(mine) == len(wanted) and len(wanted) >= 473, f"{len(mine)} addresses resolved")
    for judge in ("addr2line", "eu-addr2line"):
        if not shutil.which(judge):
            print(f"left out: {judge} is not installed")
            continue
        theirs = chains_of(run(judge, "-a", "-i", "-f", "-e", vmlinux, feed=feed))
        differing = [(hex(a), b, c) for a, b, c in zip(wanted, theirs, mine) if b != c]
        report(len(theirs) == len(mine) and not differing,
               f"{judge}: functions, files and lines of {len(theirs)} chains are equal")
        for row in differing[:10]:
            print("   ", row)
    return dict(zip(wanted, mine))


def callers(program, lab, log, *arguments):
    """caller: (live bytes, directory, file:line)"""
    rows = {}
    for line in run(program, "-q", "-f", f"{lab}/{log}", "-l", "-", "--lines", *arguments).splitlines():
        match = re.fullmatch(r"(.+?) +(\d+) +(-?\d+) +(.*?) +(\S+)", line)
        rows[match.group(1)] = (int(match.group(2)), match.group(4), match.group(5))
    return rows


def check_blame(program, lab, places, chains):
    """The line shown is that of the first function outside of the allocator's headers."""
    rows = callers(program, lab, "boot.log", "-k", lab + "/linux")
    wrong = []
    for (name, offset, _), addresses in places.items():
        shown = rows[f"{name}+{offset:#x}"][2]
        if (name, shown) in TAIL_CALLS:
            continue
        expected = set()
        for address in addresses:
            frames = [f for f in chains[address - 1] if not f[1].startswith(WRAPPERS)]
            frames = [f for f in frames if f[0] not in WRAPPER_FUNCTIONS]
            expected.add(frames[0][1])
        if shown not in expected:
            wrong.append((name, shown, expected))
    report(not wrong, f"the blamed line of {len(places)} call sites")
    for row in wrong[:10]:
        print("   ", row)


def check_vmlinux_alone(program, lab):
    tree = callers(program, lab, "boot.log", "-k", lab + "/linux")
    alone = callers(program, lab, "boot.log", "-k", lab + "/linux/vmlinux")
    live = sum(row[0] for row in alone.values())
    placed = sum(row[0] for row in alone.values() if not row[1].startswith("("))
    differing = [name for name in tree if tree[name][1] != alone.get(name, (0, None))[1]]
    report(placed * 100 >= live * 99, f"vmlinux alone places {placed} of {live} live bytes")
    report(len(differing) * 100 <= len(tree),
           f"vmlinux alone agrees with the tree on {len(tree) - len(differing)} of {len(tree)} directories")
    for name in differing:
        print("   ", name, tree[name][1], alone.get(name))


def check_raw_module_addresses(program, lab, named):
    """An old kernel prints addresses: with /proc/modules and leaky.ko alone they get the same lines."""
    leaky = lab + "/leaky"
    symbols = {}
    with open(leaky + "/kallsyms", encoding="ascii") as kallsyms:
        for line in kallsyms:
            words = line.split()
            if words[3:] == ["[leaky]"]:
                symbols[words[2]] = int(words[0], 16)

    def raw(match):
        return f"call_site={symbols[match.group(1)] + int(match.group(2), 16):x} "

    with open(leaky + "/kmem.log", encoding="utf-8", errors="replace") as log:
        text = "".join(re.sub(r"call_site=(\S+)\+0x([0-9a-f]+)/0x[0-9a-f]+ \[leaky\] ", raw, line)
                       for line in log if "[leaky]" in line)
    rows = {}
    for line in run(program, "-q", "-f", "-", "-l", "-", "--lines", "--modules", leaky, "--modules",
                    leaky + "/modules", feed=text).splitlines():
        words = line.split()
        rows[" ".join(words[:2])] = words[-1]
    expected = {caller: row[2] for caller, row in named.items() if caller.endswith("[leaky]")}
    report(len(expected) >= 4 and rows == expected, f"{len(rows)} raw addresses in leaky, without kallsyms")


def check_leaky(program, lab):
    leaky = lab + "/leaky"
    rows = callers(program, lab, "leaky/kmem.log", "-k", lab + "/linux", "--kallsyms", leaky + "/kallsyms",
                   "--modules", leaky, "--modules", leaky + "/modules")
    with open(leaky + "/leaky.c", encoding="ascii") as source:
        lines = source.read().splitlines()
    for caller, text in (("leak_small+0x21 [leaky]", "static __always_inline void *inlined_alloc"),
                         ("wrapper_strdup+0x1c [leaky]", "static noinline char *wrapper_strdup"),
                         ("cache_use+0x19 [leaky]", "static noinline void cache_use"),
                         ("churn+0x21 [leaky]", "static noinline void churn")):
        _, directory, line = rows.get(caller, (0, "", ":0"))
        number = int(line.rsplit(":", 1)[1])
        report(directory == "/tmp/lab/leaky" and line.startswith("/tmp/lab/leaky/leaky.c:") and
               lines[number - 1].startswith(text), f"{caller} is at {line}")
    functions = callers(program, lab, "leaky/kmem.log", "-k", lab + "/linux", "--kallsyms", leaky + "/kallsyms",
                        "--modules", leaky, "--by", "function")
    report(functions.get("inlined_alloc [leaky]", (0,))[0] == 6400, "inlined_alloc is blamed for leak_small's bytes")
    check_raw_module_addresses(program, lab, rows)
    init = subprocess.run([program, "-v", "-f", leaky + "/kmem.log", "-k", lab + "/linux", "--kallsyms", leaky +
                           "/kallsyms", "--modules", leaky, "-c", "/dev/null"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=True).stderr
    report(re.search(r"0xffffffffc0005054: .*waste_big.*(init_module|leaky_init)\+0x54 \[leaky\]", init) is not None,
           "the freed init text of leaky is recognised")
    report(functions.get("waste_big [leaky]", (0,))[0] == 8192, "its 8192 bytes are waste_big's")
    alone = callers(program, lab, "leaky/kmem.log", "-k", lab + "/linux", "--kallsyms", leaky + "/kallsyms",
                    "--modules", leaky + "/modules")
    report(alone["0xffffffffc0005054"][:2] == (8192, "(init text, probably of module leaky)"),
           "without leaky.ko the site is said to be init text")


def measure(*arguments):
    """(seconds, peak resident MiB) of the best of five runs."""
    best = None
    for _ in range(5):
        start = time.monotonic()
        child = os.posix_spawn(arguments[0], arguments, os.environ)
        _, status, usage = os.wait4(child, 0)
        took = (time.monotonic() - start, usage.ru_maxrss / 1024)
        if status == 0 and (best is None or took < best):
            best = took
    return best


def check_cost(program, lab):
    log = lab + "/boot.log"
    without = measure(program, "-q", "-f", log, "-c", "/dev/null")
    placed = measure(program, "-q", "-f", log, "-c", "/dev/null", "-k", lab + "/linux")
    more = placed[0] - without[0]
    report(more <= 0.3 or os.getloadavg()[0] > 1.5,
           f"naming and placing adds {more:.2f} s to {without[0]:.2f} s (0.30 allowed; load {os.getloadavg()[0]:.1f})")
    report(placed[1] < 200, f"{placed[1]:.0f} MiB resident at most (200 allowed)")


def main():
    arguments = sys.argv[1:]
    measured = arguments[0] == "--cost"
    program, resolver, lab = arguments[measured:]
    lab = os.environ.get("TA_LAB", lab)
    if not os.path.exists(lab + "/linux/vmlinux") or not os.path.exists(lab + "/boot.log"):
        print(f"skipped: {lab} is not the unpacked lab")
        sys.exit(77)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sites = boot_sites(lab)
    places = addresses_of(lab, sites)
    chains = check_chains(resolver, lab, places)
    check_blame(program, lab, places, chains)
    check_vmlinux_alone(program, lab)
    check_leaky(program, lab)
    if measured:
        check_cost(program, lab)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
