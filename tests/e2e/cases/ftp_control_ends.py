# SPDX-License-Identifier: BSD-2-Clause
"""A transfer outlives its control connection, however that ends; what was
only announced does not."""

import socket

from lib import ftp, ftp_talk
from lib.base import equal
from lib.parley import call_back, is_refused
from lib.tcp import Task, dial, drink, fate, pour, reset

DIRECT = True


def run(t):
    server = t.listen()
    ftp.resource(t, server)
    t.up()
    for end in ("app", "far"), ("far", "app"):
        for how in fin, reset:
            for active in False, True:
                transfer(t, server, end, how, active)
    if not t.direct:
        announced(t, server)


def fin(sock):
    sock.close()


def transfer(t, server, ends, how, active):
    both = ftp_talk.Both(t, server)
    app, far = active_data(server, both) if active else passive_data(t, both)
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


def passive_data(t, both):
    data = t.listen()
    text = both.ask("PASV", f"227 ({ftp_talk.six(data.host, data.port)})")
    return dial(ftp_talk.numbers(text)), data.accept()


def active_data(server, both):
    """The server connects to where it was told."""
    mine = ftp_talk.Listener(both.app.sock.getsockname()[0])
    both.app.say(ftp_talk.port_line(mine))
    addr = ftp_talk.told(both.far.line())
    both.far.say("200 PORT")
    both.app.reply("200")
    far = call_back(server.host, addr)
    return mine.accept(), far


def announced(t, server):
    both = ftp_talk.Both(t, server)
    data = t.listen()
    text = both.ask("PASV", f"227 ({ftp_talk.six(data.host, data.port)})")
    both.app.close()
    equal(both.far.fate()[0], "eof", "the control connection")
    both.far.close()
    t.gw.wait_log(rf"evt=channel .*destination={server.host}:{server.port} ")
    is_refused(ftp_talk.numbers(text), "its control connection has ended")
