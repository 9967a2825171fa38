/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_fuzz.c - bytes become a message between the processes of the gateway: what a
 * worker, a resolver or a checker says to the monitor, and the other way round.
 *
 * The first byte is the type, as on the wire; any payload is read as every one that
 * there is.  What is taken is packed to the same bytes again, its texts end, and
 * its numbers are what they may be. */
#include "base/err.h"
#include "process/msg_code.h"
#include "process/msg_page.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NEED(what)                                                             \
	do {                                                                   \
		if (!(what))                                                   \
			__builtin_trap();                                      \
	} while (0)

/* A text that is read is one that ends. */
#define ENDS(array) NEED(memchr((array), 0, sizeof(array)))

static uint8_t again[MSG_MAX];

static void same(const uint8_t *p, size_t n, size_t packed)
{
	NEED(packed == n && !memcmp(p, again, n));
}

static void ask(const uint8_t *p, size_t n)
{
	struct msg_auth a;
	struct msg_resolve r;

	if (!unpack_msg_auth(&a, p, n)) {
		ENDS(a.user);
		ENDS(a.password);
		NEED(pack_msg_auth(again, sizeof again, &a));
	}
	if (!unpack_msg_resolve(&r, p, n)) {
		ENDS(r.who);
		ENDS(r.host);
		same(p, n, pack_msg_resolve(again, sizeof again, &r));
	}
}

static void sign(const uint8_t *p, size_t n)
{
	struct msg_sign s;

	if (unpack_msg_sign(&s, p, n))
		return;
	NEED(s.len <= sizeof s.bytes);
	same(p, n, pack_msg_sign(again, sizeof again, &s));
}

static void answer(const uint8_t *p, size_t n)
{
	struct msg_auth_result a;
	struct msg_resolved r;

	if (!unpack_msg_auth_result(&a, p, n)) {
		ENDS(a.groups);
		NEED(a.verdict < AUTH_VERDICTS);
		same(p, n, pack_msg_auth_result(again, sizeof again, &a));
	}
	if (!unpack_msg_resolved(&r, p, n)) {
		NEED(r.n <= RESOLVE_MAX && found_str(r.outcome)[0]);
		NEED(!r.n || r.outcome == FOUND_ADDRESS);
		for (unsigned i = 0; i < r.n; i++)
			NEED(r.addrs[i].family == AF_INET ||
			     r.addrs[i].family == AF_INET6);
	}
}

/* What the front says of a browser, and the web process asks. */
static void page(const uint8_t *p, size_t n)
{
	struct msg_page_conn c;
	static struct msg_page_ask a;

	if (!unpack_msg_page_conn(&c, p, n)) {
		NEED(c.source.family == AF_INET || c.source.family == AF_INET6);
		/* An address can be written in several ways. */
		NEED(pack_msg_page_conn(again, sizeof again, &c));
	}
	if (unpack_msg_page_ask(&a, p, n))
		return;
	NEED(a.what < PAGE_WHATS && a.n <= PROMPT_MAX);
	ENDS(a.user);
	for (unsigned i = 0; i < a.n; i++)
		ENDS(a.text[i]);
	same(p, n, pack_msg_page_ask(again, sizeof again, &a));
}

/* What the front says of a one-time code, and the monitor of it. */
static void code(const uint8_t *p, size_t n)
{
	struct msg_code_is is;
	struct msg_code c;

	if (!unpack_msg_code(&c, p, n)) {
		ENDS(c.who.user);
		ENDS(c.who.gateway);
		ENDS(c.code);
		/* An address can be written in several ways. */
		NEED(pack_msg_code(again, sizeof again, &c));
	}
	if (unpack_msg_code_is(&is, p, n))
		return;
	NEED(is.verdict < CODE_VERDICTS);
	same(p, n, pack_msg_code_is(again, sizeof again, &is));
}

/* Through a socket, as a datagram of any length. */
static void receive(const uint8_t *p, size_t n)
{
	static int pair[2] = { -1, -1 };
	static struct msg m;

	if (pair[0] < 0)
		NEED(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0,
				 pair));
	if (!n || send(pair[0], p, n, 0) != (ssize_t)n)
		return;
	if (msg_recv(pair[1], &m))
		return;
	NEED(m.len < n && m.type == p[0] && !m.nfds);
	ask(m.data, m.len);
	sign(m.data, m.len);
	answer(m.data, m.len);
	page(m.data, m.len);
	code(m.data, m.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	receive(data, size);
	return 0;
}
