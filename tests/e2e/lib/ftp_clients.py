# SPDX-License-Identifier: BSD-2-Clause
"""FTP clients, each driven through the same few calls.

A client makes a session of its own for each call, as people at a shell do.
What it printed stays in .said; whether a call did what it should is for the
case to see, at both ends.
"""

import ftplib
import os
import re

from .base import Failure, check, show
from .ftp_servers import PASSWORD, USER
from .servers import program


class FtpClient:
    name = None
    tool = None             # the program, if that is not the name
    actions = "list get put resume rename delete".split()
    modes = "passive", "active"
    families = "4", "6"

    def __init__(self, t, addr, active=False):
        self.t, self.active, self.said = t, active, ""
        self.host, self.port = addr[:2]
        self.dir = t.folder(self.name)
        self.env = dict(os.environ, HOME=self.dir, LFTP_HOME=self.dir,
                        COLUMNS="200")
        program(self.tool or self.name)

    def call(self, args, **kw):
        self.said = self.t.run([str(arg) for arg in args], env=self.env,
                               cwd=self.dir, **kw)
        return self.said


class Curl(FtpClient):
    """EPSV, EPRT first; connects the data socket before it says RETR."""

    name = "curl"
    flags = ()              # more of them, for TLS

    def curl(self, path, *more):
        mode = ["--ftp-port", "-"] if self.active else []
        return self.call(
            ["curl", "-sS", "--connect-timeout", 20, *mode, *self.flags,
             "--user", f"{USER}:{PASSWORD}", *more,
             f"ftp://{show((self.host, self.port))}/{path}"])

    def list(self):
        return self.curl("")

    def get(self, remote, local):
        self.curl(remote, "-o", local)

    def put(self, local, remote):
        self.curl(remote, "-T", local)

    def resume(self, remote, local):
        self.curl(remote, "-C", "-", "-o", local)

    def rename(self, old, new):
        self.curl("", "-l", "-Q", f"-RNFR {old}", "-Q", f"-RNTO {new}")

    def delete(self, remote):
        self.curl("", "-l", "-Q", f"-DELE {remote}")


class Wget(FtpClient):
    """PASV, PORT; EPSV 2 with IPv6.  Dials what 227 says; never says QUIT."""

    name = "wget"
    actions = "list", "get", "resume"

    def wget(self, path, *more):
        mode = ["--no-passive-ftp"] if self.active else []
        return self.call(
            ["wget", "-nv", "--tries=1", "--timeout=20", "--no-config", *mode,
             f"--user={USER}", f"--password={PASSWORD}", *more,
             f"ftp://{show((self.host, self.port))}/{path}"])

    def list(self):
        return self.wget("", "-O", "-")

    def get(self, remote, local):
        self.wget(remote, "-O", local)

    def resume(self, remote, local):
        self.wget(remote, "-c", "-O", local)


class Lftp(FtpClient):
    """PASV, PORT; EPSV, EPRT with IPv6.  FEAT and AUTH TLS before the login."""

    name = "lftp"
    settings = ()

    def lftp(self, *commands):
        settings = ["cmd:fail-exit yes", "net:max-retries 1", "net:timeout 20",
                    "xfer:clobber yes",
                    f"ftp:passive-mode {'no' if self.active else 'yes'}",
                    *self.settings]
        lines = [*(f"set {s}" for s in settings),
                 f"open -u {USER},{PASSWORD} -p {self.port} ftp://"
                 + (f"[{self.host}]" if ":" in self.host else self.host),
                 *commands]
        return self.call(["lftp", "--norc", "-c", "; ".join(lines)])

    def list(self):
        return self.lftp("ls")

    def get(self, remote, local):
        self.lftp(f"get {remote} -o {local}")

    def put(self, local, remote):
        self.lftp(f"put {local} -o {remote}")

    def resume(self, remote, local):
        self.lftp(f"get -c {remote} -o {local}")

    def rename(self, old, new):
        self.lftp(f"mv {old} {new}")

    def delete(self, remote):
        self.lftp(f"rm {remote}")


class Script(FtpClient):
    """Programs that take commands from stdin and show the server's replies."""

    flags = ()

    def script(self, *commands):
        lines = [f"open {self.host} {self.port}", f"user {USER} {PASSWORD}",
                 "binary", *commands, "quit"]
        mode = "-A" if self.active else "-p"
        out = self.call([self.tool, "-n", "-i", "-v", mode, *self.flags],
                        input="\n".join(lines) + "\n")
        wrong = re.search(r"^[45]\d\d[ -].*|.*address mismatch.*", out, re.M)
        check(not wrong, f"{self.name} was told: {wrong and wrong.group()}\n"
              f"{out}")
        return out

    def list(self):
        return self.script("dir")

    def get(self, remote, local):
        self.script(f"get {remote} {local}")

    def put(self, local, remote):
        self.script(f"put {local} {remote}")

    def resume(self, remote, local):
        self.script(f"reget {remote} {local}")

    def rename(self, old, new):
        self.script(f"rename {old} {new}")

    def delete(self, remote):
        self.script(f"delete {remote}")


class Tnftp(Script):
    """EPSV, EPRT first.  227 must name the address that it dialled."""

    name = tool = "tnftp"


class Inetutils(Script):
    """PASV, PORT; EPSV, EPRT with IPv6.  227 must name what it dialled."""

    name, tool = "inetutils", "inetutils-ftp"


class Ncftp(FtpClient):
    """PASV, PORT; dials what 227 says.  Many commands before the first file."""

    name, tool = "ncftp", "ncftpget"

    def ncftp(self, tool, *more, options=()):
        mode = "-E" if self.active else "-F"
        return self.call([tool, mode, "-t", 20, "-r", 1, "-u", USER, "-p",
                          PASSWORD, "-P", self.port, *options, *more])

    def list(self):
        return self.ncftp("ncftpls", "-l", f"ftp://{self.host}/")

    def get(self, remote, local):
        self.ncftp("ncftpget", "-V", "-C", self.host, remote, local)

    def put(self, local, remote):
        self.ncftp("ncftpput", "-V", "-C", self.host, local, remote)

    def resume(self, remote, local):
        self.ncftp("ncftpget", "-V", "-z", "-C", self.host, remote, local)

    def rename(self, old, new):
        self.ncftp("ncftpls", "-X", f"RNFR {old}", "-X", f"RNTO {new}",
                   f"ftp://{self.host}/")

    def delete(self, remote):
        self.ncftp("ncftpls", "-X", f"DELE {remote}", f"ftp://{self.host}/")


class Ftplib(FtpClient):
    """PASV, PORT; EPSV, EPRT with IPv6.  In the process of the case."""

    name, tool = "ftplib", "python3"

    def open(self):
        ftp = ftplib.FTP(timeout=20)
        ftp.connect(self.host, self.port)
        ftp.login(USER, PASSWORD)
        ftp.set_pasv(not self.active)
        return ftp

    def list(self):
        lines = []
        with self.open() as ftp:
            ftp.dir(lines.append)
        return "\n".join(lines)

    def get(self, remote, local):
        with self.open() as ftp, open(local, "wb") as f:
            ftp.retrbinary(f"RETR {remote}", f.write, 1 << 18)

    def put(self, local, remote):
        with self.open() as ftp, open(local, "rb") as f:
            ftp.storbinary(f"STOR {remote}", f, 1 << 18)

    def resume(self, remote, local):
        with self.open() as ftp, open(local, "ab") as f:
            ftp.retrbinary(f"RETR {remote}", f.write, 1 << 18, rest=f.tell())

    def rename(self, old, new):
        with self.open() as ftp:
            ftp.rename(old, new)

    def delete(self, remote):
        with self.open() as ftp:
            ftp.delete(remote)


CLIENTS = {kind.name: kind for kind in
           (Curl, Wget, Lftp, Tnftp, Inetutils, Ncftp, Ftplib)}


def client(t, name, addr, active=False):
    return CLIENTS[name](t, addr, active)
