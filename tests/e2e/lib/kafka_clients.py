# SPDX-License-Identifier: BSD-2-Clause
"""Clients of Kafka: each lists the brokers, produces, and consumes in a group.

A client is a script, kafka_NAME.py or .js beside this file, whose argument is a
task in JSON: {"at": "host:port", "topic": ..., "do": "list", "produce" or
"consume", "count": ..., "over": partitions, "group": ..., "sasl": [mechanism,
user, password] or nothing}.  It prints one line of JSON: the brokers as
"host:port", the number that was produced, or the sum of what was consumed.
tools/kafka-clients installs those that Debian does not have."""

import json
import os
import subprocess

from .base import Failure, Skip
from .servers import program

HERE = os.path.dirname(os.path.realpath(__file__))
PYTHON = {"confluent": "confluent_kafka", "python": "kafka"}
NODE = {"kafkajs": "kafkajs", "platformatic": "@platformatic/kafka",
        "confluentjs": "@confluentinc/kafka-javascript"}
NAMES = [*PYTHON, *NODE]
# Of the mock's APIs for groups this client takes the latest versions, to which
# the mock's answers are wrong.
FRONTS = {"platformatic": {"most": {"11": 5, "12": 3, "13": 1, "14": 3}}}


def folder():
    """Where tools/kafka-clients puts what npm installs."""
    cache = (os.environ.get("XDG_CACHE_HOME")
             or os.path.expanduser("~/.cache"))
    return (os.environ.get("ADIT_KAFKA_CLIENTS")
            or f"{cache}/adit-tests/kafka-clients")


def newer():
    """The librdkafka that @confluentinc/kafka-javascript is built with."""
    path = f"{folder()}/node_modules/{NODE['confluentjs']}/build/deps"
    if not os.path.exists(f"{path}/librdkafka.so.1"):
        raise Skip(f"no librdkafka in {path}: run tools/kafka-clients")
    return path


def run(command, input=None, within=40, env=None):
    try:
        done = subprocess.run(
            command, input=input, text=True, timeout=within, env=env,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except subprocess.TimeoutExpired as late:
        raise Failure(f"{command} hangs: {late.stderr}") from None
    if done.returncode:
        raise Failure(f"{command}: {done.stderr[-2000:]}{done.stdout[-500:]}")
    return done.stdout


def kcat(at, *words, **how):
    return run([program("kcat"), "-b", at, *words], **how)


class Client:
    def __init__(self, name, sasl=None):
        self.name, self.env = name, dict(os.environ)
        self.extra = {"sasl": sasl} if sasl else {}
        if name in NODE:
            modules = f"{folder()}/node_modules"
            if not os.path.exists(f"{modules}/{NODE[name]}"):
                raise Skip(f"no {NODE[name]} in {folder()}: "
                           "run tools/kafka-clients")
            self.env["NODE_PATH"] = modules
            self.command = [program("node"), f"{HERE}/kafka_{name}.js"]
            if name == "platformatic":      # Debian's node is too old for it
                self.command[0] = f"{modules}/.bin/node"
            elif name == "confluentjs":
                newer()
        else:
            # Debian's has the modules, one of the user's own may not.
            # Without -P the module kafka is the one beside this file.
            python = ["/usr/bin/python3", "-P"]
            self.command = [*python, f"{HERE}/kafka_{name}.py"]
            found = subprocess.run([*python, "-c",
                                    f"import {PYTHON[name]}"], check=False,
                                   stderr=subprocess.DEVNULL)
            if found.returncode:
                raise Skip(f"no module {PYTHON[name]} here")

    def task(self, at, do, **task):
        task = {"at": at, "do": do, **task, **self.extra}
        out = run([*self.command, json.dumps(task)], env=self.env)
        for line in out.splitlines():
            if line.startswith("{"):
                return json.loads(line)
        raise Failure(f"{self.name} says: {out[-1000:]}")

    def brokers(self, at):
        return sorted(self.task(at, "list")["brokers"])

    def produce(self, at, topic, count, over=4):
        """Messages 0 to count - 1, over so many partitions in turn."""
        return self.task(at, "produce", topic=topic, count=count,
                         over=over)["sent"]

    def consume(self, at, topic, count, group):
        """The sum of so many messages, in a consumer group."""
        return self.task(at, "consume", topic=topic, count=count,
                         group=group)["sum"]


class Load:
    """A producer and a consumer group that go on until they are stopped;
    `library`: the folder of another librdkafka than Debian's."""

    def __init__(self, at, topic, library=None):
        client = Client("confluent")
        command = client.command
        if library:
            client.env["LD_LIBRARY_PATH"] = library
        self.process = subprocess.Popen(
            [*command[:-1], f"{HERE}/kafka_load.py", at, topic],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, env=client.env)
        line = self.process.stdout.readline()
        if line != "ready\n":
            raise Failure(f"kafka_load.py: {line}{self.process.stdout.read()}")

    def stop(self):
        """{sent, errors, lost, twice} of its messages."""
        told, _ = self.process.communicate("", 30)
        if self.process.returncode:
            raise Failure(f"kafka_load.py: {told[-2000:]}")
        return json.loads(told.splitlines()[-1])
