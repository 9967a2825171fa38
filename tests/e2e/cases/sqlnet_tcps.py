# SPDX-License-Identifier: BSD-2-Clause
"""TNS within TLS passes unseen: logins, and redirects that nobody rewrites."""

import ssl

from lib import oracle, oracle_clients, pki, tns
from lib.base import equal, matches

DIRECT = True


def run(t):
    ca = pki.authority(t, "oracle")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pki.certificate(t, ca, "db.example"))
    db = oracle.server(t, oracle.Database(), tls=context)
    scan = oracle.server(t, oracle.redirect(db), tls=context)
    oracle.resource(t, db, "node", oob="clear")
    oracle.resource(t, scan, oob="clear")
    t.up()
    for client in oracle_clients.both():
        client.trust(ca)
        client.login(t.at("node"), protocol="tcps")
        equal(db.call().logged_in, True, f"{client.name}: the login")
    # What the listener says arrives as it is, and so does the first packet.
    client = Client(t.at("scan"), ca)
    address, more = client.redirected(
        client.connect(tns.request(), options=0x0c01, flags2=1))
    equal((address, more), scan.call().told, "the redirect")
    equal(scan.call().connects, [client.sent], "the CONNECT")
    client.close()
    if not t.direct:
        line = t.gw.wait_log(r"evt=channel .*resource=scan.*")[0]
        matches("plugin=sqlnet", line, "the audit line")


class Client(tns.Client):
    """A client of sockets within TLS."""

    def __init__(self, addr, ca):
        context = ssl.create_default_context(cafile=ca)
        context.check_hostname = False
        tns.Stream.__init__(
            self, context.wrap_socket(tns.dial(addr)), plain=False)
