# SPDX-License-Identifier: BSD-2-Clause
"""Keys behind symbolic links, as certbot keeps them, through a renewal."""

import os
import shutil

from lib import pki
from lib.base import check, equal, matches
from lib.tcp import ask, dial

NAME = "vpn.example.org"


def issue(t, ca, number):
    """What certbot does: new files in archive, the links switched to them."""
    files = pki.certificate(t, ca, NAME)
    for kind, file in zip(("fullchain", "privkey"), files):
        shutil.copy(file, t.path("archive", NAME, f"{kind}{number}.pem"))
        os.chmod(t.path("archive", NAME, f"{kind}{number}.pem"), 0o600)
        link = t.path("live", NAME, f"{kind}.pem")
        os.symlink(f"../../archive/{NAME}/{kind}{number}.pem", link + ".new")
        os.rename(link + ".new", link)
    return pki.der(files[0])


def seen(t):
    return pki.served(t.gw.host, t.gw.port, NAME)


def run(t):
    for folder in "live", "archive":
        os.makedirs(t.path(folder, NAME))
        os.chmod(t.path(folder), 0o700)
    ca = pki.authority(t, "ours")
    first = issue(t, ca, 1)
    t.resource("echo", t.echo())
    t.gw.set(server_name=NAME, certificate=t.path("live", NAME, "fullchain.pem"),
             private_key=t.path("live", NAME, "privkey.pem"))
    agent = t.ag.conf["agent"]
    agent.update(ca=ca, server_name=NAME)
    del agent["pin"]
    t.up()
    sock = dial(t.ag.at("echo"))
    equal(seen(t), first, "the first certificate")
    second = issue(t, ca, 2)
    equal(seen(t), first, "the certificate before the reload")
    t.gw.ctl("reload")          # the deploy hook
    equal(seen(t), second, "the certificate after the reload")
    equal(ask(sock), b"hello", "the channel")
    refusals(t)
    equal(seen(t), second, "the certificate in the end")


def refusals(t):
    key = t.path("archive", NAME, "privkey2.pem")
    os.chmod(key, 0o640)        # as of a group like ssl-cert
    t.gw.ctl("reload")
    for path, mode, pattern in (
            (key, 0o644, "other users may read it"),
            (t.path("archive"), 0o777, "chmod go-w .*/archive"),
            (t.path("live", NAME), 0o770, f"chmod go-w .*/live/{NAME}")):
        good = os.stat(path).st_mode
        os.chmod(path, mode)
        for command in "reload", "check":
            out = t.gw.ctl(command, check=False)
            matches(pattern, out, f"{path} with mode {mode:o}: {command}")
            check("privkey2" not in out, f"a path that will not last: {out}")
        os.chmod(path, good)
    t.gw.ctl("reload")
