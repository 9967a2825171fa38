# SPDX-License-Identifier: BSD-2-Clause
"""More announcements than spare ports: the line waits for the agent's answer."""

from lib import parley
from lib.base import check, equal

COUNT = 15


def run(t):
    server = parley.start(t)
    talk = parley.Dialogue(t, server)
    places = [t.listen() for _ in range(COUNT)]
    # All at once: the agent cannot hand out new spare ports in between.
    talk.app.say(*["OPEN"] * COUNT)
    for _ in range(COUNT):
        talk.server.hear("OPEN")
    talk.server.say(*[f"DATA {p.host} {p.port}" for p in places])
    shown = [talk.app.hear_address("DATA") for _ in places]
    equal(len(set(shown)), COUNT, "different addresses")
    for addr, place in reversed(list(zip(shown, places))):
        parley.meets(addr, place)
    # Too many that nobody uses: the plugin is told, and says so.
    heard = []
    for place in places + places[:5]:
        heard.append(talk.ask("OPEN", f"DATA {place.host} {place.port}"))
    equal([line.split()[0] for line in heard],
          ["DATA"] * 16 + ["NO"] * 4, "the limit of a channel")
    check("NO denied" in heard, heard)
    t.gw.wait_log("that nobody has made yet: one connection may announce 16")
    # The others go on, and new ones come when old ones are used.
    parley.meets(tuple([heard[0].split()[1], int(heard[0].split()[2])]),
                 places[0])
    parley.meets(talk.open(places[0]), places[0])
