# SPDX-License-Identifier: BSD-2-Clause
"""Commands while a transfer runs: some servers answer at once, some when it has
ended, and the session goes on with both."""

from lib import ftp, ftp_servers, ftp_talk
from lib.base import equal
from lib.tcp import fate, read_exactly

DIRECT = True
VARIANTS = list(ftp_servers.KINDS)
THIN = ["pyftpdlib"]
SIZE = 32 << 20


def run(t, kind):
    server = ftp.serve(t, kind)
    ftp.make(f"{server.home}/big", SIZE)
    client = ftp_talk.Client(t.at("ftp")).login()
    beside(client, ["SIZE none"])
    beside(client, ["CWD /"])
    if kind != "pureftpd":      # it has one reply for all of them
        beside(client, ["NOOP", "SIZE none", "NOOP"])
    client.ask("QUIT", "221")


def beside(client, lines):
    """A transfer ends by one reply, and each command has one, too."""
    data = client.data()
    client.ask("RETR big", "1")
    read_exactly(data, 1 << 20)
    for line in lines:
        client.say(line)
    equal(len(fate(data)[1]), SIZE - (1 << 20), "the rest of the file")
    data.close()
    replies = [client.reply()[:3] for _ in range(1 + len(lines))]
    equal(replies.count("226"), 1, f"226 among {replies} for {lines}")
    client.ask("PWD", "257")
