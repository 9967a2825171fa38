# SPDX-License-Identifier: BSD-2-Clause
"""A download that breaks off in the middle is an error for each client, and
never looks like a short file; lftp comes again and gets the rest."""

import os
import subprocess

from lib import ftp
from lib.base import (Failure, check, kill, kill_all_below,
                      wait_for)
from lib.ftp_servers import PASSWORD, USER
from lib.ftp_talk import Client
from lib.servers import program

DIRECT = True
VARIANTS = ["curl", "wget", "lftp", "ncftp"]
THIN = ["wget"]
SIZE = 256 << 20


def run(t, name):
    t.may_die = True
    server = ftp.serve(t, "vsftpd")
    with open(f"{server.home}/big", "wb") as f:
        f.truncate(SIZE)
    os.environ["HOME"] = os.environ["LFTP_HOME"] = t.dir
    for how in breaks(t, server):
        process = subprocess.Popen(
            to_stdout(t, name), stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        with process.stdout as out:
            check(len(out.read(1 << 20)) == 1 << 20, "the beginning")
            how()
            size = 1 << 20
            while more := out.read(1 << 20):
                size += len(more)
        wait_for(lambda: process.poll() is not None, f"{name} to end")
        if size < SIZE or name != "lftp":
            check(size < SIZE, "it was not in the middle")
            check(process.returncode != 0, f"{name} ended with 0")


def breaks(t, server):
    """Ways to break it; everything works again before the next one."""
    if not t.direct:
        yield lambda: t.ag.ctl("stop")
        t.ag.ctl("start")
        t.ag.wait_state("connected")
        yield lambda: t.gw.ctl("kick", "alice")
        t.ag.down()
        t.ag.up()
        t.ag.wait_state("connected")
        worker = t.gw.worker()
        yield lambda: kill(worker)
        wait_for(lambda: works(t), "another worker")
    yield lambda: end(server)


def works(t):
    try:
        return Client(t.at("ftp")).login()
    except (OSError, Failure):
        return False


def end(server):
    kill_all_below(server.process.pid)
    kill(server.process.pid)


def to_stdout(t, name):
    host, port = t.at("ftp")
    url = f"ftp://{host}:{port}/big"
    auth = f"{USER}:{PASSWORD}"
    return {
        "curl": [program("curl"), "-sS", "-u", auth, url],
        "wget": [program("wget"), "-q", "--no-config", "--tries=1",
                 "--timeout=20", f"--user={USER}", f"--password={PASSWORD}",
                 "-O", "-", url],
        "lftp": [program("lftp"), "--norc", "-c",
                 "set net:max-retries 1; set net:timeout 20; "
                 "set net:reconnect-interval-base 1; "
                 "set net:persist-retries 0; set cmd:fail-exit yes; "
                 "set xfer:clobber yes; "     # its cat hangs after an error
                 f"open -u {USER},{PASSWORD} ftp://{host}:{port}; "
                 "get big -o /proc/self/fd/1"],
        "ncftp": [program("ncftpget"), "-c", "-V", "-r", "1", "-t", "20", "-F",
                  "-u", USER, "-p", PASSWORD, "-P", str(port), host, "big"],
    }[name]
