# SPDX-License-Identifier: BSD-2-Clause
"""After a login its password, and the hash of it, are in no process's memory any
more: the agent alone keeps the password, once, in memory that is neither swapped
out nor dumped.  Nor is that of the monitor swapped out, which holds the keys."""

import os
import re
import secrets

from lib import fences
from lib.base import Skip, check, children, comm, sanitized
from lib.tcp import ask, dial

ROOT = True     # reads the memory of processes that nobody else may read

# A password so long that what is written over a part of it leaves another one.
TIMES, TAIL = 25, 20


def run(t):
    if sanitized(t.build):
        raise Skip("sanitizers lock no memory, and keep copies of their own")
    # As hardened programs are: what binds a symbol late puts registers on the stack.
    os.environ["LD_BIND_NOW"] = "1"
    word = TIMES * secrets.token_hex(TAIL // 2)
    t.resource("echo", t.echo())
    t.gw.write()
    t.gw.user("alice", word)
    t.ag.password(word)
    t.up()
    ask(dial(t.ag.at("echo")))
    look_at_all(t, word, [t.ag])
    # What was freed after the one login is used again by the next.
    other = t.agent(name="other")
    other.password(word)
    other.up()
    look_at_all(t, word, [t.ag, other])
    check(locked(t.gw.process.pid), "the monitor's memory is not locked")


def look_at_all(t, word, agents):
    with open(f"{t.gw.dir}/users") as f:
        made = next(line.split(":")[1] for line in f
                    if line.startswith("alice:"))
    words = {"password": word[-TAIL:], "hash": made[-TAIL:]}
    monitor = t.gw.process.pid
    found = [place for pid in [monitor, *children(monitor)]
             for place in look(pid, words)]
    for agent in agents:
        found += [place for place in look(agent.pid(), words)
                  if not place.safe]
    check(not found, "in memory:\n" + "\n".join(map(str, found)))


class Place:
    """Where a word was found."""

    def __init__(self, pid, what, where, safe):
        self.text = f"{comm(pid)}: the {what} in {where}"
        self.safe = safe

    def __str__(self):
        return self.text


def look(pid, words):
    """One Place for each word in each mapping that holds it."""
    found = []
    with open(f"/proc/{pid}/mem", "rb") as mem:
        for start, end, where, flags in mappings(pid):
            try:
                mem.seek(start)
                data = mem.read(end - start)
            except (OSError, ValueError):
                continue        # of a device, or gone
            found += [Place(pid, what, where, {"lo", "dd"} <= flags)
                      for what, word in words.items()
                      if word.encode() in data]
    return found


def mappings(pid):
    """(start, end, name, flags of the kernel) of those that can be read."""
    with open(f"/proc/{pid}/smaps") as f:
        text = f.read()
    pattern = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \d+ *(.*)$"
                         r"(?:\n(?![0-9a-f]+-).*)*?\nVmFlags: (.*)$", re.M)
    for start, end, name, flags in pattern.findall(text):
        if not name.startswith("[v"):
            yield int(start, 16), int(end, 16), name or "memory", \
                set(flags.split())


def locked(pid):
    return fences.lines(f"/proc/{pid}/status")["VmLck"] != "0 kB"
