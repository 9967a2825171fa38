# SPDX-License-Identifier: BSD-2-Clause
"""FTP clients, each driven through the same few calls.

A call is one session, with several transfers where several files are named.
What a client printed stays in .said; whether a call did what it should is for
the case to see, at both ends.
"""

import ftplib
import os
import re
from os.path import basename

from .base import Skip, check, has_global_ipv6, show
from .ftp_servers import PASSWORD, USER
from .servers import program


class FtpClient:
    name = None
    tool = None             # the program, if that is not the name
    actions = "list get put resume rename delete".split()
    ways = "passive-4", "active-4", "passive-6", "active-6"
    scheme = "ftp"          # ftps: TLS from the first byte
    flags = ()              # more of them; and more `set` lines of lftp
    settings = ()

    server = None           # where it matters which one it is

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

    def url(self, path=""):
        return f"{self.scheme}://{show((self.host, self.port))}/{path}"


class Curl(FtpClient):
    """EPSV, EPRT first; connects the data socket before it says RETR."""

    name = "curl"

    def curl(self, *more):
        mode = ["--ftp-port", "-"] if self.active else []
        return self.call(
            ["curl", "-sS", "--connect-timeout", 20, *mode, *self.flags,
             "--user", f"{USER}:{PASSWORD}", *more])

    def list(self):
        return self.curl(self.url())

    def get(self, names, folder):
        urls = [word for name in names for word in ("-O", self.url(name))]
        self.curl("--output-dir", folder, *urls)

    def put(self, paths):
        self.curl("-T", "{" + ",".join(paths) + "}", self.url())

    def resume(self, name, path):
        self.curl("-C", "-", "-o", path, self.url(name))

    def rename(self, old, new):
        self.curl("-l", "-Q", f"-RNFR {old}", "-Q", f"-RNTO {new}", self.url())

    def delete(self, name):
        self.curl("-l", "-Q", f"-DELE {name}", self.url())


class Wget(FtpClient):
    """PASV, PORT; EPSV 2 with IPv6.  Dials what 227 says; never says QUIT."""

    name = "wget"
    actions = "list", "get", "resume"

    def wget(self, *more):
        mode = ["--no-passive-ftp"] if self.active else []
        if self.server:
            self.server.settle()
        return self.call(
            ["wget", "-nv", "--tries=1", "--timeout=20", "--no-config", *mode,
             f"--user={USER}", f"--password={PASSWORD}", *more])

    def list(self):
        return self.wget("-O", "-", self.url())

    def get(self, names, folder):
        # Not in one go: it closes a session without QUIT and opens the next.
        # pyftpdlib 1.5.7, where it hears of the new one first, may give it the
        # number of an old active data socket, and then stops listening to it:
        # so each session begins only when there is no other.
        for name in names:
            self.wget("-P", folder, self.url(name))

    def resume(self, name, path):
        self.wget("-c", "-O", path, self.url(name))


class Lftp(FtpClient):
    """PASV, PORT; EPSV, EPRT with IPv6.  FEAT and AUTH TLS before the login."""

    name = "lftp"
    ways = "passive-4", "active-4", "passive-6"     # it says EPRT |2|::|...

    def __init__(self, t, addr, active=False):
        super().__init__(t, addr, active)
        # "No address found", even for ::1.
        if ":" in self.host and not has_global_ipv6():
            raise Skip("lftp knows IPv6 only where an address is global")

    def lftp(self, *commands):
        settings = ["cmd:fail-exit yes", "net:max-retries 1", "net:timeout 20",
                    "xfer:clobber yes",
                    f"ftp:passive-mode {'no' if self.active else 'yes'}",
                    *self.settings]
        lines = [*(f"set {s}" for s in settings),
                 f"open -u {USER},{PASSWORD} {self.url()}", *commands]
        return self.call(["lftp", "--norc", "-c", "; ".join(lines)])

    def list(self):
        return self.lftp("ls")

    def get(self, names, folder):
        self.lftp(f"lcd {folder}", *(f"get {name}" for name in names))

    def put(self, paths):
        self.lftp(*(f"put {path}" for path in paths))

    def resume(self, name, path):
        self.lftp(f"get -c {name} -o {path}")

    def rename(self, old, new):
        self.lftp(f"mv {old} {new}")

    def delete(self, name):
        self.lftp(f"rm {name}")


class Script(FtpClient):
    """Programs that take commands from stdin and show the server's replies."""

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

    def get(self, names, folder):
        self.script(f"lcd {folder}", *(f"get {name}" for name in names))

    def put(self, paths):
        self.script(*(f"put {path} {basename(path)}" for path in paths))

    def resume(self, name, path):
        self.script(f"reget {name} {path}")

    def rename(self, old, new):
        self.script(f"rename {old} {new}")

    def delete(self, name):
        self.script(f"delete {name}")


class Tnftp(Script):
    """EPSV, EPRT first.  227 must name the address that it dialled."""

    name = tool = "tnftp"


class Inetutils(Script):
    """PASV, PORT; EPSV, EPRT with IPv6.  227 must name what it dialled."""

    name, tool = "inetutils", "inetutils-ftp"


class Ncftp(FtpClient):
    """PASV, PORT; dials what 227 says.  Many commands before the first file."""

    name, tool = "ncftp", "ncftpget"
    ways = "passive-4", "active-4"      # Debian's has no IPv6

    def ncftp(self, tool, *more):
        mode = "-E" if self.active else "-F"
        return self.call([tool, mode, "-t", 20, "-r", 1, "-u", USER, "-p",
                          PASSWORD, "-P", self.port, *more])

    def ls(self, *commands):
        """A listing after some commands in the protocol's own words."""
        raw = [word for command in commands for word in ("-W", command)]
        return self.ncftp("ncftpls", "-l", *raw, f"ftp://{self.host}/")

    def list(self):
        return self.ls()

    def get(self, names, folder):
        self.ncftp("ncftpget", "-V", self.host, folder, *names)

    def put(self, paths):
        self.ncftp("ncftpput", "-V", self.host, "/", *paths)

    def resume(self, name, path):
        self.ncftp("ncftpget", "-V", "-z", "-C", self.host, name, path)

    def rename(self, old, new):
        self.ls(f"RNFR {old}", f"RNTO {new}")

    def delete(self, name):
        self.ls(f"DELE {name}")


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

    def get(self, names, folder):
        with self.open() as ftp:
            for name in names:
                with open(f"{folder}/{name}", "wb") as f:
                    ftp.retrbinary(f"RETR {name}", f.write, 1 << 18)

    def put(self, paths):
        with self.open() as ftp:
            for path in paths:
                with open(path, "rb") as f:
                    ftp.storbinary(f"STOR {basename(path)}", f, 1 << 18)

    def resume(self, name, path):
        with self.open() as ftp, open(path, "ab") as f:
            ftp.retrbinary(f"RETR {name}", f.write, 1 << 18, rest=f.tell())

    def rename(self, old, new):
        with self.open() as ftp:
            ftp.rename(old, new)

    def delete(self, name):
        with self.open() as ftp:
            ftp.delete(name)


CLIENTS = {kind.name: kind for kind in
           (Curl, Wget, Lftp, Tnftp, Inetutils, Ncftp, Ftplib)}


def client(t, name, addr, active=False):
    return CLIENTS[name](t, addr, active)
