# SPDX-License-Identifier: BSD-2-Clause
"""The lines of FTP, spoken by a case itself: as the client, as the server,
or as both ends of one control connection."""

import re
import socket

from .base import Failure, check, equal, matches
from .ftp_servers import PASSWORD, USER
from .tcp import Listener, dial, fate, read_exactly

IAC, IP, DM = b"\xff", b"\xf4", b"\xf2"


class Lines:
    """One end of a control connection."""

    def __init__(self, sock):
        self.sock, self.rest = sock, b""

    def say(self, *lines):
        self.sock.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def line(self):
        while b"\n" not in self.rest:
            more = self.sock.recv(4096)
            if not more:
                raise Failure(f"the dialogue ended; before: {self.rest!r}")
            self.rest += more
        line, _, self.rest = self.rest.partition(b"\n")
        return line.decode(errors="replace").rstrip("\r")

    def hear(self, want):
        """The next line is `want`."""
        equal(self.line(), want, "the line")

    def reply(self, want=None):
        """The next reply, with all its lines; it begins with `want`."""
        lines = [self.line()]
        while not re.match(lines[0][:3] + "( |$)", lines[-1]):
            lines.append(self.line())
        text = "\n".join(lines)
        if want is not None:
            check(re.match(f"(?:{want})", text), f"{text!r} is no {want}")
        return text

    def fate(self):
        return fate(self.sock)

    def close(self):
        self.sock.close()


class Client(Lines):
    """A client made of a socket."""

    def __init__(self, addr):
        super().__init__(dial(addr))

    def login(self):
        self.reply("220")
        self.ask(f"USER {USER}", "331")
        self.ask(f"PASS {PASSWORD}", "230")
        self.ask("TYPE I", "200")
        return self

    def ask(self, line, want=None):
        self.say(line)
        return self.reply(want)

    def passive(self):
        """Where the data connection goes: PASV's address, EPSV's port."""
        peer = self.sock.getpeername()[0]
        if ":" in peer:
            return peer, extended(self.ask("EPSV", "229"))
        return numbers(self.ask("PASV", "227"))

    def data(self):
        return dial(self.passive())

    def active(self, command="EPRT"):
        """A listener that the server was told about."""
        mine = Listener(self.sock.getsockname()[0])
        self.ask(port_line(mine, command), "200")
        return mine

    def get(self, name):
        """A file, in passive mode."""
        data = self.data()
        self.ask(f"RETR {name}", "1")
        end, content = fate(data)
        equal(end, "eof", "the end of the data")
        data.close()        # proftpd says nothing before that
        self.reply("226")
        return content

    def abort(self, style="plain"):
        """ABOR as clients send it in the middle of a transfer."""
        if style == "inetutils":
            self.sock.sendall(IAC + IP)
            self.sock.send(IAC, socket.MSG_OOB)
            self.sock.sendall(DM + b"ABOR\r\n")
        elif style == "ncftp":
            self.sock.sendall(IAC + IP + IAC)
            self.sock.send(DM, socket.MSG_OOB)
            self.sock.sendall(b"ABOR\r\n")
        else:
            self.say("ABOR")


def numbers(text):
    """The address in a 227."""
    found = matches(r"^227 .*?(\d+,\d+,\d+,\d+),(\d+),(\d+)", text, "the 227")
    return found[1].replace(",", "."), int(found[2]) * 256 + int(found[3])


def extended(text):
    """The port in a 229."""
    return int(matches(r"\(\|\|\|(\d+)\|\)", text, "the 229")[1])


def told(line):
    """The address in PORT or EPRT."""
    verb, _, rest = line.partition(" ")
    if verb == "PORT":
        return numbers("227 " + rest)
    _, _, host, port, _ = rest.split("|")
    return host, int(port)


def six(host, port):
    """h1,h2,h3,h4,p1,p2"""
    return f"{host.replace('.', ',')},{port >> 8},{port & 255}"


def port_line(place, command="PORT"):
    """PORT or EPRT for what has .host and .port."""
    if command == "PORT":
        return f"PORT {six(place.host, place.port)}"
    family = 2 if ":" in place.host else 1
    return f"EPRT |{family}|{place.host}|{place.port}|"


class Both:
    """Client and server of one control connection."""

    def __init__(self, t, server, login=True, name="ftp"):
        self.app = Client(t.at(name))
        self.far = Lines(server.accept())
        self.far.say("220 ready")
        self.app.reply("220")
        if login:
            self.login()

    def login(self):
        self.ask(f"USER {USER}", "331 password")
        self.ask(f"PASS {PASSWORD}", "230 welcome")

    def ask(self, line, answer):
        """The client says a line, the server hears it and answers; what the
        client gets."""
        self.app.say(line)
        self.far.hear(line)
        self.far.say(answer)
        return self.app.reply()

    def refused(self, line, code):
        """The gateway answers itself: the server hears only what is next."""
        text = self.app.ask(line, code)
        self.idle()
        return text

    def passive(self, place, command="PASV"):
        """Where the client goes for what the server listens at."""
        if command == "PASV":
            answer = f"227 Entering ({six(place.host, place.port)})."
            return numbers(self.ask("PASV", answer))
        answer = f"229 Entering (|||{place.port}|)"
        text = self.ask("EPSV", answer)
        return self.app.sock.getpeername()[0], extended(text)

    def active(self, place, command="PORT"):
        """Where the server was told to connect, for what the client listens
        at; nobody has accepted that yet."""
        self.app.say(port_line(place, command))
        return told(self.far.line())

    def activated(self, place, command="PORT"):
        """The same, and the server has said yes."""
        addr = self.active(place, command)
        self.far.say(f"200 {command}")
        self.app.reply("200")
        return addr

    def idle(self):
        """Nothing else is on its way, neither up nor down."""
        self.app.say("NOOP")
        self.far.hear("NOOP")
        self.far.say("200 idle")
        self.app.reply("200 idle")

    def close(self):
        self.app.close()
        equal(self.far.fate()[0], "eof", "the client's end")
        self.far.close()
