# SPDX-License-Identifier: BSD-2-Clause
"""What a plugin has announced, asks for and waits for goes through an outage,
and its clocks stand still meanwhile; also where another aditd takes over."""

from lib import link, parley
from lib.base import check, equal, pause
from lib.tcp import Task

TIMEOUT = 90
VARIANTS = "same", "upgrade"


def run(t, variant):
    way = link.Link(t, upgrade=variant == "upgrade")
    server = parley.start(t, lifetime="4s")
    data, mine = t.listen(), t.listen("127.0.0.1")
    talk = parley.Dialogue(t, server)
    announced = talk.open(data)
    called = talk.called(mine)
    used = parley.meets(talk.open(data), data)

    # Six more are asked for, which is more than there are spare ports.
    talk.app.say(*["OPEN"] * 6)
    for _ in range(6):
        talk.server.hear("OPEN")
    way.go_dark(refuse=True)
    talk.server.say(*[f"DATA {data.host} {data.port}"] * 6)
    pause(0.3)
    way.cut()
    early = Task(parley.meets, announced, data)
    pause(4.5)                  # longer than the announcement lives
    check(early.is_alive(), "a connection in the dark")
    way.come_back()
    early.result()
    places = [talk.app.hear_address("DATA") for _ in range(6)]
    equal(len(set(places)), 6, f"different places: {places}")
    for place in places:
        parley.meets(place, data)
    parley.talks(*used)

    # From the server to the application, as announced before.
    far = parley.call_back(server.host, called)
    parley.talks(mine.accept(), far)
    link.resumed(t, 1)

    # Asked for, and broken before the agent has said where.
    talk.app.say(*["OPEN"] * 5)
    for _ in range(5):
        talk.server.hear("OPEN")
    talk.server.say(*[f"DATA {data.host} {data.port}"] * 5)
    way.cut()
    for _ in range(5):
        parley.meets(talk.app.hear_address("DATA"), data)
    talk.close()
    equal(link.session(t)["resumed"], 2, "resumed, at the gateway")
