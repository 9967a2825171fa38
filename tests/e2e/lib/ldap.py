# SPDX-License-Identifier: BSD-2-Clause
"""slapd and OpenLDAP's clients, as tools/servers has unpacked them."""

import subprocess

from .base import Failure
from .servers import Server, unpacked, unpacked_program

ROOT, PASSWORD = "cn=admin,dc=example", "secret"


def entry(name, **values):
    """One entry of LDIF: entry("ou=a,dc=example", objectClass=[...])."""
    lines = [f"dn: {name}"]
    for key, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            lines.append(f"{key}: {one}")
    return "\n".join(lines) + "\n\n"


def top():
    return entry("dc=example", objectClass=["dcObject", "organization"],
                 dc="example", o="Example")


def unit(name):
    return entry(f"ou={name},dc=example", objectClass="organizationalUnit",
                 ou=name)


def person(dn, **more):
    return entry(dn, objectClass="inetOrgPerson",
                 cn=dn.split(",")[0].partition("=")[2], sn="Person", **more)


def referral(name, url):
    return entry(f"ou={name},dc=example",
                 objectClass=["referral", "extensibleObject"], ou=name, ref=url)


def slapd(t, place, ldif, more=""):
    """A server with these entries; `more` is for its configuration."""
    host, port = place
    words = unpacked_program("usr/sbin/slapd")
    schema, modules = unpacked("etc/ldap/schema"), unpacked("usr/lib/ldap")
    home = t.folder(f"slapd-{port}")
    conf = t.write(f"{home}/slapd.conf", f"""\
include {schema}/core.schema
include {schema}/cosine.schema
include {schema}/inetorgperson.schema
pidfile {home}/pid
modulepath {modules}
moduleload back_mdb
{more}
database mdb
suffix dc=example
directory {home}
maxsize 67108864
rootdn {ROOT}
rootpw {PASSWORD}
access to * by * read
""")
    done = subprocess.run(
        [*words[:2], unpacked("usr/sbin/slapadd"), "-q", "-f", conf, "-l",
         t.write(f"{home}/all.ldif", ldif)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failure(f"slapadd: {done.stdout}")
    shown = f"[{host}]" if ":" in host else host
    return Server(host, port).start(
        [*words, "-h", f"ldap://{shown}:{port}", "-f", conf, "-d", "0"],
        f"{home}/slapd.log")


def client(name, at, *args, input=None, within=30):
    """Runs ldapsearch, ldapmodify...; (exit status, its output)."""
    host, port = at
    shown = f"[{host}]" if ":" in host else host
    done = subprocess.run(
        [*unpacked_program(f"usr/bin/{name}"), "-x", "-H",
         f"ldap://{shown}:{port}", *args],
        input=input, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=within)
    return done.returncode, done.stdout


def search(at, *args):
    """What ldapsearch finds, as LDIF without comments but those on referrals."""
    return client("ldapsearch", at, "-LLL", "-o", "ldif-wrap=no", *args)
