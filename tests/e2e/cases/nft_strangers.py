# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: another user, whom the helper serves as well, cannot have
it send his connections to this user's agent."""

import os
import re

from lib.base import check, equal
from lib.nft import Caught

NET = True
NEEDS = ["nft"]

# The agent of the other user, which wants its helper to send everything to a
# port that another process has: it shows listeners that have this number, but
# another address, protocol or network.  Prints what a connection gets.
STRANGER = """
import socket, struct, subprocess, sys, threading
helper, port, host, to = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
START, VERDICT, COVER, READY, SYN, CONNECTED = 1, 2, 3, 4, 6, 0

ELSEWHERE = '''
import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
socket.send_fds(socket.socket(fileno=1), [b"x"], [s.fileno()])
'''

def elsewhere():
    us, its = socket.socketpair()
    subprocess.run(["unshare", "-rn", "sh", "-c",
                    'ip link set lo up && exec python3 -c "$@"', "sh",
                    ELSEWHERE, str(port)], stdout=its, check=True)
    return socket.socket(fileno=socket.recv_fds(us, 1, 1)[1][0])

def datagrams():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", port))
    return s

def beside():
    return socket.create_server(("127.0.0.2", port))

def begin(listener):
    us, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    subprocess.Popen([helper, str(listener.fileno())], stdin=its,
                     stderr=subprocess.DEVNULL, pass_fds=[listener.fileno()])
    its.close()
    try:
        us.send(bytes([START]))
        return us, us.recv(1024)
    except ConnectionError:     # it ended without reading that
        return us, us.recv(1024)

def release(us):
    while told := us.recv(1024):
        if told[0] == SYN:
            us.send(bytes([VERDICT]) + told[1:5] + bytes([CONNECTED]))

for make in elsewhere, datagrams, beside:
    us, told = begin(make())
    print(make.__name__, told)
    if told[:1] != bytes([READY]):
        continue
    us.send(struct.pack("!BBBBB4sH", COVER, 1, 1, 32, 4,
                        socket.inet_aton(host), 0))
    threading.Thread(target=release, args=[us], daemon=True).start()
    threading.Event().wait(0.3)     # for the helper to cover it
    s = socket.create_connection((host, int(to)), 10)
    try:
        s.sendall(b"hello")
        print("got", s.recv(100))
    except OSError as error:
        print("got", error.strerror)
"""


def listener(pid):
    """The port at 127.0.0.1 at which a process listens."""
    own = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        own.update(re.findall(r"socket:\[(\d+)\]",
                              os.readlink(f"/proc/{pid}/fd/{fd}")))
    with open("/proc/net/tcp", encoding="ascii") as f:
        lines = [line.split() for line in f]
    for line in lines:
        if line[9] in own and line[3] == "0A":
            return int(line[1].split(":")[1], 16)
    raise AssertionError(f"process {pid} listens nowhere")


def run(t):
    with t.far:
        echo = t.echo(t.far.ip)
    t.resource("echo", echo, hide_address="no")
    root = Caught(t, "root")
    user = Caught(t, "user", "other", 8, uid=65533)    # not the gateway's
    t.up()
    root.ready()
    port = listener(root.helper())
    status, text = user.run("/usr/bin/python3", "-c", STRANGER,
                            f"{user.agent.dir}/adit-redirect", str(port),
                            echo.host, str(echo.port))
    equal(status, 0, text)
    equal(text.count("the listener"), 3, f"refusals in {text}")
    check("got" not in text, f"the other user's connection: {text}")
    equal(root.connects((echo.host, echo.port)), ["connected"], "of root")
