# SPDX-License-Identifier: BSD-2-Clause
"""Conversations by chance, full of what makes it hard to tell which reply is
whose: CLIENT REPLY, subscriptions, transactions, MONITOR, RESET, other users.
Through the gateway comes what the server itself sends, with another address in
the replies to CLUSTER SLOTS and in MOVED.  Other replies look just like these,
so a count that is out of step shows at once."""

import os
import random
import re
import socket

from lib import redis
from lib.base import Failure, check
from lib.tcp import TIMEOUT as PATIENCE

DIRECT = True
TIMEOUT = 120
NEEDS = ["redis-server"]
VARIANTS = "1", "2", "3", "4"
THIN = ["1"]
ROUNDS = int(os.environ.get("ROUNDS", "50"))
END = b"$12\r\nthat is all.\r\n"
# A reply that reads like one to CLUSTER SLOTS, and is data.
LOOKALIKE = "return {{0,5460,{'%s',%d,'lookalike'}}}"
# Lines of MONITOR have the time; the client's number is in HELLO's answer.
VARYING = re.compile(rb"\+\d+\.\d{6} \[0 [^\]]*\] [^\r\n]*\r\n"
                     rb"|(?<=\$2\r\nid\r\n):\d+\r\n")
NODE = re.compile(rb"\$\d+\r\n([0-9.]+)\r\n:(\d+)\r\n(?=\$40\r\n)")
MOVED = re.compile(rb"(?<=-MOVED )(\d+) ([0-9.]+):(\d+)")


def words(chance, node):
    """The commands, and how often each is chosen."""
    return {
        ("CLIENT", "REPLY", "OFF"): 4, ("CLIENT", "REPLY", "SKIP"): 7,
        ("CLIENT", "REPLY", "ON"): 5, ("CLIENT", "REPLY", "MAYBE"): 1,
        ("CLIENT", "GETNAME"): 1, ("CLUSTER", "SLOTS"): 14,
        ("EVAL", LOOKALIKE % node.at, "0"): 14,
        ("SUBSCRIBE", "a"): 3, ("SUBSCRIBE", "a", "b", "c"): 2,
        ("PSUBSCRIBE", "a*"): 2, ("SSUBSCRIBE", "bar"): 1,
        ("SUBSCRIBE",): 1, ("UNSUBSCRIBE",): 3, ("UNSUBSCRIBE", "a"): 2,
        ("PUNSUBSCRIBE",): 2, ("SUNSUBSCRIBE",): 1, ("PUBLISH", "a", "x"): 2,
        ("PING",): 3, ("MULTI",): 3, ("EXEC",): 3, ("DISCARD",): 1,
        ("WATCH", "bar"): 1, ("RESET",): 4, ("MONITOR",): 3,
        ("HELLO", "2"): 1, ("HELLO", "3"): 3, ("GET", "foo"): 2,
        ("GET", "bar"): 2, ("NONSENSE",): 1,
        ("AUTH", chance.choice(["mute", "deaf", "plain"]), "word"): 2,
    }


def conversation(chance, node):
    found = words(chance, node)
    # Some kinds only, so that a few of them meet often.
    some = chance.sample(list(found), chance.randint(4, len(found)))
    some += [("CLUSTER", "SLOTS"), ("EVAL", LOOKALIKE % node.at, "0")]
    return chance.choices(some, [found[s] for s in some],
                          k=chance.randint(4, 40))


def said(at, commands, at_once):
    """All that the server sends."""
    sent = [redis.pack(c) for c in commands]
    sent += [redis.pack(["RESET"]), redis.pack(["RESET"]),
             redis.pack(["ECHO", "that is all."])]
    got = b""
    with socket.create_connection(at, timeout=PATIENCE) as sock:
        if at_once:
            sent = [b"".join(sent)]
        for piece in sent:
            sock.sendall(piece)
        while not got.endswith(END):
            more = sock.recv(1 << 16)
            if not more:
                raise Failure(f"the connection ended behind {got!r}")
            got += more
    return VARYING.sub(b"", got)


def rewritten(text, shown):
    """What the gateway makes of it, when it knows whose each reply is."""
    def node(found):
        host, port = shown[found[1].decode(), int(found[2])]
        return b"$%d\r\n%s\r\n:%d\r\n" % (len(host), host.encode(), port)

    return moved(NODE.sub(node, text), shown)


def moved(text, shown):
    """The same when it does not: only MOVED."""
    def one(found):
        host, port = shown[found[2].decode(), int(found[3])]
        return b"%s %s:%d" % (found[1], host.encode(), port)

    return MOVED.sub(one, text)


def restored(text, shown):
    """The servers' own addresses in what names nodes."""
    return rewritten(text, {**{at: at for at in shown},
                            **{to: at for at, to in shown.items()}})


def addresses(cluster, seed):
    nodes = {node[2]: (node[0], node[1]) for _, _, *found in
             redis.ask(seed, "CLUSTER", "SLOTS") for node in found}
    return {node.at: nodes[node.id] for node in cluster.nodes}


def losses(t):
    """How often the plugin has said that it does not know any more."""
    return 0 if t.direct else t.gw.log().count("only MOVED, ASK")


def run(t, variant):
    cluster = redis.Cluster(t, replicas=0)
    node = cluster.nodes[0]
    for user, rule in (("mute", "-client"), ("plain", "+@all"),
                       ("deaf", "-subscribe -psubscribe -monitor -multi")):
        node.ask("ACL", "SETUSER", user, "on", ">word", "~*", "&*", "+@all",
                 *rule.split())
    redis.resource(t, node)
    t.up()
    seed = t.at("redis")
    shown = addresses(cluster, seed)
    chance = random.Random(variant)
    lost = 0
    for number in range(ROUNDS):
        commands = conversation(chance, cluster.nodes[1])
        at_once = chance.random() < 0.7
        before = losses(t)
        try:
            want = said(node.at, commands, at_once)
            got = said(seed, commands, at_once)
        except (Failure, OSError) as error:
            raise Failure(f"round {number}, {commands}: {error}") from error
        if losses(t) > before:
            lost += 1
            got, want = restored(got, shown), restored(want, shown)
        else:
            want = rewritten(want, shown)
        check(got == want, f"round {number}, {commands}:\n{got!r}\n"
              f"instead of\n{want!r}")
    print(f"{lost} of {ROUNDS} conversations lost")
    check(lost < ROUNDS / 2, f"{lost} of {ROUNDS} lost")
