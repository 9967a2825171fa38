# SPDX-License-Identifier: BSD-2-Clause
"""HTTP proxies between an agent and its gateway."""

import glob
import os
import shutil
import socket
import threading
import urllib.parse

from .base import pause
from .servers import ME, Server, program
from .tcp import Listener

USER = "alice"


def tinyproxy(t, ports):
    """Lets USER with .password through to these ports only."""
    word = "sesame-1.x"         # it takes no other characters
    host, port = t.place(t.net + ".4")
    home = t.folder("tinyproxy")
    lines = "".join(f"ConnectPort {p}\n" for p in ports)
    conf = t.write(f"{home}/conf", f"Port {port}\nListen {host}\n"
                   "Timeout 600\nMaxClients 100\nAllow 127.0.0.0/8\n"
                   f"BasicAuth {USER} {word}\n{lines}")
    server = Server(host, port)
    server.password = word
    return server.start([program("tinyproxy"), "-d", "-c", conf],
                        t.path("tinyproxy.log"))


def squid(t, ports):
    """The same."""
    word = "open:sesame@%"
    host, port = t.place(t.net + ".5")
    home = t.folder("squid")
    users = t.write(f"{home}/users", f"{USER}:" + t.run(
        ["openssl", "passwd", "-apr1", word]))
    root = os.getuid() == 0
    conf = t.write(f"{home}/conf", f"""
        http_port {host}:{port}
        visible_hostname proxy.example
        auth_param basic program /usr/lib/squid/basic_ncsa_auth {users}
        auth_param basic children 1
        acl known proxy_auth REQUIRED
        acl gateways port {" ".join(map(str, ports))}
        http_access deny !gateways
        http_access allow known
        http_access deny all
        cache deny all
        access_log none
        cache_log {home}/cache.log
        pid_filename none
        coredump_dir {home}
        shutdown_lifetime 0 seconds
        max_filedescriptors 1024
        {"cache_effective_user proxy" if root else f"# {ME}"}
        """)
    if root:
        for path in home, users, conf:
            shutil.chown(path, "proxy")
    server = Server(host, port)
    server.password = word
    # Its name is that of shared memory too.
    return server.start([program("squid"), "-N", "-n", f"e2e{os.getpid()}",
                         "-f", conf], t.path("squid.log"))


def end(server):
    """With the shared memory that squid leaves behind."""
    server.process.terminate()
    server.process.wait()
    for path in glob.glob(f"/dev/shm/e2e{os.getpid()}-*"):
        os.unlink(path)


class Proxy(Listener):
    """Knows each name as the address `to`, and says `answer` in pieces; what was
    asked stands in .asked."""

    def __init__(self, t, to, answer=b"HTTP/1.1 200 Yes\r\n\r\n", host=None):
        super().__init__(host or t.net + ".6")
        self.to, self.answer, self.asked = to, answer, []
        self.sock.settimeout(None)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            conn, _ = self.sock.accept()
            threading.Thread(target=self._answer, args=(conn,),
                             daemon=True).start()

    def _answer(self, near):
        try:
            self._talk(near)
        except OSError:
            near.close()        # who does not like the answer goes

    def _talk(self, near):
        header = b""
        while b"\r\n\r\n" not in header:
            piece = near.recv(1)
            if not piece:
                return
            header += piece
        self.asked.append(header.decode())
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(len(self.answer)):
            near.sendall(self.answer[i:i + 1])
            if i % 16 == 0:
                pause(0.001)
        if not self.answer.split(b" ")[1:2] == [b"200"]:
            near.close()
            return
        far = socket.create_connection(self.to)
        for one, other in (near, far), (far, near):
            threading.Thread(target=_carry, args=(one, other),
                             daemon=True).start()


def _carry(one, other):
    try:
        while piece := one.recv(65536):
            other.sendall(piece)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        for sock in one, other:
            sock.close()


def url(proxy, user=None, password=""):
    who = f"{user}:{urllib.parse.quote(password, '')}@" if user else ""
    return f"http://{who}{proxy.host}:{proxy.port}"
