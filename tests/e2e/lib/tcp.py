# SPDX-License-Identifier: BSD-2-Clause
"""Both ends of a connection, made to do what real programs do rarely."""

import array
import fcntl
import hashlib
import select
import selectors
import socket
import struct
import termios
import threading

from .base import Failure, bound

SIOCATMARK = 0x8905
TIMEOUT = 20.0


class Listener:
    """A listening socket with the .host and .port of a server."""

    def __init__(self, host, port=0, backlog=2048):
        self.sock = bound(host, port)
        self.sock.listen(backlog)
        self.host, self.port = self.sock.getsockname()[:2]
        self.sock.settimeout(TIMEOUT)

    def accept(self):
        conn, _ = self.sock.accept()
        conn.settimeout(TIMEOUT)
        return conn

    def close(self):
        self.sock.close()


class Echo(Listener):
    """Sends back what it gets, for any number of connections."""

    def __init__(self, host, port=0):
        super().__init__(host, port)
        self.sock.setblocking(False)
        self.count = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        loop = selectors.DefaultSelector()
        loop.register(self.sock, selectors.EVENT_READ)
        while True:
            for key, _ in loop.select():
                if key.fileobj is self.sock:
                    self._accept(loop)
                else:
                    self._answer(loop, key.fileobj)

    def _accept(self, loop):
        try:
            conn, _ = self.sock.accept()
        except OSError:
            return
        conn.settimeout(TIMEOUT)
        self.count += 1
        loop.register(conn, selectors.EVENT_READ)

    @staticmethod
    def _answer(loop, conn):
        try:
            data = conn.recv(65536)
            conn.sendall(data)
        except OSError:
            data = b""
        if not data:
            loop.unregister(conn)
            conn.close()


def dial(addr, timeout=TIMEOUT):
    sock = socket.create_connection(addr[:2], timeout=timeout)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def ask(sock, question=b"hello", length=None):
    """Sends and reads the answer of `length` bytes (an echo's by default)."""
    sock.sendall(question)
    return read_exactly(sock, length or len(question))


def read_exactly(sock, n):
    parts = []
    while n:
        data = sock.recv(min(n, 1 << 20))
        if not data:
            raise Failure(f"the connection ended {n} bytes too early")
        parts.append(data)
        n -= len(data)
    return b"".join(parts)


def fate(sock):
    """Reads to the end: ("eof" or "reset", the bytes before it)."""
    parts = []
    try:
        while data := sock.recv(1 << 20):
            parts.append(data)
        return "eof", b"".join(parts)
    except (ConnectionResetError, ConnectionRefusedError, BrokenPipeError):
        return "reset", b"".join(parts)


def dial_fate(*args, **keys):
    """The fate of a new connection: its RST may be there before connect(2)
    has returned, which then fails with it."""
    try:
        return fate(dial(*args, **keys))
    except ConnectionResetError:
        return "reset", b""


def reset(sock):
    """Ends a connection with RST instead of FIN."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))
    sock.close()


def at_mark(sock):
    """Whether the next byte to read is the urgent one (SO_OOBINLINE)."""
    answer = array.array("i", [0])
    fcntl.ioctl(sock, SIOCATMARK, answer)
    return bool(answer[0])


def pending(sock):
    """How many bytes can be read at once."""
    answer = array.array("i", [0])
    fcntl.ioctl(sock, termios.FIONREAD, answer)
    return answer[0]


def read_marked(sock, marks):
    """Reads to the end; adds to `marks` each offset of an urgent byte."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
    data = b""
    while True:
        select.select([sock], [], [], TIMEOUT)
        if at_mark(sock) and len(data) not in marks:
            marks.append(len(data))
        more = sock.recv(4096)
        if not more:
            return data
        data += more


def pour(sock, size, rhythm=None):
    """Sends `size` bytes of a fixed pattern; the SHA-256 of what was sent."""
    block = hashlib.shake_128(b"adit").digest(1 << 20)
    digest, at = hashlib.sha256(), 0
    while at < size:
        n = min(rhythm() if rhythm else len(block), size - at)
        start = at % 997
        piece = block[start:start + n]
        sock.sendall(piece)
        digest.update(piece)
        at += len(piece)
    return digest.hexdigest()


def drink(sock, rhythm=None):
    """Reads to the end of data; (number of bytes, their SHA-256)."""
    digest, size = hashlib.sha256(), 0
    while data := sock.recv(rhythm() if rhythm else 1 << 18):
        digest.update(data)
        size += len(data)
    return size, digest.hexdigest()


class Task(threading.Thread):
    """A function in a thread, whose result or exception join() hands on."""

    def __init__(self, function, *args):
        super().__init__(daemon=True)
        self.function, self.args = function, args
        self.value = self.error = None
        self.start()

    def run(self):
        try:
            self.value = self.function(*self.args)
        except BaseException as error:
            self.error = error

    def result(self, within=120.0):
        self.join(within)
        if self.is_alive():
            raise Failure(f"{self.function.__name__} is stuck")
        if self.error:
            raise self.error
        return self.value
