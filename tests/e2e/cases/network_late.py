# SPDX-License-Identifier: BSD-2-Clause
"""All packets come later than anybody waits for, and then at once, in the
middle of a transfer each way: those of tunnels that were given up change
nothing, and no byte is lost.  Nor is it taken for a network without room."""

from lib import link
from lib.base import equal, pause, wait_for
from lib.linked import Link
from lib.tcp import Task, ask, drink, pour

TIMEOUT = 90
SIZE = 8 << 20
LATE = 8500             # ms; the agent waits for 7 s at most


def run(t):
    way = Link(t.tool("bench/link"), delay=5, rate=50)
    t.gateway_ip = way.far_ip
    with way.far:
        listener, echo = t.listen(way.far_ip), t.echo(way.far_ip)
        t.resource("tcp", listener)
        t.resource("echo", echo)
        t.gw.start()
    with way.near:
        t.ag.up()
        t.ag.wait_state("connected")
        other = t.dial("echo")
        ask(other)
        up, up_server = t.pair(listener)
        down, down_server = t.pair(listener)
    before = link.session(t)["session"]
    jobs = [Task(send, up), Task(send, down_server)]
    wait_for(lambda: t.ag.status()["to_server"] > 1 << 20, "some to pass")
    way.command(f"delay={LATE}")
    ends = [Task(drink, up_server), Task(drink, down)]
    other.settimeout(60)
    other.sendall(b"asks ")
    pause(0.3)                  # what is sent now holds up all the rest
    way.command("delay=5")
    wait_for(lambda: t.ag.state() == "reconnecting", "the agent to give up")
    equal(other.recv(5), b"asks ", "another connection")
    sent = [job.result(60) for job in jobs]
    got = [end.result(60) for end in ends]
    equal(got, [(SIZE, one) for one in sent], "what arrived")
    after = link.session(t)
    equal(after["session"], before, "the session")
    equal(t.ag.status()["segment"], None, "segment")
    way.close()


def send(sock):
    sock.settimeout(60)
    digest = pour(sock, SIZE)
    sock.shutdown(1)
    return digest
