# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: FTP by the server's name and by its address.  In passive mode
nothing is rewritten; in active mode the server reaches the program, and from
this machine, since only adit run can have the server's own address."""

from lib import ftp, ftp_servers
from lib.base import check, equal
from lib.nft import Caught

NET = True
NEEDS = ["nft", "curl"]
VARIANTS = "4", "6"

# Whom the connection for data comes from.
ACTIVE = """
import ftplib, sys
f = ftplib.FTP()
f.connect(sys.argv[1], int(sys.argv[2]), 20)
f.login(*sys.argv[3:])
f.set_pasv(False)
for _ in range(2):
    conn, size = f.ntransfercmd("LIST -a")
    print(len(conn.recv(9999)) > 0)
    conn.close()
    f.voidresp()
f.quit()
"""


def run(t, family):
    ip = t.far.ip if family == "4" else t.far.ip6
    name = "files.corp.example"
    with t.far:
        server = ftp_servers.start(t, "vsftpd", ip)
    ftp.resource(t, server, host=ip, intercept_address="yes")
    ftp.resource(t, server, "by-name", host=name)
    t.gw.hosts = [(ip, name)]
    nft = Caught(t, "user", uid=65533)    # not that of the gateway
    t.up()
    nft.ready()
    login = ftp_servers.USER, ftp_servers.PASSWORD
    for host in ip, name:
        place = f"[{host}]" if ":" in host else host
        status, text = nft.run("curl", "-sSv", "-u", ":".join(login),
                               f"ftp://{place}:{server.port}/")
        equal(status, 0, f"passive at {host}: {text}")
        status, text = nft.run("/usr/bin/python3", "-c", ACTIVE, host,
                               str(server.port), *login)
        equal((status, text.split()), (0, ["True"] * 2), f"active at {host}")
    check(t.ag.status()["nft"]["connections"] >= 6, t.ag.status()["nft"])
