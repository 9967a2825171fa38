# SPDX-License-Identifier: BSD-2-Clause
"""`aditctl kick`: channels are reset, and the agent does not log in again by
itself, even if it was in the middle of a transfer."""

import threading

from lib.adit import PASSWORD
from lib.base import check, equal, matches, wait_for
from lib.tcp import ask, dial, fate

BLOCK = bytes(65536)


def run(t):
    t.resource("echo", t.echo())
    t.up()
    sock = dial(t.ag.at("echo"))
    ask(sock)
    number = t.gw.json("sessions")["sessions"][0]["session"]
    t.gw.ctl("kick", str(number))
    equal(fate(sock), ("reset", b""), "the channel")
    wait_for(lambda: not t.gw.json("sessions")["sessions"],
             "the session to go")
    wait_for(lambda: t.ag.state() in ("login", "down"), "the agent's state")
    check(t.ag.call("status")[0] != 0, "status must fail after a kick")
    check(not t.gw.json("sessions")["sessions"], "the agent came back")
    # Whoever wants to come back says so once.
    pid = t.ag.pid()
    said = t.ag.up()
    matches("logging in again: .*ended by the administrator.*logged in", said,
            "up after a kick")
    check(t.ag.pid() != pid, "the agent is the old one")
    equal(ask(dial(t.ag.at("echo"))), b"hello", "after up")
    t.ag.down()
    t.ag.up()
    t.gw.ctl("kick", "alice")
    wait_for(lambda: t.ag.state() in ("login", "down"), "a kick by name")
    # Another password is asked for where the old one is wrong now.
    t.ag.password("wrong")
    status, text = t.ag.call("up")
    check(status == 1 and "wrong user or password" in text, text)
    check(not t.ag.pid(), "an agent is left running")
    t.ag.password(PASSWORD)
    logins = t.gw.log().count("evt=login")
    for number in range(4):
        t.ag.up()
        busy(t)
        t.gw.ctl("kick", "alice")
        wait_for(lambda: t.ag.state() in ("login", "down"), "a kick when busy")
        equal(t.gw.log().count("evt=login"), logins + number + 1,
              "logins, each by an `adit up`")
    out = t.gw.ctl("kick", "nobody-of-that-name", check=False)
    check("nobody-of-that-name" in out, f"a kick of nobody: {out}")


def busy(t):
    """Much is on its way to the echo and back, until the connection ends."""
    sock = dial(t.ag.at("echo"))
    ask(sock, BLOCK)
    threading.Thread(target=pump, args=(sock,), daemon=True).start()
    threading.Thread(target=fate, args=(sock,), daemon=True).start()
    wait_for(lambda: moved(t) > 1 << 20, "bytes on their way")


def pump(sock):
    try:
        while True:
            sock.sendall(BLOCK)
    except OSError:
        pass


def moved(t):
    return sum(c["to_client"] for c in t.gw.json("channels")["channels"])
