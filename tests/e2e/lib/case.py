# SPDX-License-Identifier: BSD-2-Clause
"""What a case gets as `t`: a folder, addresses, servers and adit."""

import os
import re
import shutil
import subprocess
import textwrap

from . import servers
from .adit import Agent, Gateway
from .base import (Failure, Skip, check, comm, descendants, free_port, running,
                   sanitized, show, slowness, wait_for)
from .net import own_network
from .tcp import Echo, Listener, dial

FINDINGS = ("WARNING: ThreadSanitizer", "runtime error:") + tuple(
    f"ERROR: {kind}Sanitizer" for kind in
    ("Address", "Leak", "Thread", "UndefinedBehavior"))


class Case:
    def __init__(self, name, number, folder, build, direct):
        self.name, self.number, self.dir = name, number, folder
        self.shared = folder    # for what is made once for several cases
        self.build, self.direct = build, direct
        self.far = None
        self.parts = {}         # the servers behind each resource
        self.gateways, self.agents = [], []
        self.may_die = False    # whether the case kills processes of aditd
        # Addresses of this case alone, so that no port can be in use.
        self.net = f"127.{64 + os.getpid() % 64}.{number % 256}"
        self.server_ip = f"{self.net}.2"
        self.gateway_ip = f"{self.net}.1"
        self.nets = self.folders = 0

    # -- files and programs

    def path(self, *words):
        return os.path.join(self.dir, *words)

    def folder(self, name):
        """A new folder for one more server of a kind."""
        self.folders += 1
        path = self.path(f"{name}-{self.folders}")
        os.mkdir(path)
        return path

    def write(self, name, text):
        with open(self.path(name), "w") as f:
            f.write(textwrap.dedent(text))
        return self.path(name)

    def tool(self, name):
        path = os.path.join(self.build or ".", name)
        if not os.access(path, os.X_OK):
            raise Failure(f"{path} is not built")
        return path

    def size(self, normal=1 << 30, small=64 << 20):
        """How much data to send: less where sanitizers slow things down."""
        wanted = int(os.environ.get("ADIT_E2E_BYTES", normal))
        return min(wanted, small if self.sanitized() else normal)

    def sanitized(self):
        """Whether the programs were built with a sanitizer."""
        return not self.direct and sanitized(self.build)

    def run(self, args, *, check=True, input=None, within=60, **kw):
        """Runs a program to its end; its output, both kinds together."""
        args = [servers.program(args[0]), *args[1:]]
        done = subprocess.run(
            args, input=input, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=within * slowness(),
            errors="replace", **kw)
        no_findings(args[0], done.stdout)
        if check and done.returncode:
            raise Failure(f"{' '.join(args)}: exit status "
                          f"{done.returncode}\n{done.stdout}")
        return done.stdout

    # -- servers

    def place(self, ip=None):
        """(host, port) for a new server."""
        host = ip or self.server_ip
        return host, free_port(host)

    def listen(self, ip=None, port=0):
        return Listener(ip or self.server_ip, port)

    def echo(self, ip=None, port=0):
        return Echo(ip or self.server_ip, port)

    def sshd(self, ip=None):
        return servers.sshd(self, *self.place(ip))

    def nginx(self, ip=None, port=None):
        host, other = self.place(ip)
        return servers.nginx(self, host, port or other)

    def telnetd(self, ip=None, port=None):
        host, other = self.place(ip)
        return servers.telnetd(self, host, port or other)

    def smtp(self, ip=None):
        return servers.smtp(self, *self.place(ip))

    def imap(self, ip=None):
        return servers.imap(self, *self.place(ip))

    # -- adit, which is left out where self.direct

    def agent_net(self):
        """A network for the listeners of one more agent of this case."""
        self.nets += 1
        return f"{self.net}.{128 + 16 * (self.nets - 1)}/28"

    def gateway(self, name="gateway", **kw):
        gateway = Gateway(self, name, **kw)
        self.gateways.append(gateway)
        return gateway

    def agent(self, gateway=None, name="agent", **kw):
        agent = Agent(self, gateway or self.gw, name, **kw)
        self.agents.append(agent)
        return agent

    @property
    def gw(self):
        return self.gateways[0] if self.gateways else self.gateway()

    @property
    def ag(self):
        return self.agents[0] if self.agents else self.agent()

    def resource(self, name, *parts, **keys):
        """A resource for one or more servers on the same host."""
        self.parts[name] = parts
        if self.direct:
            return
        if parts:
            keys.setdefault("host", parts[0].host)
            keys.setdefault("port", ", ".join(str(p.port) for p in parts))
        self.gw.resource(name, **keys)

    def plugin(self, name, **options):
        """Has the gateway load a plugin of the build: a copy, since the build
        may belong to somebody whom root does not trust."""
        if self.direct:
            return
        built = f"{self.build}/plugins/{name}/.libs/{name}.so"
        folder = self.path("plugins")
        if not os.path.exists(built):
            raise Failure(f"{built} is not built")
        if not os.path.exists(f"{folder}/{name}.so"):
            os.makedirs(folder, exist_ok=True)
            shutil.copy(built, folder)
            os.chmod(f"{folder}/{name}.so", 0o644)
        self.gw.conf["server"]["plugin_dir"] = folder
        self.gw.conf.setdefault(f"plugin {name}", {}).update(options)

    def up(self):
        """Starts gateway and agent; afterwards at() is connectable."""
        if not self.direct:
            self.gw.start()
            self.ag.up()
            self.ag.wait_state("connected")

    def at(self, name, part=0):
        """(host, port) that the application uses for a resource."""
        server = self.parts[name][part]
        if self.direct:
            return server.host, server.port
        listen = self.ag.conf.get(f"listen {name}", {})
        return self.ag.at(name, listen.get("port", server.port))

    def dial(self, name):
        return dial(self.at(name))

    def pair(self, server, name="tcp"):
        """Both ends of a fresh connection: application's, server's."""
        app = self.dial(name)
        return app, server.accept()

    def one_server(self, ip=None):
        """A resource `tcp` with a listening socket behind it, and up."""
        server = self.listen(ip)
        self.resource("tcp", server)
        self.up()
        return server

    def socks_flags(self):
        """curl's flags for the agent's SOCKS listener."""
        if self.direct:
            return []
        return ["--socks5-hostname", show(self.ag.socks())]

    def reason(self, pattern):
        """The gateway's log says why; nobody does where self.direct."""
        if not self.direct:
            self.gw.wait_log(pattern)

    # -- the end

    def finish(self):
        """Ends adit in the ordinary way and sees what is left."""
        for agent in self.agents:
            if agent.is_up:
                agent.call("down")
        for gateway in self.gateways:
            gateway.stop()
            found = re.search(r" ended: .*; starting another", gateway.log())
            check(self.may_die or not found, found and found.group())
        wait_for(lambda: not [
            p for p in descendants(os.getpid())
            if running(p) and comm(p).startswith("adit")],
            "all of adit's processes to end")
        self.look_for_findings()

    def look_for_findings(self):
        """Reports of sanitizers fail the case, wherever it wrote them.

        What is mounted there, the root of a machine for instance, shows files
        of this system, also those of other tests.
        """
        for root, folders, names in os.walk(self.dir):
            folders[:] = [f for f in folders
                          if not os.path.ismount(os.path.join(root, f))]
            for name in names:
                if name.endswith(".log"):
                    with open(os.path.join(root, name), errors="replace") as f:
                        no_findings(name, f.read())


def no_findings(where, text):
    for words in FINDINGS:
        if words in text:
            line = next(one for one in text.splitlines() if words in one)
            raise Failure(f"{where}: {line}")


def perform(module, name, number, folder, build, direct):
    """Runs one case in this process; raises what goes wrong."""
    t = Case(name, number, folder, build, direct)
    t.shared = os.path.dirname(folder)
    if (getattr(module, "ROOT", False) or getattr(module, "NET", False)) \
            and os.getuid() != 0:
        raise Skip("needs root")
    for tool in getattr(module, "NEEDS", []):
        servers.program(tool)
    if getattr(module, "NET", False):
        t.far = own_network()
    variant = name.partition(".")[2]
    module.run(t, variant) if variant else module.run(t)
    t.finish()

