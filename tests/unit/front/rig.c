/* SPDX-License-Identifier: BSD-2-Clause */
/* rig.c - a front thread and its shards in one thread of the test. */
#include "front/rig.h"

#include "base/err.h"
#include "base/wire.h"
#include "front/preauth.h"
#include "gateway/gsession.h"
#include "gateway/limits.h"
#include "tls/key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SHARDS = 2, MEMORY = 64 << 20, TURNS = 8 };

const char front_rig_conf[] =
	"[server]\nlogin_timeout = 60s\nhandshake_timeout = 10s\n"
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
	"private_key = k\nusers = users\ngroups = all\n"
	"[resource echo]\nhost = 127.0.0.1\nport = 7\n"
	"[group all]\nusers = alice, bob\nresources = echo\n";

/* ---- the configuration --------------------------------------------------- */

static int rig_sign(void *ctx, int algorithm, const struct tls_part *what,
		    struct tls_sig *sig)
{
	struct front_rig *r = ctx;

	return tls_key_sign(r->signer, algorithm, what, sig);
}

static const char *text_of(struct buf *b)
{
	uint8_t *end = buf_reserve(b, 1);

	ck_assert_ptr_nonnull(end);
	*end = 0;
	return (const char *)buf_ptr(b);
}

static void make_key(struct front_rig *r)
{
	const char *cert, *key;
	char why[256] = "";

	ck_assert(!tls_make_certificate("main", NULL, &r->cert, &r->key));
	cert = text_of(&r->cert);
	key = text_of(&r->key);
	ck_assert_msg(!tls_key_new(&r->signer, key, cert, why, sizeof why),
		      "%s", why);
	ck_assert(!tls_pin_of(cert, r->pin));
}

static void put_blob(struct wr *w, const char *text)
{
	wr_u32(w, (uint32_t)strlen(text));
	wr_bytes(w, text, strlen(text));
}

void front_rig_bundle(struct front_rig *r, struct msg *m, const char *conf,
		      const char *listen)
{
	uint8_t bundle[8192];
	struct wr w = wr_of(bundle, sizeof bundle);

	wr_str16(&w, "/x/aditd.ini");
	put_blob(&w, conf);
	put_blob(&w, ""); /* no time zones */
	wr_u32(&w, 1);
	put_blob(&w, text_of(&r->cert));
	wr_u32(&w, listen != NULL);
	if (listen)
		wr_str8(&w, listen);
	wr_bytes(&w, "the address key.", 16);
	ck_assert(!w.bad);
	*m = (struct msg){ .type = MSG_CONF, .id = 7 };
	m->fds[m->nfds++] = msg_memfd("bundle", bundle, (size_t)(w.p - bundle));
	ck_assert_int_ge(m->fds[0], 0);
}

/* The monitor would sign on FD_SIGN; here the key is at hand. */
static void sign_here(struct front_rig *r, struct worker_config *config)
{
	const struct tls_signer signer = { rig_sign, r };
	char why[256] = "";

	tls_server_free(config->tls[0]);
	ck_assert_msg(!tls_server_new(&config->tls[0], text_of(&r->cert),
				      &signer, why, sizeof why),
		      "%s", why);
}

/* ---- beginning and end --------------------------------------------------- */

static void pair(int *here, int *there)
{
	int fd[2];

	ck_assert(!socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd));
	*here = fd[0];
	*there = fd[1];
}

void front_rig_begin(struct front_rig *r)
{
	struct locals *l = calloc(1, sizeof *l);
	char why[WORKER_CONFIG_ERROR] = "";
	struct front *f = &r->front;
	struct msg m;

	*r = (struct front_rig){ .monitor = -1 };
	make_key(r);
	ck_assert(l && !front_init(f, &r->worker));
	l->refs = 1;
	pair(&r->monitor, &f->monitor);
	pair(&r->resolver, &r->worker.names);
	front_rig_bundle(r, &m, front_rig_conf, NULL);
	f->config = front_read_conf(f, &m, why);
	ck_assert_msg(f->config, "%s", why);
	msg_close_fds(&m);
	sign_here(r, f->config);
	ck_assert(!shards_init(&r->worker, SHARDS, f->config, l, MEMORY));
	locals_unref(l);
	r->worker.quotas = limits_new(1000);
	ck_assert_ptr_nonnull(r->worker.quotas);
	r->listener.front = f;
	ck_assert(!addr_parse(&r->listener.at, "127.0.0.1", 1));
}

/* As the thread of a shard does at its end. */
static void end_sessions(struct shard *shard)
{
	while (!list_is_empty(&shard->sessions))
		gsession_bury(list_first(&shard->sessions, struct gsession,
					 node),
			      LEAVE_SHUTDOWN);
	shard_reap(shard);
}

void front_rig_end(struct front_rig *r)
{
	front_rig_turn(r);
	for (unsigned i = 0; i < r->worker.nshards; i++)
		end_sessions(shard_at(&r->worker, i));
	shards_stop(&r->worker);
	front_fini(&r->front);
	quotas_free(r->worker.quotas);
	close(r->monitor);
	close(r->front.monitor);
	close(r->resolver);
	close(r->worker.names);
	tls_key_free(r->signer);
	buf_fini(&r->cert);
	buf_fini(&r->key);
}

void front_rig_turn(struct front_rig *r)
{
	for (int i = 0; i < TURNS; i++) {
		ev_run(r->front.loop.ev, EVRUN_NOWAIT);
		/* After a handover that failed they have threads of their
		 * own. */
		if (r->worker.nrunning)
			return;
		for (unsigned k = 0; k < r->worker.nshards; k++)
			ev_run(shard_at(&r->worker, k)->loop.ev, EVRUN_NOWAIT);
	}
}

void front_rig_fire(struct front_rig *r, ev_timer *t)
{
	ck_assert(ev_is_active(t));
	ev_feed_event(r->front.loop.ev, t, EV_TIMER);
	front_rig_turn(r);
}

/* ---- the monitor --------------------------------------------------------- */

bool front_rig_heard(struct front_rig *r, struct msg *m)
{
	return !msg_recv(r->monitor, m);
}

void front_rig_expect(struct front_rig *r, struct msg *m, enum msg_type type)
{
	ck_assert(front_rig_heard(r, m));
	ck_assert_uint_eq(m->type, type);
}

void front_rig_tell(struct front_rig *r, struct msg *m)
{
	ck_assert(!msg_send(r->monitor, m));
	msg_close_fds(m);
	front_rig_turn(r);
}

void front_rig_verdict(struct front_rig *r, uint32_t id, enum msg_verdict v,
		       uint32_t wait_ms)
{
	const struct msg_auth_result result = {
		.verdict = (uint8_t)v,
		.wait_ms = wait_ms,
		.groups = "all",
	};

	preauth_on_auth(&r->front, id, &result);
	front_rig_turn(r);
}

struct registry_entry *front_rig_session(struct front_rig *r, const char *user,
					 bool attached)
{
	struct mail_create *m = calloc(1, sizeof *m);
	struct registry_entry *e = registry_add(&r->front.registry, 0);

	ck_assert(m && e);
	registry_name(&r->front.registry, e, user, "main");
	e->attached = attached;
	m->to = shard_of(&r->worker, e->session);
	m->id = e->session;
	m->number = e->number;
	m->marker = 1;
	snprintf(m->user, sizeof m->user, "%s", user);
	snprintf(m->gateway, sizeof m->gateway, "main");
	snprintf(m->groups, sizeof m->groups, "all");
	ck_assert(!addr_parse(&m->source, "192.0.2.1", 1024));
	mailbox_post(shard_box(m->to), &m->mail, shard_on_create);
	front_rig_turn(r);
	return e;
}

/* ---- an agent ------------------------------------------------------------ */

static void agent_write(struct rig_agent *a)
{
	struct buf *out = tls_output(a->tls);

	while (buf_len(out)) {
		ssize_t n = send(a->fd, buf_ptr(out), buf_len(out),
				 MSG_NOSIGNAL);

		if (n <= 0)
			return;
		tls_written(a->tls, (size_t)n);
	}
}

static void agent_take(struct rig_agent *a)
{
	const uint8_t *p;
	int n;

	if (!a->up && tls_handshake(a->tls))
		return;
	a->up = true;
	while ((n = tls_recv(a->tls, &p)) > 0)
		ck_assert(!buf_append(&a->frames, p, (size_t)n));
	a->ended |= n != ERR_AGAIN;
}

/* Back and forth until both are silent. */
static void agent_turn(struct front_rig *r, struct rig_agent *a)
{
	static uint8_t bytes[65536];

	for (int i = 0; i < TURNS; i++) {
		ssize_t n;

		agent_write(a);
		front_rig_turn(r);
		n = recv(a->fd, bytes, sizeof bytes, MSG_DONTWAIT);
		if (n > 0) {
			tls_input(a->tls, bytes, (size_t)n);
			agent_take(a);
		} else if (!n || errno != EAGAIN) {
			a->ended = true;
		}
	}
}

void rig_agent_open(struct front_rig *r, struct rig_agent *a)
{
	const char *pins[] = { r->pin, NULL };
	const struct tls_client_conf conf = { .server_name = "main",
					      .pins = pins };
	struct addr source;
	char why[256] = "";
	int fd[2];

	*a = (struct rig_agent){ .fd = -1 };
	ck_assert(!addr_parse(&source, "192.0.2.7", 4711));
	ck_assert(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd));
	a->fd = fd[0];
	ck_assert_msg(!tls_client_new(&a->client, &conf, why, sizeof why), "%s",
		      why);
	a->tls = tls_connect_new(a->client);
	ck_assert_ptr_nonnull(a->tls);
	ck_assert_int_eq(tls_handshake(a->tls), ERR_AGAIN);
	preauth_accept(&r->front, fd[1], &r->listener, &source);
	agent_turn(r, a);
	ck_assert(a->up);
}

void rig_agent_close(struct rig_agent *a)
{
	tls_free(a->tls);
	tls_client_free(a->client);
	buf_fini(&a->frames);
	close(a->fd);
}

void rig_agent_send(struct front_rig *r, struct rig_agent *a, struct frame f,
		    const uint8_t *payload)
{
	uint8_t out[FRAME_MAX];

	f.service = SERVICE_FORWARD;
	f.protocol = PROTOCOL_TCP;
	frame_pack(out, &f);
	if (f.len)
		memcpy(out + FRAME_HEADER, payload, f.len);
	ck_assert(!tls_send(a->tls, out, FRAME_HEADER + (size_t)f.len));
	agent_turn(r, a);
}

bool rig_agent_frame(struct front_rig *r, struct rig_agent *a, struct frame *f,
		     const uint8_t **payload)
{
	const uint8_t *p;
	const char *why;

	agent_turn(r, a);
	if (buf_len(&a->frames) - a->used < FRAME_HEADER)
		return false;
	p = buf_ptr(&a->frames) + a->used;
	ck_assert(!frame_unpack(f, p, &why));
	*payload = p + FRAME_HEADER;
	a->used += frame_size(p);
	ck_assert_uint_le(a->used, buf_len(&a->frames));
	return true;
}

void rig_agent_login(struct front_rig *r, struct rig_agent *a, const char *user,
		     uint32_t *id)
{
	struct frame login = { .command = FRAME_LOGIN, .flags = FLAG_TRIES };
	struct frame answer = { .command = FRAME_ANSWER };
	struct login l = { .agent = "test" };
	struct answer words = { .n = 1, .text = { "secret" } };
	static uint8_t p[2048];
	const uint8_t *got;
	struct msg m;
	struct frame f;

	snprintf(l.user, sizeof l.user, "%s", user);
	login.len = (uint16_t)pack_login(p, sizeof p, &l);
	rig_agent_send(r, a, login, p);
	ck_assert(rig_agent_frame(r, a, &f, &got));
	ck_assert_uint_eq(f.command, FRAME_PROMPT);
	answer.len = (uint16_t)pack_answer(p, sizeof p, &words);
	rig_agent_send(r, a, answer, p);
	front_rig_expect(r, &m, MSG_AUTH);
	*id = m.id;
}

unsigned rig_agent_refused(struct front_rig *r, struct rig_agent *a,
			   enum frame_command command, struct goodbye *bye)
{
	const uint8_t *p;
	struct frame f;

	ck_assert(rig_agent_frame(r, a, &f, &p));
	ck_assert_uint_eq(f.command, command);
	ck_assert(f.flags & FLAG_REFUSED);
	ck_assert(!unpack_goodbye(bye, p, f.len));
	return bye->leave;
}

struct preauth *rig_preauth(struct front_rig *r)
{
	struct list *all = &r->front.preauths;

	ck_assert(!list_is_empty(all));
	return list_first(all, struct preauth, node);
}
