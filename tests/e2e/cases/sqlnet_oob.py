# SPDX-License-Identifier: BSD-2-Clause
"""Out-of-band breaks come as urgent bytes at their places, both ways, within
the handshake and later; a client's check of them succeeds, and so does a
cancelled call."""

import socket

from lib import oracle, oracle_clients, tns
from lib.base import equal, matches, wait_for
from lib.tcp import Task

DIRECT = True


def attention(call):
    """A server that sends urgent bytes, too: behind ACCEPT, between packets
    and within one."""
    call.stream.sock.sendall(tns.packet(tns.RESEND)[:5])
    call.stream.urge(b"\0")
    call.stream.sock.sendall(b"\0\0")
    call.hear_connect()
    call.send(tns.accept(318, 0x0401, tns.CHECK_OOB))
    call.stream.big = True
    call.stream.urge()
    call.stream.send(tns.marker(tns.MARK_BREAK, True))
    while found := call.read():
        if found.kind == tns.DATA:
            call.stream.say(found.payload)
            call.stream.urge(found.payload[:1])


def run(t):
    database = oracle.Database(oob=True)
    db = oracle.server(t, database)
    oracle.resource(t, db, "node")
    oracle.resource(t, oracle.server(t, oracle.redirect(db)))
    calling = oracle.server(t, attention)
    oracle.resource(t, calling, "calling")
    t.up()
    for name in "node", "scan":
        to_server(t.at(name), db)
        oracle_clients.Python().login(t.at(name))
        call = db.call()
        equal(call.options & tns.OOB, tns.OOB, "what the client offers")
        after = call.seen[call.seen.index("!"):]
        equal(after[:3], ["!", "MARKER", "DATA"], f"{name}: the check")
        cancel(t, t.at(name), database, db)
    to_client(t.at("calling"), calling)


def to_server(at, db):
    """The check behind ACCEPT, then breaks between packets, and one within
    the packets of the handshake."""
    road = tns.login(at, tns.request(), options=0x0c01,
                     flags2=tns.CHECK_OOB)
    equal((road.accept.u16(10), road.accept.u32(41)), (0x0401, 1),
          "what the database offers")
    client = road.stream
    client.urge()
    client.send(tns.marker(tns.MARK_RESET, True))
    for count in range(3):
        equal(client.ask(b"hello"), b"hello", "through it")
        # TCP knows one mark at a time: the next only after this was seen.
        client.urge()
        wait_for(lambda: db.calls[-1].seen.count("!") == count + 2,
                 "an urgent byte")
    equal(client.ask(b"hello"), b"hello", "through it")
    client.close()
    equal(db.call().seen, ["CONNECT", "!", "MARKER", *["DATA", "!"] * 3,
                           "DATA", "end"], "what the database got")


def to_client(at, server):
    client = tns.Client(at)
    packet = tns.connect(tns.request(), options=0x0c01)
    client.sock.sendall(packet[:30])
    client.sock.send(packet[30:31], socket.MSG_OOB)
    client.sock.sendall(packet[31:])
    found = client.answer()
    equal((found.kind, found.urgent), (tns.RESEND, 5), "RESEND")
    equal(client.connect(tns.request()).kind, tns.ACCEPT, "CONNECT again")
    seen = [client.read().name for _ in range(2)]
    for _ in range(3):
        client.say(b"?abc")
        seen += [client.read().name for _ in range(2)]
    equal(seen, ["!", "MARKER", *["DATA", "!"] * 3], "what the client got")
    client.close()
    equal(server.call().marks, [("CONNECT", 30)], "marks within packets")


def cancel(t, at, database, db):
    """A call that takes too long is cancelled by an urgent byte."""
    database.hold, pings = True, database.pings
    client = oracle_clients.Python().start_cancel(t, at)
    wait_for(lambda: database.pings > pings, "a ping")
    database.hold = False
    client.cancel()
    matches("ORA-01013", client.result().get("cancelled", "no"), "the ping")
    seen = db.call().seen
    equal(seen.count("!"), 2, f"urgent bytes in {seen}")
