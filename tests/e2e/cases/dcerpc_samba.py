# SPDX-License-Identifier: BSD-2-Clause
"""Samba's rpcclient asks a real endpoint mapper, of which alone a resource
knows, for several interfaces, and reaches each at the port that it is told."""

import os
import subprocess

from lib.base import Skip, check, equal, listening, spawn, wait_for
from lib.servers import Server, program, unpacked

NET = DIRECT = True
MAPPER = 135
CONF = """\
[global]
interfaces = {ip}
bind interfaces only = yes
rpc start on demand helpers = no
server role = standalone server
map to guest = Bad User
private dir = {home}/private
state directory = {home}/state
cache directory = {home}/cache
lock directory = {home}/lock
pid directory = {home}/pid
ncalrpc dir = {home}/ncalrpc
log file = {home}/log
"""


def samba(t, host):
    """The mapper, and the services that have asked it for ports.

    Samba's programs start each other by paths below /usr."""
    usr = unpacked("usr/libexec/samba/samba-dcerpcd").partition("/libexec")[0]
    done = subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                           f"lowerdir={usr}:/usr", "/usr"],
                          stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Skip(f"no overlay can be mounted: {done.stderr.strip()}")
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    home = t.folder("samba")
    for name in "private", "state", "cache", "lock", "pid", "ncalrpc":
        os.mkdir(f"{home}/{name}", 0o755)
    os.makedirs("/run/samba/ncalrpc")
    conf = t.write(f"{home}/smb.conf", CONF.format(ip=host, home=home))
    spawn(["/usr/sbin/smbd", "-F", "--no-process-group", "-s", conf],
          log=t.path("smbd.log"))
    wait_for(lambda: listening(host, 445), "smbd to listen")
    spawn(["/usr/libexec/samba/samba-dcerpcd", "-F", "--libexec-rpcds", "-s",
           conf], log=t.path("samba-dcerpcd.log"))
    wait_for(lambda: listening(host, MAPPER), "the mapper to listen")
    return conf


def rpc(t, conf, host, command):
    return t.run([program("rpcclient"), "-s", conf, "-U%",
                  f"ncacn_ip_tcp:{host}", "-c", command])


def run(t):
    with t.far:
        conf = samba(t, t.far.ip)
    mapper = Server(t.far.ip, MAPPER)
    t.plugin("dcerpc")
    t.resource("rpc", mapper, plugin="dcerpc")
    t.up()
    host, port = t.at("rpc")
    equal(port, MAPPER, "the port that clients of the mapper have built in")
    for _ in range(2):
        said = rpc(t, conf, host, "srvinfo")
        check("platform_id" in said, said)
        said = rpc(t, conf, host, "enumdomains")
        check("Builtin" in said, said)
    t.reason("evt=channel .*endpoint=")
