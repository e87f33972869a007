#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds JSON output to its schema: check_json.py SCHEMA PROGRAM TESTDATA

Runs PROGRAM on several inputs and validates what --json prints. Stricter than the
schema in one point: a member it does not describe is an error. Knows the keywords
docs/schema.json uses; any other is an error too.
"""
import json
import subprocess
import sys
import tempfile

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
IGNORED = {"$schema", "title", "description", "$defs", "properties"}


def fail(path, text):
    raise ValueError(f"{path or '(top)'}: {text}")


def check_members(schema, value, path, root):
    for name in schema.get("required", []):
        if name not in value:
            fail(path, f"{name} is missing")
    for name, member in value.items():
        if name not in schema.get("properties", {}):
            fail(path, f"{name} is not in the schema")
        check(schema["properties"][name], member, f"{path}.{name}", root)


def check(schema, value, path, root):
    for keyword, rule in schema.items():
        if keyword == "$ref":
            check(root["$defs"][rule.removeprefix("#/$defs/")], value, path, root)
        elif keyword == "type":
            if not isinstance(value, TYPES[rule]) or (rule == "integer" and isinstance(value, bool)):
                fail(path, f"{value!r:.60} is no {rule}")
        elif keyword == "enum" and value not in rule:
            fail(path, f"{value!r} is none of {rule}")
        elif keyword == "const" and value != rule:
            fail(path, f"{value!r} is not {rule!r}")
        elif keyword == "minimum" and value < rule or keyword == "maximum" and value > rule:
            fail(path, f"{value} is out of range")
        elif keyword == "items":
            for i, item in enumerate(value):
                check(rule, item, f"{path}[{i}]", root)
        elif keyword not in IGNORED | {"enum", "const", "minimum", "maximum", "required"}:
            fail(path, f"keyword {keyword} is not known to this test")
    if schema.get("type") == "object":
        check_members(schema, value, path, root)


def no_twins(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a member is there twice")
    return result


def check_sums(document):
    """What must hold between the parts, whatever the input."""
    sites, selection = document["call_sites"], document["selection"]
    if selection.get("call_sites", 0) != len(sites):
        fail("selection", "call_sites is not their number")
    for name in ("total_dynamic", "current_dynamic", "waste", "alloc_count", "free_count"):
        if sites and selection[name] != sum(site[name] for site in sites):
            fail("selection", f"{name} is not the sum of the call sites")
        if sites and document["tree"][name] != selection[name]:
            fail("tree", f"{name} is not that of the call sites")


def check_runs(document):
    """What must hold of merged runs, and that others say nothing of runs."""
    runs = document.get("runs")
    if not runs:
        if any("runs" in site for site in document["call_sites"]):
            fail("call_sites", "runs of an analysis of one run")
        return
    for name in ("current_dynamic", "waste", "peak_dynamic"):
        limits = [runs[name][key] for key in ("minimum", "median_from", "median_to", "maximum")]
        if limits != sorted(limits):
            fail("runs", f"{name}: {limits} do not go up")
    for site in document["call_sites"]:
        count, low, high = site["runs"], site["current_minimum"], site["current_maximum"]
        total = site["current_dynamic"]
        if not 0 < count <= runs["count"] or not count * low <= total <= count * high:
            fail(site["caller"], f"{total} bytes in {count} runs of {low} to {high}")


def merge(program, tree, boot, folder):
    """A merged file of three parts of the boot trace."""
    with open(boot, "rb") as file:
        lines = file.readlines()
    names = []
    for count in (1000, 2000, 5000):
        log, name = f"{folder}/log", f"{folder}/{count}.db"
        with open(log, "wb") as file:
            file.writelines(lines[:count])
        subprocess.run([program, "-q", "-k", tree, "-f", log, "--save-db", name], check=True)
        names.append(name)
    subprocess.run([program, "merge", "-q", *names, "-o", f"{folder}/fleet.db"], check=True)
    return f"{folder}/fleet.db"


def nested(node, path=""):
    if node["path"] != (f"{path}/{node['name']}" if path else node["name"]):
        fail(node["path"], "is not where its path says")
    return 1 + sum(nested(child, node["path"]) for child in node.get("children", []))


def main():
    schema_path, program, testdata = sys.argv[1:]
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    tree, boot, module = (f"{testdata}/{name}" for name in ("linux", "boot.log", "module.log"))
    cases = [["-k", tree, "-f", boot], ["-f", boot], ["-k", tree], ["-k", tree, "-f", boot, "-b", "fs"],
             ["-k", tree, "-f", module, "-o", "waste"], ["-f", boot, "--malloc", "-o", "caller"]]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        merged = merge(program, tree, boot, folder)
        cases += [["--db-file", merged], ["--db-file", merged, "-b", "fs", "-o", "current_maximum"]]
        for arguments in cases:
            run = subprocess.run([program, "-q", "--json", "-", *arguments], stdout=subprocess.PIPE, check=True,
                                 cwd=testdata)
            try:
                document = json.loads(run.stdout.decode("utf-8"), object_pairs_hook=no_twins)
                check(schema, document, "", schema)
                check_sums(document)
                check_runs(document)
                if "-b" not in arguments:
                    nested(document["tree"])
            except ValueError as error:
                print(f"{' '.join(arguments)}: {error}")
                failed += 1
    print(f"schema: {len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
