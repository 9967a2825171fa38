# SPDX-License-Identifier: BSD-2-Clause
"""https_proxy and no_proxy; the proxy looks the gateway's name up; what it
answers may come in pieces, or be nonsense."""

import os

from lib import proxies
from lib.base import check, equal, matches
from lib.tcp import ask, dial

NAME = "gateway.inside.example"


def run(t):
    t.resource("echo", t.echo())
    t.gw.start()
    proxy = proxies.Proxy(t, (t.gw.host, t.gw.port))
    place = f"{proxy.host}:{proxy.port}"
    agent = t.ag.conf["agent"]
    agent["gateway"] = NAME
    t.ag.env.pop("no_proxy", None)
    t.ag.env["https_proxy"] = proxies.url(proxy, "bob", "word!")
    t.ag.up()
    equal(t.ag.status()["proxy"], place, "the proxy in the status")
    equal(ask(dial(t.ag.at("echo"))), b"hello", "the echo")
    equal(proxy.asked[0].splitlines(), [
        f"CONNECT {NAME}:443 HTTP/1.1", f"Host: {NAME}:443",
        "User-Agent: adit", "Proxy-Authorization: Basic Ym9iOndvcmQh", ""],
          "the request")
    t.ag.down()

    # An address of IPv6 in brackets; HTTPS_PROXY too.
    t.ag.env["HTTPS_PROXY"] = t.ag.env.pop("https_proxy")
    agent["gateway"] = "[2001:db8::1]:4443"
    t.ag.up()
    check("CONNECT [2001:db8::1]:4443 HTTP/1.1\r\n" in proxy.asked[-1],
          proxy.asked[-1])
    t.ag.down()

    # Not for these: by no_proxy, by `none`, on this machine.
    asked = len(proxy.asked)
    agent["gateway"] = NAME
    for flags, env in (([], {"no_proxy": "other.example, inside.example"}),
                       (["--proxy", "none"], {}),
                       (["--gateway", "localhost:1"], {})):
        t.ag.env.update(env)
        t.ag.write()
        status, text = t.ag.call("up", "--once", *flags)
        check(status == 1 and "proxy" not in text, f"{flags}: {text}")
        t.ag.env.pop("no_proxy", None)
    equal(len(proxy.asked), asked, "what the proxy was asked")

    for answer, pattern in (
            (b"SSH-2.0-OpenSSH_9.2\x1b[2J\r\n",
             "the proxy .* does not speak HTTP: it began with .S"),
            (b"HTTP/1.1 403 \x1b[31mNo\r\n\r\n", "answers .HTTP/1.1 403 "),
            (b"HTTP/1.1 407 Who\r\nProxy-Authenticate: NTLM\r\n\r\n",
             "it offers NTLM, not Basic"),
            (b"HTTP/1.1 200 " + b"x" * 20000, "more than 16384 bytes")):
        proxy.answer = answer
        status, text = t.ag.call("up", "--once")
        check(status == 1 and "\x1b" not in text, repr(text))
        matches(pattern, text, "up")
    t.ag.env["HTTPS_PROXY"] = f"https://bob:secret@{place}"
    status, text = t.ag.call("up")
    check(status == 2 and "secret" not in text, text)
    matches("HTTPS_PROXY: .*TLS.*proxy = none", text, "a proxy over TLS")
    del t.ag.env["HTTPS_PROXY"]

    # A password in a file that everybody may read.
    agent["proxy"] = proxies.url(proxy, "bob", "secret")
    t.ag.write()
    os.chmod(f"{t.ag.dir}/adit.ini", 0o644)
    status, text = t.ag.call("up")
    check(status == 2 and "secret" not in text, text)
    matches(r"adit\.ini:\d+: proxy has a password.*0644.*chmod 600", text,
            "a password in the open")
