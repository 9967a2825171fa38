# SPDX-License-Identifier: BSD-2-Clause
"""OpenLDAP's clients follow the referrals of a real server, where only that
server's port is configured, and no answer names an inner address.  Where a
referral may not be followed, the result says so."""

import re

from lib import ldap
from lib.base import check, equal

NET = DIRECT = True
PHOTO = 3 << 20
BOB = "cn=bob,ou=sub,dc=example"


def servers(t):
    with t.far:
        second = ldap.slapd(
            t, t.place(t.far.ip2),
            ldap.top() + ldap.unit("sub") + ldap.person(BOB, mail="bob@b"))
        place = t.place(t.far.ip)
        first = ldap.slapd(t, place, "".join([
            ldap.top(), ldap.unit("here"),
            ldap.person("cn=ann,ou=here,dc=example", mail="ann@a"),
            ldap.person("cn=big,ou=here,dc=example",
                        description="x" * PHOTO),
            ldap.referral(
                "sub", f"ldap://{t.far.ip2}:{second.port}/ou=sub,dc=example"),
            ldap.referral("back", f"ldap://{place[0]}:{place[1]}/"
                          "ou=here,dc=example"),
            ldap.referral("away", f"ldap://{t.far.ip2}:9/ou=away,dc=example"),
        ]))
    return first, second


def searches(at):
    """By itself, from the top, below a referral; a long entry."""
    status, found = ldap.search(at, "-b", "ou=here,dc=example", "cn=ann")
    check(not status and "mail: ann@a" in found, found)
    status, found = ldap.search(at, "-C", "-b", "dc=example", "mail=*", "mail")
    check("mail: ann@a" in found and "mail: bob@b" in found, found)
    status, found = ldap.search(at, "-C", "-b", BOB, "mail")
    check(not status and "mail: bob@b" in found, found)
    status, found = ldap.search(at, "-b", "ou=here,dc=example", "cn=big")
    check(not status and "x" * PHOTO in found, f"{len(found)} bytes of big")


def referrals(at):
    """{ou: (host, port)} as a client that does not follow them reads them."""
    status, found = ldap.search(at, "-b", "dc=example", "cn=none")
    equal(status, 0, found)
    return {ou: (host, int(port)) for host, port, ou in
            re.findall(r"ldap://([^:/]+):(\d+)/ou=(\w+)", found)}


def refused(at):
    return ldap.search(at, "-b", "ou=away,dc=example")[1]


def run(t):
    first, second = servers(t)
    t.plugin("ldap")
    t.resource("ldap", first, plugin="ldap", redirect_allow=f"{t.far.ip2}/32",
               redirect_ports=f"{second.port}, {first.port}")
    t.up()
    at = t.at("ldap")
    searches(at)
    shown = referrals(at)
    status, said = ldap.client("ldapdelete", at, "-D", ldap.ROOT, "-w",
                               ldap.PASSWORD, BOB)
    equal(status, 10, said)
    check("ldap://%s:%d/%s" % (*shown["sub"], BOB) in said, said)
    if t.direct:
        return
    equal(shown["here"], at, "the server's own address")
    check(shown["sub"][0].startswith("127.") and "away" not in shown, shown)
    for _ in range(20):
        equal(referrals(at), shown, "the same addresses again")
    check("Server is unwilling to perform (53)" in refused(at) and
          "does not lead to the server of this referral" in refused(at),
          refused(at))
    t.reason("the port is not in redirect_ports")
    t.reason(f'evt=channel .*referral="{second.host}:{second.port}"')
