# SPDX-License-Identifier: BSD-2-Clause
"""PAM asks three questions; escape sequences of a module reach neither the log
nor the terminal; one that dies is no answer, and without a terminal a question
ends the login with a clear word."""

from lib.adit import PASSWORD
from lib.base import check, equal
from lib.logins import Login
from lib.pam import Pam, module, refused
from lib.pty import Dialogue

ROOT = True


def run(t):
    odd = module(t)
    pam = Pam(t, stack(odd, "questions"))
    t.resource("echo", t.echo())
    t.gw.start()
    text = refused(t, "alice", PASSWORD)
    check('asks "Your dog: ", and there is nobody to answer' in text, text)
    del t.ag.conf["agent"]["password_file"]
    t.ag.write()
    logs_in(t, (("Your dog: ", "Rex"), ("Code: ", "123456")))
    with dialogue(t) as talk:
        talk.expect("Password for alice at ")
        talk.say(PASSWORD)
        talk.expect("Your dog: ")
        talk.say("Bello")
        talk.expect("Code: ")
        talk.say("123456")
        talk.expect("wrong user or password")
    pam.stack(stack(odd, "escapes"))
    # An agent escapes what it shows: so on the wire, too.
    wire = Login(t.gw, "alice", PASSWORD)
    text = wire.asked()
    check("Colour: " in text and "\x1b" not in text, repr(text))
    wire.close()
    said = logs_in(t, (("Colour: ", "red"),))
    check("hello" in said and "\x1b" not in said.replace("\x1b[?", ""), said)
    check("\x1b" not in t.gw.log() and "printed" not in t.gw.log(), t.gw.log())
    pam.stack(stack(odd, "crash"))
    t.write("word", PASSWORD + "\n")
    t.ag.conf["agent"]["password_file"] = t.path("word")
    t.ag.write()
    with dialogue(t) as talk:
        talk.expect("not logged in yet")
    check("ended without an answer: killed by signal 6" in t.gw.log(),
          t.gw.log())


def stack(odd, how):
    return (f"auth required {odd} {how}\naccount required pam_permit.so\n"
            "session required pam_permit.so\n")


def dialogue(t):
    return Dialogue(t, t.ag.command("up"), env=t.ag.env)


def logs_in(t, answers):
    with dialogue(t) as talk:
        talk.expect("Password for alice at ")
        talk.say(PASSWORD)
        for question, answer in answers:
            talk.expect(question)
            talk.say(answer)
        talk.expect("logged in: ")
        talk.process.wait(20)
        equal(talk.process.returncode, 0, "the exit status")
        said = talk.all
    check("123456" not in said, "a secret is on the terminal")
    t.ag.is_up = True
    t.ag.wait_state("connected")
    t.ag.down()
    return said
