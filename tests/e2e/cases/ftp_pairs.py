# SPDX-License-Identifier: BSD-2-Clause
"""Pairs of a client that is less common, a server and a way: a file comes, and
another one goes, unchanged to the byte."""

from lib import ftp, ftp_rare_clients

DIRECT = True
# Each client with two servers at least, each of its ways, each server.
VARIANTS = [
    "netftp-vsftpd-passive", "netftp-proftpd-active",
    "netftp-pureftpd-passive", "netftp-pyftpdlib-active",
    "lwp-vsftpd-passive", "lwp-pyftpdlib-passive",
    "php-vsftpd-active", "php-proftpd-passive", "php-pureftpd-active",
    "php-pyftpdlib-passive",
    "phpstream-proftpd-passive", "phpstream-pureftpd-passive",
    "tcllib-vsftpd-passive", "tcllib-proftpd-active",
    "tcllib-pyftpdlib-passive",
    "ruby-vsftpd-active", "ruby-proftpd-passive", "ruby-pureftpd-active",
    "busybox-vsftpd-passive", "busybox-pyftpdlib-passive",
    "yafc-vsftpd-active", "yafc-proftpd-passive", "yafc-pureftpd-active",
    "yafc-pyftpdlib-passive",
    "aioftp-proftpd-passive", "aioftp-pureftpd-passive",
    "axel-vsftpd-passive", "axel-pyftpdlib-passive",
    "ftpcopy-vsftpd-passive", "ftpcopy-proftpd-passive",
    "wput-vsftpd-passive", "wput-pureftpd-active"]
THIN = ["netftp-proftpd-active", "tcllib-vsftpd-passive"]


def run(t, variant):
    name, kind, way = variant.split("-")
    server = ftp.serve(t, kind)
    client = ftp_rare_clients.client(t, name, t.at("ftp"), way == "active")
    if "get" in client.actions:
        ftp.make(f"{server.home}/far", 300000)
        client.get("far", f"{client.dir}/far")
        ftp.same(f"{client.dir}/far", f"{server.home}/far", "what came")
    if "put" in client.actions:
        ftp.make(f"{client.dir}/near", 300001)
        client.put(f"{client.dir}/near")
        ftp.same(f"{client.dir}/near", f"{server.home}/near", "what went")
