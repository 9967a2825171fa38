# SPDX-License-Identifier: BSD-2-Clause
"""A user of a real slapd logs in by pam_ldap and nslcd (docs/login.md), and the
groups of the directory, which NSS knows, are those of adit."""

import os
import shutil

from lib import ldap
from lib.adit import PASSWORD
from lib.base import check, equal
from lib.pam import Pam, refused, speaker
from lib.servers import unpacked, unpacked_program
from lib.tcp import ask, dial

ROOT = True


def run(t):
    module = security("pam_ldap.so")
    pam = Pam(t, f"auth required {module}\naccount required {module}\n"
                 "session required pam_permit.so\n", users=["root2"])
    schema = unpacked("etc/ldap/schema")
    place = t.place()
    ldap.slapd(t, place, directory(), f"include {schema}/nis.schema")
    nslcd(t, pam, place)
    t.gw.conf["group staff"] = {"pam": "vpn", "resources": "echo"}
    echo = t.echo()
    t.gw.conf["resource echo"] = {"host": echo.host, "port": echo.port}
    t.gw.start()
    speaker(t, "ldapalice", PASSWORD)
    t.ag.up()
    equal(ask(dial(t.ag.at("echo"))), b"hello", "through adit")
    t.ag.down()
    check("wrong user or password" in refused(t, "ldapalice", "wrong"), "wrong")
    check("wrong user or password" in refused(t, "nobody2", "x"), "a stranger")


def security(name):
    return unpacked(f"lib/x86_64-linux-gnu/security/{name}")


def directory():
    person = ldap.entry(
        "uid=ldapalice,ou=people,dc=example",
        objectClass=["inetOrgPerson", "posixAccount"], uid="ldapalice",
        cn="Alice", sn="Alice", uidNumber="63000", gidNumber="63000",
        homeDirectory="/", userPassword=PASSWORD)
    group = ldap.entry("cn=vpn,ou=groups,dc=example", objectClass="posixGroup",
                       cn="vpn", gidNumber="63001", memberUid="ldapalice")
    return (ldap.top() + ldap.unit("people") + ldap.unit("groups") + person +
            group)


def nslcd(t, pam, place):
    """nslcd runs in the mount namespace of the gateway, and ends with it."""
    own = t.folder("nss")
    shutil.copy(unpacked("lib/x86_64-linux-gnu/libnss_ldap.so.2"), own)
    host, port = place
    conf = t.write(f"{pam.etc}/nslcd.conf",
                   f"uri ldap://{host}:{port}\nbase dc=example\n")
    os.chmod(conf, 0o600)
    t.write(f"{pam.etc}/nsswitch.conf",
            "passwd: files ldap\ngroup: files ldap\nshadow: files\n"
            "hosts: files dns\n")
    daemon = " ".join(unpacked_program("usr/sbin/nslcd"))
    pam.prepare = (
        f"mount -t tmpfs none /run && mkdir -p /run/nslcd && "
        f"{{ setpriv --pdeathsig KILL {daemon} -n & }} && "
        f"until [ -S /run/nslcd/socket ]; do sleep .05; done && "
        f"export LD_LIBRARY_PATH={own} && ")
