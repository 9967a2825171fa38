#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The tests that docs/threats.md, waits.md and conformance.md name are there."""

import glob
import os
import re

SRC = os.path.realpath(os.environ.get("top_srcdir", "."))
PAGES = "threats", "waits", "conformance"


def read(path):
    with open(path) as f:
        return f.read()


def last_cells(page):
    """(line number, last column) of each row of a table."""
    for number, line in enumerate(read(f"{SRC}/docs/{page}.md").splitlines(), 1):
        if line.startswith("|") and not line.startswith("| ---"):
            yield number, line.rstrip(" |").rpartition(" | ")[2]


def stem(path, end):
    return os.path.basename(path)[:-len(end)]


cases = {stem(p, ".py"): read(p) for p in glob.glob(f"{SRC}/tests/e2e/cases/*")
         if p.endswith(".py")}
groups = {p: set(re.findall(r"START_TEST\((\w+)\)", read(p)))
          for p in glob.glob(f"{SRC}/tests/unit/*/*_test.c")}
names = set().union(*groups.values())
folders = {f"{os.path.basename(os.path.dirname(p))}/{stem(p, '_test.c')}": p
           for p in groups}
stems = {stem(p, "_test.c") for p in groups}
transcripts = {os.path.basename(p) for p in
               glob.glob(f"{SRC}/tests/plugins/*/*.t")}


def is_there(name):
    if name.endswith(".t"):
        return os.path.basename(name) in transcripts
    if name.endswith("_fuzz"):
        return os.path.exists(f"{SRC}/tests/fuzz/{name}.c")
    if "." in name:                             # a case and its variant
        case, _, variant = name.partition(".")
        return variant in cases.get(case, "")
    head, _, test = name.rpartition("/")
    if not head:
        return name in cases or name in stems or name in names
    if head in folders:                         # folder/group/test
        return test in groups[folders[head]]
    return name in folders or any(              # folder/group, group/test
        test in groups[p] for p in groups if stem(p, "_test.c") == head)


print(f"1..{len(PAGES)}")
failed = 0
for number, page in enumerate(PAGES, 1):
    found = wrong = 0
    for line, cell in last_cells(page):
        for name in re.findall(r"`([a-z0-9_./]+)`", cell):
            found += 1
            if not is_there(name):
                wrong += 1
                print(f"# docs/{page}.md:{line}: there is no test {name}")
    failed += wrong > 0 or not found
    print(f"{'not ' * (wrong > 0 or not found)}ok {number} - docs/{page}.md: "
          f"{found} names of tests")
raise SystemExit(failed > 0)
