# SPDX-License-Identifier: BSD-2-Clause
"""What an agent with `intercept = nft` does to a machine."""

import subprocess

# What connect() says to each place, and whether it said so at once.
ASK = """
import errno, json, socket, sys, time
told = []
for host, port in json.loads(sys.argv[1]):
    begin = time.monotonic()
    try:
        socket.create_connection((host, port), 30).close()
        what = "connected"
    except OSError as error:
        what = errno.errorcode.get(error.errno, str(error))
    told.append((what, time.monotonic() - begin < 0.9))
print(json.dumps(told))
"""


def names_as(t, at, *command):
    """(exit status, output) of a command that asks the agent for names."""
    path = t.path("resolv.conf")
    with open(path, "w", encoding="ascii") as f:
        f.write(f"nameserver {at[0]}\n")
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c",
         'mount --bind "$0" /etc/resolv.conf && exec "$@"', path, *command],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
        text=True, check=False)
    return done.returncode, done.stdout


def left_over():
    """Tables, devices and routes of this network."""
    def out(*words):
        return subprocess.run(words, stdout=subprocess.PIPE, check=True,
                              text=True).stdout
    return [out("nft", "list", "ruleset"), out("ip", "-o", "link"),
            out("ip", "route"), out("ip", "-6", "route")]
