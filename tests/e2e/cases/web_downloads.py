# SPDX-License-Identifier: BSD-2-Clause
"""Files of `web_downloads`: a user who is logged in gets them whole, with size and
SHA-256; no other file, whatever is asked for; no more than some at a time; what
has changed is not offered until a reload; memory does not grow with a file, and
tunnels go on beside it."""

import hashlib
import os

from lib import pages
from lib.base import check, children, comm, equal, rss_kb, wait_for
from lib.pages import Browser
from lib.tcp import ask, dial

NEEDS = ["curl"]
LARGE = 48 << 20


def run(t):
    t.resource("echo", t.echo())
    folder = fill(t)
    pages.switch_on(t, web_downloads=folder)
    t.gw.user("bob")
    t.up()
    b = Browser(t)
    b.get("/get/adit_1.0_amd64.deb", status=303)
    b.login()
    listed(t, b, folder)
    whole(t, b, folder)
    nothing_else(t, b)
    some_at_a_time(t, b)
    changes(t, b, folder)


def fill(t):
    folder = t.folder("offered")
    os.chmod(folder, 0o755)
    for name, size in (("adit_1.0_amd64.deb", 300000), ("adit-1.0.tar.gz", 7),
                       ("empty.exe", 0), ("large.iso", LARGE),
                       ("two words.deb", 5), (".hidden", 5), ("private", 5)):
        put(folder, name, os.urandom(size))
    os.chmod(f"{folder}/private", 0o600)
    os.symlink("/etc/passwd", f"{folder}/link")
    os.symlink("adit-1.0.tar.gz", f"{folder}/near")
    os.mkdir(f"{folder}/folder")
    os.mkfifo(f"{folder}/pipe")
    put(folder, "loose", b"x")
    os.chmod(f"{folder}/loose", 0o666)
    return folder


def put(folder, name, data):
    with open(f"{folder}/{name}", "wb") as f:
        f.write(data)
    os.chmod(f"{folder}/{name}", 0o644)


def hash_of(folder, name):
    with open(f"{folder}/{name}", "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def listed(t, b, folder):
    names = "adit_1.0_amd64.deb", "adit-1.0.tar.gz", "empty.exe", "large.iso"
    hashes = [hash_of(folder, name) for name in names]
    wait_for(lambda: all(h in b.get("/get").body for h in hashes), "the hashes",
             30)
    text = b.get("/get").text()
    for name in names:
        check(name in text, f"{name} is not in {text}")
    check("293.0 KiB" in text, text)
    for name in ("two words", ".hidden", "private", "link", "near", "folder",
                 "pipe", "loose"):
        check(name not in text, f"{name} is in {text}")
        if name != ".hidden":
            check(f"/{name}" in t.gw.log() and "is not offered" in t.gw.log(),
                  f"the log does not speak of {name}")


def whole(t, b, folder):
    web = next(p for p in children(t.gw.process.pid) if comm(p) == "aditd-web")
    before = rss_kb(web), rss_kb(t.gw.process.pid)
    app = dial(t.ag.at("echo"))
    for name in "adit_1.0_amd64.deb", "empty.exe", "large.iso":
        out = t.path(name)
        a = b.get(f"/get/{name}", "--max-time", "100", "--include",
                  "--output", out, "--dump-header", "-")
        equal(a.header("content-disposition"),
              f'attachment; filename="{name}"', "the disposition")
        equal(a.header("content-type"), "application/octet-stream", "the type")
        equal(a.header("x-content-type-options"), "nosniff", "sniffing")
        equal(a.header("connection").lower(), "close", "the connection")
        size = os.path.getsize(f"{folder}/{name}")
        equal(a.header("content-length"), str(size), "the length")
        with open(out, "rb") as f:
            body = f.read()[-size:] if size else b""
        equal(hashlib.sha256(body).hexdigest(), hash_of(folder, name), name)
        equal(ask(app), b"hello", "a tunnel")
    a = b.ask("/get/large.iso", "--head")
    equal((a.status, a.header("content-length"), a.body), (200, str(LARGE), ""),
          "HEAD")
    for pid, was in zip((web, t.gw.process.pid), before):
        check(rss_kb(pid) - was < 8000 or t.sanitized(),
              f"{comm(pid)} grew by {rss_kb(pid) - was} kB")


def nothing_else(t, b):
    for name in ("..", "../aditd.ini", "%2e%2e/aditd.ini", "..%2faditd.ini",
                 "%2fetc%2fpasswd", "link", "near", "private", ".hidden",
                 "folder", "pipe", "two%20words.deb",
                 "adit-1.0.tar.gz/", "ADIT-1.0.tar.gz", "x" * 300):
        b.get(f"/get/{name}", "--path-as-is", status=404)
    b.get("/get/", status=404)
    check("action=file about=adit_1.0_amd64.deb result=done" in t.gw.log()
          and "about=../aditd.ini result=missing" in t.gw.log(), "the audit")


def some_at_a_time(t, b):
    """Three that are not read, of one user; another one still gets his."""
    token = cookie(b)
    held = [held_download(t, token) for _ in range(3)]
    text = b.get("/get/large.iso", status=503).text()
    check("Too many files" in text, text)
    check("My sessions" in b.get("/sessions").text(), "other pages")
    other = Browser(t, "bob")
    other.login("bob")
    equal(other.ask("/get/large.iso", "--head").status, 200, "bob")
    for sock in held:
        sock.close()
    wait_for(lambda: b.ask("/get/adit-1.0.tar.gz", "--head").status == 200,
             "a place")


def cookie(b):
    with open(b.jar) as f:
        return next(line.split()[-1] for line in f if "__Host-adit\t" in line)


def held_download(t, token):
    sock = pages.tls(t.gw)
    sock.sendall(b"GET /get/large.iso HTTP/1.1\r\nHost: gateway.test\r\n"
                 b"Cookie: __Host-adit=" + token.encode() + b"\r\n\r\n")
    check(sock.recv(100).startswith(b"HTTP/1.1 200"), "a download")
    return sock


def changes(t, b, folder):
    put(folder, "adit-1.0.tar.gz", b"another")
    os.rename(f"{folder}/empty.exe", f"{folder}/renamed.exe")
    os.unlink(f"{folder}/adit_1.0_amd64.deb")
    b.get("/get/adit-1.0.tar.gz", status=404)
    b.get("/get/adit_1.0_amd64.deb", status=404)
    t.gw.reload()
    wait_for(lambda: hash_of(folder, "adit-1.0.tar.gz") in b.get("/get").body,
             "the new hash")
    b.get("/get/renamed.exe")
    os.chmod(folder, 0o777)
    t.gw.reload()
    check("renamed.exe" not in b.get("/get").text(), "a folder of everybody")
    b.get("/get/renamed.exe", status=404)
