/* SPDX-License-Identifier: BSD-2-Clause */
/* kafka.c - the plugin for Apache Kafka: its clients reach all brokers of a
 * cluster, though only one has a resource.
 *
 * A request begins with its length, API, version and correlation id; a reply
 * with its length and the id of its request.  Replies come in the order of the
 * requests.  The plugin remembers the requests whose replies name brokers, and
 * reads these replies; all others pass unseen. */
#include "brokers.h"
#include "layout.h"
#include "requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ASKED_MAX = 128, /* requests whose replies are awaited */
	LOG_MAX = 8,     /* brokers that are logged for one reply */
	TLS_HANDSHAKE = 0x16,
};

enum { TLS_PASS, TLS_REFUSE }; /* kafka_conf.tls */

struct kafka_state {
	uint8_t spoken; /* 1: a request has come */
	/* 1: bare tokens come, because a SaslHandshake of version 0, whose id
	 * this is, has asked for them. */
	uint8_t bare;
	uint32_t bare_id;
	uint8_t told;    /* what has been logged: TOLD_* */
	uint8_t reading; /* 1: a reply is being read, at `walk` */
	struct walk walk;
	uint32_t first, count; /* of `asked`, a ring */
	struct asked {
		uint32_t id;
		uint8_t layout, flexible;
	} asked[ASKED_MAX];
};
enum { TOLD_BROKERS = 1, TOLD_VERSION = 2, TOLD_ALL = 3 };

struct kafka_conf {
	uint32_t tls;
	struct adit_ports redirect_ports;
	const char *const *redirect_allow; /* used by the engine */
};

static const char *const counters[] = { "addresses", "refused", NULL };
enum { COUNT_ADDRESSES, COUNT_REFUSED };

/* ---- requests ------------------------------------------------------------ */

static int64_t cut_request(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	const struct kafka_state *st = adit_state(ch);
	struct request r;

	/* A TLS record begins with 0x16 3: as a length 369 megabytes. */
	if (!st->spoken && *p == TLS_HANDSHAKE && n < 2)
		return ADIT_MORE;
	if (!st->spoken && *p == TLS_HANDSHAKE && p[1] == 3)
		return ADIT_MSG(1);
	switch (request_read(&r, p, n)) {
	case REQUEST_MORE:
		return ADIT_MORE;
	case REQUEST_BAD:
		return ADIT_BAD;
	case REQUEST_NONE:
		return ADIT_SKIP((int64_t)r.len);
	default:
		break;
	}
	if (st->bare ? request_follows(&r, st->bare_id) :
		       !st->spoken || request_matters(&r))
		return ADIT_MSG(r.head);
	return ADIT_SKIP((int64_t)r.len);
}

static enum adit_verdict on_tls(struct adit_msg *m)
{
	const struct kafka_conf *conf = adit_conf(m->ch);

	adit_audit(m->ch, "tls", "yes");
	if (conf->tls == TLS_REFUSE) {
		adit_count(m->ch, COUNT_REFUSED, 1);
		adit_log(m->ch, ADIT_WARN,
			 "refused: the client uses TLS (SSL or SASL_SSL)");
		return ADIT_FINISH;
	}
	adit_log(m->ch, ADIT_WARN,
		 "the client uses TLS (SSL or SASL_SSL), so the addresses of "
		 "brokers cannot be read and are not replaced: give each "
		 "broker a resource, or use PLAINTEXT or SASL_PLAINTEXT, see "
		 "man aditd.ini");
	return ADIT_DETACH;
}

/* The name that the client has given itself goes into the audit line. */
static void on_first(struct adit_msg *m, const struct request *r)
{
	char name[128];

	if (!r->nclient)
		return;
	snprintf(name, sizeof name, "%.*s", (int)r->nclient, r->client);
	adit_audit(m->ch, "client", name);
}

static void kafka_await(struct kafka_state *st, const struct request *r)
{
	struct asked *a = &st->asked[(st->first + st->count++) % ASKED_MAX];

	*a = (struct asked){ .id = r->id,
			     .layout = (uint8_t)r->layout,
			     .flexible = layout_flexible(r->layout,
							 r->version) };
}

static void tell_version(struct adit_msg *m, const struct request *r)
{
	struct kafka_state *st = adit_state(m->ch);

	if (!(st->told & TOLD_VERSION))
		adit_log(m->ch, ADIT_WARN,
			 "a request with API key %d has version %d, and the "
			 "plugin knows versions up to %d: the addresses in "
			 "such replies pass unchanged",
			 r->api, r->version, layout_newest(r->api));
	st->told |= TOLD_VERSION;
}

static enum adit_verdict kafka_request(struct adit_msg *m)
{
	struct kafka_state *st = adit_state(m->ch);
	struct request r;

	if (m->len == 1)
		return on_tls(m);
	if (request_read(&r, m->data, m->len) != REQUEST_OK)
		return ADIT_CLOSE; /* cut_request has seen that it is one */
	if (r.layout != NO_LAYOUT && !r.unanswered && st->count == ASKED_MAX)
		return ADIT_HOLD;
	if (!st->spoken)
		on_first(m, &r);
	st->spoken = 1;
	st->bare = request_is_bare(&r);
	st->bare_id = r.id;
	if (r.layout != NO_LAYOUT && !r.unanswered)
		kafka_await(st, &r);
	else if (request_is_newer(&r))
		tell_version(m, &r);
	return adit_skip(m, r.len - m->len) ? ADIT_CLOSE : ADIT_PASS;
}

/* ---- replies ------------------------------------------------------------- */

/* The request that a reply answers; NULL: its reply does not matter.  Those
 * before it have no reply. */
static const struct asked *kafka_asked(const struct kafka_state *st,
				       uint32_t id, uint32_t *before)
{
	for (*before = 0; *before < st->count; ++*before) {
		uint32_t i = (st->first + *before) % ASKED_MAX;

		if (st->asked[i].id == id)
			return &st->asked[i];
	}
	return NULL;
}

/* Sets `walk` to where the message in `in` begins, and in->from to the bytes
 * that it has before that place.  False: this reply does not matter. */
static bool find_walk(const struct kafka_state *st, struct piece *in,
		      struct walk *walk)
{
	const struct asked *a;
	uint32_t before;

	in->from = 0;
	*walk = st->walk;
	if (st->reading)
		return true;
	in->from = HEAD;
	a = kafka_asked(st, kafka_u32(in->p + 4), &before);
	if (a)
		walk_start(walk, a->layout, a->flexible, kafka_u32(in->p) - 4);
	return a;
}

/* The end of a message whose reply is, or will be, read. */
static int64_t cut_walk(struct walk *walk, const struct piece *in)
{
	struct stop stop;

	switch (walk_on(walk, in, &stop, NULL)) {
	case WALK_CUT:
	case WALK_DONE:
		return ADIT_MSG(stop.len);
	case WALK_MORE:
		if (in->n < MESSAGE_MAX)
			return ADIT_MORE;
		break;
	case WALK_BAD:
		break;
	}
	/* on_reply finds the same, and gives it up. */
	return ADIT_MSG(in->from ? in->from : 1);
}

static int64_t cut_reply(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	const struct kafka_state *st = adit_state(ch);
	struct piece in = { .p = p, .n = n };
	struct walk walk;

	if (!st->reading) {
		if (n < 4)
			return ADIT_MORE;
		if (p[0] & 0x80)
			return ADIT_BAD;
		if (!st->count || kafka_u32(p) < 4)
			return ADIT_SKIP(4 + (int64_t)kafka_u32(p));
		if (n < HEAD)
			return ADIT_MORE;
	}
	if (!find_walk(st, &in, &walk))
		return ADIT_SKIP(4 + (int64_t)kafka_u32(p));
	return cut_walk(&walk, &in);
}

/* Says which brokers clients will not find: the first ones, once. */
static void tell_brokers(struct adit_msg *m, const struct brokers *b)
{
	struct kafka_state *st = adit_state(m->ch);
	bool told = st->told & TOLD_BROKERS;
	size_t n = 0;
	char to[280];

	for (size_t i = 0; i < b->n; i++) {
		const struct broker *x = &b->broker[i];

		if (x->result == ADIT_OK || n++ >= LOG_MAX || told)
			continue;
		snprintf(to, sizeof to, "%s:%u", x->real.host,
			 (unsigned)x->real.port);
		adit_log(m->ch, ADIT_WARN,
			 "clients cannot reach the broker %s through adit: %s",
			 to, x->why);
		if (n == 1)
			adit_audit(m->ch, "refused", to);
	}
	if (!n)
		return;
	if (n > LOG_MAX && !told)
		adit_log(m->ch, ADIT_WARN, "nor %zu other brokers",
			 n - LOG_MAX);
	st->told |= TOLD_BROKERS;
	adit_count(m->ch, COUNT_REFUSED, (int64_t)n);
}

static enum adit_verdict put_addresses(struct adit_msg *m, struct brokers *b,
				       const struct walk *walk, bool head)
{
	const struct kafka_conf *conf = adit_conf(m->ch);
	size_t changed;

	if (!brokers_ask(m, b, &conf->redirect_ports))
		return ADIT_HOLD;
	tell_brokers(m, b);
	if (!brokers_write(m, b, walk, head, &changed))
		return ADIT_CLOSE;
	adit_count(m->ch, COUNT_ADDRESSES, (int64_t)changed);
	return ADIT_PASS;
}

/* Clients may use no version of which the plugin does not know where the
 * addresses stand. */
static enum adit_verdict cap_versions(struct adit_msg *m,
				      const struct brokers *b)
{
	uint8_t *out = malloc(m->len);
	bool changed = false;

	if (!out)
		return ADIT_CLOSE;
	memcpy(out, m->data, m->len);
	for (size_t i = 0; i < b->found.n; i++) {
		uint8_t *entry = out + b->found.place[i].from;
		int newest = layout_newest(entry[0] << 8 | entry[1]);

		if (newest < 0 || (entry[2] << 8 | entry[3]) > newest ||
		    (entry[4] << 8 | entry[5]) <= newest)
			continue;
		entry[4] = 0;
		entry[5] = (uint8_t)newest;
		changed = true;
	}
	if (changed)
		adit_rewrite(m, out, m->len);
	free(out);
	return ADIT_PASS;
}

/* Reads the message once more, because it has `places` addresses. */
static enum adit_verdict on_places(struct adit_msg *m, struct walk walk,
				   const struct piece *in, size_t places)
{
	enum adit_verdict verdict = ADIT_CLOSE;
	struct brokers b;
	struct stop stop;

	if (!brokers_init(&b, places))
		goto out;
	walk_on(&walk, in, &stop, &b.found);
	verdict = layout_api(walk.layout) == API_VERSIONS ?
			  cap_versions(m, &b) :
			  put_addresses(m, &b, &walk, in->from);
out:
	brokers_fini(&b);
	return verdict;
}

/* What cannot be read passes as it is. */
static enum adit_verdict give_up(struct adit_msg *m, const struct walk *walk,
				 size_t from)
{
	struct kafka_state *st = adit_state(m->ch);

	st->reading = 0;
	/* A broker that does not know the version answers in another one. */
	if (layout_api(walk->layout) != API_VERSIONS)
		adit_log(m->ch, ADIT_WARN,
			 "a reply to API key %d cannot be read: the addresses "
			 "in it pass unchanged",
			 layout_api(walk->layout));
	return adit_skip(m, walk->rest - (m->len - from)) ? ADIT_CLOSE :
							    ADIT_PASS;
}

/* Forgets the request whose reply has come, and those before it. */
static void kafka_forget(struct adit_msg *m)
{
	struct kafka_state *st = adit_state(m->ch);
	uint32_t before;

	if (st->count == ASKED_MAX)
		adit_wake(m->ch, ADIT_TO_SERVER);
	kafka_asked(st, kafka_u32(m->data + 4), &before);
	st->first = (st->first + before + 1) % ASKED_MAX;
	st->count -= before + 1;
}

static enum adit_verdict on_reply(struct adit_msg *m)
{
	struct kafka_state *st = adit_state(m->ch);
	struct piece in = { .p = m->data, .n = m->len };
	enum adit_verdict verdict = ADIT_PASS;
	struct found found = { 0 };
	struct walk start, walk;
	struct stop stop;
	enum walked end;

	if (!find_walk(st, &in, &start))
		return ADIT_CLOSE; /* cut_reply has found it */
	if (in.from)
		kafka_forget(m);
	walk = start;
	end = walk_on(&walk, &in, &stop, &found);
	if (end != WALK_CUT && end != WALK_DONE)
		return give_up(m, &start, in.from);
	if (found.n)
		verdict = on_places(m, start, &in, found.n);
	if (verdict != ADIT_PASS)
		return verdict;
	st->walk = walk;
	st->reading = end == WALK_CUT && walk.rest;
	return adit_skip(m, end == WALK_CUT ? stop.skip : walk.rest) ?
		       ADIT_CLOSE :
		       ADIT_PASS;
}

/* ---- the plugin ---------------------------------------------------------- */

static enum adit_verdict kafka_message(struct adit_msg *m)
{
	/* No client or broker uses a part of a message. */
	if (m->flags & ADIT_PARTIAL)
		return ADIT_PASS;
	return m->dir == ADIT_TO_SERVER ? kafka_request(m) : on_reply(m);
}

static bool kafka_sound(struct adit_channel *ch)
{
	const struct kafka_state *st = adit_state(ch);

	if (st->spoken > 1 || st->bare > 1 || st->told > TOLD_ALL ||
	    st->reading > 1 || st->first >= ASKED_MAX || st->count > ASKED_MAX)
		return false;
	for (uint32_t i = 0; i < st->count; i++) {
		const struct asked *a = &st->asked[(st->first + i) % ASKED_MAX];
		struct walk w;

		walk_start(&w, a->layout, a->flexible, 0);
		if (!walk_sound(&w))
			return false;
	}
	return !st->reading || (walk_sound(&st->walk) && st->walk.rest &&
				!layout_starts(&st->walk));
}

#define OPT(type, name, preset, help)                                          \
	ADIT_OPT(#name, type, struct kafka_conf, name, preset, help)
static const struct adit_option options[] = {
	OPT(ADIT_LIST, redirect_allow, NULL, "hosts that replies may name"),
	OPT(ADIT_PORTS, redirect_ports, "1024-65535",
	    "ports that replies may name"),
	OPT(ADIT_CHOICE, tls, "pass|refuse",
	    "pass TLS unread, or refuse clients that use it"),
	{ 0 }
};

ADIT_PLUGIN(.name = "kafka", .version = "1",
	    .summary = "Apache Kafka: the brokers that replies name",
	    .can = ADIT_CAN_REWRITE | ADIT_CAN_FORWARD | ADIT_CAN_SHARED,
	    .state_version = 1, .state_size = sizeof(struct kafka_state),
	    .conf_size = sizeof(struct kafka_conf), .options = options,
	    .counters = counters, .max_message = MESSAGE_MAX,
	    .max_expect = BROKERS_MAX, .frame = { cut_request, cut_reply },
	    .message = kafka_message, .sound = kafka_sound);
