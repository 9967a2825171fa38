# SPDX-License-Identifier: BSD-2-Clause
"""read_only and deny_commands: what is refused gets an error in order and an
audit line without its data, and nothing of it reaches the server."""

from lib import redis
from lib.base import check, equal, matches

NEEDS = ["redis-server"]


def run(t):
    server = redis.server(t)
    redis.resource(t, server, "safe", read_only="yes")
    redis.resource(t, server, "some", deny_commands="FLUSHALL, CONFIG|SET")
    t.up()
    server.ask("SET", "k", "old")
    talk = redis.Talk(t.at("safe"))
    talk.send(["GET", "k"], ["SET", "k", "s3cret" * 100_000], ["GET", "k"],
              ["MULTI"], ["DEL", "k"], ["GET", "k"], ["EXEC"], ["PING"])
    equal([reply(talk) for _ in range(8)],
          ["old", "NOPERM", "old", "OK", "NOPERM", "QUEUED", "EXECABORT",
           "PONG"], "replies in order")
    talk.send(b"flushall\r\n", b"get k\r\n")
    equal([reply(talk) for _ in range(2)], ["NOPERM", "old"], "lines")
    talk = redis.Talk(t.at("some"))
    talk.send(["FLUSHALL", "ASYNC"], ["CONFIG", "SET", "maxmemory", "1"],
              ["CONFIG", "GET", "port"], ["SET", "k", "new"])
    equal([reply(talk) for _ in range(4)],
          ["NOPERM", "NOPERM", ["port", "6379"], "OK"], "replies in order")
    line = t.gw.wait_log(r'evt=plugin .*command="SET".*')[0]
    matches('result="refused" option="read_only"', line, "the audit line")
    t.gw.wait_log(r'evt=plugin .*command="CONFIG SET".*"deny_commands"')
    check("s3cret" not in t.gw.log(), "data stands in the log")
    equal(server.ask("GET", "k"), "new", "the value")


def reply(talk):
    found = talk.read()
    return (str(found).split()[0] if isinstance(found, redis.Error)
            else found)
