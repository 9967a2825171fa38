# SPDX-License-Identifier: BSD-2-Clause
"""Real servers with their own configuration, on an address of the case."""

import glob
import grp
import os
import pwd
import shutil
import socket
import subprocess
import threading

from .base import Failure, Skip, listening, spawn, wait_for
from .tcp import Listener

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ME = pwd.getpwuid(os.getuid()).pw_name


def program(name):
    """The full path of a program, or the case is skipped."""
    found = shutil.which(name, path=os.environ["PATH"] + ":" + SYSTEM_PATH)
    if not found:
        raise Skip(f"no {name} here")
    return found


def unpacked(path):
    """A file of a server that tools/servers has unpacked."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = os.environ.get("ADIT_SERVERS") or f"{cache}/adit-tests/servers"
    if not os.path.exists(f"{folder}/{path}"):
        raise Skip(f"no {path} in {folder}: run tools/servers")
    return f"{folder}/{path}"


def unpacked_program(path):
    """The words that start such a server, with its own libraries."""
    found = unpacked(path)
    folder = found[:-len(path)]
    libraries = glob.glob(f"{folder}lib/*-linux-*") + glob.glob(
        f"{folder}usr/lib/*-linux-*")
    return ["env", f"LD_LIBRARY_PATH={':'.join(libraries)}", found]


class Server:
    """A process that listens on host and port."""

    def __init__(self, host, port):
        self.host, self.port, self.process = host, port, None

    def start(self, args, log):
        self.process = spawn(args, log=log)
        name = next(word for word in args if word.startswith("/"))
        wait_for(lambda: self._ready(name, log), f"{name} to listen")
        return self

    def _ready(self, name, log):
        if self.process.poll() is not None:
            with open(log) as f:
                raise Failure(f"{name} did not start: {f.read()[-600:]}")
        return listening(self.host, self.port)


def sshd(t, host, port):
    """sshd for the present user with a key; .ssh is the client's command."""
    home = t.folder("sshd")
    for name in "host", "user":
        subprocess.run([program("ssh-keygen"), "-q", "-N", "", "-t", "ed25519",
                        "-f", f"{home}/{name}"], check=True)
    if os.getuid() == 0:
        os.makedirs("/run/sshd", 0o755, exist_ok=True)
    config = t.write(f"{home}/conf", f"""
        ListenAddress {f'[{host}]' if ':' in host else host}:{port}
        HostKey {home}/host
        PidFile none
        AuthorizedKeysFile {home}/user.pub
        StrictModes no
        UsePAM no
        PermitRootLogin yes
        PasswordAuthentication no
        PrintMotd no
        MaxStartups 100
        Subsystem sftp internal-sftp
        """)
    server = Server(host, port)
    server.options = [
        "-F", "none", "-i", f"{home}/user", "-o", "IdentitiesOnly=yes",
        "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
        "-o", "LogLevel=ERROR", "-o", "BatchMode=yes"]
    return server.start([program("sshd"), "-D", "-e", "-f", config],
                        t.path("sshd.log"))


def nginx(t, host, port):
    """nginx: / is "x", files lie under /files/."""
    home = t.folder("nginx")
    os.mkdir(f"{home}/files")
    user = f"user {ME};" if os.getuid() == 0 else ""
    listen = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    config = t.write(f"{home}/conf", f"""
        daemon off; pid {home}/pid; worker_processes 1; {user}
        error_log stderr;
        events {{ worker_connections 8192; }}
        http {{
            access_log {home}/access.log
                combined if=$loggable;
            map $http_x_log $loggable {{ default 0; "1" 1; }}
            keepalive_requests 1000000;
            client_body_temp_path {home}/t1; proxy_temp_path {home}/t2;
            fastcgi_temp_path {home}/t3; uwsgi_temp_path {home}/t4;
            scgi_temp_path {home}/t5;
            server {{
                listen {listen} backlog=4096;
                location / {{ return 200 "x"; }}
                location /host {{ return 200 "$http_host"; }}
                location /files/ {{ root {home}; }}
            }}
        }}""")
    server = Server(host, port)
    server.files = f"{home}/files"
    return server.start([program("nginx"), "-p", home, "-c", config],
                        t.path("nginx.log"))


class Inetd(Listener):
    """Starts a program for each connection, as inetd does."""

    def __init__(self, host, port, args, log):
        super().__init__(host, port)
        self.sock.settimeout(None)
        self.args, self.log, self.processes = args, log, []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            conn, _ = self.sock.accept()
            with open(self.log, "ab") as err:
                self.processes.append(spawn(
                    self.args, stdin=conn, stdout=conn, stderr=err))
            conn.close()


LOGIN = """#!/bin/sh
printf 'login: '; read -r name
stty -echo; printf 'Password: '; read -r word; stty echo; echo
[ "$name/$word" = "alice/wonderland" ] || { echo 'Login incorrect'; exit 1; }
echo "Welcome, $name"
while printf '$ ' && read -r line; do
    [ "$line" = exit ] && break
    eval "$line"
done
echo Bye
"""


def telnetd(t, host, port):
    """inetutils-telnetd; the login program knows alice/wonderland."""
    login = t.write("login", LOGIN)
    os.chmod(login, 0o755)
    return Inetd(host, port,
                 [*unpacked_program("usr/sbin/telnetd"), "-h", "-E", login],
                 t.path("telnetd.log"))


def smtp(t, host, port):
    """aiosmtpd, which puts mail into the Maildir that imap() shows."""
    # Debian's python3 has the package, a python3 of the user's own may not.
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import aiosmtpd"],
                      stderr=subprocess.DEVNULL).returncode:
        raise Skip("no python3-aiosmtpd here")
    server = Server(host, port)
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    uid, gid = mail_user()
    for folder in ("", "Maildir", "Maildir/cur", "Maildir/new", "Maildir/tmp"):
        os.makedirs(t.path("mail", folder))
        os.chown(t.path("mail", folder), uid, gid)
    become = [] if uid == os.getuid() else [
        program("setpriv"), f"--reuid={uid}", f"--regid={gid}",
        "--clear-groups", "--inh-caps=+net_bind_service",
        "--ambient-caps=+net_bind_service"]
    return server.start(
        [*become, python, "-m", "aiosmtpd", "-n", "-l", where, "-c",
         "aiosmtpd.handlers.Mailbox", t.path("mail", "Maildir")],
        t.path("smtp.log"))


def mail_user():
    """Whose the mail is: dovecot refuses root's, so it is nobody's then."""
    me = pwd.getpwnam("nobody" if os.getuid() == 0 else ME)
    return me.pw_uid, me.pw_gid


# What is written differently since dovecot 2.4, which Debian 13 has.
DOVECOT_2_3 = """
disable_plaintext_auth = no
mail_location = maildir:{mail}/Maildir
passdb {{
  driver = static
  args = password=wonderland
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={mail}
}}
"""
DOVECOT_2_4 = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {mail}/Maildir
passdb static {{
  password = wonderland
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {mail}
  }}
}}
"""


def dovecot_form(dovecot):
    said = subprocess.run([dovecot, "--version"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    version = tuple(int(part) for part in said.split(".")[:2])
    return DOVECOT_2_4 if version >= (2, 4) else DOVECOT_2_3


def imap(t, host, port):
    """dovecot: any user with the password wonderland sees the Maildir."""
    root = os.getuid() == 0     # without root everything runs as ourselves
    dovecot = program("dovecot")
    uid, gid = mail_user()
    group = "dovecot" if root else grp.getgrgid(os.getgid()).gr_name
    own = dovecot_form(dovecot).format(mail=t.path("mail"), uid=uid, gid=gid)
    # The versions of the form stand first.
    config = t.write("dovecot.conf", f"""{own.lstrip()}
base_dir = {t.path("dovecot")}
log_path = /dev/stderr
protocols = imap
listen = {host}
ssl = no
default_internal_user = {"dovecot" if root else ME}
default_internal_group = {group}
default_login_user = {"dovenull" if root else ME}
first_valid_uid = {uid}
first_valid_gid = {gid}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
""")
    server = Server(host, port)
    return server.start([dovecot, "-F", "-c", config], t.path("dovecot.log"))


def accepts(addr):
    """Whether a connection to an address succeeds and is not cut at once."""
    try:
        with socket.create_connection(addr, timeout=5) as s:
            s.settimeout(0.2)
            try:
                return s.recv(1) != b""
            except TimeoutError:
                return True
    except OSError:
        return False
