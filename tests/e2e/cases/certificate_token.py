# SPDX-License-Identifier: BSD-2-Clause
"""A key in a token (SoftHSM, by PKCS#11): its PIN is asked for on the terminal, or
stands in a file that the URI names; a wrong PIN, which is tried once, and a token
that is not there are said plainly.  `certificate and otp` asks for the code behind it."""

import glob
import os
import subprocess
import time

from lib.base import Skip, check, equal, matches
from lib.pki import Office
from lib.pty import Dialogue
from lib.servers import program

URI = "pkcs11:token=adit;object=alice"


def run(t):
    office = Office(t)
    t.resource("echo", t.echo())
    t.gw.set(auth="certificate and otp", client_ca=office.ca)
    t.gw.start()
    key = t.gw.json("otp", "alice")["secret"]
    module()                    # or the case is skipped
    token(t, *office.issue("alice", key="rsa:2048"))
    del t.ag.conf["agent"]["password_file"]

    use(t, URI)
    with Dialogue(t, t.ag.command("up"), env=t.ag.env) as talk:
        talk.expect(f"PIN for {URI}: ")
        talk.say("1234")
        talk.expect("One-time code: ")
        talk.say(code(key))
        talk.expect("logged in: ")
    t.ag.is_up = True
    t.ag.wait_state("connected")
    t.ag.down()

    for uri, said in ((f"{URI}?pin-value=9999", "PIN is wrong"),
                      ("pkcs11:token=other;object=alice?pin-value=1234",
                       "no token is there that has it"),
                      (f"{URI}?pin-source={t.write('pin', '1234')}",
                       'asks "One-time code: ", and there is nobody')):
        use(t, uri)
        status, text = t.ag.call("up")
        check(status == 1, f"exit status {status}: {text}")
        matches(said, text, f"the message with {uri}")
    # The wrong PIN was tried once: the token has not locked itself.
    with Dialogue(t, t.ag.command("up"), env=t.ag.env) as talk:
        talk.expect("One-time code: ")
        talk.say(code(key, 30))
        talk.expect("logged in: ")
    t.ag.is_up = True
    t.ag.down()
    wrong_pins(t)


def wrong_pins(t):
    """A PIN that is wrong on the terminal ends `adit up`, which tries it once, so
    that no token locks itself; the right one is taken the next time."""
    t.gw.set(auth="certificate")
    t.gw.reload()
    use(t, URI)
    with Dialogue(t, t.ag.command("up"), env=t.ag.env) as talk:
        talk.expect(f"PIN for {URI}: ")
        talk.say("9999")
        talk.expect("the PIN is wrong")
        equal(talk.process.wait(20), 1, "exit status after a wrong PIN")
    with Dialogue(t, t.ag.command("up"), env=t.ag.env) as talk:
        talk.expect(f"PIN for {URI}: ")
        talk.say("1234")
        talk.expect("logged in: ")
    t.ag.is_up = True
    t.ag.wait_state("connected")


def token(t, cert, key):
    """A token with the certificate and its key, for this case alone."""
    os.mkdir(t.path("tokens"))
    conf = t.write("softhsm2.conf", f"directories.tokendir = {t.path('tokens')}\n")
    t.ag.env["SOFTHSM2_CONF"] = conf
    tool(t, "softhsm2-util", "--init-token", "--free", "--label", "adit",
         "--pin", "1234", "--so-pin", "1234")
    for what, file in ("--load-certificate", cert), ("--load-privkey", key):
        tool(t, "p11tool", "--provider", module(), "--login", "--write",
             "--label", "alice", "--id", "01", what, file, "pkcs11:token=adit")


def module():
    found = glob.glob("/usr/lib/*/softhsm/libsofthsm2.so")
    if not found:
        raise Skip("no libsofthsm2.so: apt-get install softhsm2")
    return found[0]


def tool(t, name, *words):
    subprocess.run([program(name), *words], check=True, capture_output=True,
                   env={**os.environ, "GNUTLS_PIN": "1234", "GNUTLS_SO_PIN": "1234",
                        "SOFTHSM2_CONF": t.ag.env["SOFTHSM2_CONF"]})


def use(t, uri):
    t.ag.conf["agent"]["certificate"] = uri
    t.ag.write()


def code(key, later=0):
    return subprocess.run(
        [program("oathtool"), "--totp", "-b", "-N", f"@{int(time.time()) + later}",
         key], check=True, capture_output=True, text=True).stdout.strip()
