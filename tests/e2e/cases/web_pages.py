# SPDX-License-Identifier: BSD-2-Clause
"""A user's web pages, by curl: login, resources without addresses, the own
sessions and the end of one, logout; what OWASP asks of cookies, headers and
forms; both languages."""

import re

from lib import pages
from lib.base import check, equal, wait_for
from lib.pages import Browser

NEEDS = ["curl"]

HEADERS = {
    "content-security-policy":
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action "
        "'self'; base-uri 'none'; frame-ancestors 'none'",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


def run(t):
    t.resource("echo", t.echo(), names="echo.corp.example")
    t.resource("hidden", t.echo())
    t.gw.user("bob")
    pages.switch_on(t)
    t.up()
    b = Browser(t)
    where = t.gw.json("status")["pages"]
    equal([p["gateway"] for p in where], ["main"], "gateways with pages")
    check(where[0]["url"].endswith(f":{t.gw.port}/"), where)
    check(f"web pages      {where[0]['url']} of gateway main"
          in t.gw.ctl("status"), t.gw.ctl("status"))
    url = t.ag.status()["web_pages"]
    check(url.endswith(f":{t.gw.port}/"), url)
    check(re.search(f"^web pages +{re.escape(url)}$", t.ag.call("status")[1],
                    re.M), t.ag.call("status")[1])
    equal(b.get("/", status=303).header("location"), "/login", "no cookie")
    refused(t)
    cookie = b.login().header("set-cookie")
    check(re.fullmatch(r"__Host-adit=[0-9a-f]{64}; Path=/; Secure; HttpOnly; "
                       r"SameSite=Strict", cookie), cookie)
    home(t, b)
    links(t)
    forms(t, b)
    others(t, b)
    ends(t, b)
    leaves(t, b)
    for action, result in (("login", "done"), ("logout", "form"),
                           ("end", "asked"), ("logout", "done")):
        check(re.search(rf"evt=page user=alice gateway=main source=\S+ action="
                        rf"{action} about=\S+ result={result}", t.gw.log()),
              f"no audit of {action}: {result}")


def refused(t):
    b = Browser(t, "refused")
    wrong = b.login(password="wrong", status=403).text()
    equal(b.login(user="nobody", status=403).text(), wrong,
          "one text for a wrong user and a wrong password")
    check("not right" in wrong, wrong)
    b.get("/", status=303)


def home(t, b):
    a = b.get("/")
    for name, value in HEADERS.items():
        equal(a.header(name), value, name)
    text = a.text()
    check("echo" in text and "adit run -- PROGRAM echo.corp.example" in text,
          text)
    check(t.echo().host not in text, f"an address: {text}")
    check(f"adit://{b.at}/up" in a.body, a.body)
    german = b.get("/", "-H", "Accept-Language: de-AT,de;q=0.9").text()
    check("Meine Ressourcen" in german, german)
    b.post("/language", language="de")
    check("Meine Ressourcen" in b.get("/").text(), "a cookie's language")
    b.post("/language", language="en")
    check('rel="stylesheet"' in a.body and "script" not in a.body, a.body)
    equal(b.get("/style.css").header("content-type"),
          "text/css; charset=utf-8", "style")


def links(t):
    """adit open starts an agent for a gateway of adit.ini only."""
    status, text = t.ag.call("open", f"adit://{t.gw.host}:{t.gw.port}/up")
    check(status == 0 and "already up" in text, text)
    status, text = t.ag.call("open", "adit://evil.example/up")
    check(status == 1 and "nothing was started" in text, text)


def forms(t, b):
    """What is no form of these pages changes nothing."""
    csrf = b.csrf()
    other = csrf[::-1]
    for words, fields, status in [
            ([], {}, 403),
            ([], {"csrf": other}, 403),
            (["-H", "Origin: https://evil.example"], {"csrf": csrf}, 403),
            (["-H", "Origin: null"], {"csrf": csrf}, 403),
            (["-H", "Sec-Fetch-Site: cross-site"], {"csrf": csrf}, 403),
            ([], {"csrf": csrf, "x": "x" * 20000}, 413),
            (["--data-raw", "csrf=%"], {}, 400)]:
        if not fields and not words:
            words = ["-X", "POST"]
        b.post("/logout", *words, status=status, **fields)
    b.get("/")


def others(t, b):
    equal(b.ask("/", "--head").status, 200, "HEAD")
    equal(b.ask("/", "--head").body, "", "a HEAD's body")
    for method in "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH":
        a = b.ask("/", "-X", method)
        equal((a.status, a.header("allow")), (405, "GET, HEAD"), method)
    a = b.get("/logout", status=405)
    equal(a.header("allow"), "POST", "GET of an action")
    b.get("/no/such/page", status=404)
    b.get("/admin", status=403)
    equal(b.ask("/", "-H", "X: " + "x" * 40000).status, 431, "a long header")
    equal(b.ask("/" + "x" * 40000).status, 414, "a long path")


def ends(t, b):
    """alice ends her session; not that of bob."""
    text = b.get("/sessions").text()
    check("connected" in text, text)
    number = re.search(r'name="session" value="(\d+)"',
                       b.get("/sessions").body).group(1)
    other = Browser(t, "bob")
    other.login("bob")
    check("No agent of yours" in other.get("/sessions").text(), "bob's")
    other.post("/end", status=400, csrf=other.csrf(), session=number)
    equal(t.ag.state(), "connected", "bob has ended alice's session")
    b.post("/end", csrf=b.csrf(), session=number)
    wait_for(lambda: t.ag.state() != "connected", "the session to end")


def leaves(t, b):
    token = re.search(r"__Host-adit\s+(\w+)", open(b.jar).read()).group(1)
    b.post("/logout", csrf=b.csrf())
    b.get("/", status=303)
    b.get("/", "-H", f"Cookie: __Host-adit={token}", status=303)
