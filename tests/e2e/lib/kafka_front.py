# SPDX-License-Identifier: BSD-2-Clause
"""What stands before each broker of the mock cluster, in a process of its own,
and does what the mock cannot:

    python3 kafka_front.py OPTIONS BROKER...

OPTIONS is JSON: {"sasl": {"user": ..., "password": ...}}, clients have to log
in; {"tls": [CERT, KEY]}, they speak TLS; {"most": {API: VERSION...}}, it answers
ApiVersions of version 3, and offers of these APIs no later version; {"host":
IP}, they listen there, and announce it; or {}.  Each
BROKER is the host:port of one of the mock's.  It prints host:port of each front, announces them in the brokers' place, and prints
one line of JSON for each of these lines:

    halt     from now on only half of each reply to Fetch and Metadata goes out;
             halt BYTES: of those that are longer than this
    go       the rest of them, and all others
    told     {"halves": {API: replies of which half is out}, "connections": N, "logins": [MECHANISM...], "refused": N,
             "longest": bytes of the longest reply, "endpoints": replies
             to Produce that name another broker, "produced": all others}
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import ssl
import struct
import sys

PRODUCE, FETCH, METADATA = 0, 1, 3
API_VERSIONS, HANDSHAKE, AUTHENTICATE = 18, 17, 36
MECHANISMS = ["PLAIN", "SCRAM-SHA-256"]
ILLEGAL_STATE, UNSUPPORTED, FAILED = 34, 33, 58
ROUNDS = 4096


def string(text):
    return struct.pack(">h", len(text)) + text.encode()


class Scram:
    """The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677)."""

    def __init__(self, user, password):
        self.user, self.first = user, None
        self.salt = os.urandom(16)
        self.salted = hashlib.pbkdf2_hmac("sha256", password.encode(),
                                          self.salt, ROUNDS)

    @staticmethod
    def fields(text):
        return dict(part.split("=", 1) for part in text.split(","))

    def key(self, name):
        return hmac.digest(self.salted, name, "sha256")

    def step(self, token):
        """(what is answered, whether the user is in; None: not yet)."""
        text = token.decode()
        if self.first is None:
            bare = text.split(",", 2)[2]
            self.nonce = self.fields(bare)["r"] + base64.b64encode(
                os.urandom(12)).decode()
            self.known = self.fields(bare)["n"] == self.user
            answer = (f"r={self.nonce},s={base64.b64encode(self.salt).decode()}"
                      f",i={ROUNDS}")
            self.first = f"{bare},{answer}"
            return answer.encode(), None
        # librdkafka before 2.6.1 writes its own nonce twice, as Kafka allows.
        without, _, proof = text.rpartition(",p=")
        whole = f"{self.first},{without}".encode()
        client = self.key(b"Client Key")
        mine = hmac.digest(hashlib.sha256(client).digest(), whole, "sha256")
        wanted = bytes(a ^ b for a, b in zip(client, mine))
        right = (self.known and base64.b64decode(proof) == wanted
                 and self.fields(without)["r"].endswith(self.nonce))
        done = base64.b64encode(hmac.digest(self.key(b"Server Key"), whole,
                                            "sha256"))
        return b"v=" + done, right


class Plain:
    def __init__(self, user, password):
        self.wanted = f"\0{user}\0{password}".encode()

    def step(self, token):
        return b"", token.endswith(self.wanted)


class Front:
    """One broker's."""

    def __init__(self, options, broker, told, go):
        self.options, self.told, self.open = options, told, go
        self.host, _, port = broker.rpartition(":")
        self.port = int(port)

    async def listen(self):
        tls = None
        if "tls" in self.options:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(*self.options["tls"])
        self.shown = self.options.get("host", self.host)
        server = await asyncio.start_server(self.serve, self.shown, 0, ssl=tls)
        self.at = server.sockets[0].getsockname()[1]

    @staticmethod
    async def frame(reader):
        head = await reader.readexactly(4)
        return await reader.readexactly(struct.unpack(">I", head)[0])

    @staticmethod
    def send(writer, frame):
        writer.write(struct.pack(">I", len(frame)) + frame)

    async def serve(self, reader, writer):
        self.told["connections"] += 1
        try:
            mock = await asyncio.open_connection(self.host, self.port)
        except OSError:
            writer.close()
            return
        try:
            first = await self.begin(reader, writer, *mock)
            asked = {}
            await asyncio.gather(self.ask(first, reader, mock[1], asked),
                                 self.answer(mock[0], writer, asked))
        except (asyncio.IncompleteReadError, OSError):
            pass
        mock[1].close()
        writer.close()

    async def ask(self, frame, reader, mock, asked):
        while True:
            api, _, number = struct.unpack(">hhi", frame[:8])
            asked[number] = api
            self.send(mock, frame)
            await mock.drain()
            frame = await self.frame(reader)

    async def answer(self, mock, writer, asked):
        while True:
            frame = await self.frame(mock)
            whole = self.announce(frame)
            self.told["longest"] = max(self.told["longest"], len(frame))
            (number,) = struct.unpack(">i", frame[:4])
            api = asked.pop(number, None)
            if api == PRODUCE:
                self.told["endpoints" if whole != frame else "produced"] += 1
            whole = struct.pack(">I", len(whole)) + whole
            if (api in (FETCH, METADATA) and not self.open.is_set()
                    and len(whole) > self.told["halted"]):
                half = len(whole) // 2
                writer.write(whole[:half])
                whole = whole[half:]
                self.told["halves"][str(api)] += 1
                await self.open.wait()
            writer.write(whole)
            await writer.drain()

    def announce(self, frame):
        """With the fronts' ports in the place of the brokers'."""
        for front in self.all:
            for form in (lambda host: struct.pack(">h", len(host)),
                         lambda host: bytes([len(host) + 1])):
                at, to = (form(host) + host.encode()
                          for host in (self.host, self.shown))
                frame = frame.replace(at + struct.pack(">i", front.port),
                                      to + struct.pack(">i", front.at))
        return frame

    # ---- until the user is in ----

    async def begin(self, reader, writer, mock, to_mock):
        """Returns the first request behind it that is not about versions."""
        known = "sasl" not in self.options
        while True:
            request = await self.frame(reader)
            (api,) = struct.unpack(">h", request[:2])
            if api == API_VERSIONS:
                await self.versions(request, writer, mock, to_mock)
            elif known:
                return request
            elif api == HANDSHAKE:
                await self.handshake(reader, writer, request)
                known = True
            else:
                raise OSError("a request before the login")

    async def versions(self, request, writer, mock, to_mock):
        version, number = struct.unpack(">hi", request[2:8])
        newer = version > 2 and "most" in self.options
        if newer:
            request = struct.pack(">hhih", API_VERSIONS, 0, number, -1)
        self.send(to_mock, request)
        reply = await self.frame(mock)
        error, count = struct.unpack(">hi", reply[4:10])
        if not error:
            end = 10 + 6 * count
            known = self.known(struct.iter_unpack(">3h", reply[10:end]))
            reply = reply[:4] + (
                self.compact(known) if newer else
                struct.pack(">hi", 0, len(known))
                + b"".join(struct.pack(">3h", *x) for x in known)
                + reply[end:])
        self.send(writer, reply)

    @staticmethod
    def compact(known):
        """The body of a reply of version 3."""
        return (bytes(2) + bytes([len(known) + 1])
                + b"".join(struct.pack(">3hx", *x) for x in known)
                + bytes(5))

    def known(self, entries):
        """The two requests of SASL are added to those that the mock knows."""
        most = self.options.get("most", {})
        known = [(api, first, min(last, most.get(str(api), last)))
                 for api, first, last in entries]
        if "sasl" in self.options:
            known += [(HANDSHAKE, 0, 1), (AUTHENTICATE, 0, 1)]
        return known

    @staticmethod
    def body(request):
        (client,) = struct.unpack(">h", request[8:10])
        return request[10 + max(client, 0):]

    async def handshake(self, reader, writer, request):
        version, number = struct.unpack(">hi", request[2:8])
        name = self.body(request)[2:].decode()
        known = name in MECHANISMS
        self.send(writer, struct.pack(">ihi", number,
                                      0 if known else UNSUPPORTED,
                                      len(MECHANISMS))
                  + b"".join(map(string, MECHANISMS)))
        if not known:
            raise OSError(name)
        login = (Plain if name == "PLAIN" else Scram)(**self.options["sasl"])
        right = None
        while right is None:
            right = await (self.framed(reader, writer, login) if version else
                           self.bare(reader, writer, login))
        if not right:
            self.told["refused"] += 1
            await writer.drain()
            raise OSError("wrong password")
        self.told["logins"].append(f"{name} v{version}")

    async def framed(self, reader, writer, login):
        request = await self.frame(reader)
        api, version, number = struct.unpack(">hhi", request[:8])
        if api != AUTHENTICATE:
            raise OSError("no token")
        answer, right = login.step(self.body(request)[4:])
        reply = struct.pack(">i", number)
        if right is False:
            reply += struct.pack(">h", FAILED) + string("no") + bytes(4)
        else:
            reply += (struct.pack(">hhi", 0, -1, len(answer)) + answer)
        self.send(writer, reply + (bytes(8) if version else b""))
        return right

    async def bare(self, reader, writer, login):
        """Version 0 of the handshake: tokens without a head."""
        answer, right = login.step(await self.frame(reader))
        if right is not False:
            self.send(writer, answer)
        return right


async def main(options, *brokers):
    told = {"halves": {}, "connections": 0, "logins": [], "refused": 0, "longest": 0,
            "produced": 0, "endpoints": 0, "halted": 0}
    go = asyncio.Event()
    go.set()
    fronts = [Front(json.loads(options), broker, told, go)
              for broker in brokers]
    for front in fronts:
        front.all = fronts
        await front.listen()
    print(",".join(f"{f.shown}:{f.at}" for f in fronts), flush=True)
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        if line.startswith(b"halt"):
            go.clear()
            told["halted"] = int(line[4:].strip() or b"0")
            told["halves"] = {str(api): 0 for api in (FETCH, METADATA)}
        elif line == b"go\n":
            go.set()
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
