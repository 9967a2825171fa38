/* SPDX-License-Identifier: BSD-2-Clause */
/* iscsi.c - the plugin for iSCSI (RFC 7143): follows the addresses of targets.
 *
 * An initiator asks a discovery portal which targets there are (SendTargets),
 * and connects to the addresses in the answer; a login may be sent to another
 * address, too ("target moved").  The plugin reads logins and discovery.  When
 * an ordinary session has logged in it detaches: the data of disks passes
 * unseen. */
#include "address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	HEAD = 48,            /* the basic header of a PDU (section 11.2.1) */
	LENGTHS = 8,          /* so much of it tells how long the PDU is */
	PAD = 4,              /* to which data is filled up */
	FLAGS = 1,            /* places in the header: flags, */
	STATUS = 36,          /* class and detail of the answer to a login */
	OPCODE = 0x3f,        /* bits of the first byte */
	CONTINUES = 0x40,     /* flag: the next PDU goes on with the text */
	TRANSIT = 0x80,       /* flag: a login goes to the next stage ... */
	STAGE = 3,            /* ... which is in these flags */
	FULL_FEATURE = 3,     /* the stage behind the login */
	MOVED = 1,            /* status: class redirection */
	TARGET_ERROR = 3,     /* status: class target error ... */
	UNAVAILABLE = 1,      /* ... and in it, service unavailable */
	READ_MAX = 60 * 1024, /* a longer PDU passes unseen */
	REST_MAX = 2048,
	SEGMENT = 8192, /* data of a PDU, unless the initiator says more */
	SEGMENT_MIN = 512,
	SEGMENT_MAX = (1 << 24) - 1,
	OUT_MAX = 128 * 1024,
	ADDRESSES_MAX = 256, /* of one PDU; the others are left out */
	NOTED_MAX = 8, /* addresses that the audit line of a channel names */
};

enum opcode {
	LOGIN_REQUEST = 0x03,
	TEXT_REQUEST = 0x04,
	LOGIN_RESPONSE = 0x23,
	TEXT_RESPONSE = 0x24,
};

struct iscsi_state {
	bool spoken;    /* a login has come, */
	bool discovery; /* for a session that only asks for targets */
	uint8_t noted;
	uint16_t nrest;   /* the last targets of a text that goes on */
	uint32_t segment; /* MaxRecvDataSegmentLength of the initiator, or 0:
			   * it has said nothing */
	char rest[REST_MAX];
};

struct iscsi_conf {
	const char *const *redirect_allow; /* used by the engine */
	struct adit_ports redirect_ports;
	uint32_t redirect_lifetime;
};

static const char *const counters[] = { "targets", "refused", NULL };
enum { COUNT_TARGETS, COUNT_REFUSED };

/* ---- framing ----------------------------------------------------------- */

static size_t pdu_data_at(const uint8_t *p)
{
	return HEAD + (size_t)p[4] * 4;
}

static size_t pdu_data_len(const uint8_t *p)
{
	return (size_t)p[5] << 16 | (size_t)p[6] << 8 | p[7];
}

static size_t pdu_padded(size_t n)
{
	return (n + PAD - 1) / PAD * PAD;
}

static int64_t iscsi_cut(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	const struct iscsi_state *st = adit_state(ch);
	size_t len;

	if (!st->spoken && (*p & OPCODE) != LOGIN_REQUEST &&
	    (*p & OPCODE) != LOGIN_RESPONSE)
		return ADIT_BAD;
	if (n < LENGTHS)
		return ADIT_MORE;
	len = pdu_data_at(p) + pdu_padded(pdu_data_len(p));
	return len <= READ_MAX ? ADIT_MSG(len) : ADIT_SKIP(len);
}

/* ---- one address ------------------------------------------------------- */

enum outcome { FOLLOWED, LEFT_OUT, WAITS };

static void iscsi_note(struct adit_channel *ch, const char *key,
		       const struct adit_addr *at)
{
	struct iscsi_state *st = adit_state(ch);
	char text[sizeof at->host + 8];

	if (st->noted == NOTED_MAX)
		return;
	st->noted++;
	snprintf(text, sizeof text, "%s:%u", at->host, (unsigned)at->port);
	adit_audit(ch, key, text);
}

static enum outcome iscsi_refuse(struct adit_msg *m, const struct adit_addr *at)
{
	adit_count(m->ch, COUNT_REFUSED, 1);
	iscsi_note(m->ch, "refused", at);
	return LEFT_OUT;
}

/* Where the initiator is to connect to instead. */
static enum outcome iscsi_follow(struct adit_msg *m, const struct adit_addr *at,
				 struct adit_addr *show)
{
	const struct iscsi_conf *conf = adit_conf(m->ch);
	const struct adit_addr *server = adit_server(m->ch);
	struct adit_expect want = {
		.size = sizeof want,
		.flags = ADIT_SHARED | ADIT_INSPECT,
		.targets = at,
		.ntargets = 1,
		.lifetime_ms = conf->redirect_lifetime,
	};
	uint32_t id;

	if (at->port == server->port && adit_addr_same_host(at, server)) {
		*show = *adit_shown(m->ch);
		return FOLLOWED;
	}
	if (!adit_ports_has(&conf->redirect_ports, at->port)) {
		adit_log(m->ch, ADIT_WARN,
			 "a target at %s:%u is left out: the port is not in "
			 "redirect_ports",
			 at->host, (unsigned)at->port);
		return iscsi_refuse(m, at);
	}
	switch (adit_expect(m, &want, show, &id)) {
	case ADIT_OK:
		adit_count(m->ch, COUNT_TARGETS, 1);
		iscsi_note(m->ch, "target", at);
		return FOLLOWED;
	case ADIT_WAIT:
		return WAITS;
	default:
		return iscsi_refuse(m, at);
	}
}

/* ---- the text of a PDU ------------------------------------------------- */

/* Pairs KEY=VALUE, each with a NUL behind it; what becomes of them. */
struct iscsi_text {
	char in[REST_MAX + READ_MAX];
	size_t n;
	char out[OUT_MAX];
	size_t nout;
	size_t target;      /* where the last target begins in `out`, */
	size_t source;      /* and in `in` */
	size_t most;        /* bytes that the initiator takes in one PDU */
	size_t later;       /* from here on `in` is for the next PDU */
	unsigned cut;       /* addresses that are left out: they do not fit */
	bool goes_on;       /* there is a next PDU, for which so many bytes */
	size_t nrest;       /* are kept already */
	unsigned addresses; /* of this target, */
	unsigned kept;      /* those that are still there */
	unsigned all, stay; /* the same of the whole text */
	bool named;         /* a TargetName has come */
	bool waits;         /* for the answer about an address */
	bool bad;           /* it cannot be read, or is too long */
};

static void text_put(struct iscsi_text *t, const char *p, size_t n)
{
	if (sizeof t->out - t->nout < n) {
		t->bad = true;
		return;
	}
	memcpy(t->out + t->nout, p, n);
	t->nout += n;
}

/* A target without an address would be looked for at the portal's own one, so
 * where all were left out it is left out itself. */
static void text_end_target(struct iscsi_text *t)
{
	if (t->named && t->addresses && !t->kept)
		t->nout = t->target;
	t->addresses = t->kept = 0;
	if (!t->named || t->nout <= t->most)
		return;
	t->nout = t->target;
	if (t->goes_on && t->source && t->n - t->source + t->nrest <= REST_MAX)
		t->later = t->source;
	else
		t->cut++;
}

static void text_put_address(struct iscsi_text *t, const struct adit_addr *at,
			     const char *group)
{
	char value[sizeof at->host + 64] = "TargetAddress=";
	size_t key = strlen(value),
	       n = iscsi_address_write(at, group, value + key,
				       sizeof value - key);

	t->bad |= !n;
	n += key + 1;
	if (!t->goes_on && t->nout + n > t->most) {
		t->cut++;
		return;
	}
	t->kept++;
	t->stay++;
	text_put(t, value, n);
}

static void text_address(struct adit_msg *m, struct iscsi_text *t,
			 const char *value)
{
	struct adit_addr at, show;
	const char *group = iscsi_address_read(value, &at);

	t->addresses++;
	/* Such as a link-local one with the name of an interface. */
	if (!group) {
		adit_log(m->ch, ADIT_WARN,
			 "a target's address is left out, since it cannot be "
			 "read: %.300s",
			 value);
		adit_count(m->ch, COUNT_REFUSED, 1);
		return;
	}
	if (++t->all > ADDRESSES_MAX) {
		if (t->all == ADDRESSES_MAX + 1)
			adit_log(m->ch, ADIT_WARN,
				 "an answer names more than %d addresses: the "
				 "others are left out",
				 ADDRESSES_MAX);
		return;
	}
	switch (iscsi_follow(m, &at, &show)) {
	case FOLLOWED:
		text_put_address(t, &show, group);
		break;
	case WAITS:
		t->waits = true;
		break;
	case LEFT_OUT:
		break;
	}
}

static const char *text_value(const char *pair, const char *key)
{
	size_t n = strlen(key);

	return !strncmp(pair, key, n) && pair[n] == '=' ? pair + n + 1 : NULL;
}

/* Whether the text ends where a pair ends. */
static void text_follow(struct adit_msg *m, struct iscsi_text *t)
{
	const char *p = t->in, *end = t->in + t->n, *value;
	size_t len;

	t->bad = t->n && end[-1];
	for (; p < end && !t->bad && !t->later; p += len) {
		len = strlen(p) + 1;
		value = text_value(p, "TargetAddress");
		if (value) {
			text_address(m, t, value);
			continue;
		}
		if (text_value(p, "TargetName")) {
			text_end_target(t);
			if (t->later)
				return;
			t->target = t->nout;
			t->source = (size_t)(p - t->in);
			t->named = true;
		}
		text_put(t, p, len);
	}
	text_end_target(t);
}

/* Where the last target begins in a text that is cut anywhere; or the last
 * pair, if that target has too much. */
static size_t text_last_target(const struct iscsi_text *t)
{
	size_t pair = t->n, target = t->n;

	for (size_t i = t->n; i-- > 0;) {
		if (i && t->in[i - 1])
			continue;
		if (pair == t->n)
			pair = i;
		if (t->n - i > 10 && !memcmp(t->in + i, "TargetName", 10)) {
			target = i;
			break;
		}
	}
	return t->n - target <= REST_MAX && target < t->n ? target : pair;
}

/* The text of a PDU behind what was kept of the one before it.  What is to be
 * kept of this one, since the next one goes on with it, is cut off. */
static bool text_gather(struct adit_msg *m, struct iscsi_text *t)
{
	struct iscsi_state *st = adit_state(m->ch);
	const uint8_t *data = m->data + pdu_data_at(m->data);
	size_t n = pdu_data_len(m->data), keep;

	t->most = st->segment ? st->segment : SEGMENT;
	/* What the target itself sends is not too long. */
	if (t->most < n)
		t->most = n;
	t->goes_on = m->data[FLAGS] & CONTINUES;
	memcpy(t->in, st->rest, st->nrest);
	memcpy(t->in + st->nrest, data, n);
	t->n = st->nrest + n;
	st->nrest = 0;
	if (!t->goes_on)
		return true;
	keep = t->n - text_last_target(t);
	if (keep > REST_MAX)
		return false;
	memcpy(st->rest, t->in + t->n - keep, keep);
	st->nrest = (uint16_t)keep;
	t->nrest = keep;
	t->n -= keep;
	return true;
}

/* A list grows by the addresses of listeners, which are longer than those of a
 * storage network, but an initiator ends a connection that brings a PDU of more
 * bytes than it has announced (RFC 7143, section 13.12).  Where the list goes
 * on, the rest is put in front of the next PDU.  To make a PDU of its own the
 * plugin would have to take part in the exchange, with numbers of commands that
 * the target does not know, so what does not fit into the last one is left
 * out. */
static void text_fit(struct adit_msg *m, const struct iscsi_text *t)
{
	struct iscsi_state *st = adit_state(m->ch);
	size_t n = t->later ? t->n - t->later : 0;

	memmove(st->rest + n, st->rest, st->nrest);
	memcpy(st->rest, t->in + t->later, n);
	st->nrest = (uint16_t)(st->nrest + n);
	if (t->cut)
		adit_log(
			m->ch, ADIT_WARN,
			"%u addresses of targets are left out: the list is "
			"longer than the %zu bytes that the initiator takes in "
			"one PDU; raise its MaxRecvDataSegmentLength",
			t->cut, t->most);
}

/* ---- PDUs -------------------------------------------------------------- */

static enum adit_verdict pdu_rewrite(struct adit_msg *m,
				     const struct iscsi_text *t)
{
	size_t at = pdu_data_at(m->data), n = at + pdu_padded(t->nout);
	uint8_t out[HEAD + 255 * 4 + OUT_MAX + PAD] = { 0 };

	memcpy(out, m->data, at);
	memcpy(out + at, t->out, t->nout);
	out[5] = (uint8_t)(t->nout >> 16);
	out[6] = (uint8_t)(t->nout >> 8);
	out[7] = (uint8_t)t->nout;
	/* Nowhere to go: the initiator is told that the target is away. */
	if ((m->data[0] & OPCODE) == LOGIN_RESPONSE && !t->stay) {
		out[STATUS] = TARGET_ERROR;
		out[STATUS + 1] = UNAVAILABLE;
	}
	return adit_rewrite(m, out, n);
}

static enum adit_verdict iscsi_on_text(struct adit_msg *m)
{
	struct iscsi_text t = { .n = 0 };

	if (!text_gather(m, &t)) {
		adit_log(m->ch, ADIT_WARN,
			 "a target's name or address is too "
			 "long");
		return ADIT_CLOSE;
	}
	text_follow(m, &t);
	if (t.bad)
		return ADIT_CLOSE;
	if (t.waits)
		return ADIT_HOLD;
	text_fit(m, &t);
	return pdu_rewrite(m, &t);
}

/* The value of this key, or NULL: the data has it not. */
static const char *pdu_value(const struct adit_msg *m, const char *key)
{
	const char *p = (const char *)m->data + pdu_data_at(m->data),
		   *end = p + pdu_data_len(m->data), *value = NULL;

	/* The message has a NUL behind it. */
	for (; p < end && !value; p += strlen(p) + 1)
		value = text_value(p, key);
	return value;
}

static bool pdu_has(const struct adit_msg *m, const char *key, const char *want)
{
	const char *value = pdu_value(m, key);

	return value && !strcmp(value, want);
}

static enum adit_verdict iscsi_detach(struct adit_msg *m, const char *why)
{
	adit_audit(m->ch, "unread", why);
	return ADIT_DETACH;
}

/* How much the initiator takes in one PDU; it may say so anew later. */
static void iscsi_read_segment(const struct adit_msg *m)
{
	struct iscsi_state *st = adit_state(m->ch);
	const char *text = pdu_value(m, "MaxRecvDataSegmentLength");
	unsigned long n;

	if (!text)
		return;
	/* A number may be in hexadecimal (section 6.1). */
	n = strtoul(text, NULL, strncasecmp(text, "0x", 2) ? 10 : 16);
	if (n >= SEGMENT_MIN && n <= SEGMENT_MAX)
		st->segment = (uint32_t)n;
}

static enum adit_verdict iscsi_on_login(struct adit_msg *m)
{
	struct iscsi_state *st = adit_state(m->ch);

	st->spoken = true;
	st->discovery |= pdu_has(m, "SessionType", "Discovery");
	return ADIT_PASS;
}

static enum adit_verdict iscsi_on_login_answer(struct adit_msg *m)
{
	const struct iscsi_state *st = adit_state(m->ch);
	unsigned flags = m->data[FLAGS];

	if (m->data[STATUS] == MOVED)
		return iscsi_on_text(m);
	if (pdu_has(m, "HeaderDigest", "CRC32C") ||
	    pdu_has(m, "DataDigest", "CRC32C"))
		return iscsi_detach(m, "digests");
	if (m->data[STATUS] || !(flags & TRANSIT) ||
	    (flags & STAGE) != FULL_FEATURE)
		return ADIT_PASS;
	return st->discovery ? ADIT_PASS : ADIT_DETACH;
}

static enum adit_verdict iscsi_on_message(struct adit_msg *m)
{
	unsigned opcode = m->data[0] & OPCODE;

	if (m->flags & ADIT_PARTIAL)
		return ADIT_DROP;
	if (m->dir == ADIT_TO_SERVER) {
		if (opcode == LOGIN_REQUEST || opcode == TEXT_REQUEST)
			iscsi_read_segment(m);
		return opcode == LOGIN_REQUEST ? iscsi_on_login(m) : ADIT_PASS;
	}
	if (opcode == LOGIN_RESPONSE)
		return iscsi_on_login_answer(m);
	return opcode == TEXT_RESPONSE ? iscsi_on_text(m) : ADIT_PASS;
}

/* ---- the plugin -------------------------------------------------------- */

#define OPT(type, name, preset, help)                                          \
	ADIT_OPT(#name, type, struct iscsi_conf, name, preset, help)
static const struct adit_option options[] = {
	OPT(ADIT_LIST, redirect_allow, NULL, "hosts that targets may be at"),
	OPT(ADIT_PORTS, redirect_ports, "860, 1024-65535",
	    "ports that targets may be at"),
	OPT(ADIT_MSEC, redirect_lifetime, "1h",
	    "how long an address is good when no connection is left"),
	{ 0 }
};

static bool iscsi_sound(struct adit_channel *ch)
{
	const struct iscsi_state *st = adit_state(ch);
	const uint8_t *spoken = (const uint8_t *)&st->spoken,
		      *discovery = (const uint8_t *)&st->discovery;

	return *spoken <= 1 && *discovery <= 1 && st->noted <= NOTED_MAX &&
	       st->nrest <= REST_MAX && st->segment <= SEGMENT_MAX;
}

ADIT_PLUGIN(.name = "iscsi", .version = "1",
	    .summary = "iSCSI: the addresses of targets",
	    .can = ADIT_CAN_REWRITE | ADIT_CAN_FORWARD | ADIT_CAN_SHARED,
	    .state_version = 2, .state_size = sizeof(struct iscsi_state),
	    .conf_size = sizeof(struct iscsi_conf), .options = options,
	    .counters = counters, .frame = { iscsi_cut, iscsi_cut },
	    .message = iscsi_on_message, .sound = iscsi_sound,
	    .max_expect = ADDRESSES_MAX);
