# SPDX-License-Identifier: BSD-2-Clause
"""A live conversation is recorded, and passes as a transcript."""

import os
import re
import signal

from lib import parley
from lib.base import check, equal, matches, pause, spawn, wait_for

SPARES = 4


class Recorder:
    """adit-plugin-test --record, until it has written its transcript."""

    count = 0

    def __init__(self, t, resource="ctl", *more):
        Recorder.count += 1
        self.t, self.log = t, t.path(f"record-{Recorder.count}.log")
        self.file = t.path(f"record-{Recorder.count}.t")
        self.process = spawn(
            [t.tool("adit-plugin-test"), "--record", resource,
             "-c", t.gw.conf_file, "-o", self.file, *more], log=self.log)
        wait_for(lambda: "waiting for" in self.said()
                 or self.process.poll() is not None, "the recorder")

    def said(self):
        with open(self.log) as f:
            return f.read()

    def end(self, sig=None):
        if sig:
            self.process.send_signal(sig)
        wait_for(lambda: self.process.poll() is not None, "the recorder's end")
        return self.process.returncode

    def transcript(self):
        with open(self.file) as f:
            return f.read()

    def replay(self, *options):
        """What adit-plugin-test says of the transcript."""
        return self.t.run([self.t.tool("adit-plugin-test"), *options,
                           self.t.path("plugins/parley.so"), self.file])


def run(t):
    server = parley.start(t, refuse="BAD")
    conversation(t, server)
    interrupted(t, server)
    full(t, server)
    only_new_files(t)
    refused(t)


def conversation(t, server):
    recorder = Recorder(t)
    talk = parley.Dialogue(t, server)
    # More announcements than spare ports: some are answered late.
    places = [t.listen() for _ in range(SPARES + 3)]
    talk.app.say(*["OPEN"] * len(places))
    for _ in places:
        talk.server.hear("OPEN")
    talk.server.say(*[f"DATA {p.host} {p.port}" for p in places])
    for _ in places:
        talk.app.hear_address("DATA")
    # Commands in pieces, one of them refused behind what is owed.
    talk.app.sock.sendall(b"ON")
    pause(0.1)
    talk.app.sock.sendall(b"E\nBAD thing\nT")
    pause(0.1)
    talk.app.sock.sendall(b"WO\n")
    talk.server.hear("ONE")
    talk.server.say("OK 1")
    talk.server.hear("TWO")
    talk.server.say("OK 2")
    for line in "OK 1", "NO refused", "OK 2":
        talk.app.hear(line)
    talk.called(t.listen("127.0.0.1"))
    talk.ask("WHO", "OK caf\xe9 \\ \x01")
    talk.app.sock.sendall(b"half a line")
    talk.close()
    equal(recorder.end(), 0, recorder.said())
    text = recorder.transcript()
    for part in ("conf refuse = BAD", "C OPEN\\n", "expect forward ",
                 "expect reverse ", " unarmed = ", "\narm",
                 'audit refused="BAD"', "\nC|\n>|\n", "\nclose\n",
                 "user alice", rf"server {server.host}:{server.port} "):
        check(part in text, f"{part!r} is not in:\n{text}")
    equal(text.count("\nexpect forward"), len(places), "expectations")
    equal(os.stat(recorder.file).st_mode & 0o777, 0o600, "its mode")
    equal(recorder.replay().count("\nok "), 8, "results")
    # What it recorded is really looked at.
    with open(recorder.file, "w") as f:
        f.write(text.replace("< NO refused", "< NO REFUSED"))
    out = t.run([t.tool("adit-plugin-test"), t.path("plugins/parley.so"),
                 recorder.file], check=False)
    equal(len(re.findall("^not ok", out, re.M)), 8, out)
    t.gw.wait_log(r"evt=recording session=\d+ channel=\d+ user=alice "
                  r"resource=ctl")


def interrupted(t, server):
    recorder = Recorder(t)
    talk = parley.Dialogue(t, server)
    talk.ask("HELLO", "OK hello")
    wait_for(lambda: "recording;" in recorder.said(), "it records")
    # Another one meanwhile is told so, and another channel is left alone.
    other = Recorder(t)
    equal(other.end(), 1, other.said())
    matches("another recording is under way", other.said(), "what it says")
    parley.Dialogue(t, server).ask("SECRET", "NO")
    equal(recorder.end(signal.SIGINT), 0, recorder.said())
    text = recorder.transcript()
    check("HELLO" in text and "The channel went on" in text and "SECRET" not in text,
          text)
    equal(recorder.replay().count("\nok "), 8, "results")
    # The channel goes on, detached even.
    equal(talk.ask("SECRET", "OK"), "OK", "the dialogue")
    talk.close()


def full(t, server):
    recorder = Recorder(t)
    talk = parley.Dialogue(t, server)
    for i in range(1200):
        talk.ask("HELLO", f"OK {i:04} " + "x" * 990)
    equal(recorder.end(), 0, recorder.said())
    text = recorder.transcript()
    check("OK 0400" in text and "1 MiB" in text and "OK 1199" not in text,
          text[-500:])
    # A megabyte in eight ways, in a program with one thread: with sanitizers the
    # shorter transcripts above say the same in a fraction of the time.
    if not t.sanitized():
        equal(recorder.replay().count("\nok "), 8, "results")
    talk.close()


def only_new_files(t):
    """Passwords go into no file of somebody else, wherever its name leads."""
    victim = t.path("victim")
    for plant in (lambda path: open(path, "w").close(),
                  lambda path: os.symlink(victim, path)):
        plant(t.path(f"record-{Recorder.count + 1}.t"))
        recorder = Recorder(t)
        equal(recorder.end(), 1, recorder.said())
        matches("exists already", recorder.said(), "what it says")
    check(not os.path.exists(victim), "something was written through a link")


def refused(t):
    recorder = Recorder(t, "nosuch")
    equal(recorder.end(), 2, recorder.said())
    matches("no resource of this name", recorder.said(), "what it says")
    # Nobody comes.
    recorder = Recorder(t)
    equal(recorder.end(signal.SIGTERM), 1, recorder.said())
    matches("no channel was opened", recorder.said(), "what it says")
    t.gw.conf["server"]["control"] = t.path("nobody.sock")
    t.gw.write()
    recorder = Recorder(t)
    equal(recorder.end(), 1, recorder.said())
    matches("is it running", recorder.said(), "what it says")
