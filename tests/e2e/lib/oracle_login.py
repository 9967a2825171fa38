# SPDX-License-Identifier: BSD-2-Clause
"""What a database says after ACCEPT (TTC): enough for thin clients to log in
with an 11g verifier, to ping, to cancel and to log off.

The session key is mixed by PBKDF2, as databases since 12c have it; clients
of both kinds know that, MD5 of the older ones only some."""

import ctypes
import hashlib
import os

PASSWORD = "tiger"
VERIFIER_11G, ROUNDS = 0x1b25, 3
AES_192_CBC = 9                         # as gnutls.h numbers it
AUTH_ONE, AUTH_TWO, PING = 118, 115, 147
STATUS = b"\x09\0\0"
BANNER = b"Oracle Database 19c\0"
ANO = bytes.fromhex("deadbeef")         # native encryption asks first
NO_ANO = ANO + bytes.fromhex("000d 0b200200 0000 00")


class Datum(ctypes.Structure):
    """gnutls_datum_t"""
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_uint)]


def aes(key, text, decrypt=False):
    """AES-192-CBC, IV 0, no padding: by the library that adit uses, since a
    process for each message takes longer than all else here."""
    gnutls = ctypes.CDLL("libgnutls.so.30")
    handle, size = ctypes.c_void_p(), ctypes.c_size_t(len(text))
    out = ctypes.create_string_buffer(len(text))
    zero = bytes(16)
    done = gnutls.gnutls_cipher_init(
        ctypes.byref(handle), AES_192_CBC,
        ctypes.byref(Datum(key, len(key))), ctypes.byref(Datum(zero, 16)))
    assert done == 0, f"gnutls_cipher_init: {done}"
    work = (gnutls.gnutls_cipher_decrypt2 if decrypt
            else gnutls.gnutls_cipher_encrypt2)
    done = work(handle, text, size, out, size)
    gnutls.gnutls_cipher_deinit(handle)
    assert done == 0, f"AES: {done}"
    return out.raw


def ub(number):
    """An integer as TTC writes it: the count of its bytes, the bytes."""
    size = (number.bit_length() + 7) // 8
    return bytes([size]) + number.to_bytes(size, "big")


def pair(key, value, flag=0):
    key, value = key.encode(), value.encode()
    return (ub(len(key)) + bytes([len(key)]) + key + ub(len(value))
            + (bytes([len(value)]) + value if value else b"") + ub(flag))


def pairs(*found):
    return b"\x08" + ub(len(found)) + b"".join(found) + STATUS


def value_of(payload, key):
    """The value behind a key in what the client sends."""
    at = payload.index(key.encode()) + len(key)
    at += 1 + payload[at]               # its length as a number
    return payload[at + 1:at + 1 + payload[at]].decode()


def error(code, text):
    """An ORA error as the answer to a call."""
    message = f"ORA-{code:05}: {text}\n".encode()
    return (b"\x04" + b"\0" * 8         # status to error position
            + b"\0" * 6                 # kinds and flags
            + b"\0" * 5                 # row id
            + b"\0" * 9                 # OS error to batch errors
            + ub(code) + b"\0" + bytes([len(message)]) + message)


def protocol():
    """The answer to the protocol message: character sets, capabilities."""
    fdo = bytearray(40)
    fdo[9:11] = b"\x07\xd0"
    caps = bytearray(41)
    caps[7] = 12                        # speaks as 19c does
    runtime = bytes([2, 1, 0, 0, 0, 0, 4])
    return (b"\x01\x06\0" + BANNER + (873).to_bytes(2, "little") + b"\x01"
            + b"\0\0" + len(fdo).to_bytes(2, "big") + fdo
            + bytes([len(caps)]) + caps + bytes([len(runtime)]) + runtime)


def data_types(asked):
    """With a time zone where the client's capabilities say so."""
    zone = bytes.fromhex("800000003c3c3c80000000")
    caps = asked[6:]                    # behind type, character sets, flags
    runtime = caps[1 + caps[0]:]
    return b"\x02" + (zone if runtime[2] & 1 else b"") + b"\0\0"


class Login:
    """One client's login; both messages of it."""

    def __init__(self, password=PASSWORD):
        self.password = password
        self.salt, self.mixer = os.urandom(10), os.urandom(16)
        self.a = os.urandom(32)
        digest = hashlib.sha1(password.encode() + self.salt).digest()
        self.key = digest + bytes(4)

    def challenge(self):
        return pairs(
            pair("AUTH_SESSKEY", aes(self.key, self.a).hex().upper()),
            pair("AUTH_VFR_DATA", self.salt.hex().upper(), VERIFIER_11G),
            pair("AUTH_PBKDF2_CSK_SALT", self.mixer.hex().upper()),
            pair("AUTH_PBKDF2_SDER_COUNT", str(ROUNDS)))

    def session_key(self, encrypted):
        b = aes(self.key, bytes.fromhex(encrypted), decrypt=True)
        both = (b[:24] + self.a[:24]).hex().upper().encode()
        return hashlib.pbkdf2_hmac("sha512", both, self.mixer, ROUNDS, 24)

    def answer(self, payload, service):
        """(whether the password was right, what to say)."""
        key = self.session_key(value_of(payload, "AUTH_SESSKEY"))
        secret = bytes.fromhex(value_of(payload, "AUTH_PASSWORD"))
        plain = aes(key, secret, decrypt=True)[16:]
        if plain[:-plain[-1]] != self.password.encode():
            return False, error(
                1017, "invalid username/password; logon denied")
        proof = aes(key, os.urandom(16) + b"SERVER_TO_CLIENT")
        return True, pairs(
            pair("AUTH_VERSION_NO", str(0x13000000)),
            pair("AUTH_SESSION_ID", "17"), pair("AUTH_SERIAL_NUM", "4711"),
            pair("AUTH_SC_SERVICE_NAME", service),
            pair("AUTH_INSTANCENAME", "node1"),
            pair("AUTH_SVR_RESPONSE", proof.hex().upper()))
