# SPDX-License-Identifier: BSD-2-Clause
"""A new aditd takes over in the middle of 100 transfers, three times: same
process number, another worker, and all bytes arrive."""

from lib import link
from lib.base import check, equal, running, wait_for
from lib.crowd import Crowd, slowly

TIMEOUT = 240
COUNT, TIMES = 100, 3


def run(t):
    listener = t.one_server()
    session = link.session(t)["session"]
    workers = {t.gw.worker()}
    crowd = Crowd(t, listener, COUNT, t.size(2 << 20, 1 << 20),
                  slowly(1 << 16, 0.2), halves=True)
    for number in range(1, TIMES + 1):
        said = t.gw.ctl("upgrade")
        check("has taken over" in said, said)
        stats = t.gw.json("stats")
        equal(stats["monitor_pid"], t.gw.process.pid, "the monitor's number")
        workers.add(stats["worker_pid"])
        equal(len(workers), number + 1, f"workers: {workers}")
        link.resumed(t, number)
    crowd.go_on()
    crowd.finish()
    equal(link.session(t)["session"], session, "the session")
    for pid in workers - {stats["worker_pid"]}:
        wait_for(lambda: not running(pid), f"the old worker {pid} to end")
