# SPDX-License-Identifier: BSD-2-Clause
"""Chromium, driven by its DevTools protocol: a user logs in with the keyboard
alone and walks through the pages, in both languages, narrow and wide, light and
dark: nothing is refused by the content security policy, everything that can be
pressed has a name, texts have contrast.  With ADIT_SHOTS=FOLDER the pictures
stay there."""

import os
import re

from lib import pages, pki
from lib.adit import PASSWORD
from lib.base import check, equal, wait_for
from lib.chrome import Chrome
from lib.tcp import ask, dial

NEEDS = ["chromium"]
TIMEOUT = 90
PATHS = ["/", "/sessions", "/get", "/admin", "/admin/channels",
         "/admin/refusals", "/admin/traffic?still=1", "/admin/users",
         "/admin/why?user=alice&where=echo", "/password", "/password/done"]
NEW = "battery staple 42"

# WCAG's ratio of the least readable text, in the colours that are shown.
CONTRAST = """(() => {
    const light = c => {
        const v = c.match(/[\\d.]+/g).slice(0, 3).map(x => x / 255).map(
            x => x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
        return .2126 * v[0] + .7152 * v[1] + .0722 * v[2];
    };
    const behind = e => {
        for (; e; e = e.parentElement) {
            const c = getComputedStyle(e).backgroundColor;
            if (!/, 0\\)$/.test(c))
                return c;
        }
        return 'rgb(255, 255, 255)';
    };
    let least = 21;
    for (const e of document.querySelectorAll('body *')) {
        if (e.closest('svg') || !e.textContent.trim())
            continue;
        const a = light(getComputedStyle(e).color), b = light(behind(e));
        least = Math.min(least,
                         (Math.max(a, b) + .05) / (Math.min(a, b) + .05));
    }
    return least;
})()"""


def run(t):
    t.resource("echo", t.echo(), names="echo.corp.example")
    t.gw.resource("wiki", url="http://wiki.corp.example/")
    t.gw.conf["group admins"] = {"users": "alice", "resources": "echo"}
    pages.switch_on(t, web_admin_group="admins",
                    web_admin_networks="127.0.0.0/8")
    # Browsers know no Ed25519, which aditctl init makes.
    t.gw.conf[t.gw.title]["certificate"], t.gw.conf[t.gw.title]["private_key"] \
        = pki.dated(t, pages.NAME, -1, 30)
    t.gw.write()
    t.gw.pin = re.search(r"sha256:\w+", t.gw.ctl("pin")).group()
    t.ag.conf["agent"]["pin"] = t.gw.pin
    t.up()
    sock = dial(t.ag.at("echo"))
    equal(ask(sock), b"hello", "a channel")
    chrome = Chrome(t, "--host-resolver-rules="
                       f"MAP {pages.NAME} {t.gw.host}")
    base = f"https://{pages.NAME}:{t.gw.port}"
    try:
        logs_in(chrome, base)
        for language in "en", "de":
            chrome.language(language)
            walk(chrome, base, language)
        changes(chrome, base)
        leaves(chrome)
    finally:
        chrome.close()


def has_focus(chrome, name):
    """Chromium gives it to the input with `autofocus` when it draws the page."""
    wait_for(lambda: chrome.js("document.activeElement.name") == name,
             f"the focus at the input {name}")


def logs_in(chrome, base):
    """With the keyboard alone: the first input has the focus."""
    chrome.go(base + "/")
    equal(chrome.js("location.pathname"), "/login", "where it lands")
    has_focus(chrome, "user")
    chrome.type("alice")
    chrome.key("Tab")
    chrome.type("wrong")
    chrome.submit()
    check("not right" in chrome.js("document.body.innerText"), "wrong")
    chrome.go(base + "/login")
    has_focus(chrome, "user")
    chrome.type("alice")
    chrome.key("Tab")
    chrome.type(PASSWORD)
    chrome.submit()
    equal(chrome.js("location.pathname"), "/", "where it lands then")
    equal(chrome.js("document.cookie"), "", "what a script sees of it")


def changes(chrome, base):
    """Another password, with the keyboard alone."""
    chrome.go(base + "/password")
    has_focus(chrome, "password")
    chrome.type(PASSWORD)
    chrome.submit()
    has_focus(chrome, "a0")
    picture(chrome, "password-new")
    chrome.type("short")
    chrome.key("Tab")
    chrome.type("short")
    chrome.submit()
    check("weniger als 8 Zeichen" in chrome.js("document.body.innerText"),
          chrome.js("document.body.innerText"))
    reads(chrome, "/password/answer")
    has_focus(chrome, "a0")
    chrome.type(NEW)
    chrome.key("Tab")
    chrome.type(NEW)
    chrome.submit()
    equal(chrome.js("location.pathname"), "/password/done", "where it lands")
    chrome.go(base + "/")
    equal(chrome.js("location.pathname"), "/", "who is logged in still")


def picture(chrome, name):
    shots = os.environ.get("ADIT_SHOTS")
    if shots:
        chrome.shot(f"{shots}/{name}.png")


def walk(chrome, base, language):
    shots = os.environ.get("ADIT_SHOTS")
    for path in PATHS:
        # Narrow and dark in one of them, wide and light in the other.
        looks = [(1200, False)] if language == "en" else [(360, True)]
        for width, dark in looks:
            chrome.size(width, 900, dark)
            chrome.go(base + path)
            equal(chrome.js("document.documentElement.lang"), language, path)
            reads(chrome, path)
            wide = chrome.js("document.documentElement.scrollWidth")
            check(wide <= width, f"{path} is {wide} wide, not {width}")
            least = chrome.js(CONTRAST)
            check(least >= 7, f"contrast of {path}: {least}")
            if shots:
                name = path.strip("/").split("?")[0].replace("/", "-")
                chrome.shot(f"{shots}/{name or 'home'}-{language}-{width}.png")
    for m in chrome.seen:
        check("violat" not in str(m).lower() or "Security" not in str(m),
              f"the content security policy: {m}")


def reads(chrome, path):
    """What a screen reader needs."""
    tree = chrome.tree()
    roles = [role for role, _, _ in tree]
    for role in "main", "navigation", "banner", "contentinfo":
        check(role in roles, f"{path} has no {role}: {roles}")
    for role, name, _ in tree:
        if role in ("button", "link", "textbox", "table", "image"):
            check(name, f"{path}: a {role} without a name")
    check([n for r, n, _ in tree if r == "heading"], f"{path}: no heading")
    names = [n for r, n, _ in tree if r == "button" and n]
    check(len(names) == len(set(names)), f"{path}: buttons alike: {names}")


def leaves(chrome):
    """Tab by tab to the first button, which has a ring around it: log out."""
    for _ in range(8):
        chrome.key("Tab")
        if chrome.js("document.activeElement.tagName") == "BUTTON":
            break
    ring = chrome.js("getComputedStyle(document.activeElement).outlineStyle")
    equal(ring, "solid", "the ring around what has the focus")
    chrome.submit()
    equal(chrome.js("location.pathname"), "/login", "behind the logout")
