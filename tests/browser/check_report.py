#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The HTML report in a real browser: check_report.py PROGRAM [LAB]

Loads the report of testdata/boot.log, and of the lab's boot.log where LAB, the
unpacked lab, is given. Each function below is one promise; its docstring is what a
failure prints.
"""
import csv
import os
import re
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # no file of ours changes while the tests run
import browser as driver  # noqa: E402
from browser import DOWN, ENTER, ESCAPE, LEFT, RIGHT, TAB, UP  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
TESTDATA = os.path.join(HERE, "..", "..", "testdata")
HOSTILE = ["</script>", "<!--<script>", "<svg/onload", "<b>&lt;\"'", "__proto__", "constructor"]

# Corners of each label of the chart, turned as it is drawn, and two that share an area.
OVERLAP = """
const boxes = [...document.querySelectorAll('#chart text')].map((text) => {
	const box = text.getBBox(), turn = text.getCTM();
	const at = (x, y) => [turn.a * x + turn.c * y + turn.e, turn.b * x + turn.d * y + turn.f];
	// A line box is taller than its letters.
	const top = box.y + box.height * 0.15, bottom = box.y + box.height * 0.85;
	return {name: text.textContent, corners: [at(box.x, top), at(box.x + box.width, top),
		at(box.x + box.width, bottom), at(box.x, bottom)]};
});
const apart = (a, b) => [0, 1].some((side) => {
	const nx = a[side + 1][1] - a[side][1], ny = a[side][0] - a[side + 1][0];
	const p = a.map(([x, y]) => nx * x + ny * y), q = b.map(([x, y]) => nx * x + ny * y);
	return Math.max(...p) <= Math.min(...q) + 0.01 || Math.max(...q) <= Math.min(...p) + 0.01;
});
const hits = [];
boxes.forEach((a, i) => boxes.slice(0, i).forEach((b) => {
	if (!apart(a.corners, b.corners) && !apart(b.corners, a.corners)) {
		hits.push(`${a.name} / ${b.name}`);
	}
}));
return [boxes.length, hits];
"""


class Report:
    """One loaded page and the analysis it is of."""

    def __init__(self, program, browser, folder, arguments):
        self.program, self.arguments = program, arguments
        self.browser, self.folder = browser, folder
        self.path = os.path.join(folder, "report.html")
        self.make("-r", self.path)
        self.url = "file://" + self.path

    def make(self, *arguments):
        return subprocess.run([self.program, *self.arguments, "-q", *arguments], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True, check=True).stdout

    def account(self):
        """caller -> (total, waste, live, allocs, frees), from the account file."""
        rows = re.findall(r"^ *(\d+) +(-?\d+) +(-?\d+) +(\d+)/(\d+) +(.+)$", self.make("-c", "-"), re.M)
        return {row[5]: tuple(int(figure) for figure in row[:5]) for row in rows}

    def open(self, state=""):
        # The same address with another hash would not load the page again.
        self.browser.load("about:blank")
        self.browser.load(self.url + state)

    def text(self, selector):
        return self.browser.run("return document.querySelector(arguments[0]).textContent", selector)

    def names(self):
        return self.browser.run("return [...document.querySelectorAll('#parts tbody td.name')].map(td => td.textContent)")

    def cells(self, table):
        return self.browser.run("return [...document.querySelectorAll(arguments[0] + ' tbody tr')]"
                                ".map(tr => [...tr.cells].map(td => td.textContent))", table)

    def slices(self):
        return self.browser.run("return [...document.querySelectorAll('#chart [aria-label][tabindex]')]"
                                ".map(slice => slice.getAttribute('aria-label'))")

    def is_at(self, path):
        return self.browser.wait("document.getElementById('path').textContent === arguments[0]", path)


def loads_quietly(report):
    """loading the page asks for the page alone and logs nothing"""
    report.browser.requests()
    report.open()
    asked = report.browser.requests()
    logged = report.browser.log("browser")
    if asked != [report.url] or logged:
        print(f"  {asked} {logged}")
    return asked == [report.url] and logged == []


def stays_small(report):
    """a report is at most 2 MB"""
    return os.path.getsize(report.path) <= 2_000_000


def title_says_total(report):
    """the chart's title and middle give the account's live bytes"""
    report.open()
    live = sum(row[2] for row in report.account().values())
    return f"{live:,} bytes" in report.text("#chart") and f"{live:,} bytes" in report.text("#detail")


def call_sites_are_the_account(report):
    """the table of call sites is the account file, row by row"""
    report.open()
    report.browser.run("const more = document.getElementById('sites-more'); if (!more.hidden) more.click()")
    number = lambda text: int(text.replace(",", ""))
    found = {}
    for caller, _, _, live, waste, total, allocs, frees in report.cells("#sites"):
        found[caller] = (number(total), number(waste), number(live), number(allocs), number(frees))
    return found == report.account() and len(found) > 0


def slices_sum_up(report):
    """the slices of a ring add up to the whole, or to less where some have no parts"""
    report.open("#p=fs")
    total = int(report.text("#detail").split(": ")[1].split(" ")[0].replace(",", ""))
    rings = report.browser.run("""
        const sums = {};
        for (const slice of document.querySelectorAll('#chart path[aria-label]')) {
            const bytes = Number(slice.getAttribute('aria-label').match(/: ([0-9,]+) bytes/)[1].replace(/,/g, ''));
            const inner = slice.getAttribute('d').match(/A([0-9.]+) /)[1];
            sums[inner] = (sums[inner] || 0) + bytes;
        }
        return Object.keys(sums).sort((a, b) => a - b).map((inner) => sums[inner])""")
    return rings[0] == total and all(outer <= inner for inner, outer in zip(rings, rings[1:]))


def has_the_charts_colours(report):
    """a part has the colour and the figure that the SVG chart of the same place gives it"""
    for place in ("", "fs"):
        report.make("-r", os.path.join(report.folder, "chart.svg"), *(["-b", place] if place else []))
        with open(os.path.join(report.folder, "chart.svg"), encoding="utf-8") as file:
            svg = file.read()
        drawn = {title: fill for fill, title in re.findall(r'<path fill="(#[0-9a-f]{6})"[^>]*><title>([^<]+ bytes)', svg)}
        report.open(f"#p={place}")
        shown = report.browser.run("""
            return [...document.querySelectorAll('#chart path[aria-label]')].map((slice) =>
                [slice.getAttribute('aria-label').match(/.* bytes/)[0], slice.getAttribute('fill')])""")
        common = [(title, fill, drawn[title]) for title, fill in shown if title in drawn]
        other = [each for each in common if each[1] != each[2]]
        if other or len(common) < 10:
            print(f"  {place}: {other[:3]} of {len(common)}")
            return False
    return True


def zooms_by_mouse(report):
    """a click on fs shows fs; back, the middle and the breadcrumb lead out again"""
    report.open()
    inside = ["whole kernelfs", "whole kernel"]
    steps = []
    report.browser.click_shape("#chart [aria-label^='fs: ']")
    steps.append(report.is_at(inside[0]) and "inode.o" in report.names())
    report.browser.back()
    steps.append(report.is_at(inside[1]))
    report.browser.click("#parts tbody button")
    steps.append(report.is_at("whole kernel" + report.slices()[0].split("/")[0]))
    report.browser.click_shape("#chart circle.out")
    steps.append(report.is_at(inside[1]))
    report.open("#p=fs/inode.o")
    report.browser.click("#path button:not([aria-current])")
    steps.append(report.is_at(inside[1]))
    return all(steps)


def works_by_keyboard(report):
    """Tab, arrows, Enter and Escape are enough to look around the chart"""
    report.open()
    label = "return document.activeElement.getAttribute('aria-label') || ''"
    for _ in range(12):
        report.browser.keys(TAB)
        if report.browser.run("return document.activeElement.matches('#chart [tabindex]')"):
            break
    first = report.browser.run(label)
    report.browser.keys(RIGHT)
    second = report.browser.run(label)
    report.browser.keys(LEFT)
    report.browser.keys(UP)
    child = report.browser.run(label)
    report.browser.keys(DOWN)
    steps = [first == report.slices()[0], second == report.slices()[1], child.startswith(first.split(":")[0] + "/"),
             report.browser.run(label) == first]
    report.browser.keys(ENTER)
    steps.append(report.is_at("whole kernel" + first.split(":")[0]))
    steps.append(report.browser.wait("document.activeElement.matches('#chart [tabindex]')"))
    report.browser.keys(ESCAPE)
    steps.append(report.is_at("whole kernel"))
    return all(steps)


def searches(report):
    """'/' and a name find parts by it and dim the rest; Escape ends the search"""
    report.open("#p=fs")
    report.browser.keys("/")
    steps = [report.browser.run("return document.activeElement.id") == "search"]
    report.browser.keys(*"inode")
    steps.append(report.browser.wait("document.getElementById('parts-title').textContent.includes('inode')"))
    names = report.names()
    steps.append(len(names) > 3 and all("inode" in name.lower().rsplit("/", 1)[-1] for name in names))
    steps.append("fs/inode.o" in names)
    steps.append(report.browser.run("return document.querySelectorAll('#chart .dim').length") > 0)
    steps.append(all("inode" in " ".join(row[:3]).lower() for row in report.cells("#sites")))
    report.browser.keys(ESCAPE)
    steps.append(report.browser.wait("document.querySelectorAll('#chart .dim').length === 0"))
    steps.append("inode.o" in report.names())
    return all(steps)


def sorts_by_waste(report):
    """a click on a column's head sorts by it, a second one the other way, and says so"""
    report.open()
    report.browser.click("#sites button[data-column='waste']")
    report.browser.wait("document.querySelector('#sites th[aria-sort=descending]').textContent.startsWith('Waste')")
    waste = [int(row[4].replace(",", "")) for row in report.cells("#sites")]
    report.browser.click("#sites button[data-column='waste']")
    turned = report.browser.wait("document.querySelector('#sites th[aria-sort=ascending]') !== null")
    rising = [int(row[4].replace(",", "")) for row in report.cells("#sites")]
    report.browser.click("#parts button[data-column='waste']")
    parts = report.browser.wait("document.querySelector('#parts th[aria-sort=descending]').textContent.startsWith('Waste')")
    return waste == sorted(waste, reverse=True) and turned and rising == sorted(rising) and parts


def switches_attribute(report):
    """another attribute shows other bytes, and back returns"""
    report.open()
    before = report.text("#detail")
    report.browser.run("const s = document.getElementById('attribute'); s.value = 'waste';"
                       "s.dispatchEvent(new Event('change'))")
    waste = sum(max(0, row[1]) for row in report.account().values())
    shown = report.browser.wait("document.getElementById('chart-title').textContent.includes('wasted memory')")
    total = f"{waste:,} bytes" in report.text("#detail") and report.browser.run("return location.hash") == "#a=waste"
    report.browser.back()
    return shown and total and report.browser.wait("document.getElementById('detail').textContent === arguments[0]", before)


def switches_theme(report):
    """light and dark follow the reader's preference, and the switch overrules it"""
    report.open()
    colour = "return getComputedStyle(document.body).backgroundColor"
    prefer = lambda theme: report.browser.protocol("Emulation.setEmulatedMedia",
                                                   features=[{"name": "prefers-color-scheme", "value": theme}])
    prefer("light")
    light = report.browser.run(colour)
    prefer("dark")
    dark = report.browser.run(colour)
    button = report.browser.wait("document.getElementById('theme').textContent === 'Light theme'")
    report.browser.click("#theme")
    report.browser.wait("document.documentElement.dataset.theme === 'light'")
    switched = report.browser.run(colour)
    prefer("light")
    report.browser.click("#theme")
    report.browser.wait("document.documentElement.dataset.theme === 'dark'")
    again = report.browser.run(colour)
    report.browser.protocol("Emulation.setEmulatedMedia", features=[])
    return light == switched and dark == again and light != dark and button


def timeline_follows_theme(report):
    """the timeline is a named picture in the page's own colours, light and dark"""
    report.open()
    named = report.browser.run("const s = document.querySelector('#timeline svg');"
                               "return s.getAttribute('role') === 'img' && s.getAttribute('aria-label').includes('over time')")
    inks = []
    for theme in ("light", "dark"):
        report.open(f"#t={theme}")
        report.browser.wait("document.documentElement.dataset.theme === arguments[0]", theme)
        inks.append(report.browser.run(
            "const fill = (what) => getComputedStyle(document.querySelector(`#timeline svg ${what}`)).fill;"
            "const page = getComputedStyle(document.body);"
            "return [fill('rect') === page.backgroundColor, fill('text[font-weight]') === page.color, page.color]"))
    report.open()
    return named and all(ink[0] and ink[1] for ink in inks) and inks[0][2] != inks[1][2]


def timeline_is_a_table_too(report):
    """what the timeline ends with is the account's live bytes, and its table opens by keyboard"""
    report.open()
    live = sum(row[2] for row in report.account().values())
    report.browser.run("document.querySelector('#timeline summary').focus()")
    report.browser.keys(ENTER)
    cells = report.browser.run("const d = document.querySelector('#timeline details');"
                               "const c = [...d.querySelectorAll('tbody')[0].lastElementChild.cells];"
                               "return [d.open, c[0].textContent, c[2].title]")
    report.browser.run("document.querySelector('#timeline details').open = false")
    return cells == [True, "total", f"{live:,} bytes"]


def restores_state(report):
    """an address says the whole state: place, attribute, view, order and search"""
    report.open("#p=fs/proc&a=static&v=icicle&s=name&q=inode&t=dark")
    return (report.is_at("whole kernelfsproc") and report.browser.run("return document.getElementById('attribute').value") == "static"
            and report.browser.run("return document.getElementById('icicle').getAttribute('aria-pressed')") == "true"
            and report.browser.run("return document.querySelectorAll('#chart rect[aria-label]').length") > 0
            and report.browser.run("return document.getElementById('search').value") == "inode"
            and report.names() == sorted(report.names()) and len(report.names()) > 0)


def survives_any_address(report):
    """a hash that means nothing shows the whole kernel or what of the path exists"""
    report.open("#p=fs/no%20such/%E0%A4%A&a=nonsense&v=&s=-&c=x&q=%&t=blue&&=")
    return report.is_at("whole kernelfs") and report.browser.log("browser") == []


def labels_do_not_overlap(report):
    """no label overlaps another, in any attribute, view and window"""
    good = True
    for width in (1280, 420):
        report.browser.call("POST", "/window/rect", {"width": width, "height": 1000})
        for attribute in ("current", "static", "waste", "current_dynamic", "total_dynamic"):
            for view in ("rings", "icicle"):
                for place in ("", "fs", "drivers"):
                    report.open(f"#a={attribute}&v={view}&p={place}")
                    count, hits = report.browser.run(OVERLAP)
                    if hits or count == 0:
                        print(f"  {width} {attribute} {view} {place}: {count} labels, {hits[:3]}")
                        good = False
    report.browser.call("POST", "/window/rect", {"width": 1280, "height": 1000})
    return good


def is_accessible(report):
    """everything that can be used has a role and a name, and headings and tables are such"""
    report.open()
    nodes = report.browser.protocol("Accessibility.getFullAXTree")["nodes"]
    seen = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes
            if not node.get("ignored") and "role" in node]
    usable = {"button", "combobox", "searchbox", "link", "image", "region", "table"}
    nameless = [role for role, name in seen if role in usable - {"table"} and not name]
    roles = [role for role, _ in seen]
    if nameless:
        print(f"  without a name: {nameless[:5]}")
    return (not nameless and roles.count("heading") >= 4 and "main" in roles and "navigation" in roles
            and ("combobox", "Show") in seen and ("searchbox", "Search") in seen
            and any(role == "button" and name.startswith("fs: ") for role, name in seen)
            and roles.count("columnheader") >= 14)


def fits_narrow_windows(report):
    """in a window of 420 pixels nothing but the tables has to be moved sideways"""
    report.browser.call("POST", "/window/rect", {"width": 420, "height": 1000})
    report.open()
    fits = report.browser.run("return document.documentElement.scrollWidth <= innerWidth")
    report.browser.call("POST", "/window/rect", {"width": 1280, "height": 1000})
    return fits


def prints(report):
    """on paper there are no controls, every row, and black on white"""
    report.open("#t=dark")
    report.browser.protocol("Emulation.setEmulatedMedia", media="print")
    good = report.browser.run("""
        const style = (id) => getComputedStyle(document.querySelector(id));
        return style('.bar label').display === 'none' && style('.bar button:not(.link)').display === 'none' &&
            style('.scroll').maxHeight === 'none' && style('body').backgroundColor === 'rgb(255, 255, 255)'""")
    report.browser.protocol("Emulation.setEmulatedMedia", media="")
    return good


def shows_picture_without_scripts(report):
    """without scripts there is the picture, the verdict and the command line"""
    report.browser.protocol("Emulation.setScriptExecutionDisabled", value=True)
    try:
        report.open()
        nodes = report.browser.protocol("Accessibility.getFullAXTree")["nodes"]
    finally:
        report.browser.protocol("Emulation.setScriptExecutionDisabled", value=False)
    names = [node.get("name", {}).get("value", "") for node in nodes if not node.get("ignored")]
    return (any(name.startswith("Who holds kernel memory: ") for name in names) and "How far to trust these figures" in names
            and not any(name == "Dark theme" for name in names))


def is_fast(report):
    """loading and drawing takes a moment, a zoom less; the bounds are those of a busy machine"""
    report.open()
    loaded = report.browser.run("return performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    started = time.monotonic()
    report.browser.run("location.hash = '#p=fs'")
    report.is_at("whole kernelfs")
    return loaded < 10000 and time.monotonic() - started < 5


PROMISES = [loads_quietly, stays_small, title_says_total, call_sites_are_the_account, slices_sum_up, has_the_charts_colours,
            zooms_by_mouse, works_by_keyboard, searches, sorts_by_waste, switches_attribute, switches_theme, restores_state,
            survives_any_address, labels_do_not_overlap, is_accessible, fits_narrow_windows, prints,
            shows_picture_without_scripts, timeline_follows_theme, timeline_is_a_table_too, is_fast]


def hostile_log(folder):
    """A trace whose functions, and whose own name, are markup."""
    with open(os.path.join(TESTDATA, "boot.log"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    header = [line for line in lines if line.startswith("#")]
    events = [line for line in lines if "kmalloc: call_site=" in line][: len(HOSTILE)]
    path = os.path.join(folder, "<img src=x onerror=window.hacked=1>.log")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(header) + "\n")
        for name, event in zip(HOSTILE, events):
            file.write(re.sub(r"call_site=[^+ ]+", lambda _: f"call_site={name}", event) + "\n")
    return path


def names_are_data(report):
    """markup in names is shown as it is written and does nothing"""
    report.open()
    shown = [row[0].rsplit("+", 1)[0] for row in report.cells("#sites")]
    quiet = report.browser.log("browser") == [] and report.browser.run("return window.hacked === undefined")
    strange = report.browser.run("return document.querySelectorAll('img, b:not(.verdict b), script').length")
    asked = [url for url in report.browser.requests() if not url.startswith(report.url)]
    report.open("#p=(unplaced)")
    return (sorted(shown) == sorted(HOSTILE) and quiet and strange == 2 and asked == [] and len(report.names()) == len(HOSTILE)
            and "<img src=x onerror=window.hacked=1>.log" in report.text("header"))


def has_static_bytes_alone(report):
    """without a trace there are static bytes, and no table of call sites"""
    report.open()
    hidden = report.browser.run("return getComputedStyle(document.getElementById('sites-section')).display === 'none'")
    return hidden and "static memory" in report.text("#chart-title") and "fs" in report.names()


def starts_at_branch(report):
    """the report of a branch begins there, and Escape does not lead out of it"""
    report.open()
    report.browser.keys(ESCAPE)
    return report.is_at("fs") and "inode.o" in report.names() and all(label.startswith("fs") for label in report.slices())


def diff_rows(report):
    """(level, name) -> (state, before, after) of the value that is shown, from the CSV."""
    with_csv = csv.DictReader(report.make("--csv", "-").splitlines())
    return {(row["level"], row["name"]): (row["state"], int(row["current_dynamic_before"]), int(row["current_dynamic_after"]))
            for row in with_csv}


def shows_the_diff(report):
    """the report of a diff has its rows, before, after and difference, worst first"""
    report.open()
    report.browser.run("const more = document.getElementById('sites-more'); if (!more.hidden) more.click()")
    number = lambda text: int(text.replace(",", "").replace("+", "").replace("\u2212", "-"))
    found, order = {}, []
    for name, level, _, state, before, after, delta, change in report.cells("#sites"):
        found[(level.replace(" ", "_"), name)] = (state, number(before), number(after))
        order.append(number(change))
        if number(delta) != number(after) - number(before) or abs(number(delta)) != number(change):
            return False
    return found == diff_rows(report) and order == sorted(order, reverse=True) and len(found) > 0


def change_sums_up(report):
    """growth less shrinkage is the whole difference, and signs are told by text"""
    report.open()
    bytes_of = lambda label: int(re.search(r": ([+\u2212][0-9,]+) bytes", label)[1].replace(",", "").replace("\u2212", "-"))
    signs = {label.split(":")[0]: bytes_of(label) for label in report.slices() if label.startswith(("grown:", "shrunk:"))}
    sites = [row for (level, _), row in diff_rows(report).items() if level == "call_site"]
    deltas = [after - before for _, before, after in sites]
    totals = re.findall(r"([0-9,]+) bytes", report.text("#detail"))
    before, after = (int(total.replace(",", "")) for total in totals)
    grown, shrunk = sum(d for d in deltas if d > 0), sum(d for d in deltas if d < 0)
    return (signs.get("grown", 0), signs.get("shrunk", 0)) == (grown, shrunk) and after - before == grown + shrunk


def looks_into_growth(report):
    """what grew can be looked into, searched and sorted, and one attribute needs no choice"""
    report.open("#p=grown")
    steps = [report.is_at("whole kernelgrown"), all(row[4].startswith("+") for row in report.cells("#parts"))]
    steps.append(all(row[6].startswith("+") for row in report.cells("#sites")))
    report.browser.keys("/", *"inode")
    steps.append(report.browser.wait("document.getElementById('sites-title').textContent.includes('inode')"))
    steps.append(all("inode" in " ".join(row[:4]).lower() for row in report.cells("#sites")))
    report.browser.keys(ESCAPE)
    steps.append(report.browser.wait("!document.getElementById('sites-title').textContent.includes('inode')"))
    report.browser.click("#sites button[data-column='after']")
    steps.append(report.browser.wait("document.querySelector('#sites th[aria-sort=descending]').textContent.startsWith('After')"))
    steps.append(report.browser.run("return getComputedStyle(document.querySelector('.bar label')).display") == "none")
    return all(steps)


def check(report, name, promises):
    failed = 0
    for promise in promises:
        try:
            kept = promise(report)
        except (driver.BrowserError, IndexError, ValueError, TypeError) as error:
            kept = False
            print(f"  {error}")
        if not kept:
            print(f"FAILED {name}: {promise.__doc__}")
            failed += 1
    return len(promises) - failed, failed


def main(program, lab=None):
    if not driver.find():
        print("skipped: the HTML report in a browser (packages chromium and chromium-driver)")
        return 0
    program = os.path.abspath(program)
    inputs = {"testdata": (os.path.join(TESTDATA, "linux"), os.path.join(TESTDATA, "boot.log"))}
    if lab:
        inputs["lab"] = (os.path.join(lab, "linux"), os.path.join(lab, "boot.log"))
    counts = []
    with tempfile.TemporaryDirectory() as folder, driver.Browser() as browser:
        for name, (kernel, log) in inputs.items():
            report = Report(program, browser, folder, ["-k", os.path.realpath(kernel), "-f", os.path.realpath(log)])
            counts.append(check(report, name, PROMISES))
        kernel, log = (os.path.realpath(path) for path in inputs["testdata"])
        report = Report(program, browser, folder, ["-k", kernel])
        counts.append(check(report, "static", [loads_quietly, has_static_bytes_alone]))
        report = Report(program, browser, folder, ["-k", kernel, "-f", log, "-b", "fs"])
        counts.append(check(report, "branch", [loads_quietly, starts_at_branch, title_says_total, call_sites_are_the_account]))
        early = os.path.join(folder, "early.log")
        with open(log, encoding="utf-8") as whole, open(early, "w", encoding="utf-8") as part:
            part.writelines(whole.readlines()[:3000])
        report = Report(program, browser, folder, ["diff", early, log, "-k", kernel])
        counts.append(check(report, "diff", [loads_quietly, shows_the_diff, change_sums_up, looks_into_growth,
                                             fits_narrow_windows, prints]))
        report = Report(program, browser, folder, ["-f", hostile_log(folder)])
        counts.append(check(report, "hostile names", [names_are_data]))
    passed, failed = (sum(column) for column in zip(*counts))
    print(f"browser: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
