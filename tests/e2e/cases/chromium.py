# SPDX-License-Identifier: BSD-2-Clause
"""Chromium reaches a page by a name that only the gateway knows: in adit run,
by the proxy port and by the proxy auto-configuration file."""

import json
import os
import subprocess

from lib.base import Failure

NET = True
DIRECT = True
NEEDS = ["chromium", "nginx"]
NAME = "www.corp.example"




class Chromium:
    """As an ordinary user, with its sandbox where the machine allows that."""

    def __init__(self, t):
        self.t, self.sandbox = t, [[], ["--no-sandbox"]]
        self.home = t.folder("home")
        os.chmod(t.dir, 0o755)
        os.chown(self.home, 65534, 65534)

    def outside(self, *words):
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
             "--inh-caps=-all", *words], env=self.t.ag.env, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=60)
        return done.returncode, done.stdout

    def shows(self, run, *flags):
        for sandbox in self.sandbox:
            status, text = run(
                "env", f"HOME={self.home}", f"TMPDIR={self.home}",
                "chromium", "--headless",
                "--disable-gpu", "--disable-dev-shm-usage", *sandbox, *flags,
                "--dump-dom", f"http://{NAME}:8080/host")
            if status == 0 and f">{NAME}:8080<" in text:
                self.sandbox = [sandbox]
                return
        raise Failure(f"chromium {flags}: status {status}: {text}")


def run(t):
    with t.far:
        server = t.nginx(t.far.ip, 8080)
    t.resource("www", server, host=NAME)
    t.gw.hosts = [(t.far.ip, NAME)]
    t.agent(uid=65534).socks()
    t.up()
    chromium = Chromium(t)
    chromium.shows(t.ag.run)
    if t.direct:
        return
    proxy = json.loads(t.ag.ctl("env", "--json"))
    for flag in (f"--proxy-server=socks5://{proxy['proxy']}",
                 f"--proxy-pac-url={proxy['pac']}"):
        chromium.shows(chromium.outside, flag)
