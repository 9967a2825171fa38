# SPDX-License-Identifier: BSD-2-Clause
"""A forwarder as many are: ordinary bytes both ways, and nothing else.

It exists to prove that a case notices what such a forwarder does to urgent
data."""

import socket
import threading

from .tcp import Listener


class Plain(Listener):
    """Loses urgent bytes; with `inline` it sends them as ordinary ones."""

    def __init__(self, host, target, inline=False):
        super().__init__(host)
        self.sock.settimeout(None)
        self.target, self.inline = (target.host, target.port), inline
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            near, _ = self.sock.accept()
            far = socket.create_connection(self.target)
            for one, other in (near, far), (far, near):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE,
                               self.inline)
                threading.Thread(target=self._carry, args=(one, other),
                                 daemon=True).start()

    @staticmethod
    def _carry(one, other):
        try:
            while piece := one.recv(65536):
                other.sendall(piece)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            one.close()
            other.close()
