/* SPDX-License-Identifier: BSD-2-Clause */
/* ldap.c - the plugin for LDAP (RFC 4511): follows referrals.
 *
 * A server names other servers in a SearchResultReference, and in the referral
 * of any other result.  These are read whole; requests and the entries that a
 * search finds pass by their length, unseen.  The plugin detaches where it can
 * read no more: TLS, and what a SASL mechanism protects. */
#include "ber.h"
#include "url.h"

#include <stdio.h>
#include <string.h>

enum tag { /* [APPLICATION n] of the operations (section 4.2 and on) */
	   MESSAGE = 0x30,
	   INTEGER = 0x02,
	   STRING = 0x04,
	   ENUMERATED = 0x0a,
	   BIND_RESPONSE = 0x61,
	   SEARCH_DONE = 0x65,
	   MODIFY_RESPONSE = 0x67,
	   ADD_RESPONSE = 0x69,
	   DELETE_RESPONSE = 0x6b,
	   RENAME_RESPONSE = 0x6d,
	   COMPARE_RESPONSE = 0x6f,
	   SEARCH_REFERENCE = 0x73,
	   EXTENDED_REQUEST = 0x77,
	   EXTENDED_RESPONSE = 0x78,
	   REQUEST_NAME = 0x80, /* in an EXTENDED_REQUEST */
	   REFERRAL = 0xa3,     /* in a result */
	   TLS_HANDSHAKE = 0x16,
};
enum { /* resultCode (section 4.1.9) */
       SUCCESS = 0,
       UNWILLING = 53,
};
enum {
	READ_MAX = 60 * 1024, /* a longer message passes unseen */
	OUT_MAX = 128 * 1024,
	URLS_MAX = 64, /* of one message; the others are left out */
	NOTED_MAX = 8, /* servers that the audit line of a channel names */
};

struct ldap_state {
	uint32_t start_tls; /* number of the request for TLS ... */
	bool asked;         /* ... if there is one */
	bool bound;         /* a bind has succeeded */
	uint8_t noted;
};

struct ldap_conf {
	const char *const *redirect_allow; /* used by the engine */
	struct adit_ports redirect_ports;
	uint32_t redirect_lifetime;
};

static const char *const counters[] = { "referrals", "refused", NULL };
enum { COUNT_REFERRALS, COUNT_REFUSED };

/* ---- framing ------------------------------------------------------------- */

/* The operation in the message at p, of which n bytes are there; 0: more are
 * needed; -1: it has none. */
static int ldap_operation(const struct ber *message, size_t n)
{
	struct ber id;
	size_t have = n - message->head;
	int ret = ber_head(&id, message->value, have);

	if (ret != 1)
		return ret;
	if (id.tag != INTEGER || id.len > 4 || id.head + id.len >= message->len)
		return -1;
	if (have <= id.head + id.len)
		return 0;
	return id.value[id.len];
}

static bool is_read(enum adit_dir dir, int operation)
{
	switch (operation) {
	case EXTENDED_REQUEST:
		return dir == ADIT_TO_SERVER;
	case BIND_RESPONSE:
	case SEARCH_DONE:
	case MODIFY_RESPONSE:
	case ADD_RESPONSE:
	case DELETE_RESPONSE:
	case RENAME_RESPONSE:
	case COMPARE_RESPONSE:
	case SEARCH_REFERENCE:
	case EXTENDED_RESPONSE:
		return dir == ADIT_TO_CLIENT;
	default:
		return false;
	}
}

static int64_t ldap_cut(struct adit_channel *ch, enum adit_dir dir,
			const uint8_t *p, size_t n)
{
	const struct ldap_state *st = adit_state(ch);
	struct ber message;
	int ret;

	if (*p == TLS_HANDSHAKE || (*p != MESSAGE && st->bound))
		return ADIT_MSG(1);
	if (*p != MESSAGE)
		return ADIT_BAD;
	ret = ber_head(&message, p, n);
	if (ret == 1)
		ret = ldap_operation(&message, n);
	if (ret <= 0)
		return ret ? ADIT_BAD : ADIT_MORE;
	if (is_read(dir, ret) && message.len <= READ_MAX)
		return ADIT_MSG(message.head + message.len);
	return ADIT_SKIP(message.head + message.len);
}

static int64_t cut_request(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	return ldap_cut(ch, ADIT_TO_SERVER, p, n);
}

static int64_t cut_response(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	return ldap_cut(ch, ADIT_TO_CLIENT, p, n);
}

/* ---- a message ----------------------------------------------------------- */

struct ldap_message {
	struct ber whole, id, operation, code, matched, text, urls;
	struct ber_in behind;      /* what follows the operation ... */
	struct ber_in behind_urls; /* ... and the referral in it */
	bool is_result, has_urls;
};

/* The beginning of a result: code, matchedDN, diagnosticMessage, referral. */
static bool ldap_read_result(struct ldap_message *l)
{
	struct ber_in in = ber_inside(&l->operation), rest;

	if (!ber_next(&in, &l->code) || l->code.tag != ENUMERATED ||
	    !l->code.len || !ber_next(&in, &l->matched) ||
	    l->matched.tag != STRING || !ber_next(&in, &l->text) ||
	    l->text.tag != STRING)
		return false;
	rest = in;
	l->has_urls = ber_next(&in, &l->urls) && l->urls.tag == REFERRAL;
	l->behind_urls = l->has_urls ? in : rest;
	return true;
}

static bool ldap_read(struct ldap_message *l, const uint8_t *p, size_t n)
{
	struct ber_in in = { p, p + n };

	memset(l, 0, sizeof *l);
	if (!ber_next(&in, &l->whole))
		return false;
	in = ber_inside(&l->whole);
	if (!ber_next(&in, &l->id) || !ber_next(&in, &l->operation))
		return false;
	l->behind = in;
	if (l->operation.tag == SEARCH_REFERENCE) {
		l->urls = l->operation;
		l->has_urls = true;
		return true;
	}
	l->is_result = l->operation.tag != EXTENDED_REQUEST;
	return !l->is_result || ldap_read_result(l);
}

static uint32_t ldap_number(const struct ldap_message *l)
{
	uint32_t id = 0;

	for (size_t i = 0; i < l->id.len; i++)
		id = id << 8 | l->id.value[i];
	return id;
}

/* ---- referrals ----------------------------------------------------------- */

/* One of the URLs of a message, which are alternatives for each other. */
struct ldap_referral {
	struct ber from; /* the URL as the server wrote it */
	struct ldap_url url;
	struct adit_addr show;
	enum { KEEP, REPLACE, LEAVE_OUT } what;
};

static void ldap_note(struct adit_channel *ch, const char *key,
		      const struct adit_addr *at)
{
	struct ldap_state *st = adit_state(ch);
	char text[sizeof at->host + 8];

	if (st->noted == NOTED_MAX)
		return;
	st->noted++;
	snprintf(text, sizeof text, "%s:%u", at->host, (unsigned)at->port);
	adit_audit(ch, key, text);
}

static void ldap_refuse(struct adit_msg *m, struct ldap_referral *r)
{
	r->what = LEAVE_OUT;
	adit_count(m->ch, COUNT_REFUSED, 1);
	ldap_note(m->ch, "refused", &r->url.at);
}

static void ldap_show(struct ldap_referral *r, const struct adit_addr *show)
{
	bool same = r->url.at.port == show->port &&
		    adit_addr_same_host(&r->url.at, show);

	r->show = *show;
	r->what = same ? KEEP : REPLACE;
}

/* Where the application is to connect to instead.  False: there is no answer
 * yet. */
static bool ldap_follow(struct adit_msg *m, struct ldap_referral *r)
{
	const struct ldap_conf *conf = adit_conf(m->ch);
	const struct adit_addr *server = adit_server(m->ch);
	struct adit_expect want = {
		.size = sizeof want,
		.flags = ADIT_SHARED | (r->url.tls ? 0 : ADIT_INSPECT),
		.targets = &r->url.at,
		.ntargets = 1,
		.lifetime_ms = conf->redirect_lifetime,
	};
	struct adit_addr show;
	uint32_t id;

	if (r->url.at.port == server->port &&
	    adit_addr_same_host(&r->url.at, server)) {
		ldap_show(r, adit_shown(m->ch));
		return true;
	}
	if (!adit_ports_has(&conf->redirect_ports, r->url.at.port)) {
		adit_log(m->ch, ADIT_WARN,
			 "a referral to %s:%u is left out: the port is not in "
			 "redirect_ports",
			 r->url.at.host, (unsigned)r->url.at.port);
		ldap_refuse(m, r);
		return true;
	}
	switch (adit_expect(m, &want, &show, &id)) {
	case ADIT_OK:
		adit_count(m->ch, COUNT_REFERRALS, 1);
		ldap_note(m->ch, "referral", &r->url.at);
		ldap_show(r, &show);
		return true;
	case ADIT_WAIT:
		return false;
	default:
		ldap_refuse(m, r);
		return true;
	}
}

/* Returns how many there are; *waits: some have no answer yet. */
static size_t ldap_referrals(struct adit_msg *m, const struct ldap_message *l,
			     struct ldap_referral *to, bool *waits)
{
	struct ber_in in = ber_inside(&l->urls);
	struct ldap_referral *r = to;

	*waits = false;
	for (; r < to + URLS_MAX && ber_next(&in, &r->from); r++) {
		r->what = KEEP;
		if (r->from.tag == STRING &&
		    ldap_url_read(&r->url, (const char *)r->from.value,
				  r->from.len))
			*waits |= !ldap_follow(m, r);
	}
	return (size_t)(r - to);
}

/* ---- the message with them ----------------------------------------------- */

/* Bytes that were put since `end` was the beginning. */
static size_t ldap_put_since(const struct ber_out *out, const uint8_t *end)
{
	return (size_t)(end - out->p);
}

static void ldap_put_url(struct ber_out *out, const struct ldap_referral *r)
{
	const char *text = (const char *)r->from.value;
	char url[LDAP_URL_MAX];
	size_t n;

	if (r->what == KEEP) {
		ber_put(out, r->from.value - r->from.head,
			r->from.head + r->from.len);
		return;
	}
	n = ldap_url_write(&r->url, text, &r->show, url);
	out->full |= !n;
	ber_put(out, url, n);
	ber_put_head(out, STRING, n, r->from.head);
}

/* Puts the URLs that stay; returns how many. */
static size_t ldap_put_urls(struct ber_out *out, const struct ldap_referral *r,
			    size_t n)
{
	size_t kept = 0;

	while (n--) {
		if (r[n].what == LEAVE_OUT)
			continue;
		ldap_put_url(out, &r[n]);
		kept++;
	}
	return kept;
}

static void ldap_put_rest(struct ber_out *out, const struct ber_in *in)
{
	ber_put(out, in->p, (size_t)(in->end - in->p));
}

/* A result without a referral that could be followed says why. */
static void ldap_put_unwilling(struct ber_out *out,
			       const struct ldap_message *l)
{
	static const char why[] = "the gateway of adit does not lead to the "
				  "server of this referral";
	static const uint8_t code[] = { ENUMERATED, 1, UNWILLING };

	ber_put(out, why, sizeof why - 1);
	ber_put_head(out, STRING, sizeof why - 1, 0);
	ber_put(out, l->matched.value - l->matched.head,
		l->matched.head + l->matched.len);
	ber_put(out, code, sizeof code);
}

static void ldap_put_result(struct ber_out *out, const struct ldap_message *l,
			    const struct ldap_referral *r, size_t n)
{
	const uint8_t *from = l->operation.value, *end;

	ldap_put_rest(out, &l->behind_urls);
	end = out->p;
	if (!ldap_put_urls(out, r, n)) {
		ldap_put_unwilling(out, l);
		return;
	}
	ber_put_head(out, REFERRAL, ldap_put_since(out, end), l->urls.head);
	ber_put(out, from, (size_t)(l->urls.value - l->urls.head - from));
}

static enum adit_verdict ldap_rewrite(struct adit_msg *m,
				      const struct ldap_message *l,
				      const struct ldap_referral *r, size_t n)
{
	uint8_t bytes[OUT_MAX];
	struct ber_out out = { bytes, bytes + sizeof bytes,
			       bytes + sizeof bytes, false };
	const uint8_t *end;

	ldap_put_rest(&out, &l->behind);
	end = out.p;
	if (l->is_result)
		ldap_put_result(&out, l, r, n);
	else if (!ldap_put_urls(&out, r, n))
		return ADIT_DROP;
	ber_put_head(&out, l->operation.tag, ldap_put_since(&out, end),
		     l->operation.head);
	ber_put(&out, l->whole.value, l->id.head + l->id.len);
	ber_put_head(&out, MESSAGE, ldap_put_since(&out, out.end),
		     l->whole.head);
	return out.full ? ADIT_CLOSE :
			  adit_rewrite(m, out.p, ldap_put_since(&out, out.end));
}

static enum adit_verdict ldap_refer(struct adit_msg *m,
				    const struct ldap_message *l)
{
	struct ldap_referral r[URLS_MAX];
	bool waits, changed;
	size_t n = ldap_referrals(m, l, r, &waits);

	if (waits)
		return ADIT_HOLD;
	changed = n == URLS_MAX;
	for (size_t i = 0; i < n; i++)
		changed |= r[i].what != KEEP;
	return changed ? ldap_rewrite(m, l, r, n) : ADIT_PASS;
}

/* ---- what ends the reading ----------------------------------------------- */

static bool ldap_is_start_tls(const struct ldap_message *l)
{
	static const char oid[] = "1.3.6.1.4.1.1466.20037";
	struct ber_in in = ber_inside(&l->operation);
	struct ber name;

	return ber_next(&in, &name) && name.tag == REQUEST_NAME &&
	       name.len == sizeof oid - 1 && !memcmp(name.value, oid, name.len);
}

static enum adit_verdict ldap_detach(struct adit_msg *m, const char *why)
{
	adit_audit(m->ch, "unread", why);
	return ADIT_DETACH;
}

/* The first byte of something that is no message of LDAP. */
static enum adit_verdict ldap_on_other(struct adit_msg *m)
{
	if (*m->data == TLS_HANDSHAKE) {
		adit_log(m->ch, ADIT_INFO,
			 "TLS (ldaps): referrals cannot be followed; the "
			 "other servers need resources of their own");
		return ldap_detach(m, "tls");
	}
	return ldap_detach(m, "sasl");
}

static enum adit_verdict ldap_on_request(struct adit_msg *m,
					 const struct ldap_message *l)
{
	struct ldap_state *st = adit_state(m->ch);

	if (ldap_is_start_tls(l)) {
		st->asked = true;
		st->start_tls = ldap_number(l);
	}
	return ADIT_PASS;
}

static enum adit_verdict ldap_on_response(struct adit_msg *m,
					  const struct ldap_message *l)
{
	struct ldap_state *st = adit_state(m->ch);
	bool good = l->is_result && l->code.len == 1 &&
		    *l->code.value == SUCCESS;

	if (good && l->operation.tag == BIND_RESPONSE)
		st->bound = true;
	if (good && l->operation.tag == EXTENDED_RESPONSE && st->asked &&
	    st->start_tls == ldap_number(l))
		return ldap_detach(m, "tls");
	return l->has_urls ? ldap_refer(m, l) : ADIT_PASS;
}

static enum adit_verdict ldap_on_message(struct adit_msg *m)
{
	struct ldap_message l;

	/* Half a referral leads nowhere, and has the server's address. */
	if (m->flags & ADIT_PARTIAL)
		return m->dir == ADIT_TO_CLIENT ? ADIT_DROP : ADIT_PASS;
	if (m->len == 1)
		return ldap_on_other(m);
	if (!ldap_read(&l, m->data, m->len)) {
		adit_log(m->ch, ADIT_WARN, "a malformed message of LDAP");
		return ADIT_CLOSE;
	}
	return m->dir == ADIT_TO_SERVER ? ldap_on_request(m, &l) :
					  ldap_on_response(m, &l);
}

/* ---- the plugin ---------------------------------------------------------- */

#define OPT(type, name, preset, help)                                          \
	ADIT_OPT(#name, type, struct ldap_conf, name, preset, help)
static const struct adit_option options[] = {
	OPT(ADIT_LIST, redirect_allow, NULL, "hosts that referrals may name"),
	OPT(ADIT_PORTS, redirect_ports, "389, 636, 1024-65535",
	    "ports that referrals may name"),
	OPT(ADIT_MSEC, redirect_lifetime, "10m",
	    "how long a referral is good when no connection is left"),
	{ 0 }
};

static bool ldap_sound(struct adit_channel *ch)
{
	const struct ldap_state *st = adit_state(ch);
	const uint8_t *asked = (const uint8_t *)&st->asked,
		      *bound = (const uint8_t *)&st->bound;

	return *asked <= 1 && *bound <= 1 && st->noted <= NOTED_MAX;
}

ADIT_PLUGIN(.name = "ldap", .version = "1", .summary = "LDAP: referrals",
	    .can = ADIT_CAN_REWRITE | ADIT_CAN_FORWARD | ADIT_CAN_SHARED,
	    .state_version = 1, .state_size = sizeof(struct ldap_state),
	    .conf_size = sizeof(struct ldap_conf), .options = options,
	    .counters = counters, .frame = { cut_request, cut_response },
	    .message = ldap_on_message, .sound = ldap_sound,
	    .max_expect = URLS_MAX);
