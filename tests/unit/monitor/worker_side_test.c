/* SPDX-License-Identifier: BSD-2-Clause */
/* worker_side_test.c - each cell of the table in worker_side.c. */
#include "monitor_rig.h"

#include "base/err.h"
#include "suite.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static struct worker_side side;
static unsigned ends, pauses, messages;
static bool expected;
static int answer; /* to the next message */

static int on_message(struct worker_side *w, struct msg *m)
{
	ck_assert_ptr_eq(w, &side);
	ck_assert_ptr_eq(w->monitor, &rig.m);
	(void)m;
	messages++;
	return answer;
}

static int on_sign(struct worker_side *w, struct msg *m)
{
	(void)w;
	m->type = MSG_SIGNED;
	return answer;
}

static void on_end(struct worker_side *w, const struct worker_end *end)
{
	ck_assert_int_eq(w->state, WORKER_NONE);
	ck_assert_int_eq(w->pid, 0);
	ck_assert_int_eq(w->main, -1);
	ck_assert_int_ge(end->main, 0);
	expected = end->expected;
	ends++;
}

static void on_pause_over(struct worker_side *w)
{
	(void)w;
	pauses++;
}

static const struct worker_side_ops ops = { on_message, on_sign, on_end,
					    on_pause_over };

static void spawn(void)
{
	int names[2];

	ck_assert_int_eq(pipe2(names, O_CLOEXEC), 0);
	ck_assert_int_eq(worker_side_spawn(&side, &rig.m.user, names[0]), 0);
	close(names[0]);
	close(names[1]);
}

/* A side in this state, and nothing else. */
static void make(enum worker_state state)
{
	rig_init("");
	ends = pauses = messages = 0;
	answer = 0;
	worker_side_init(&side, rig.m.loop, &ops, &rig.m);
	if (state != WORKER_NONE)
		spawn();
	if (state == WORKER_READY || state == WORKER_LEAVING)
		worker_side_ready(&side);
	if (state == WORKER_LEAVING)
		worker_side_leave(&side);
	if (state == WORKER_KILLED)
		worker_side_kill(&side, NULL);
	ck_assert_int_eq(side.state, state);
}

static void drop(void)
{
	if (side.pid)
		rig_ends(&side, 0);
	ev_timer_stop(side.loop, &side.limit);
	rig_fini();
}

enum event { READY, LEAVE, KILL, LIMIT, END };
enum { SAME = -1, NO_TIMER = -2 };

static void apply(enum event event)
{
	switch (event) {
	case READY:
		worker_side_ready(&side);
		break;
	case LEAVE:
		worker_side_leave(&side);
		break;
	case KILL:
		worker_side_kill(&side, "the test wants it");
		break;
	case LIMIT:
		rig_limit(&side.limit);
		break;
	case END:
		rig_ends(&side, 0);
		break;
	}
}

START_TEST(table)
{
	static const int next[5][5] = {
		[WORKER_NONE] = { SAME, SAME, SAME, NO_TIMER, NO_TIMER },
		[WORKER_STARTING] = { WORKER_READY, SAME, WORKER_KILLED,
				      WORKER_KILLED, WORKER_NONE },
		[WORKER_READY] = { SAME, WORKER_LEAVING, WORKER_KILLED,
				   NO_TIMER, WORKER_NONE },
		[WORKER_LEAVING] = { SAME, SAME, WORKER_KILLED, WORKER_KILLED,
				     WORKER_NONE },
		[WORKER_KILLED] = { SAME, SAME, SAME, NO_TIMER, WORKER_NONE },
	};

	for (int state = 0; state < 5; state++)
		for (int event = 0; event < 5; event++) {
			int is = next[state][event];

			make((enum worker_state)state);
			if (is == NO_TIMER)
				ck_assert(!ev_is_active(&side.limit));
			else
				apply((enum event)event);
			ck_assert_msg((int)side.state == (is < 0 ? state : is),
				      "state %d, event %d", state, event);
			ck_assert_uint_eq(ends, is == WORKER_NONE);
			drop();
		}
}
END_TEST

START_TEST(pause_between)
{
	make(WORKER_NONE);
	worker_side_pause(&side);
	rig_limit(&side.limit);
	ck_assert_uint_eq(pauses, 1);
	ck_assert_int_eq(side.state, WORKER_NONE);
	drop();
}
END_TEST

START_TEST(no_process)
{
	make(WORKER_NONE);
	ck_assert_int_eq(worker_side_spawn(&side, &rig.m.user, -1), ERR_SYS);
	rig.no_children = true;
	ck_assert_int_eq(worker_side_spawn(&side, &rig.m.user, 0), ERR_SYS);
	ck_assert_int_eq(side.state, WORKER_NONE);
	ck_assert_int_eq(side.main, -1);
	ck_assert_int_eq(side.sign, -1);
	drop();
}
END_TEST

START_TEST(how_it_ended)
{
	make(WORKER_READY);
	rig_ends(&side, SIGSEGV);
	ck_assert(!expected);
	spawn();
	rig_ends(&side, 0);
	ck_assert(expected);
	spawn();
	worker_side_kill(&side, NULL);
	rig_ends(&side, SIGKILL);
	ck_assert(expected);
	drop();
}
END_TEST

static void turn(ev_io *io)
{
	if (ev_is_active(io))
		ev_feed_event(rig.m.loop, io, EV_READ);
	ev_invoke_pending(rig.m.loop);
}

/* Others have their turn after some of them; an error ends the worker. */
START_TEST(what_it_says)
{
	make(WORKER_READY);
	for (int i = 0; i < 20; i++)
		rig_says(rig_worker(&side), MSG_READY, 0, NULL);
	turn(&side.on_main);
	ck_assert_uint_eq(messages, 16);
	turn(&side.on_main);
	ck_assert_uint_eq(messages, 20);
	answer = ERR_PROTO;
	rig_says(rig_worker(&side), MSG_READY, 0, NULL);
	rig_says(rig_worker(&side), MSG_READY, 0, NULL);
	turn(&side.on_main);
	ck_assert_int_eq(side.state, WORKER_KILLED);
	turn(&side.on_main);
	ck_assert_uint_eq(messages, 21);
	drop();
}
END_TEST

START_TEST(signatures)
{
	struct msg m = { .type = MSG_SIGN, .id = 7 };
	int fd;

	make(WORKER_READY);
	fd = rig_worker(&side)->fd[1];
	ck_assert_int_eq(msg_send(fd, &m), 0);
	turn(&side.on_sign);
	ck_assert_int_eq(msg_recv(fd, &m), 0);
	ck_assert_uint_eq(m.type, MSG_SIGNED);
	ck_assert_uint_eq(m.id, 7);
	m.fds[m.nfds++] = STDIN_FILENO;
	ck_assert_int_eq(msg_send(fd, &m), 0);
	turn(&side.on_sign);
	ck_assert_int_eq(side.state, WORKER_KILLED);
	drop();
}
END_TEST

START_TEST(sending)
{
	static const struct msg m = { .type = MSG_DRAIN, .len = MSG_MAX / 2 };
	int r = 0;

	make(WORKER_NONE);
	ck_assert_int_eq(worker_side_send(&side, &m), ERR_CLOSED);
	spawn();
	/* Until its socket is full. */
	for (int i = 0; i < 10000 && !r; i++)
		r = worker_side_send(&side, &m);
	ck_assert_int_eq(r, ERR_AGAIN);
	ck_assert_int_eq(side.state, WORKER_KILLED);
	ck_assert_int_eq(worker_side_send(&side, &m), ERR_CLOSED);
	drop();
}
END_TEST

START_TEST(adopted)
{
	struct worker_kept kept = { .started = 5 };
	int theirs[2];

	make(WORKER_NONE);
	spawn();
	kept.pid = side.pid;
	rig_ends(&side, 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0,
				    theirs),
			 0);
	kept.main = theirs[0];
	kept.sign = theirs[1];
	worker_side_adopt(&side, &kept);
	ck_assert_int_eq(side.state, WORKER_READY);
	ck_assert(!ev_is_active(&side.limit));
	ck_assert(side.started == 5);
	drop();
}
END_TEST

SUITE("monitor/worker_side", table, pause_between, no_process, how_it_ended,
      what_it_says, signatures, sending, adopted)
