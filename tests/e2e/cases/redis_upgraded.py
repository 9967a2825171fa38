# SPDX-License-Identifier: BSD-2-Clause
"""Another aditd takes over while a value of 100 MB, of which the plugin reads
the head only, is on its way, in either direction: each byte arrives, and the
replies behind it belong to their commands."""

import hashlib
import itertools

from lib import link, redis
from lib.base import Failure, check, equal

DIRECT = True
TIMEOUT = 150
NEEDS = ["redis-server"]
PIECE = 1 << 20
MB = 100


def piece(number):
    return hashlib.sha512(b"%d" % number).digest() * (PIECE // 64)


def send_value(sock, count, disturb):
    sock.sendall(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$%d\r\n" % (count * PIECE))
    for number in range(count):
        sock.sendall(piece(number))
        if number in (count // 4, count // 2):
            disturb()
    sock.sendall(b"\r\n" + redis.pack(["CLUSTER", "SLOTS"]))


def read_value(file, count, disturb):
    equal(file.readline(), b"$%d\r\n" % (count * PIECE), "the head")
    for number in range(count):
        if file.read(PIECE) != piece(number):
            raise Failure(f"the bytes from {number} MiB on are others")
        if number in (count // 4, count // 2):
            disturb()
    equal(file.read(2), b"\r\n", "behind the value")


def run(t):
    cluster = redis.Cluster(t, masters=1, replicas=1)
    redis.resource(t, cluster.nodes[0])
    t.up()
    count = 20 if t.sanitized() else MB

    upgrades = itertools.count(1)

    def upgrade():
        if not t.direct:
            t.gw.ctl("upgrade")
            link.resumed(t, next(upgrades))

    talk = redis.Talk(t.at("redis"))
    talk.sock.settimeout(100)
    nodes = talk.ask("CLUSTER", "SLOTS")
    send_value(talk.sock, count, upgrade)
    equal(talk.read(), "OK", "SET")
    equal(talk.read(), nodes, "the nodes behind it")
    talk.send(["GET", "k"], ["CLUSTER", "SLOTS"])
    read_value(talk.file, count, upgrade)
    equal(talk.read(), nodes, "the nodes behind the value")
    check(t.direct or nodes[0][3][0] != cluster.nodes[1].host
          or nodes[0][3][1] != cluster.nodes[1].port, f"the nodes: {nodes}")
