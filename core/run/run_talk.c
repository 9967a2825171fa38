/* SPDX-License-Identifier: BSD-2-Clause */
/* run_talk.c - answers the name lookups of a command that come over TCP (RFC
 * 7766): two bytes of length, then a message.
 *
 * A message is looked at before it is taken out of the socket: where another
 * server has to answer, the connection as it is goes there. */
#include "run/run_parts.h"

#include "run/bridge.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TALKS_MAX = 256, LENGTH = 2 };

static const double IDLE_S = 10.;

struct run_talk {
	struct list node; /* run.talks */
	struct run *run;
	ev_io rd, wr;
	ev_timer idle;
	int want;    /* bytes that must have come */
	int dialled; /* a name server; or -1 */
	unsigned at; /* which one is the next */
};

/* The socket is still the caller's. */
static void run_talk_free(struct run_talk *t)
{
	struct ev_loop *ev = t->run->agent->loop->ev;

	ev_io_stop(ev, &t->rd);
	ev_io_stop(ev, &t->wr);
	ev_timer_stop(ev, &t->idle);
	if (t->dialled >= 0)
		close(t->dialled);
	list_remove(&t->node);
	t->run->ntalks--;
	free(t);
}

static void run_talk_end(struct run_talk *t)
{
	int fd = t->rd.fd;

	run_talk_free(t);
	close(fd);
}

/* The kernel calls when so much has come, or nothing more will. */
static void run_talk_await(struct run_talk *t, int bytes)
{
	t->want = bytes;
	if (setsockopt(t->rd.fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes))
		run_talk_end(t);
}

static void run_talk_hand_over(struct run_talk *t)
{
	struct run *r = t->run;
	int fd = t->rd.fd, dialled = t->dialled, one = 1;

	t->dialled = -1;
	run_talk_free(t);
	setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &one, sizeof one);
	bridge_join(&r->runs->bridges, r->agent->loop, fd, dialled);
}

/* The whole connection goes to a name server of this machine, by the first name
 * that is asked for in it: who asks for several over one connection asks one
 * kind of server. */
static void run_talk_dial(struct run_talk *t)
{
	struct ev_loop *ev = t->run->agent->loop->ev;
	struct addr server[RUN_SERVERS];
	unsigned n = run_forward_servers("/etc/resolv.conf", server);

	ev_io_stop(ev, &t->rd);
	ev_io_stop(ev, &t->wr);
	if (t->dialled >= 0)
		close(t->dialled);
	t->dialled = -1;
	while (t->dialled < 0 && t->at < n)
		t->dialled = tcp_connect(&server[t->at++], NULL);
	if (t->dialled < 0) {
		run_talk_end(t);
		return;
	}
	ev_io_set(&t->wr, t->dialled, EV_WRITE);
	ev_io_start(ev, &t->wr);
}

static void run_talk_on_dialled(struct ev_loop *ev, ev_io *w, int events)
{
	struct run_talk *t = w->data;
	socklen_t len = sizeof(int);
	int error = 0;

	(void)ev;
	(void)events;
	if (getsockopt(t->dialled, SOL_SOCKET, SO_ERROR, &error, &len) || error)
		run_talk_dial(t);
	else
		run_talk_hand_over(t);
}

static void run_talk_answer(struct run_talk *t, uint8_t *message, size_t n)
{
	uint8_t reply[LENGTH + STUB_REPLY];
	enum stub_verdict verdict;
	size_t len;

	verdict = run_names_reply(t->run, message + LENGTH, n - LENGTH,
				  reply + LENGTH, &len);
	if (verdict == STUB_ELSEWHERE && t->run->syns.direct) {
		run_talk_dial(t);
		return;
	}
	reply[0] = (uint8_t)(len >> 8);
	reply[1] = (uint8_t)len;
	/* Who does not read the answers gets no more of them. */
	if (verdict == STUB_DROP ||
	    recv(t->rd.fd, message, n, MSG_DONTWAIT) != (ssize_t)n ||
	    send(t->rd.fd, reply, LENGTH + len, MSG_DONTWAIT | MSG_NOSIGNAL) !=
		    (ssize_t)(LENGTH + len)) {
		run_talk_end(t);
		return;
	}
	ev_timer_again(t->run->agent->loop->ev, &t->idle);
	run_talk_await(t, LENGTH);
}

static void run_talk_on_rd(struct ev_loop *ev, ev_io *w, int events)
{
	struct run_talk *t = w->data;
	uint8_t message[LENGTH + RUN_QUERY];
	ssize_t n = recv(w->fd, message, (size_t)t->want,
			 MSG_PEEK | MSG_DONTWAIT);

	(void)ev;
	(void)events;
	if (n < 0 && errno == EAGAIN)
		return;
	if (n != t->want) {
		run_talk_end(t);
		return;
	}
	if (n > LENGTH) {
		run_talk_answer(t, message, (size_t)n);
		return;
	}
	n = LENGTH + (message[0] << 8 | message[1]);
	if (n == LENGTH || n > (ssize_t)sizeof message)
		run_talk_end(t);
	else
		run_talk_await(t, (int)n);
}

static void run_talk_on_idle(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	run_talk_end(w->data);
}

void run_talk_begin(struct run *r, int fd)
{
	struct run_talk *t = r->ntalks < TALKS_MAX ? calloc(1, sizeof *t) :
						     NULL;

	if (!t) {
		tcp_reset(fd);
		return;
	}
	t->run = r;
	t->dialled = -1;
	list_init(&t->node);
	list_append(&r->talks, &t->node);
	r->ntalks++;
	ev_io_init(&t->rd, run_talk_on_rd, fd, EV_READ);
	ev_init(&t->wr, run_talk_on_dialled);
	ev_init(&t->idle, run_talk_on_idle);
	t->idle.repeat = IDLE_S;
	t->rd.data = t->wr.data = t->idle.data = t;
	ev_io_start(r->agent->loop->ev, &t->rd);
	ev_timer_again(r->agent->loop->ev, &t->idle);
	run_talk_await(t, LENGTH);
}

void run_talk_free_all(struct run *r)
{
	while (!list_is_empty(&r->talks))
		run_talk_end(list_first(&r->talks, struct run_talk, node));
}
