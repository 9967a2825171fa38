# SPDX-License-Identifier: BSD-2-Clause
"""server_name: other names are refused with an alert, no name comes in."""

import ssl

from lib import pki
from lib.base import Failure, check, equal, matches
from lib.tcp import ask, dial

NAME = "vpn.example.org"
STRANGE = ["vpn.example", "x." + NAME, NAME + ".x", "localhost",
           "a" * 60 + ".example", "%s%n.example", "-.example"]


def run(t):
    t.resource("echo", t.echo())
    t.gw.set(server_name=NAME)
    t.gw.start()
    own = pki.served(t.gw.host, t.gw.port, NAME)
    for name in NAME.upper(), None:
        equal(pki.served(t.gw.host, t.gw.port, name), own, f"asked for {name}")
    for name in STRANGE:
        try:
            pki.served(t.gw.host, t.gw.port, name)
            raise Failure(f"{name} is served")
        except ssl.SSLError as e:
            # GnuTLS itself refuses what can be no name.
            matches("(?i)unrecognized.name|illegal.parameter", str(e), name)
    t.gw.wait_log('unknown server name "x.vpn.example.org"')
    # The agent dials an address, so without server_name it asks for none.
    t.ag.conf["agent"]["server_name"] = "www.example.org"
    t.ag.write()
    status, text = t.ag.call("up")
    check(status == 1, f"up with another name: {status}: {text}")
    matches("no gateway of the name .*server_name", text, "adit up")
    for name in NAME, None:
        t.ag.conf["agent"]["server_name"] = name
        if not name:
            del t.ag.conf["agent"]["server_name"]
        t.ag.up()
        t.ag.wait_state("connected")
        equal(ask(dial(t.ag.at("echo"))), b"hello", f"as {name}")
        t.ag.down()
