# SPDX-License-Identifier: BSD-2-Clause
"""Redis servers of the case's own: a cluster of any size, which stands at once
because each node starts with a file that names all of them; Sentinels; and a
client that speaks RESP as it is told."""

import socket

from .base import Failure, listening, spawn, wait_for
from .servers import Server, program, unpacked_program
from .tcp import TIMEOUT

SLOTS = 16384


def plugin(t):
    """Enables the plugin of this build in the gateway of the case."""
    t.plugin("redis")


def resource(t, server, name="redis", **keys):
    """A resource for one server, whose plugin may lead to all of the case."""
    if not t.direct:
        plugin(t)
    keys.setdefault("redirect_allow", NODES_OF(t))
    t.resource(name, server, plugin="redis", **keys)


def NODES_OF(t):
    """Single addresses: networks do not count for loopback."""
    return ", ".join(node_ip(t, i) for i in range(64))


def node_ip(t, number):
    return f"{t.net}.{16 + number}"


# -- RESP

class Error(Exception):
    """An error that a server has answered."""


class Talk:
    """A connection to a server, on which one says what one likes."""

    def __init__(self, at):
        self.sock = socket.create_connection(at, timeout=TIMEOUT)
        self.file = self.sock.makefile("rb")

    def send(self, *commands):
        """Commands, each a list of words or a line."""
        self.sock.sendall(b"".join(pack(words) for words in commands))

    def read(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise Failure(f"the connection ended: {line!r}")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            return Error(rest.decode())
        if kind in b"$=!":
            return self._bulk(int(rest))
        if kind in b"*~>":
            return None if rest == b"-1" else [
                self.read() for _ in range(int(rest))]
        if kind == b"%":
            return [(self.read(), self.read()) for _ in range(int(rest))]
        if kind == b":":
            return int(rest)
        return None if kind == b"_" else rest.decode(errors="replace")

    def _bulk(self, size):
        if size < 0:
            return None
        found = self.file.read(size + 2)
        if len(found) != size + 2:
            raise Failure("the connection ended within a string")
        return found[:-2].decode(errors="replace")

    def ask(self, *words):
        """The reply to one command; an Error is raised."""
        self.send(words)
        reply = self.read()
        if isinstance(reply, Error):
            raise reply
        return reply

    def close(self):
        self.file.close()
        self.sock.close()


def pack(words):
    if isinstance(words, bytes):
        return words
    words = [w if isinstance(w, bytes) else str(w).encode() for w in words]
    return b"*%d\r\n" % len(words) + b"".join(
        b"$%d\r\n%s\r\n" % (len(w), w) for w in words)


def ask(at, *words):
    talk = Talk(at)
    try:
        return talk.ask(*words)
    finally:
        talk.close()


# -- servers

def words_of(kind):
    """The words that start a server; tools/servers has unpacked Valkey."""
    if kind.startswith("valkey"):
        return unpacked_program(f"usr/bin/{kind}")
    return [program(kind)]


class Node(Server):
    """A redis-server, or a Sentinel, with a folder of its own."""

    def __init__(self, t, host, port, kind="redis-server"):
        super().__init__(host, port)
        self.t, self.kind = t, kind
        self.folder = t.folder(kind)
        self.lines, self.log = [], f"{self.folder}/log"

    @property
    def at(self):
        return self.host, self.port

    def run(self, wait=True):
        conf = f"{self.folder}/conf"
        with open(conf, "w") as f:
            f.write("\n".join([
                f"bind {self.host}", f"port {self.port}", "protected-mode no",
                f"dir {self.folder}", "daemonize no", *self.lines]) + "\n")
        words = [*words_of(self.kind), conf]
        if wait:
            return self.start(words, self.log)
        self.process = spawn(words, log=self.log)
        return self

    def ask(self, *words):
        return ask(self.at, *words)

    def kill(self):
        self.process.kill()
        self.process.wait()


QUICK = ["save ''", "appendonly no", "repl-diskless-sync-delay 0",
         "repl-ping-replica-period 1", "cluster-node-timeout 1500",
         "enable-debug-command yes"]


def server(t, number=0, port=6379, *lines, kind="redis-server"):
    """One server without a cluster."""
    node = Node(t, node_ip(t, number), port, kind)
    node.lines = [*QUICK, *lines]
    return node.run()


class Cluster:
    """Masters with as many replicas each, all on the same port of addresses of
    their own, as in a network of machines; or on ports of one `host`."""

    def __init__(self, t, masters=3, replicas=1, kind="redis-server",
                 host=None):
        count = masters * (1 + replicas)
        self.t, self.masters = t, masters
        self.nodes = [Node(t, host or node_ip(t, i),
                           7000 + i if host else 7000, kind)
                      for i in range(count)]
        for number, node in enumerate(self.nodes):
            node.id = f"{number:040x}"
        for number, node in enumerate(self.nodes):
            node.lines = [
                *QUICK, "cluster-enabled yes",
                "cluster-config-file nodes.conf",
                f"cluster-announce-ip {node.host}",
                f"replica-announce-ip {node.host}",
                "cluster-replica-validity-factor 0"]
            with open(f"{node.folder}/nodes.conf", "w") as f:
                f.write(self._known(number))
        for node in self.nodes:
            node.run(wait=False)
        wait_for(lambda: all(listening(*n.at) for n in self.nodes),
                 "the nodes to listen", within=30)
        wait_for(self.is_whole, "the cluster to be whole", within=30)

    def _known(self, myself):
        """What node number `myself` knows when it starts."""
        lines = []
        for number, node in enumerate(self.nodes):
            place = number % self.masters
            flags = "master" if number < self.masters else "slave"
            slots = (f" {SLOTS * place // self.masters}-"
                     f"{SLOTS * (place + 1) // self.masters - 1}"
                     if number < self.masters else "")
            flags = f"myself,{flags}" if number == myself else flags
            over = "-" if number < self.masters else self.nodes[place].id
            # Redis 7.0 would take it for a name.
            shard = (f",,shard-id={place + 1:040x}"
                     if node.kind == "valkey-server" else "")
            lines.append(f"{node.id} {node.host}:{node.port}@"
                         f"{node.port + 10000}{shard} {flags} {over} 0 0 "
                         f"{place + 1} connected{slots}\n")
        return "".join(lines) + (f"vars currentEpoch {self.masters} "
                                 "lastVoteEpoch 0\n")

    def is_whole(self):
        for node in self.nodes:
            info = node.ask("CLUSTER", "INFO")
            if ("cluster_state:ok" not in info
                    or f"cluster_known_nodes:{len(self.nodes)}" not in info):
                return False
            if ("role:slave" in (told := node.ask("INFO", "replication"))
                    and "master_link_status:up" not in told):
                return False
        # A replica is not shown before its master knows how far it is.
        ranges = self.nodes[0].ask("CLUSTER", "SLOTS")
        return sum(len(r) - 2 for r in ranges) == len(self.nodes)


def slot_owner(cluster, slot):
    return cluster.nodes[slot * cluster.masters // SLOTS]


def sentinels(t, master, count=3, port=26379, quorum=2):
    """Sentinels that watch a master, and know each other."""
    found = []
    for number in range(count):
        node = Node(t, node_ip(t, 48 + number), port, "redis-sentinel")
        node.lines = [
            f"sentinel monitor mymaster {master.host} {master.port} {quorum}",
            "sentinel down-after-milliseconds mymaster 500",
            "sentinel failover-timeout mymaster 3000",
            f"sentinel announce-ip {node.host}"]
        found.append(node.run())
    wait_for(lambda: all(len(n.ask("SENTINEL", "SENTINELS", "mymaster"))
                         == count - 1 for n in found),
             "the Sentinels to meet", within=20)
    return found


def writes(node):
    """How many SET it has executed, those of its master too."""
    for line in node.ask("INFO", "commandstats").splitlines():
        if line.startswith("cmdstat_set:"):
            return int(line.partition("calls=")[2].partition(",")[0])
    return 0
