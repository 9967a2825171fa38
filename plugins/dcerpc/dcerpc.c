/* SPDX-License-Identifier: BSD-2-Clause */
/* dcerpc.c - the plugin for the endpoint mapper of DCE/RPC, port 135 of Windows
 * and Samba (The Open Group, C706): follows the ports that it names.
 *
 * A client asks the mapper where an interface is served (ept_map), and connects
 * to that port of the same host.  The plugin puts the port of a listener at the
 * agent into the answer, whose length stays the same. */
#include "towers.h"

#include <stdio.h>
#include <string.h>

enum { /* of a PDU (C706, section 12.6.3) */
       HEAD = 16,
       TYPE = 2,
       FLAGS = 3,
       ORDER = 4, /* of bytes in numbers */
       LENGTH = 8,
       AUTH_LENGTH = 10,
       CALL = 12,
       CONTEXT = 20, /* of a request, and of its answer */
       OPERATION = 22,
       CONTEXTS = 24,       /* of a bind: their number ... */
       FIRST_CONTEXT = 28,  /* ... and where they begin */
       SECOND_ADDRESS = 24, /* of the answer to a bind: a text ... */
       RESULT = 24,         /* ... and behind it so much for each context */
       STUB = 24,           /* where the answer begins */
       FAULT_LENGTH = 32,
       VERSION_5 = 5,
       LITTLE_ENDIAN_ORDER = 0x10,
       WHOLE = 3, /* flags: the first and the last fragment */
       EPT_MAP = 3,
       ACCESS_DENIED = 5, /* nca_s_fault_access_denied */
};
enum pdu {
	REQUEST = 0,
	RESPONSE = 2,
	FAULT = 3,
	BIND = 11,
	BIND_ANSWER = 12,
	ALTER = 14,
	ALTER_ANSWER = 15,
};

enum { SYNTAX = 20 }; /* bytes of an interface or a transfer syntax */
enum { CONTEXTS_MAX = 32, CALLS_MAX = 8, NOTED_MAX = 8 };

struct dcerpc_state {
	struct {
		uint16_t id;
		uint8_t word;    /* bytes of a count: 4 in NDR, 8 in NDR64 */
		uint8_t place;   /* in the bind that is not answered yet, from
				  * 1; 0: it is answered */
	} context[CONTEXTS_MAX]; /* those that speak with the mapper */
	struct {
		uint32_t id;
		uint8_t word; /* 0: none */
	} call[CALLS_MAX];    /* of ept_map, without an answer yet */
	uint8_t ncontexts, noted;
};

struct dcerpc_conf {
	struct adit_ports redirect_ports;
	uint32_t redirect_lifetime;
};

static const char *const counters[] = { "endpoints", "refused", NULL };
enum { COUNT_ENDPOINTS, COUNT_REFUSED };

/* ---- framing ----------------------------------------------------------- */

static int64_t dcerpc_cut(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	size_t len;

	(void)ch;
	if (*p != VERSION_5)
		return ADIT_BAD;
	if (n < LENGTH + 2)
		return ADIT_MORE;
	len = p[ORDER] & LITTLE_ENDIAN_ORDER ?
		      le16(p + LENGTH) :
		      (size_t)p[LENGTH] << 8 | p[LENGTH + 1];
	return len < HEAD ? ADIT_BAD : ADIT_MSG(len);
}

/* ---- which calls are ept_map ------------------------------------------- */

/* Bytes of a count in this transfer syntax, or 0: it is another one. */
static uint8_t syntax_word(const uint8_t *uuid)
{
	static const uint8_t ndr[] = { 0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c,
				       0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00,
				       0x2b, 0x10, 0x48, 0x60 };
	static const uint8_t ndr64[] = { 0x33, 0x05, 0x71, 0x71, 0xba, 0xbe,
					 0x37, 0x49, 0x83, 0x19, 0xb5, 0xdb,
					 0xef, 0x9c, 0xcc, 0x36 };

	if (!memcmp(uuid, ndr, sizeof ndr))
		return 4;
	return memcmp(uuid, ndr64, sizeof ndr64) ? 0 : 8;
}

/* A number that is bound again means the new context. */
static void dcerpc_keep_context(struct adit_channel *ch, uint16_t id,
				uint8_t word, uint8_t place)
{
	struct dcerpc_state *st = adit_state(ch);
	unsigned i = 0;

	while (i < st->ncontexts && st->context[i].id != id)
		i++;
	if (i == CONTEXTS_MAX) {
		adit_log(ch, ADIT_WARN,
			 "the client has bound the endpoint mapper in more "
			 "than %d contexts: what it asks in the others is not "
			 "followed",
			 CONTEXTS_MAX);
		return;
	}
	if (i == st->ncontexts)
		st->ncontexts++;
	st->context[i].id = id;
	st->context[i].word = word;
	st->context[i].place = place;
}

/* The first of a context's n transfer syntaxes that the plugin knows, as
 * syntax_word returns it. */
static uint8_t dcerpc_first_word(const uint8_t *syntax, unsigned n)
{
	uint8_t word = 0;

	for (; n && !word; n--, syntax += SYNTAX)
		word = syntax_word(syntax);
	return word;
}

/* Each context: number, how many transfer syntaxes, interface, these. */
static void dcerpc_on_bind(const struct adit_msg *m)
{
	static const uint8_t mapper[] = { 0x08, 0x83, 0xaf, 0xe1, 0x1f, 0x5d,
					  0xc9, 0x11, 0x91, 0xa4, 0x08, 0x00,
					  0x2b, 0x14, 0xa0, 0xfa };
	enum { ID_AND_NUMBER = 4 };
	size_t at = FIRST_CONTEXT, len;

	if (m->len < FIRST_CONTEXT)
		return;
	for (unsigned i = 1; i <= m->data[CONTEXTS]; i++, at += len) {
		const uint8_t *p = m->data + at, *syntax;
		uint8_t word;

		if (m->len - at < ID_AND_NUMBER + SYNTAX)
			return;
		len = ID_AND_NUMBER + SYNTAX + (size_t)p[2] * SYNTAX;
		if (m->len - at < len)
			return;
		syntax = p + ID_AND_NUMBER + SYNTAX;
		word = dcerpc_first_word(syntax, p[2]);
		if (word && !memcmp(p + ID_AND_NUMBER, mapper, sizeof mapper))
			dcerpc_keep_context(m->ch, le16(p), word, (uint8_t)i);
	}
}

/* The server has chosen one transfer syntax of each context, or none, in the
 * order of the bind. */
static void dcerpc_on_bind_answer(const struct adit_msg *m)
{
	struct dcerpc_state *st = adit_state(m->ch);
	size_t at = SECOND_ADDRESS;

	if (m->len < SECOND_ADDRESS + 2)
		return;
	at += 2 + (size_t)le16(m->data + at);
	at = (at + 3) / 4 * 4;
	/* The number of results, and 3 bytes that mean nothing. */
	at += 4;
	for (unsigned i = 0; i < st->ncontexts; i++) {
		unsigned place = st->context[i].place;
		const uint8_t *p;

		st->context[i].place = 0;
		if (!place || at + place * RESULT > m->len)
			continue;
		p = m->data + at + (place - 1) * RESULT;
		st->context[i].word = le16(p) ? 0 : syntax_word(p + 4);
	}
}

static void dcerpc_on_request(const struct adit_msg *m)
{
	struct dcerpc_state *st = adit_state(m->ch);
	uint8_t word = 0;

	if (m->len < STUB || le16(m->data + OPERATION) != EPT_MAP)
		return;
	for (unsigned i = 0; i < st->ncontexts; i++)
		if (st->context[i].id == le16(m->data + CONTEXT))
			word = st->context[i].word;
	for (unsigned i = 0; word && i < CALLS_MAX; i++) {
		if (st->call[i].word)
			continue;
		st->call[i].id = le32(m->data + CALL);
		st->call[i].word = word;
		return;
	}
}

/* Forgets the call that this answers; returns its word, or 0: it is none. */
static uint8_t dcerpc_take_call(const struct adit_msg *m)
{
	struct dcerpc_state *st = adit_state(m->ch);

	for (unsigned i = 0; i < CALLS_MAX; i++) {
		uint8_t word = st->call[i].word;

		if (!word || st->call[i].id != le32(m->data + CALL))
			continue;
		st->call[i].word = 0;
		return word;
	}
	return 0;
}

/* ---- the answer -------------------------------------------------------- */

static void dcerpc_note(struct adit_channel *ch, const char *key, uint16_t port)
{
	struct dcerpc_state *st = adit_state(ch);
	char text[8];

	if (st->noted == NOTED_MAX)
		return;
	st->noted++;
	snprintf(text, sizeof text, "%u", (unsigned)port);
	adit_audit(ch, key, text);
}

/* Clients connect to the host that they were given, whatever address stands
 * beside the port. */
static enum adit_result dcerpc_ask(struct adit_msg *m, uint16_t port,
				   struct adit_addr *show)
{
	const struct dcerpc_conf *conf = adit_conf(m->ch);
	struct adit_addr to = *adit_server(m->ch);
	struct adit_expect want = {
		.size = sizeof want,
		.flags = ADIT_SHARED,
		.targets = &to,
		.ntargets = 1,
		.lifetime_ms = conf->redirect_lifetime,
	};
	uint32_t id;

	to.port = port;
	if (!adit_ports_has(&conf->redirect_ports, port)) {
		adit_log(m->ch, ADIT_WARN,
			 "refused: the mapper names port %u, which is not in "
			 "redirect_ports",
			 (unsigned)port);
		return ADIT_DENIED;
	}
	return adit_expect(m, &want, show, &id);
}

/* The client hears that it may not, instead of a port that leads nowhere. */
static enum adit_verdict dcerpc_refuse(struct adit_msg *m, uint16_t port)
{
	uint8_t p[FAULT_LENGTH] = { 0 };

	adit_count(m->ch, COUNT_REFUSED, 1);
	dcerpc_note(m->ch, "refused", port);
	memcpy(p, m->data, STUB);
	p[TYPE] = FAULT;
	p[FLAGS] = WHOLE;
	put_le16(p + LENGTH, sizeof p);
	put_le16(p + AUTH_LENGTH, 0);
	p[STUB] = ACCESS_DENIED;
	return adit_rewrite(m, p, sizeof p);
}

static enum adit_verdict dcerpc_follow(struct adit_msg *m, struct towers *t)
{
	struct adit_addr show;
	bool waits = false;

	for (size_t i = 0; i < t->n; i++) {
		uint16_t port = tower_port(&t->tower[i]);

		switch (port ? dcerpc_ask(m, port, &show) : ADIT_OK) {
		case ADIT_OK:
			if (!port)
				break;
			adit_count(m->ch, COUNT_ENDPOINTS, 1);
			dcerpc_note(m->ch, "endpoint", port);
			tower_set(&t->tower[i], &show);
			break;
		case ADIT_WAIT:
			waits = true;
			break;
		default:
			return dcerpc_refuse(m, port);
		}
	}
	return waits ? ADIT_HOLD : adit_rewrite(m, t->bytes, m->len);
}

static enum adit_verdict dcerpc_on_response(struct adit_msg *m)
{
	uint8_t word = dcerpc_take_call(m), bytes[UINT16_MAX + 1];
	struct towers t = { .bytes = bytes };
	const char *why = NULL;

	if (!word)
		return ADIT_PASS;
	memcpy(bytes, m->data, m->len);
	if (le16(m->data + AUTH_LENGTH))
		why = "signed";
	else if ((m->data[FLAGS] & WHOLE) != WHOLE)
		why = "fragments";
	else if (m->len < STUB || !towers_find(&t, STUB, m->len, word))
		why = "malformed";
	if (!why)
		return dcerpc_follow(m, &t);
	adit_log(m->ch, ADIT_WARN,
		 "an answer of the endpoint mapper cannot be rewritten: %s",
		 why);
	adit_audit(m->ch, "unread", why);
	return ADIT_PASS;
}

static enum adit_verdict dcerpc_message(struct adit_msg *m)
{
	/* Numbers in another order are those of no client in use. */
	if (m->flags & ADIT_PARTIAL || !(m->data[ORDER] & LITTLE_ENDIAN_ORDER))
		return ADIT_PASS;
	switch (m->data[TYPE]) {
	case BIND:
	case ALTER:
		if (m->dir == ADIT_TO_SERVER)
			dcerpc_on_bind(m);
		return ADIT_PASS;
	case REQUEST:
		if (m->dir == ADIT_TO_SERVER)
			dcerpc_on_request(m);
		return ADIT_PASS;
	case BIND_ANSWER:
	case ALTER_ANSWER:
		if (m->dir == ADIT_TO_CLIENT)
			dcerpc_on_bind_answer(m);
		return ADIT_PASS;
	case RESPONSE:
		return m->dir == ADIT_TO_CLIENT ? dcerpc_on_response(m) :
						  ADIT_PASS;
	case FAULT:
		if (m->dir == ADIT_TO_CLIENT)
			(void)dcerpc_take_call(m);
		return ADIT_PASS;
	default:
		return ADIT_PASS;
	}
}

/* ---- the plugin -------------------------------------------------------- */

#define OPT(type, name, preset, help)                                          \
	ADIT_OPT(#name, type, struct dcerpc_conf, name, preset, help)
static const struct adit_option options[] = {
	OPT(ADIT_PORTS, redirect_ports, "1024-65535",
	    "ports that the mapper may name"),
	OPT(ADIT_MSEC, redirect_lifetime, "1h",
	    "how long a port is good when no connection is left"),
	{ 0 }
};

static bool dcerpc_sound(struct adit_channel *ch)
{
	const struct dcerpc_state *st = adit_state(ch);

	for (unsigned i = 0; i < CONTEXTS_MAX; i++)
		if (st->context[i].word & ~12u)
			return false;
	for (unsigned i = 0; i < CALLS_MAX; i++)
		if (st->call[i].word & ~12u || st->call[i].word == 12)
			return false;
	return st->ncontexts <= CONTEXTS_MAX && st->noted <= NOTED_MAX;
}

ADIT_PLUGIN(.name = "dcerpc", .version = "1",
	    .summary = "DCE/RPC: ports of the endpoint mapper",
	    .can = ADIT_CAN_REWRITE | ADIT_CAN_FORWARD | ADIT_CAN_SHARED,
	    .state_version = 2, .state_size = sizeof(struct dcerpc_state),
	    .conf_size = sizeof(struct dcerpc_conf), .options = options,
	    .counters = counters, .frame = { dcerpc_cut, dcerpc_cut },
	    .message = dcerpc_message, .sound = dcerpc_sound,
	    .max_expect = TOWERS_MAX);
