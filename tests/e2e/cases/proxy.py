# SPDX-License-Identifier: BSD-2-Clause
"""Through an HTTP proxy that wants a user and password: connections go on when
the tunnel breaks; what the proxy refuses is said in its words."""

import os

from lib import link, proxies
from lib.base import check, equal, free_port, matches, show
from lib.tcp import ask, dial

VARIANTS = ["tinyproxy", "squid"]
TIMEOUT = 120


def refused(t, secret, pattern, *flags):
    status, text = t.ag.call("up", *flags)
    check(status == 1, f"up {flags}: {status} {text}")
    matches(pattern, text, f"up {flags}")
    check(secret not in text, "the password is in the message")
    check(not t.ag.pid(), "an agent is left running")


def run(t, which):
    way = link.Link(t)
    nobody = free_port(way.host)
    proxy = getattr(proxies, which)(t, [way.port, nobody])
    word = proxy.password
    t.resource("echo", t.echo())
    t.gw.start()
    t.ag.write()
    where = show((proxy.host, proxy.port))
    refused(t, word, f"the proxy {where} wants a user and password .it offers Basic",
            "--proxy", proxies.url(proxy))
    refused(t, word, f"the proxy {where} does not know this user and password",
            "--proxy", proxies.url(proxy, proxies.USER, "wrong"))
    good = proxies.url(proxy, proxies.USER, word)
    refused(t, word, f"the proxy {where} cannot reach the gateway: it answers .HTTP",
            "--once", "--proxy", good, "--gateway", show((way.host, nobody)))
    refused(t, word, f"the proxy {where} does not let adit through.*HTTP/1.. 403",
            "--proxy", good, "--gateway", show((t.gw.host, 1)))

    path = t.write("agent/proxy-password", word + "\n")
    os.chmod(path, 0o600)
    t.ag.conf["agent"].update(proxy=f"http://{proxies.USER}@{where}",
                              proxy_password_file=path)
    t.ag.up()
    equal(t.ag.status()["proxy"], where, "the proxy in the status")
    check(where in t.ag.ctl("status"), "the proxy in the status for people")
    with dial(t.ag.at("echo")) as sock:
        equal(ask(sock), b"hello", "the echo")
        for times in 1, 2, 3:
            way.cut()
            equal(ask(sock), b"hello", "the same connection, afterwards")
            link.resumed(t, times)
        proxies.end(proxy)
        way.cut()
        proxy.start(proxy.process.args, t.path(f"{which}.log"))
        equal(ask(sock), b"hello", "after the proxy came back")
    proxies.end(proxy)
    with open(f"{t.ag.dir}/state/adit/agent.log") as f:
        check(word not in f.read(), "the password is in the log")
