/* SPDX-License-Identifier: BSD-2-Clause */
/* sqlnet.c - the plugin for Oracle Net (TNS): follows the redirects of a
 * listener.
 *
 * Up to ACCEPT every packet begins with a length of 16 bits.  A CONNECT, REFUSE
 * or REDIRECT may have its text in the DATA packets behind it; together they
 * are one message.  After ACCEPT the plugin detaches: the lengths may have 32
 * bits then, and nothing is left to do. */
#include "nv.h"
#include "redirect.h"
#include "services.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum packet {
	CONNECT = 1,
	ACCEPT = 2,
	ACK = 3,
	REFUSE = 4,
	REDIRECT = 5,
	DATA = 6,
	RESEND = 11,
	MARKER = 12,
	CONTROL = 14
};
enum {
	HEADER = 8,
	DATA_HEADER = 10,
	CONNECT_LEAST = 34,
	ACCEPT_LEAST = 24,
	TLS_HANDSHAKE = 0x16,
	TEXT_MAX = 16384, /* bytes of a REDIRECT, connect data included */
	OUT_MAX = TEXT_MAX + 4096,
	DEPTH_MAX = 4, /* redirects behind redirects */
	OOB_OPTIONS = 0x0600,
	OOB_CHECK = 1,
	ERR_SERVICE = 12514,  /* ORA-12514: unknown service */
	ERR_REDIRECT = 12535, /* ORA-12535: operation timed out */
};

enum { CARRY, CLEAR }; /* sqlnet_conf.oob */

struct sqlnet_state {
	bool spoken; /* a CONNECT has come */
	char service[128], program[128], user[128];
};

struct sqlnet_conf {
	uint32_t oob;
	struct adit_ports redirect_ports;
	const char *const *services;
	const char *const *redirect_allow; /* used by the engine */
};

static const char *const counters[] = { "redirects", "refused", NULL };
enum { COUNT_REDIRECTS, COUNT_REFUSED };

static unsigned u16(const uint8_t *p)
{
	return (unsigned)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* ---- messages ------------------------------------------------------------ */

/* Returns the length of a packet's text, and where the text begins in *from; 0:
 * it has none.  SIZE_MAX: the n bytes at hand are too few to tell. */
static size_t text_of(const uint8_t *p, size_t n, size_t *from)
{
	static const struct {
		uint8_t length, least;
	} at[] = {
		[CONNECT] = { 24, 28 },
		[REFUSE] = { 10, 12 },
		[REDIRECT] = { 8, 10 },
	};
	unsigned type = p[4];

	*from = 0;
	if (type >= sizeof at / sizeof *at || !at[type].least ||
	    u16(p) < at[type].least)
		return 0;
	if (n < at[type].least)
		return SIZE_MAX;
	*from = type == CONNECT ? u16(p + 26) : at[type].least;
	return u16(p + at[type].length);
}

/* Finds the end of a packet and of those behind it that have its text.  If a
 * REDIRECT says that its text is empty, the text is the next packet, DATA or
 * REDIRECT, whatever its length. */
static int64_t sqlnet_cut(const uint8_t *p, size_t n)
{
	size_t from, at, want, have = 0;
	bool any;

	if (n < 5)
		return n >= 2 && u16(p) < HEADER ? ADIT_BAD : ADIT_MORE;
	at = u16(p);
	want = text_of(p, n, &from);
	if (at < HEADER)
		return ADIT_BAD;
	if (want == SIZE_MAX)
		return ADIT_MORE;
	any = p[4] == REDIRECT && !want && at == DATA_HEADER;
	if (!any && (!want || at > from))
		return ADIT_MSG(at);
	do {
		if (n < at + 5)
			return ADIT_MORE;
		if (u16(p + at) < DATA_HEADER ||
		    (p[at + 4] != DATA && !(any && p[at + 4] == REDIRECT)))
			return ADIT_MSG(at);
		have += u16(p + at) - DATA_HEADER;
		at += u16(p + at);
	} while (have < want && !any);
	return ADIT_MSG(at);
}

static int64_t cut_to_server(struct adit_channel *ch, const uint8_t *p,
			     size_t n)
{
	const struct sqlnet_state *st = adit_state(ch);

	/* A TLS record begins with 0x16 3 and a minor version.  In a packet
	 * with that length the next byte is 0: a checksum, which is unused. */
	if (!st->spoken && *p == TLS_HANDSHAKE && n < 3)
		return ADIT_MORE;
	if (!st->spoken && *p == TLS_HANDSHAKE && p[1] == 3 && p[2])
		return ADIT_MSG(1);
	return sqlnet_cut(p, n);
}

static int64_t cut_to_client(struct adit_channel *ch, const uint8_t *p,
			     size_t n)
{
	(void)ch;
	return sqlnet_cut(p, n);
}

/* The text of a message in one piece. */
struct text {
	char bytes[TEXT_MAX];
	size_t len;
	uint16_t flags; /* of the last DATA packet */
};

/* Collects the text from the message's own packet, or from those behind it.  A
 * REDIRECT may have more text than it says, which Oracle's drivers use, too.
 * False: the text is longer or shorter than it should be, or too long. */
static bool sqlnet_gather(const struct adit_msg *m, struct text *t)
{
	size_t from, want = text_of(m->data, m->len, &from), at = u16(m->data),
		     n;
	bool any = m->data[4] == REDIRECT;

	t->len = 0;
	if (at > from) {
		n = at - from;
		if (from < HEADER || (n != want && !any) ||
		    n > sizeof t->bytes || at != m->len)
			return false;
		memcpy(t->bytes, m->data + from, n);
		t->len = n;
		return true;
	}
	for (; at < m->len; at += n) {
		n = u16(m->data + at);
		t->flags = (uint16_t)u16(m->data + at + 8);
		if (t->len + n - DATA_HEADER > sizeof t->bytes)
			return false;
		memcpy(t->bytes + t->len, m->data + at + DATA_HEADER,
		       n - DATA_HEADER);
		t->len += n - DATA_HEADER;
	}
	return t->len == want || (any && t->len > want);
}

/* ---- refusing ------------------------------------------------------------ */

/* Sends the client a REFUSE as a listener would, and resets the server's
 * connection. */
static enum adit_verdict sqlnet_refuse(struct adit_msg *m, unsigned code,
				       const char *why)
{
	uint8_t p[256] = { [4] = REFUSE, [8] = 0x22 };
	int n = snprintf((char *)p + 12, sizeof p - 12,
			 "(DESCRIPTION=(TMP=)"
			 "(VSNNUM=0)(ERR=%u)(ERROR_STACK=(ERROR=(CODE=%u)"
			 "(EMFI=4))))",
			 code, code);
	char text[8];

	put16(p, (size_t)n + 12);
	put16(p + 10, (size_t)n);
	snprintf(text, sizeof text, "%u", code);
	adit_log(m->ch, ADIT_WARN, "refused with ORA-%u: %s", code, why);
	adit_audit(m->ch, "refused", why);
	adit_audit(m->ch, "ora", text);
	adit_count(m->ch, COUNT_REFUSED, 1);
	adit_inject(m->ch, ADIT_TO_CLIENT, p, (size_t)n + 12);
	return ADIT_FINISH;
}

/* ---- CONNECT ------------------------------------------------------------- */

struct sqlnet_reader {
	const char *text;
	struct sqlnet_state *st;
};

static void sqlnet_keep(const struct sqlnet_reader *r, const struct nv_atom *a,
			char to[128])
{
	snprintf(to, 128, "%.*s", (int)(a->to - a->from), r->text + a->from);
}

/* Keeps what the audit line needs: the service, and the program and user in the
 * CID of CONNECT_DATA. */
static bool sqlnet_atom(void *ctx, const struct nv_atom *a)
{
	struct sqlnet_reader *r = ctx;
	const struct nv_name *last = &a->path[a->depth - 1];
	unsigned i = 0;

	while (i < a->depth && !nv_is(&a->path[i], "CONNECT_DATA"))
		i++;
	if (nv_is(last, "SERVICE_NAME") || nv_is(last, "SID"))
		sqlnet_keep(r, a, r->st->service);
	if (i + 3 != a->depth || !nv_is(&a->path[i + 1], "CID"))
		return true;
	if (nv_is(last, "PROGRAM"))
		sqlnet_keep(r, a, r->st->program);
	if (nv_is(last, "USER"))
		sqlnet_keep(r, a, r->st->user);
	return true;
}

static void write_down(struct adit_channel *ch, const struct sqlnet_state *st)
{
	if (*st->service)
		adit_audit(ch, "service", st->service);
	if (*st->program)
		adit_audit(ch, "program", st->program);
	if (*st->user)
		adit_audit(ch, "os_user", st->user);
}

/* Clears the offer of out-of-band breaks in a CONNECT or ACCEPT.  `options` and
 * `flags` are the offsets of the two fields with such bits. */
static enum adit_verdict clear_oob(struct adit_msg *m, size_t options,
				   size_t flags, size_t header)
{
	uint8_t p[OUT_MAX];

	if (m->len > sizeof p)
		return ADIT_CLOSE;
	memcpy(p, m->data, m->len);
	put16(p + options, u16(p + options) & ~(unsigned)OOB_OPTIONS);
	if (header >= flags + 4 && u16(p) >= flags + 4)
		p[flags + 3] &= (uint8_t)~OOB_CHECK;
	return adit_rewrite(m, p, m->len);
}

static enum adit_verdict on_connect(struct adit_msg *m)
{
	const struct sqlnet_conf *conf = adit_conf(m->ch);
	struct sqlnet_state *st = adit_state(m->ch);
	struct sqlnet_reader r = { .st = st };
	char before[sizeof st->service];
	struct text t;
	size_t data;

	memcpy(before, st->service, sizeof before);
	if (u16(m->data) < CONNECT_LEAST || !sqlnet_gather(m, &t))
		return ADIT_CLOSE;
	*st->service = *st->program = *st->user = 0;
	r.text = t.bytes;
	/* If the text is malformed, the part before that is used. */
	(void)nv_walk(t.bytes, t.len, sqlnet_atom, &r);
	/* After RESEND a client sends CONNECT again, which may differ. */
	if (!st->spoken || strcmp(before, st->service))
		write_down(m->ch, st);
	st->spoken = true;
	if (conf->services && *conf->services &&
	    !services_allow(t.bytes, t.len, conf->services,
			    adit_tag(m->ch) > 0))
		return sqlnet_refuse(m, ERR_SERVICE,
				     "a service that is not allowed");
	data = u16(m->data + 26);
	return conf->oob == CLEAR ? clear_oob(m, 12, 70, data) : ADIT_PASS;
}

/* ---- REDIRECT ------------------------------------------------------------ */

/* Keeps the addresses whose ports redirect_ports allows, in their order. */
static size_t sqlnet_choose(const struct adit_msg *m,
			    struct redirect_addresses *a)
{
	const struct sqlnet_conf *conf = adit_conf(m->ch);
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		if (adit_ports_has(&conf->redirect_ports, a->at[i].port))
			a->at[n++] = a->at[i];
	return a->n = n;
}

/* Rewrites the message with another text and the lengths for it.  The text goes
 * into one DATA packet if there were several, because some clients read only
 * the first. */
static enum adit_verdict rebuild(struct adit_msg *m, const struct text *t,
				 const char *text, size_t n)
{
	uint8_t out[OUT_MAX + 2 * DATA_HEADER], *p = out;
	size_t first = u16(m->data);
	bool any = !u16(m->data + 8) && first == DATA_HEADER;
	uint8_t *head = out;

	memcpy(out, m->data, DATA_HEADER);
	p += DATA_HEADER;
	if (first == DATA_HEADER) { /* the text is in the next packet */
		head = p;
		memcpy(head, m->data + first, DATA_HEADER);
		p += DATA_HEADER;
		if (head[4] == DATA)
			put16(head + 8, t->flags);
		else
			put16(head + 8, n);
	}
	if (!any)
		put16(out + 8, n);
	put16(head, n + DATA_HEADER);
	memcpy(p, text, n);
	return adit_rewrite(m, out, (size_t)(p - out) + n);
}

static enum adit_verdict lead(struct adit_msg *m, const struct text *t,
			      const struct redirect_addresses *a,
			      const struct adit_addr *show)
{
	size_t n;
	char text[OUT_MAX], to[280];

	adit_count(m->ch, COUNT_REDIRECTS, 1);
	snprintf(to, sizeof to, "%s:%u", a->at[0].host,
		 (unsigned)a->at[0].port);
	adit_audit(m->ch, "redirect", to);
	/* The application dials this address anyway, so the message need not
	 * be rewritten. */
	if (!a->own && show->port == a->at[0].port &&
	    !strcmp(show->host, a->at[0].host))
		return ADIT_PASS;
	/* Drivers compare the name in the certificate with the host of the
	 * redirect, which is the agent's address now. */
	if (a->tls)
		adit_log(m->ch, ADIT_INFO,
			 "a redirect to TLS (tcps) at %s: "
			 "drivers need SSL_SERVER_CERT_DN in the SECURITY part "
			 "of their connect string, see man aditd.ini",
			 to);
	n = redirect_write(a, show, text, sizeof text - (t->len - a->len));
	if (!n)
		return sqlnet_refuse(m, ERR_REDIRECT,
				     "a redirect that is too long");
	memcpy(text + n, t->bytes + a->len, t->len - a->len);
	return rebuild(m, t, text, n + t->len - a->len);
}

static enum adit_verdict on_redirect(struct adit_msg *m)
{
	struct text t;
	struct redirect_addresses a;
	struct adit_addr show;
	uint32_t id;
	struct adit_expect want = { .size = sizeof want,
				    .targets = a.at,
				    .flags = ADIT_OUTLIVES | ADIT_INSPECT,
				    .tag = adit_tag(m->ch) + 1 };

	if (u16(m->data) < DATA_HEADER || !sqlnet_gather(m, &t) ||
	    !redirect_parse(t.bytes, strnlen(t.bytes, t.len),
			    adit_server(m->ch), &a))
		return sqlnet_refuse(m, ERR_REDIRECT, "a malformed redirect");
	if (want.tag > DEPTH_MAX)
		return sqlnet_refuse(m, ERR_REDIRECT, "too many redirects");
	want.ntargets = sqlnet_choose(m, &a);
	switch (want.ntargets ? adit_expect(m, &want, &show, &id) :
				ADIT_DENIED) {
	case ADIT_WAIT:
		return ADIT_HOLD;
	case ADIT_OK:
		return lead(m, &t, &a, &show);
	case ADIT_DENIED:
		adit_log(m->ch, ADIT_WARN, "a redirect to %s:%u is not allowed",
			 a.at[0].host, (unsigned)a.at[0].port);
		return sqlnet_refuse(m, ERR_REDIRECT,
				     "a redirect that is not allowed");
	default:
		return sqlnet_refuse(m, ERR_REDIRECT,
				     "no listener at the agent");
	}
}

/* ---- the others ---------------------------------------------------------- */

static bool on_error(void *ctx, const struct nv_atom *a)
{
	struct sqlnet_reader *r = ctx;

	if (a->depth == 2 && nv_is(&a->path[1], "ERR"))
		sqlnet_keep(r, a, r->st->service);
	return true;
}

static enum adit_verdict on_refuse(struct adit_msg *m)
{
	struct sqlnet_state code = { .spoken = true };
	struct sqlnet_reader r = { .st = &code };
	struct text t;

	if (u16(m->data) < 12 || !sqlnet_gather(m, &t))
		return ADIT_PASS;
	r.text = t.bytes;
	if (nv_walk(t.bytes, t.len, on_error, &r) && *code.service)
		adit_audit(m->ch, "ora", code.service);
	return ADIT_PASS;
}

static enum adit_verdict on_accept(struct adit_msg *m)
{
	const struct sqlnet_conf *conf = adit_conf(m->ch);
	bool flags;

	if (m->len < ACCEPT_LEAST)
		return ADIT_CLOSE;
	flags = u16(m->data + 8) >= 318;
	if (conf->oob == CLEAR &&
	    clear_oob(m, 10, 41, flags ? 45 : 0) != ADIT_PASS)
		return ADIT_CLOSE;
	return ADIT_DETACH;
}

static enum adit_verdict from_server(struct adit_msg *m)
{
	switch (m->data[4]) {
	case ACCEPT:
		return on_accept(m);
	case REFUSE:
		return on_refuse(m);
	case REDIRECT:
		return on_redirect(m);
	case ACK:
	case DATA:
	case RESEND:
	case MARKER:
	case CONTROL:
		return ADIT_PASS;
	default:
		return ADIT_CLOSE;
	}
}

/* TLS, or something that looks like it: the plugin cannot read it. */
static enum adit_verdict on_tls(struct adit_msg *m)
{
	const struct sqlnet_conf *conf = adit_conf(m->ch);

	if (conf->services && *conf->services) {
		adit_log(m->ch, ADIT_WARN,
			 "refused: the client uses TLS, so its service cannot "
			 "be compared with the option services");
		return ADIT_CLOSE;
	}
	adit_audit(m->ch, "tls", "yes");
	return ADIT_DETACH;
}

static enum adit_verdict from_client(struct adit_msg *m)
{
	const struct sqlnet_state *st = adit_state(m->ch);

	if (m->len == 1)
		return on_tls(m);
	if (m->data[4] == CONNECT)
		return on_connect(m);
	return st->spoken ? ADIT_PASS : ADIT_CLOSE;
}

static enum adit_verdict sqlnet_message(struct adit_msg *m)
{
	/* A packet that was cut short has no effect: do not forward it. */
	if (m->flags & ADIT_PARTIAL)
		return ADIT_DROP;
	return m->dir == ADIT_TO_SERVER ? from_client(m) : from_server(m);
}

#define OPT(type, name, preset, help)                                          \
	ADIT_OPT(#name, type, struct sqlnet_conf, name, preset, help)
static const struct adit_option options[] = {
	OPT(ADIT_CHOICE, oob, "carry|clear",
	    "carry out-of-band breaks, or clear the offer of them"),
	OPT(ADIT_LIST, services, NULL,
	    "allowed service names and SIDs; none: all are allowed"),
	OPT(ADIT_LIST, redirect_allow, NULL, "hosts that redirects may name"),
	OPT(ADIT_PORTS, redirect_ports, "1024-65535",
	    "ports that redirects may name"),
	{ 0 }
};

static bool sqlnet_sound(struct adit_channel *ch)
{
	const struct sqlnet_state *st = adit_state(ch);
	const uint8_t *spoken = (const uint8_t *)&st->spoken;

	return *spoken <= 1 && !st->service[sizeof st->service - 1] &&
	       !st->program[sizeof st->program - 1] &&
	       !st->user[sizeof st->user - 1];
}

ADIT_PLUGIN(.name = "sqlnet", .version = "1",
	    .summary = "Oracle Net: redirects of the listener",
	    .can = ADIT_CAN_REWRITE | ADIT_CAN_INJECT | ADIT_CAN_FORWARD,
	    .flags = ADIT_URGENT_APART, .state_version = 1,
	    .state_size = sizeof(struct sqlnet_state),
	    .conf_size = sizeof(struct sqlnet_conf), .options = options,
	    .counters = counters, .max_message = 2 * 65535,
	    .frame = { cut_to_server, cut_to_client },
	    .message = sqlnet_message, .sound = sqlnet_sound);
