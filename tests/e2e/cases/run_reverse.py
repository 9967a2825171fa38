# SPDX-License-Identifier: BSD-2-Clause
"""adit run: a server that connects back reaches the command, which sees the
server's own address, and port where that is free: active FTP, and rsh's
connection for errors.  Nobody else inside is connected to."""

import os
import subprocess

from lib import ftp, ftp_servers, parley
from lib.base import Skip, check, equal, spawn
from lib.tcp import read_exactly

RSH_PLUGIN = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..",
                          "..", "..", "docs", "tutorial", "rsh", "rsh.c")
NET = True
DIRECT = True
NEEDS = ["curl", "lftp"]
VARIANTS = ("curl-4", "curl-6", "lftp-4", "python-4", "python-6", "root-4",
            "rsh-4", "rsh-6", "stranger-4")

# Prints whom the data connections come from; several in a row, from one port.
FTP = """
import ftplib, sys
f = ftplib.FTP()
f.connect(sys.argv[1], int(sys.argv[2]), 20)
f.login(*sys.argv[3:])
f.set_pasv(False)
for _ in range(3):
    conn, size = f.ntransfercmd("NLST")
    print(conn.getpeername()[0] == f.sock.getpeername()[0],
          conn.getpeername()[1])
    while conn.recv(9999):
        pass
    conn.close()
    f.voidresp()
f.quit()
"""
RSH = """
import socket, sys
host, port = sys.argv[1], int(sys.argv[2])
family = socket.AF_INET6 if ":" in host else socket.AF_INET
errors = socket.create_server(("::" if ":" in host else "0.0.0.0", 0),
                              family=family)
s = socket.create_connection((host, port), 20)
s.sendall(str(errors.getsockname()[1]).encode() + bytes(1))
e, peer = errors.accept()
print(peer[0] == host)
s.sendall(b"alice" + bytes(1) + b"bob" + bytes(1) + b"date" + bytes(1))
print(s.recv(1), e.recv(9))
"""
# Announces the port of another program inside, which listens there.
STRANGER = """
import os, socket, subprocess, sys, time
l = socket.create_server(("0.0.0.0", 0))
port = l.getsockname()[1]
r, w = os.pipe()
child = os.fork()
if not child:
    l.settimeout(3)
    try:
        l.accept()
        print("connected", flush=True)
    except TimeoutError:
        print("nobody came", flush=True)
    os._exit(0)
l.close()
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 20)
s.sendall(str(port).encode() + bytes(1))
os.waitpid(child, 0)
"""


def ftp_words(t, client, server, ip, host):
    login = f"{ftp_servers.USER}:{ftp_servers.PASSWORD}"
    place = f"[{host}]:{server.port}" if ":" in host else \
        f"{host}:{server.port}"
    if client == "curl":
        return ["curl", "-sS", "--ftp-port", "-", "-u", login, "-T",
                t.path("file"), f"ftp://{place}/"]
    if client == "lftp":
        return ["lftp", "--norc", "-c", "set ftp:passive-mode no; set "
                "net:max-retries 1; set net:timeout 20; open -u "
                f"{login.replace(':', ',')} ftp://{place}; "
                f"put {t.path('file')}; ls"]
    return ["/usr/bin/python3", "-c", FTP, host, str(server.port),
            *login.split(":")]


def run_ftp(t, client, ip):
    with t.far:
        server = ftp_servers.start(t, "vsftpd", ip,
                                   connect_from_port_20="YES")
    ftp.resource(t, server, host=ip)
    ftp.resource(t, server, "by-name", host="files.corp.example")
    t.gw.hosts = [(ip, "files.corp.example")]
    t.agent(uid=None if client == "root" else 65534)
    t.up()
    ftp.make(t.path("file"), 1 << 20)
    os.chmod(t.path("file"), 0o644)
    for host in ip, "files.corp.example":
        status, text = t.ag.run(*ftp_words(t, client, server, ip, host))
        equal(status, 0, f"{client} at {host}: {text}")
        if client in ("python", "root"):
            ports = [line.split()[1] for line in text.splitlines()]
            equal(text, "".join(f"True {p}\n" for p in ports), "who connects")
            equal(ports[0], "20", text)


def word(sock):
    """The next one, without its NUL."""
    text = b""
    while not text.endswith(b"\0"):
        text += read_exactly(sock, 1)
    return text[:-1].decode()


def rsh(t, ip, program):
    with open(RSH_PLUGIN) as f:
        parley.build(t, t.path("plugins"), "rsh", f.read())
    t.gw.conf["server"]["plugin_dir"] = t.path("plugins")
    t.gw.conf["plugin rsh"] = {}
    with t.far:
        server = t.listen(ip)
    t.resource("shell", server, plugin="rsh")
    t.agent(uid=65534)
    t.up()
    command = spawn(t.ag.command("run", "/usr/bin/python3", "-c", program, ip,
                                 str(server.port)),
                    env=t.ag.env, stdout=subprocess.PIPE, text=True)
    return server.accept(), command


def run_rsh(t, ip):
    far, command = rsh(t, ip, RSH)
    with t.far:
        errors = parley.call_back(ip, (far.getpeername()[0],
                                       int(word(far))))
    equal([word(far) for _ in range(3)], ["alice", "bob", "date"],
          "what the server hears")
    errors.sendall(b"no date")
    far.sendall(b"\0")
    text = command.communicate(timeout=20)[0]
    equal(text, "True\nb'\\x00' b'no date'\n", "what the client hears")


def stranger(t, ip):
    far, command = rsh(t, ip, STRANGER)
    with t.far:
        parley.is_refused((far.getpeername()[0], int(word(far))),
                          "another program's listener", ip)
    text = command.communicate(timeout=20)[0]
    equal(text, "nobody came\n", "another program inside")
    refused = str(t.ag.status()["refusals"])
    check("not the application itself listens there" in refused, refused)


def run(t, variant):
    kind, family = variant.split("-")
    if t.direct and kind in ("rsh", "stranger"):
        raise Skip("about adit itself")
    ip = t.far.ip if family == "4" else t.far.ip6
    if kind == "rsh":
        run_rsh(t, ip)
    elif kind == "stranger":
        stranger(t, ip)
    else:
        run_ftp(t, kind, ip)
