# SPDX-License-Identifier: BSD-2-Clause
"""Real Oracle clients: node-oracledb and python-oracledb, both thin.

tools/oracle-clients installs them."""

import json
import os
import re
import shutil
import subprocess

from .base import Failure, Skip, check, spawn
from .oracle_login import PASSWORD
from .servers import program

HERE = os.path.dirname(os.path.realpath(__file__))
USER = "scott"


def folder():
    """Where tools/oracle-clients puts what npm installs."""
    cache = (os.environ.get("XDG_CACHE_HOME")
             or os.path.expanduser("~/.cache"))
    return (os.environ.get("ADIT_ORACLE_CLIENTS")
            or f"{cache}/adit-tests/oracle-clients")


def descriptor(addr, service="sales", protocol="tcp",
               security="SSL_SERVER_DN_MATCH=off"):
    host, port = addr
    return ("(DESCRIPTION=(CONNECT_TIMEOUT=20)(TRANSPORT_CONNECT_TIMEOUT=20)"
            f"(ADDRESS=(PROTOCOL={protocol})(HOST={host})(PORT={port}))"
            f"(CONNECT_DATA=(SERVICE_NAME={service}))"
            f"(SECURITY=({security})))")


class Client:
    """A program that logs in, pings and closes."""

    env = {}

    def trust(self, ca):
        """Believes certificates of this authority."""
        self.env = {"NODE_EXTRA_CA_CERTS": ca, "SSL_CERT_FILE": ca}

    def readable(self, t):
        """Runs from copies, which an ordinary user can read: itself."""
        self.command[1] = shutil.copy(self.command[1], t.dir)
        return self

    def task(self, addr, service, password, count, **how):
        return {"descriptor": descriptor(addr, service, **how),
                "user": USER, "password": password, "count": count}

    def results(self, addr, service="sales", password=PASSWORD, count=1,
                **how):
        """What came of `count` logins at once, as dictionaries."""
        task = self.task(addr, service, password, count, **how)
        try:
            done = subprocess.run(
                [*self.command, json.dumps(task)], stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
                timeout=40, env=dict(os.environ, **self.env))
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name}: a login hangs") from None
        found = [json.loads(line) for line in done.stdout.splitlines()
                 if line.startswith("{")]
        check(len(found) == count, f"{self.name} says: {done.stdout[-2000:]}")
        return found

    def login(self, addr, **how):
        """All logins must succeed."""
        for result in self.results(addr, **how):
            check(result["ok"], f"{self.name}: {result.get('error')}")

    def fails(self, addr, pattern, **how):
        """The login must fail, and the client must say why."""
        result, = self.results(addr, **how)
        text = result.get("error", "it succeeded")
        check(re.search(pattern, text),
              f"{self.name}: /{pattern}/ not in: {text}")


class Node(Client):
    """node-oracledb: never uses urgent data."""

    name = "node"
    forms = "A", "B", "C", "D", "E"         # of redirects that it understands
    no_service = r"NJS-518"                 # what it makes of ORA-12514
    refused = r"(?s)NJS-511.*ORA-{}"
    old = r"NJS-138"

    def __init__(self):
        self.module = f"{folder()}/node_modules/oracledb"
        if not os.path.isdir(self.module):
            raise Skip(f"no oracledb for node in {folder()}")
        self.command = [program("node"), f"{HERE}/oracle_driver.js"]

    def readable(self, t):
        self.module = shutil.copytree(self.module, t.path("oracledb"))
        return super().readable(t)

    def task(self, *args, **how):
        return dict(super().task(*args, **how), module=self.module,
                    program="biller", os_user="bobby")


class Python(Client):
    """python-oracledb as Debian has it: checks out-of-band breaks."""

    name = "python"
    forms = "C",
    no_service = r"DPY-6001.*ORA-12514"
    refused = r"DPY-6000.*ORA-{}"
    old = r"DPY-3010"

    def __init__(self):
        # Debian's python3 has the package, one of the user's own may not.
        python = "/usr/bin/python3"
        if subprocess.run([python, "-c", "import oracledb"],
                          stderr=subprocess.DEVNULL).returncode:
            raise Skip("no python3-oracledb here")
        self.command = [python, f"{HERE}/oracle_driver.py"]

    def start_cancel(self, t, addr):
        """A login whose ping waits to be cancelled: cancel() or result()."""
        task = dict(self.task(addr, "sales", PASSWORD, 1), cancel=True)
        return Cancelled(t, [*self.command, json.dumps(task)])


class Cancelled:
    def __init__(self, t, command):
        self.log = t.path("cancel.log")
        with open(self.log, "w") as log:
            self.process = spawn(command, stdin=subprocess.PIPE, stdout=log,
                                 stderr=log, text=True)

    def cancel(self):
        self.process.stdin.write("now\n")
        self.process.stdin.flush()

    def result(self):
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            raise Failure("the cancelled ping hangs") from None
        with open(self.log) as f:
            return json.loads(f.read().splitlines()[-1])


def both():
    return [Node(), Python()]
