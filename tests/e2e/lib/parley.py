# SPDX-License-Identifier: BSD-2-Clause
"""Plugins built outside of the tree, and both ends of a parley dialogue.

tests/plugins/parley.c tells what is said.  The case itself is the server and
the application, line by line.
"""

import fcntl
import os
import re
import shutil
import socket

from .base import Failure, Skip, equal, matches, show
from .servers import program
from .tcp import TIMEOUT, Listener, dial, fate

HERE = os.path.dirname(os.path.realpath(__file__))
SOURCES = os.path.join(HERE, "..", "..", "plugins")


# -- building: header and pkg-config file are all that comes from adit

class Kit:
    """What `make install` gives to people who write plugins."""

    def __init__(self, t):
        self.t, self.dir = t, os.path.join(os.path.dirname(t.dir), "kit")
        with open(self.dir + ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)    # once for all cases
            if not os.path.isdir(self.dir):
                self._install()
        found = [root for root, _, files in os.walk(self.dir)
                 if "adit-plugin.pc" in files]
        self.env = dict(os.environ, PKG_CONFIG_PATH=found[0],
                        PKG_CONFIG_SYSROOT_DIR=self.dir,
                        PKG_CONFIG_ALLOW_SYSTEM_CFLAGS="1")
        for name in "MAKEFLAGS", "MAKELEVEL", "MFLAGS":
            self.env.pop(name, None)

    def _install(self):
        """The header, the pkg-config file, and the example plugins."""
        made = f"{self.dir}.new"
        self.t.run([program("make"), "-C", self.t.build, f"DESTDIR={made}",
                    "install-adit_includeHEADERS", "install-pkgconfigDATA"])
        os.rename(made, self.dir)

    def flags(self):
        """Compilers and flags of the build: sanitizers must be the same."""
        with open(f"{self.t.build}/Makefile") as f:
            text = f.read()
        found = dict(re.findall(r"^(CC|CXX|SAN_CFLAGS) = *(.*)$", text, re.M))
        san = found.get("SAN_CFLAGS", "")
        return [f"CC={found['CC']}", f"CXX={found.get('CXX', 'c++')}",
                f"CFLAGS={san}", f"CXXFLAGS={san}"]

    def make(self, folder, *targets, more=""):
        flags = self.flags()
        flags[2] += " " + more
        self.t.run([program("make"), "-C", folder, *flags, *targets],
                   env=self.env)


def build(t, folder, name, text=None, flags=""):
    """folder/name.so from tests/plugins/name.c or .cc, or from `text`."""
    if not os.access(f"{t.build}/Makefile", os.R_OK):
        raise Skip("not a build folder: plugins cannot be built")
    kit = Kit(t)
    source = t.folder("plugin")
    shutil.copy(f"{SOURCES}/Makefile", source)
    if text is None:
        for end in "c", "cc":
            if os.path.exists(f"{SOURCES}/{name}.{end}"):
                shutil.copy(f"{SOURCES}/{name}.{end}", source)
    else:
        with open(f"{source}/{name}.c", "w") as f:
            f.write(text)
    kit.make(source, f"{name}.so", more=f"-I{SOURCES} {flags}")
    os.makedirs(folder, mode=0o755, exist_ok=True)
    # As install(1) does it: who has the old one mapped keeps it.
    shutil.copy(f"{source}/{name}.so", f"{folder}/{name}.new")
    os.chmod(f"{folder}/{name}.new", 0o644)
    os.rename(f"{folder}/{name}.new", f"{folder}/{name}.so")
    return f"{folder}/{name}.so"


def use(t, *names, **options):
    """Builds plugins for the gateway of the case; options are the first's."""
    folder = t.path("plugins")
    t.gw.conf["server"]["plugin_dir"] = folder
    for name in names:
        build(t, folder, name)
        t.gw.conf[f"plugin {name}"] = {}
    t.gw.conf[f"plugin {names[0]}"].update(options)


# -- talking

class Talk:
    """One end of a dialogue in lines."""

    def __init__(self, sock):
        self.sock, self.rest = sock, b""

    def say(self, *lines):
        self.sock.sendall("".join(f"{line}\n" for line in lines).encode())

    def hear(self, want=None):
        while b"\n" not in self.rest:
            more = self.sock.recv(4096)
            if not more:
                raise Failure(f"the dialogue ended; before: {self.rest!r}")
            self.rest += more
        line, _, self.rest = self.rest.partition(b"\n")
        if want is not None:
            equal(line.decode(), want, "the line")
        return line.decode()

    def hear_address(self, verb):
        found = matches(rf"^{verb} (\S+) (\d+)$", self.hear(), "the line")
        return found[1], int(found[2])

    def fate(self):
        return fate(self.sock)

    def close(self):
        self.sock.close()


class Dialogue:
    """Application and server of one control channel."""

    def __init__(self, t, server, name="ctl", sock=None):
        self.t = t
        self.app = Talk(sock or t.dial(name))
        self.server = Talk(server.accept())

    def ask(self, line, answer, want=None):
        """The application says a line, the server answers with another."""
        self.app.say(line)
        self.server.hear(line)
        self.server.say(answer)
        return self.app.hear(want)

    def close(self):
        self.app.close()
        equal(self.server.fate(), ("eof", b""), "the application's end")
        self.server.close()

    def open(self, *places):
        """OPEN, answered with these listeners; what the application hears."""
        line = "DATA " + " ".join(f"{p.host} {p.port}" for p in places)
        self.app.say("OPEN")
        self.server.hear("OPEN")
        self.server.say(line)
        return self.app.hear_address("DATA")

    def call(self, place):
        """CALL for this listener; where the server is told to connect to."""
        self.app.say(f"CALL {place.host} {place.port}")
        return self.server.hear_address("CALL")

    def called(self, place):
        """The same, and the server has said OK."""
        addr = self.call(place)
        self.server.say("OK")
        self.app.hear("OK")
        return addr


def start(t, ip=None, plugin="parley", **options):
    """A resource `ctl` inspected by parley, and up: the control server."""
    use(t, plugin, **options)
    server = t.listen(ip)
    t.resource("ctl", server, plugin=plugin)
    t.up()
    return server


def talks(app, far):
    """Both ends of a fresh connection belong together, both ways."""
    app.sendall(b"ping")
    equal(far.recv(4), b"ping", "what the far end got")
    far.sendall(b"pong")
    equal(app.recv(4), b"pong", "what the near end got")


def meets(addr, server):
    """Connects to addr, which must lead to this server: (app, far)."""
    app = dial(addr)
    far = server.accept()
    talks(app, far)
    return app, far


def is_refused(addr, what, source=None):
    """A connection there fails, or is reset before any byte."""
    try:
        got = fate(call_back(source, addr) if source else dial(addr))
    except (ConnectionRefusedError, ConnectionResetError):
        return
    equal(got, ("reset", b""), f"{what}: {show(addr)}")


def call_back(server_ip, addr):
    """The server connects to where it was told; from its own address."""
    sock = socket.socket(socket.AF_INET6 if ":" in server_ip
                         else socket.AF_INET)
    sock.settimeout(TIMEOUT)
    sock.bind((server_ip, 0))
    sock.connect(addr)
    return sock
