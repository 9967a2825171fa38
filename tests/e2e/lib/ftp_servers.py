# SPDX-License-Identifier: BSD-2-Clause
"""Real FTP servers, each with a folder of the case as the home of its user.

vsftpd, proftpd and pure-ftpd are those that tools/servers has unpacked side by
side; pyftpdlib is Debian's package.
"""

import grp
import os
import pwd
import subprocess

from .base import Skip, wait_for
from .servers import ME, Server, program, unpacked, unpacked_program

USER, PASSWORD = "alice", "wonderland"
PYTHON = "/usr/bin/python3"     # Debian's, which has Debian's packages
ROOT = os.getuid() == 0
OWNER = pwd.getpwnam("nobody" if ROOT else ME)


class FtpServer(Server):
    """A server with .home, a folder where .user may do everything."""

    user, password = USER, PASSWORD
    tls = certificate = None
    logs_sessions = False

    def settle(self):
        """Waits for the end of all sessions, where the log tells of them."""
        wait_for(lambda: not self.logs_sessions or not self._sessions(),
                 "the sessions to end")

    def _sessions(self):
        with open(self.log, errors="replace") as f:
            text = f.read()
        return (text.count("FTP session opened")
                - text.count("FTP session closed"))


def certificate(t):
    """One file with a self-signed certificate and its key."""
    path = t.path("ftp.pem")
    if not os.path.exists(path):
        key = t.path("ftp.key")
        subprocess.run(
            [program("openssl"), "req", "-x509", "-newkey", "rsa:2048",
             "-nodes", "-days", "2", "-subj", "/CN=ftp.example",
             "-addext", "subjectAltName=DNS:ftp.example,IP:127.0.0.1",
             "-keyout", key, "-out", path],
            check=True, stderr=subprocess.DEVNULL)
        with open(path, "a") as f, open(key) as more:
            f.write(more.read())
        os.chmod(path, 0o600)
    return path


def digest():
    """The password as crypt(3) wants it, and quickly."""
    return subprocess.run(
        [program("openssl"), "passwd", "-1", PASSWORD], check=True,
        stdout=subprocess.PIPE, text=True).stdout.strip()


def folders(t, kind):
    """(folder for the server's own files, home of its user)."""
    own = t.folder(kind)
    os.chmod(t.dir, 0o755)
    home = f"{own}/home"
    os.mkdir(home)
    os.chown(home, OWNER.pw_uid, OWNER.pw_gid)
    return own, home


def prepare(t, kind, host, port, tls):
    server = FtpServer(host, port)
    server.own, server.home = folders(t, kind)
    server.tls = tls
    server.log = t.path(f"{kind}.log")
    if tls:
        server.certificate = certificate(t)
    return server


# -- vsftpd asks PAM and takes the system's users, so it gets its own of both

VSFTPD = """\
set -e
mount --bind "$1/pam.d" /etc/pam.d
mount --bind "$1/passwd" /etc/passwd
mount --bind "$1/shadow" /etc/shadow
shift
exec "$@"
"""

PAM = """\
auth required pam_unix.so nodelay
account required pam_permit.so
session required pam_permit.so
"""


def vsftpd(t, host, port, *, tls=None, passive=None, **more):
    """vsftpd with a user of its own; `more` are lines of vsftpd.conf."""
    words = unpacked_program("usr/sbin/vsftpd")
    server = prepare(t, "vsftpd", host, port, tls)
    os.mkdir(f"{server.own}/pam.d")
    os.mkdir(f"{server.own}/empty")
    t.write(f"{server.own}/pam.d/adit", PAM)
    with open("/etc/passwd") as f:
        t.write(f"{server.own}/passwd", f"{f.read()}{USER}:x:{OWNER.pw_uid}:"
                f"{OWNER.pw_gid}::{server.home}:/bin/sh\n")
    t.write(f"{server.own}/shadow", f"{USER}:{digest()}:19000::::::\n")
    conf = t.write(f"{server.own}/vsftpd.conf", vsftpd_conf(
        server, passive, more))
    private = ["--mount"] if ROOT else ["--mount", "--map-root-user"]
    if subprocess.run([program("unshare"), *private, "true"],
                      stderr=subprocess.DEVNULL).returncode:
        raise Skip("vsftpd needs a mount namespace")
    return server.start([program("unshare"), *private, "sh", "-c", VSFTPD,
                         "sh", server.own, *words, conf], server.log)


def vsftpd_conf(server, passive, more):
    six = "6" if ":" in server.host else ""
    values = {
        "background": "NO", "listen": "NO" if six else "YES",
        "listen_ipv6": "YES" if six else "NO",
        f"listen_address{six}": server.host, "listen_port": server.port,
        "anonymous_enable": "NO", "local_enable": "YES",
        "write_enable": "YES", "local_umask": "022",
        "chroot_local_user": "YES", "allow_writeable_chroot": "YES",
        "nopriv_user": OWNER.pw_name, "pam_service_name": "adit",
        "secure_chroot_dir": f"{server.own}/empty",
        "delay_failed_login": 0, "max_per_ip": 0, "max_clients": 0,
    }
    if not ROOT:
        values["run_as_launching_user"] = "YES"
        values["chroot_local_user"] = "NO"
    if passive:
        values["pasv_min_port"], values["pasv_max_port"] = passive
    if server.tls:
        values.update(
            ssl_enable="YES", rsa_cert_file=server.certificate,
            force_local_data_ssl="NO", force_local_logins_ssl="NO",
            implicit_ssl="YES" if server.tls == "implicit" else "NO")
    values.update(more)
    return "".join(f"{key}={value}\n" for key, value in values.items())


# -- proftpd

def proftpd(t, host, port, *, tls=None, passive=None, more=""):
    """proftpd with an AuthUserFile; `more` are lines of its configuration."""
    words = unpacked_program("usr/sbin/proftpd")
    modules = unpacked("usr/lib/proftpd")
    server = prepare(t, "proftpd", host, port, tls)
    users = t.write(f"{server.own}/users", f"{USER}:{digest()}:"
                    f"{OWNER.pw_uid}:{OWNER.pw_gid}::{server.home}:/bin/sh\n")
    os.chmod(users, 0o640)
    conf = t.write(f"{server.own}/proftpd.conf", f"""\
        ServerName "ftp"
        ServerType standalone
        ModulePath {modules}
        {_proftpd_modules(modules, tls)}
        UseIPv6 {"on" if ":" in host else "off"}
        DefaultAddress {host}
        SocketBindTight on
        Port {port}
        {f"PassivePorts {passive[0]} {passive[1]}" if passive else ""}
        User {OWNER.pw_name}
        Group {grp.getgrgid(OWNER.pw_gid).gr_name}
        AuthOrder mod_auth_file.c
        AuthUserFile {users}
        RequireValidShell off
        DefaultRoot {"~" if ROOT else "none"}
        PidFile {server.own}/pid
        ScoreboardFile {server.own}/scoreboard
        SystemLog {server.own}/system.log
        DelayEngine off
        UseReverseDNS off
        WtmpLog off
        TransferLog none
        UseLastlog off
        MaxInstances none
        AllowOverwrite on
        AllowStoreRestart on
        AllowRetrieveRestart on
        DebugLevel 0
        """ + _proftpd_tls(server) + more)
    return server.start([*words, "--nodaemon", "-c", conf], server.log)


def _proftpd_modules(folder, tls):
    """Debian 13 has as modules what is in the program before."""
    names = ["delay", "ls", "xfer"] + (["tls"] if tls else [])
    return "\n".join(f"LoadModule mod_{name}.c" for name in names
                     if os.path.exists(f"{folder}/mod_{name}.so"))


def _proftpd_tls(server):
    if not server.tls:
        return ""
    implicit = "UseImplicitSSL" if server.tls == "implicit" else ""
    return f"""
TLSEngine on
TLSRequired off
TLSLog {server.own}/tls.log
TLSRSACertificateFile {server.certificate}
TLSRSACertificateKeyFile {server.certificate}
TLSVerifyClient off
{f"TLSOptions {implicit}" if implicit else ""}
"""


# -- pure-ftpd

def pureftpd(t, host, port, *, tls=None, passive=None, more=()):
    """pure-ftpd with a PureDB; `more` are flags."""
    words = unpacked_program("usr/sbin/pure-ftpd")
    if not ROOT:
        raise Skip("pure-ftpd needs root")
    if tls == "implicit":
        raise Skip("pure-ftpd has no implicit TLS")
    server = prepare(t, "pureftpd", host, port, tls)
    database = f"{server.own}/users.pdb"
    # What pure-pw hashes itself takes seconds of each login.
    users = t.write(f"{server.own}/users", f"{USER}:{digest()}:"
                    f"{OWNER.pw_uid}:{OWNER.pw_gid}::{server.home}/./"
                    "::::::::::::\n")
    subprocess.run([*unpacked_program("usr/bin/pure-pw"), "mkdb", database,
                    "-f", users], check=True)
    args = ["-S", f"{host},{port}", "-A", "-E", "-H", "-R", "-c", "1000",
            "-C", "1000", "-l", f"puredb:{database}", "-u", "1", "-O",
            f"clf:{server.own}/transfers.log", "-g", f"{server.own}/pid"]
    args += ["-p", f"{passive[0]}:{passive[1]}"] if passive else []
    args += ["-Y", "1", "-2", server.certificate] if tls else []
    return server.start([*words, *args, *more], server.log)


# -- pyftpdlib

PYFTPD = """\
import logging
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

host, port, user, password, home, tls, low, high, foreign = sys.argv[1:]
logging.basicConfig(level=logging.INFO)
handler = FTPHandler
if tls:
    from pyftpdlib.handlers import TLS_FTPHandler as handler
    handler.certfile = handler.keyfile = tls
handler.authorizer = DummyAuthorizer()
handler.authorizer.add_user(user, password, home, perm="elradfmwMT")
handler.auth_failed_timeout = 0
handler.use_gmt_times = True
if low:
    handler.passive_ports = range(int(low), int(high) + 1)
if foreign:
    handler.permit_foreign_addresses = True
FTPServer.max_cons = 2000
server = FTPServer((host, int(port)), handler, backlog=1000)
server.serve_forever(handle_exit=False)
"""


def pyftpdlib(t, host, port, *, tls=None, passive=None, foreign=False):
    """pyftpdlib in a process; `foreign`: it serves other hosts' data too."""
    module = "pyftpdlib, OpenSSL" if tls else "pyftpdlib"
    if not os.access(PYTHON, os.X_OK) or subprocess.run(
            [PYTHON, "-W", "ignore", "-c", f"import {module}"],
            stderr=subprocess.DEVNULL).returncode:
        raise Skip(f"no {module} here")
    if tls == "implicit":
        raise Skip("pyftpdlib has no implicit TLS")
    server = prepare(t, "pyftpdlib", host, port, tls)
    server.logs_sessions = True
    os.chown(server.home, os.getuid(), os.getgid())
    low, high = passive or ("", "")
    return server.start(
        [PYTHON, "-W", "ignore", "-c", PYFTPD, host, str(port), USER, PASSWORD,
         server.home, server.certificate or "", str(low), str(high),
         "foreign" if foreign else ""], server.log)


# -- globus-gridftp-server

def gridftp(t, host, port):
    """GridFTP's server, with passwords in clear."""
    word = program("globus-gridftp-server")
    server = prepare(t, "gridftp", host, port, None)
    conf = t.write(f"{server.own}/gridftp.conf", "")
    users = t.write(f"{server.own}/users", f"{USER}:{digest()}:"
                    f"{OWNER.pw_uid}:{OWNER.pw_gid}::{server.home}:/bin/sh\n")
    os.chmod(users, 0o600)
    os.makedirs(f"{server.own}/d", exist_ok=True)
    return server.start(
        [word, "-c", conf, "-C", f"{server.own}/d", "-p", str(port),
         "-control-interface", host, "-data-interface", host,
         "-password-file", users, "-auth-level", "0"], server.log)


KINDS = {"vsftpd": vsftpd, "proftpd": proftpd, "pureftpd": pureftpd,
         "pyftpdlib": pyftpdlib}
MORE = {"gridftp": gridftp}         # not with all clients


def start(t, kind, ip=None, **more):
    """A server of this kind on an address of the case."""
    return {**KINDS, **MORE}[kind](t, *t.place(ip), **more)
