# SPDX-License-Identifier: BSD-2-Clause
"""Network namespaces of a case: they vanish with the processes in them."""

import os
import stat
import subprocess

from .base import CLONE_NEWNET, CLONE_NEWNS, libc


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def ip_all(text):
    """Lines of ip's, by one process."""
    subprocess.run(["ip", "-batch", "-"], input=text, text=True, check=True)


class Namespace:
    """`with ns:` puts the calling thread, and what it starts, inside."""

    def __init__(self):
        with open("/proc/thread-self/ns/net") as home:
            libc("unshare", CLONE_NEWNET)
            try:
                ip("link", "set", "lo", "up")
                self.fd = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
            finally:
                libc("setns", home.fileno(), CLONE_NEWNET)
        self.homes = []

    def __enter__(self):
        self.homes.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY))
        libc("setns", self.fd, CLONE_NEWNET)
        return self

    def __exit__(self, *_):
        home = self.homes.pop()
        libc("setns", home, CLONE_NEWNET)
        os.close(home)

    def path(self):
        return f"/proc/{os.getpid()}/fd/{self.fd}"


class Far(Namespace):
    """The private network: 10.9.0.2, 10.9.0.3 and fd09::2, seen from
    10.9.0.1 and fd09::1, which the gateway has.  10.66.0.0/16 is
    unreachable, and packets to 10.67.0.0/16 and fd67::/16 get no answer.
    10.68.0.2 is there too, and to resolvers it is no nearer than those."""

    near, ip, ip2, ip6 = "10.9.0.1", "10.9.0.2", "10.9.0.3", "fd09::2"
    remote, silent, silent6 = "10.68.0.2", "10.67.0.1", "fd67::1"

    def __init__(self):
        super().__init__()
        ip_all(f"""\
            link add near0 type veth peer name far0 netns {self.path()}
            addr add 10.9.0.1/24 dev near0
            addr add fd09::1/64 dev near0 nodad
            link set near0 up
            route add unreachable 10.66.0.0/16
            route add 10.67.0.0/16 via {self.ip}
            route add 10.68.0.0/16 via {self.ip}
            route add fd67::/16 via {self.ip6}
            """)
        with self:
            ip_all("""\
                addr add 10.9.0.2/24 dev far0
                addr add 10.9.0.3/24 dev far0
                addr add fd09::2/64 dev far0 nodad
                addr add 10.68.0.2/32 dev far0
                link set far0 up
                route add blackhole 10.67.0.0/16
                """)
            ip("-6", "route", "add", "blackhole", "fd67::/16")


def own_network():
    """Moves this process to a network and mount namespace of its own."""
    libc("unshare", CLONE_NEWNET | CLONE_NEWNS)
    ip("link", "set", "lo", "up")
    tun_for_all("/dev/net/tun")
    return Far()


def tun_for_all(path):
    """Where no udev has let every user open tun devices, this namespace gets a
    node of its own that does; a container that may make none keeps what it
    has, and cases that need another one are skipped."""
    there = os.stat(path) if os.path.exists(path) else None
    if not there or there.st_mode & 0o006 == 0o006:
        return
    folder = os.path.dirname(path)
    for words in (["--make-rprivate", "/"],
                  ["-t", "tmpfs", "-o", "mode=755", "tmpfs", folder]):
        if subprocess.run(["mount", *words]).returncode:
            return
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, there.st_rdev)
        os.chmod(path, 0o666)
    except PermissionError:
        subprocess.run(["umount", folder], check=True)
