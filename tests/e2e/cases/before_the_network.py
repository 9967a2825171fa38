# SPDX-License-Identifier: BSD-2-Clause
"""A service that starts before the network: the agent tries again and says so
once, tells the service manager when it is logged in, and ends only after a
refusal."""

import os
import socket
import subprocess

from lib.adit import PASSWORD
from lib.base import check, equal, spawn, wait_for
from lib.tcp import ask, dial


class Manager:
    """What systemd is to a service: it hears sd_notify(3)."""

    def __init__(self, t):
        self.path, self.said = t.path("notify"), []
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(self.path)
        os.chmod(self.path, 0o666)
        self.sock.setblocking(False)

    def hears(self, word):
        while True:
            try:
                self.said.append(self.sock.recv(2000).decode())
            except BlockingIOError:
                break
        return any(word in text for text in self.said)


class Service:
    """`adit up --foreground`, without a terminal."""

    def __init__(self, t, name, command=None):
        self.log_file = t.path(f"{name}.log")
        open(self.log_file, "w").close()
        self.manager = Manager(t)
        env = dict(t.ag.env, NOTIFY_SOCKET=self.manager.path)
        self.process = spawn(command or t.ag.command("up", "--foreground"),
                             log=self.log_file, env=env,
                             stdin=subprocess.DEVNULL)

    def log(self):
        with open(self.log_file) as f:
            return f.read()

    def stands(self, t):
        wait_for(lambda: self.manager.hears("READY=1"),
                 f"READY: {self.manager.said}\n{self.log()}", 20)
        t.ag.is_up = True
        t.ag.wait_state("connected")

    def ends(self, status):
        wait_for(lambda: self.process.poll() is not None,
                 f"the service to end: {self.log()}")
        equal(self.process.returncode, status, self.log())
        os.unlink(self.manager.path)


def turned_away(t):
    """What stands in front of a gateway closes connections in its place."""
    door = t.listen(t.gw.host, t.gw.port)
    service = Service(t, "closed")
    for _ in range(4):
        door.accept().close()
    door.sock.close()
    check(not service.manager.hears("READY"), f"{service.manager.said}")
    check(service.manager.hears("STATUS=not logged in yet: "),
          f"{service.manager.said}")
    closed = [line for line in service.log().splitlines()
              if "again in" in line and "refused" not in line]
    check(len(closed) < 4, f"a line for each try: {closed}")
    t.gw.start()
    service.stands(t)
    equal(ask(dial(t.ag.at("echo"))), b"hello", "the connection")
    check(os.path.exists(f"{t.ag.dir}/state/adit/addresses"),
          "addresses that are remembered")
    t.ag.down()
    service.ends(0)
    check(service.manager.hears("STOPPING=1"), f"{service.manager.said}")


def no_name(t):
    """The name comes later than the agent.  Its resolver is a port that nobody
    listens on."""
    hosts = t.write("hosts", "127.0.0.1 localhost\n")
    resolver = t.write("resolv.conf", f"nameserver {t.net}.9\n")
    script = (f"mount --bind {hosts} /etc/hosts && "
              f"mount --bind {resolver} /etc/resolv.conf && exec \"$@\"")
    name = "vpn.example.org"
    t.ag.conf["agent"].update(gateway=f"{name}:{t.gw.port}",
                              server_name=t.gw.host)
    t.ag.write()
    service = Service(t, "no-name", [
        "unshare", "--mount", "sh", "-c", script, "sh",
        *t.ag.command("up", "--foreground")])
    wait_for(lambda: f"{name}: " in service.log(), "a name that is not there")
    with open(hosts, "a") as f:
        f.write(f"{t.gw.host} {name}\n")
    service.stands(t)
    equal(service.log().count("; again in"), 1, "it says so once")
    t.ag.down()
    service.ends(0)


def run(t):
    t.resource("echo", t.echo())
    t.ag.write()
    turned_away(t)
    t.ag.password("wrong")
    service = Service(t, "refused")
    service.ends(1)
    check("wrong user or password" in service.log(), service.log())
    t.ag.password(PASSWORD)
    if os.getuid() == 0:
        no_name(t)
