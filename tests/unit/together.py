#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compiles unit test programs, links many of them into few programs, and prints
the names of these.

  cd BUILD && together.py FOLDER [CFLAGS=-O0 ...] [tests/unit/base/buf_test ...]

To link and to start a program takes longer than most of these tests run: under
valgrind a third of a second.  So those that are linked with the same objects,
libraries and flags become parts of one program, FOLDER/1 and so on, that runs
each of them in a process of its own (together.c): main() of each gets another
name.  Without names of programs it takes all.
"""

import argparse
import collections
import concurrent.futures
import os
import re
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
MOST = 15       # programs in one, so that two processors share the work evenly

# What make knows of a program, a line each; in the first one the plugins that
# tests load, and how it compiles.
RULE = r"""
known = $(info $(1)|$($(2)_OBJECTS)|$(or $($(2)_LDFLAGS),$(AM_LDFLAGS))|$($(2)_LDADD))
.PHONY: test-programs
test-programs: ; @:$(info ||$(check_LTLIBRARIES)|$(CC) $(AM_CFLAGS) $(CFLAGS)\
 $(LDFLAGS))\
 $(foreach t,$(check_PROGRAMS),$(call known,$(t),$(subst /,_,$(t))))
"""


class Program:
    def __init__(self, line):
        self.name, objects, self.flags, self.libraries = line
        *self.others, self.main = sorted(
            objects.split(), key=lambda path: path.endswith("_test.o"))
        self.symbol = re.sub(r"\W", "_", self.name)

    def archives(self):
        return [word for word in self.libraries.split() if word.endswith(".a")]

    def files(self):
        """What make has to build before this can be linked."""
        return [self.main, *self.others, *self.archives()]

    def kind(self, symbols):
        """Programs of the same kind can be one.  What a program defines itself
        instead of the library, no other program may get."""
        own = any(part.defined - {"main"} for part in symbols[self.main])
        return (self.flags, self.libraries, *sorted(self.others),
                self.name if own else "")

    def calls(self, name, symbols):
        """Whether what the linker takes for it calls that function."""
        parts = [part for path in (self.main, *self.others)
                 for part in symbols[path]]
        offered = {symbol: part for path in self.archives()
                   for part in symbols[path] for symbol in part.defined}
        taken = set()
        while parts:
            part = parts.pop()
            if name in part.wanted:
                return True
            if part not in taken:
                taken.add(part)
                parts += [offered[s] for s in part.wanted if s in offered]
        return False


class Part:
    """The global symbols of one object file, also of one in an archive."""

    def __init__(self):
        self.defined, self.wanted = set(), set()


# PATH:MEMBER: ADDRESS KIND NAME, without a member if it is no archive.
SYMBOL = re.compile(r"^([^:\n]+):(?:([^:\s]+):)?[ 0-9a-f]* (\w) (\S+)$",
                    re.M)


def read_symbols(paths):
    """{path: [Part]} of object files and archives."""
    found = {path: {} for path in paths}
    for path, member, kind, name in SYMBOL.findall(
            output("nm", "--extern-only", "--print-file-name", *found)):
        part = found[path].setdefault(member, Part())
        (part.wanted if kind in "Uw" else part.defined).add(name)
    return {path: list(parts.values()) for path, parts in found.items()}


def output(*args):
    return subprocess.run(args, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def make(*args):
    """What make says: its own messages go where errors go."""
    return output("make", "-s", *args)


def link(compiler, path, programs):
    """One program of several, which are of the same kind."""
    with open(f"{path}.c", "w") as f:
        f.write('#include "together.h"\n')
        f.writelines(f"int {p.symbol}(void);\n" for p in programs)
        f.write("const struct together together[] = {\n")
        f.writelines(f'{{ "{p.name}", {p.symbol} }},\n' for p in programs)
        f.write("{ 0, 0 } };\n")
    objects = []
    for p in programs:
        objects.append(f"{path}-{p.symbol}.o")
        output("objcopy", "--redefine-sym", f"main={p.symbol}", p.main,
               objects[-1])
    first = programs[0]
    output(*compiler, f"-I{HERE}", "-o", path, f"{path}.c",
           f"{HERE}/together.c", *objects, *first.others,
           *shlex.split(f"{first.flags} {first.libraries}"))


def link_all(folder, compiler, programs, symbols):
    """Links them; the paths of what comes out."""
    groups = collections.defaultdict(list)
    for program in programs:
        groups[program.kind(symbols)].append(program)
    jobs = []
    for group in sorted(groups.values(), key=len, reverse=True):
        number = -(-len(group) // MOST)
        jobs += [group[i::number] for i in range(number)]
    os.makedirs(folder, exist_ok=True)
    paths = [f"{folder}/{number}" for number in range(1, len(jobs) + 1)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda path, programs: link(compiler, path, programs),
                      paths, jobs))
    return paths


def known(variables):
    """The plugins that tests load, how make compiles, and its unit test programs
    by their names."""
    # make may have had other things to say before.
    lines = [line.split("|") for line in make(
        *variables, f"--eval={RULE}", "test-programs").splitlines()]
    (*_, plugins, compiler), *lines = [line for line in lines if len(line) == 4]
    return plugins.split(), shlex.split(compiler), {
        program.name: program for program in map(Program, lines)
        if program.name.startswith("tests/unit/")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--all-but", metavar="FILE",
                        help="leave out the programs that this file names")
    parser.add_argument("--calls", metavar="FUNCTION",
                        help="print the names of those programs that call "
                        "this function, and link nothing")
    parser.add_argument("folder")
    parser.add_argument("words", nargs="*", metavar="NAME=VALUE|PROGRAM")
    options = parser.parse_args()
    variables = [word for word in options.words if "=" in word]
    plugins, compiler, programs = known(variables)
    left_out = set()
    if options.all_but:
        with open(options.all_but, encoding="utf-8") as f:
            left_out = set(f.read().splitlines())
    names = [word for word in options.words if "=" not in word] or programs
    chosen = [programs[name] for name in names if name not in left_out]
    files = {file for program in chosen for file in program.files()}
    sys.stderr.write(make("-k", *variables, *sorted(files), *plugins))
    symbols = read_symbols(files)
    if options.calls:
        print("\n".join(p.name for p in chosen
                        if p.calls(options.calls, symbols)))
    else:
        print("\n".join(link_all(options.folder, compiler, chosen, symbols)))


main()
