# SPDX-License-Identifier: BSD-2-Clause
"""`log = syslog:...`: a real rsyslogd reads the fields of audit lines; nothing is
lost where it is started anew, where the process that sends is killed, or over an
upgrade; where it stands still, the gateway goes on and lost lines are counted."""

import os
import signal

from lib.base import check, children, comm, equal, free_port, kill, wait_for
from lib.rsyslog import Rsyslog
from lib.tcp import ask, dial

NAME = 'a] [b@1 user="root"\\'          # of a user who does not exist
ROOT = True             # to write as the worker could
TIMEOUT = 180


def run(t):
    rsyslog = Rsyslog(t, udp=("127.0.0.1", free_port("127.0.0.1"))).start()
    t.gw.logs = False
    t.gw.conf["server"]["log"] = f"syslog:{rsyslog.socket}"
    echo = t.echo()
    t.resource("echo", echo)
    t.up()
    fields(t, rsyslog, echo)
    hostile_name(t, rsyslog)
    started_anew(t, rsyslog)
    killed(t, rsyslog)
    upgraded(t, rsyslog)
    stands_still(t, rsyslog)
    needs_a_restart(t)
    t.gw.stop()
    rsyslog.wait_other("aditd has ended")
    check(" listening on " not in t.gw.log(), "the log is elsewhere, too")


def channel(t, n):
    """A channel through which n bytes go."""
    with dial(t.ag.at("echo")) as sock:
        ask(sock, b"x" * n)


def fields(t, rsyslog, echo):
    channel(t, 1001)
    found = rsyslog.wait(evt="channel", to_server="1001")
    line = found["audit"]
    session = t.gw.json("sessions")["sessions"][0]["session"]
    equal([line[k] for k in ("user", "resource", "session", "destination",
                             "reason")],
          ["alice", "echo", str(session), f"{echo.host}:{echo.port}",
           "closed"], "fields")
    check("plugin" not in line, f"a field for what is not there: {line}")
    equal(found["host"], os.uname().nodename, "host")
    check(found["time"].startswith("20"), found)
    equal([o["audit"].get("evt") for o in rsyslog.lines()[:3]],
          ["login", "session", "session"], "the first lines")


def hostile_name(t, rsyslog):
    """The name is one text, whatever it has; no field, no line is forged."""
    status = t.run([t.tool("adit"), "up", "--gateway",
                    f"{t.gw.host}:{t.gw.port}", "--pin", t.gw.pin, "--user",
                    NAME, "--password-stdin", "--once"], check=False,
                   input="wrong\n")
    check("wrong user" in status, status)
    rsyslog.wait_other("login: .*" + "b@1")
    check(not any(o["audit"].get("user") == "root" for o in rsyslog.lines()),
          rsyslog.lines())


def started_anew(t, rsyslog):
    rsyslog.stop()
    for n in range(1010, 1020):
        channel(t, n)
    waits(t)
    # Where the gateway was started somebody may look.
    t.gw.wait_log(r"warning: log: syslog at \S+ takes no lines: \w")
    rsyslog.start()
    for n in range(1010, 1020):
        rsyslog.wait(evt="channel", to_server=str(n))
    rsyslog.wait_other("warning: log: syslog at .* took no lines for ")
    all_taken(t)


def waits(t):
    wait_for(lambda: t.gw.json("stats")["log_waiting"] > 0, "lines that wait")


def all_taken(t):
    wait_for(lambda: t.gw.json("stats")["log_waiting"] == 0, "an empty pipe")


def killed(t, rsyslog):
    """Lines come from the pipe, whoever reads it."""
    before = t.gw.part("log")
    equal(t.gw.json("stats")["log_pid"], before, "its number")
    kill(before, signal.SIGSTOP)
    channel(t, 1020)
    waits(t)
    kill(before)
    rsyslog.wait(evt="channel", to_server="1020")
    rsyslog.wait_other("the process that sends the log on ended: killed by")
    check(t.gw.part("log") != before, "it is the same")


def upgraded(t, rsyslog):
    before = t.gw.part("log")
    t.gw.ctl("upgrade")
    wait_for(lambda: log_processes(t) not in ([], [before]), "another one")
    equal(len(log_processes(t)), 1, "processes")
    t.ag.wait_state("connected", 30)
    channel(t, 1030)
    rsyslog.wait(evt="channel", to_server="1030")
    check(len(occurs(rsyslog, "1030")) == 1, "once")
    equal(t.gw.json("stats")["log_lost"], 0, "lost lines")


def log_processes(t):
    return [p for p in children(t.gw.process.pid) if comm(p) == "aditd-log"]


def occurs(rsyslog, n):
    return [o for o in rsyslog.lines() if o["audit"].get("to_server") == n]


def stands_still(t, rsyslog):
    """Connections go on while more lines are made than there is room for."""
    kill(rsyslog.process.pid, signal.SIGSTOP)
    fill_the_pipe(t)
    wait_for(lambda: lost(t) > 0, "lost lines")
    channel(t, 1040)
    kill(rsyslog.process.pid, signal.SIGCONT)
    all_taken(t)
    channel(t, 1041)
    rsyslog.wait(evt="channel", to_server="1041")
    rsyslog.wait_other("log lines lost here: .*the receiver of the log took")


def fill_the_pipe(t):
    """As a process of the gateway would; its lines are nobody's."""
    worker = t.gw.worker()
    with open(f"/proc/{worker}/fd/2", "wb", buffering=0) as pipe:
        os.set_blocking(pipe.fileno(), False)
        try:
            while pipe.write(b"<7 1.000000>debug: filler " + b"x" * 4000 +
                             b"\n"):
                pass
        except BlockingIOError:
            pass


def lost(t):
    channel(t, 1)
    return t.gw.json("stats")["log_lost"]


def needs_a_restart(t):
    was = t.gw.conf["server"]["log"]
    t.gw.conf["server"]["log"] = "stderr"
    t.gw.write()
    said = t.gw.ctl("reload")
    check("log has changed: that needs a restart" in said, said)
    said = t.gw.ctl("upgrade", check=False)
    check("log has changed in the configuration" in said, said)
    t.gw.conf["server"]["log"] = was
    t.gw.reload()
