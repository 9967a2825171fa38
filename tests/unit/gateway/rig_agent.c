/* SPDX-License-Identifier: BSD-2-Clause */
/* rig_agent.c - users of the rig: their sessions as an agent has them, tunnels,
 * frames back and forth. */
#include "gateway/rig.h"

#include "base/err.h"
#include "base/wire.h"
#include "channel/chan.h"
#include "gateway/gsession_handover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MARKER = 77 };

static uint32_t numbers; /* of the sessions: the last one */

static void note_page(struct rig_user *u, const struct frame *f,
		      const uint8_t *p)
{
	if (f->flags & FLAG_FIRST) {
		buf_take(&u->resources, buf_len(&u->resources));
		buf_take(&u->names, buf_len(&u->names));
		buf_take(&u->addresses, buf_len(&u->addresses));
		u->pages = 0;
	}
	u->pages++;
	ck_assert(!buf_append(&u->resources, p, f->len));
}

static int on_frame(struct session *s, const struct frame *f, const uint8_t *p,
		    struct chan *about)
{
	struct rig_user *u = session_owner(s);
	uint64_t count;

	(void)about;
	u->side.last = *f;
	u->side.frames++;
	if (f->command == FRAME_EXPECT)
		ck_assert(!unpack_expect(&u->expect, p, f->len));
	if (f->command == FRAME_NAMES)
		ck_assert(!buf_append(&u->names, p, f->len));
	if (f->command == FRAME_ADDRESSES)
		ck_assert(!buf_append(&u->addresses, p, f->len));
	if (f->command == FRAME_RESOURCES)
		note_page(u, f, p);
	if (f->command == FRAME_CODE_WANTED) {
		u->wanted++;
		return unpack_code_wanted(&u->last_wanted, p, f->len);
	}
	if (f->command == FRAME_CODE_IS) {
		u->answers++;
		return unpack_code_is(&u->last_answer, p, f->len);
	}
	if (f->command != FRAME_ATTACHED)
		return 0;
	if (unpack_u64(&count, p, f->len))
		return ERR_PROTO;
	return session_attach(s, f->flags & FLAG_FRESH, count);
}

static void on_open(struct session *s, struct chan *c, const struct open *o)
{
	struct rig_user *u = session_owner(s);

	if (u->accepts)
		pump_on_open(&u->side, c, o);
	else
		chan_reset(c, REASON_DENIED, NULL);
}

static const struct session_ops agent_ops = {
	.open = on_open,
	.frame = on_frame,
};

struct gsession *rig_login(struct rig_user *u, const char *name,
			   const char *groups)
{
	struct session_conf conf = { .role = ROLE_AGENT, .marker = MARKER };
	struct mail_create *m = calloc(1, sizeof *m);

	ck_assert_ptr_nonnull(m);
	*u = (struct rig_user){ .number = ++numbers };
	u->id = (uint64_t)u->number << 8;
	m->to = rig.shard;
	m->id = u->id;
	m->number = u->number;
	m->marker = MARKER;
	memset(m->secret, 9, sizeof m->secret);
	snprintf(m->user, sizeof m->user, "%s", name);
	snprintf(m->gateway, sizeof m->gateway, "main");
	snprintf(m->groups, sizeof m->groups, "%s", groups);
	ck_assert(!addr_parse(&m->source, "192.0.2.1", 1024));
	shard_on_create(&m->mail);
	u->side.s = session_new(&conf, &agent_ops, u);
	ck_assert_ptr_nonnull(u->side.s);
	session_set_now(u->side.s, rig.now_us);
	return map_get(&rig.shard->by_key, session_key(u->id));
}

/* As docs/protocol.md says it, 5. */
static void prove(struct mail_attach *m)
{
	static const char what[] = "adit/1 attach";
	uint8_t exporter[TLS_EXPORTER], rest[2 + LABEL_MAX + 20],
		key[SECRET_LEN];
	struct wr w = wr_of(rest, sizeof rest);

	memset(key, 9, sizeof key);
	ck_assert(!tls_exporter(NULL, exporter));
	wr_str8(&w, "main");
	wr_u64(&w, m->attach.session);
	wr_u32(&w, m->attach.generation);
	wr_u64(&w, m->attach.count);
	tls_hmac(m->attach.proof, key,
		 (struct tls_part[]){ { what, sizeof what },
				      { exporter, sizeof exporter },
				      { rest, (size_t)(w.p - rest) } },
		 3);
}

void rig_attach(struct rig_user *u, bool old)
{
	struct mail_attach *m = calloc(1, sizeof *m);
	int fd[2];

	ck_assert_ptr_nonnull(m);
	ck_assert(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd));
	close(fd[1]);
	m->to = rig.shard;
	m->fd = fd[0];
	m->marker = MARKER;
	m->shares = m->codes = !u->is_old;
	m->config = worker_config_ref(rig.shard->config);
	snprintf(m->gateway, sizeof m->gateway, "main");
	ck_assert(!addr_parse(&m->source, "192.0.2.2", 1025));
	m->attach.session = u->id;
	m->attach.generation = old ? u->generation : ++u->generation;
	m->attach.count = session_count(u->side.s);
	prove(m);
	rig.refused = 0;
	shard_on_attach(&m->mail);
	/* One that is refused leaves the tunnel that there is. */
	if (!rig.refused)
		session_detach(u->side.s);
}

static bool carry_frames(struct session *from, struct session *to)
{
	struct iovec record;
	bool any = false;

	while (session_next(from, &record)) {
		any = true;
		ck_assert_msg(!session_input(to, record.iov_base,
					     record.iov_len),
			      "%s", session_why(to));
		session_input_done(to);
	}
	return any;
}

void rig_pump(struct rig_user *u, struct gsession *gs)
{
	bool any = true;

	while (any && gs->tunnel.up) {
		session_set_now(u->side.s, rig.now_us);
		session_set_now(gs->session, rig.now_us);
		any = carry_frames(gs->session, u->side.s);
		any |= carry_frames(u->side.s, gs->session);
	}
	session_reap(u->side.s);
}

void rig_down(struct rig_user *u, struct gsession *gs, int err)
{
	struct tunnel *t = &gs->tunnel;

	ck_assert(t->up);
	t->up = false;
	close(t->conn.fd);
	session_detach(t->session);
	session_reap(t->session);
	session_detach(u->side.s);
	t->ops->down(t, err, "gone");
}

void rig_logout(struct rig_user *u)
{
	session_free(u->side.s);
	u->side.s = NULL;
	buf_fini(&u->resources);
	buf_fini(&u->names);
	buf_fini(&u->addresses);
}

struct gsession *rig_start(struct rig_user *u, const char *conf,
			   const struct adit_plugin *with)
{
	struct gsession *gs;

	rig_begin(conf, with);
	gs = rig_login(u, "alice", "all");
	ck_assert_ptr_nonnull(gs);
	rig_attach(u, false);
	rig_settle(u, gs);
	return gs;
}

void rig_begin_two(struct rig_two *two)
{
	two->of_alice = rig_start(&two->alice, rig_conf, NULL);
	two->of_bob = rig_login(&two->bob, "bob", "all");
	rig_attach(&two->bob, false);
	rig_settle(&two->bob, two->of_bob);
}

void rig_end_two(struct rig_two *two)
{
	rig_logout(&two->alice);
	rig_logout(&two->bob);
	rig_end();
}

void rig_settle(struct rig_user *u, struct gsession *gs)
{
	for (int i = 0; i < 3 && gs->state != GSESSION_OVER; i++) {
		/* What waited for company has waited for 2 ms. */
		gs->session->later_us = UINT64_MAX;
		rig_pump(u, gs);
		rig_turn();
	}
}

struct mem *rig_open(struct rig_user *u, struct gsession *gs, const char *host,
		     uint16_t port)
{
	struct open o = { .dest.port = port };
	struct mem *m;

	snprintf(o.dest.host, sizeof o.dest.host, "%s", host);
	m = mem_open(&u->side, &o);
	ck_assert_ptr_nonnull(m);
	rig_settle(u, gs);
	return m;
}

static void note_gchan(struct chan *c, void *arg)
{
	struct gchan **found = arg;

	if (!*found && !chan_info(c).is_dead)
		*found = chan_end(c);
}

struct gchan *rig_gchan(const struct gsession *gs)
{
	struct gchan *found = NULL;

	session_each(gs->session, note_gchan, &found);
	return found;
}

/* ---- to another worker --------------------------------------------------- */

void rig_leave(struct handover *c, struct gsession *gs)
{
	*c = handover_packing();
	gsession_rests(gs);
	gsession_leaves(c, gs);
	/* The session's own go with it. */
	for (size_t i = 0; i < c->nfd; i++)
		c->fd[i] = dup(c->fd[i]);
	gsession_bury(gs, LEAVE_SHUTDOWN);
	rig_turn();
}

void rig_count_sessions(void)
{
	struct list *n, *t;

	rig.shard->load = 0;
	list_each (n, t, &rig.shard->sessions)
		rig.shard->load++;
}

struct gsession *rig_arrive(struct handover *left, bool *bad)
{
	struct handover c = handover_unpacking(
		buf_ptr(&left->out), buf_len(&left->out), left->fd, left->nfd);
	struct gsession *gs = gsession_arrives(&c, rig.shard);

	*bad = c.bad;
	while (c.next < c.nfd)
		close(c.fd[c.next++]);
	rig_count_sessions();
	handover_fini(left);
	return gs;
}
