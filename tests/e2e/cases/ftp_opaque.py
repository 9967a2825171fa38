# SPDX-License-Identifier: BSD-2-Clause
"""auth_tls = opaque: curl and lftp transfer with TLS through data_ports, with
a server that wants the control connection's TLS session on each of them."""

from lib import ftp, ftp_clients
from lib.base import check, equal
from lib.ftp_talk import Client

DIRECT = True
VARIANTS = [f"{client}-{kind}" for client in ("curl", "lftp")
            for kind in ("explicit", "implicit")] + ["clear"]
THIN = ["curl-explicit", "lftp-implicit"]
PORTS = 50000, 50020


def run(t, variant):
    name, _, kind = variant.partition("-")
    server = ftp.serve(
        t, "vsftpd", auth_tls="opaque", data_ports="50000-50020",
        server={"tls": kind or "explicit", "passive": PORTS,
                "force_local_data_ssl": "YES" if kind else "NO",
                "force_local_logins_ssl": "YES" if kind else "NO",
                "require_ssl_reuse": "YES"})
    ftp.make(f"{server.home}/file", t.size(8 << 20, 1 << 20))
    ftp.make(f"{server.home}/small", 100)
    if name == "clear":
        return in_clear(t)
    client = (curl if name == "curl" else lftp)(t, kind)
    client.get(["file", "small"], client.dir)
    for file in "file", "small":
        ftp.same(f"{client.dir}/{file}", f"{server.home}/{file}", file)
    # With TLS 1.3 clients leave the server's tickets unread, and so reset
    # their own uploads, curl 7.88 as often as not.
    client.flags = [*client.flags, "--tls-max", "1.2"]
    client.settings = [*client.settings,
                       "ssl:priority NORMAL:-VERS-TLS1.3"]
    up = ftp.make(t.path("up"), t.size(8 << 20, 1 << 20))
    client.put([up])
    ftp.same(f"{server.home}/up", up, "put")
    check("small" in client.list(), "the list")


def curl(t, kind):
    client = ftp_clients.client(t, "curl", t.at("ftp"))
    client.flags = ["--insecure", "--ssl-reqd"]
    if kind == "implicit":
        client.scheme = "ftps"
    return client


def lftp(t, kind):
    client = ftp_clients.client(t, "lftp", t.at("ftp"))
    client.settings = ["ssl:verify-certificate no", "ftp:ssl-force yes",
                       "ftp:ssl-protect-data yes"]
    if kind == "implicit":
        client.scheme = "ftps"
    return client


def in_clear(t):
    """Who does not ask for TLS is inspected as ever."""
    client = Client(t.at("ftp")).login()
    equal(len(client.get("small")), 100, "a file in clear")
    if not t.direct:
        # Debian 13's vsftpd takes AUTH and does not list it.
        check("PROT" in client.ask("FEAT", "211"), "TLS is offered")
        t.gw.wait_log('command="RETR" file="small"')
