# SPDX-License-Identifier: BSD-2-Clause
"""psql goes through an outage in the middle of a transaction and of a long
answer, and connects in the dark; the server sees one connection."""

import hashlib
import subprocess

from lib import link, postgres
from lib.base import check, equal, pause, wait_for
from lib.tcp import Task

TIMEOUT = 120
ROWS = 2000000
LONG = f"COPY (SELECT i, i * 7 FROM generate_series(1, {ROWS}) i) TO STDOUT"
NEEDS = ["psql"]


def run(t):
    way = link.Link(t)
    server = postgres.serve(t)
    t.resource("database", server)
    t.up()
    at = t.at("database")
    with postgres.Talk(t, at) as talk:
        talk.ask("SELECT pg_backend_pid();")
        backend = talk.answer()
        talk.ask("BEGIN; CREATE TEMP TABLE kept (n int); "
                 "INSERT INTO kept VALUES (41); SELECT count(*) FROM kept;")
        equal(talk.answer(), "1", "rows")
        for number, refuse in enumerate((False, True), 1):
            carried = way.wires[-1].carried
            slow = Copy(at)
            wait_for(lambda: way.wires[-1].carried > carried + (1 << 20),
                     "some rows to pass", within=60)
            way.go_dark(refuse)
            talk.ask(f"UPDATE kept SET n = n + {number}; SELECT n FROM kept;")
            late = Task(postgres.query, at, "SELECT 6 * 7")
            pause(link.DARK)
            check(late.is_alive(), "an answer in the dark")
            way.cut()
            way.come_back()
            equal(talk.answer(), str(41 + number * (number + 1) // 2), "n")
            equal(late.result(), "42", "a connection in the dark")
            equal(slow.result(), expected(), "checksum of a long answer")
            link.resumed(t, number)
        talk.ask("COMMIT; SELECT pg_backend_pid();")
        equal(talk.answer(), backend, "the server's process")


def expected():
    digest = hashlib.sha256()
    for i in range(1, ROWS + 1):
        digest.update(b"%d\t%d\n" % (i, i * 7))
    return digest.hexdigest()


class Copy(Task):
    """A long answer, read to its end; the checksum of it."""

    def __init__(self, at):
        self.process = subprocess.Popen(postgres.psql(at, "-c", LONG),
                                        stdout=subprocess.PIPE)
        super().__init__(self._digest)

    def _digest(self):
        digest = hashlib.sha256()
        while piece := self.process.stdout.read1(1 << 16):
            digest.update(piece)
        equal(self.process.wait(), 0, "psql's exit status")
        return digest.hexdigest()
