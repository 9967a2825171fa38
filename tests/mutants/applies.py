#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The lists of mutants and docs/threats.md speak of code and tests that are there.

Whether the tests notice is what `run` finds out; this takes no time.
"""

import sys

sys.dont_write_bytecode = True

import lists  # noqa: E402

# What is not there cannot be taken out: tickets, compression; nor can a page.
WITHOUT = {"14", "26", "L18"}


def faults_of_mutant(mutant, threats):
    try:
        _, count = mutant.mutate(lists.read(lists.TOP, mutant.file))
    except OSError as error:
        return [str(error)]
    found = [] if count == 1 else [
        f"{mutant.file} has `{mutant.was}` in {count} places"]
    found += [f"there is no test {t}" for t in mutant.tests
              if not lists.exists(t)]
    found += [] if not mutant.also or any(
        m.name == mutant.also for m in lists.mutants()) else [
        f"there is no mutant {mutant.also}"]
    return found + [f"docs/threats.md has no row {t}" for t in mutant.threats
                    if t not in threats]


def faults_of_row(number, tests, all_mutants):
    found = [f"there is no test {t}" for t in tests if not lists.exists(t)]
    found += [] if tests else ["it has no test"]
    if number not in WITHOUT and not any(
            number in m.threats for m in all_mutants):
        found.append("it has no mutant")
    return found


def main():
    threats, all_mutants = lists.rows(), lists.mutants()
    results = [(f"row {n} of docs/threats.md",
                faults_of_row(n, tests, all_mutants))
               for n, tests in threats.items()]
    results += [(f"mutant: {m.name}", faults_of_mutant(m, threats))
                for m in all_mutants]
    print(f"1..{len(results)}")
    for number, (what, faults) in enumerate(results, 1):
        print(f"{'not ok' if faults else 'ok'} {number} - {what}")
        for fault in faults:
            print(f"# {fault}")
    return any(faults for _, faults in results)


if __name__ == "__main__":
    sys.exit(main())
