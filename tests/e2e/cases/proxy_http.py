# SPDX-License-Identifier: BSD-2-Clause
"""Programs with the variables of adit env go through the agent's proxy port, by
SOCKS5, CONNECT and requests for http:// URLs; bodies arrive whole."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import ssl
import sys

from lib import pki
from lib.base import check, equal, matches, show
from lib.site import Site
from lib.tcp import dial

NET = True
NEEDS = ["curl", "git", "wget", "openssl"]
NAME = "www.corp.example"
URL = f"http://{NAME}/asked?a=b"


def repository(t, folder):
    work = t.folder("work")
    for args in (["init", "-q"], ["-c", "user.name=a", "-c", "user.email=a@b",
                                  "commit", "-q", "--allow-empty", "-m", "one"],
                 ["clone", "-q", "--bare", ".", f"{folder}/repo.git"]):
        t.run(["git", "-C", work, *args])
    t.run(["git", "-C", f"{folder}/repo.git", "update-server-info"])


# As the manual page has it.
SHELLS = {
    "sh": (["sh", "-c"], 'eval "$({})"; env'),
    "zsh": (["zsh", "-f", "-c"], 'eval "$({})"; env'),
    "tcsh": (["tcsh", "-f", "-c"], "eval `{}`; env"),
    "fish": (["fish", "--no-config", "-c"], 'eval "$({})"; env'),
}


def variables(t, env, shell="sh"):
    """What a shell has after eval "$(adit env)", or how it is said there."""
    args, text = SHELLS[shell]
    command = " ".join(t.ag.command("env"))
    text = t.run([*args, text.format(command)],
                 env=dict(env, SHELL=f"/bin/{shell}"))
    return dict(line.split("=", 1) for line in text.splitlines()
                if re.match("[a-z]+_proxy=", line.lower()))


def shells(t, env, said):
    for shell in SHELLS:
        if shutil.which(shell):
            equal(variables(t, env, shell), said, shell)


def programs(t, env, ca):
    """Each has the URL's page, and the server sees what it would see."""
    urllib = "import sys, urllib.request as u; " \
             "sys.stdout.buffer.write(u.urlopen(sys.argv[1]).read())"
    for words in (["curl", "-sS"], ["wget", "-q", "-O", "-"],
                  [sys.executable, "-c", urllib]):
        asked = json.loads(t.run([*words, URL], env=env))
        equal(asked["line"], "GET /asked?a=b HTTP/1.1", words[0])
        fields = {name.lower(): value
                  for name, value in asked["fields"].items()}
        equal(fields["host"], NAME, f"{words[0]}: Host")
        check(not [name for name in fields if name.startswith("proxy-")],
              f"{words[0]}: {fields}")
    https = f"https://{NAME}/asked"
    for words in (["curl", "-sS", "--cacert", ca],
                  ["wget", "-q", "-O", "-", f"--ca-certificate={ca}"],
                  [sys.executable, "-c", urllib]):
        asked = json.loads(t.run([*words, https],
                                 env={**env, "SSL_CERT_FILE": ca}))
        matches("^GET /asked HTTP", asked["line"], f"{words[0]}: CONNECT")
    t.run(["git", "clone", "-q", f"http://{NAME}/repo.git", t.path("clone")],
          env=env)
    check(os.path.isdir(t.path("clone/.git")), "git clone")


def others(t, env, site):
    """Programs that not every machine has: their questions arrive."""
    url = f"http://{NAME}/asked/"
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--retries",
           "0", "--trusted-host", NAME, "-i", url, "-d", t.dir, "nothing"]
    npm = ["npm", "view", "--fetch-retries=0", "--registry", url, "nothing"]
    lib = [sys.executable, "-c", f"import requests; requests.get('{url}')"]
    for module, words in ("pip", pip), ("npm", npm), ("requests", lib):
        if not (importlib.util.find_spec(module) or shutil.which(module)):
            continue
        before = site.asked
        said = t.run(words, env=env, check=False)
        check(site.asked > before, f"{module}: {said}")


def flags(t, proxy):
    for words in (["-x", f"http://{proxy}"], ["--socks5-hostname", proxy],
                  ["--proxy", f"socks5h://{proxy}"],
                  ["-p", "-x", f"http://{proxy}"]):
        asked = json.loads(t.run(["curl", "-sS", *words, URL]))
        equal(asked["line"], "GET /asked?a=b HTTP/1.1", f"curl {words}")


def bodies(t, proxy):
    """Of a known length, and in chunks; one connection for each request."""
    data = os.urandom(t.size(8 << 20, 1 << 20))
    path = t.path("body")
    with open(path, "wb") as f:
        f.write(data)
    for words in (["--data-binary", f"@{path}"],
                  ["-T", path, "-H", "Transfer-Encoding: chunked"],
                  ["-T", path, "-H", "Expect: 100-continue"]):
        asked = json.loads(t.run(["curl", "-sS", "-x", f"http://{proxy}",
                                  *words, URL]))
        equal(asked["body"], hashlib.sha256(data).hexdigest(), f"curl {words}")


def pipelined(t, proxy, site):
    """What follows a request goes to no server."""
    before = site.asked
    with dial(proxy) as sock:
        one = f"GET {URL} HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode()
        sock.sendall(one + one)
        got = b""
        while piece := sock.recv(65536):
            got += piece
    equal(got.count(b"HTTP/1.1 200"), 1, "answers")
    equal(site.asked, before + 1, "requests at the server")


def refusals(t, proxy):
    for target, status, text in (
            (f"{NAME}:81", 502, "refuses connections"),
            ("no-such-host.corp.example:80", 403, "adit resources"),
            (f"{t.far.ip}:80", 403, "adit resources")):
        for url in f"http://{target}/", f"https://{target}/":
            _, code = t.run(["curl", "-s", "-x", f"http://{proxy}", "-o",
                             t.path("said"), "-w", "\n%{http_code}"
                             if url.startswith("http:") else
                             "\n%{http_connect}", url],
                            check=False).rsplit("\n", 1)
            equal(int(code), status, url)
        with open(t.path("said"), encoding="ascii") as f:
            line = f.read()
        check(text in line and target in line and line.count("\n") == 1, line)


def run(t):
    ca = pki.authority(t, "ca")
    cert, key = pki.certificate(t, ca, NAME)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    folder = t.folder("site")
    repository(t, folder)
    with t.far:
        site = Site(t.far.ip, 80, folder)
        Site(t.far.ip, 443, folder, context)
    t.resource("www", host=NAME, port="80, 81, 443")
    t.gw.hosts = [(t.far.ip, NAME)]
    t.ag.socks()
    t.up()
    proxy = t.ag.status()["socks"]
    env = {name: value for name, value in t.ag.env.items()
           if "proxy" not in name.lower()}
    said = variables(t, env)
    equal(said["http_proxy"], f"http://{proxy}", "http_proxy")
    equal(said["ALL_PROXY"], f"socks5h://{proxy}", "ALL_PROXY")
    check(t.gw.host in said["no_proxy"].split(","), said["no_proxy"])
    env["HOME"] = t.dir
    shells(t, env, said)
    env.update(said)
    programs(t, env, ca)
    others(t, env, site)
    flags(t, proxy)
    bodies(t, proxy)
    host, port = proxy.rsplit(":", 1)
    pipelined(t, (host, int(port)), site)
    refusals(t, proxy)
    # An agent that is started from such a shell does not dial through itself.
    t.ag.down()
    t.ag.env.update(said)
    t.ag.up()
    equal(t.ag.status()["proxy"], None, "the proxy of an agent started there")
