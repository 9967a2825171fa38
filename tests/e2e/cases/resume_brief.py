# SPDX-License-Identifier: BSD-2-Clause
"""Connections that are opened and reset while there is no tunnel: the servers
hear of both in the same moment, and of a reset, not of an orderly end."""

from lib import link
from lib.base import equal, pause
from lib.tcp import dial, fate, reset

COUNT = 20


def run(t):
    way = link.Link(t)
    listener = t.one_server()
    at = t.at("tcp")
    way.go_dark()               # the agent believes in its tunnel
    brief = [dial(at) for _ in range(COUNT)]
    for sock in brief:
        sock.sendall(b"abc")
    pause(0.3)
    for sock in brief:
        reset(sock)
    pause(0.3)
    way.cut()
    way.come_back()
    for _ in range(COUNT):
        equal(fate(listener.accept())[0], "reset", "the server's end")
    link.resumed(t, 1)
