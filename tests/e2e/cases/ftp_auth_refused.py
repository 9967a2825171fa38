# SPDX-License-Identifier: BSD-2-Clause
"""AUTH TLS is refused by default: lftp and curl --ssl go on in clear, those
that insist end with an error, and FEAT does not offer what is not there."""

import ftplib

from lib import ftp, ftp_clients
from lib.base import check, matches
from lib.ftp_talk import Client

DIRECT = True
VARIANTS = ["vsftpd", "proftpd", "pureftpd", "pyftpdlib"]
THIN = ["proftpd"]


def run(t, kind):
    server = ftp.serve(t, kind, server={"tls": "explicit"})
    ftp.make(f"{server.home}/file", 100000)
    for name in "lftp", "curl":
        if t.direct and (name, kind) == ("curl", "pyftpdlib"):
            continue    # with TLS curl 7.88 takes one reply for another
        client = ftp_clients.client(t, name, t.at("ftp"))
        client.flags = ["--ssl", "--insecure"]
        client.settings = ["ssl:verify-certificate no"]
        client.get(["file"], client.dir)
        ftp.same(f"{client.dir}/file", f"{server.home}/file", name)
    if not t.direct:
        insist(t)
        lines(t)


def insist(t):
    """Who wants TLS gets an error, and that at once."""
    curl = ftp_clients.client(t, "curl", t.at("ftp"))
    curl.flags = ["--ssl-reqd", "--insecure"]
    out = t.run(["curl", "-sS", *curl.flags, curl.url("file"), "-w",
                 "%{exitcode}"], check=False)
    matches("64$", out, "curl's exit status")
    with ftplib.FTP_TLS(timeout=20) as tls:
        tls.connect(*t.at("ftp"))
        try:
            tls.auth()
            check(False, "AUTH was accepted")
        except ftplib.error_perm as error:
            matches("^502 ", str(error), "the answer to AUTH")


def lines(t):
    """What a program sees that asks for everything."""
    client = Client(t.at("ftp"))
    client.reply("220")
    for line in "AUTH TLS", "AUTH SSL", "auth tls-c", "PBSZ 0", "PROT P":
        client.ask(line, "502 ")
    client.ask("USER alice", "331")
    client.ask("PASS wonderland", "230")
    features = client.ask("FEAT", "211")
    for word in "AUTH", "PBSZ", "PROT", "CCC", "SSCN":
        check(word not in features, f"{word} in {features}")
    for word in "EPSV", "SIZE", "REST":
        check(word in features, f"no {word} in {features}")
    t.gw.wait_log('(?s)(login="alice" command="RETR" file="file".*){2}')
