# SPDX-License-Identifier: BSD-2-Clause
"""The agent connects to nothing but what the application itself listens on."""

import sys

from lib import parley
from lib.base import free_port, listening, spawn, wait_for


class Place:
    def __init__(self, host, port):
        self.host, self.port = host, port


def is_refused(t, talk, place, why):
    """The server gets through to the gateway and is reset there."""
    parley.is_refused(talk.called(place), why, source=t.server_ip)
    # The agent's own log says it at most once a second.
    t.gw.wait_log(rf"evt=channel .*destination={place.host}:{place.port} "
                  rf'.*reason="denied: {why}"')


LISTEN = """
import socket, time
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", %d))
s.listen()
time.sleep(1000)
"""


def run(t):
    server = parley.start(t)
    talk = parley.Dialogue(t, server)
    is_refused(t, talk, Place("127.0.0.1", free_port("127.0.0.1")),
               "nobody listens there")
    # Another process of the same user, like an sshd of one's own.
    other = Place("127.0.0.1", free_port("127.0.0.1"))
    process = spawn([sys.executable, "-c", LISTEN % other.port])
    wait_for(lambda: listening(other.host, other.port), "it to listen")
    is_refused(t, talk, other, "not the application itself listens there")
    # The very same with the control channel in hand is fine.
    mine = t.listen("127.0.0.1")
    far = parley.call_back(t.server_ip, talk.called(mine))
    parley.talks(mine.accept(), far)
    # A port that servers of the system have.
    low = next(p for p in range(1023, 600, -1)
               if not listening("127.0.0.1", p))
    is_refused(t, talk, t.listen("127.0.0.1", low), "a port below 1024")
    # On another address of this machine than the one it connected from.
    process.kill()
    here = t.listen(f"{t.net}.9")
    is_refused(t, talk, Place("127.0.0.1", here.port), "nobody listens there")

    # After the end of the control channel nothing listens any more.
    addr = talk.called(mine)
    talk.close()
    wait_for(lambda: not listening(*addr), f"nobody at {addr}")

    t.ag.down()
    t.ag.conf["agent"]["reverse"] = "no"
    t.ag.up()
    t.ag.wait_state("connected")
    talk = parley.Dialogue(t, server)
    is_refused(t, talk, mine, "reverse = no")
