# SPDX-License-Identifier: BSD-2-Clause
"""The tunnels that the benchmarks compare, on loopback, in one run."""

import argparse
import atexit
import json
import os
import shutil
import signal
import statistics
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


class Pair(Direct):
    """Two processes of a program, with TLS between them; each TCP connection
    has a TLS connection of its own."""

    def __init__(self, t, server):
        middle = t.gateway_ip, free_port(t.gateway_ip)
        self.where = t.gateway_ip, free_port(t.gateway_ip)
        self.processes = [self.serve(t, server, middle),
                          self.dial(t, middle, self.where)]

    @classmethod
    def serve(cls, t, server, middle):
        """The one near the server, which listens at `middle`."""
        ca = pki.authority(t, f"{cls.name} authority")
        cert, key = pki.certificate(t, ca, cls.name.replace(" ", "-"))
        return cls.start(t, middle, cls.server(
            t, middle, (server.host, server.port), cert, key))

    @classmethod
    def dial(cls, t, middle, where):
        """The one near the applications, which listens at `where`."""
        return cls.start(t, where, cls.client(t, where, middle))

    @classmethod
    def start(cls, t, where, command):
        process = spawn([program(command[0]), *command[1:]],
                        log=t.path(f"{cls.name}.log"))
        wait_for(lambda: listening(*where), f"{cls.name} to listen")
        return process

    def roots(self):
        return [process.pid for process in self.processes]


class Stunnel(Pair):
    name = "stunnel"
    common = ("foreground = yes\npid =\ndebug = 3\n"
              "socket = l:TCP_NODELAY=1\nsocket = r:TCP_NODELAY=1\n")
    cipher = "ciphersuites = TLS_AES_128_GCM_SHA256\n"

    @classmethod
    def server(cls, t, where, to, cert, key):
        return ["stunnel", t.write(
            "stunnel-server.conf", f"{cls.common}[s]\naccept = {show(where)}\n"
            f"connect = {show(to)}\ncert = {cert}\nkey = {key}\n{cls.cipher}")]

    @classmethod
    def client(cls, t, where, to):
        return ["stunnel", t.write(
            "stunnel-client.conf", f"{cls.common}[c]\nclient = yes\n"
            f"accept = {show(where)}\nconnect = {show(to)}\n{cls.cipher}")]


class Haproxy(Pair):
    name = "haproxy"

    @classmethod
    def server(cls, t, where, to, cert, key):
        with open(cert) as a, open(key) as b:
            both = t.write("haproxy.pem", a.read() + b.read())
        return cls.command(t, "server", f"bind {show(where)} ssl crt {both}",
                           f"server it {show(to)}")

    @classmethod
    def client(cls, t, where, to):
        return cls.command(t, "client", f"bind {show(where)}",
                           f"server it {show(to)} ssl verify none")

    @staticmethod
    def command(t, side, *lines):
        text = ("global\n ssl-default-bind-ciphersuites"
                " TLS_AES_128_GCM_SHA256\n"
                "defaults\n mode tcp\n timeout connect 5s\n"
                " timeout client 1h\n timeout server 1h\n"
                "listen tunnel\n" + "".join(f" {line}\n" for line in lines))
        return ["haproxy", "-db", "-f", t.write(f"haproxy-{side}.cfg", text)]


class Floor(Pair):
    """bench/floor.c, the cheapest relay that we can write with GnuTLS."""

    name = "bare relay"

    @staticmethod
    def server(t, where, to, cert, key):
        return [t.tool("bench/floor"), "server", where[0], str(where[1]),
                to[0], str(to[1]), cert, key]

    @staticmethod
    def client(t, where, to):
        return [t.tool("bench/floor"), "client", where[0], str(where[1]),
                to[0], str(to[1])]


class Copy(Direct):
    """bench/copy.c, a process that accepts, dials and copies: no tunnel, but
    what each connection costs where it is ended and made again."""

    name, processes = "copy", 1

    def __init__(self, t, server):
        self.running, self.where = [], (server.host, server.port)
        for _ in range(self.processes):
            to, self.where = self.where, (t.gateway_ip, free_port(t.gateway_ip))
            where = self.where
            self.running.append(spawn(
                [t.tool("bench/copy"), *map(str, where), *map(str, to)],
                log=t.path("copy.log")))
            wait_for(lambda: listening(*where), f"{self.name} to listen")

    def roots(self):
        return [process.pid for process in self.running]


class CopyTwice(Copy):
    """Two of them, as a tunnel has two ends."""

    name, processes = "copy twice", 2


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


# What adit is compared with.
PEERS = [Direct, Ssh, Stunnel, Haproxy]


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
    parser.add_argument("--json", help="file for the results")
    for name, (value, text) in numbers.items():
        parser.add_argument(f"--{name}", type=type(value), default=value,
                            help=f"{text} (default {value})")
    options = parser.parse_args()
    if options.json:
        atexit.register(save, options.json)
    return options


def open_case(options, number=1):
    """A Case in a temporary folder; all of it goes when the program ends.
    Cases of one program have numbers of their own."""
    raise_limits()
    adopt_orphans()
    folder = tempfile.mkdtemp(prefix="adit-bench-")
    os.chmod(folder, 0o755)

    def end():
        kill_all_below(os.getpid())
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    return Case("bench", number, folder, os.path.abspath(options.build), False)


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


def table(title, heads, rows, values=None):
    """Prints rows of text in columns, and notes them for --json: with
    `values`, {row: {column: [median, least, most]}}, where there are any."""
    rows = [[str(cell) for cell in row] for row in rows]
    FIGURES.append({"title": title, "heads": heads, "rows": rows,
                    "values": values})
    lines = [heads] + rows
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    print(f"\n{title}")
    for line in lines:
        print("  " + line[0].ljust(widths[0]) + "  "
              + "  ".join(c.rjust(w) for c, w in zip(line[1:], widths[1:])),
              flush=True)


FIGURES = []


def save(path):
    with open(path, "w") as f:
        json.dump(FIGURES, f, indent=1)


def ratio(value, base):
    return f"{value / base:.2f}" if value and base else "-"


def compare(title, columns, found, rounds, measure, base="ssh -L"):
    """Measures the tunnels in turns and prints medians, their spread, and their
    ratio to those of `base`.  `columns` is {head: format}; measure(tunnel)
    returns a number for each."""
    runs = {tunnel.name: [] for tunnel in found}
    for _ in range(rounds):
        for tunnel in found:
            try:
                runs[tunnel.name].append(measure(tunnel))
            except (Exception, AssertionError) as error:
                print(f"# {tunnel.name}: {error}")
    values = {name: dict(zip(columns, map(spread, zip(*all_))))
              for name, all_ in runs.items() if all_}
    heads, rows = [""], [[name] for name in values]
    for head, form in columns.items():
        heads += [head, *["least", "most"][:2 * (rounds > 1)], f"of {base}'s"]
        reference = values.get(base, {}).get(head, [0])[0]
        for row, of in zip(rows, values.values()):
            row += [form.format(v) if v else "-"
                    for v in of[head][:3 if rounds > 1 else 1]]
            row.append(ratio(of[head][0], reference))
    table(title, heads, rows, values)


def spread(numbers):
    return [statistics.median(numbers), min(numbers), max(numbers)]
