# SPDX-License-Identifier: BSD-2-Clause
"""A redirect from a listener without TLS to one with it: drivers that are told
the certificate's subject come in, and the log says what the others need."""

import ssl

from lib import oracle, oracle_clients, pki
from lib.base import equal

DIRECT = True
NAME = "node1.example"
SUBJECT = f'SSL_SERVER_CERT_DN="CN={NAME}"'


def run(t):
    ca = pki.authority(t, "oracle")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pki.certificate(t, ca, NAME))
    db = oracle.server(t, oracle.Database(), tls=context)
    scan = oracle.serve(t, oracle.redirect(
        where=oracle.address(db, "tcps")))
    # Not Debian's python-oracledb, which goes on without TLS.
    client = oracle_clients.Node()
    client.trust(ca)
    for security in SUBJECT, "SSL_SERVER_DN_MATCH=off":
        client.login(t.at("scan"), security=security)
        equal(db.call().logged_in, True, security)
    client.fails(t.at("scan"), "NJS-508", security="SSL_SERVER_DN_MATCH=on")
    equal(len(scan.calls), 3, "redirects")
    t.reason(r"a redirect to TLS \(tcps\) at .*SSL_SERVER_CERT_DN")
