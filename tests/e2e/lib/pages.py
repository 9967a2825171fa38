# SPDX-License-Identifier: BSD-2-Clause
"""The gateway's web pages, read by curl and by a socket of TLS."""

import html
import os
import re
import socket
import ssl

from .adit import PASSWORD
from .base import check, equal, show

NAME = "gateway.test"       # by which the browser knows the gateway
LANGUAGES = os.path.join(os.path.dirname(__file__), "../../../etc/lang")


def switch_on(t, **keys):
    """The gateway has pages from its next start on."""
    t.gw.conf["server"]["web_languages"] = os.path.realpath(LANGUAGES)
    t.gw.set(web="yes", **keys)


class Answer:
    def __init__(self, text):
        text = text.replace("\r\n", "\n")
        head, _, self.body = text.partition("\n\n")
        while head.startswith("HTTP/1.1 100"):
            head, _, self.body = self.body.partition("\n\n")
        lines = head.split("\n")
        self.status = int(lines[0].split()[1]) if lines[0] else 0
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            self.headers.setdefault(name.lower(), []).append(value)

    def header(self, name):
        return ", ".join(self.headers.get(name.lower(), []))

    def hidden(self, name):
        """The value of a hidden input."""
        found = re.search(rf'name="{name}" value="([0-9a-f]*)"', self.body)
        check(found, f"no input {name} in {self.body}")
        return found.group(1)

    def text(self):
        """As somebody reads it."""
        body = re.sub(r"(?s)<(style|svg).*?</\1>", " ", self.body)
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


class Browser:
    """curl with cookies, for one person."""

    def __init__(self, t, name="browser", gw=None, source=None):
        self.t, self.gw = t, gw or t.gw
        self.jar, self.source = t.path(f"{name}.cookies"), source
        self.at = f"{NAME}:{self.gw.port}"

    def ask(self, path, *words):
        """Any request, with further words for curl."""
        source = ["--interface", self.source] if self.source else []
        return Answer(self.t.run(
            ["curl", "--silent", "--show-error", "--insecure", "--include",
             "--http1.1", "--max-time", "20", "--noproxy", "*",
             "--connect-to", f"{self.at}:{show((self.gw.host, self.gw.port))}",
             "--cookie", self.jar, "--cookie-jar", self.jar, *source, *words,
             f"https://{self.at}{path}"]))

    def get(self, path, *words, status=200):
        a = self.ask(path, *words)
        equal(a.status, status, f"GET {path}: {a.body[:600]}")
        return a

    def post(self, path, *words, status=303, **fields):
        for name, value in fields.items():
            words += ("--data-urlencode", f"{name}={value}")
        a = self.ask(path, *words)
        equal(a.status, status, f"POST {path}: {a.body[:600]}")
        return a

    def login(self, user="alice", password=PASSWORD, status=303):
        return self.post("/login", user=user, password=password,
                         status=status)

    def begin(self, user="alice", *words, status=200):
        """A login that begins with the name alone."""
        return self.post("/login", *words, user=user, status=status)

    def answer(self, asked, *answers, words=(), status=200):
        """Answers the questions of a page; the next page."""
        return self.post("/login/answer", *words, status=status,
                         login=asked.hidden("login"),
                         **{f"a{n}": text for n, text in enumerate(answers)})

    def csrf(self, path="/"):
        return self.get(path).hidden("csrf")


def tls(gw, alpn="http/1.1", source=""):
    """A connection to the gateway, as a browser's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols([alpn])
    raw = socket.create_connection((gw.host, gw.port), timeout=20,
                                   source_address=(source, 0))
    # As browsers do: a request does not wait until the handshake's last flight
    # is acknowledged.
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(raw, server_hostname=NAME)
