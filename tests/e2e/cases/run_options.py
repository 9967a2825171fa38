# SPDX-License-Identifier: BSD-2-Clause
"""adit run: connections that are accepted early; name lookups over TCP; what no
resource covers is reached with --also-direct; ports that are published; an agent
that has a name."""

import json
import os
import signal
import subprocess

from lib import dns
from lib.base import (check, equal, free_port, matches, running, spawn,
                      wait_for)

NET = True
NEEDS = ["nginx"]
VARIANTS = ("early", "tcp", "direct", "direct-root", "direct-early",
            "publish", "publish-root", "adopted", "names", "agent")

# What connect() says, and the first byte afterwards; a reset may be faster than
# the program that is connected.
DIAL = """
import json, socket, sys
for host, port in json.loads(sys.argv[1]):
    try:
        s = socket.create_connection((host, port), 20)
        s.sendall(b"hello")
        print("connected", s.recv(5).decode() or "end")
    except ConnectionResetError:
        print("reset")
    except OSError as error:
        print(type(error).__name__)
"""
# Two questions over one connection to a name server that is none.
OVER_TCP = """
import socket, struct, sys
s = socket.create_connection((sys.argv[1], 53), 20)
for name in sys.argv[2:]:
    q = struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + b"".join(
        bytes([len(l)]) + l.encode() for l in name.split(".")) + bytes(
        [0, 0, 1, 0, 1])
    q = struct.pack("!H", len(q)) + q
    s.sendall(q[:1])
    s.sendall(q[1:9])
    s.sendall(q[9:])
    n = struct.unpack("!H", s.recv(2, socket.MSG_WAITALL))[0]
    a = s.recv(n, socket.MSG_WAITALL)
    print(a[3] & 15, ".".join(str(b) for b in a[-4:]) if a[7] else "none")
"""
LOOK_UP = """
import socket, sys
for name in sys.argv[1:]:
    try:
        print(socket.gethostbyname(name))
    except socket.gaierror:
        print("none")
"""
SERVE = """
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
print("ready", flush=True)
while True:
    c, peer = l.accept()
    c.sendall(peer[0].encode())
    c.close()
"""


def python(t, program, *words, options=()):
    return t.ag.run_with(options, "/usr/bin/python3", "-c", program, *words)


def early(t):
    with t.far:
        server = t.echo(t.far.ip)
        closed = t.listen(t.far.ip)
    closed.close()
    t.resource("all", host="any", port="1-65535", allow=["10.9.0.0/24"])
    t.agent(uid=65534)
    t.ag.conf["agent"]["accept"] = "early"
    t.up()
    command = spawn(t.ag.command(
        "run", "/usr/bin/python3", "-c", DIAL + "\nsys.stdin.read()",
        json.dumps([(server.host, server.port), (closed.host, closed.port),
                    ("127.0.0.1", closed.port)])),
        env=t.ag.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    lines = [command.stdout.readline() for _ in range(3)]
    equal(lines, ["connected hello\n", "reset\n",
                  "ConnectionRefusedError\n"], "connections")
    equal([r["early"] for r in t.ag.status()["runs"]], [2], "accepted early")
    command.communicate()


def tcp(t):
    with t.far:
        t.nginx(t.far.ip, 8080)
    t.resource("web", host="far.corp.example", port="8080")
    t.gw.hosts = [(t.far.ip, "far.corp.example")]
    t.agent(uid=65534)
    t.up()
    for server in "10.1.1.1", "2001:db8::1", "127.0.0.9":
        status, text = python(t, OVER_TCP, server, "far.corp.example",
                              "no.corp.example", "far.corp.example")
        lines = text.splitlines()
        matches(r"0 198\.1[89]\.", text, server)
        equal((status, lines[1], lines[0]), (0, "3 none", lines[2]), text)


def direct(t, who):
    with t.far:
        covered = t.echo(t.far.ip)
        t.echo(t.far.ip2, 7777)
    outside = t.echo(t.far.near)
    closed = t.listen(t.far.near)
    closed.close()
    t.resource("covered", covered)
    t.agent(uid=None if who == "root" else 65534)
    if who == "early":
        t.ag.conf["agent"]["accept"] = "early"
    t.up()
    places = json.dumps([(s.host, s.port)
                         for s in (covered, outside, closed)])
    want = ["connected hello", "connected hello", "ConnectionRefusedError"]
    equal(python(t, DIAL, places, options=["--also-direct"]),
          (0, "".join(f"{line}\n" for line in want)), "direct")
    equal(t.ag.status()["refusals"], [], "refusals that nobody has seen")
    want[1:] = ["OSError"] * 2
    if who == "early":
        want[1:] = ["reset"] * 2
    equal(python(t, DIAL, places),
          (0, "".join(f"{line}\n" for line in want)), "without the option")


def publish(t, who):
    t.gw.resource("none", host="127.0.0.1", port="1")
    t.agent(uid=None if who == "root" else 65534)
    t.up()
    for host in "127.0.0.1", "0.0.0.0":
        port = free_port("127.0.0.1")
        command = spawn(t.ag.command(
            "run", "--publish", str(port), "--publish",
            str(free_port("127.0.0.1")), "--", "/usr/bin/python3", "-c",
            SERVE, host, str(port)), env=t.ag.env, stdout=subprocess.PIPE,
            text=True)
        equal(command.stdout.readline(), "ready\n", "the server inside")
        check(port in t.ag.status()["runs"][0]["published"], "published")
        # Only the agent's user is let in.
        for as_user in (65534, 1) if who != "root" else (0, 1):
            said = t.run(["setpriv", f"--reuid={as_user}", "--clear-groups",
                          "/usr/bin/python3", "-c", DIAL,
                          json.dumps([("127.0.0.1", port)])])
            if as_user == 1:
                equal(said, "reset\n", "another user")
            else:
                equal(said, "connected 127.0\n", "from outside")
        status, text = t.ag.run_with(["--publish", str(port)], "true")
        equal(status, 125, text)
        matches(f"cannot publish port {port} at 127.0.0.1: Address already",
                text, "what is taken")
        command.kill()
        command.wait()
        wait_for(lambda: not t.ag.status()["runs"], "the end")
        # Nobody inside listens there, so it must not lead back here.
    port = free_port("127.0.0.1")
    equal(python(t, DIAL, json.dumps([("127.0.0.1", port)]),
                 options=["--publish", str(port)]),
          (0, "ConnectionRefusedError\n"), "to itself")
    for word in "0", "65536", "http", "":
        status, text = t.ag.run_with(["--publish", word], "true")
        equal(status, 125, text)
        matches(f"--publish {word}: not a port", text, "no port")


def adopted(t):
    t.gw.resource("none", host="127.0.0.1", port="1")
    t.agent(uid=65534)
    t.up()
    port = free_port("127.0.0.1")
    command = spawn(t.ag.command(
        "run", "--also-direct", "--publish", str(port), "--",
        "/usr/bin/python3", "-c", SERVE, "127.0.0.1", str(port)),
        env=t.ag.env, stdout=subprocess.PIPE, text=True)
    equal(command.stdout.readline(), "ready\n", "the server inside")
    pid = t.ag.pid()
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not running(pid), "the agent to be dead")
    t.ag.up()
    t.ag.wait_state("connected")
    run, = t.ag.status()["runs"]
    equal((run["direct"], run["published"]), (True, [port]), "adopted")
    command.kill()


def names(t):
    """With --also-direct other names are what this machine's servers say."""
    server = dns.NameServer("127.0.0.53")
    server.host("outside.example", "10.1.2.3")
    with t.far:
        covered = t.echo(t.far.ip)
    t.resource("covered", covered, host="far.corp.example")
    t.gw.hosts = [(t.far.ip, "far.corp.example")]
    t.agent(uid=65534)
    t.ag.resolv = f"nameserver 127.0.0.52\n{dns.resolv(server)}"
    t.up()
    asked = "far.corp.example", "outside.example", "no.example"
    for options, outside in ([], "none"), (["--also-direct"], "10.1.2.3"):
        status, text = python(t, LOOK_UP, *asked, options=options)
        lines = text.splitlines()
        matches(r"^198\.1[89]\.", lines[0], "a covered name")
        equal((status, lines[1:]), (0, [outside, "none"]), "other names")
        # Which server is asked does not count.
        for name, want in zip(asked, lines):
            status, text = python(t, OVER_TCP, "10.1.1.1", name,
                                  options=options)
            equal(text.split()[1:], [want], f"over TCP: {name}")


def agent(t):
    t.gw.resource("none", host="127.0.0.1", port="1")
    t.up()
    os.makedirs(f"{t.ag.env['XDG_CONFIG_HOME']}/adit")
    t.ag.conf["agent"].pop("control", None)
    t.ag.down()
    t.ag.write()
    os.rename(f"{t.ag.dir}/adit.ini",
              f"{t.ag.env['XDG_CONFIG_HOME']}/adit/other.ini")

    def adit(*words):
        done = subprocess.run([t.tool("adit"), *words], env=t.ag.env,
                              text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60)
        return done.returncode, done.stdout

    status, text = adit("run", "--agent", "other", "true")
    equal(status, 125, text)
    matches("no agent is running", text, "before it is up")
    equal(adit("up", "other")[0], 0, "up")
    equal(adit("run", "--agent", "other", "echo", "--agent")[1], "--agent\n",
          "by the other agent")
    equal(adit("run", "true")[0], 125, "by the usual one, which is down")
    equal(adit("down", "other")[0], 0, "down")


def run(t, variant):
    what, _, who = variant.partition("-")
    globals()[what](t, *([who] if what in ("direct", "publish") else []))
