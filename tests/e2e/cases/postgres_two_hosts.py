# SPDX-License-Identifier: BSD-2-Clause
"""psql with two hosts goes to the second where the first one's server refuses:
connect() fails, as it does without adit, once the agent knows."""

import subprocess

from lib import postgres
from lib.base import wait_for
from lib.tcp import dial, fate

DIRECT = True
NEEDS = ["psql"]


def run(t):
    live, dead = postgres.serve(t), t.listen()
    t.resource("first", dead)
    t.resource("second", live)
    t.up()
    first, second = t.at("first"), t.at("second")
    dead.close()
    both = f"{first[0]},{second[0]}", f"{first[1]},{second[1]}"
    wait_for(lambda: refuses(first) and answers(both),
             "psql to reach the second host")


def refuses(at):
    try:
        with dial(at) as sock:
            fate(sock)
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        pass
    return False


def answers(hosts):
    done = subprocess.run(postgres.psql(hosts, "-c", "select 40 + 2"),
                          stdout=subprocess.PIPE, timeout=60)
    return done.returncode == 0 and done.stdout == b"42\n"
