# SPDX-License-Identifier: BSD-2-Clause
"""With `oob = clear` neither side hears of out-of-band breaks: the offers are
taken out of CONNECT and ACCEPT, and nothing else is."""

import struct

from lib import oracle, oracle_clients, tns
from lib.base import equal


def offers(version):
    """A database that offers all there is, whatever the client says."""
    def answer(call):
        call.offered = tns.accept(version, 0x0e01, 0x03000001)
        call.send(call.offered)
        call.stream.big = version >= 315
        oracle.echo(call)
    return answer


def cleared(packet, options, flags2):
    """The packet without the bits at these two offsets."""
    packet = bytearray(packet)
    for at, form, bits in ((options, ">H", 0x0600), (flags2, ">I", 1)):
        if at:
            value, = struct.unpack_from(form, packet, at)
            struct.pack_into(form, packet, at, value & ~bits)
    return bytes(packet)


def run(t):
    real = oracle.server(t, oracle.Database(oob=True))
    oracle.resource(t, real, "real", oob="clear")
    oracle.resource(t, oracle.server(t, oracle.redirect(real)), "scan",
                    oob="clear")
    for version in 314, 316, 318, 319:
        node = oracle.server(t, offers(version))
        oracle.resource(t, node, f"v{version}", oob="clear")
    again = oracle.server(t, oracle.resend(offers(318)))
    oracle.resource(t, again, "again", oob="clear")
    t.up()
    for client in oracle_clients.both():
        for name in "real", "scan":
            client.login(t.at(name))
            call = real.call()
            equal(call.options & 0x0600 | call.flags2 & 1, 0, "the offer")
            equal(call.seen.count("!"), 0, f"{name}: urgent bytes")
    for version in 314, 316, 318, 319:
        for offset in 74, 70, 58, 34:
            exact(t, version, offset, tns.request())
        exact(t, version, 74, tns.request(service="s" * 300))
    client = tns.Client(t.at("again"))
    how = {"options": 0x0e01, "flags2": 0x11000001}
    equal(client.connect(tns.request(), **how).kind, tns.RESEND, "RESEND")
    client.connect(tns.request(), **how)
    client.close()
    wanted = cleared(client.sent, 12, 70)
    equal(again.call().connects, [wanted] * 2, "CONNECT, twice")


def exact(t, version, offset, text):
    """Both packets differ in these bits only."""
    name = f"v{version}"
    client = tns.Client(t.at(name))
    found = client.connect(text, options=0x0e01, flags2=0x11000001,
                           offset=offset)
    equal(client.ask(b"hello"), b"hello", f"{name}: through it")
    client.close()
    call = t.parts[name][0].call()
    equal(call.connects, [cleared(client.sent, 12, 70 if offset >= 74 else 0)],
          f"{name}: CONNECT with its text at {offset}")
    equal(found.whole, cleared(call.offered, 10, 41 if version >= 318 else 0),
          f"{name}: ACCEPT")
