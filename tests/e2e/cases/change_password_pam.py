# SPDX-License-Identifier: BSD-2-Clause
"""`adit passwd` where PAM has the passwords: pam_unix asks for the new one, after
everything else that the login needs; the agent goes on, others end.  With `users
and pam` a password that both have is not changed in one of them only."""

from lib.adit import PASSWORD
from lib.base import check, equal, matches
from lib.pam import Pam, refused, speaker
from lib.pty import Dialogue

ROOT = True
NEW, LATER = "battery staple 42", "another horse 77"
STACK = """\
auth required pam_unix.so nodelay
account required pam_unix.so
session required pam_permit.so
"""


def run(t):
    pam = Pam(t, STACK + "password required pam_unix.so sha512\n",
              users=["alice"])
    t.resource("echo", t.echo())
    t.gw.start()
    t.ag.up()
    other = t.agent(name="other")
    other.up()
    with dialogue(t) as d:
        d.expect("Present password for alice at ")
        d.say("not this one")
        d.expect("the password is not changed: wrong user or password")
        d.process.wait(30)
    # pam_unix sees root, and would take it.
    with dialogue(t) as d:
        d.expect("Present password for alice at ")
        d.say(PASSWORD)
        d.expect("New password: ")
        d.say("1")
        d.expect("Retype new password: ")
        d.say("1")
        d.expect("the password is not changed: The new password has fewer")
        d.process.wait(30)
    with dialogue(t) as d:
        d.expect("Present password for alice at ")
        d.say(PASSWORD)
        d.expect("New password: ")
        d.say(NEW)
        d.expect("Retype new password: ")
        d.say(NEW)
        d.expect("password of alice changed at ")
        d.expect("the agent goes on, and has the new password")
        d.process.wait(30)
        equal(d.process.returncode, 0, d.all)
    equal(t.ag.state(), "connected", "the agent of this machine")
    other.wait_state("login")
    t.gw.wait_log('evt=password user=alice .* method=pam result=changed '
                  'reason=""')
    t.ag.down()
    other.down()
    matches("wrong user or password", refused(t, "alice", PASSWORD),
            "the old password")
    speaker(t, "alice", NEW)
    t.ag.up()
    t.ag.down()
    # A service without the stage, as Debian's other file has it.
    pam.stack(STACK + "password required pam_deny.so\n")
    done = t.run(["sh", "-c", '"$@" 2>&1; echo "status $?"', "sh",
                  *by_stdin(t)], input=f"{NEW}\n{LATER}\n", env=t.ag.env)
    check("status 1" in done, done)
    matches("the password is not changed: PAM has not changed it: ", done,
            "what is said")
    t.gw.wait_log('evt=password user=alice .* method=pam result=kept '
                  'reason="PAM has not changed it: ')
    speaker(t, "alice", NEW)
    t.ag.up()
    t.ag.down()
    two_places(t, pam)


def two_places(t, pam):
    """pam_unix has the password, too; then PAM does something else."""
    users = f"{t.gw.dir}/users"
    pam.stack(STACK + "password required pam_unix.so sha512\n")
    t.gw.user("alice", NEW)
    t.gw.set(auth="users and pam")
    t.gw.reload()
    with open(users) as f:
        before = f.read()
    with Dialogue(t, by_terminal(t), env=t.ag.env) as d:
        d.expect("Present password for alice at ")
        d.say(NEW)
        d.expect("the password is not changed: it is kept in two places here")
        d.process.wait(30)
        equal(d.process.returncode, 1, d.all)
    t.gw.wait_log('evt=password user=alice .* method=users result=kept '
                  'reason="it is kept in two places')
    with open(users) as f:
        equal(f.read(), before, "the users file")
    pam.stack("auth required pam_permit.so\naccount required pam_permit.so\n"
              "session required pam_permit.so\n")
    with Dialogue(t, by_terminal(t), env=t.ag.env) as d:
        d.expect("Present password for alice at ")
        d.say(NEW)
        d.expect("New password: ")
        d.say(LATER)
        d.expect("New password again: ")
        d.say(LATER)
        d.expect("password of alice changed at ")
        d.process.wait(30)
        equal(d.process.returncode, 0, d.all)
    speaker(t, "alice", LATER)
    t.ag.up()
    t.ag.down()


def by_terminal(t):
    t.ag.conf["agent"].pop("password_file", None)
    t.ag.write()
    return t.ag.command("passwd")


def by_stdin(t):
    t.ag.conf["agent"].pop("password_file", None)
    t.ag.write()
    return t.ag.command("passwd", "--password-stdin")


def dialogue(t):
    kept = t.ag.conf["agent"].pop("password_file")
    t.ag.write()
    d = Dialogue(t, t.ag.command("passwd"), env=t.ag.env)
    t.ag.conf["agent"]["password_file"] = kept
    return d
