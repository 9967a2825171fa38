# SPDX-License-Identifier: BSD-2-Clause
"""With --json each command prints the fields that its manual names, and no others."""

import json
import os
import re

from cases.otp_login import code
from lib import pages
from lib.adit import PASSWORD
from lib.base import check, equal, show, spawn, wait_for
from lib.socks import refused
from lib.tcp import ask, dial

MAN = f"{os.path.dirname(__file__)}/../../../docs/man"
# Objects whose members are not fields: names of the configuration, reasons.
BY_NAME = {"gateways", "resources", "ended", "limits", "login_times"}
NAMES = re.compile(r"[A-Za-z_]\w*")


def named(block):
    """The names of fields in a part of a manual page."""
    return {name for line in re.findall(r"^\.(?:It )?Va (.*)", block, re.M)
            for name in NAMES.findall(line)}


def documented(page):
    """{command: names of fields} from the section OUTPUT of a manual page."""
    with open(f"{MAN}/{page}") as f:
        text = f.read()
    text = re.search(r"^\.Sh JSON OUTPUT\n(.*?)^\.Sh ", text, re.M | re.S).group(1)
    found, blocks = {}, {}
    for block in re.split(r"^\.It Ic ", text, flags=re.M)[1:]:
        commands, _, rest = block.partition("\n")
        for command in NAMES.findall(commands):
            found[command] = named(rest)
            blocks[command] = rest
    for command, rest in blocks.items():
        # "As in status": the objects that another command has too.
        for other in re.findall(r"^\.Ic (\w+)", rest, re.M):
            found[command] = found[command] | found.get(other, set())
    return found, blocks


def fields_of(value):
    """The names of all fields, in depth."""
    if isinstance(value, list):
        return set().union(*map(fields_of, value))
    if isinstance(value, dict):
        inner = [list(one.values())
                 if name in BY_NAME and isinstance(one, dict) else one
                 for name, one in value.items()]
        return set(value) | fields_of(inner)
    return set()


def compare(page, outputs):
    """outputs: (command, object)."""
    manual, blocks = documented(page)
    seen = {}
    for command, value in outputs:
        seen[command] = seen.get(command, set()) | fields_of(value)
    for command, got in seen.items():
        check(command in manual, f"{page}: OUTPUT has no {command}")
        extra = got - manual[command]
        check(not extra, f"{page}: {command}: not documented: {extra}")
    for rest in set(blocks.values()):
        alike = [c for c in blocks if blocks[c] == rest]
        missing = named(rest) - set().union(*(seen.get(c, set())
                                              for c in alike))
        check(not missing, f"{page}: {alike}: not there: {missing}")
    untried = set(manual) - set(seen)
    equal(untried, set(), f"{page}: commands that this case does not run")


def agent(t):
    def call(*words):
        return words[0], json.loads(t.ag.ctl(*words, "--json"))

    inside = spawn(t.ag.command("run", "sleep", "60"), env=t.ag.env)
    wait_for(lambda: t.ag.status()["runs"], "a command to run")
    def answer(text, *words):
        return words[0], json.loads(t.run(
            t.ag.command(*words, "--password-stdin", "--json"),
            env=t.ag.env, input=text))

    yield call("publish", "web", str(t.parts["echo"][0].port))
    key = t.gw.json("otp", "alice")["secret"]
    waits = dial(t.ag.at("vault"))
    wait_for(lambda: t.ag.status()["codes"]["wanted"], "a connection to wait")
    yield call("status")
    yield answer(code(key) + "\n", "confirm")
    yield call("confirm")
    ask(waits)
    inside.kill()
    yield call("resources")
    yield call("env")
    yield "why", json.loads(t.ag.call("why", "--json", "10.9.9.9:9")[1])
    yield call("why", show(t.ag.at("echo")))
    yield call("map", "any", t.server_ip)
    yield call("list")
    yield call("reload")
    yield call("stop")
    yield call("start")
    yield call("down")
    yield "up", json.loads(t.ag.up("--json"))
    yield answer(f"{PASSWORD}\nanother word of hers\n", "passwd")


def published(t):
    wait_for(lambda: t.ag.status()["published"][0]["state"] == "published",
             "what adit.ini says to be published")


def gateway(t):
    def call(*words, input=None):
        return words[0], json.loads(t.gw.ctl("--json", *words, input=input))

    server = t.parts["echo"][0]
    place = show((server.host, server.port))
    word = "another word\n"
    for words in (["sessions"], ["channels"], ["status"], ["stats"],
                  ["plugins"], ["users"], ["check"], ["pin"], ["reload"],
                  ["invite", "alice"], ["lock", "bob"], ["unlock", "bob"],
                  ["why", "--as", "alice", place],
                  ["kick", "alice"]):
        yield call(*words)
    yield call("passwd", "--password-stdin", "bob", input=word)
    yield call("otp", "bob")
    yield call("otp", "--remove", "bob")
    yield call("passwd", "--delete", "bob")
    yield call("init", t.path("other"), "--user", "eve", "--listen",
               "127.0.0.1:1", "--password-stdin", input=word)
    yield call("drain", "--timeout", "1s")


def run(t):
    server = t.echo()
    t.resource("echo", server)
    t.resource("vault", t.echo(), require="otp")
    pages.switch_on(t)
    t.resource("any", host="any", port=server.port, allow=f"{t.server_ip}/32")
    taken = t.listen("0.0.0.0")         # so that a port moves
    t.resource("moved", host="192.0.2.1", port=taken.port)
    t.gw.user("bob", PASSWORD)
    # Reached by nobody, which is a warning.
    t.gw.conf["resource idle"] = {"host": "192.0.2.2", "port": 9}
    t.gw.conf["group publishers"] = {"users": "*"}
    t.gw.conf["publish web"] = {"listen": show(t.place(t.gateway_ip)),
                                "groups": "publishers"}
    t.ag.conf["publish web"] = {"to": str(server.port)}
    t.ag.conf["listen any"] = {"map": t.server_ip}
    os.makedirs(f"{t.ag.dir}/config/adit")
    with open(f"{t.ag.dir}/config/adit/work.ini", "w") as f:
        f.write("[agent]\nuser = alice\n")
    place = t.ag.socks()
    t.up()
    refused(place, "10.9.9.9", 9)
    sock = dial(t.ag.at("echo"))
    ask(sock)
    published(t)
    compare("adit.1", agent(t))
    published(t)
    again = dial(t.ag.at("echo"))
    ask(again)
    compare("aditctl.8", gateway(t))
