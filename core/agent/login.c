/* SPDX-License-Identifier: BSD-2-Clause */
/* login.c - the conversation that makes a session (docs/protocol.md, 3). */
#include "agent/inside.h"

#include "base/err.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROUNDS = 8,
	HELD_MS = 30 * 1000, /* the gateway's timeout with early tries */
	WAIT_MS = 60 * 1000, /* the longest that a gateway may ask for */
};

static const double TIMEOUT_S = 60.;

struct login_conn {
	struct conn conn;
	struct agent *agent;
	struct frame_reader reader;
	ev_timer late;
	unsigned rounds;
	bool answered; /* RESULT came */
	bool refused;
	struct profile profile;
	struct goodbye no;
};

static struct login_conn *login_of(struct conn *c)
{
	return container_of(c, struct login_conn, conn);
}

/* In LOGIN, which words for a refusal this agent knows. */
static uint8_t flags_of(uint8_t command)
{
	return command == FRAME_LOGIN ? FLAG_TRIES : 0;
}

static int login_say(struct login_conn *l, uint8_t command,
		     const uint8_t *payload, size_t n)
{
	uint8_t wire[FRAME_MAX];
	struct frame f = { .command = command,
			   .flags = flags_of(command),
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

static void login_on_ready(struct conn *c)
{
	struct login_conn *l = login_of(c);
	struct login who = { .agent = "adit " VERSION };
	uint8_t p[512];
	size_t n;

	snprintf(who.user, sizeof who.user, "%s", l->agent->conf->user);
	n = pack_login(p, sizeof p, &who);
	if (login_say(l, FRAME_LOGIN, p, n))
		log_msg(LOG_DEBUG, NULL, "login could not be sent");
}

/* What is asked without echo is the password; with echo, the name. */
static int login_answer(struct login_conn *l, const struct prompt *q)
{
	struct answer *a = calloc(1, sizeof *a);
	uint8_t p[PROMPT_MAX * (ANSWER_MAX + 2) + 1];
	int ret;

	if (!a)
		return ERR_NOMEM;
	a->n = q->n;
	for (unsigned i = 0; i < q->n; i++)
		snprintf(a->text[i], ANSWER_MAX, "%s",
			 q->ask[i].echo ? l->agent->conf->user :
					  l->agent->password);
	ret = login_say(l, FRAME_ANSWER, p, pack_answer(p, sizeof p, a));
	tls_wipe(a, sizeof *a);
	tls_wipe(p, sizeof p);
	free(a);
	return ret;
}

static int login_on_prompt(struct login_conn *l, const uint8_t *p, size_t n)
{
	struct prompt q;

	if (unpack_prompt(&q, p, n))
		return conn_fail(&l->conn, ERR_PROTO, "malformed PROMPT");
	if (++l->rounds > ROUNDS)
		return conn_fail(&l->conn, ERR_PROTO, "asked without end");
	if (q.info[0])
		log_msg(LOG_INFO, "gateway", "%s", q.info);
	return login_answer(l, &q);
}

/* A certificate that CAs vouch for has been refused before it comes to this. */
static void warn_of_certificate(struct tls *tls)
{
	char text[TLS_VALIDITY_TEXT];

	if (tls_peer_validity(tls, text) >= TLS_ENDED)
		log_msg(LOG_WARN, NULL,
			"the gateway's certificate %s; it is "
			"taken because its key is the one in pin",
			text);
}

static int login_on_result(struct login_conn *l, const struct frame *f,
			   const uint8_t *p)
{
	int ret;

	l->refused = f->flags & FLAG_REFUSED;
	ret = l->refused ? unpack_goodbye(&l->no, p, f->len) :
			   unpack_profile(&l->profile, p, f->len);
	if (ret || (!l->refused && !l->profile.marker))
		return conn_fail(&l->conn, ERR_PROTO, "malformed RESULT");
	l->answered = true;
	if (!l->refused)
		warn_of_certificate(l->conn.tls);
	conn_leave(&l->conn);
	return 0;
}

static int login_on_input(struct conn *c, const uint8_t *p, size_t n)
{
	struct login_conn *l = login_of(c);
	const uint8_t *payload;
	const char *why = NULL;
	struct frame f;
	int ret;

	frame_input(&l->reader, p, n);
	while ((ret = frame_next(&l->reader, &f, &payload, &why)) > 0) {
		if (l->answered)
			continue;
		if (f.command == FRAME_PROMPT)
			ret = login_on_prompt(l, payload, f.len);
		else if (f.command == FRAME_RESULT)
			ret = login_on_result(l, &f, payload);
		else if (f.command < FRAME_OPTIONAL)
			ret = conn_fail(c, ERR_PROTO, "%s during login",
					frame_name(f.command));
		if (ret < 0)
			return ret;
	}
	return ret < 0 ? conn_fail(c, ret, "%s", why ? why : err_str(ret)) : 0;
}

static void report_refusal(struct agent *a, const struct goodbye *no)
{
	const char *text = no->text[0] ? no->text : leave_str(no->leave);

	a->wrong_password = no->leave == LEAVE_DENIED && no->wait_ms <= HELD_MS;
	if (agent_is_put_off(no->leave))
		a->asked = MIN(no->wait_ms, (uint32_t)WAIT_MS) / 1e3;
	if (agent_is_put_off(no->leave))
		snprintf(a->trouble, sizeof a->trouble, "%s: %s",
			 a->conf->gateways.item[a->at], text);
	else if (no->wait_ms)
		snprintf(a->trouble, sizeof a->trouble, "%s; try again in %u s",
			 text, (no->wait_ms + 999) / 1000);
	else
		snprintf(a->trouble, sizeof a->trouble, "%s", text);
}

static void login_finish(struct login_conn *l)
{
	struct agent *a = l->agent;

	a->login = NULL;
	ev_timer_stop(a->loop->ev, &l->late);
	frame_reader_fini(&l->reader);
	tls_wipe(&l->profile, sizeof l->profile);
	free(l);
}

static void login_on_closed(struct conn *c, int err, const char *why)
{
	struct login_conn *l = login_of(c);
	struct agent *a = l->agent;
	struct profile profile = l->profile;
	bool answered = l->answered, refused = l->refused;
	struct goodbye no = l->no;

	/* A certificate or a language that is not the right one stays so.  All
	 * else may pass: what stands in front of a gateway may be there before
	 * it, and close connections in its name. */
	a->met |= !answered &&
		  (err == ERR_PROTO || (err == ERR_TLS && !c->is_ready));
	/* `why` may stand in what is freed next. */
	if (!answered)
		snprintf(a->trouble, sizeof a->trouble, "%s: %s",
			 a->conf->gateways.item[a->at], why);
	/* Passwords may take their time. */
	segment_ended(a, false);
	login_finish(l);
	if (answered && !refused) {
		agent_logged_in(a, &profile);
	} else if (answered) {
		report_refusal(a, &no);
		agent_failed(a, no.leave);
	} else {
		reconnect_failed(a);
	}
	tls_wipe(&profile, sizeof profile);
}

static const struct conn_ops login_ops = {
	.ready = login_on_ready,
	.input = login_on_input,
	.closed = login_on_closed,
};

static void login_on_late(struct ev_loop *ev, ev_timer *w, int events)
{
	struct login_conn *l = w->data;

	(void)ev;
	(void)events;
	conn_fail(&l->conn, ERR_TIMEOUT, "the gateway does not answer");
}

const char *login_step(const struct agent *a)
{
	const struct login_conn *l = a->login;

	return !l->conn.is_ready ? "it does not begin to speak TLS" :
	       l->rounds         ? "it has not checked the password yet" :
				   "it does not ask for the password";
}

void login_begin(struct agent *a, int fd)
{
	struct login_conn *l = calloc(1, sizeof *l);
	struct tls *tls = gateway_tls_new(&a->tls, a->at);

	if (!l || !tls) {
		free(l);
		tls_free(tls);
		tcp_reset(fd);
		snprintf(a->trouble, sizeof a->trouble, "out of memory");
		reconnect_failed(a);
		return;
	}
	l->agent = a;
	a->login = l;
	frame_reader_init(&l->reader);
	ev_timer_init(&l->late, login_on_late, TIMEOUT_S, 0.);
	l->late.data = l;
	ev_timer_start(a->loop->ev, &l->late);
	conn_open(&l->conn, a->loop, fd, tls, &login_ops);
}

struct conn *login_conn(struct agent *a)
{
	return a->login ? &a->login->conn : NULL;
}

void login_drop(struct agent *a)
{
	struct login_conn *l = a->login;
	struct tls *tls;
	int fd;

	if (!l)
		return;
	conn_release(&l->conn, &fd, &tls);
	tls_free(tls);
	tcp_reset(fd);
	login_finish(l);
}
