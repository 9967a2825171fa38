# SPDX-License-Identifier: BSD-2-Clause
"""What the kernel says of a process: who it is, what it may, what it holds."""

import collections
import os
import re
import socket

from .base import check, comm, equal, libc, spawn, wait_for

PR_CAPBSET_DROP, CAP_SYS_PTRACE = 24, 19
LOG = ".log"


def lines(path):
    """{name: value} of a file of /proc with "name: value" in each line."""
    with open(path) as f:
        return {name: value.strip() for name, _, value in
                (line.partition(":") for line in f)}


def threads(pid):
    """The status of each thread."""
    return [lines(f"/proc/{pid}/task/{task}/status")
            for task in os.listdir(f"/proc/{pid}/task")]


def is_user(pid, uid, gid, groups):
    """In each thread: the four ids of either kind, and the list of groups."""
    for s in threads(pid):
        equal(s["Uid"].split(), [str(uid)] * 4, f"users of {comm(pid)}")
        equal(s["Gid"].split(), [str(gid)] * 4, f"groups of {comm(pid)}")
        equal(sorted(map(int, s["Groups"].split())), sorted(groups),
              f"further groups of {comm(pid)}")


def can_gain_nothing(pid):
    for s in threads(pid):
        for kind in "CapInh", "CapPrm", "CapEff", "CapAmb":
            equal(int(s[kind], 16), 0, f"{kind} of {comm(pid)}")
        equal(s["NoNewPrivs"], "1", f"NoNewPrivs of {comm(pid)}")


def is_filtered(pid):
    for s in threads(pid):
        equal(s["Seccomp"], "2", f"Seccomp of {comm(pid)}")


def has_no_core(pid):
    with open(f"/proc/{pid}/limits") as f:
        found = re.search(r"Max core file size +(\S+) +(\S+)", f.read())
    equal(found.groups(), ("0", "0"), f"core files of {comm(pid)}")


# -- whether others may look into it

def trace_nobody():
    """What this process starts from now on cannot trace by being root."""
    if os.getuid() == 0:
        libc("prctl", PR_CAPBSET_DROP, CAP_SYS_PTRACE, 0, 0, 0)


def may_look_into(t, pid):
    """Whether another program of our user sees what this one has open."""
    return t.run(["readlink", f"/proc/{pid}/fd/0"], check=False) != ""


def is_closed(t, pid):
    """Our own programs may not look into it, nor may others of its user."""
    open_one = spawn(["sleep", "60"])
    wait_for(lambda: comm(open_one.pid) == "sleep", "another program")
    check(may_look_into(t, open_one.pid), "this test cannot see anything")
    open_one.kill()
    open_one.wait()
    if lines(f"/proc/{pid}/status")["Uid"].split()[0] == str(os.getuid()):
        check(not may_look_into(t, pid), f"{comm(pid)} may be looked into")
    if lines(f"/proc/{pid}/status")["Uid"].split()[0] != "0":
        equal(os.stat(f"/proc/{pid}/fd").st_uid, 0, f"owner of {comm(pid)}")


# -- descriptors

def sockets():
    """{inode: what it is} of all sockets of this network namespace."""
    found = {}
    for name in "tcp", "tcp6", "udp", "udp6":
        with open(f"/proc/thread-self/net/{name}") as f:
            for row in list(f)[1:]:
                words = row.split()
                listens = name.startswith("tcp") and words[3] == "0A"
                found[words[9]] = "listens" if listens else name[:3]
    with open("/proc/thread-self/net/unix") as f:
        for row in list(f)[1:]:
            words = row.split()
            kind = {"0005": "pair", "0002": "datagrams"}.get(words[4],
                                                             "stream")
            found[words[6]] = words[7] if len(words) > 7 else kind
    with open("/proc/thread-self/net/netlink") as f:
        for row in list(f)[1:]:
            found[row.split()[-1]] = "netlink"
    return found


def descriptors(pid):
    """A counter of what a process has open."""
    links = [os.readlink(f"/proc/{pid}/fd/{n}")
             for n in os.listdir(f"/proc/{pid}/fd")]
    known = sockets()
    found = collections.Counter()
    for link in links:
        inode = re.match(r"socket:\[(\d+)\]", link)
        kind = re.match(r"anon_inode:\[(\w+)\]", link)
        found[known.get(inode[1], "socket") if inode else
              kind[1] if kind else "log" if link.endswith(LOG) else
              "pipe" if link.startswith("pipe:") else link] += 1
    return found


def holds(pid, most):
    """No more than this many of each kind, and nothing else."""
    found = descriptors(pid)
    for kind, count in found.items():
        check(count <= most.get(kind, 0), f"{comm(pid)} has {count} {kind}, "
              f"{most.get(kind, 0)} allowed; all: {dict(found)}")
    return found
