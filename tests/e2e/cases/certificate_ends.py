# SPDX-License-Identifier: BSD-2-Clause
"""A certificate that expires: there is a warning before; agents with a pin
still log in, those with a CA do not."""

from lib import pki
from lib.base import check, equal, matches
from lib.tcp import ask, dial

NAME = "vpn.example.org"


def check_says(t, pattern):
    t.gw.write()
    out = t.gw.ctl("check")
    if pattern:
        matches(rf"aditd\.ini:\d+: \[gateway [^]]*\]: its certificate "
                rf"{pattern}", out, "aditctl check")
    else:
        check("its certificate" not in out, f"aditctl check: {out}")


def use(t, first, last):
    cert, key = pki.dated(t, NAME, first, last)
    t.gw.set(certificate=cert, private_key=key)
    return cert


def run(t):
    t.resource("echo", t.echo())
    t.gw.set(server_name=NAME)
    browsers(t)
    use(t, -30, 60)
    check_says(t, None)
    use(t, -80, 10.5)
    check_says(t, r"ends on [0-9-]+ \(10 days left\): .*aditctl reload")
    use(t, 2, 90)
    check_says(t, r"is not valid before .*clock")
    ended = use(t, -90, -2.5)
    check_says(t, r"ended on [0-9-]+ \(2 days ago\); agents that have no pin")
    t.gw.start()
    t.gw.wait_log(r"\[gateway \S+\]: its certificate ended on")
    cert = t.gw.json("status")["certificates"][0]
    equal((cert["name"], cert["days_left"], cert["state"]), (NAME, 0, "ended"),
          "aditctl --json status")
    matches(rf"certificates +WARNING: {NAME} of gateway main ended on ",
            t.gw.ctl("status"), "aditctl status")
    agent = t.ag.conf["agent"]
    pin = agent.pop("pin")
    agent.update(ca=ended, server_name=NAME)
    t.ag.write()
    status, text = t.ag.call("up")
    equal(status, 1, f"up with a CA: {text}")
    matches("the gateway's certificate ended on", text, "adit up")
    del agent["ca"]
    agent["pin"] = seen_pin(text)
    check(agent["pin"] != pin, "the pin of the other certificate")
    t.ag.up()
    t.ag.wait_state("connected")
    equal(ask(dial(t.ag.at("echo"))), b"hello", "through an ended certificate")
    with open(f"{t.ag.dir}/state/adit/agent.log") as f:
        matches("certificate ended on .*taken because its key", f.read(),
                "the agent's log")
    use(t, -1, 60)
    t.gw.reload()
    check_says(t, None)


def browsers(t):
    """The key of aditctl init is Ed25519, which no browser takes."""
    check_browsers(t, False)
    t.gw.set(web="yes")
    check_browsers(t, True)
    use(t, -30, 60)
    check_browsers(t, False)
    t.gw.set(web="no")


def check_browsers(t, warns):
    t.gw.write()
    out = t.gw.ctl("check")
    check(("web = yes, but browsers such as" in out) == warns, out)


def seen_pin(text):
    return matches("sha256:[0-9a-f]{64}", text, "the pin").group()
