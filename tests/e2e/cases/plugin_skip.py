# SPDX-License-Identifier: BSD-2-Clause
"""A plugin that rewrites the head of a record and skips its body: bodies far
larger than .max_message, both ways at once and in odd pieces."""

import hashlib
import struct
import threading

from lib import parley
from lib.base import equal
from lib.tcp import dial

# A head is 12 bytes: the body's length, and a number that becomes 7.
PLUGIN = """
#include <adit/plugin.h>

#include <string.h>

enum { HEAD = 12 };

static int64_t frame(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	(void)ch;
	(void)p;
	return n < HEAD ? ADIT_MORE : ADIT_MSG(HEAD);
}

static enum adit_verdict message(struct adit_msg *m)
{
	uint8_t head[HEAD];
	uint64_t body = 0;

	if (m->flags & ADIT_PARTIAL)
		return ADIT_CLOSE;
	for (int i = 0; i < 8; i++)
		body = body << 8 | m->data[i];
	memcpy(head, m->data, HEAD);
	head[HEAD - 1] = 7;
	if (adit_skip(m, body))
		return ADIT_CLOSE;
	return adit_rewrite(m, head, HEAD);
}

ADIT_PLUGIN(.name = "records", .version = "1", .summary = "heads and bodies",
	    .can = ADIT_CAN_REWRITE, .max_message = 64,
	    .frame = { frame, frame }, .message = message);
"""
SIZES = [0, 1, 5, 64, 20_000, 70_000, 3_000_000, 20_000_000, 0, 12]


def body(number, size):
    unit = hashlib.sha256(b"%d" % number).digest()
    return (unit * (size // 32 + 1))[:size]


def records(number):
    return b"".join(struct.pack(">QI", size, number) + body(number, size)
                    for size in SIZES)


def send(sock, data, pieces):
    at = 0
    while at < len(data):
        size = next(pieces)
        sock.sendall(data[at:at + size])
        at += size


def endless(*sizes):
    while True:
        yield from sizes


def hear(sock):
    got = hashlib.sha256()
    while more := sock.recv(1 << 18):
        got.update(more)
    return got.hexdigest()


def run(t):
    folder = t.path("plugins")
    t.gw.conf["server"]["plugin_dir"] = folder
    t.gw.conf["plugin records"] = {}
    parley.build(t, folder, "records", PLUGIN)
    server = t.listen()
    t.resource("records", server, plugin="records")
    t.up()
    app = dial(t.ag.at("records"))
    far = server.accept()
    heard = {}

    def both(sock, number, name, pieces):
        sender = threading.Thread(target=lambda: (
            send(sock, records(number), pieces), sock.shutdown(1)))
        sender.start()
        heard[name] = hear(sock)
        sender.join()

    ends = [threading.Thread(target=both, args=(
        app, 1, "app", endless(1, 11, 3, 100_000))),
        threading.Thread(target=both, args=(
            far, 2, "far", endless(5, 65_536, 1)))]
    for end in ends:
        end.start()
    for end in ends:
        end.join(60)
    for name, number in ("far", 1), ("app", 2):
        want = b"".join(struct.pack(">QI", size, 7) + body(number, size)
                        for size in SIZES)
        equal(heard.get(name), hashlib.sha256(want).hexdigest(),
              f"what the {name} end got")
