# SPDX-License-Identifier: BSD-2-Clause
"""Certificates of a small authority, made with openssl."""

import os
import subprocess

from .servers import program


def openssl(*words):
    subprocess.run([program("openssl"), *words], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def authority(t, name):
    """A CA; the file of its certificate."""
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN={name}", "-keyout", t.path(f"{name}.key"),
            "-out", t.path(f"{name}.crt"))
    return t.path(f"{name}.crt")


def certificate(t, ca, name):
    """A certificate and key for a host name: the two files."""
    key, request, cert = (t.path(f"{name}.{x}") for x in ("key", "csr", "crt"))
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
    extra = t.write(f"{name}.ext", f"subjectAltName=DNS:{name}\n")
    openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey",
            ca.replace(".crt", ".key"), "-CAcreateserial", "-days", "2",
            "-extfile", extra, "-out", cert)
    os.chmod(key, 0o600)
    return cert, key
