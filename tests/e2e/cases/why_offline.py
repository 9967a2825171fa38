# SPDX-License-Identifier: BSD-2-Clause
"""`aditctl why` by HOST:PORT, URL and resource, of the gateway that runs, of a
file that none runs with, and of a file before it is reloaded."""

import json
import subprocess

from lib.adit import ini_text
from lib.base import check, equal, matches


def run(t):
    server = t.echo()
    t.resource("echo", server)
    where = f"{server.host}:{server.port}"
    url = f"http://{where}/some/page"
    t.gw.user("bob")
    t.gw.conf["group everyone"]["users"] = "alice"
    t.gw.write()
    for asked in where, url, "echo":
        ask(t, "alice", asked, 0, running=False, resource="echo",
            group="everyone", rule="granted")
        ask(t, "bob", asked, 1, running=False, rule="no-group")
    matches("note +this is what .*aditd.ini says; no aditd",
            t.gw.ctl("why", "--as", "alice", "echo"), "where it comes from")
    t.up()
    for asked in where, url, "echo":
        ask(t, "alice", asked, 0, running=True, rule="granted")
        ask(t, "bob", asked, 1, running=True, rule="no-group")
    matches(rf"connects to {server.host}, port {server.port}: resource echo, "
            "granted by group everyone\ngateway +main\nresource +echo\n"
            "group +everyone\n", t.gw.ctl("why", "--as", "alice", "echo"),
            "for people")
    another_file(t)
    before_reload(t)
    wrong(t)
    t.gw.ctl("lock", "bob")
    matches("note +the user is locked",
            t.gw.ctl("why", "--as", "bob", "echo", check=False), "a lock")


def ask(t, user, asked, status, conf=None, words=(), **want):
    done = subprocess.run(
        [t.tool("aditctl"), "-c", conf or t.gw.conf_file, "--json", "why",
         "--as", user, asked, *words],
        text=True, capture_output=True, timeout=20)
    what = f"why --as {user} {asked}: {done.stdout} {done.stderr}"
    equal(done.returncode, status, what)
    said = json.loads(done.stdout)
    if "error" in said:
        return said["error"]
    for key, value in dict(want, asked=asked, user=user, gateway="main",
                           file=conf or t.gw.conf_file).items():
        equal(said[key], value, f"{key} of {what}")
    return said


def another_file(t):
    """With the same control socket: its gateway has another file."""
    new = dict(t.gw.conf, **{
        "group everyone": {"users": "bob", "resources": "echo"}})
    conf = t.write("gateway/new.ini", ini_text(new))
    ask(t, "bob", "echo", 0, conf, running=False, rule="granted")
    ask(t, "alice", "echo", 1, conf, running=False, rule="no-group")
    new["server"] = dict(new["server"], control="nowhere.sock")
    conf = t.write("gateway/new.ini", ini_text(new))
    ask(t, "bob", "echo", 0, conf, running=False, rule="granted")


def before_reload(t):
    t.gw.conf["group everyone"]["users"] = "alice, bob"
    t.gw.write()
    ask(t, "bob", "echo", 1, running=True)
    ask(t, "bob", "echo", 0, words=["--offline"], running=False)
    t.gw.reload()
    ask(t, "bob", "echo", 0, running=True)


def wrong(t):
    """What cannot be asked is status 2, whoever answers."""
    for words in (), ("--offline",):
        for asked in "ehco", "host:0", "ftp://host/":
            said = ask(t, "alice", asked, 2, words=words)
            check(asked in said, f"why {asked}: {said}")
        matches(r"no \[gateway mian\], did you mean \"main\"",
                ask(t, "alice", "echo", 2, words=("--gateway", "mian", *words)),
                "an unknown gateway")
    conf = t.write("gateway/broken.ini", "[gatewey x]\n")
    matches("broken.ini:1", ask(t, "alice", "echo", 2, conf), "a broken file")
