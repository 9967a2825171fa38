/* SPDX-License-Identifier: BSD-2-Clause */
/* front_handover_test.c - the exchange in front_handover.h, from both ends. */
#include "front/front_handover.h"
#include "front/rig.h"

#include "suite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct front_rig old, new;
static char why[HANDOVER_ERROR];
static int ours, theirs; /* of the socketpair between the two workers */

static void begin(void)
{
	int fd[2];

	front_rig_begin(&old);
	front_rig_begin(&new);
	ck_assert(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd));
	ours = fd[0];
	theirs = fd[1];
	why[0] = 0;
}

static void end(void)
{
	close(ours);
	close(theirs);
	front_rig_end(&old);
	front_rig_end(&new);
}

/* From the new worker, before the old one asks. */
static void taken(uint32_t id, const char *error)
{
	struct msg m = { .type = MSG_TAKEN, .id = id };

	msg_put_text(&m, error);
	ck_assert(!msg_send(theirs, &m));
}

/* What the old worker says of its two sessions, each message answered: HEAD,
 * SESSION, SESSION, END, DONE. */
static void recorded(struct msg said[5])
{
	static const uint8_t types[5] = { MSG_HANDOVER_HEAD,
					  MSG_HANDOVER_SESSION,
					  MSG_HANDOVER_SESSION,
					  MSG_HANDOVER_END, MSG_HANDOVER_DONE };

	front_rig_session(&old, "alice", false);
	front_rig_session(&old, "bob", false);
	for (uint32_t id = 1; id <= 4; id++)
		taken(id, "");
	ck_assert_int_eq(front_handover_send(&old.front, ours, why), 0);
	for (size_t i = 0; i < 5; i++) {
		ck_assert(!msg_recv(theirs, &said[i]));
		ck_assert_uint_eq(said[i].type, types[i]);
	}
}

/* The new worker reads these and then, if `ends`, the end of the old one. */
static int received(struct msg *said, size_t n, bool ends)
{
	int fd[2], ret;

	ck_assert(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd));
	for (size_t i = 0; i < n; i++)
		ck_assert(!msg_send(fd[0], &said[i]));
	if (ends)
		ck_assert(!shutdown(fd[0], SHUT_WR));
	ret = front_handover_receive(&new.front, fd[1], why);
	close(fd[0]);
	return ret;
}

static void forget(struct msg *said, size_t n)
{
	while (n)
		msg_close_fds(&said[--n]);
}

START_TEST(all_sessions_arrive)
{
	struct registry_entry *e;
	struct msg said[5];

	begin();
	old.front.registry.last_number = 40;
	recorded(said);
	ck_assert_int_eq(received(said, 5, false), 0);
	ck_assert_uint_eq(new.front.registry.count, 2);
	ck_assert_uint_eq(new.front.registry.last_number, 42);
	e = list_first(&new.front.registry.all, struct registry_entry, node);
	ck_assert_uint_eq(e->number, 41);
	ck_assert_str_eq(e->user, "alice");
	ck_assert_str_eq(e->gateway, "main");
	ck_assert_uint_eq(shard_load(&new.worker, shard_index(e->session)), 2);
	forget(said, 5);
	end();
}
END_TEST

/* The old worker has died between the last answer and HANDOVER_DONE. */
START_TEST(the_end_counts_as_done)
{
	struct msg said[5];

	begin();
	recorded(said);
	ck_assert_int_eq(received(said, 4, true), 0);
	ck_assert_uint_eq(new.front.registry.count, 2);
	forget(said, 5);
	end();
}
END_TEST

START_TEST(without_done_the_sessions_stay)
{
	struct msg said[5];

	begin();
	recorded(said);
	said[4].type = MSG_HANDOVER_FAILED;
	ck_assert_int_ne(received(said, 5, false), 0);
	ck_assert_str_eq(why, "the old worker keeps its sessions");
	ck_assert_int_ne(received(said, 2, true), 0);
	forget(said, 5);
	end();
}
END_TEST

/* Another version, a session before the head, one that is cut off, no message
 * of this exchange. */
START_TEST(what_is_malformed_is_refused)
{
	struct msg said[5], bad;

	begin();
	recorded(said);
	bad = said[0];
	bad.data[3]++;
	ck_assert_int_ne(received(&bad, 1, true), 0);
	ck_assert_ptr_nonnull(strstr(why, "restart aditd"));
	ck_assert_int_ne(received(said + 1, 1, true), 0);
	ck_assert_ptr_nonnull(strstr(why, "malformed"));
	bad = (struct msg){ .type = MSG_HANDOVER_SESSION };
	ck_assert_int_ne(received(&bad, 1, true), 0);
	ck_assert_ptr_nonnull(strstr(why, "cannot be read"));
	bad = (struct msg){ .type = MSG_DRAIN };
	ck_assert_int_ne(received(&bad, 1, true), 0);
	ck_assert_ptr_nonnull(strstr(why, "unknown message"));
	ck_assert_uint_eq(new.front.registry.count, 0);
	forget(said, 5);
	end();
}
END_TEST

START_TEST(a_successor_that_refuses)
{
	begin();
	front_rig_session(&old, "alice", false);
	taken(1, "");
	taken(2, "out of memory");
	ck_assert_int_ne(front_handover_send(&old.front, ours, why), 0);
	ck_assert_str_eq(why, "out of memory");
	end();
}
END_TEST

START_TEST(a_successor_that_answers_something_else)
{
	begin();
	taken(9, "");
	ck_assert_int_ne(front_handover_send(&old.front, ours, why), 0);
	ck_assert_ptr_nonnull(strstr(why, "malformed"));
	close(theirs);
	ck_assert_int_ne(front_handover_send(&old.front, ours, why), 0);
	ck_assert_ptr_nonnull(strstr(why, "does not answer"));
	theirs = open("/dev/null", O_RDONLY);
	end();
}
END_TEST

/* From MSG_HANDOVER_TO to the end of the loop. */
START_TEST(the_old_worker_ends)
{
	struct msg m = { .type = MSG_HANDOVER_TO, .nfds = 1 };

	begin();
	old.front.status = -1;
	front_rig_session(&old, "alice", false);
	for (uint32_t id = 1; id <= 3; id++)
		taken(id, "");
	m.fds[0] = dup(ours);
	front_handover_start(&old.front, &m);
	ck_assert_uint_eq(m.nfds, 0);
	front_rig_turn(&old);
	ck_assert(old.front.handed_over);
	ck_assert_int_eq(old.front.status, 0);
	ck_assert_int_eq(old.front.successor, -1);
	ck_assert(!front_rig_heard(&old, &m));
	end();
}
END_TEST

/* Where it fails the threads go on, and the monitor is told. */
START_TEST(the_old_worker_goes_on)
{
	struct msg m = { .type = MSG_HANDOVER_TO, .nfds = 1 };
	char text[MSG_TEXT];

	begin();
	old.front.status = -1;
	front_rig_session(&old, "alice", false);
	taken(1, "not today");
	m.fds[0] = dup(ours);
	front_handover_start(&old.front, &m);
	front_rig_turn(&old);
	shards_pause(&old.worker);
	ck_assert(!old.front.handed_over);
	ck_assert_int_eq(old.front.status, -1);
	front_rig_expect(&old, &m, MSG_HANDOVER_FAILED);
	ck_assert(!msg_text(&m, text));
	ck_assert_str_eq(text, "not today");
	ck_assert_uint_eq(old.front.registry.count, 1);
	end();
}
END_TEST

START_TEST(a_worker_that_ends_hands_nothing_over)
{
	struct msg m = { .type = MSG_HANDOVER_TO, .nfds = 1 };

	begin();
	drain_no_more(&old.front);
	m.fds[0] = dup(ours);
	front_handover_start(&old.front, &m);
	msg_close_fds(&m);
	front_rig_expect(&old, &m, MSG_HANDOVER_FAILED);
	ck_assert_int_eq(old.front.successor, -1);
	end();
}
END_TEST

SUITE("front/front_handover", all_sessions_arrive, the_end_counts_as_done,
      without_done_the_sessions_stay, what_is_malformed_is_refused,
      a_successor_that_refuses, a_successor_that_answers_something_else,
      the_old_worker_ends, the_old_worker_goes_on,
      a_worker_that_ends_hands_nothing_over)
