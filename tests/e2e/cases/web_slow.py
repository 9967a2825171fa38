# SPDX-License-Identifier: BSD-2-Clause
"""Connections that send a request byte by byte, from more addresses than there are
places, and some that read no answers: whoever comes then gets pages at once,
tunnels go on, memory stays bounded, and the log says it once a minute."""

import re
import select
import time

from lib import pages
from lib.base import check, equal, pause, rss_kb
from lib.pages import Browser
from lib.tcp import ask, dial

NEEDS = ["curl"]
PLACES = 16                 # a quarter of login_connections
GET = b"GET /style.css HTTP/1.1\r\nHost: gateway.test\r\n"


def run(t):
    t.resource("echo", t.echo())
    t.gw.conf["server"].update(login_connections=4 * PLACES,
                               logins_per_source=8)
    pages.switch_on(t)
    t.up()
    kept = dial(t.ag.at("echo"))
    crowd = Crowd(t)
    before = rss_kb(t.gw.worker())
    crowd.comes()
    for n in range(12):
        crowd.comes()
        b = Browser(t, f"b{n}", source=f"{t.net}.{200 + n % 3}")
        began = time.monotonic()
        b.get("/login")
        took = time.monotonic() - began
        check(took < 10, f"a page took {took:.1f} s")
        equal(ask(kept, b"%d\n" % n), b"%d\n" % n, "a tunnel")
    b.login()
    check("echo" in b.get("/").text(), "the pages")
    grown = rss_kb(t.gw.worker()) - before
    check(grown < 20000 or t.sanitized(), f"the worker grew by {grown} kB")
    told = re.findall(r"browsers: .*", t.gw.log())
    check(1 <= len(told) <= 2, f"the log says {told}")
    crowd.leaves()


class Crowd:
    """Two connections of each of 12 addresses, not all in one moment; those that
    were closed come again."""

    def __init__(self, t):
        self.t, self.all = t, {}

    def comes(self):
        for who in range(24):
            if who not in self.all or not drips(who, self.all[who]):
                self.opens(who)
                pause(.03)

    def opens(self, who):
        self.all.pop(who, None)
        try:
            sock = pages.tls(self.t.gw, source=f"{self.t.net}.{20 + who // 2}")
            sock.sendall((GET + b"\r\n") * 50 if reads_nothing(who) else
                         GET + b"X-Slow: ")
            self.all[who] = sock
        except OSError:
            pass        # there is no place for it

    def leaves(self):
        for sock in self.all.values():
            sock.close()


def reads_nothing(who):
    return who % 4 == 0


def drips(who, sock):
    """One byte more; false: it is closed."""
    if reads_nothing(who):
        return True
    if select.select([sock], [], [], 0)[0]:
        return False
    try:
        sock.sendall(b"a")
    except OSError:
        return False
    return True
