# SPDX-License-Identifier: BSD-2-Clause
"""adit run, and intercept = nft: programs of many kinds reach a server by its
name and at three addresses, which an any-IP resource allows."""

import os
import shutil

from lib.base import Skip, check, equal
from lib.nft import Caught

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
C = r"""
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *to;
	const char ask[] = "GET /host HTTP/1.0\r\nHost: c\r\n\r\n";
	char text[4096] = "", *page;
	size_t n = 0;
	ssize_t got;
	int fd;

	if (argc != 3 || getaddrinfo(argv[1], argv[2], &hints, &to))
		return 1;
	fd = socket(to->ai_family, SOCK_STREAM, 0);
	if (connect(fd, to->ai_addr, to->ai_addrlen))
		return 2;
	if (write(fd, ask, sizeof ask - 1) < 0)
		return 3;
	while ((got = read(fd, text + n, sizeof text - 1 - n)) > 0)
		n += (size_t)got;
	page = strstr(text, "\r\n\r\n");
	puts(page ? page + 4 : text);
	return 0;
}
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
# By what must be installed: what is put before host and port, and the page;
# None: it shows both.
PROGRAMS = {
    "busybox": (["busybox", "wget", "-qO-"], None),
    "curl": (["curl", "-sS"], None),
    "hey": (["hey", "-n", "1", "-c", "1"], "[200]\t1 responses"),
    "javac": (["java", "-cp", ".", "Get"], None),
    "musl-gcc": (["./musl"], "c"),
    "node": (["node", "-e", NODE], None),
    "perl": (["perl", "-e", PERL], "perl"),
    "python3": (["/usr/bin/python3", "-c", ASYNCIO], "asyncio"),
    "wget": (["wget", "-qO-"], None),
}
BY_URL = "busybox", "curl", "hey", "wget"
NAME = "far.corp.example"
VARIANTS = "user", "root", "nft"


def make(t):
    """Compiles the programs in Java and C, which with musl is static."""
    t.write("Get.java", JAVA)
    t.write("c.c", C)
    if shutil.which("musl-gcc"):
        t.run(["musl-gcc", "-static", "-o", "musl", "c.c"], cwd=t.dir)
    if shutil.which("javac"):
        t.run(["javac", "-nowarn", "Get.java"], cwd=t.dir)
    os.chmod(t.dir, 0o755)


def reaches(t, by, name, host, resolver=None):
    args, page = PROGRAMS[name]
    shown = f"[{host}]" if ":" in host else host
    place = ([f"http://{shown}:8080/host"] if name in BY_URL
             else [host, "8080"])
    if resolver:
        args = ["env", f"GODEBUG=netdns={resolver}", *args]
    status, text = by.run(*args, *place, cwd=t.dir)
    said = text.strip()
    if name == "hey":
        said = page if page in said else said
    equal((status, said), (0, page or f"{shown}:8080"), f"{name} at {host}")


def run(t, who):
    with t.far:
        for ip in t.far.ip, t.far.ip2, t.far.ip6:
            t.nginx(ip, 8080)
    t.resource("web", host="any", port="8080", intercept_address="yes",
               names=NAME, allow=["10.9.0.0/24", "fd09::/64"])
    t.gw.hosts = [(t.far.ip, NAME)]
    if who == "nft":
        by = Caught(t, "user", uid=65533)    # not that of the gateway
    else:
        by = t.agent(uid=65534 if who == "user" else None)
    t.up()
    if who == "nft":
        by.ready()
    make(t)
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    for name in PROGRAMS:
        for host in NAME, t.far.ip, t.far.ip2, t.far.ip6:
            # IO::Socket::INET is IPv4.
            if name not in missing and (name, host) != ("perl", t.far.ip6):
                reaches(t, by, name, host)
    if "hey" not in missing:
        for resolver in "go", "cgo":
            reaches(t, by, "hey", NAME, resolver)
    if who == "nft" and not t.direct:
        caught = t.ag.status()["nft"]["connections"]
        check(caught >= 4 * (len(PROGRAMS) - len(missing)) - 1, caught)
    if missing:
        raise Skip(f"all of it but {', '.join(missing)}, not installed")
