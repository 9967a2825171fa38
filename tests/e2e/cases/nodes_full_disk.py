# SPDX-License-Identifier: BSD-2-Clause
"""The disks of the gateway's log and of its state are full under clients of a
cluster: these go on, others log in, another version takes over.  When there is
room again, the log says how many lines are missing; what could not be written
is named with the file and the reason."""

import errno
import os
import subprocess

from lib import kafka, redis, redis_clients
from lib.base import CLONE_NEWNS, Skip, check, equal, libc, wait_for
from lib.kafka_clients import Client

TIMEOUT = 150
NEEDS = ["redis-server"]
COUNT = 50


class Disk:
    """A small disk of the case's own, at a folder of it."""

    def __init__(self, t, name):
        self.path = t.path(name)
        self.ballast = f"{self.path}/ballast"
        os.mkdir(self.path)
        for words in (["--make-rprivate", "/"],
                      ["-t", "tmpfs", "-o", "size=1m,mode=755", "tmpfs",
                       self.path]):
            done = subprocess.run(["mount", *words], text=True,
                                  capture_output=True)
            if done.returncode:
                raise Skip(f"cannot mount here: {done.stderr.strip()}")

    def fill(self):
        fd = os.open(self.ballast, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            while True:
                os.write(fd, bytes(4096))
        except OSError as full:
            equal(full.errno, errno.ENOSPC, "why nothing can be written")
        finally:
            os.close(fd)

    def is_full(self):
        return os.statvfs(self.path).f_bfree == 0

    def empty(self):
        os.unlink(self.ballast)


def disks(t):
    try:
        libc("unshare", CLONE_NEWNS)
    except OSError as why:
        raise Skip(f"no mount namespace: {why}") from None
    log, state = Disk(t, "logs"), Disk(t, "states")
    t.gw.log_file = f"{log.path}/log"
    t.gw.conf.setdefault("server", {})["state_dir"] = f"{state.path}/state"
    return log, state


def work(t, load, client, number):
    """For the number-th time."""
    load.goes_on()
    at = kafka.at(t)
    equal(client.produce(at, kafka.TOPIC, COUNT), COUNT, "produced")
    equal(client.consume(at, kafka.TOPIC, number * COUNT, f"g{number}"),
          number * COUNT * (COUNT - 1) // 2, "the sum of what was consumed")


def run(t):
    log, state = disks(t)
    cluster = redis.Cluster(t)
    redis.resource(t, cluster.nodes[0])
    client = Client("confluent")
    kafka.serve(t)
    load = redis_clients.Load(t, "ioredis", t.at("redis"))
    work(t, load, client, 1)

    log.fill()
    state.fill()
    work(t, load, client, 2)
    t.agent(name="second").up()
    t.gw.ctl("upgrade")
    work(t, load, client, 3)
    check(log.is_full() and state.is_full(), "there was room meanwhile")

    log.empty()
    wait_for(lambda: (load.goes_on(1), redis.ask(t.at("redis"), "PING"),
                      "log lines lost here: " in t.gw.log())[-1],
             "a line about those that are missing", 30)
    t.gw.ctl("upgrade")
    t.gw.wait_log(f"warning: .*{state.path}/state.*No space left on device")
    state.empty()
    load.stop()
