# SPDX-License-Identifier: BSD-2-Clause
"""A redirect to the very address that the client has used gets through."""

from lib import oracle, oracle_clients, tns
from lib.base import equal

DIRECT = True


def run(t):
    scan = oracle.serve(t, oracle.redirect_once(oracle.Database()))
    road = tns.login(t.at("scan"), tns.request())
    equal(road.stream.ask(b"hello"), b"hello", "through it")
    road.stream.close()
    for client in oracle_clients.both():
        client.login(t.at("scan"))
    equal([call.at_node for call in scan.calls], [False, True] * 3, "calls")
