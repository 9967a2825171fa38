# SPDX-License-Identifier: BSD-2-Clause
"""A listen address in use: aditd says which, and ends."""

from lib.base import check, equal, matches, show
from lib.tcp import ask, dial


def run(t):
    t.resource("echo", t.echo())
    taken = t.listen(t.gateway_ip)
    t.gw.set(listen=show((taken.host, taken.port)))
    t.gw.write()
    out = t.run([t.tool("aditd"), "-c", t.gw.conf_file], check=False)
    matches(f":{taken.port}.*(?i:in use)", out, "the message")
    t.gw.set(listen=show((t.gw.host, t.gw.port)))
    server = t.parts["echo"][0]
    other = t.listen(t.gateway_ip)
    t.ag.conf["listen echo"] = {"address": other.host, "port": other.port}
    t.gw.start()
    t.ag.write()
    t.ag.call("up")
    text = str(t.ag.status()) + open(t.ag.log_file).read()
    matches("(?i)in use", text, "what the agent says of its listener")
    t.ag.down()
    other.close()
    t.ag.up()
    equal(ask(dial((other.host, other.port))), b"hello", "the freed port")
    check(server.count == 1, "connections at the server")
