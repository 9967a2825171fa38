# SPDX-License-Identifier: BSD-2-Clause
"""The mutants of the lists, docs/threats.md, and the tests that both name."""

import configparser
import glob
import os
import re

HERE = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as f:
        return f.read()


def words(text):
    """The items of a list with commas."""
    return [w.strip() for w in text.split(",") if w.strip()]


class Mutant:
    def __init__(self, name, keys):
        self.name = name
        self.file, self.was, self.now = keys["file"], keys["was"], keys["now"]
        self.threats = words(keys.get("threat", ""))
        self.also = keys.get("also")    # the name of another one
        self.tests = words(keys["test"])

    def mutate(self, text):
        """(text with it, how many places there are for it)."""
        # Blanks and lines may change, words may not.
        where = r"\s+".join(re.escape(w) for w in self.was.split())
        return re.subn(where, lambda _: self.now, text)


def mutants():
    """All of them; a name that is there twice is an error."""
    found = configparser.ConfigParser(
        delimiters="=", interpolation=None, comment_prefixes="#",
        empty_lines_in_values=False)
    for path in sorted(glob.glob(f"{HERE}/*.list")):
        with open(path, encoding="utf-8") as f:
            found.read_file(f)
    return [Mutant(name, found[name]) for name in found.sections()]


def rows():
    """{number of a threat: names of its tests}."""
    found = {}
    for line in read(TOP, "docs/threats.md").splitlines():
        cells = [c.strip() for c in line.split("|")]
        if len(cells) > 2 and re.fullmatch(r"[HML]?\d+", cells[1]):
            found[cells[1]] = re.findall(r"`([^`]+)`", cells[-2])
    return found


def exists(test):
    """Whether there is a test of this name, as docs/threats.md has them."""
    plain = test.partition(".")[0]
    if test.endswith(".t"):
        return os.path.exists(f"{TOP}/tests/plugins/{test}")
    if test.endswith("_fuzz"):
        return os.path.exists(f"{TOP}/tests/fuzz/{test}.c")
    if "/" not in test:
        return os.path.exists(f"{TOP}/tests/e2e/cases/{plain}.py")
    folder, name, *one = test.split("/")
    path = f"{TOP}/tests/unit/{folder}/{name}_test.c"
    return os.path.exists(path) and (
        not one or f"START_TEST({one[0]})" in read(path))
