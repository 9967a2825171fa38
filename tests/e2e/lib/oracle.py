# SPDX-License-Identifier: BSD-2-Clause
"""Scripted Oracle servers: listeners that redirect, refuse or ask again, and
a database to which thin clients can log in.

A Server answers each connection by what it was made with: a function of a
Call, as redirect(...), refuse(...) and Database(...) make it.  What it heard
is in .calls."""

import re
import socket
import ssl
import threading

from . import oracle_login, tns
from .base import Failure, check, equal, free_port, pause, wait_for
from .tcp import TIMEOUT, Listener

NODE = "(INSTANCE_NAME=node1)"      # what redirects add to the connect data


class Call:
    """One connection to a server, and what was heard on it."""

    def __init__(self, server, sock, peer):
        self.server, self.peer = server, peer
        self.seen = []          # names of packets, "!" for an urgent byte
        self.connects = []      # all of CONNECT, with the text behind it
        self.text, self.error, self.end = "", None, None
        self.logged_in = False
        self.stream = tns.Stream(sock, not isinstance(sock, ssl.SSLSocket))

    def read(self):
        found = self.stream.read()
        self.seen.append(found.name if found else "end")
        return found

    def read_packet(self):
        """The same, behind urgent bytes."""
        while (found := self.read()) and found.kind == tns.URGENT:
            pass
        return found

    def hear_connect(self):
        """CONNECT, with the DATA behind it where its text is too long."""
        found = self.read_packet()
        if not found or found.kind != tns.CONNECT:
            raise Failure(f"no CONNECT but {found and found.whole[:60]}")
        length, offset = found.u16(24), found.u16(26)
        text, whole = found.whole[offset:], found.whole
        while len(text) < length:
            more = self.read_packet()
            text += more.payload
            whole += more.whole
        self.options, self.flags = found.u16(12), found.flags
        self.version = found.u16(8)
        self.flags2 = found.u32(70) if offset >= 74 else 0
        self.text = text.decode()
        self.connects.append(whole)

    @property
    def service(self):
        found = tns.find(tns.parse(self.text), "SERVICE_NAME")
        return found or tns.find(tns.parse(self.text), "SID") or ""

    @property
    def at_node(self):
        """Whether the client says what a redirect told it to say."""
        return NODE in self.text

    def send(self, *packets, pieces=None):
        """Sends packets at once, or in pieces with pauses between them."""
        whole = b"".join(packets)
        for at in range(0, len(whole), pieces or len(whole)):
            self.stream.sock.sendall(whole[at:at + (pieces or len(whole))])
            if pieces:
                pause(0.002)


class Server(Listener):
    """Answers each connection in a thread of its own."""

    def __init__(self, host, answer, port=0, tls=None):
        super().__init__(host, port)
        self.sock.settimeout(None)
        # Before any byte can come: it is inherited by what is accepted.
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
        self.answer, self.tls, self.calls = answer, tls, []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                conn, peer = self.sock.accept()
            except OSError:
                return
            conn.settimeout(TIMEOUT)
            threading.Thread(target=self._answer, args=(conn, peer),
                             daemon=True).start()

    def _answer(self, conn, peer):
        call = None
        try:
            if self.tls:
                conn = self.tls.wrap_socket(conn, server_side=True)
            call = Call(self, conn, peer)
            self.calls.append(call)
            call.hear_connect()
            self.answer(call)
            call.end = "done"
        except (OSError, Failure, ValueError, IndexError) as error:
            if call:
                call.error = error
                call.end = "failed"
        finally:
            conn.close()

    def ended(self, index=-1):
        """A connection that has come to its end, somehow."""
        wait_for(lambda: self.calls and self.calls[index].end,
                 f"the end of a connection to port {self.port}")
        return self.calls[index]

    def call(self, index=-1):
        """The same; it must have been a good one."""
        call = self.ended(index)
        check(not call.error, f"port {self.port}: {call.error!r}")
        return call

    def untouched(self, what):
        """Nobody has connected, nor is on the way."""
        check(not self.calls, f"{what}: {self.calls and self.calls[0].peer}")


# -- listeners

def address(place, protocol="tcp"):
    host, port = place if isinstance(place, tuple) else (place.host,
                                                         place.port)
    return f"(ADDRESS=(PROTOCOL={protocol})(HOST={host})(PORT={port}))"


def addresses(*targets):
    """The address part of a redirect, as listeners write it."""
    if len(targets) == 1:
        return address(targets[0])
    return ("(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=))(ADDRESS_LIST="
            + "".join(map(address, targets)) + "))")


def connect_data(call):
    """What the client has to say to the next listener."""
    return call.text.replace("(CONNECT_DATA=", f"(CONNECT_DATA={NODE}", 1)


FORMS = {
    # name: (in one packet, with connect data)
    "A": (True, False), "B": (True, True), "C": (False, True),
    "D": (False, False), "E": (None, False), "E2": (None, False)}


def redirect_packets(form, where, more, packets=1):
    """The packets of a redirect; E2 is E with a second REDIRECT for DATA.

    With `packets` the text of C and D comes in so many of DATA."""
    inline, with_data = FORMS[form]
    flags = tns.RDS if with_data else 0
    text = (where + "\0" + more if with_data else where).encode()
    size = len(text).to_bytes(2, "big")
    if inline:
        return [tns.packet(tns.REDIRECT, size + text, flags)]
    if form == "E2":
        return [tns.packet(tns.REDIRECT, b"\0\0", flags),
                tns.packet(tns.REDIRECT, size + text, flags)]
    head = tns.packet(tns.REDIRECT, b"\0\0" if form == "E" else size, flags)
    step = -(-len(text) // packets)
    parts = [text[i:i + step] for i in range(0, len(text), step)]
    return [head] + [tns.data(part, tns.EOF if part is parts[-1] else 0)
                     for part in parts]


def redirect(*targets, form="C", where=None, pieces=None, packets=1,
             linger=False):
    """Redirects to `targets`, or to the text `where`, and closes at once.

    With `linger` it waits for the client's end first."""
    def answer(call):
        text = addresses(*targets) if where is None else where
        call.told = text, connect_data(call)
        call.send(*redirect_packets(form, *call.told, packets=packets),
                  pieces=pieces)
        if linger:
            call.stream.sock.settimeout(TIMEOUT)
            call.read()
    return answer


def refuse(code, inline=True):
    def answer(call):
        call.send(tns.refuse(code, inline))
    return answer


def resend(after):
    """Has the client repeat its CONNECT, then answers with `after`."""
    def answer(call):
        call.send(tns.packet(tns.RESEND))
        call.hear_connect()
        after(call)
    return answer


def redirect_once(after, *targets, **how):
    """The listener sends clients elsewhere, perhaps to itself, but lets in
    those who were sent here."""
    def answer(call):
        if call.at_node:
            return after(call)
        there = targets or (call.server,)
        return redirect(*there, **how)(call)
    return answer


def echo(call):
    """Returns every DATA packet, to the end."""
    while found := call.read():
        if found.kind == tns.DATA:
            call.stream.say(found.payload)


# -- the database

class Database:
    """ACCEPT, and then what a database says to a thin client.

    With `oob` it offers to check out-of-band breaks, as databases since 19c
    do.  Such a check that fails ends the connection, where a real database
    waits for a minute.  With `hold` a ping is not answered but waits to be
    cancelled."""

    def __init__(self, version=318, oob=False, hold=False,
                 password=oracle_login.PASSWORD):
        self.version, self.oob, self.hold = version, oob, hold
        self.password = password
        self.pings = 0

    def __call__(self, call):
        self.accept(call)
        login = oracle_login.Login(self.password)
        while found := call.read():
            if found.kind == tns.URGENT:
                continue
            if found.kind == tns.MARKER:
                self.marked(call, found)
            elif found.kind == tns.DATA:
                if found.u16(8) & tns.EOF or not found.payload:
                    break
                answer = self.said(call, login, found.payload)
                if answer:
                    call.stream.say(answer)
            else:
                raise Failure(f"{found.name} after ACCEPT")

    def accept(self, call):
        check = self.oob and call.options & tns.OOB
        self.checking = bool(check)
        call.offered = tns.accept(
            self.version, 0x0401 if check else 0x0001,
            tns.CHECK_OOB if check and call.flags2 & tns.CHECK_OOB else 0)
        call.send(call.offered)
        call.stream.big = self.version >= 315

    def marked(self, call, found):
        """The marker behind the urgent byte of a check."""
        if call.seen[-2:] != ["!", "MARKER"]:
            raise Failure(f"a marker without its urgent byte: {call.seen}")

    def said(self, call, login, payload):
        """The answer to one message."""
        if payload[:1] == b"\xec":              # of a tns.Client
            return payload
        if payload[:4] == oracle_login.ANO:
            return oracle_login.NO_ANO
        if payload[0] == 1:
            return oracle_login.protocol()
        if payload[0] == 2:
            return oracle_login.data_types(payload)
        if payload[:2] == bytes([3, oracle_login.AUTH_ONE]):
            return login.challenge()
        if payload[:2] == bytes([3, oracle_login.AUTH_TWO]):
            call.logged_in, answer = login.answer(payload, call.service)
            return answer
        if payload[:2] == bytes([3, oracle_login.PING]):
            self.pings += 1
            if self.hold:
                return self.cancelled(call)
        return oracle_login.STATUS

    def cancelled(self, call):
        """Waits for a break, says so, and is told to go on."""
        how = call.read()
        if how.kind not in (tns.URGENT, tns.MARKER):
            raise Failure(f"{how.name} instead of a break")
        call.stream.send(tns.marker(tns.MARK_BREAK, big=True))
        while True:
            found = call.read()
            if found.kind == tns.MARKER and found.body[2] == tns.MARK_RESET:
                break
        call.stream.send(tns.marker(tns.MARK_RESET, big=True))
        return oracle_login.error(1013, "user requested cancel")


# -- what cases start with

def server(t, answer, ip=None, port=0, tls=None):
    return Server(ip or t.server_ip, answer, port, tls)


def plugin(t, **options):
    """Enables the plugin of this build in the gateway of the case."""
    t.plugin("sqlnet", **options)


def resource(t, listener, name="scan", **keys):
    """A resource for a listener that speaks TNS."""
    if not t.direct:
        plugin(t)
    t.resource(name, listener, plugin="sqlnet", **keys)


def shown_at(t, host, name="scan"):
    """The application finds the resource at this address of its machine."""
    if not t.direct:
        t.ag.conf[f"listen {name}"] = {"address": host,
                                       "port": free_port(host)}


def serve(t, answer, ip=None, **keys):
    """A listener, its resource `scan`, and up."""
    found = server(t, answer, ip)
    resource(t, found, **keys)
    t.up()
    return found


def same_but_places(told, heard, what="the redirect"):
    """`heard` is the text `told` but for what HOST and PORT say."""
    def blank(text):
        return re.sub(r"(?i)\b(HOST|PORT)(\s*=\s*\"?)[^()\"\s]*", r"\1\2",
                      text)
    equal(blank(heard), blank(told), what)


def audit_lines(t, name, count):
    """The audit lines of a resource's channels, once there are so many."""
    def found():
        return [x for x in t.gw.log().splitlines()
                if "evt=channel " in x and f" resource={name} " in x]
    wait_for(lambda: len(found()) >= count, f"{count} audit lines of {name}")
    equal(len(found()), count, f"audit lines of {name}")
    return found()


def audited(t, name, channels, children):
    """So many channels have gone through the gateway, so many of them because
    another announced them: nobody went past it."""
    if not t.direct:
        lines = audit_lines(t, name, channels)
        parents = [x for x in lines if " parent=" in x]
        equal(len(parents), children, f"channels with a parent: {lines}")
