# SPDX-License-Identifier: BSD-2-Clause
"""adit run, and intercept = nft: real clients, and unusual ways to connect,
reach a server by its addresses and by its name."""

import os
import pwd
import shutil
import subprocess
from types import SimpleNamespace

from lib import ftp, ftp_servers, postgres
from lib.base import Skip, check, free_port, show
from lib.nft import Caught
from lib.servers import Inetd, program

NET = True
DIRECT = True
VARIANTS = "user", "root", "nft"
NAME = "far.corp.example"
NO_URING = 77

# Says a line at HOST PORT, and prints what comes back.
HEAD = """
import socket, sys
found = socket.getaddrinfo(sys.argv[1], int(sys.argv[2]),
                           type=socket.SOCK_STREAM)[0]
"""
FASTOPEN = HEAD + """
s = socket.socket(found[0])
s.sendto(b"hello", socket.MSG_FASTOPEN, found[4])
print(s.recv(5, socket.MSG_WAITALL).decode())
"""
MPTCP = HEAD + """
s = socket.socket(found[0], socket.SOCK_STREAM, 262)
s.connect(found[4])
s.sendall(b"hello")
print(s.recv(5, socket.MSG_WAITALL).decode())
"""
URING = r"""
#define _GNU_SOURCE
#include <linux/io_uring.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *to;
	struct io_uring_params p = { 0 };
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
	char *sq, *cq, text[6] = "";
	int ring = (int)syscall(SYS_io_uring_setup, 1, &p), fd;

	if (ring < 0)
		return 77;
	if (argc != 3 || getaddrinfo(argv[1], argv[2], &hints, &to))
		return 1;
	fd = socket(to->ai_family, SOCK_STREAM, 0);
	sq = mmap(NULL, p.sq_off.array + p.sq_entries * sizeof(unsigned),
		  PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	cq = mmap(NULL, p.cq_off.cqes + p.cq_entries * sizeof *cqe,
		  PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING);
	sqe = mmap(NULL, sizeof *sqe, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		   IORING_OFF_SQES);
	*sqe = (struct io_uring_sqe){ .opcode = IORING_OP_CONNECT, .fd = fd,
				      .addr = (unsigned long)to->ai_addr,
				      .off = to->ai_addrlen };
	*(unsigned *)(sq + p.sq_off.array) = 0;
	__atomic_store_n((unsigned *)(sq + p.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
		    NULL, 0) < 0)
		return 2;
	cqe = (void *)(cq + p.cq_off.cqes);
	if (cqe->res) {
		printf("%s\n", strerror(-cqe->res));
		return 3;
	}
	if (write(fd, "hello", 5) != 5 || read(fd, text, 5) <= 0)
		return 4;
	puts(text);
	return 0;
}
"""


class Clients:
    """Each returns the server at an address, and a function of a host: the
    command, and a text that it prints."""

    def __init__(self, t, uid):
        self.t, self.uid, self.postgres = t, uid, None

    def _inetd(self, ip, args):
        return Inetd(ip, free_port(ip), args, self.t.path("inetd.log"))

    def _python(self, ip, text):
        server = self.t.echo(ip)
        return server, lambda host: (["/usr/bin/python3", "-c", text, host,
                                      str(server.port)], "hello")

    def fastopen(self, ip):
        return self._python(ip, FASTOPEN)

    def mptcp(self, ip):
        return self._python(ip, MPTCP)

    def io_uring(self, ip):
        server = self.t.echo(ip)
        source, out = self.t.write("uring.c", URING), self.t.path("uring")
        self.t.run(["gcc", "-o", out, source])
        return server, lambda host: ([out, host, str(server.port)], "hello")

    def git(self, ip):
        repository = self.t.folder("repository")
        self.t.run(["git", "init", "-q", "--bare", repository])
        server = self._inetd(ip, [
            program("git"), "-c", "safe.directory=*", "daemon", "--inetd",
            "--export-all", f"--base-path={repository}", repository])
        return server, lambda host: (
            ["git", "ls-remote", f"git://{show((host, server.port))}/"], "")

    def ncftpput(self, ip):
        server = ftp_servers.start(self.t, "vsftpd", ip)
        path = ftp.make(self.t.path("file"), 1 << 20)
        return server, lambda host: (
            ["ncftpput", "-u", ftp_servers.USER, "-p", ftp_servers.PASSWORD,
             "-P", str(server.port), host, "/", path], "file")

    def psql(self, ip):
        # A second server would take seconds.
        if not self.postgres:
            self.postgres = postgres.serve(self.t, ip, self.t.far.ip6)
        port = self.postgres.port
        return SimpleNamespace(host=ip, port=port), lambda host: (
            [*postgres.psql((host, port)), "-c", "select 6 * 7"], "42")

    def ssh(self, ip):
        server = self.t.sshd(ip)
        key = server.options[server.options.index("-i") + 1]
        os.chmod(os.path.dirname(key), 0o755)
        if self.uid:
            os.chown(key, self.uid, self.uid)
        return server, lambda host: (
            ["ssh", *server.options, "-p", str(server.port), f"root@{host}",
             "echo $((6 * 7))"], "42")

    def telnet(self, ip):
        server = self._inetd(ip, ["echo", "hello"])
        return server, lambda host: (
            ["sh", "-c", f"sleep 1 | telnet {host} {server.port}; true"],
            "hello")

    def strace(self, ip):
        server = self._inetd(ip, ["echo", "hello"])
        return server, lambda host: (
            ["strace", "-f", "-qq", "-e", "trace=connect", "busybox", "nc",
             host, str(server.port)], "hello")


# By what must be installed.  ncftp has no IPv6.
BOTH = {"fastopen": "python3", "mptcp": "python3", "io_uring": "gcc",
        "git": "git", "ssh": "ssh", "telnet": "telnet", "strace": "strace",
        "psql": "psql"}
IPV4 = {"ncftpput": "ncftpput"}


def begin(t, clients, name):
    """Starts the servers of a client: [(host, command, text)]."""
    found = []
    keys = {}
    if name == "ncftpput" and not t.direct:
        ftp.plugin(t)
        keys = {"plugin": "ftp"}
    for ip in [t.far.ip] + [t.far.ip6] * (name in BOTH):
        with t.far:
            server, words = getattr(clients, name)(ip)
        hosts = [ip, NAME] if ip == t.far.ip else [ip]
        for host in hosts:
            t.resource(f"{name}-{len(found)}", server, host=host,
                       intercept_address="yes", **keys)
            found.append((host, *words(host)))
    return found


def around(t, args):
    """The command under adit run, all of it under strace."""
    done = subprocess.run(
        ["strace", "-f", "-o", t.path("strace"),
         *t.ag.command("run", "--", *args)],
        env=t.ag.env, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.returncode, done.stdout


def run(t, who):
    # Not that of the gateway, whose own connections would be caught, too; ssh
    # wants one that has a name.
    uid = {"user": 65534, "nft": pwd.getpwnam("daemon").pw_uid}.get(who)
    missing = [name for name, tool in {**BOTH, **IPV4}.items()
               if not shutil.which(tool)]
    clients = Clients(t, uid)
    all = {name: begin(t, clients, name) for name in [*BOTH, *IPV4]
           if name not in missing}
    t.gw.hosts = [(t.far.ip, NAME)]
    by = Caught(t, "user", uid=uid) if who == "nft" else t.agent(uid=uid)
    t.up()
    if who == "nft":
        by.ready()
    os.chmod(t.dir, 0o755)
    for name, places in all.items():
        for host, args, want in places:
            status, text = by.run(*args)
            if status == NO_URING and name == "io_uring":
                missing.append(name)
                break
            check(status == 0 and want in text,
                  f"{name} at {host}: status {status}: {text}")
    if "strace" in all and who != "nft" and not t.direct:
        host, args, want = all["strace"][0]
        status, text = around(t, args[args.index("busybox"):])
        check(status == 0 and want in text, f"under strace: {status}: {text}")
    if missing:
        raise Skip(f"all of it but {', '.join(missing)}, not here")
