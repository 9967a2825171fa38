# SPDX-License-Identifier: BSD-2-Clause
"""Resolver, checkers and web process run as users of their own if the system has
them, else as the worker's user, and the log says so."""

import pwd

from lib import fences, pages
from lib.base import check, children, comm, equal, matches, wait_for
from lib.tcp import ask, dial

ROOT = True
OWN = {"resolver": 64701, "checker": 64702, "web": 64703}


def run(t):
    name = t.gw.conf["server"]["user"]
    with open("/etc/passwd") as f:
        passwd = "".join(line for line in f if not line.startswith(f"{name}-"))
    for part, number in OWN.items():
        passwd += f"{name}-{part}:x:{number}:{number}::/nonexistent:/bin/false\n"
    file, plain = t.write("passwd", passwd), t.gw.command
    t.gw.command = lambda *words: [
        "unshare", "--mount", "sh", "-c",
        'mount --bind "$0" /etc/passwd && exec "$@"', file, *plain(*words)]
    server = t.echo("127.0.0.1")
    t.resource("named", host="localhost", port=server.port)
    pages.switch_on(t)
    t.up()
    equal(ask(dial(t.ag.at("named"))), b"hello", "a name is looked up")
    look(t, {**OWN, "worker": pwd.getpwnam(name).pw_uid})
    check("as the worker does" not in t.gw.log(), t.gw.log())
    t.gw.ctl("upgrade")
    t.ag.wait_state("connected", 30)
    equal(ask(dial(t.ag.at("named"))), b"hello", "after an upgrade")
    wait_for(lambda: len(parts(t)) == 3, "the others to end")
    look(t, {"resolver": OWN["resolver"], "web": OWN["web"],
             "worker": pwd.getpwnam(name).pw_uid})
    t.gw.stop()
    t.gw.command = plain
    t.gw.start()
    for part in OWN:
        matches(rf"the process aditd: {part} runs as {name}, as the worker does: .*useradd "
                rf".* {name}-{part}", t.gw.log(), "the log")


def parts(t):
    return {comm(pid).removeprefix("aditd-"): pid
            for pid in children(t.gw.process.pid)}


def look(t, users):
    found = parts(t)
    equal(sorted(found), sorted(users), "processes")
    for part, number in users.items():
        group = [pwd.getpwuid(number).pw_gid if part == "worker" else number]
        fences.is_user(found[part], number, group[0], group)
