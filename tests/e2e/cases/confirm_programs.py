# SPDX-License-Identifier: BSD-2-Clause
"""`require = otp` for programs whose connections are caught: under `adit run`, at
the SOCKS5 port, and with `intercept = nft`, connect() waits until `adit confirm`
and goes on; where no code comes, connect() itself is refused."""

import subprocess

from cases.confirm import codes, confirm
from cases.otp_login import code
from lib import socks
from lib.base import check, equal, spawn, wait_for
from lib.nft import Caught
from lib.tcp import ask

NET = True
VARIANTS = "run", "socks", "nft"
TIMEOUT = 60

# Says what connect() says, and what the server.
DIAL = """
import errno, socket, sys
s = socket.socket()
try:
    s.connect((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    sys.exit(errno.errorcode[error.errno])
s.sendall(b"hello")
print("connected", s.recv(5, socket.MSG_WAITALL).decode(), flush=True)
"""
ALLOWED = "connected hello"


class Run:
    """Programs under `adit run`."""
    REFUSED = "ENETUNREACH"

    def __init__(self, t):
        t.agent(uid=65534)

    def begin(self, t, server):
        return spawn(t.ag.command("run", "/usr/bin/python3", "-c", DIAL,
                                  server.host, str(server.port)),
                     env=t.ag.env, stdout=subprocess.PIPE,
                     stderr=subprocess.STDOUT, text=True)

    def ready(self):
        pass


class Nft(Run):
    """All programs of a user."""

    def __init__(self, t):
        self.nft = Caught(t, "user", uid=65533)

    def begin(self, t, server):
        return spawn(["setpriv", "--reuid=65533", "--regid=65533",
                      "--clear-groups", "/usr/bin/python3", "-c", DIAL,
                      server.host, str(server.port)],
                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                     text=True)

    def ready(self):
        self.nft.ready()


class Socks(Run):
    """A client in a process of its own, so that it can wait."""
    REFUSED = f"reply {socks.NOT_ALLOWED}"

    def __init__(self, t):
        self.proxy = t.ag.socks()

    def begin(self, t, server):
        return SocksClient(self.proxy, server)


class SocksClient:
    """As a process that DIAL runs in: its reply is read when it is there."""

    def __init__(self, proxy, server):
        self.sock = socks.begin(proxy, server.host, server.port)

    def poll(self):
        return 0 if socks.has_reply(self.sock) else None

    def communicate(self, timeout=None):
        self.sock.settimeout(timeout)
        number = socks.reply(self.sock)
        if number:
            return f"reply {number}\n", None
        return f"connected {ask(self.sock).decode()}\n", None


def ends(program):
    return program.communicate(timeout=30)[0].strip().splitlines()[-1]


def run(t, kind):
    where = {"run": Run, "socks": Socks, "nft": Nft}[kind](t)
    with t.far:
        server = t.echo(t.far.ip)
    t.resource("vault", host="any", port=str(server.port),
               allow=["10.9.0.0/24"], require="otp",
               **({"intercept_address": "yes"} if kind == "nft" else {}))
    t.gw.conf["server"]["login_timeout"] = "1s"
    t.up()
    where.ready()
    equal(ends(where.begin(t, server)), where.REFUSED, "without a secret")
    key = t.gw.json("otp", "alice")["secret"]
    equal(ends(where.begin(t, server)), where.REFUSED, "nobody answers")
    t.gw.wait_log(r"no one-time code for resource vault: no one-time code came")
    t.gw.conf["server"]["login_timeout"] = "10m"
    t.gw.reload()
    waiting = [where.begin(t, server) for _ in range(3)]
    wait_for(lambda: len(t.gw.json("channels")["channels"]) == 3,
             "three connections at the gateway")
    wait_for(lambda: codes(t)["wanted"], "the agent to want a code")
    equal([c["state"] for c in t.gw.json("channels")["channels"]],
          ["waits for a code"] * 3, "their states")
    check(all(one.poll() is None for one in waiting), "one has not waited")
    equal(confirm(t, code(key))[0], 0, "adit confirm")
    equal([ends(one) for one in waiting], [ALLOWED] * 3, "those that waited")
    equal(ends(where.begin(t, server)), ALLOWED, "a later one")
