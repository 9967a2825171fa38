# SPDX-License-Identifier: BSD-2-Clause
"""PORT and EPRT with another address of the client's own machine: the data comes
there.  With that of another machine they are refused before the server hears of
them, though the client listens at every address."""

import socket

from lib import ftp, ftp_clients, ftp_talk
from lib.parley import call_back, is_refused, talks

VARIANTS = ["curl", "lines"]


def run(t, variant):
    globals()[variant](t)


def addresses(t):
    """Another of the loopback network; and one of the network, if any."""
    found = [f"{t.net}.77"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("192.0.2.1", 9))      # this sends nothing
            found.append(sock.getsockname()[0])
        except OSError:
            pass
    return found


def curl(t):
    server = ftp.serve(t, "proftpd")
    ftp.make(f"{server.home}/file", 100000)
    for host in addresses(t):
        for flags in ["--eprt"], ["--disable-eprt"]:
            client = ftp_clients.client(t, "curl", t.at("ftp"))
            client.flags = ["--ftp-port", host, *flags]
            client.get(["file"], client.dir)
            ftp.same(f"{client.dir}/file", f"{server.home}/file", host)


def lines(t):
    server = ftp.scripted(t)
    both = ftp_talk.Both(t, server)
    for host in addresses(t):
        mine = t.listen(host)
        for command in "PORT", "EPRT":
            far = call_back(server.host, both.activated(mine, command))
            talks(mine.accept(), far)
    everywhere = t.listen("0.0.0.0")
    for command in "PORT", "EPRT":
        place = ftp.Place("192.0.2.1", everywhere.port)
        both.refused(ftp_talk.port_line(place, command), "500 ")
    # It is the address: at another one the same listener is found.
    place.host = f"{t.net}.78"
    far = call_back(server.host, both.activated(place))
    talks(everywhere.accept(), far)
    # An address of this machine, where nobody listens.
    place.port = mine.port
    is_refused(both.activated(place), "nobody", source=server.host)
    both.idle()
