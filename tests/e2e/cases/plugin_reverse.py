# SPDX-License-Identifier: BSD-2-Clause
"""The server connects back: to the application's listener, and only then."""

import select
import socket

from lib import parley
from lib.base import check, equal, show
from lib.tcp import fate, reset


def run(t):
    server = parley.start(t)
    talk = parley.Dialogue(t, server)
    control = t.at("ctl")
    mine = t.listen("127.0.0.1")
    addr = talk.call(mine)
    check(addr != (mine.host, mine.port), f"{addr} is the application's own")
    # It waits until the server has accepted the CALL.
    far = parley.call_back(t.server_ip, addr)
    far.sendall(b"early")
    talk.app.say("WAIT")
    talk.server.hear("WAIT")
    check(not select.select([mine.sock], [], [], 0.3)[0], "not armed")
    talk.server.say("OK called", "OK waited")
    talk.app.hear("OK called")
    talk.app.hear("OK waited")
    app, peer = mine.sock.accept()
    app.settimeout(20)
    equal(peer[0], control[0], "from the address that was dialled")
    equal(app.recv(5), b"early", "what was sent early")
    parley.talks(app, far)
    parley.is_refused(addr, "a second connection")

    far.sendall(b"tail")
    far.shutdown(socket.SHUT_WR)
    equal(fate(app), ("eof", b"tail"), "the server's FIN")
    app.sendall(b"answer")
    app.close()
    equal(fate(far), ("eof", b"answer"), "the application's FIN")

    for ends in range(2):
        app, far = meet(t, talk, mine)
        reset((app, far)[ends])
        equal(fate((far, app)[ends]), ("reset", b""), "the reset")

    # Only this server may come; others use nothing up.
    addr = talk.called(mine)
    for other in f"{t.net}.3", "127.0.0.1":
        parley.is_refused(addr, f"a stranger at {other}", source=other)
    far = parley.call_back(t.server_ip, addr)
    parley.talks(mine.accept(), far)

    # A third host is refused by the plugin, in order.
    talk.app.say(f"CALL {t.net}.3 4000")
    talk.app.hear("NO refused")
    talk.close()
    line = t.gw.wait_log(r'evt=channel .*refused="call to a third party".*')[0]
    check("parent" not in line, line)
    line = t.gw.wait_log(rf"evt=channel .*destination={show(mine.sock.getsockname())} .*")[0]
    check("parent=" in line and f"source={t.server_ip}:" in line, line)


def meet(t, talk, mine):
    """Both ends of a connection from the server: (app, far)."""
    addr = talk.called(mine)
    far = parley.call_back(t.server_ip, addr)
    app = mine.accept()
    parley.talks(app, far)
    return app, far
