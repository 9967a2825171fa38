# SPDX-License-Identifier: BSD-2-Clause
"""A gateway and an agent of a case, in folders of their own."""

import fcntl
import json
import os
import pwd
import re
import shutil
import signal
import socket
import struct
import subprocess

from .base import (Failure, Skip, check, children, comm, descendants,
                   free_port, host_port, kill, listening, running, show,
                   slowness, spawn, wait_end, wait_for)

PASSWORD = "correct horse"
# That password with the smallest cost that yescrypt has: with the default,
# every login of a case takes 25 ms of a processor, and 16 MB.  Cases of
# `aditctl init` and `aditctl passwd` log in with what these make.
CHEAP_HASH = ("$y$j75$m8oz06hJdADr0McGf6l7G/$"
              "nWJMhUqq8DXWBWfhii.JBxq6MzDZVeJeMD7vs/fsY/2")


def ini_text(sections):
    """{"title": {key: value or list of values}} as text."""
    lines = []
    for title, keys in sections.items():
        lines.append(f"[{title}]")
        for key, value in keys.items():
            for one in value if isinstance(value, list) else [value]:
                lines.append(f"{key} = {one}")
        lines.append("")
    return "\n".join(lines)


def ini_sections(text):
    """The reverse of ini_text(), for what `aditctl init` wrote."""
    sections, keys = {}, {}
    for line in text.splitlines():
        line = re.sub(r"(^|\s)[;#].*", "", line).strip()
        if line.startswith("["):
            keys = sections.setdefault(line.strip("[]"), {})
        elif "=" in line:
            key, _, value = line.partition("=")
            keys[key.strip()] = value.strip()
    return sections


def own_files(who):
    """(file, where it is seen) of what who.hosts and who.resolv say."""
    found = []
    if who.hosts:
        text = "127.0.0.1 localhost\n" + "".join(
            f"{ip} {name}\n" for ip, name in who.hosts)
        found.append((who.t.write(f"{who.name}.hosts", text), "/etc/hosts"))
    if who.resolv is not None:
        found.append((who.t.write(f"{who.name}.resolv", who.resolv),
                      "/etc/resolv.conf"))
    return found


def with_own_files(who, args):
    """The command, with the files of /etc that it is to see, if any."""
    files = own_files(who)
    if not files:
        return args
    if os.getuid() != 0:
        raise Skip("needs root for files of its own in /etc")
    script = "".join(f"mount --bind {own} {at} && " for own, at in files)
    return ["unshare", "--mount", "sh", "-c", script + "exec \"$@\"", "sh",
            *args]


def initialized(t, number):
    """A folder that `aditctl init` has made for the gateway of this number of
    every case: made once for all cases, since that takes a fourth of what a
    small case costs.  The gateways of one case have different keys."""
    path = os.path.join(t.shared, f"made-{number}")
    with open(path + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(path):
            initialize(t, path)
    return path


def initialize(t, path):
    new = path + ".new"
    out = t.run([t.tool("aditctl"), "init", new, "--user", "alice", "--listen",
                 f"{CERTIFIED}:1", "--password-stdin"], input=PASSWORD + "\n")
    found = re.search(r"sha256:[0-9a-f]{64}", out)
    check(found, f"no pin in the output of aditctl init:\n{out}")
    with open(f"{new}/pin", "w") as f:
        f.write(found.group())
    with open(f"{new}/said", "w") as f:
        f.write(out.replace(new, "FOLDER"))
    with open(f"{new}/users", "w") as f:
        f.write(f"alice:{CHEAP_HASH}:\n")
    os.rename(new, path)


# The name in the certificate of every gateway.
CERTIFIED = "127.0.0.1"


class Gateway:
    """aditd with everything it needs in t.dir/name."""

    def __init__(self, t, name="gateway", host=None, port=None):
        self.t, self.name, self.dir = t, name, t.path(name)
        self.host = host or t.gateway_ip
        self.port = port or free_port(self.host)
        self.conf_file = f"{self.dir}/aditd.ini"
        self.log_file = t.path(f"{name}.log")
        self.process, self.limits = None, []
        self.logs = True        # into log_file
        self.program = t.tool("aditd")
        self.hosts = []         # (address, name), seen by aditd only
        self.resolv = None      # text of an /etc/resolv.conf, likewise
        self.init()

    def init(self):
        """A gateway as `aditctl init` makes it; self.pin is its pin."""
        made = initialized(self.t, len(self.t.gateways) + 1)
        shutil.copytree(made, self.dir)
        with open(f"{self.dir}/pin") as f:
            self.pin = f.read()
        with open(f"{self.dir}/said") as f:
            self.said = f.read().replace("FOLDER", self.dir).replace(
                f"{CERTIFIED}:1", show((self.host, self.port)))
        os.unlink(f"{self.dir}/pin")
        os.unlink(f"{self.dir}/said")
        with open(self.conf_file) as f:
            self.conf = ini_sections(f.read())
        for title in list(self.conf):
            if title.split()[0] in ("resource", "group"):
                del self.conf[title]
        title = next(t for t in self.conf if t.startswith("gateway"))
        self.title = title
        self.set(listen=show((self.host, self.port)))
        server = self.conf.setdefault("server", {})
        server["control"] = f"{self.dir}/aditd.sock"
        if os.getuid() == 0:
            os.chmod(self.t.dir, 0o755)
            server.setdefault("user", "nobody")
            try:
                pwd.getpwnam(server["user"])
            except KeyError:
                server["user"] = "nobody"

    def resource(self, name, **keys):
        """Adds a resource, which everybody may use unless a group says so."""
        self.conf[f"resource {name}"] = keys
        everyone = self.conf.setdefault(
            "group everyone", {"users": "*", "resources": ""})
        names = [n for n in everyone["resources"].split(", ") if n]
        everyone["resources"] = ", ".join(names + [name])

    def user(self, name, password=PASSWORD, groups=None):
        """One more user, in the same users file."""
        self.write()
        more = ["--groups", groups] if groups else []
        self.ctl("passwd", *more, name, "--password-stdin",
                 input=password + "\n")

    def set(self, **keys):
        """Sets keys of the [gateway] section."""
        self.conf[self.title].update(keys)

    def write(self):
        with open(self.conf_file, "w") as f:
            f.write(ini_text(self.conf))

    def command(self):
        args = [self.program, "-c", self.conf_file]
        if self.limits:
            args = ["prlimit", *self.limits, *args]
        return with_own_files(self, args)

    def start(self):
        self.write()
        before = len(self.log())
        self.process = spawn(self.command(), log=self.log_file)
        wait_for(lambda: self._ready(before),
                 f"aditd to be ready, see {self.log_file}")
        return self

    def _ready(self, before):
        if self.process.poll() is not None:
            raise Failure(f"aditd ended: {self.log()[-2000:]}")
        if self.logs:
            # The monitor listens before, and says so when a worker is ready.
            return " listening on " in self.log()[before:]
        return (listening(self.host, self.port)
                and os.path.exists(self.conf["server"]["control"]))

    def stop(self, sig=signal.SIGTERM):
        """Ends aditd and waits until all of its processes are gone."""
        if not self.process or self.process.poll() is not None:
            return
        below = descendants(self.process.pid)
        kill(self.process.pid, sig)
        wait_for(lambda: self.process.poll() is not None, "aditd to end")
        wait_for(lambda: not any(running(p) for p in below),
                 "the processes of aditd to end")
        if sig == signal.SIGTERM:
            check(self.process.returncode == 0,
                  f"aditd ended with {self.process.returncode}")

    def worker(self):
        """The process id of the worker, the one that accepts."""
        return self.part("worker")

    def part(self, name):
        for pid in children(self.process.pid):
            if comm(pid) == f"aditd-{name}":
                return pid
        raise Failure(f"aditd has no process called aditd-{name}")

    def ctl(self, *words, check=True, input=None):
        return self.t.run([self.t.tool("aditctl"), "-c", self.conf_file,
                           *words], check=check, input=input)

    def json(self, *words):
        return json.loads(self.ctl("--json", *words))

    def reload(self):
        self.write()
        self.ctl("reload")

    def log(self):
        try:
            with open(self.log_file, errors="replace") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def wait_log(self, pattern, within=10):
        return wait_for(lambda: re.search(pattern, self.log()),
                        f"/{pattern}/ in {self.log_file}", within)


class Agent:
    """adit with a configuration, control socket and state of its own."""

    def __init__(self, t, gateway, name="agent", user="alice", uid=None):
        self.t, self.gateway, self.name = t, gateway, name
        self.dir = t.path(name)
        os.mkdir(self.dir, 0o700)
        self.log_file = t.path(f"{name}.log")
        self.limits, self.is_up, self.seen_pid = [], False, None
        self.hosts = []         # (address, name), seen by adit only
        self.resolv = None      # text of an /etc/resolv.conf, likewise
        self.password(PASSWORD)
        self.conf = {"agent": {
            "gateway": show((gateway.host, gateway.port)),
            "user": user,
            "password_file": f"{self.dir}/password",
            "pin": gateway.pin,
            "control": f"{self.dir}/agent.sock",
            "loopback_net": t.agent_net(),
        }}
        self.uid = uid          # runs as another user of this machine
        if uid is not None:
            shutil.copy(t.tool("adit"), f"{self.dir}/adit")
            os.mkdir(f"{self.dir}/state")
            for root, _, files in os.walk(self.dir):
                for entry in [root] + [f"{root}/{f}" for f in files]:
                    os.chown(entry, uid, uid)
        self.env = dict(os.environ, XDG_RUNTIME_DIR=self.dir,
                        XDG_STATE_HOME=f"{self.dir}/state",
                        XDG_CONFIG_HOME=f"{self.dir}/config")
        for name in "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY":
            self.env.pop(name, None)

    def password(self, word):
        with open(f"{self.dir}/password", "w") as f:
            f.write(word + "\n")
        os.chmod(f"{self.dir}/password", 0o600)

    def command(self, *words):
        args = [self.t.tool("adit"), "-c", f"{self.dir}/adit.ini", *words]
        if self.uid is not None:
            args[0] = f"{self.dir}/adit"
            args = [*self._as_user(), *args]
        if self.limits:
            args = ["prlimit", *self.limits, *args]
        return with_own_files(self, args)

    def _as_user(self):
        if self.uid is None:
            return []
        return ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}",
                "--clear-groups", "--inh-caps=-all"]

    def socks(self):
        """Switches SOCKS on, before up(); its (host, port)."""
        if "socks" not in self.conf["agent"]:
            host = self.t.gateway_ip
            self.conf["agent"]["socks"] = show((host, free_port(host)))
        return host_port(self.conf["agent"]["socks"])

    def write(self):
        with open(f"{self.dir}/adit.ini", "w") as f:
            f.write(ini_text(self.conf))

    def call(self, *words, within=60):
        """(exit status, stdout and stderr together) of an adit command."""
        # Output to a file: a daemon that inherits a pipe holds it open.
        with open(f"{self.dir}/out", "w+") as out:
            done = subprocess.Popen(self.command(*words), env=self.env,
                                    stdin=subprocess.DEVNULL, stdout=out,
                                    stderr=out)
            wait_end(done, f"adit {' '.join(words)}", within)
            with open(f"{self.dir}/out") as f:
                text = f.read()
        with open(self.log_file, "a") as log:
            log.write(f"$ adit {' '.join(words)}: {done.returncode}\n{text}")
        if done.returncode == 0 and words[0] in ("up", "down"):
            self.is_up = words[0] == "up"
        return done.returncode, text

    def ctl(self, *words):
        status, text = self.call(*words)
        check(status == 0, f"adit {' '.join(words)}: {status}\n{text}")
        return text

    def up(self, *flags):
        self.write()
        return self.ctl("up", *flags)

    def run(self, *words, **kw):
        """(exit status, output of both kinds) of a command in `adit run`."""
        return self.run_with((), *words, **kw)

    def run_with(self, options, *words, within=60, **kw):
        args = self.command("run", *options, "--", *words)
        if self.t.direct:
            args = with_own_files(self.t.gw, [*self._as_user(), *words])
        done = subprocess.run(
            args, env=self.env, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, timeout=within * slowness(),
            errors="replace", **kw)
        return done.returncode, done.stdout

    def down(self):
        return self.ctl("down")

    def status(self):
        """What `adit status --json` says.  The agent is asked here: most cases
        do it several times, and a process takes twenty times as long.  Where
        nobody answers the command says why."""
        try:
            return self.ask({"command": "status"})
        except (OSError, ValueError, KeyError):
            pass
        _, text = self.call("status", "--json")
        try:
            return json.loads(text)
        except ValueError:
            raise Failure(f"adit status --json says: {text}") from None

    def ask(self, request):
        """What the agent answers at its control socket."""
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(20 * slowness())
            s.connect(self.conf["agent"]["control"])
            s.sendall(json.dumps(request).encode() + b"\n")
            with s.makefile("rb") as answer:
                return json.loads(answer.readline())["answer"]

    def state(self):
        return self.status()["state"]

    def wait_state(self, state, within=20):
        wait_for(lambda: self.state() == state, f"state {state}", within)

    def listeners(self, name):
        """The (host, port) pairs on which a resource listens."""
        return self._listens(name)[0]

    def _listens(self, name):
        """Also {port of the resource: where it is instead}."""
        for resource in self.status()["resources"]:
            if resource["name"] == name:
                return ([host_port(text) for text in resource["listen"] or []],
                        {one["port"]: one["listen_port"]
                         for one in resource["moved"]})
        return [], {}

    def at(self, name, port=None):
        """Where the application goes for a port of a resource."""
        found, moved = self._listens(name)
        port = moved.get(port, port)
        for addr in found:
            if port in (None, addr[1]):
                return addr
        raise Failure(f"{name}:{port} is not in {found}")

    def pid(self):
        """The id of the agent's process; None when none is running."""
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect(self.conf["agent"]["control"])
                creds = s.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
                self.seen_pid = struct.unpack("iII", creds)[0]
            except OSError:
                pass            # it may still be on its way out
        alive = self.seen_pid and running(self.seen_pid)
        return self.seen_pid if alive else None
