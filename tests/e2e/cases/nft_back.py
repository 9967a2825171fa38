# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: a server that connects back.  The helper gives its address
only to connections with programs of the helper's own user, whatever the agent
says; whatever is killed meanwhile, it heals, or nothing is left."""

import subprocess
import threading

from lib import ftp, ftp_servers
from lib.base import equal, kill, running, spawn, wait_end, wait_for
from lib.nft import Caught, left_over

NET = True
NEEDS = ["nft"]
SIZE = 32 << 20

# An agent that has its helper tell two servers that a connection comes from an
# address: one of its own, and another user's.
HOSTILE = """
import socket, struct, subprocess, sys
helper, host, theirs, claimed = sys.argv[1:]
START, READY, BACK = 1, 4, 7
listener = socket.create_server(("127.0.0.1", 0))
us, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
subprocess.Popen([helper, str(listener.fileno())], stdin=its,
                 pass_fds=[listener.fileno()])
us.send(bytes([START, 0]))
told = us.recv(1024)
print("ready" if told[0] == READY and told[1] else told)

def addr(host, port):
    return struct.pack("!B4sH", 4, socket.inet_aton(host), port)

def dial(port, told=None):
    s = socket.socket()
    s.bind(("192.0.0.8", 0))
    us.send(bytes([BACK]) + addr(*s.getsockname()) +
            addr(host, told or port) + addr(claimed, 20))
    return s.connect_ex((host, port))

mine = socket.create_server((host, 0))
print(dial(mine.getsockname()[1]), *mine.accept()[1])
print(dial(int(theirs)))
dial(int(theirs), mine.getsockname()[1])    # another one than was announced
"""
TRANSFER = """
import ftplib, sys
f = ftplib.FTP()
f.connect(sys.argv[1], int(sys.argv[2]), 20)
f.login(*sys.argv[3:])
f.set_pasv(False)
conn, size = f.ntransfercmd("RETR big")
n = len(conn.recv(1))
print(conn.getpeername()[0], flush=True)
sys.stdin.readline()
while got := len(conn.recv(1 << 20)):
    n += got
print(n, flush=True)
"""


def hostile(t, nft):
    told = []
    theirs = t.listen(t.far.near)

    def accept():
        told.append(theirs.accept().getpeername()[0])
    waits = threading.Thread(target=accept)
    waits.start()
    status, text = nft.run("/usr/bin/python3", "-c", HOSTILE,
                           f"{nft.agent.dir}/adit-redirect", t.far.near,
                           str(theirs.port), "10.9.0.2")
    equal((status, text.splitlines()), (0, [
        "ready", "0 10.9.0.2 20", "111"]), "what the helper does")
    waits.join()
    equal(told, ["192.0.0.8"], "what another user's server sees")


def transfer(t, nft, server):
    """A program that has begun to load a large file, in active mode."""
    program = spawn(["setpriv", f"--reuid={nft.uid}", f"--regid={nft.uid}",
                     "--clear-groups", "/usr/bin/python3", "-c", TRANSFER,
                     server.host, str(server.port), ftp_servers.USER,
                     ftp_servers.PASSWORD],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    equal(program.stdout.readline(), f"{server.host}\n", "who connects")
    return program


def run(t):
    before = left_over()
    nft = Caught(t, "user", uid=65533)    # not that of the gateway
    hostile(t, nft)
    wait_for(lambda: left_over() == before, "everything to be gone")
    with t.far:
        server = ftp_servers.start(t, "vsftpd", t.far.ip,
                                   connect_from_port_20="YES")
    ftp.make(f"{server.home}/big", SIZE)
    ftp.resource(t, server, intercept_address="yes")
    t.up()
    nft.ready()

    program = transfer(t, nft, server)
    print("go on", file=program.stdin, flush=True)
    equal(program.stdout.readline(), f"{SIZE}\n", "bytes")
    wait_end(program, "the program")

    program = transfer(t, nft, server)
    kill(nft.helper())
    wait_for(lambda: nft.state() != "ready", "the agent to notice")
    program.stdin.close()
    wait_end(program, "the program")

    nft.ready()
    program = transfer(t, nft, server)
    agent, helper = t.ag.pid(), nft.helper()
    kill(agent)
    wait_for(lambda: not running(helper), "the helper to end")
    wait_for(lambda: left_over() == before, "everything to be gone")
    program.stdin.close()
    wait_end(program, "the program")
    t.ag.up()
    nft.ready()
    kill(transfer(t, nft, server).pid)
    t.ag.down()
    equal(left_over(), before, "what is left")
