# SPDX-License-Identifier: BSD-2-Clause
"""`require = otp` of a resource: connections wait until `adit confirm` has given
a code, several go on at once, and the proof outlives a broken tunnel and an
upgrade; wrong and used codes, a user without a secret, an agent that cannot
ask, and nobody who answers in time."""

import json
import subprocess

from cases.otp_login import code, wrong
from lib.adit import PASSWORD
from lib.base import check, equal, matches, wait_for
from lib.pty import Dialogue
from lib.tcp import ask, dial, dial_fate


def run(t):
    t.resource("open", t.echo())
    t.resource("vault", t.echo(), require="otp")
    t.resource("safe", t.echo(), require="otp")
    t.gw.conf["server"]["login_timeout"] = "2s"
    t.up()
    equal(ask(dial(t.ag.at("open"))), b"hello", "a resource that wants none")
    no_secret(t)
    key = t.gw.json("otp", "alice")["secret"]
    nobody_answers(t)
    t.gw.conf["server"]["login_timeout"] = "10m"
    t.gw.reload()
    questions(t)
    right_and_wrong(t, key)
    proof_stays(t)
    login_counts(t, key)
    check(key not in t.gw.log(), "the secret in the log")


def no_secret(t):
    equal(dial_fate(t.ag.at("vault")), ("reset", b""), "without a secret")
    t.gw.wait_log(r"evt=channel .*resource=vault .*reason=\"denied: code\"")
    wait_for(lambda: any("aditctl otp alice" in (r["text"] or "")
                         for r in t.ag.status()["refusals"]),
             "the user to hear the cure")
    status, text = confirm(t, "123456")
    check(status == 1 and "aditctl otp alice" in " ".join(text.split()), text)


def nobody_answers(t):
    equal(dial_fate(t.ag.at("vault")), ("reset", b""), "nobody answers")
    t.gw.wait_log(r"user alice is refused: no one-time code for resource "
                  r"vault: no one-time code came in time")


def questions(t):
    """What commands say that connect nowhere."""
    for more in [], ["--offline"]:
        why = json.loads(t.gw.ctl("--json", "why", "--as", "alice", "vault",
                                  *more, check=False))
        equal(why["rule"], "code", f"aditctl why {more}")
    at = t.ag.at("vault")
    why = json.loads(t.ag.call("--json", "why", f"{at[0]}:{at[1]}")[1])
    equal(why["policy"], "code", "adit why")


def right_and_wrong(t, key):
    first, second = wait_at(t, "vault"), wait_at(t, "vault")
    third = wait_at(t, "safe")
    wanted = wait_for(lambda: len(codes(t)["wanted"]) == 2 and codes(t),
                      "the agent to hear of both")
    equal(wanted["confirmed"], False, "confirmed")
    equal({w["resource"] for w in wanted["wanted"]}, {"vault", "safe"},
          "what waits")
    equal({(c["resource"], c["state"]) for c in
           t.gw.json("channels")["channels"]},
          {("vault", "waits for a code"), ("safe", "waits for a code")},
          "aditctl channels")
    matches(r"vault .* waits for a code", t.gw.ctl("channels"), "its table")
    matches(r"code +resource vault wants a one-time code: adit confirm",
            t.ag.call("status")[1], "adit status")
    matches("wants a code", t.ag.call("status")[1], "the table of adit status")
    status, text = confirm(t, wrong(key))
    check(status == 1 and "is wrong" in " ".join(text.split()), text)
    equal(t.ag.state(), "connected", "after a wrong code")
    now = code(key)
    with Dialogue(t, t.ag.command("confirm"), env=t.ag.env) as talk:
        talk.expect("One-time code for vault, safe: ")
        talk.say(wrong(key))
        talk.expect("each code is good once")
        talk.expect("One-time code for vault, safe: ")
        talk.say(now)
        talk.expect("confirmed; connections that waited go on")
    for sock in first, second, third:
        equal(sock.recv(5), b"hello", "one that waited")
    equal(ask(dial(t.ag.at("vault"))), b"hello", "a new one")
    equal(codes(t), {"confirmed": True, "wanted": []}, "afterwards")
    matches("confirmed already", t.ag.ctl("confirm"), "adit confirm again")
    for state in "wanted", "wrong", "right":
        t.gw.wait_log(rf"evt=code session=\d+ user=alice .*state={state}")
    check(now not in t.gw.log(), "the code in the log")
    t.used = now


def proof_stays(t):
    kept = dial(t.ag.at("vault"))
    equal(ask(kept), b"hello", "before the upgrade")
    t.gw.ctl("upgrade")
    t.ag.wait_state("connected")
    equal(ask(kept), b"hello", "after the upgrade")
    equal(ask(dial(t.ag.at("safe"))), b"hello", "a new one after the upgrade")


def login_counts(t, key):
    """Another session starts anew; a code that was used before is none; a login
    with a code is a proof."""
    t.ag.down()
    t.ag.up()
    waits = wait_at(t, "vault")
    wait_for(lambda: codes(t)["wanted"], "the agent to hear in a new session")
    status, text = confirm(t, t.used)
    check(status == 1 and "used before" in " ".join(text.split()), text)
    waits.close()
    t.ag.down()
    t.gw.set(auth="users and otp")
    t.gw.reload()
    del t.ag.conf["agent"]["password_file"]
    t.ag.write()
    with Dialogue(t, t.ag.command("up"), env=t.ag.env) as talk:
        talk.expect("Password for alice at ")
        talk.say(PASSWORD)
        talk.expect("One-time code: ")
        talk.say(code(key, 30))
        talk.expect("logged in: ")
    t.ag.is_up = True
    t.ag.wait_state("connected")
    equal(ask(dial(t.ag.at("vault"))), b"hello", "after a login with a code")


def wait_at(t, name):
    sock = dial(t.ag.at(name))
    sock.sendall(b"hello")
    return sock


def codes(t):
    return t.ag.status()["codes"]


def confirm(t, text):
    """(exit status, what is printed) of adit confirm with this code."""
    done = subprocess.run(t.ag.command("confirm", "--password-stdin"),
                          env=t.ag.env, input=text + "\n", text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=60)
    return done.returncode, done.stdout
