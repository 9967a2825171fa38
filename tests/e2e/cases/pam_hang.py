# SPDX-License-Identifier: BSD-2-Clause
"""A storm of logins for whom a PAM module hangs: who is known, and who is not,
gets in all the same; processes are bounded, and end with the gateway."""

import time

from lib.base import check, children, comm, wait_for
from lib.logins import Login
from lib.pam import Pam, module

ROOT = True
STORM = 200


def run(t):
    odd = module(t)
    Pam(t, f"auth required {odd} hang\naccount required pam_permit.so\n"
           "session required pam_permit.so\n")
    t.gw.conf["server"]["pam_processes"] = "16"
    t.resource("echo", t.echo())
    t.gw.start()
    began = time.monotonic()
    t.ag.up()
    alone = time.monotonic() - began
    t.ag.down()
    crowd = storm(t)
    wait_for(lambda: len(pams(t)) == 12, "the processes that may be")
    began = time.monotonic()
    t.ag.up()
    took = time.monotonic() - began
    check(len(pams(t)) <= 16, f"{len(pams(t))} processes")
    print(f"# alone {alone:.2f} s, in a storm of {STORM}: {took:.2f} s")
    check(took < alone + 3, f"{took} s for the login of one who is known")
    for one in crowd:
        one.close()


def pams(t):
    return [p for p in children(t.gw.process.pid) if comm(p) == "aditd-pam"]


def storm(t):
    return [Login(t.gw, f"slow{i}", "x", f"127.9.{i // 4}.1")
            for i in range(STORM)]
