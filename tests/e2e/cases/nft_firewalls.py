# SPDX-License-Identifier: BSD-2-Clause
"""intercept = nft beside the machine's firewalls: one that is flushed, reloaded
or saved meanwhile takes none of the agent's rules away, and the agent none of
its; connections that stand go on."""

import subprocess

from lib.base import Skip, check, equal, spawn
from lib.nft import Caught, left_over
from lib.servers import program

NET = True
NEEDS = ["nft"]

# What distributions start with, and load again when it has changed.
FIREWALL = """\
flush ruleset
table inet filter {
    chain output {
        type filter hook output priority filter; policy accept;
        ct state established,related accept
        tcp dport 25 reject
    }
}
"""
# Says a word now, and another one when it is told to.
STAYS = """
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 20)
print("connected", flush=True)
for line in sys.stdin:
    s.sendall(line.encode())
    print(s.recv(99).decode(), end="", flush=True)
"""


def nft_run(*words, **kw):
    return subprocess.run([program("nft"), *words], text=True, check=True,
                          **kw)


def run(t):
    with t.far:
        echo, closed = t.echo(t.far.ip), t.listen(t.far.ip)
    closed.close()
    t.resource("echo", echo, intercept_address="yes")
    t.resource("closed", host=t.far.ip, port=closed.port,
               intercept_address="yes")
    t.resource("name", host="name.corp.example", port=echo.port)
    t.gw.hosts = [(t.far.ip, "name.corp.example")]
    rules = t.path("firewall.nft")
    with open(rules, "w", encoding="ascii") as f:
        f.write(FIREWALL)
    nft_run("-f", rules)
    before = left_over()
    nft = Caught(t, "user", uid=65533)    # not that of the gateway
    t.up()
    nft.ready()
    places = ((t.far.ip, echo.port), ("name.corp.example", echo.port),
              (t.far.ip, closed.port))
    want = ["connected", "connected", "ECONNREFUSED"]
    equal(nft.connects(*places), want, "at first")
    stays = spawn(["setpriv", f"--reuid={nft.uid}", "--clear-groups",
                   "/usr/bin/python3", "-c", STAYS, t.far.ip, str(echo.port)],
                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    equal(stays.stdout.readline(), "connected\n", "a connection that stays")

    def still(when):
        had = t.ag.status()["nft"]["connections"]
        equal(nft.connects(*places), want, when)
        equal(t.ag.status()["nft"]["connections"] - had, 2, f"caught {when}")
        stays.stdin.write(f"{when}\n")
        stays.stdin.flush()
        equal(stays.stdout.readline(), f"{when}\n", "a connection that stood")

    still("before")
    for _ in range(2):
        nft_run("-f", rules)
    still("after the firewall was loaded again")
    nft_run("flush", "ruleset")
    still("after all rules were flushed")
    nft_run("-f", rules)
    try:
        iptables = program("iptables-nft")
    except Skip:
        iptables = None
    for table in ("filter", "nat", "mangle") if iptables else ():
        for what in "-F", "-X":
            subprocess.run([iptables, "-t", table, what], check=True)
        subprocess.run([iptables, "-t", table, "-A", "OUTPUT", "-p", "tcp",
                        "--dport", "26"], check=True)
        subprocess.run([iptables, "-t", table, "-F"], check=True)
    still("after iptables")
    # A set of rules that was saved meanwhile has the agent's, too.
    saved = nft_run("list", "ruleset", stdout=subprocess.PIPE).stdout
    check(f"adit-{nft.uid}" in saved, saved)
    stays.communicate(timeout=20)
    for table in ("filter", "nat", "mangle") if iptables else ():
        subprocess.run([program("nft"), "delete", "table", "ip", table],
                       check=False, stderr=subprocess.DEVNULL)
    t.ag.down()
    equal(left_over(), before, "what is left")
