# SPDX-License-Identifier: BSD-2-Clause
"""Real clients of Redis: redis-cli, redis-py, phpredis of Debian, and those of
tools/redis-clients for Node.js.

client(t, name) has keys(at): sets and gets many keys at whatever nodes they
belong to, and says at which addresses it found these, where it tells; and
load(at), which goes on until it is stopped."""

import json
import os
import subprocess

from .base import Failure, Skip, check, equal, spawn, wait_for
from .ftp_servers import PYTHON
from .servers import program

HERE = os.path.dirname(os.path.realpath(__file__))
NODE = ["ioredis", "iovalkey", "redis", "glide"]
ALL = [*NODE, "redis-cli", "redis-py", "phpredis"]
COUNT = 300


def folder():
    """Where tools/redis-clients puts what npm installs."""
    cache = (os.environ.get("XDG_CACHE_HOME")
             or os.path.expanduser("~/.cache"))
    found = (os.environ.get("ADIT_REDIS_CLIENTS")
             or f"{cache}/adit-tests/redis-clients")
    if not os.path.exists(f"{found}/node_modules"):
        raise Skip(f"no node_modules in {found}: run tools/redis-clients")
    return found


def node(name, task, at):
    return [program("node"), f"{HERE}/redis_clients.js", folder(), name, task,
            at[0], str(at[1])]


PY = r"""
import json, sys, time
from redis.cluster import RedisCluster
host, port, task = sys.argv[1], int(sys.argv[2]), sys.argv[3]
c = RedisCluster(host=host, port=port, decode_responses=True,
                 read_from_replicas=task == "keys")
right = 0
if task == "keys":
    for i in range(%d):
        c.set(f"py:{i}", f"v{i}")
    with c.pipeline() as p:
        for i in range(%d):
            p.get(f"py:{i}")
        right = sum(v == f"v{i}" for i, v in enumerate(p.execute()))
    right += c.get("py:7") == "v7"
    nodes = sorted(f"{n.host}:{n.port}" for n in c.get_nodes())
    print(json.dumps({"right": right, "nodes": nodes}))
else:
    import threading
    told = {"right": 0, "wrong": 0, "errors": {}}
    on = [True]
    def heed():
        for line in sys.stdin:
            print(told["right"], flush=True)
        on.clear()
    threading.Thread(target=heed, daemon=True).start()
    print("ready", flush=True)
    i = 0
    while on:
        i += 1
        try:
            c.set(f"py:{i %% 500}", str(i))
            told["right" if c.get(f"py:{i %% 500}") == str(i)
                 else "wrong"] += 1
        except Exception as e:
            told["errors"][repr(e)[:80]] = told["errors"].get(
                repr(e)[:80], 0) + 1
            time.sleep(0.05)
        if i %% 8 == 0:
            time.sleep(0.002)
    print(json.dumps(told))
""" % (COUNT, COUNT)

PHP = r"""
$c = new RedisCluster(NULL, ["$argv[1]:$argv[2]"], 5, 5);
$right = 0;
for ($i = 0; $i < %d; $i++) $c->set("php:$i", "v$i");
for ($i = 0; $i < %d; $i++) $right += $c->get("php:$i") == "v$i";
$right += $c->get("php:7") == "v7";
$nodes = array_map(fn($n) => "$n[0]:$n[1]", $c->_masters());
sort($nodes);
print json_encode(["right" => $right, "nodes" => $nodes]) . "\n";
""" % (COUNT, COUNT)


def words(name, task, at):
    """The command line of a client for a task."""
    if name in NODE:
        return node(name, task, at)
    if name == "redis-py":
        return [PYTHON, "-c", PY, at[0], str(at[1]), task]
    if name == "phpredis":
        return [program("php"), "-d", "extension=redis.so", "-r", PHP, "--",
                at[0], str(at[1])]
    raise Failure(f"no client {name}")


def run(args, within=60, input=None):
    done = subprocess.run(args, stdout=subprocess.PIPE, input=input, text=True,
                          stderr=subprocess.PIPE, timeout=within)
    if done.returncode:
        if "No module named" in done.stderr or "not found" in done.stderr:
            raise Skip(done.stderr[-200:])
        raise Failure(f"{args[0]}: {done.stderr[-1500:]}{done.stdout[-500:]}")
    return done.stdout


def keys(name, at):
    """Sets and gets keys at all nodes.  Returns the addresses of these."""
    if name == "redis-cli":
        return _cli_keys(at)
    told = json.loads(run(words(name, "keys", at)).splitlines()[-1])
    equal(told["right"], COUNT + 1, f"{name}: keys that came back")
    return told["nodes"]


def _cli_keys(at):
    cli = [program("redis-cli"), "-c", "-h", at[0], "-p", str(at[1])]
    lines = "".join(f"SET cli:{i} v{i}\nGET cli:{i}\n" for i in range(COUNT))
    text = run(cli, input=lines)
    equal(text.count("\nv") + text.startswith("v"), COUNT,
          "redis-cli: keys that came back")
    return []


class Load:
    """A client that sets and gets keys until it is stopped."""

    def __init__(self, t, name, at, task="load"):
        self.name = name
        self.process = subprocess.Popen(
            words(name, task, at), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        line = self.process.stdout.readline()
        if line != "ready\n":
            raise Failure(f"{name}: {line}{self.process.stdout.read()}")

    def right(self):
        """How many values it has got back as it had set them, so far."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.strip().isdigit():
                return int(line)
        raise Failure(f"{self.name} has ended")

    def goes_on(self, count=20, within=90):
        """Waits for so many more of them: a slow machine takes longer."""
        wanted = self.right() + count
        wait_for(lambda: self.right() >= wanted,
                 f"{self.name} to get {count} values more", within)

    def stop(self, lost=0):
        """{right, wrong, errors} of what it has done.  A master that dies may
        have taken so many values with it that its replica has not seen."""
        self.process.stdin.close()
        lines = self.process.stdout.read().splitlines()
        self.process.wait(30)
        check(lines and lines[-1].startswith("{"), f"{self.name}: {lines}")
        told = json.loads(lines[-1])
        check(told["wrong"] <= lost, f"{self.name}: wrong values: {told}")
        return told


def quiet(args, **kw):
    return spawn(args, log=os.devnull, **kw)
