#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Links unit test programs into few programs, and prints the names of these.

  cd BUILD && together.py FOLDER tests/unit/base/buf_test ...

Valgrind takes a third of a second to start, which is longer than most of these
tests run.  So those that are linked with the same objects, libraries and flags
become parts of one program, FOLDER/1 and so on, that runs each of them in a
process of its own (together.c): main() of each gets another name.
"""

import collections
import concurrent.futures
import os
import re
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
MOST = 15       # programs in one, so that two processors share the work evenly

# What make knows of a program, a line each; in the first one how it compiles.
RULE = r"""
known = $(info $(1)|$($(2)_OBJECTS)|$(or $($(2)_LDFLAGS),$(AM_LDFLAGS))|$($(2)_LDADD))
.PHONY: test-programs
test-programs: ; @:$(info |||$(CC) $(AM_CFLAGS) $(CFLAGS) $(LDFLAGS))\
 $(foreach t,$(check_PROGRAMS),$(call known,$(t),$(subst /,_,$(t))))
"""


class Program:
    def __init__(self, line):
        self.name, objects, self.flags, self.libraries = line
        *self.others, self.main = sorted(
            objects.split(), key=lambda path: path.endswith("_test.o"))
        self.symbol = re.sub(r"\W", "_", self.name)

    def kind(self):
        """Programs of the same kind can be one.  What a program defines itself
        instead of the library, no other program may get."""
        symbols = output("nm", "-g", "--defined-only", self.main)
        own = set(re.findall(r"(\S+)$", symbols, re.M)) - {"main"}
        return (self.flags, self.libraries, *sorted(self.others),
                self.name if own else "")


def output(*args):
    return subprocess.run(args, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


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


def main():
    folder, *wanted = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    # make may have had other things to say before.
    lines = [line.split("|") for line in output(
        "make", "-s", f"--eval={RULE}", "test-programs").splitlines()]
    (*_, compiler), *lines = [line for line in lines if len(line) == 4]
    known = {program.name: program for program in map(Program, lines)}
    groups = collections.defaultdict(list)
    for name in wanted:
        groups[known[name].kind()].append(known[name])
    jobs = []
    for group in sorted(groups.values(), key=len, reverse=True):
        number = -(-len(group) // MOST)
        jobs += [group[i::number] for i in range(number)]
    paths = [f"{folder}/{number}" for number in range(1, len(jobs) + 1)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda path, programs: link(
            shlex.split(compiler), path, programs), paths, jobs))
    print("\n".join(paths))


main()
