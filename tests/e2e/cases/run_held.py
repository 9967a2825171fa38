# SPDX-License-Identifier: BSD-2-Clause
"""adit run: what becomes of a connection that waits: its repeated first packets
come to nothing, a program that gives up is given up, one that the kernel gives
up has timed out, and more than the queue holds are accepted early."""

import os
import select
import signal
import subprocess
import time

from lib.base import check, descendants, equal, spawn, wait_for
from lib.tcp import fate

NET = True
VARIANTS = ("repeats-user", "repeats-root", "gives_up-user", "gives_up-root",
            "times_out-user", "times_out-root", "full-user")

# Connects with what is given: HOST PORT SECONDS [SYN_RETRIES].
DIAL = """
import errno, socket, sys, time
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET)
s.settimeout(float(sys.argv[3]))
if len(sys.argv) > 4:
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, int(sys.argv[4]))
try:
    s.connect((sys.argv[1], int(sys.argv[2])))
    s.sendall(b"hello")
    print("connected", s.recv(5, socket.MSG_WAITALL).decode(), flush=True)
except TimeoutError as error:
    s.close()
    print(errno.errorcode.get(error.errno, "gave up"), flush=True)
    time.sleep(20 if error.errno is None else 0)
except OSError as error:
    print(errno.errorcode[error.errno], flush=True)
"""
MANY = """
import resource, socket, sys
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
all = []
for n in range(4300):
    s = socket.socket()
    s.setblocking(False)
    s.connect_ex((sys.argv[1], int(sys.argv[2])))
    all.append(s)
print("dialled", flush=True)
sys.stdin.read()
"""


class Held:
    """The gateway says nothing meanwhile."""

    def __init__(self, t):
        self.pids = [t.gw.process.pid, *descendants(t.gw.process.pid)]

    def __enter__(self):
        for pid in self.pids:
            os.kill(pid, signal.SIGSTOP)

    def __exit__(self, *_):
        for pid in self.pids:
            os.kill(pid, signal.SIGCONT)


def begin(t, *words, program=DIAL):
    return spawn(t.ag.command("run", "/usr/bin/python3", "-c", program,
                              *(str(word) for word in words)),
                 env=t.ag.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                 text=True)


def nobody_comes(server, seconds):
    check(not select.select([server.sock], [], [], seconds)[0],
          "another connection has come")


def repeats(t):
    with t.far:
        server = t.listen(t.far.ip)
    t.resource("tcp", server)
    t.up()
    with Held(t):
        command = begin(t, server.host, server.port, 30)
        time.sleep(3.5)     # the kernel repeats it after 1 and 3 seconds
    far = server.accept()
    equal(far.recv(5), b"hello", "what was said")
    far.sendall(b"hello")
    equal(command.stdout.readline(), "connected hello\n", "the client")
    nobody_comes(server, 1)
    command.communicate()


def gives_up(t):
    with t.far:
        server = t.listen(t.far.ip)
    t.resource("tcp", server)
    t.up()
    with Held(t):
        command = begin(t, server.host, server.port, 0.5)
        equal(command.stdout.readline(), "gave up\n", "the client")
    far = server.accept()
    equal(fate(far), ("reset", b""), "the server's side")
    wait_for(lambda: not t.ag.status()["channels"], "no channel to be left")
    check(command.poll() is None, "the command has ended")
    command.kill()


def times_out(t):
    t.resource("tcp", host="any", port="80",
               allow=["10.67.0.0/16", "fd67::/16"])
    t.up()
    for host in t.far.silent, t.far.silent6:
        began = time.monotonic()
        status, text = t.ag.run("/usr/bin/python3", "-c", DIAL, host, "80",
                                "60", "1")
        took = time.monotonic() - began
        equal((status, text), (0, "ETIMEDOUT\n"), host)
        check(2 < took < 20, f"after {took:.1f} s")


def full(t):
    with t.far:
        server = t.listen(t.far.ip)
    t.resource("tcp", server)
    t.up()
    with Held(t):
        command = begin(t, server.host, server.port, program=MANY)
        equal(command.stdout.readline(), "dialled\n", "the command")
        wait_for(lambda: t.ag.status()["runs"][0]["early"], "some to be early")
        command.kill()
        command.wait()
    wait_for(lambda: not t.ag.status()["runs"], "the end of the command", 60)


def run(t, variant):
    what, _, who = variant.partition("-")
    t.agent(uid=65534 if who == "user" else None)
    globals()[what](t)
