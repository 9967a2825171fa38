# SPDX-License-Identifier: BSD-2-Clause
"""Each option of the FTP plugin does what its manual says, in the section of
the plugin and in a resource."""

import subprocess

from lib import ftp, ftp_clients
from lib.adit import ini_text
from lib.base import Failure, check, equal, matches
from lib.ftp_talk import Both, port_line, six
from lib.parley import meets

VARIANTS = ["read_only", "read_only_verbs", "allow_commands",
            "deny_commands", "active", "passive_ports", "redirect_allow",
            "resource_first", "wrong"]
WRITES = ["STOR x", "STOU", "APPE x", "DELE x", "RNFR x", "RNTO y", "MKD x",
          "XMKD x", "RMD x", "XRMD x", "SITE CHMOD 777 x", "MFMT 2020 x",
          "MFF Modify=2020; x", "MDTM 20200101000000 x", "UNKNOWN x", "stor x"]
READS = ["RETR x", "LIST", "NLST", "MLSD", "MLST x", "SIZE x", "MDTM x",
         "CWD x", "PWD", "REST 5", "OPTS UTF8 ON", "ABOR", "STAT"]


def run(t, variant):
    globals()[variant](t)


def read_only(t):
    server = ftp.serve(t, "vsftpd", read_only="yes")
    lftp = ftp_clients.client(t, "lftp", t.at("ftp"))
    up = ftp.make(t.path("up"), 1000)
    ftp.make(f"{server.home}/file", 1000)
    lftp.get(["file"], lftp.dir)
    for what, args in ((lftp.put, [[up]]), (lftp.delete, ["file"]),
                       (lftp.rename, ["file", "other"])):
        try:
            what(*args)
            check(False, f"{what.__name__} worked")
        except Failure as failure:
            matches("550", str(failure), what.__name__)
    equal(list(ftp.tree(server.home)), ["file"], "what there is")
    t.gw.wait_log('command="STOR" file="up" result="refused"')


def read_only_verbs(t):
    both = Both(t, ftp.scripted(t, read_only="yes"))
    for line in WRITES:
        both.refused(line, "550 ")
    for line in READS:
        equal(both.ask(line, "550 there is none"), "550 there is none", line)
    both.ask("QUIT", "221 bye")


def allow_commands(t):
    both = Both(t, ftp.scripted(t, allow_commands="USER, PASS, NOOP, retr"))
    both.ask("RETR x", "550 none")
    for line in "STOR x", "LIST", "PASV", "CWD /", "PWD", "XYZ":
        both.refused(line, "550 ")
    both.ask("QUIT", "221 bye")


def deny_commands(t):
    both = Both(t, ftp.scripted(t, deny_commands="SITE, DELE"))
    for line in "SITE CHMOD 777 x", "DELE x", "dele x", "  DELE x":
        both.refused(line, "550 ")
    both.ask("RMD x", "250 gone")


def active(t):
    both = Both(t, ftp.scripted(t, active="no"))
    mine = t.listen("127.0.0.1")
    for command in "PORT", "EPRT":
        both.refused(port_line(mine, command), "500 ")
    data = t.listen()
    meets(both.passive(data), data)


def passive_ports(t):
    both = Both(t, ftp.scripted(t, passive_ports="50000-50002, 50005"))
    for port in 49999, 50003, 50004, 50006, 1024, 65535:
        text = both.ask("PASV", f"227 ({six(t.server_ip, port)})")
        check(text.startswith("502 "), f"{port}: {text}")
    for port in 50000, 50002, 50005:
        data = t.listen(port=port)
        meets(both.passive(data), data)


def redirect_allow(t):
    third = t.listen(f"{t.net}.9")
    server = ftp.scripted(t, redirect_allow=f"{third.host}/32")
    both = Both(t, server)
    addr = both.passive(third)
    equal(addr[0], t.at("ftp")[0], "the address that the client is shown")
    meets(addr, third)
    # Where nobody listens there, the control connection's host is tried.
    own = t.listen(t.server_ip)
    meets(both.passive(ftp.Place(third.host, own.port)), own)
    other = t.listen(f"{t.net}.8", own.port)
    meets(both.passive(other), own)
    ftp.untouched(other, third)


def resource_first(t):
    """What a resource says goes before the plugin's section."""
    ftp.plugin(t)
    t.gw.conf["plugin ftp"] = {"read_only": "yes", "deny_commands": "SITE"}
    both = Both(t, ftp.scripted(t, read_only="no", deny_commands="MKD"))
    both.ask("SITE HELP", "200 ok")
    both.ask("STOR x", "553 no")
    both.refused("MKD x", "550 ")


def wrong(t):
    ftp.resource(t, t.listen())
    t.gw.write()
    for line, why in (("auth_tls = maybe", "auth_tls.*refuse.*opaque"),
                      ("auth_tls =", "auth_tls"), ("read_only = 2", "yes"),
                      ("passive_ports = 70000", "passive_ports|port"),
                      ("redirect_allow = 10.0.0.0/99", "redirect_allow"),
                      ("readonly = yes", "readonly.*read_only"),
                      ("active = yes\nactive = no", "active")):
        for title in "[plugin ftp]\n", "plugin = ftp\n":
            text = ini_text(t.gw.conf).replace(title, f"{title}{line}\n")
            with open(t.gw.conf_file, "w") as f:
                f.write(text)
            done = subprocess.run(
                [t.tool("aditd"), "-t", "-c", t.gw.conf_file], text=True,
                capture_output=True, timeout=20)
            number = text[:text.index(line)].count("\n") + 1
            number += line.count("\n")
            equal(done.returncode, 2, f"{line}: {done.stderr}")
            matches(rf"aditd\.ini:{number}: [^\n]*(?:{why})", done.stderr, line)
