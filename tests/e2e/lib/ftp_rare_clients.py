# SPDX-License-Identifier: BSD-2-Clause
"""FTP clients that are less common: languages' libraries, downloaders, browsers.
They get a file, and most of them put one."""

from os.path import basename

from .base import show
from .ftp_clients import FtpClient
from .ftp_servers import PASSWORD, PYTHON, USER


class Rare(FtpClient):
    actions = "get", "put"

    def url(self, path=""):
        return (f"ftp://{USER}:{PASSWORD}@{show((self.host, self.port))}/"
                f"{path}")

    def mode(self, passive, active):
        return active if self.active else passive


class Perl(Rare):
    """Net::FTP of Perl itself."""

    name, tool = "netftp", "perl"

    def perl(self, command):
        self.call(["perl", "-MNet::FTP", "-e", f"""\
my $f = Net::FTP->new("{self.host}", Port => {self.port}, Timeout => 20,
                      Passive => {self.mode(1, 0)}) or die $@;
$f->login("{USER}", "{PASSWORD}") and $f->binary and {command} and $f->quit
    or die $f->message;"""])

    def get(self, name, path):
        self.perl(f'$f->get("{name}", "{path}")')

    def put(self, path):
        self.perl(f'$f->put("{path}", "{basename(path)}")')


class Lwp(Rare):
    """LWP, as in Perl's scripts for the Web."""

    name, tool, actions = "lwp", "lwp-download", ["get"]

    def get(self, name, path):
        self.call(["lwp-download", self.url(name), path])


class Php(Rare):
    name = "php"

    def php(self, command):
        self.call(["php", "-r", f"""\
$f = ftp_connect("{self.host}", {self.port}, 20);
exit(ftp_login($f, "{USER}", "{PASSWORD}") &&
     ftp_pasv($f, {self.mode("true", "false")}) && {command} &&
     ftp_close($f) ? 0 : 1);"""])

    def get(self, name, path):
        self.php(f'ftp_get($f, "{path}", "{name}", FTP_BINARY)')

    def put(self, path):
        self.php(f'ftp_put($f, "{basename(path)}", "{path}", FTP_BINARY)')


class PhpStream(Rare):
    """The ftp:// of PHP's fopen."""

    name, tool = "phpstream", "php"

    def get(self, name, path):
        self.call(["php", "-r", f'exit(copy("{self.url(name)}", "{path}") '
                   '? 0 : 1);'])

    def put(self, path):
        self.call(["php", "-r", f'exit(copy("{path}", '
                   f'"{self.url(basename(path))}") ? 0 : 1);'])


class Tcl(Rare):
    """The ftp of tcllib."""

    name, tool = "tcllib", "tclsh"

    def tcl(self, command):
        self.call(["tclsh"], input=f"""\
package require ftp
set f [ftp::Open {self.host} {USER} {PASSWORD} -port {self.port} \\
    -mode {self.mode("passive", "active")} -timeout 20]
ftp::Type $f binary
if {{![{command}]}} {{exit 1}}
ftp::Close $f
""")

    def get(self, name, path):
        self.tcl(f"ftp::Get $f {name} {path}")

    def put(self, path):
        self.tcl(f"ftp::Put $f {path} {basename(path)}")


class Ruby(Rare):
    name = "ruby"

    def ruby(self, command):
        self.call(["ruby", "-rnet/ftp", "-e", f"""\
f = Net::FTP.new(nil, port: {self.port}, open_timeout: 20,
                 passive: {self.mode("true", "false")})
f.connect("{self.host}", {self.port})
f.login("{USER}", "{PASSWORD}")
{command}
f.close"""])

    def get(self, name, path):
        self.ruby(f'f.getbinaryfile("{name}", "{path}")')

    def put(self, path):
        self.ruby(f'f.putbinaryfile("{path}", "{basename(path)}")')


class Busybox(Rare):
    name = "busybox"

    def busybox(self, applet, *more):
        self.call(["busybox", applet, "-u", USER, "-p", PASSWORD, "-P",
                   self.port, self.host, *more])

    def get(self, name, path):
        self.busybox("ftpget", path, name)

    def put(self, path):
        self.busybox("ftpput", basename(path), path)


class Yafc(Rare):
    name = "yafc"

    def yafc(self, command):
        self.call(["yafc", "-W", self.dir, self.url()],
                  input=f"set passive_mode {self.mode('on', 'off')}\n"
                  f"{command}\nclose\nexit\n")

    def get(self, name, path):
        self.yafc(f"get {name} -o {path}")

    def put(self, path):
        self.yafc(f"put {path}")


class Aioftp(Rare):
    """Python's asyncio client."""

    name, tool = "aioftp", PYTHON

    def aioftp(self, command):
        self.call([PYTHON, "-c", f"""\
import asyncio, aioftp
async def main():
    async with aioftp.Client.context("{self.host}", {self.port}, "{USER}",
                                     "{PASSWORD}") as f:
        await {command}
asyncio.run(main())"""])

    def get(self, name, path):
        self.aioftp(f'f.download("{name}", "{path}", write_into=True)')

    def put(self, path):
        self.aioftp(f'f.upload("{path}", "{basename(path)}", '
                    'write_into=True)')


class Axel(Rare):
    """Several connections for one file."""

    name, actions = "axel", ["get"]

    def get(self, name, path):
        self.call(["axel", "-q", "-n", "4", "-o", path, self.url(name)])


class Ftpcopy(Rare):
    name, actions = "ftpcopy", ["get"]

    def get(self, name, path):
        self.call(["ftpcopy", "-u", USER, "-p", PASSWORD,
                   f"{self.host}:{self.port}", f"/{name}", path])


class Wput(Rare):
    name, actions = "wput", ["put"]

    def put(self, path):
        mode = ["--port-mode"] if self.active else []
        self.call(["wput", "-q", *mode, basename(path), self.url()])


CLIENTS = {kind.name: kind for kind in
           (Perl, Lwp, Php, PhpStream, Tcl, Ruby, Busybox, Yafc, Aioftp, Axel,
            Ftpcopy, Wput)}


def client(t, name, addr, active=False):
    return CLIENTS[name](t, addr, active)
