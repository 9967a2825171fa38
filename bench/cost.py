# SPDX-License-Identifier: BSD-2-Clause
"""What something costs processes: processor time, system calls,
instructions.  Each function watches `pids` while run() runs."""

import os
import re
import signal
import subprocess
import tempfile

from lib.base import spawn, wait_for


def ran(pid):
    """Nanoseconds on a processor, all threads together."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat") as f:
            total += int(f.read().split()[0])
    return total


def seconds(pids, run):
    """Processor time, the kernel's and their own."""
    before = sum(map(ran, pids))
    run()
    return (sum(map(ran, pids)) - before) / 1e9


def watched(command, run, ready):
    """What a program says that watches all of them during run()."""
    with tempfile.NamedTemporaryFile("r") as log:
        watcher = spawn(command, log=log.name)
        wait_for(lambda: ready(watcher.pid), f"{command[0]} to watch")
        run()
        watcher.send_signal(signal.SIGINT)
        watcher.wait()
        return log.read()


def traced(pid):
    """Whether strace has all threads."""
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status") as f:
            if "TracerPid:\t0\n" in f.read():
                return False
    return True


def calls(pids, run):
    """System calls, counted by strace."""
    which = [word for p in pids for word in ("-p", str(p))]
    said = watched(["strace", "-c", "-f", "-q", *which], run,
                   lambda _: all(map(traced, pids)))
    # % time, seconds, usecs/call, calls, then errors where there are any.
    total = re.search(r"^100\.00(?:\s+\S+){2}\s+(\d+).*total$", said, re.M)
    return int(total[1])


def counting(pid):
    """Whether perf has opened its counters."""
    folder = f"/proc/{pid}/fd"
    return any("perf_event" in os.readlink(f"{folder}/{fd}")
               for fd in os.listdir(folder))


def instructions(pids, run):
    """Counted by the processor, through perf."""
    said = watched(["perf", "stat", "-x,", "-e", "instructions", "-p",
                    ",".join(map(str, pids))], run, counting)
    return int(re.search(r"^(\d+),.*instructions", said, re.M)[1])


def countable():
    """Whether there is perf, and a processor that counts for it."""
    try:
        said = subprocess.run(["perf", "stat", "-x,", "-e", "instructions",
                               "true"], stderr=subprocess.PIPE, text=True)
    except OSError:
        return False
    return re.search(r"^\d+,.*instructions", said.stderr, re.M) is not None
