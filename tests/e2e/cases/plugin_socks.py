# SPDX-License-Identifier: BSD-2-Clause
"""Through SOCKS the server's own addresses stand as they are, and are dialled."""

from lib import parley, socks
from lib.base import equal
from lib.tcp import read_exactly


def control(t, server, name):
    code, sock = socks.connect(t.ag.socks(), name, server.port)
    equal(code, socks.GRANTED, f"CONNECT {name}")
    return parley.Dialogue(t, server, sock=sock)


def reach(t, server, host, port):
    code, app = socks.connect(t.ag.socks(), host, port)
    equal(code, socks.GRANTED, f"CONNECT {host}:{port}")
    parley.talks(app, server.accept())


def is_refused(t, host, port, what):
    code = socks.refused(t.ag.socks(), host, port)
    equal(code, socks.NOT_ALLOWED, what)


def run(t):
    other = f"{t.net}.3"
    t.ag.socks()
    t.gw.hosts = [(t.server_ip, "ctl.corp.example")]
    server = t.listen()
    t.resource("named", host="ctl.corp.example", port=server.port,
               allow=f"{t.server_ip}/32", plugin="parley")
    parley.use(t, "parley", same_host="no", redirect_allow=f"{other}/32")
    t.up()
    data, far = t.listen(), t.listen(other)
    talk = control(t, server, "ctl.corp.example")
    is_refused(t, data.host, data.port, "nobody has announced it")

    equal(talk.open(data), (data.host, data.port), "what is shown")
    reach(t, data, data.host, data.port)
    is_refused(t, data.host, data.port, "a second connection")
    # The server says its address, the application knows its name.
    equal(talk.open(data), (data.host, data.port), "what is shown")
    reach(t, data, "ctl.corp.example", data.port)
    equal(talk.open(far), (far.host, far.port), "what is shown")
    is_refused(t, f"{t.net}.9", far.port, "another host")
    is_refused(t, far.host, far.port - 1, "another port")
    reach(t, far, far.host, far.port)
    equal(talk.ask("OPEN", f"DATA {t.net}.9 5000"), "NO denied", "denied")

    talk.open(data)
    talk.close()
    t.gw.wait_log(rf"evt=channel .*:{server.port} ")
    is_refused(t, data.host, data.port, "its channel is closed")
