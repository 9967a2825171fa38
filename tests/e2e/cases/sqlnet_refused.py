# SPDX-License-Identifier: BSD-2-Clause
"""ORA codes of a listener, before and behind a redirect, in one packet and in
two; a database that is too old for the client."""

from lib import oracle, oracle_clients, tns
from lib.base import equal

DIRECT = True


def run(t):
    answers = {
        "gone": oracle.refuse(12514), "split": oracle.refuse(12514, False),
        "busy": oracle.refuse(12516), "old": oracle.Database(314)}
    for name, answer in answers.items():
        node = oracle.server(t, answer)
        oracle.resource(t, node, name)
        oracle.resource(t, oracle.server(t, oracle.redirect(node)),
                        f"{name}2")
    t.up()
    clients = oracle_clients.both()
    for behind in "", "2":
        by_socket(t, behind)
        for client in clients:
            client.fails(t.at(f"gone{behind}"), client.no_service)
            client.fails(t.at(f"split{behind}"), client.no_service)
            client.fails(t.at(f"busy{behind}"), client.refused.format(12516))
            client.fails(t.at(f"old{behind}"), client.old)


def by_socket(t, behind):
    for name, code in ("gone", 12514), ("split", 12514), ("busy", 12516):
        try:
            tns.login(t.at(name + behind), tns.request())
            raise AssertionError(f"{name} was accepted")
        except tns.Refused as refused:
            equal(refused.code, code, f"{name}{behind}")
    # Behind an old ACCEPT lengths stay 16 bits wide.
    road = tns.login(t.at(f"old{behind}"), tns.request(), version=314,
                     offset=58)
    equal(road.stream.ask(b"x" * 5000), b"x" * 5000, "an old dialogue")
    road.stream.close()
