#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The completions offer what the tables of the programs hold, in each shell."""

import os
import re
import shutil
import subprocess

SRC = os.path.realpath(os.environ.get("top_srcdir", "."))
BUILD = os.path.realpath(os.environ.get("top_builddir", "."))
TABLES = {"adit": "core/adit/commands.c", "aditctl": "core/aditctl/aditctl.c"}
PROGRAMS = ["adit", "aditctl", "aditd", "adit-plugin-test"]
# Each runs the file $1 for the words $2..., of which the last is looked for.
SHELLS = {
    "bash": """. "$1"; shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        "_$1" "$1" "${@: -1}" ""
        printf '%s\\n' "${COMPREPLY[@]}" """,
    "zsh": """compadd() { print -rl -- ${(P)2} }
        _files() { }
        run() { local file=$1; shift; words=("$@") CURRENT=$#; . $file }
        run "$@" """,
    "fish": """source $argv[2]; complete -C "$argv[3..]" """,
}
count = failed = 0


def result(what, wrong):
    global count, failed
    count += 1
    failed += bool(wrong)
    if wrong:
        print(f"# {wrong}")
    print(f"{'not ' if wrong else ''}ok {count} - {what}", flush=True)


def completed(shell, *words):
    program = words[0]
    name = {"bash": program, "zsh": f"_{program}", "fish": f"{program}.fish"}
    file = f"{BUILD}/etc/completions/{shell}/{name[shell]}"
    no_rc = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}
    done = subprocess.run(
        [shell, *no_rc[shell], "-c", SHELLS[shell], shell, file, *words],
        env=dict(os.environ, PATH=f"{BUILD}:{os.environ['PATH']}",
                 HOME="/nonexistent"),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    found = {line.split("\t")[0] for line in done.stdout.splitlines()}
    return {w for w in found if w.startswith(words[-1])} - {""}


def commands(program):
    with open(f"{SRC}/{TABLES[program]}") as f:
        return set(re.findall(r'^\t\{ "([a-z]+)",\s+"', f.read(), re.M))


def options(*command):
    text = subprocess.run([f"{BUILD}/{command[0]}", *command[1:], "--help"],
                          stdout=subprocess.PIPE, text=True, check=True).stdout
    return set(re.findall(r"--[a-z][a-z-]*", text))


def differ(got, wanted):
    if got != wanted or not wanted:
        return (f"missing: {sorted(wanted - got)}, too many: "
                f"{sorted(got - wanted)}")


def check(shell, program):
    what = f"{shell}: {program}"
    if program not in TABLES:
        result(f"{what} and its options",
               differ(completed(shell, program, "-"), options(program)))
        return
    result(f"{what} and its commands",
           differ(completed(shell, program, ""), commands(program)))
    one, other, option = {
        "adit": ("up", "down", "--gateway"),
        "aditctl": ("init", "kick", "--password-stdin")}[program]
    result(f"{what} {one} and its options",
           option not in completed(shell, program, one, "--") and option)
    result(f"{what} {other} has no {option}",
           option in completed(shell, program, other, "--"))


there = [p for p in PROGRAMS if os.access(f"{BUILD}/{p}", os.X_OK)]
for shell in SHELLS:
    if not shutil.which(shell):
        count += 1
        print(f"ok {count} - {shell} # SKIP {shell} is not installed")
        continue
    for program in there:
        check(shell, program)
print(f"1..{count}")
raise SystemExit(failed > 0)
