# SPDX-License-Identifier: BSD-2-Clause
"""Listeners that redirect to each other: at some depth the client is refused,
and nothing is left behind."""

from lib import oracle, tns
from lib.base import check, equal


def run(t):
    one = oracle.server(t, lambda call: oracle.redirect(two)(call))
    two = oracle.server(t, oracle.redirect(one))
    oracle.resource(t, one)
    t.up()
    try:
        road = tns.login(t.at("scan"), tns.request())
        raise AssertionError(f"accepted behind {road.hops}")
    except tns.Refused as refused:
        check(refused.code, "no ORA code")
    count = len(one.calls) + len(two.calls)
    check(3 <= count <= 10, f"refused at the {count}th listener")
    equal([c.error for c in one.calls + two.calls], [None] * count, "errors")
