# SPDX-License-Identifier: BSD-2-Clause
"""The agent's machine gets another address in the place of its own, and gets
it only after a while: connections go on within two seconds."""

from lib.base import pause
from lib.roads import Roads, answers, resumed


def run(t):
    roads = Roads(t)
    app = roads.up()
    with roads.near:
        roads.address("10.78.0.1/24", word="del")
        roads.address("10.78.0.5/24")
        roads.route("10.78.0.2")
    answers(app, 2, "another address")
    resumed(t, 1)
    # Nothing is under way, and nobody answers for some time.
    with roads.near:
        roads.address("10.78.0.5/24", word="del")
        pause(6)
        roads.address("10.78.0.6/24")
        roads.route("10.78.0.2")
    answers(app, 2, "an address after a while")
    source = resumed(t, 2)["source"]
    assert source.startswith("10.78.0.6:"), source
