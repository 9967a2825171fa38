# SPDX-License-Identifier: BSD-2-Clause
"""Every line of the gateway's log has one form, whichever process wrote it;
connections of no agent are counted, an agent that fails has a line."""

import re
import socket
import ssl
import struct

from lib.base import check, equal, wait_for
from lib.tcp import ask, dial

SECONDS = 10
LINE = re.compile(
    r"aditd: (?:(?:error|warning|debug): )?"
    r"(?:evt=.*|(?:#\d+(?:/\d+(?: [a-z0-9]+)?)?|login|reload|upgrade|drain): .*"
    r"|(?!worker|monitor|resolver|checker|control)(?!\w+: ).*)")


def run(t):
    t.resource("echo", t.echo())
    t.resource("nobodys", host="127.0.0.1", port=1)
    t.gw.conf["group everyone"]["resources"] = "echo"
    t.gw.conf["group nobody"] = {"users": "nobody", "resources": "nobodys"}
    t.up()
    sock = dial(t.ag.at("echo"))
    ask(sock)
    knock(t)
    fail(t)
    t.gw.set(resume_grace="tomorrow")
    t.gw.write()
    t.gw.ctl("reload", check=False)
    t.gw.set(resume_grace="9m")
    t.gw.reload()
    t.gw.ctl("upgrade")
    t.gw.ctl("kick", "1")
    wait_for(lambda: not t.gw.json("sessions")["sessions"], "the kick")
    t.gw.ctl("drain")
    wait_for(lambda: t.gw.process.poll() is not None, "the end")
    lines = t.gw.log().splitlines()
    for line in lines:
        check(LINE.fullmatch(line), f"this line has another form: {line}")
    for who in "#1", "login", "reload", "upgrade", "drain":
        check([x for x in lines if f" {who}: " in x], f"no line of {who}")


def knock(t):
    """Who is no agent: one line for all of them, and it says what came."""
    at = (t.gw.host, t.gw.port)
    with socket.create_connection(at) as s:
        s.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        s.settimeout(SECONDS)
        while s.recv(100):      # an alert of TLS, then the end
            pass
    t.gw.wait_log(r'is no agent\'s: the peer speaks plain HTTP, not TLS: '
                  r'it began with "GET /health HTTP/1.0"; more of them')
    mark = len(t.gw.log())
    for _ in range(10):
        socket.create_connection(at).close()
        s = socket.create_connection(at)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                     struct.pack("ii", 1, 0))
        s.close()
        browse(at)
    wait_for(lambda: t.gw.json("stats")["probes"] == 31, "all to be counted")
    said = [x for x in t.gw.log()[mark:].splitlines() if "connection" in x]
    equal(said, [], "lines about who is no agent")


def browse(at):
    """A browser that takes the port for a web server's."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(at) as s:
        try:
            context.wrap_socket(s, server_hostname="vpn.example").close()
        except (ssl.SSLError, OSError):
            pass


def fail(t):
    """An agent that cannot log in, and one that does not trust the gateway."""
    other = t.agent(name="other")
    other.password("wrong")
    other.write()
    check(other.call("up")[0] != 0, "a wrong password")
    t.gw.wait_log(r'warning: login: user "alice" from .* refused')
    other.conf["agent"]["pin"] = "sha256:" + "0" * 64
    other.write()
    check(other.call("up")[0] != 0, "a wrong pin")
    t.gw.wait_log(r"the connection from .* ended: .*does not trust the cert")
