# SPDX-License-Identifier: BSD-2-Clause
"""Waiting with a deadline, and processes that never outlive the case."""

import ctypes
import errno
import functools
import os
import re
import resource
import select
import signal
import socket
import struct
import subprocess
import threading
import time

_libc = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000

# A tick of a polling loop; nothing is ever assumed to have happened after it.
_tick = threading.Event()


class Skip(Exception):
    """The case cannot run here; the text says why."""


class Failure(AssertionError):
    """The case found something wrong; the text says what."""


def pause(seconds):
    """Lets time pass where the pause itself is the input of a test."""
    _tick.wait(seconds)


def wait_for(condition, what, within=15.0):
    """Polls until condition() is true and returns its value.

    Less often the longer it takes, since many conditions are a process."""
    begin = time.monotonic()
    end = begin + within * slowness()
    while True:
        value = condition()
        if value:
            return value
        now = time.monotonic()
        if now > end:
            raise Failure(f"waited {within:g} s in vain: {what}")
        _tick.wait(min(max(0.02, (now - begin) / 20), 0.2))


def slowness():
    """Deadlines are multiplied by this: sanitizers cost time."""
    return float(os.environ.get("ADIT_E2E_SLOW", "1"))


def check(truth, what):
    if not truth:
        raise Failure(what)


def equal(got, want, what):
    if got != want:
        raise Failure(f"{what}: got {got!r}, want {want!r}")


def matches(pattern, text, what):
    found = re.search(pattern, text, re.S)
    if not found:
        raise Failure(f"{what}: /{pattern}/ not in:\n{text[-2000:]}")
    return found


def libc(name, *args):
    if getattr(_libc, name)(*args) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def adopt_orphans():
    """Daemons that detach become our children, so that they can be found."""
    libc("prctl", PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def raise_limits():
    """As many descriptors as we may have: cases hold thousands of sockets."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def default_build():
    """The build folder: $ADIT_BUILD, else where the programs are found."""
    top = os.path.join(os.path.dirname(os.path.realpath(__file__)),
                       "..", "..", "..")
    for folder in (os.environ.get("ADIT_BUILD"), os.getcwd(),
                   os.path.join(top, "build"), top):
        if folder and os.access(os.path.join(folder, "aditd"), os.X_OK):
            return os.path.normpath(folder)
    return os.environ.get("ADIT_BUILD") or os.getcwd()


@functools.cache
def sanitized(build):
    """Whether the programs were built with a sanitizer."""
    try:
        with open(os.path.join(build, "aditd"), "rb") as f:
            return re.search(rb"__[at]san_init", f.read()) is not None
    except OSError:
        return False


def die_with_parent(sig=signal.SIGKILL):
    _libc.prctl(PR_SET_PDEATHSIG, int(sig), 0, 0, 0)


def spawn(args, *, log=None, **kw):
    """A child; its output goes to the file `log`.

    Whoever runs the case ends it.  A preexec_fn that asks for death with us
    would have Python copy our memory first, which takes longer than most of
    these programs run."""
    if log:
        with open(log, "ab") as out:
            kw.setdefault("stdin", subprocess.DEVNULL)
            kw.setdefault("stdout", out)
            kw.setdefault("stderr", out)
            return subprocess.Popen(args, **kw)
    return subprocess.Popen(args, **kw)


def wait_end(process, what, within=15.0):
    """Until a child has ended; its exit status."""
    pidfd = os.pidfd_open(process.pid)
    try:
        poll = select.poll()    # select() knows a thousand descriptors only
        poll.register(pidfd, select.POLLIN)
        if not poll.poll(within * slowness() * 1000):
            raise Failure(f"waited {within:g} s in vain: {what} to end")
    finally:
        os.close(pidfd)
    return process.wait()


def children(pid):
    """Ids of the children of a process, whichever thread made them."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as f:
                found += [int(word) for word in f.read().split()]
    except OSError:
        pass
    return found


def descendants(pid):
    found = []
    for child in children(pid):
        found += [child] + descendants(child)
    return found


def comm(pid):
    """The short name of a process."""
    try:
        with open(f"/proc/{pid}/comm") as f:
            return f.read().strip()
    except OSError:
        return ""


def running(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def rss_kb(pid):
    """Resident memory of a process."""
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))


def fd_count(pid):
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except PermissionError:     # adit hides itself from other programs
        raise Skip("needs root to count descriptors") from None


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        words = f.read().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def kill(pid, sig=signal.SIGKILL):
    try:
        os.kill(pid, sig)
    except ProcessLookupError:
        pass


def reap():
    """Collects whatever children have ended, without waiting."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def kill_all_below(pid):
    """Ends every descendant of a process, until none is left."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        left = [p for p in descendants(pid) if running(p)]
        if not left:
            break
        for p in left:
            kill(p)
        _tick.wait(0.02)
    if pid == os.getpid():
        reap()


def bound(ip, port=0):
    """A TCP socket with this address, where the machine has such addresses."""
    try:
        s = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((ip, port))
        return s
    except OSError as error:
        if ":" in ip and error.errno in (errno.EADDRNOTAVAIL,
                                         errno.EAFNOSUPPORT):
            raise Skip(f"no {ip} here") from None
        raise


def has_global_ipv6():
    """Whether the machine has an IPv6 address that others could reach."""
    try:
        with open("/proc/net/if_inet6") as f:
            return any(line.split()[3] == "00" for line in f)
    except FileNotFoundError:
        return False


GIVEN = set()


def free_port(ip):
    """A port that is free on this address now, another one each time."""
    while True:
        with bound(ip) as s:
            port = s.getsockname()[1]
        if port not in GIVEN:
            GIVEN.add(port)
            return port


def listeners(family):
    """(address, port, inode) of what listens here, of AF_INET or AF_INET6.

    The kernel is asked for listeners only: for /proc/net/tcp it walks through
    the table of all connections, which takes it 5 ms however few there are.
    """
    size, dump = 72, 0x301
    SOCK_DIAG_BY_FAMILY, NLMSG_ERROR, NLMSG_DONE, TCP_LISTEN = 20, 2, 3, 10
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4) as s:
        s.sendto(struct.pack("=IHHII BBBBI 48x", size, SOCK_DIAG_BY_FAMILY,
                             dump, 0, 0, family, socket.IPPROTO_TCP, 0, 0,
                             1 << TCP_LISTEN), (0, 0))
        while True:
            data = s.recv(1 << 16)
            while data:
                length, kind = struct.unpack_from("=IH", data)
                if kind == NLMSG_DONE:
                    return
                if kind == NLMSG_ERROR:
                    raise Failure("the kernel does not say what listens")
                (port,) = struct.unpack_from("!H", data, 20)
                (inode,) = struct.unpack_from("=I", data, 84)
                ip = data[24:28] if family == socket.AF_INET else data[24:40]
                yield socket.inet_ntop(family, ip), port, inode
                data = data[(length + 3) & -4:]


def listening(ip, port):
    """Whether somebody listens there, asked without connecting."""
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    ip = socket.inet_ntop(family, socket.inet_pton(family, ip))
    return any((ip, port) == found[:2] for found in listeners(family))


def host_port(text):
    """'127.0.0.1:23' or '[::1]:23' as (host, port)."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def show(addr):
    host, port = addr[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def listens_at(pid):
    """What a process listens at, {(address, port)}; empty without root."""
    before, now = None, _listens_at(pid)
    while now != before:        # the kernel may skip some while others change
        before, now = now, _listens_at(pid)
    return now


def _listens_at(pid):
    mine, found = set(), set()
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            mine.add(os.readlink(f"/proc/{pid}/fd/{name}"))
    except OSError:
        pass                    # closed meanwhile, or none of our business
    for family in socket.AF_INET, socket.AF_INET6:
        found |= {(ip, port) for ip, port, inode in listeners(family)
                  if f"socket:[{inode}]" in mine}
    return found
