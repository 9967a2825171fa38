# SPDX-License-Identifier: BSD-2-Clause
"""A slow link between two network namespaces (bench/link.c); all of it
vanishes with this process."""

import fcntl
import os
import shutil
import struct
import subprocess

from .base import Skip, check
from .net import Namespace, ip

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
TCP = "/proc/sys/net/ipv4/tcp"
BUFFERS = 64 << 20      # the most that a socket may take; autotuned below


class Link:
    """`with link.near:` is the agent's and its applications' side, 10.77.0.1;
    `with link.far:` the gateway's and its servers', 10.77.0.2.  After
    add_ipv6() they are fd77::1 and fd77::2 too."""

    near_ip, far_ip = "10.77.0.1", "10.77.0.2"
    near_ip6, far_ip6 = "fd77::1", "fd77::2"

    def __init__(self, program, mtu=1500, congestion="", **how):
        """how: delay (ms, one way), rate (Mbit/s), queue, loss, seed, there,
        back (bytes of the longest packet that passes)."""
        if os.getuid() != 0:
            raise Skip("needs root for network namespaces")
        if not os.path.exists("/dev/net/tun"):
            raise Skip("no TUN devices here")
        self.near, self.far = Namespace(), Namespace()
        self.congestion, self.moves = congestion, 0
        ends = [self._end(self.near, self.near_ip, self.far_ip, mtu),
                self._end(self.far, self.far_ip, self.near_ip, mtu)]
        self.process = subprocess.Popen(
            [program, *map(str, ends), *(f"{k}={v}" for k, v in how.items())],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            pass_fds=ends)
        for fd in ends:
            os.close(fd)

    def _end(self, ns, mine, other, mtu):
        with ns:
            fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(fd, TUNSETIFF, struct.pack(
                "16sH22x", b"link0", IFF_TUN | IFF_NO_PI))
            ip("addr", "add", mine, "peer", other, "dev", "link0")
            ip("link", "set", "link0", "mtu", str(mtu), "txqueuelen", "10000",
               "up")
            raise_buffers()
            if self.congestion:
                with open(f"{TCP}_congestion_control", "w") as f:
                    f.write(self.congestion)
        return fd

    def add_ipv6(self):
        if not os.path.exists("/proc/sys/net/ipv6"):
            raise Skip("no IPv6 here")
        for ns, mine in (self.near, self.near_ip6), (self.far, self.far_ip6):
            with ns:
                with open("/proc/sys/net/ipv6/conf/link0/disable_ipv6",
                          "w") as f:
                    f.write("0")
                ip("addr", "add", f"{mine}/64", "dev", "link0", "nodad")

    def command(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def cut(self):
        """Nothing arrives any more; TCP and the programs are not told."""
        self.command("cut")

    def uncut(self):
        self.command("uncut")

    def move(self):
        """The near side gets another address and loses the one before, as in
        another network; TCP is not told."""
        self.moves += 1
        before, self.near_ip = self.near_ip, f"10.77.1.{self.moves}"
        with self.far:
            ip("route", "add", self.near_ip, "dev", "link0")
        with self.near:
            ip("addr", "del", before, "peer", self.far_ip, "dev", "link0")
            ip("addr", "add", self.near_ip, "peer", self.far_ip, "dev",
               "link0")

    def reset(self):
        """Every TCP connection across the link is reset, at both ends."""
        if not shutil.which("ss"):
            raise Skip("no ss here")
        with self.near:
            done = subprocess.run(
                ["ss", "-K", "-tH", "dst", self.far_ip], text=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        check(not done.returncode, f"ss -K: {done.stderr}")
        if "not supported" in done.stderr:
            raise Skip("this kernel resets no connections")

    def stat(self):
        """What has passed since the last time, a line for each way."""
        self.command("stat")
        return [self.process.stdout.readline().strip() for _ in range(2)]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def raise_buffers():
    """Of the namespace that the thread is in."""
    for path in f"{TCP}_rmem", f"{TCP}_wmem":
        with open(path) as f:
            least, usual, _ = f.read().split()
        with open(path, "w") as f:
            f.write(f"{least} {usual} {BUFFERS}")
