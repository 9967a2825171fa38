# SPDX-License-Identifier: BSD-2-Clause
"""A user of a real FreeRADIUS logs in by pam_radius_auth (docs/login.md)."""

import os

from lib.adit import PASSWORD
from lib.base import check, equal, free_port, spawn, wait_for
from lib.pam import Pam, refused
from lib.servers import unpacked, unpacked_program
from lib.tcp import ask, dial

ROOT = True


def run(t):
    port = radius(t)
    servers = t.write("pam_radius.conf", f"127.0.0.1:{port} testing123 3\n")
    os.chmod(servers, 0o600)
    module = unpacked("lib/x86_64-linux-gnu/security/pam_radius_auth.so")
    Pam(t, f"auth required {module} conf={servers}\n"
           "account required pam_permit.so\nsession required pam_permit.so\n")
    t.resource("echo", t.echo())
    t.gw.start()
    t.ag.up()
    equal(ask(dial(t.ag.at("echo"))), b"hello", "through adit")
    t.ag.down()
    check("wrong user or password" in refused(t, "alice", "wrong"), "wrong")


def radius(t):
    port, home = free_port("127.0.0.1"), t.folder("radius")
    os.mkdir(f"{home}/log")
    t.write(f"{home}/users", f'alice Cleartext-Password := "{PASSWORD}"\n')
    t.write(f"{home}/radiusd.conf", f"""\
prefix = /usr
raddbdir = {home}
logdir = {home}/log
run_dir = {home}
libdir = {unpacked("usr/lib/freeradius")}
pidfile = {home}/pid
log {{
	destination = files
	file = {home}/log/radius.log
}}
security {{
	allow_core_dumps = no
}}
thread pool {{
}}
client localhost {{
	ipaddr = 127.0.0.1
	secret = testing123
}}
modules {{
	files {{
		filename = {home}/users
	}}
	pap {{
	}}
}}
server default {{
	listen {{
		type = auth
		ipaddr = 127.0.0.1
		port = {port}
	}}
	authorize {{
		files
		pap
	}}
	authenticate {{
		pap
	}}
}}
""")
    log = t.path("radius.out")
    words = unpacked_program("usr/sbin/freeradius")
    words[1] += f":{unpacked('usr/lib/freeradius')}"
    spawn([*words, "-f", "-l", "stdout",
           "-D", unpacked("usr/share/freeradius"), "-d", home, "-n", "radiusd"],
          log=log)
    wait_for(lambda: "Ready to process" in open(log).read(), "radius", 10)
    return port
