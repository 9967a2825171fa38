# SPDX-License-Identifier: BSD-2-Clause
"""An administrator's web pages, by curl: sessions, channels, refusals, traffic,
users, why; kick and lock; nothing of it for another user, nor from another
network, nor with a token of before."""

import re

from lib import pages
from lib.base import check, equal, wait_for
from lib.pages import Browser
from lib.tcp import ask, dial

NEEDS = ["curl"]


def run(t):
    t.resource("echo", t.echo())
    t.gw.resource("vault", host="127.0.0.1", port=9, names="vault.example")
    t.gw.conf["group nobody"] = {"users": "nobody", "resources": "vault"}
    t.gw.conf["group everyone"]["resources"] = "echo"
    for group in "web-admins", "staff":
        t.gw.conf[f"group {group}"] = {"resources": "echo"}
    t.gw.user("carol", groups="web-admins")
    t.gw.user("bob")
    t.gw.conf["user alice"] = {"sessions_per_user": 3, "memory": "64M"}
    pages.switch_on(t, web_admin_group="web-admins",
                    web_admin_networks="127.0.0.0/24")
    t.ag.socks()
    t.up()
    sock = dial(t.ag.at("echo"))
    equal(ask(sock), b"hello", "a channel")
    status, _ = t.ag.call("why", "vault.example:9")
    refused(t)
    not_for_others(t)
    admin = Browser(t, "carol")
    admin.login("carol")
    looks(t, admin)
    traffic(t, admin, sock)
    why(t, admin)
    kicks(t, admin)
    locks(t, admin)


def refused(t):
    """A connection that no group grants."""
    t.run(["curl", "--silent", "--max-time", "10", "--noproxy", "",
           "--proxy", "socks5h://%s:%d" % t.ag.socks(),
           "http://vault.example:9/"], check=False)


def not_for_others(t):
    bob = Browser(t, "bob")
    bob.login("bob")
    far = Browser(t, "far", source="127.0.1.1")
    far.login("carol")
    for b in bob, far:
        check("/admin" not in b.get("/").body, "a link")
        csrf = b.csrf()
        for path in ("/admin", "/admin/channels", "/admin/refusals",
                     "/admin/traffic", "/admin/users", "/admin/why"):
            check("administrators" in b.get(path, status=403).text(), path)
        for path, fields in (("/admin/kick", {"session": "1"}),
                             ("/admin/lock", {"user": "alice"}),
                             ("/admin/unlock", {"user": "alice"})):
            b.post(path, status=403, csrf=csrf, **fields)
    equal(t.ag.state(), "connected", "the agent's state")
    check(re.search(r"evt=page user=bob gateway=main source=\S+ action=kick "
                    r"about=- result=denied", t.gw.log()), "the audit")


def looks(t, b):
    text = b.get("/admin").text()
    check("alice" in text and "connected" in text, text)
    text = b.get("/admin/channels").text()
    check("alice echo" in text and " open " in text, text)
    check("vault" in b.get("/admin/refusals").text(), "refusals")
    text = b.get("/admin/users").text()
    check("carol web-admins" in text and "bob" in text, text)
    use = re.search(r"alice .*?(\d+) / 3 (\d+) / 8192 ([\d.]+ \w+) / 64.0 MiB",
                    text)
    check(use and use.groups()[:2] == ("1", "1"), text)


def traffic(t, b, sock):
    check("Measuring has begun" in b.get("/admin/traffic").text(), "first")
    check('http-equiv="refresh"' in b.get("/admin/traffic").body, "refresh")
    still = b.get("/admin/traffic?still=1").body
    check("refresh" not in still, still)

    def drawn():
        ask(sock, b"x" * 20000)
        return "<polyline" in b.get("/admin/traffic").body
    wait_for(drawn, "a line in the picture")
    body = b.get("/admin/traffic").body
    check('role="img" aria-label="Traffic"' in body and "max." in body, body)


def why(t, b):
    a = b.get("/admin/why?user=alice&where=echo").text()
    check("yes:" in a, a)
    a = b.get("/admin/why?user=alice&where=vault").text()
    check("no:" in a and "What is missing" in a, a)
    a = b.get("/admin/why?user=%22%3E%3Cscript%3E&where=x", status=503)
    check("<script" not in a.body, a.body)


def kicks(t, b):
    number = re.search(r'name="session" value="(\d+)"',
                       b.get("/admin").body).group(1)
    b.post("/admin/kick", status=403, session=number)
    b.post("/admin/kick", status=400, csrf=b.csrf(), session="4711")
    b.post("/admin/kick", csrf=b.csrf(), session=number)
    wait_for(lambda: t.ag.state() != "connected", "the session to end")


def locks(t, b):
    alice = Browser(t, "alice")
    alice.login()
    b.post("/admin/lock", csrf=b.csrf(), user="alice")
    alice.get("/", status=303)
    alice.login(status=403)
    b.post("/admin/unlock", csrf=b.csrf(), user="alice")
    alice.login()
    b.post("/admin/lock", csrf=b.csrf(), user="no such user", status=400)
    t.gw.ctl("passwd", "--groups", "=staff", "carol", "--password-stdin",
             input="correct horse\n")
    b.get("/admin", status=303)
