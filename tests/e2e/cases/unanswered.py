# SPDX-License-Identifier: BSD-2-Clause
"""An aditd that closes the connection before it has read the request, as for
another user and in an upgrade: aditctl says so, and what to do. One that
cannot be reached is not taken for one that does not run, since it may have
sessions to end."""

import os
import socket
import threading

from lib.base import matches


def run(t):
    t.gw.write()
    unreachable(t, t.gw.conf["server"]["control"])
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(t.gw.conf["server"]["control"])
        listener.listen()
        thread = threading.Thread(target=hang_up, args=(listener,), daemon=True)
        thread.start()
        said = t.gw.ctl("sessions", check=False)
        thread.join()
    matches("answers only root and the user who runs it" if os.geteuid()
            else "ended the connection before it answered.*: try again", said,
            "what aditctl says")


def unreachable(t, path):
    os.symlink(path, path)
    matches("the sessions could not be ended: try aditctl kick alice",
            t.gw.ctl("lock", "alice", check=False), "lock")
    os.unlink(path)
    matches("alice was already locked", t.gw.ctl("lock", "alice"),
            "lock where no aditd runs")


def hang_up(listener):
    client, _ = listener.accept()
    client.recv(1, socket.MSG_PEEK)
    client.close()
