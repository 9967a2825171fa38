# SPDX-License-Identifier: BSD-2-Clause
"""rsyslogd as Debian ships it, unpacked by tools/servers, with the sample
etc/rsyslog-adit.conf."""

import json
import os
import re

from .base import kill, spawn, wait_for
from .servers import unpacked, unpacked_program

SAMPLE = f"{os.path.dirname(__file__)}/../../../etc/rsyslog-adit.conf"


class Rsyslog:
    """`audit` and `rest` are the files that it writes."""

    def __init__(self, t, udp=None):
        self.t, self.process = t, None
        self.dir = t.folder("rsyslog")
        self.socket = f"{self.dir}/socket"
        self.audit, self.rest = f"{self.dir}/audit", f"{self.dir}/rest"
        with open(SAMPLE) as f:
            text = f.read()
        for name, own in (("/run/adit-syslog", self.socket),
                          ("/var/log/adit-audit.json", self.audit),
                          ("/var/log/adit.log", self.rest),
                          ('(load="imuxsock")',
                           '(load="imuxsock" SysSock.Use="off")')):
            text = text.replace(name, own)
        if udp:
            text += ('module(load="imudp")\ninput(type="imudp" '
                     f'address="{udp[0]}" port="{udp[1]}" ruleset="adit")\n')
        self.conf = t.write("rsyslog.conf", text)
        self.modules = unpacked("usr/lib/x86_64-linux-gnu/rsyslog")

    def start(self):
        try:
            os.unlink(self.socket)
        except FileNotFoundError:
            pass
        self.process = spawn(
            [*unpacked_program("usr/sbin/rsyslogd"), "-n", "-f", self.conf,
             "-i", f"{self.dir}/pid", "-M", self.modules],
            log=self.t.path("rsyslogd.log"))
        wait_for(lambda: os.path.exists(self.socket), "rsyslogd to listen")
        os.chmod(self.socket, 0o666)
        return self

    def stop(self, sig=15):
        kill(self.process.pid, sig)
        self.process.wait()

    def lines(self):
        """What it has written of audit lines: a dict for each, in order."""
        return [json.loads(line) for line in _text(self.audit).splitlines()]

    def others(self):
        return _text(self.rest)

    def wait(self, **keys):
        """The line whose audit has these."""
        return wait_for(lambda: next(
            (o for o in self.lines()
             if all(o["audit"].get(k) == v for k, v in keys.items())), None),
            f"{keys} in {self.audit}")

    def wait_other(self, pattern):
        wait_for(lambda: re.search(pattern, self.others()),
                 f"/{pattern}/ in {self.rest}")


def _text(path):
    try:
        with open(path) as f:
            return f.read()
    except FileNotFoundError:
        return ""
