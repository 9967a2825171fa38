#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The runner of end-to-end cases, with made-up cases: what it says of each, and
that nothing is left of a case, however it ends."""

import argparse
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

HERE = os.path.dirname(os.path.realpath(__file__))
count = failed = 0

CASES = {
    "good": "def run(t):\n    pass\n",
    "bad": "def run(t):\n    raise AssertionError('on purpose')\n",
    "skips": """
from lib.base import Skip
def run(t):
    raise Skip('no such program')
""",
    # Whoever ends it also ends what it has started.
    "stuck": """
import subprocess, time
TIMEOUT = 0.5
def run(t):
    child = subprocess.Popen(['sleep', '300'])
    print('left behind:', child.pid, flush=True)
    child.wait()
""",
    # Nobody has time to end anything.
    "killed": """
import os, signal, subprocess
def run(t):
    child = subprocess.Popen(['sleep', '300'], start_new_session=True)
    print('left behind:', child.pid, flush=True)
    with open(f'{t.shared}/pid', 'w') as f:
        f.write(str(child.pid))
    os.kill(os.getpid(), signal.SIGKILL)
""",
    "next": """
from lib.base import check, running
def run(t):
    with open(f'{t.shared}/pid') as f:
        check(not running(int(f.read())), 'a process of the case before')
""",
    "unsteady": """
import os
def run(t):
    path = f'{t.shared}/tried'
    if not os.path.exists(path):
        os.mkdir(path)
        raise AssertionError('only the first time')
""",
}


def result(what, got, want):
    global count, failed
    count += 1
    wrong = got != want
    failed += wrong
    if wrong:
        print(f"# it is {got!r}\n# it should be {want!r}")
    print(f"{'not ' if wrong else ''}ok {count} - {what}", flush=True)


def perform(folder, again, names):
    """The runner itself, in a process of its own, with cases of that folder."""
    loader = importlib.machinery.SourceFileLoader("runner", f"{HERE}/run")
    runner = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("runner", loader))
    loader.exec_module(runner)
    runner.HERE = folder
    tempfile.tempdir = folder
    return runner.Driver(argparse.Namespace(
        build=folder, direct=True, jobs=1, again=again, slowest=0,
        keep=False)).run(names)


def run(folder, *names, again=0):
    """What the runner prints, and its exit status."""
    done = subprocess.run(
        [sys.executable, __file__, folder, str(again), *names], text=True,
        stdout=subprocess.PIPE, timeout=120, check=False)
    return done.stdout, done.returncode


def results(said):
    return [line for line in said.splitlines() if not line.startswith("#")]


def is_there(said):
    """Whether the process that a case has left behind still runs."""
    pid = said.partition("left behind: ")[2].split()[0]
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
            return f.read().split()[2] != "Z"
    except OSError:
        return False


def main(folder):
    os.mkdir(f"{folder}/cases")
    for name, text in CASES.items():
        with open(f"{folder}/cases/{name}.py", "w", encoding="utf-8") as f:
            f.write(text)
    said, status = run(folder, "good", "skips")
    result("what passes and what is skipped", (results(said), status),
           (["1..2", "ok 1 - good", "ok 2 - skips # SKIP no such program"], 0))
    said, status = run(folder, "bad", again=1)
    result("what fails twice has failed", (results(said), status),
           (["1..1", "not ok 1 - bad (second try)"], 1))
    said, status = run(folder, "unsteady", again=1)
    result("what passes at its second try says so", (results(said), status),
           (["1..1", "ok 1 - unsteady (second try)"], 0))
    said, status = run(folder, "stuck")
    result("what is stuck has failed", (results(said), status),
           (["1..1", "not ok 1 - stuck"], 1))
    result("nothing is left of what is stuck", is_there(said), False)
    said, status = run(folder, "killed", "next")
    result("the next case finds nothing of one that was killed",
           (results(said), status),
           (["1..2", "not ok 1 - killed", "ok 2 - next"], 1))
    print(f"1..{count}")
    return failed != 0


if len(sys.argv) > 1:
    sys.exit(perform(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
with tempfile.TemporaryDirectory() as top:
    sys.exit(main(top))
