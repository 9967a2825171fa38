# SPDX-License-Identifier: BSD-2-Clause
"""Values of any size pass as they are, alone and in pipelines, and the gateway
does not grow with them; what looks like an address stays what it was."""

from lib import redis
from lib.base import check, equal, rss_kb

DIRECT = True
NEEDS = ["redis-server"]
SIZES = [0, 1, 100, 4096, 65536, 1 << 20, 48 << 20]


def run(t):
    server = redis.server(t)
    redis.resource(t, server)
    t.up()
    talk = redis.Talk(t.at("redis"))
    for size in SIZES:
        value = b"-MOVED 1 10.0.0.1:7000\r\n" * (size // 24 + 1)
        value = value[:size]
        talk.send(["SET", "k", value], ["GET", "k"], ["ROLE"])
        equal(talk.read(), "OK", "SET")
        equal(talk.read(), value.decode(), f"a value of {size} bytes")
        equal(talk.read()[0], "master", "ROLE")
    talk.send(*[["SET", f"k{i}", f"MOVED {i} 10.0.0.1:7000"]
                for i in range(5000)])
    talk.send(["MULTI"], ["MGET", "k1", "k2"], ["INFO", "replication"],
              ["EXEC"])
    equal([talk.read() for _ in range(5000)], ["OK"] * 5000, "a pipeline")
    equal([talk.read() for _ in range(3)], ["OK", "QUEUED", "QUEUED"], "MULTI")
    equal(talk.read()[0], ["MOVED 1 10.0.0.1:7000", "MOVED 2 10.0.0.1:7000"],
          "EXEC")
    if not t.direct and not t.sanitized():
        check(rss_kb(t.gw.worker()) < 100_000, "the worker has grown")
