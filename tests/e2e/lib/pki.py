# SPDX-License-Identifier: BSD-2-Clause
"""Certificates of a small authority, made with openssl."""

import datetime
import os
import socket
import ssl
import subprocess

from .servers import program


def openssl(*words):
    subprocess.run([program("openssl"), *words], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def authority(t, name):
    """A CA; the file of its certificate."""
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN={name}", "-addext",
            "keyUsage=critical,keyCertSign,cRLSign",
            "-keyout", t.path(f"{name}.key"), "-out", t.path(f"{name}.crt"))
    return t.path(f"{name}.crt")


def certificate(t, ca, name):
    """A certificate and key for a host name: the two files."""
    key, request, cert = (t.path(f"{name}.{x}") for x in ("key", "csr", "crt"))
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
    extra = t.write(f"{name}.ext", f"subjectAltName=DNS:{name}\n"
                    "authorityKeyIdentifier=keyid\n")
    openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey",
            ca.replace(".crt", ".key"), "-CAcreateserial", "-days", "2",
            "-extfile", extra, "-out", cert)
    os.chmod(key, 0o600)
    return cert, key


def dated(t, name, first, last):
    """A self-signed certificate and key, valid from day `first` to day `last`
    counted from today: the two files."""
    key, request, cert = (t.path(f"{name}.{x}") for x in ("key", "csr", "crt"))
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
    index = t.write(f"{name}.index", "")
    conf = t.write(f"{name}.cnf", f"""\
        [ca]
        default_ca = it
        [it]
        database = {index}
        new_certs_dir = {t.dir}
        rand_serial = yes
        default_md = sha256
        policy = any
        x509_extensions = names
        [any]
        commonName = supplied
        [names]
        subjectAltName = DNS:{name}
        keyUsage = digitalSignature, keyCertSign
        basicConstraints = CA:TRUE
        """)
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.timezone.utc)
    start, end = ((now + n * day).strftime("%Y%m%d%H%M%SZ")
                  for n in (first, last))
    openssl("ca", "-config", conf, "-batch", "-selfsign", "-notext",
            "-keyfile", key, "-in", request, "-startdate", start,
            "-enddate", end, "-out", cert)
    os.chmod(key, 0o600)
    return cert, key


def served(host, port, name):
    """The certificate that a gateway shows to who asks for this name; DER."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["adit/1"])
    with socket.create_connection((host, port), timeout=20) as raw:
        with context.wrap_socket(raw, server_hostname=name) as tls:
            return tls.getpeercert(binary_form=True)


def der(path):
    """The first certificate of a PEM file."""
    with open(path) as f:
        pem = f.read()
    end = "-----END CERTIFICATE-----"
    return ssl.PEM_cert_to_DER_cert(pem[:pem.index(end) + len(end)])


class Office:
    """An authority that gives certificates to people, and takes them back."""

    def __init__(self, t, name="office"):
        self.t, self.name = t, name
        self.ca = authority(t, name)
        self.key = self.ca.replace(".crt", ".key")
        self.index = t.write(f"{name}.index", "")
        self.crl = t.path(f"{name}.crl")
        self.conf = t.write(f"{name}.cnf", f"""\
            [ca]
            default_ca = it
            [it]
            database = {self.index}
            new_certs_dir = {t.dir}
            certificate = {self.ca}
            private_key = {self.key}
            rand_serial = yes
            unique_subject = no
            default_md = sha256
            policy = any
            [any]
            commonName = supplied
            """)

    def issue(self, user, name=None, extra="", days=("now", 1), purpose="clientAuth",
              key="ec"):
        """A certificate of a user and its key: the two files."""
        name = name or user
        key_file, request, cert = (self.t.path(f"{name}.{x}")
                                   for x in ("key", "csr", "crt"))
        kind = (["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if key == "ec"
                else [key])
        openssl("req", "-newkey", *kind, "-nodes", "-subj", f"/CN={user}",
                "-keyout", key_file, "-out", request)
        names = self.t.write(f"{name}.ext", f"extendedKeyUsage={purpose}\n{extra}")
        first, last = (
            (datetime.datetime.now(datetime.timezone.utc) +
             datetime.timedelta(days=d)).strftime("%y%m%d%H%M%SZ")
            for d in ((-1, days[1]) if days[0] == "now" else days))
        openssl("ca", "-batch", "-notext", "-config", self.conf, "-in", request,
                "-startdate", first, "-enddate", last, "-extfile", names,
                "-out", cert)
        os.chmod(key_file, 0o600)
        return cert, key_file

    def revoke(self, cert=None, old=False):
        """Writes the CRL, with this certificate in it from now on; old: one that
        is out of date for an hour."""
        if cert:
            openssl("ca", "-config", self.conf, "-revoke", cert)
        first, last = (
            (datetime.datetime.now(datetime.timezone.utc) +
             datetime.timedelta(hours=h)).strftime("%y%m%d%H%M%SZ")
            for h in ((-2, -1) if old else (-2, 24)))
        openssl("ca", "-config", self.conf, "-gencrl", "-crl_lastupdate", first,
                "-crl_nextupdate", last, "-out", self.crl)
        return self.crl
