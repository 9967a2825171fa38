# SPDX-License-Identifier: BSD-2-Clause
"""A transfer outlives its control connection, however that ends; announced
connections that have not come yet do not."""

import socket

from lib import ftp, ftp_talk
from lib.base import equal, wait_for
from lib.parley import call_back, is_refused
from lib.tcp import Task, dial, drink, fate, pour, reset

DIRECT = True


def run(t):
    server = t.listen()
    ftp.resource(t, server)
    t.up()
    for end in ("app", "far"), ("far", "app"):
        for how in fin, reset:
            for way in passive, active:
                transfer(t, server, end, how, way)
    if not t.direct:
        announced(t, server)


def fin(sock):
    sock.close()


def transfer(t, server, ends, how, way):
    both = ftp_talk.Both(t, server)
    app, far = way(t, both, server)
    both.ask("STOR x", "150 go on")
    first, second = (getattr(both, end) for end in ends)
    how(first.sock)
    equal(second.fate()[0], "eof" if how == fin else "reset", "control")
    second.close()
    size = t.size(4 << 20, 1 << 20)
    for sender, receiver in (app, far), (far, app):
        read = Task(drink, receiver)
        sent = pour(sender, size)
        sender.shutdown(socket.SHUT_WR)
        equal(read.result(), (size, sent), "what came after the end")


def passive(t, both, server):
    data = t.listen()
    app = dial(both.passive(data))
    return app, data.accept()


def active(t, both, server):
    mine = t.listen("127.0.0.1")
    far = call_back(server.host, both.activated(mine))
    return mine.accept(), far


def announced(t, server):
    both = ftp_talk.Both(t, server)
    data = t.listen()
    addr = both.passive(data)
    mark = len(t.gw.log())
    both.app.close()
    equal(both.far.fate()[0], "eof", "the control connection")
    both.far.close()
    wait_for(lambda: f"destination={server.host}:{server.port} "
             in t.gw.log()[mark:], "the gateway to hear of its end")
    is_refused(addr, "its control connection has ended")
