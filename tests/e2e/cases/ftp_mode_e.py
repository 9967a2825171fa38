# SPDX-License-Identifier: BSD-2-Clause
"""GridFTP's client asks for MODE E, which has several data connections for one
announcement; all of them come through, to the user and back."""

import os
import re

from lib import ftp, ftp_servers
from lib.base import matches, show, wait_for
from lib.ftp_servers import PASSWORD, USER

DIRECT = True
NEEDS = ["globus-url-copy"]


def run(t):
    # Both look up their machine's name, which a container may not know.
    os.environ["GLOBUS_HOSTNAME"] = "127.0.0.1"
    # Where it listens or not, it connects from 127.0.0.1.
    server = ftp_servers.start(t, "gridftp", "127.0.0.1")
    ftp.resource(t, server)
    t.up()
    big, down, up = f"{server.home}/big", t.path("down"), f"{server.home}/up"
    ftp.make(big, 4 << 20)
    url = f"ftp://{USER}:{PASSWORD}@{show(t.at('ftp'))}/"
    out = t.run(["globus-url-copy", "-dbg", "-p", "4", url + big,
                 f"file://{down}"])
    ftp.same(down, big, "what came")
    matches("MODE E", out, "what the client asks for")
    t.run(["globus-url-copy", "-p", "4", f"file://{big}", url + up])
    ftp.same(up, big, "what went")
    if not t.direct:
        several(t)


def several(t):
    """More than one data connection carried each of the files."""
    for way in "client", "server":
        wait_for(lambda way=way: len(re.findall(
            rf"evt=channel .*parent=.* to_{way}=[1-9]", t.gw.log())) > 1,
            f"several data connections to the {way}")
