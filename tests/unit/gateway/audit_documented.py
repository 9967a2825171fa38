#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""docs/audit.md and the code have the same audit lines: kinds, keys and their
order, states of a session, rules of the policy, and what plugins add."""

import glob
import os
import re

SRC = os.path.realpath(os.environ.get("top_srcdir", "."))
# In evt=channel and evt=plugin they come from a %s.
SOMETIMES = {"channel": {"parent", "publish"}, "plugin": {"to_server", "to_client"}}
PLUGINS = "dcerpc", "ftp", "iscsi", "kafka", "ldap", "redis", "sqlnet"
count = failed = 0


def result(what, got, want):
    global count, failed
    count += 1
    wrong = got != want or not want
    failed += wrong
    if wrong:
        print(f"# the page has {got}\n# the code has {want}")
    print(f"{'not ' if wrong else ''}ok {count} - {what}", flush=True)


def read(*names):
    text = ""
    for name in names:
        for path in sorted(glob.glob(f"{SRC}/{name}")):
            with open(path) as f:
                text += f.read()
    return text


def literals(code):
    """String literals that stand beside each other, as one."""
    return re.sub(r'"\s*\n?\s*"', "", code)


def tables(section):
    """[[cells of the first two columns of a row]] for each table."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", section, re.M):
        rows = [[cell.strip().strip("`") for cell in line.split("|")[1:-1]]
                for line in block.splitlines()]
        found.append((rows[0], rows[2:]))
    return found


def keys_of(kind, section):
    head, rows = tables(section)[0]
    assert head[0] == "key", f"{kind}: {head}"
    return [row[0] for row in rows]


page = read("docs/audit.md")
sections = dict(re.findall(r"^## evt=(\w+)\n(.*?)(?=^## |\Z)", page,
                           re.M | re.S))
code = literals(read("core/*/*.c"))
lines = dict(re.findall(r'log_audit\(\s*"evt=(\w+) ([^;]*)', code))

result("kinds of lines", sorted(sections), sorted(lines))
result("kinds that are tested as JSON", sorted(set(re.findall(
    r'{ "evt=(\w+) ', read("tests/unit/base/audit_line_test.c")))),
    sorted(lines))
for kind, call in sorted(lines.items()):
    # The middle of evt=sessions and evt=channels is what was alike.
    alike = {"sessions": r'"source=%s state=%s[^;]*',
             "channels": r'"resource=%s plugin=%s destination=%s[^;]*'}
    if kind in alike:
        middle = re.search(alike[kind], code).group()
        call = call.replace("user=%s %s", "user=%s " + middle, 1)
    text = re.sub(r'text \?.*', "", call, flags=re.S)
    want = list(dict.fromkeys(re.findall(r"(\w+)=(?=[%\\])", text)))
    got = [key for key in keys_of(kind, sections.get(kind, "| key |\n"))
           if key not in SOMETIMES.get(kind, ())]
    result(f"keys of evt={kind}", got, want)

for kind, key in (("channel", "parent"), ("channel", "publish"),
                  ("plugin", "to_server"),
                  ("plugin", "to_client")):
    result(f"{key} of evt={kind}", key in keys_of(kind, sections[kind]),
           f' {key}=%' in code)

states = re.findall(r'audit_(?:session|tunnel)\(\w+,\s*(?:\w+ \? )?"(\w+)"'
                    r'(?: : "(\w+)")?', code)
result("states of evt=session",
       sorted(row[0] for head, rows in tables(sections["session"])
              for row in rows if head[0] == "state"),
       sorted({word for pair in states for word in pair if word}))

policy = literals(read("core/policy/policy.c"))
result("rules of the policy",
       sorted(row[0] for head, rows in tables(sections["channel"])
              for row in rows if head[0] == "rule"),
       sorted(set(re.findall(r'\[POLICY_\w+\] = "([\w-]+)"', policy))
              - {"granted"}))


def added(kind, plugin):
    return sorted(row[1] for head, rows in tables(sections[kind])
                  for row in rows if head[0] == "plugin" and row[0] == plugin)


for plugin in PLUGINS:
    source = literals(read(f"plugins/{plugin}/*.c"))
    result(f"what {plugin} adds to evt=channel", added("channel", plugin),
           sorted(set(re.findall(r'(?:adit_audit|_note)\([^,]*, "(\w+)"',
                                 source))))
events = re.search(r"adit_event\(.*?\{(.*?)NULL",
                   literals(read("plugins/ftp/*.c")), re.S).group(1)
result("what ftp writes as evt=plugin", added("plugin", "ftp"),
       sorted(re.findall(r'"(\w+)"', events)))
print(f"1..{count}")
raise SystemExit(failed > 0)
