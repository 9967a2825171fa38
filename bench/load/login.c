/* SPDX-License-Identifier: BSD-2-Clause */
/* login.c - the login of one agent of the load (docs/protocol.md, section
 * 3). */
#include "bench/load/guest.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct guest_login {
	struct conn conn;
	struct guest *guest;
	struct frame_reader reader;
	bool answered, refused;
	struct profile profile;
	struct goodbye no;
};

static struct guest_login *login_of(struct conn *c)
{
	return container_of(c, struct guest_login, conn);
}

static int guest_login_send(struct guest_login *l, uint8_t command,
			    const uint8_t *p, size_t n)
{
	uint8_t wire[FRAME_HEADER + PROMPT_MAX * ANSWER_MAX];
	struct frame f = {
		.command = command,
		.flags = command == FRAME_LOGIN ? FLAG_TRIES : 0,
		.service = SERVICE_FORWARD,
		.protocol = PROTOCOL_TCP,
		.len = (uint16_t)n,
	};

	frame_pack(wire, &f);
	memcpy(wire + FRAME_HEADER, p, n);
	return conn_send(&l->conn, wire, FRAME_HEADER + n);
}

static void guest_login_on_ready(struct conn *c)
{
	struct guest_login *l = login_of(c);
	const struct guests *all = l->guest->all;
	struct login who = { .agent = "bench/load" };
	uint8_t p[256];

	snprintf(who.user, sizeof who.user, "%s%u", all->user,
		 l->guest->number % all->users);
	(void)!guest_login_send(l, FRAME_LOGIN, p,
				pack_login(p, sizeof p, &who));
}

static int guest_login_on_frame(struct guest_login *l, const struct frame *f,
				const uint8_t *p)
{
	struct answer a = { .n = 1 };
	uint8_t out[ANSWER_MAX + 8];
	int ret;

	if (f->command == FRAME_PROMPT) {
		snprintf(a.text[0], sizeof a.text[0], "%s",
			 l->guest->all->password);
		return guest_login_send(l, FRAME_ANSWER, out,
					pack_answer(out, sizeof out, &a));
	}
	if (f->command != FRAME_RESULT)
		return ERR_PROTO;
	l->refused = f->flags & FLAG_REFUSED;
	ret = l->refused ? unpack_goodbye(&l->no, p, f->len) :
			   unpack_profile(&l->profile, p, f->len);
	l->answered = !ret;
	if (!ret)
		conn_leave(&l->conn, 0.);
	return ret;
}

static int guest_login_on_input(struct conn *c, const uint8_t *p, size_t n)
{
	struct guest_login *l = login_of(c);
	const uint8_t *payload;
	const char *why = NULL;
	struct frame f;
	int ret;

	frame_input(&l->reader, p, n);
	while ((ret = frame_next(&l->reader, &f, &payload, &why)) > 0) {
		if (l->answered)
			continue;
		ret = guest_login_on_frame(l, &f, payload);
		if (ret)
			break;
	}
	return ret;
}

static void guest_login_free(struct guest_login *l)
{
	l->guest->login = NULL;
	frame_reader_fini(&l->reader);
	free(l);
}

static void guest_login_on_closed(struct conn *c, int err, const char *why)
{
	struct guest_login *l = login_of(c);
	struct guest *g = l->guest;
	struct profile profile = l->profile;
	bool answered = l->answered, refused = l->refused;
	struct goodbye no = l->no;
	char text[300];

	(void)err;
	snprintf(text, sizeof text, "login: %s",
		 !refused   ? why :
		 no.text[0] ? no.text :
			      leave_str(no.leave));
	guest_login_free(l);
	if (answered && !refused) {
		guest_logged_in(g, &profile);
		return;
	}
	if (!refused)
		g->all->resets++;
	else if (no.leave == LEAVE_BUSY)
		g->all->put_off++;
	else
		g->all->refused++;
	guest_failed(g, no.wait_ms / 1e3, text);
}

static const struct conn_ops guest_login_ops = {
	.ready = guest_login_on_ready,
	.input = guest_login_on_input,
	.closed = guest_login_on_closed,
};

void guest_login_begin(struct guest *g, int fd)
{
	struct guest_login *l = calloc(1, sizeof *l);
	struct tls *tls = tls_connect_new(g->all->tls);

	if (!l || !tls) {
		free(l);
		tls_free(tls);
		close(fd);
		guest_failed(g, 1., "out of memory");
		return;
	}
	l->guest = g;
	g->login = l;
	frame_reader_init(&l->reader);
	conn_open(&l->conn, &g->all->loop, fd, tls, &guest_login_ops);
}

void guest_login_drop(struct guest *g)
{
	struct tls *tls;
	int fd;

	if (!g->login)
		return;
	conn_release(&g->login->conn, &fd, &tls);
	tls_free(tls);
	close(fd);
	guest_login_free(g->login);
}
