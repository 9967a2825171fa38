# SPDX-License-Identifier: BSD-2-Clause
"""Where an echo through a tunnel of adit's waits, looked at every 10 ms.

    echo_trace.py NEAR FAR GATEWAY LISTENER SERVER

It asks the kernel (sock_diag, as ss does) for the TCP connections of two
network namespaces, and writes a line of numbers for each look, until its
standard input ends.  NEAR and FAR are files of the namespaces, the others port
numbers: of the gateway, of the agent's listener for the echo, of the server
that echoes."""

import collections
import csv
import os
import select
import socket
import statistics
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "e2e"))

from lib.base import CLONE_NEWNET, libc  # noqa: E402

SLEEP = 0.01
SOCK_DIAG, SOCK_DIAG_BY_FAMILY, REQUEST_DUMP, DONE = 4, 20, 0x301, 3
INFO, BBR_INFO = 2, 16                  # attributes of an answer
ASK_FOR = 1 << 1 | 1 << 2               # these two
ESTABLISHED = 1 << 1
PROBE_RTT = 256                         # BBR's cwnd_gain in this state only
# Of struct tcp_info: name, offset, format.
FIELDS = [("mss", 16, "I"), ("unacked", 24, "I"), ("sacked", 28, "I"),
          ("lost", 32, "I"), ("retrans", 36, "I"), ("rtt", 68, "I"),
          ("cwnd", 80, "I"), ("pacing", 104, "Q"), ("max_pacing", 112, "Q"),
          ("received", 128, "Q"), ("unsent", 144, "I"), ("min_rtt", 148, "I"),
          ("sent", 200, "Q"), ("again", 208, "Q")]
# What is written of each end of the tunnel.
OF_END = ["cwnd", "flight", "lost", "sacked", "rtt", "min_rtt", "pacing",
          "max_pacing", "unsent", "unread", "probe_rtt"]
COLUMNS = ["at", "place", *(f"near_{c}" for c in OF_END),
           *(f"far_{c}" for c in OF_END)]


# ---- asking the kernel ------------------------------------------------------

def attributes(data):
    while len(data) >= 4:
        length, kind = struct.unpack_from("HH", data)
        yield kind, data[4:length]
        data = data[(length + 3) & ~3:]


def connection(data):
    """((port here, port there), its numbers) of an inet_diag_msg."""
    ports = struct.unpack_from("!HH", data, 4)
    found = {"unread": struct.unpack_from("I", data, 56)[0], "probe_rtt": 0}
    for kind, value in attributes(data[72:]):
        if kind == INFO:
            for name, offset, form in FIELDS:
                found[name], = struct.unpack_from(form, value, offset)
        elif kind == BBR_INFO:
            gain, = struct.unpack_from("I", value, 16)
            found["probe_rtt"] = int(gain == PROBE_RTT)
    found["sent"] -= found["again"]
    found["flight"] = max(0, found["unacked"] + found["retrans"]
                          - found["sacked"] - found["lost"])
    return ports, found


class Connections:
    """Those of a network namespace."""

    def __init__(self, namespace):
        with open(namespace) as ns:
            libc("setns", ns.fileno(), CLONE_NEWNET)
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM,
                                  SOCK_DIAG)
        self.ask = struct.pack("IHHIIBBBBI48x", 72, SOCK_DIAG_BY_FAMILY,
                               REQUEST_DUMP, 1, 0, socket.AF_INET,
                               socket.IPPROTO_TCP, ASK_FOR, 0, ESTABLISHED)

    def look(self):
        """{(port here, port there): numbers}."""
        self.sock.send(self.ask)
        found = {}
        while True:
            data = self.sock.recv(1 << 18)
            while data:
                length, kind = struct.unpack_from("IH", data)
                if kind == DONE:
                    return found
                ports, numbers = connection(data[16:length])
                found[ports] = numbers
                data = data[(length + 3) & ~3:]


# ---- where the echo is ------------------------------------------------------

class Way:
    """One way through the tunnel: the end that sends, the one that reads."""

    def __init__(self, end):
        self.end, self.asked, self.mark = end, 0, 0

    def place(self, asked, sender, reader):
        """Of bytes that the sending end has read from its socket; what is
        before them in the tunnel was given to the kernel at that time."""
        if asked != self.asked:
            self.asked = asked
            self.mark = sender["sent"] + sender["unsent"]
        if sender["sent"] < self.mark:
            return f"{self.end}: the kernel has not sent it"
        if reader["received"] < self.mark:
            return f"{self.end}: on its way" + (
                ", behind a lost packet" if sender["lost"] or sender["sacked"]
                else "")
        return f"{self.end}: has arrived, or waits to be packed"


class Places:
    def __init__(self, gateway, listener, server):
        self.ports = gateway, listener, server
        self.ways = Way("agent"), Way("gateway")

    def ends(self, near, far):
        """The tunnel's two ends, the latest of several."""
        for (here, there), agent in near.items():
            if there == self.ports[0] and (there, here) in far:
                return agent, far[there, here]
        return None

    def echo(self, near, far):
        """(application, agent's side of it, gateway's side of the server)."""
        _, listener, server = self.ports
        for (here, there), side in near.items():
            if here != listener or (there, here) not in near:
                continue
            for (_, to), out in far.items():
                if to == server:
                    return near[there, here], side, out
        return None

    def place(self, near, far):
        ends, echo = self.ends(near, far), self.echo(near, far)
        if not ends or not echo:
            return ""
        application, agent, server = echo
        asked = application["sent"]
        if agent["received"] - agent["unread"] < asked:
            return "agent: waits for its turn"
        if server["sent"] < asked:
            return self.ways[0].place(asked, *ends)
        if server["received"] < asked:
            return "server"
        if server["received"] - server["unread"] < asked:
            return "gateway: waits for its turn"
        if agent["sent"] < asked:
            return self.ways[1].place(asked, *reversed(ends))
        return ""


def main():
    near, far = map(Connections, sys.argv[1:3])
    places = Places(*map(int, sys.argv[3:]))
    out = csv.writer(sys.stdout)
    out.writerow(COLUMNS)
    next_ = time.monotonic()
    while not select.select([sys.stdin], [], [],
                            max(0, next_ - time.monotonic()))[0]:
        at = time.monotonic()
        next_ = max(next_ + SLEEP, at)
        a, b = near.look(), far.look()
        ends = places.ends(a, b)
        if ends:
            out.writerow([f"{at:.4f}", places.place(a, b),
                          *(end[c] for end in ends for c in OF_END)])
    sys.stdout.flush()


# ---- for bench/paths --------------------------------------------------------

class Trace:
    """`with Trace(...) as trace:` looks; afterwards trace.show(...)."""

    def __init__(self, tunnel, path):
        t, self.path = tunnel.t, path
        self.args = [t.link.near.path(), t.link.far.path(), t.gw.port,
                     tunnel.where["echo"][1], t.parts["echo"][0].port]

    def __enter__(self):
        with open(self.path, "w") as f:
            self.process = subprocess.Popen(
                [sys.executable, os.path.realpath(__file__),
                 *map(str, self.args)], stdin=subprocess.PIPE, stdout=f)
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def show(self, times, most):
        """`times`: when each echo began, and its milliseconds; those that took
        longer than `most` are slow."""
        with open(self.path, newline="") as f:
            looks = list(csv.DictReader(f))
        found = [Echo(begin, ms, looks) for begin, ms in times]
        slow = [echo for echo in found if echo.ms > most]
        with open(self.path + ".slow", "w") as f:
            f.writelines(f"{echo}\n" for echo in slow)
        print(f"\n{self.path}: {len(slow)} of {len(found)} echoes took longer"
              f" than {most:.0f} ms, of these"
              f" {sum(echo.probed() for echo in slow)} while BBR's ProbeRTT was"
              " on; ms at each place, of a slow one, of another:")
        rest = [echo for echo in found if echo.ms <= most]
        for place in sorted({p for echo in found for p in echo.spent()}):
            means = [statistics.fmean(echo.spent().get(place, 0)
                                      for echo in some) if some else 0
                     for some in (slow, rest)]
            print(f"  {means[0]:6.1f} {means[1]:6.1f}  {place}")


class Echo:
    """One of them: when it began, how long it took, the looks meanwhile."""

    def __init__(self, begin, ms, looks):
        self.begin, self.ms = begin, ms
        self.looks = [look for look in looks
                      if begin <= float(look["at"]) <= begin + ms / 1e3]

    def spent(self):
        """{place: milliseconds}, where it was at a look."""
        found = collections.Counter()
        for look in self.looks:
            if look["place"]:
                found[look["place"]] += SLEEP * 1e3
        return found

    def probed(self):
        return any(look[f"{end}_probe_rtt"] == "1" for look in self.looks
                   for end in ("near", "far"))

    def __str__(self):
        where = ", ".join(f"{place} {ms:.0f}"
                          for place, ms in self.spent().items())
        return (f"{self.begin:.3f} {self.ms:.0f} ms"
                f"{' ProbeRTT' if self.probed() else ''}: {where}")


if __name__ == "__main__":
    main()
