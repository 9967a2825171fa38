/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_login.c - the conversation that makes a session, or another password
 * (docs/protocol.md, 3). */
#include "agent/uplink_parts.h"

#include "base/err.h"
#include "base/log.h"
#include "net/sock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROUNDS = 8, /* of questions */
	HELD_MS = 30 *
		  1000, /* so long a gateway holds up the first wrong tries */
	WAIT_MS = 60 * 1000, /* the longest that a gateway may ask for */
};

static const double TIMEOUT_S = 60.;

struct uplink_login {
	struct conn conn;
	struct uplink *uplink;
	struct frame_reader reader;
	ev_timer late;
	unsigned rounds;
	struct tls_identity *identity; /* that is shown, or NULL */
	bool gave_password;
	bool waits;          /* for uplink_answer */
	bool nobody;         /* can answer what the gateway asks */
	struct prompt asked; /* the question that waits */
	bool answered;       /* RESULT came */
	bool refused, changed;
	struct profile profile;
	struct goodbye no;
};

static struct uplink_login *uplink_login_of(struct conn *c)
{
	return container_of(c, struct uplink_login, conn);
}

/* Flags of LOGIN tell the gateway which reasons for a refusal this agent knows,
 * and what the login is for. */
static uint8_t flags_of(const struct uplink_login *l, uint8_t command)
{
	if (command != FRAME_LOGIN)
		return 0;
	return l->uplink->change.wanted ? FLAG_TRIES | FLAG_CHANGE : FLAG_TRIES;
}

static int uplink_login_say(struct uplink_login *l, uint8_t command,
			    const uint8_t *payload, size_t n)
{
	uint8_t wire[FRAME_MAX];
	struct frame f = { .command = command,
			   .flags = flags_of(l, command),
			   .service = SERVICE_FORWARD,
			   .protocol = PROTOCOL_TCP,
			   .len = (uint16_t)n };
	int ret;

	frame_pack(wire, &f);
	memcpy(wire + FRAME_HEADER, payload, n);
	ret = conn_send(&l->conn, wire, FRAME_HEADER + n);
	tls_wipe(wire, sizeof wire);
	return ret;
}

static void uplink_login_on_ready(struct conn *c)
{
	struct uplink_login *l = uplink_login_of(c);
	struct login who = { .agent = "adit " VERSION,
			     .change = l->uplink->change.wanted,
			     .keep = l->uplink->change.keep };
	uint8_t p[512];
	size_t n;

	snprintf(who.user, sizeof who.user, "%s", l->uplink->conf->user);
	n = pack_login(p, sizeof p, &who);
	if (uplink_login_say(l, FRAME_LOGIN, p, n))
		log_msg(LOG_DEBUG, NULL,
			"LOGIN could not be sent: out of memory");
}

static int uplink_login_answer(struct uplink_login *l, const struct answer *a)
{
	uint8_t p[PROMPT_MAX * (ANSWER_MAX + 2) + 1];
	int ret;

	ret = uplink_login_say(l, FRAME_ANSWER, p, pack_answer(p, sizeof p, a));
	tls_wipe(p, sizeof p);
	ev_timer_stop(l->uplink->loop->ev, &l->late);
	ev_timer_set(&l->late, TIMEOUT_S, 0.);
	ev_timer_start(l->uplink->loop->ev, &l->late);
	return ret;
}

/* The first secret that a login is asked for is the password.  Where that is
 * all, nobody needs to be asked. */
static bool answers_itself(struct uplink_login *l, const struct prompt *q,
			   struct answer *a)
{
	a->n = q->n;
	if (q->n == 1 && !q->ask[0].echo && !l->gave_password &&
	    l->uplink->password[0]) {
		l->gave_password = true;
		snprintf(a->text[0], ANSWER_MAX, "%s", l->uplink->password);
		return true;
	}
	return !q->n && !q->info[0];
}

/* A prompt that asks nothing is a message, which stands in the log: an empty
 * answer is enough. */
static int uplink_login_unanswered(struct uplink_login *l,
				   const struct prompt *q)
{
	static const struct answer none;

	if (!q->n)
		return uplink_login_answer(l, &none);
	l->nobody = true;
	return conn_fail(&l->conn, ERR_DENIED,
			 "the gateway asks \"%s\", and there is nobody to "
			 "answer: run adit %s on a terminal",
			 q->ask[0].text,
			 l->uplink->change.wanted ? "passwd" : "up");
}

/* The user has time: the gateway ends the login when its own is over. */
static int uplink_login_ask(struct uplink_login *l, const struct prompt *q)
{
	struct uplink *u = l->uplink;

	l->asked = *q;
	l->waits = true;
	ev_timer_stop(u->loop->ev, &l->late);
	ev_timer_stop(u->loop->ev, &u->silence);
	if (u->ops->asks && u->ops->asks(u, q))
		return u->login == l && l->conn.err ? l->conn.err : 0;
	l->waits = false;
	return uplink_login_unanswered(l, q);
}

void uplink_answer(struct uplink *u, struct answer *a)
{
	struct uplink_login *l = u->login;
	int ret = 0;

	if (l && l->waits && !l->conn.err) {
		l->waits = false;
		ret = a && a->n == l->asked.n ?
			      uplink_login_answer(l, a) :
			      uplink_login_unanswered(l, &l->asked);
	}
	if (ret)
		log_msg(LOG_DEBUG, NULL, "no answer is sent to the gateway: %s",
			err_str(ret));
	if (a)
		tls_wipe(a, sizeof *a);
}

static int uplink_login_on_prompt(struct uplink_login *l, const uint8_t *p,
				  size_t n)
{
	struct prompt q;
	struct answer *a;
	int ret = 0;

	if (l->waits || unpack_prompt(&q, p, n))
		return conn_fail(&l->conn, ERR_PROTO, "malformed PROMPT");
	if (++l->rounds > ROUNDS)
		return conn_fail(&l->conn, ERR_PROTO,
				 "the gateway has asked for the "
				 "password %d times",
				 ROUNDS);
	if (q.info[0])
		log_msg(LOG_INFO, "gateway", "%s", q.info);
	a = calloc(1, sizeof *a);
	if (!a)
		return conn_fail(&l->conn, ERR_NOMEM, "out of memory");
	if (answers_itself(l, &q, a))
		ret = uplink_login_answer(l, a);
	else
		ret = uplink_login_ask(l, &q);
	tls_wipe(a, sizeof *a);
	free(a);
	return ret;
}

/* Only where a pin accepts the gateway: authorities do not vouch for a
 * certificate that has ended. */
static void warn_of_certificate(struct tls *tls)
{
	char text[TLS_VALIDITY_TEXT];

	if (tls_peer_validity(tls, text) >= TLS_ENDED)
		log_msg(LOG_WARN, NULL,
			"the gateway's certificate %s; it is "
			"taken because its key is the one in pin",
			text);
}

static int uplink_login_on_result(struct uplink_login *l, const struct frame *f,
				  const uint8_t *p)
{
	int ret;

	l->refused = f->flags & FLAG_REFUSED;
	l->changed = !l->refused && l->uplink->change.wanted;
	ret = l->refused || l->changed ? unpack_goodbye(&l->no, p, f->len) :
					 unpack_profile(&l->profile, p, f->len);
	if (ret || l->changed != !!(f->flags & FLAG_CHANGED) ||
	    (!l->refused && !l->changed && !l->profile.marker))
		return conn_fail(&l->conn, ERR_PROTO, "malformed RESULT");
	l->answered = true;
	if (!l->refused)
		warn_of_certificate(l->conn.tls);
	conn_leave(&l->conn, 0.);
	return 0;
}

static int uplink_login_on_input(struct conn *c, const uint8_t *p, size_t n)
{
	struct uplink_login *l = uplink_login_of(c);
	const uint8_t *payload;
	const char *why = NULL;
	struct frame f;
	int ret;

	frame_input(&l->reader, p, n);
	while ((ret = frame_next(&l->reader, &f, &payload, &why)) > 0) {
		if (l->answered)
			continue;
		if (f.command == FRAME_PROMPT)
			ret = uplink_login_on_prompt(l, payload, f.len);
		else if (f.command == FRAME_RESULT)
			ret = uplink_login_on_result(l, &f, payload);
		else if (f.command < FRAME_OPTIONAL)
			ret = conn_fail(c, ERR_PROTO, "%s during login",
					frame_name(f.command));
		if (ret < 0)
			return ret;
	}
	return ret < 0 ? conn_fail(c, ret, "%s", why ? why : err_str(ret)) : 0;
}

static void report_refusal(struct uplink *u, const struct goodbye *no)
{
	const char *text = no->text[0] ? no->text : leave_str(no->leave);

	u->wrong_password = no->leave == LEAVE_DENIED && no->wait_ms <= HELD_MS;
	if (uplink_is_put_off(no->leave))
		u->asked = MIN(no->wait_ms, (uint32_t)WAIT_MS) / 1e3;
	if (uplink_is_put_off(no->leave))
		snprintf(u->trouble, sizeof u->trouble, "%s: %s",
			 uplink_gateway(u), text);
	else if (no->wait_ms)
		snprintf(u->trouble, sizeof u->trouble, "%s; try again in %u s",
			 text, (no->wait_ms + 999) / 1000);
	else
		snprintf(u->trouble, sizeof u->trouble, "%s", text);
}

static void uplink_login_finish(struct uplink_login *l)
{
	struct uplink *u = l->uplink;

	u->login = NULL;
	ev_timer_stop(u->loop->ev, &l->late);
	frame_reader_fini(&l->reader);
	tls_wipe(&l->profile, sizeof l->profile);
	tls_identity_free(l->identity);
	free(l);
}

/* A gateway that does not know CHANGE finds LOGIN too long, and ends the
 * connection before it has asked anything. */
static bool is_unknown_change(const struct uplink_login *l, int err)
{
	return l->uplink->change.wanted && l->conn.is_ready && !l->rounds &&
	       !l->answered && err != ERR_TIMEOUT && err != ERR_PROTO;
}

static const char unknown_change[] =
	"it ended the connection when it was asked for another password, as an "
	"aditd does that is too old for adit passwd; its administrator can "
	"change the password with aditctl passwd";

static void uplink_login_on_closed(struct conn *c, int err, const char *why)
{
	struct uplink_login *l = uplink_login_of(c);
	struct uplink *u = l->uplink;
	struct profile profile = l->profile;
	bool answered = l->answered, refused = l->refused, nobody = l->nobody;
	bool changed = l->changed, unknown = is_unknown_change(l, err);
	struct goodbye no = l->no;

	/* A certificate or a language that is not the right one stays so.  All
	 * else may pass: what stands in front of a gateway may be there before
	 * it, and close connections in its name. */
	u->met |= !answered &&
		  (err == ERR_PROTO || (err == ERR_TLS && !c->is_ready));
	/* `why` may stand in what is freed next. */
	if (!answered)
		snprintf(u->trouble, sizeof u->trouble, "%s: %s",
			 uplink_gateway(u), unknown ? unknown_change : why);
	u->met |= unknown;
	/* Passwords may take their time. */
	segment_ended(u, false);
	uplink_login_finish(l);
	if (answered && changed) {
		u->change.done = true;
		snprintf(u->trouble, sizeof u->trouble, "%s", no.text);
		uplink_give_up(u);
	} else if (answered && !refused) {
		uplink_logged_in(u, &profile);
	} else if (answered) {
		report_refusal(u, &no);
		uplink_refused(u, no.leave);
	} else if (nobody) {
		u->wrong_password = false;
		uplink_refused(u, LEAVE_DENIED);
	} else {
		uplink_failed(u);
	}
	tls_wipe(&profile, sizeof profile);
}

static const struct conn_ops uplink_login_ops = {
	.ready = uplink_login_on_ready,
	.input = uplink_login_on_input,
	.closed = uplink_login_on_closed,
};

static void uplink_login_on_late(struct ev_loop *ev, ev_timer *w, int events)
{
	struct uplink_login *l = w->data;

	(void)ev;
	(void)events;
	conn_fail(&l->conn, ERR_TIMEOUT, "the gateway does not answer");
}

const char *uplink_login_step(const struct uplink *u)
{
	const struct uplink_login *l = u->login;

	return !l->conn.is_ready ? "it does not begin to speak TLS" :
	       l->rounds         ? "it has not checked the password yet" :
				   "it does not ask for the password";
}

void uplink_login_begin(struct uplink *u, int fd)
{
	struct uplink_login *l;
	struct tls_identity *id;
	struct tls *tls;

	if (uplink_identity_open(u, &id)) {
		tcp_reset(fd);
		return;
	}
	l = calloc(1, sizeof *l);
	tls = gateway_tls_login(&u->tls, u->at, id);
	if (!l || !tls) {
		free(l);
		tls_identity_free(id);
		tls_free(tls);
		tcp_reset(fd);
		snprintf(u->trouble, sizeof u->trouble, "out of memory");
		uplink_failed(u);
		return;
	}
	l->uplink = u;
	l->identity = id;
	u->login = l;
	frame_reader_init(&l->reader);
	ev_timer_init(&l->late, uplink_login_on_late, TIMEOUT_S, 0.);
	l->late.data = l;
	ev_timer_start(u->loop->ev, &l->late);
	conn_open(&l->conn, u->loop, fd, tls, &uplink_login_ops);
}

struct conn *uplink_login_conn(struct uplink *u)
{
	return u->login ? &u->login->conn : NULL;
}

void uplink_login_drop(struct uplink *u)
{
	struct uplink_login *l = u->login;
	struct tls *tls;
	int fd;

	if (!l)
		return;
	conn_release(&l->conn, &fd, &tls);
	tls_free(tls);
	tcp_reset(fd);
	uplink_login_finish(l);
}
