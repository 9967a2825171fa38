#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The tutorials, docs/plugin.md and docs/plugin-nodes.md, do what they say,
outside of the tree.

Their code blocks are marked by comments: <!-- file X --> is a file of its own,
<!-- is X --> is X in docs/tutorial/rsh, or depot, <!-- in X --> stands in there.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

SRC = os.environ.get("top_srcdir", ".")
BUILD = os.environ.get("top_builddir", ".")
CC = os.environ.get("CC", "cc")
SAN = os.environ.get("SAN_CFLAGS", "")
TUTORIAL = f"{SRC}/docs/tutorial"
RSH = f"{TUTORIAL}/rsh"
PAGES = (("plugin.md", "rsh"), ("plugin-nodes.md", "depot"))
count = failed = 0


def result(good, what, text=""):
    global count, failed
    count += 1
    failed += not good
    for line in [] if good else text.splitlines():
        print(f"# {line}")
    print(f"{'' if good else 'not '}ok {count} - {what}", flush=True)


def read(path):
    with open(path) as f:
        return f.read()


def run(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **more)
    return done.returncode, done.stdout


class Outside:
    """A folder with what `make install` gives to people who write plugins."""

    def __init__(self, top):
        self.top = top
        self.env = {k: v for k, v in os.environ.items()
                    if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
        status, text = run("make", "-C", BUILD, f"DESTDIR={top}/root",
                           "install-adit_includeHEADERS",
                           "install-pkgconfigDATA", env=self.env)
        found = [d for d, _, files in os.walk(f"{top}/root")
                 if "adit-plugin.pc" in files]
        result(status == 0 and found, "header and pkg-config file", text)
        self.env.update(PKG_CONFIG_PATH=found[0],
                        PKG_CONFIG_SYSROOT_DIR=f"{top}/root",
                        PKG_CONFIG_ALLOW_SYSTEM_CFLAGS="1")

    def documents(self):
        """What is installed beside the page is what it refers to."""
        targets = ("install-docDATA", "install-tutorialDATA",
                   "install-tutorial_rshDATA", "install-tutorial_depotDATA")
        status, text = run("make", "-C", BUILD, f"DESTDIR={self.top}/root",
                           *targets, env=self.env)
        found = [d for d, _, files in os.walk(f"{self.top}/root")
                 if "plugin.md" in files]
        result(status == 0 and found, "the page is installed", text)
        for name, _ in PAGES:
            page = read(f"{found[0]}/{name}")
            links = re.findall(r"\]\(([^)# ]+)\)", page)
            gone = [x for x in links if not os.path.exists(f"{found[0]}/{x}")]
            result(len(links) > 2 and not gone, f"links of {name}",
                   "\n".join(gone))
        for name in ("parley.c", "hello.cc"):
            result(os.path.exists(f"{found[0]}/tutorial/{name}"),
                   f"{name} is installed")
        for _, name in PAGES:
            have, want = (sorted(os.listdir(f"{top}/{name}")) for top in
                          (f"{found[0]}/tutorial", TUTORIAL))
            result(have == want, f"{name} is installed", f"{have}\n{want}")

    def make(self, folder, *targets):
        return run("make", "-C", folder, f"CC={CC}", f"CFLAGS={SAN}",
                   f"TEST={BUILD}/adit-plugin-test", *targets, env=self.env)


def write_blocks(top, page, folder):
    """Compares the page's blocks with the files; writes those of its own."""
    page = read(f"{SRC}/docs/{page}")
    pattern = r"<!-- (file|is|in) (\S+) -->\n```\w*\n(.*?)^```$"
    blocks = re.findall(pattern, page, re.M | re.S)
    marks = len(re.findall(r"^<!-- ", page, re.M))
    result(len(blocks) == marks > 8, f"{marks} blocks are marked")
    for kind, name, text in blocks:
        if kind == "file":
            os.makedirs(os.path.dirname(f"{top}/{name}"), exist_ok=True)
            with open(f"{top}/{name}", "w") as f:
                f.write(text)
            continue
        have = read(f"{folder}/{name}")
        good = text == have if kind == "is" else text in have
        first = text.strip().splitlines()[0]
        result(good, f"{name} as on the page: {first}", text)


def first_steps(outside):
    folder = f"{outside.top}/first"
    shutil.copy(f"{RSH}/Makefile", folder)
    status, text = outside.make(folder, "check")
    result(status == 0 and text.count("\nok ") == 8, "the first plugin", text)
    shutil.copy(f"{RSH}/stderr.t", folder)
    status, text = outside.make(folder, "check")
    result(status != 0 and "stderr.t:5: the plugin did not ask" in text,
           "the second connection is missing", text)


def whole(outside, name, seeds):
    folder = f"{outside.top}/{name}"
    shutil.copytree(f"{TUTORIAL}/{name}", folder)
    os.chmod(folder, 0o755)     # not as in a tarball that is being checked
    want = 8 * len(glob.glob(f"{folder}/*.t"))
    status, text = outside.make(folder, "check")
    result(status == 0 and text.count("\nok ") == want > 40,
           f"the finished {name}: {want} results", text)
    status, text = run(f"{BUILD}/adit-plugin-test", "--fuzz=1", f"{name}.so",
                       *seeds, cwd=folder)
    result(status == 0, f"fuzzing {name} finds nothing", text)
    status, text = outside.make(folder, "install",
                                f"DESTDIR={outside.top}/there")
    found = glob.glob(f"{outside.top}/there/**/adit/plugins/{name}.so",
                      recursive=True)
    result(status == 0 and found, f"{name} is installed", text)


def main():
    os.umask(0o022)
    with tempfile.TemporaryDirectory() as top:
        outside = Outside(top)
        outside.documents()
        for page, name in PAGES:
            write_blocks(top, page, f"{TUTORIAL}/{name}")
        first_steps(outside)
        whole(outside, "rsh", ("stderr.t", "refused.t"))
        whole(outside, "depot", ("pipeline.t", "moved.t", "child.t"))
        status, text = run("pkg-config", "--variable=plugin_test",
                           "adit-plugin", env=outside.env)
        result(status == 0 and text.strip().endswith("/adit-plugin-test"),
               "where adit-plugin-test is", text)
    print(f"1..{count}")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
