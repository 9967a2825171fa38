# SPDX-License-Identifier: BSD-2-Clause
"""Out-of-band breaks come as urgent bytes at their places, both ways, within
the handshake and later; a client's check of them succeeds, and so does a
cancelled call."""

from lib import oracle, oracle_clients, tns
from lib.base import equal, matches, wait_for
from lib.tcp import Task

DIRECT = True


def attention(call):
    """A server that sends urgent bytes, too: in the middle of RESEND, behind
    ACCEPT, and between later packets."""
    resend = tns.packet(tns.RESEND)
    call.stream.send(resend[:5])
    call.stream.urge()
    call.stream.send(resend[5:])
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
    packet = tns.connect(tns.request(service="s" * 300), options=0x0c01)
    for count, piece in enumerate((packet[:30], packet[30:74]), 1):
        client.send(piece)
        client.urge()
        wait_for(lambda: server.calls
                 and server.calls[-1].stream.noted == count,
                 "an urgent byte in the handshake")
    client.send(packet[74:])
    equal([client.read().name for _ in range(2)], ["!", "RESEND"], "RESEND")
    equal(client.connect(tns.request()).kind, tns.ACCEPT, "CONNECT again")
    seen = [client.read().name for _ in range(2)]
    for _ in range(3):
        client.say(b"?abc")
        seen += [client.read().name for _ in range(2)]
    equal(seen, ["!", "MARKER", *["DATA", "!"] * 3], "what the client got")
    client.close()
    # Within the handshake it may come ahead of what is still to be read.
    seen = server.call().seen[:4]
    equal((seen.count("!"), seen[-1]), (2, "DATA"), "urgent bytes, then DATA")


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
