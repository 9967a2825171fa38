# SPDX-License-Identifier: BSD-2-Clause
"""A server on the user's machine is reached at an address of the gateway, as
long as the user publishes it and may: by adit.ini and by `adit publish`."""

import re
import socket

from lib.base import check, equal, matches, show, wait_for
from lib.tcp import ask, dial


DIRECT = True


def line(t, **keys):
    """Waits for an evt=publish line of the audit with these keys."""
    t.gw.wait_log("evt=publish .*" + ".*".join(f"{k}={v}"
                                               for k, v in keys.items()))


def run(t):
    echo = t.echo("127.0.0.1")
    if t.direct:
        equal(ask(dial((echo.host, echo.port))), b"hello", "echo")
        return
    other = t.echo("127.0.0.1")
    web, hidden = t.place(t.gateway_ip), t.place(t.gateway_ip)
    t.resource("unused", t.echo())
    t.gw.conf["group publishers"] = {"users": "alice"}
    t.gw.conf["publish web"] = {"listen": show(web), "groups": "publishers"}
    t.gw.conf["group nobody"] = {"users": "nobody"}
    t.gw.conf["publish hidden"] = {"listen": show(hidden), "groups": "nobody"}
    t.ag.conf["publish web"] = {"to": show((echo.host, echo.port))}
    t.up()

    # What adit.ini says is published after the login.
    line(t, user="alice", name="web", state="published")
    wait_for(lambda: t.ag.status()["published"][0]["state"] == "published",
             "the agent to hear of it")
    equal(t.ag.status()["published"],
          [{"name": "web", "to": show((echo.host, echo.port)),
            "state": "published", "at": show(web), "reason": None}],
          "published in adit status")
    equal(t.gw.json("sessions")["sessions"][0]["published"],
          [{"name": "web", "state": "published"}], "aditctl sessions")
    kept = dial(web)
    equal(ask(kept), b"hello", "echo through the gateway")
    matches(r"(?s).*PUBLISHED +SERVER +AT THE GATEWAY +STATE.*web",
            t.ag.ctl("status"), "adit status")

    # What no group grants looks like what is not there.
    for name in "hidden", "nothing":
        status, text = t.ag.call("publish", name, str(echo.port))
        check(status == 1 and "lets this user publish nothing under the name "
              f"{name}" in " ".join(text.split()), text)
        t.ag.ctl("unpublish", name)
    check(refuses_now(hidden), f"{show(hidden)} does not refuse")

    # Another server under the same name; connections that are there stay.
    equal(t.ag.ctl("publish", "web", str(other.port)).strip(), show(web),
          "adit publish")
    before = other.count
    equal(ask(dial(web)), b"hello", "echo of the other server")
    equal(other.count, before + 1, "connections of the other server")
    equal(ask(kept), b"hello", "the connection of before")
    t.ag.ctl("unpublish", "web")
    wait_for(lambda: refuses_now(web), f"{show(web)} to refuse")
    equal(ask(kept), b"hello", "the connection of before, afterwards")
    status, text = t.ag.call("unpublish", "web")
    check(status == 1 and "nothing is published" in text, text)

    # A server that is not there is a connection that is reset.
    gone = t.place("127.0.0.1")
    t.ag.ctl("publish", "web", show(gone))
    try:
        equal(ask(dial(web)), b"", "of a server that is not there")
    except ConnectionResetError:
        pass

    # The administrator takes the right away: all ends.
    t.ag.ctl("publish", "web", str(echo.port))
    last = dial(web)
    equal(ask(last), b"hello", "once more")
    t.gw.conf["publish web"]["groups"] = "nobody"
    t.gw.reload()
    wait_for(lambda: refuses_now(web), "the gateway to refuse after reload")
    ended(last)
    line(t, name="web", state="denied")
    t.gw.conf["publish web"]["groups"] = "publishers"
    t.gw.reload()
    wait_for(lambda: not refuses_now(web), "the gateway to publish again")
    equal(ask(dial(web)), b"hello", "after the second reload")

    # Who may connect; stop, start.
    t.gw.conf["publish web"]["allow"] = "203.0.113.0/24"
    t.gw.reload()
    wait_for(lambda: dropped(web), "a stranger to be sent away")
    t.gw.wait_log("refused: a connection from .* to publish web: its address "
                  "is not in allow")
    del t.gw.conf["publish web"]["allow"]
    t.gw.reload()
    t.ag.ctl("stop")
    wait_for(lambda: refuses_now(web), "the gateway to refuse after adit stop")
    t.ag.ctl("start")
    wait_for(lambda: not refuses_now(web), "the gateway to publish again")
    t.ag.down()
    wait_for(lambda: refuses_now(web), "the gateway to refuse after adit down")
    check(re.search(r"evt=channel .* resource=- .*publish=web", t.gw.log()),
          "no line of a connection in the audit")


def refuses_now(at):
    try:
        socket.create_connection(at).close()
        return False
    except ConnectionRefusedError:
        return True


def dropped(at):
    try:
        return ask(dial(at)) != b"hello"
    except ConnectionError:
        return True


def ended(sock):
    try:
        equal(sock.recv(1), b"", "the connection of before")
    except ConnectionResetError:
        pass
