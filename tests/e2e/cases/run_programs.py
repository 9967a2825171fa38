# SPDX-License-Identifier: BSD-2-Clause
"""adit run: programs of many kinds reach a server by name and by address."""

import shutil

from lib.base import Skip, equal

NET = True
DIRECT = True
NEEDS = ["nginx"]

ASYNCIO = """
import asyncio, sys
async def main(host, port):
    r, w = await asyncio.open_connection(host, int(port))
    w.write(b"GET /host HTTP/1.0\\r\\nHost: asyncio\\r\\n\\r\\n")
    print((await r.read()).split(b"\\r\\n\\r\\n")[1].decode())
asyncio.run(main(*sys.argv[1:]))
"""
NODE = """
const [host, port] = process.argv.slice(1);
require("http").get({ host, port, path: "/host" }, (r) => r.pipe(
    process.stdout)).on("error", (e) => console.log(e.code));
"""
JAVA = """
import java.net.*;
public class Get {
    public static void main(String[] a) throws Exception {
        var c = new URL("http", a[0], Integer.parseInt(a[1]), "/host")
            .openConnection();
        System.out.print(new String(c.getInputStream().readAllBytes()));
    }
}
"""
PERL = ("use IO::Socket::INET; my $s = IO::Socket::INET->new(PeerAddr => "
        "\"$ARGV[0]:$ARGV[1]\") or die; print $s \"GET /host HTTP/1.0\\r\\n"
        "Host: perl\\r\\n\\r\\n\"; local $/; my $t = <$s>; "
        "$t =~ s/.*\\r\\n\\r\\n//s; print $t")
# What is put before host and port; what the page must be, or None: both.
PROGRAMS = {
    "asyncio": (["/usr/bin/python3", "-c", ASYNCIO], "asyncio"),
    "busybox": (["busybox", "wget", "-qO-"], None),
    "curl": (["curl", "-sS"], None),
    "java": (["java", "Get.java"], None),
    "node": (["node", "-e", NODE], None),
    "perl": (["perl", "-e", PERL], "perl"),
    "wget": (["wget", "-qO-"], None),
}
BY_URL = "busybox", "curl", "wget"
VARIANTS = list(PROGRAMS)


def run(t, name):
    args, page = PROGRAMS[name]
    if not shutil.which(args[0]):
        raise Skip(f"no {args[0]}")
    with t.far:
        t.nginx(t.far.ip, 8080)
        t.nginx(t.far.ip6, 8080)
    t.resource("web", host="any", port="8080",
               allow=["10.9.0.0/24", "fd09::/64"])
    t.gw.hosts = [(t.far.ip, "far.corp.example")]
    t.agent(uid=65534)
    t.up()
    if name == "java":
        args = ["java", t.write("Get.java", JAVA)]
    for host in "far.corp.example", t.far.ip, t.far.ip6:
        shown = f"[{host}]" if ":" in host else host
        place = ([f"http://{shown}:8080/host"] if name in BY_URL
                 else [host, "8080"])
        status, text = t.ag.run(*args, *place)
        if name == "perl" and ":" in host:
            continue            # IO::Socket::INET is IPv4
        equal((status, text.strip()), (0, page or f"{shown}:8080"),
              f"{name} at {host}")
