# SPDX-License-Identifier: BSD-2-Clause
"""Two hundred sessions at once, with two hundred transfers at once (sixty with
other servers than vsftpd, and with sanitizers), and no data goes to another
session than its own."""

from lib import ftp, ftp_servers
from lib.base import equal
from lib.ftp_talk import Client
from lib.tcp import fate, read_exactly

DIRECT = True
TIMEOUT = 120
VARIANTS = list(ftp_servers.KINDS)
THIN = ["vsftpd"]


def run(t, kind):
    count = 60 if t.sanitized() or kind != "vsftpd" else 200
    server = ftp.serve(t, kind)
    for number in range(count):
        with open(f"{server.home}/{number}", "wb") as f:
            f.write(b"%05d" % number * 2000)
    where = t.at("ftp")
    clients = []
    for _ in range(count):      # of 200 at once servers would refuse some
        clients.append(Client(where))
        clients[-1].login()
    transfers(clients, [client.data() for client in clients])
    listeners = [client.active("PORT") for client in clients]
    for number, client in enumerate(clients):
        client.say(f"RETR {number}")
    for mine in listeners:
        mine.sock.settimeout(TIMEOUT)   # so many take their time
    data = [mine.accept() for mine in listeners]
    for number, (client, sock) in enumerate(zip(clients, data)):
        client.reply("1")
        receive(client, number, sock)
    for client in clients:
        client.ask("QUIT", "221")
        equal(client.fate()[0], "eof", "after QUIT")


def transfers(clients, data):
    """All of them at once, read from the last to the first."""
    for number, client in enumerate(clients):
        client.ask(f"RETR {number}", "1")
    for number, client in reversed(list(enumerate(clients))):
        receive(client, number, data[number])


def receive(client, number, sock):
    equal(read_exactly(sock, 10000), b"%05d" % number * 2000, "the file")
    equal(fate(sock), ("eof", b""), "the end of the file")
    sock.close()
    client.reply("226")
