/* SPDX-License-Identifier: BSD-2-Clause */
/* claims_test.c - one session at a time has a name, and its sockets listen only
 * as long as one has it. */
#include "gateway/claims.h"

#include "base/err.h"
#include "net/loop.h"
#include "net/sock.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct loop loop;
static struct mailbox box;
static struct claims *claims;
static int sock;
static struct addr sock_at;
static struct {
	unsigned times;
	uint64_t session;
	bool held;
} news;

static void on_news(struct mail *mail)
{
	struct mail_claim *m = container_of(mail, struct mail_claim, mail);

	ck_assert_str_eq(m->name, "web");
	news.times++;
	news.session = m->session;
	news.held = m->held;
	free(m);
}

static void begin(void)
{
	struct addr at = { .family = AF_INET };

	memset(&news, 0, sizeof news);
	ck_assert(!addr_parse(&at, "127.0.0.1", 0));
	sock = tcp_listen(&at, 0, true);
	ck_assert_int_ge(sock, 0);
	sock_at = addr_local(sock);
	ck_assert(!loop_init(&loop));
	mailbox_init(&box, &loop);
	claims = claims_new(on_news);
	ck_assert_ptr_nonnull(claims);
}

static void end(void)
{
	claims_free(claims);
	mailbox_fini(&box);
	loop_fini(&loop);
	close(sock);
}

static struct claim of(const char *user, uint64_t session)
{
	return (struct claim){ .name = "web",
			       .user = user,
			       .session = session,
			       .box = &box,
			       .fd = &sock,
			       .at = &sock_at,
			       .nfd = 1 };
}

/* The bytes of a connection get through: nothing is left of an earlier end. */
static bool listens(void)
{
	struct addr at = addr_local(sock);
	int app = tcp_connect(&at, NULL), fd, error;
	char c = 0;

	ck_assert_int_ge(app, 0);
	error = tcp_connected(app, &at);
	if (!error) {
		fd = tcp_accept(sock, NULL);
		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(send(app, "x", 1, 0), 1);
		ck_assert_int_eq(recv(fd, &c, 1, 0), 1);
		ck_assert_int_eq(c, 'x');
		close(fd);
	}
	close(app);
	return !error;
}

static void heard(unsigned times, uint64_t session, bool held)
{
	ev_run(loop.ev, EVRUN_NOWAIT);
	ck_assert_uint_eq(news.times, times);
	if (!times)
		return;
	ck_assert_uint_eq(news.session, session);
	ck_assert_int_eq(news.held, held);
}

static int enter(const struct claim *c)
{
	return claims_enter(claims, c, false);
}

START_TEST(listens_while_held)
{
	struct claim alice = of("main/alice", 1);

	begin();
	claims_shut(&sock, 1); /* it does not listen, and nothing happens */
	ck_assert(!listens());
	ck_assert_int_eq(enter(&alice), CLAIM_HELD);
	ck_assert(listens());
	ck_assert_int_eq(enter(&alice), CLAIM_HELD); /* once more */
	claims_leave(claims, &alice);
	ck_assert(!listens());
	claims_leave(claims, &alice);
	ck_assert_int_eq(enter(&alice), CLAIM_HELD);
	ck_assert(listens());
	heard(0, 0, false);
	end();
}
END_TEST

START_TEST(the_next_one_gets_it)
{
	struct claim alice = of("main/alice", 1), bob = of("main/bob", 2),
		     carol = of("main/carol", 3);

	begin();
	ck_assert_int_eq(enter(&alice), CLAIM_HELD);
	ck_assert_int_eq(enter(&bob), CLAIM_WAITS);
	ck_assert_int_eq(enter(&carol), CLAIM_WAITS);
	ck_assert_int_eq(claims_listen(claims, &bob), ERR_NOTFOUND);
	claims_leave(claims, &alice);
	heard(1, 2, true);
	/* Not before its shard has heard of it: who waited in the kernel's
	 * queue wanted to reach somebody else. */
	ck_assert(!listens());
	ck_assert_int_eq(claims_listen(claims, &bob), 0);
	ck_assert(listens());
	claims_leave(claims, &carol);
	claims_leave(claims, &bob);
	heard(1, 2, true);
	ck_assert(!listens());
	end();
}
END_TEST

START_TEST(a_newer_session_of_the_same_user)
{
	struct claim old = of("main/alice", 1), young = of("main/alice", 2);

	begin();
	ck_assert_int_eq(enter(&old), CLAIM_HELD);
	ck_assert_int_eq(enter(&young), CLAIM_HELD);
	heard(1, 1, false);
	ck_assert(listens());
	claims_leave(claims, &young);
	heard(2, 1, true);
	end();
}
END_TEST

START_TEST(first_in_the_new_worker)
{
	struct claim alice = of("main/alice", 1), bob = of("main/bob", 2);

	begin();
	ck_assert_int_eq(enter(&bob), CLAIM_HELD);
	ck_assert_int_eq(claims_enter(claims, &alice, true), CLAIM_HELD);
	heard(1, 2, false);
	claims_leave(claims, &alice);
	heard(2, 2, true);
	end();
}
END_TEST

/* A reload has given the address to another name. */
START_TEST(quits_where_nobody_else_listens)
{
	struct claim alice = of("main/alice", 1), bob = of("main/bob", 2);

	begin();
	bob.name = "mail";
	ck_assert_int_eq(enter(&alice), CLAIM_HELD);
	claims_quit(claims, &alice);
	ck_assert(listens());
	ck_assert_int_eq(enter(&bob), CLAIM_HELD);
	claims_leave(claims, &alice);
	ck_assert(listens());
	claims_leave(claims, &bob);
	ck_assert(!listens());
	end();
}
END_TEST

START_TEST(cannot_listen)
{
	struct claim alice = of("main/alice", 1), bob = of("main/bob", 2);
	int pipes[2];

	begin();
	ck_assert(!pipe(pipes));
	alice.fd = pipes;
	ck_assert_int_eq(enter(&alice), ERR_SYS);
	ck_assert_int_eq(enter(&bob), CLAIM_HELD);
	/* Who had it gets it back. */
	alice.user = bob.user;
	ck_assert_int_eq(enter(&alice), ERR_SYS);
	heard(2, 2, true);
	close(pipes[0]);
	close(pipes[1]);
	end();
}
END_TEST

SUITE("gateway/claims", listens_while_held, the_next_one_gets_it,
      a_newer_session_of_the_same_user, first_in_the_new_worker,
      quits_where_nobody_else_listens, cannot_listen)
