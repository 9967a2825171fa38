# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft: FTP by the server's name and by its address.  In passive
mode nothing is rewritten; in active mode the program sees that the server
itself connects to it, from port 20 where that is free."""

from lib import ftp, ftp_servers
from lib.base import check, equal
from lib.nft import Caught, left_over

NET = True
DIRECT = True
NEEDS = ["nft", "curl", "lftp"]
VARIANTS = "4", "6"

LFTP = ("set ftp:passive-mode no; set ftp:verify-address yes; "
        "set ftp:verify-port yes; set net:max-retries 1; set net:timeout 20;")
# Whom the connections for data come from, when the program listens at one port
# each time.
ACTIVE = """
import ftplib, socket, sys
f = ftplib.FTP()
f.connect(sys.argv[1], int(sys.argv[2]), 20)
f.login(*sys.argv[3:])
f.set_pasv(False)
port = 0
def makeport():
    global port
    listener = socket.create_server(("", port), family=f.af, backlog=1)
    port = listener.getsockname()[1]
    f.sendeprt(f.sock.getsockname()[0], port)
    return listener
f.makeport = makeport
for _ in range(3):
    conn, size = f.ntransfercmd("LIST -a")
    print(conn.getpeername()[0] == f.sock.getpeername()[0],
          conn.getpeername()[1], len(conn.recv(9999)) > 0)
    conn.close()
    f.voidresp()
f.quit()
"""


def run(t, family):
    ip = t.far.ip if family == "4" else t.far.ip6
    name = "files.corp.example"
    with t.far:
        server = ftp_servers.start(t, "vsftpd", ip,
                                   connect_from_port_20="YES")
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
        status, text = nft.run("lftp", "--norc", "-c", LFTP + (
            f"open -u {','.join(login)} ftp://{place}:{server.port}; ls"))
        equal(status, 0, f"lftp, active at {host}: {text}")
        status, text = nft.run("/usr/bin/python3", "-c", ACTIVE, host,
                               str(server.port), *login)
        lines = [line.split() for line in text.splitlines()]
        equal((status, [line[:1] + line[2:] for line in lines]),
              (0, [["True", "True"]] * 3), f"active at {host}: {text}")
        equal(lines[0][1], "20", "the server's port")
    if not t.direct:
        check(t.ag.status()["nft"]["connections"] >= 6, t.ag.status()["nft"])
        check("snat" not in left_over()[0], left_over()[0])
