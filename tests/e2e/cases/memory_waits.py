# SPDX-License-Identifier: BSD-2-Clause
"""More connections than a session has memory for: none is refused, those beyond
wait until others end, and the log of whoever lets them wait says why."""

import selectors

from lib.base import check, equal, matches, wait_for
from lib.tcp import ask, dial

VARIANTS = ["agent", "gateway", "both"]
FIT = 128               # half of 4M, 16 KiB for each
COUNT = 3 * FIT


def run(t, where):
    t.resource("echo", t.echo())
    if where != "agent":
        t.gw.set(session_memory="4M")
    if where != "gateway":
        t.ag.conf["agent"]["session_memory"] = "4M"
    t.up()
    address = t.ag.at("echo")
    crowd = [dial(address) for _ in range(COUNT)]
    for number, sock in enumerate(crowd):
        sock.sendall(b"%4d" % number)
    seen = set()
    answers(crowd, seen, range(FIT))
    equal(seen, set(range(FIT)), "who was first")
    # Half of them end, in the two ways that there are.
    for sock in crowd[:FIT // 2]:
        sock.close()
    answers(crowd, seen, range(FIT + FIT // 2))
    file = (t.gw.log_file if where == "gateway"
            else f"{t.ag.dir}/state/adit/agent.log")
    with open(file) as f:
        matches("connections wait for memory.*session_memory.* 4.0 MiB",
                f.read(), "what the log says")
    for sock in crowd[FIT // 2:2 * FIT]:
        sock.close()
    answers(crowd, seen, range(2 * FIT, COUNT))
    equal(t.ag.status()["resumed"], 0, "reconnects")
    for sock in crowd[2 * FIT:]:
        sock.close()
    wait_for(lambda: not t.gw.json("channels")["channels"], "the end of all")
    with dial(address) as sock:
        equal(ask(sock), b"hello", "the next one")


def answers(crowd, seen, numbers):
    """Hears until these connections have got their own bytes back."""
    def hear():
        for key, _ in loop.select(1):
            text = key.fileobj.recv(4)
            check(text == b"%4d" % key.data, f"{key.data} heard {text}")
            seen.add(key.data)
            loop.unregister(key.fileobj)
        return seen.issuperset(numbers)

    with selectors.DefaultSelector() as loop:
        for number, sock in enumerate(crowd):
            if sock.fileno() >= 0 and number not in seen:
                loop.register(sock, selectors.EVENT_READ, number)
        wait_for(hear, f"the answers to {numbers}", 20)
