# SPDX-License-Identifier: BSD-2-Clause
"""adit run: FTP in passive mode, where nothing is rewritten, by the server's
address and by its name."""

from lib import ftp, ftp_servers
from lib.base import equal

NET = True
DIRECT = True
NEEDS = ["curl", "lftp"]
VARIANTS = "curl-4", "curl-6", "lftp-4"


def run(t, variant):
    client, family = variant.split("-")
    ip = t.far.ip if family == "4" else t.far.ip6
    with t.far:
        server = ftp_servers.start(t, "vsftpd", ip)
    ftp.resource(t, server, host=ip)
    ftp.resource(t, server, "by-name", host="files.corp.example")
    t.gw.hosts = [(ip, "files.corp.example")]
    t.agent(uid=65534)
    t.up()
    ftp.make(t.path("file"), 1 << 20)
    login = f"{ftp_servers.USER}:{ftp_servers.PASSWORD}"
    for host in ip, "files.corp.example":
        place = f"[{host}]:{server.port}" if ":" in host else \
            f"{host}:{server.port}"
        if client == "curl":
            words = ["curl", "-sS", "-u", login, f"ftp://{place}/"]
        else:
            words = ["lftp", "--norc", "-c", "set net:max-retries 1; set "
                     f"net:timeout 20; open -u {login.replace(':', ',')} "
                     f"ftp://{place}; put {t.path('file')}; ls"]
        status, text = t.ag.run(*words)
        equal(status, 0, f"{client} at {host}: {text}")
