# SPDX-License-Identifier: BSD-2-Clause
"""Two gateways behind HAProxy, each on a machine of its own, and agents that know
only its address: sessions find their gateway again after a break, one gateway is
upgraded and drained while the other carries on, and the agents of a machine that
dies go to the other one.  As in docs/many-gateways.md."""

import socket

from lib.base import check, equal, kill, listening, show, spawn, wait_for
from lib.net import Namespace, ip, ip_all
from lib.servers import program
from lib.tcp import ask, dial, fate

NET = True
NEEDS = ["haproxy"]
TIMEOUT = 120
FRONT = "10.30.0.1"
AGENTS = 6

HAPROXY = """\
    global
        stats socket {socket} level admin
    defaults
        mode tcp
        timeout connect 5s
        timeout client 2m
        timeout server 2m
    listen adit
        bind {front}:443
        balance source
        hash-type consistent
        stick-table type ip size 100k expire 24h
        stick on src
        option redispatch 1
        default-server check inter 300ms fall 2 on-marked-down shutdown-sessions
        server east {a} send-proxy
        server west {b} send-proxy-v2
"""


class Machine(Namespace):
    """A network of its own, with a cable to this one."""

    def __init__(self, name, number):
        super().__init__()
        self.name = name
        self.ip, self.near = f"10.31.{number}.1", f"10.31.{number}.2"
        ip_all(f"""\
            link add name {name} type veth peer name eth0 netns {self.path()}
            addr add {self.near}/24 dev {name}
            link set {name} up
            """)
        with self:
            ip_all(f"""\
                addr add {self.ip}/24 dev eth0
                link set eth0 up
                route add default via {self.near}
                """)

    def pull(self):
        ip("link", "set", self.name, "down")


class Balancer:
    def __init__(self, t, a, b):
        self.t, self.socket = t, t.path("haproxy.sock")
        self.config = t.write("haproxy.cfg", HAPROXY.format(
            socket=self.socket, front=FRONT, a=show((a.host, a.port)),
            b=show((b.host, b.port))))
        self.start()

    def start(self):
        self.process = spawn([program("haproxy"), "-db", "-f", self.config],
                             log=self.t.path("haproxy.log"))
        wait_for(lambda: listening(FRONT, 443), "haproxy to listen")

    def restart(self):
        """Cuts every tunnel, and forgets which was whose."""
        kill(self.process.pid)
        self.process.wait()
        self.start()

    def tell(self, line):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(self.socket)
            s.sendall(line.encode() + b"\n")
            said = b""
            while data := s.recv(65536):
                said += data
        return said.decode().strip()

    def order(self, line):
        equal(self.tell(line), "", line)


def gateway(t, machine, server, first=None):
    """One with the certificate and the users of the first."""
    with machine:
        gw = t.gateway(machine.name, host=machine.ip, port=443)
        if first:
            for part in "certificate", "private_key", "users":
                gw.conf[gw.title][part] = \
                    f"{first.dir}/{first.conf[first.title][part]}"
        gw.conf["server"]["proxy_protocol"] = machine.near
        gw.resource("echo", host=server.host, port=server.port)
        return gw.start()


class User:
    """An agent on a machine of its own, and an application with a connection."""

    def __init__(self, t, number):
        self.machine = Machine(f"user{number}", 10 + number)
        self.agent = t.agent(name=f"user{number}")
        self.agent.conf["agent"]["gateway"] = f"{FRONT}:443"
        with self.machine:
            self.agent.up()
        self.agent.wait_state("connected")
        self.app = self.connect()

    def connect(self):
        with self.machine:
            app = dial(self.agent.at("echo"))
        equal(ask(app), b"hello", f"{self.agent.name}'s connection")
        return app


def sessions(gw):
    """{id: state}"""
    return {s["session"]: s["state"] for s in gw.json("sessions")["sessions"]}


def all_answer(users, when):
    for user in users:
        equal(ask(user.app), b"hello", f"{user.agent.name}, {when}")


def run(t):
    ip("addr", "add", f"{FRONT}/32", "dev", "lo")
    server = t.echo(FRONT)
    machines = Machine("east", 1), Machine("west", 2)
    east = gateway(t, machines[0], server)
    west = gateway(t, machines[1], server, east)
    front = Balancer(t, east, west)
    users, at = [], {east: [], west: []}
    for number in range(AGENTS):
        before = len(sessions(east))
        users.append(User(t, number))
        at[east if len(sessions(east)) > before else west].append(users[-1])
    # The hash of addresses is not fair among so few.
    a, b = sorted(at, key=lambda gw: -len(at[gw]))
    check(len(at[a]) > 1 and at[b], f"{len(at[a])} at {a.name}, the others")

    sources(at)
    claims(machines[0], east)
    breaks(front, a, b, users)
    a.ctl("upgrade")
    all_answer(users, "after an upgrade")
    drains(front, a, b, at)
    with machines[a is west]:
        a.start()
    front.order(f"set server adit/{a.name} state ready")
    machines[b is west].pull()
    moved(a, users)


def sources(at):
    """By the PROXY protocol, the gateways know where their users are."""
    for gw, users in at.items():
        equal(sorted(s["source"].rpartition(":")[0]
                     for s in gw.json("sessions")["sessions"]),
              sorted(u.machine.ip for u in users), f"the sources at {gw.name}")


def claims(machine, gw):
    """Who is not the balancer cannot say that it is somebody else."""
    with machine, socket.create_connection((gw.host, gw.port), 5) as s:
        s.sendall(b"PROXY TCP4 10.30.0.99 10.31.1.1 5 443\r\n")
        fate(s)


def breaks(front, a, b, users):
    """Every tunnel is cut: all come back to their own gateway."""
    before = sessions(a), sessions(b)
    front.restart()
    all_answer(users, "after a break")
    equal((sessions(a), sessions(b)), before, "the sessions")


def drains(front, a, b, at):
    """a empties: who is idle goes to b, who is busy stays until the end."""
    busy, idle = at[a][:1], at[a][1:]
    for user in idle:
        user.app.close()
    wait_for(lambda: a.json("stats")["channels"] == 1, "idle sessions")
    number = 1 + (a.name == "west")
    front.order(f"set server adit/{a.name} state drain")
    front.order(f"clear table adit data.server_id eq {number}")
    a.ctl("drain")
    wait_for(lambda: len(sessions(b)) == AGENTS - 1,
             "the idle agents to be at the other gateway", 20)
    all_answer(busy + at[b], "while one drains")
    for user in idle:
        user.app = user.connect()
    busy[0].app.close()
    wait_for(lambda: a.process.poll() is not None, "the gateway to end", 20)
    equal(a.process.returncode, 0, "its exit status")
    wait_for(lambda: len(sessions(b)) == AGENTS, "all to be at the other", 20)
    busy[0].app = busy[0].connect()
    all_answer(at[b], "after one has ended")


def moved(a, users):
    """The other machine is gone: its connections are lost, its agents log in
    at this one."""
    wait_for(lambda: list(sessions(a).values()) == ["connected"] * AGENTS,
             "all to be at the gateway that is left", 40)
    for user in users:
        equal(fate(user.app)[0], "reset", f"{user.agent.name}'s connection")
        user.agent.wait_state("connected")
        user.connect()
