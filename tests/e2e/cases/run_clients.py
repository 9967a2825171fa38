# SPDX-License-Identifier: BSD-2-Clause
"""adit run: real clients, and unusual ways to connect, reach a server by its
address and by its name."""

import os
import subprocess

from lib import ftp, ftp_servers, postgres
from lib.base import Skip, check, equal, free_port, show
from lib.servers import Inetd, program

NET = True
DIRECT = True
VARIANTS = ("git", "ncftp", "psql", "ssh", "telnet", "strace", "strace-around",
            "fastopen", "mptcp", "io_uring", "git-root", "ssh-root",
            "telnet-root", "strace-root", "fastopen-root", "io_uring-root")
NAME = "far.corp.example"

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
    """Each returns the server, and a function of a host: the command, and a
    text that it prints."""

    def __init__(self, t, as_root):
        self.t, self.as_root = t, as_root

    def _echo(self):
        with self.t.far:
            return self.t.echo(self.t.far.ip)

    def _inetd(self, args):
        with self.t.far:
            return Inetd(self.t.far.ip, free_port(self.t.far.ip), args,
                         self.t.path("inetd.log"))

    def _python(self, text):
        server = self._echo()
        return server, lambda host: (["/usr/bin/python3", "-c", text, host,
                                      str(server.port)], "hello")

    def fastopen(self):
        return self._python(FASTOPEN)

    def mptcp(self):
        return self._python(MPTCP)

    def io_uring(self):
        server = self._echo()
        source, out = self.t.write("uring.c", URING), self.t.path("uring")
        os.chmod(self.t.dir, 0o755)
        self.t.run(["gcc", "-o", out, source])
        return server, lambda host: ([out, host, str(server.port)], "hello")

    def git(self):
        repository = self.t.folder("repository")
        os.chmod(self.t.dir, 0o755)
        self.t.run(["git", "init", "-q", "--bare", repository])
        server = self._inetd([
            program("git"), "-c", "safe.directory=*", "daemon", "--inetd",
            "--export-all", f"--base-path={repository}", repository])
        return server, lambda host: (
            ["git", "ls-remote", f"git://{show((host, server.port))}/"], "")

    def ncftp(self):
        with self.t.far:
            server = ftp_servers.start(self.t, "vsftpd", self.t.far.ip)
        if not self.t.direct:
            ftp.plugin(self.t)
        path = ftp.make(self.t.path("file"), 1 << 20)
        os.chmod(self.t.dir, 0o755)
        return server, lambda host: (
            ["ncftpput", "-u", ftp_servers.USER, "-p", ftp_servers.PASSWORD,
             "-P", str(server.port), host, "/", path], "file")

    def psql(self):
        with self.t.far:
            server = postgres.serve(self.t, self.t.far.ip)
        return server, lambda host: (
            [*postgres.psql((host, server.port)), "-c", "select 6 * 7"], "42")

    def ssh(self):
        with self.t.far:
            server = self.t.sshd(self.t.far.ip)
        key = server.options[server.options.index("-i") + 1]
        os.chmod(self.t.dir, 0o755)
        os.chmod(os.path.dirname(key), 0o755)
        if not self.as_root:
            os.chown(key, 65534, 65534)
        return server, lambda host: (
            ["ssh", *server.options, "-p", str(server.port), f"root@{host}",
             "echo $((6 * 7))"], "42")

    def telnet(self):
        server = self._inetd(["echo", "hello"])
        return server, lambda host: (
            ["sh", "-c", f"sleep 1 | telnet {host} {server.port}; true"], "hello")

    def strace(self):
        server = self._inetd(["echo", "hello"])
        return server, lambda host: (
            ["strace", "-f", "-qq", "-e", "trace=connect", "busybox", "nc",
             host, str(server.port)], "hello")


def run(t, variant):
    name, _, how = variant.partition("-")
    tool = {"io_uring": "gcc", "ncftp": "ncftpput"}.get(name, name)
    if name not in ("fastopen", "mptcp"):
        program(tool)
    server, words = getattr(Clients(t, how == "root"), name)()
    keys = {"plugin": "ftp"} if name == "ncftp" and not t.direct else {}
    t.resource("real", server, **keys)
    t.resource("named", server, host=NAME, **keys)
    t.gw.hosts = [(t.far.ip, NAME)]
    t.agent(uid=None if how == "root" else 65534)
    t.up()
    for host in t.far.ip, NAME:
        args, want = words(host)
        if how == "around" and not t.direct:
            done = subprocess.run(
                ["strace", "-f", "-o", t.path("strace"),
                 *t.ag.command("run", "--", *args[args.index("busybox"):])],
                env=t.ag.env, text=True, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
            status, text = done.returncode, done.stdout
        else:
            status, text = t.ag.run(*args)
        if status == 77:
            raise Skip("no io_uring here")
        equal(status, 0, f"{variant} at {host}: {text}")
        check(want in text, f"{variant} at {host}: {text}")
