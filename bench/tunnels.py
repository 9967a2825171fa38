# SPDX-License-Identifier: BSD-2-Clause
"""The tunnels that the benchmarks compare, on loopback, in one run."""

import argparse
import atexit
import os
import shutil
import signal
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "e2e"))
sys.dont_write_bytecode = True

from lib import pki  # noqa: E402
from lib.base import (adopt_orphans, cpu_seconds, default_build,  # noqa: E402
                      descendants, free_port, kill_all_below, listening,
                      raise_limits, show, spawn, wait_for)
from lib.case import Case  # noqa: E402
from lib.servers import program  # noqa: E402


class Direct:
    """No tunnel at all: what the machine can do."""

    name = "direct"

    def __init__(self, t, server):
        self.where = server.host, server.port

    def roots(self):
        return []

    def pids(self):
        return [p for root in self.roots() for p in [root] + descendants(root)]

    def cpu(self):
        return sum(cpu_seconds(p) for p in self.pids())

    def pss_kb(self):
        return sum(pss_kb(p) for p in self.pids())


class Ssh(Direct):
    """ssh -L with AES-128-GCM, what everybody would use otherwise."""

    name = "ssh -L"

    def __init__(self, t, server):
        program("ssh")
        daemon = t.sshd()
        self.where = t.gateway_ip, free_port(t.gateway_ip)
        client = spawn(
            [program("ssh"), *daemon.options, "-N",
             "-c", "aes128-gcm@openssh.com", "-p", str(daemon.port),
             "-L", f"{show(self.where)}:{server.host}:{server.port}",
             daemon.host], log=t.path("ssh.log"))
        wait_for(lambda: listening(*self.where), "ssh -L to listen")
        self.daemon, self.client = daemon.process, client

    def roots(self):
        return [self.daemon.pid, self.client.pid]


class Stunnel(Direct):
    """Two stunnels; one TLS connection for each TCP connection."""

    name = "stunnel"

    def __init__(self, t, server):
        middle = t.gateway_ip, free_port(t.gateway_ip)
        self.processes = [self.serve(t, server, middle)]
        self.where = t.gateway_ip, free_port(t.gateway_ip)
        self.processes.append(self.dial(t, middle, self.where))

    @classmethod
    def serve(cls, t, server, middle):
        """The one near the server, which listens at `middle`."""
        ca = pki.authority(t, "bench")
        cert, key = pki.certificate(t, ca, "bench.example")
        return cls.start(t, "server", middle,
                         f"[s]\naccept = {show(middle)}\n"
                         f"connect = {server.host}:{server.port}\n"
                         f"cert = {cert}\nkey = {key}\n")

    @classmethod
    def dial(cls, t, middle, where):
        """The one near the applications, which listens at `where`."""
        return cls.start(t, "client", where,
                         f"[c]\nclient = yes\naccept = {show(where)}\n"
                         f"connect = {show(middle)}\n")

    @staticmethod
    def start(t, name, where, text):
        text = ("foreground = yes\npid =\ndebug = 3\n"
                "socket = l:TCP_NODELAY=1\nsocket = r:TCP_NODELAY=1\n"
                + text + "ciphersuites = TLS_AES_128_GCM_SHA256\n")
        process = spawn([program("stunnel"), t.write(f"{name}.conf", text)],
                        log=t.path("stunnel.log"))
        wait_for(lambda: listening(*where), f"stunnel {name} to listen")
        return process

    def roots(self):
        return [process.pid for process in self.processes]


class Adit(Direct):
    name = "adit"

    def __init__(self, t, server):
        t.resource("bench", server)
        # wrk is no ordinary user.
        t.gw.set(connections_per_second=0)
        t.up()
        self.t, self.where = t, t.at("bench")

    def roots(self):
        return [self.t.gw.process.pid, self.t.ag.pid()]


def pss_kb(pid):
    with open(f"/proc/{pid}/smaps_rollup") as f:
        for line in f:
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def arguments(what, kinds, **numbers):
    """The options of a benchmark: --build, --only, and some numbers."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--build", default=default_build(),
                        help="folder with aditd, aditctl and adit")
    parser.add_argument("--only", default="",
                        help="tunnels to compare, of: "
                        + ", ".join(k.name for k in kinds))
    for name, (value, text) in numbers.items():
        parser.add_argument(f"--{name}", type=type(value), default=value,
                            help=f"{text} (default {value})")
    return parser.parse_args()


def open_case(options):
    """A Case in a temporary folder; all of it goes when the program ends."""
    raise_limits()
    adopt_orphans()
    folder = tempfile.mkdtemp(prefix="adit-bench-")
    os.chmod(folder, 0o755)

    def end():
        kill_all_below(os.getpid())
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    return Case("bench", 1, folder, os.path.abspath(options.build), False)


def tunnels(t, server, kinds, options):
    """Those of the kinds that can run here, started; says what cannot."""
    wanted = [w.strip() for w in options.only.split(",") if w.strip()]
    found = []
    for kind in kinds:
        if wanted and not any(kind.name.startswith(w) for w in wanted):
            continue
        try:
            found.append(kind(t, server))
        except (Exception, AssertionError) as error:
            print(f"# without {kind.name}: {error}")
    return found


def table(title, heads, rows):
    """Prints rows of text in columns."""
    rows = [heads] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    print(f"\n{title}")
    for row in rows:
        print("  " + row[0].ljust(widths[0]) + "  "
              + "  ".join(c.rjust(w) for c, w in zip(row[1:], widths[1:])),
              flush=True)


def ratio(value, base):
    return f"{value / base:.2f}" if value and base else "-"
