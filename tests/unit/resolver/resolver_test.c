/* SPDX-License-Identifier: BSD-2-Clause */
/* resolver_test.c - the resolver's sockets and the files that say how names are
 * looked up; nobody looks one up. */
#include "resolver/resolver.h"

#include "base/err.h"
#include "base/log.h"
#include "resolver/dns.h"
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- in place of dns.c -------------------------------------------------------------- */

enum { MOST = 256 };

struct dns {
	char host[HOST_MAX];
	struct dns_call call;
};
static struct dns *looked_up[MOST];
static unsigned begun, freed;

int dns_init(void)
{
	return 0;
}

struct dns *dns_ask(struct ev_loop *loop, const char *host,
		    const struct dns_call *call)
{
	struct dns *d = calloc(1, sizeof *d);

	ck_assert_ptr_nonnull(loop);
	ck_assert_uint_lt(begun, MOST);
	snprintf(d->host, sizeof d->host, "%s", host);
	d->call = *call;
	return looked_up[begun++] = d;
}

void dns_free(struct dns *d)
{
	for (unsigned i = 0; i < begun; i++)
		if (looked_up[i] == d)
			looked_up[i] = NULL;
	freed++;
	free(d);
}

/* The n-th that was begun is found, and may be kept so long. */
static void found(unsigned n, uint32_t ttl_s)
{
	struct msg_resolved r = { .n = 1 };
	struct dns_call call = looked_up[n]->call;

	ck_assert(!addr_parse(&r.addrs[0], "192.0.2.1", 0));
	dns_free(looked_up[n]);
	freed--;
	call.done(call.ctx, call.name, &r, ttl_s);
}

/* ---- the rig ------------------------------------------------------------------------ */

static struct resolver s;
static int asker[NAMES_FROM], theirs[NAMES_FROM], said;
static char etc[64];
static struct msg msg;

static void put(const char *name, const char *text)
{
	char path[96];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", etc, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

/* The loop looks once, and does not wait. */
static void turn(void)
{
	ev_run(s.ev, EVRUN_NOWAIT);
}

/* The type of the next message to this one; -1: there is none. */
static int hears(int from)
{
	return msg_recv(asker[from], &msg) ? -1 : msg.type;
}

static void begin(const char *nsswitch)
{
	struct resolver_conf conf = { .etc = etc };
	int fd[2];

	begun = freed = 0;
	said = memfd_create("log", MFD_CLOEXEC);
	ck_assert_int_ge(dup2(said, STDERR_FILENO), 0);
	log_start("resolver", LOG_INFO);
	snprintf(etc, sizeof etc, "/tmp/adit-resolver-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(etc));
	if (nsswitch)
		put("nsswitch.conf", nsswitch);
	for (int i = 0; i < NAMES_FROM; i++) {
		ck_assert_int_eq(socketpair(AF_UNIX,
					    SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
					    fd),
				 0);
		ck_assert_int_eq(fcntl(fd[0], F_SETFL, O_NONBLOCK), 0);
		asker[i] = fd[0];
		conf.fd[i] = theirs[i] = fd[1];
	}
	conf.ev = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	ck_assert_int_eq(resolver_init(&s, &conf), 0);
	for (int i = 0; i < NAMES_FROM; i++)
		ck_assert_int_eq(hears(i), MSG_RESOLVE_AGAIN);
}

static void end(void)
{
	char command[96];

	resolver_fini(&s);
	ev_loop_destroy(s.ev);
	for (int i = 0; i < NAMES_FROM; i++) {
		close(asker[i]);
		close(theirs[i]);
	}
	close(said);
	snprintf(command, sizeof command, "rm -r %s", etc);
	ck_assert_int_eq(system(command), 0);
}

static bool logged(const char *text)
{
	char all[4096] = "";

	ck_assert_int_ge(pread(said, all, sizeof all - 1, 0), 0);
	return strstr(all, text);
}

static void send_msg(int from, const struct msg *m)
{
	ck_assert_int_eq(msg_send(asker[from], m), 0);
}

static void ask(int from, uint32_t id, const char *host)
{
	struct msg m = { .type = MSG_RESOLVE, .id = id };
	struct msg_resolve asked = { .who = "" };

	snprintf(asked.host, sizeof asked.host, "%s", host);
	snprintf(asked.who, sizeof asked.who, "user%u", id);
	m.len = pack_msg_resolve(m.data, sizeof m.data, &asked);
	send_msg(from, &m);
}

/* `from` hears this of its question. */
static void assert_answer(int from, uint32_t id, unsigned outcome)
{
	struct msg_resolved r;

	ck_assert_int_eq(hears(from), MSG_RESOLVED);
	ck_assert_uint_eq(msg.id, id);
	ck_assert(!unpack_msg_resolved(&r, msg.data, msg.len));
	ck_assert_uint_eq(r.outcome, outcome);
}

/* ---- questions ---------------------------------------------------------------------- */

START_TEST(question_and_answer)
{
	begin(NULL);
	ask(0, 7, "a.example");
	ask(1, 7, "b.example");
	turn();
	ck_assert_uint_eq(begun, 2);
	ck_assert_int_eq(hears(0), -1);
	found(strcmp(looked_up[0]->host, "b.example") ? 1 : 0, 60);
	ck_assert_int_eq(hears(0), -1);
	assert_answer(1, 7, FOUND_ADDRESS);
	/* It is known now. */
	ask(0, 8, "b.example");
	turn();
	assert_answer(0, 8, FOUND_ADDRESS);
	ck_assert_uint_eq(begun, 2);
	end();
}
END_TEST

START_TEST(no_host_name)
{
	begin(NULL);
	ask(1, 1, "a..example");
	ask(1, 2, "a b");
	turn();
	assert_answer(1, 1, FOUND_NO_NAME);
	assert_answer(1, 2, FOUND_NO_NAME);
	ck_assert_uint_eq(begun, 0);
	ck_assert_int_eq(s.error, 0);
	end();
}
END_TEST

START_TEST(nobody_waits_any_more)
{
	const struct msg forget = { .type = MSG_RESOLVE_FORGET, .id = 7 };

	begin(NULL);
	ask(1, 7, "a.example");
	turn();
	/* The same number of somebody else. */
	send_msg(0, &forget);
	turn();
	ck_assert_uint_eq(freed, 0);
	send_msg(1, &forget);
	turn();
	ck_assert_uint_eq(freed, 1);
	ck_assert_int_eq(hears(1), -1);
	end();
}
END_TEST

START_TEST(afresh)
{
	const struct msg again = { .type = MSG_RESOLVE_AFRESH };

	begin(NULL);
	ask(1, 1, "a.example");
	turn();
	found(0, 60);
	assert_answer(1, 1, FOUND_ADDRESS);
	send_msg(0, &again);
	turn();
	ask(1, 2, "a.example");
	turn();
	ck_assert_uint_eq(begun, 2);
	ck_assert_int_eq(hears(1), -1);
	end();
}
END_TEST

/* One asker who has many questions leaves the other its turn. */
START_TEST(turns)
{
	char host[32];

	begin(NULL);
	for (uint32_t i = 1; i <= 70; i++) {
		snprintf(host, sizeof host, "a%u.example", i);
		ask(1, i, host);
	}
	turn();
	ck_assert_uint_eq(begun, 64);
	ask(0, 1, "b.example");
	turn();
	ck_assert_uint_eq(begun, 71);
	end();
}
END_TEST

/* ---- askers that go, or have been taken over ---------------------------------------- */

static void ends_by(const struct msg *m, int error)
{
	begin(NULL);
	send_msg(1, m);
	turn();
	ck_assert_int_eq(s.error, error);
	end();
}

START_TEST(what_nobody_says)
{
	struct msg m = { .type = MSG_CONF };

	ends_by(&m, ERR_PROTO);
	m = (struct msg){ .type = MSG_RESOLVE, .len = 1 };
	ends_by(&m, ERR_PROTO);
	m = (struct msg){ .type = MSG_RESOLVE_AFRESH,
			  .nfds = 1,
			  .fds = { STDERR_FILENO } };
	ends_by(&m, ERR_PROTO);
}
END_TEST

START_TEST(asker_is_gone)
{
	begin(NULL);
	ask(1, 1, "a.example");
	turn();
	close(asker[1]);
	asker[1] = -1;
	found(0, 60);
	ck_assert(!logged("cannot send an answer"));
	turn();
	ck_assert_int_eq(s.error, ERR_CLOSED);
	end();
}
END_TEST

START_TEST(asker_was_gone_before)
{
	struct resolver_conf conf = { .etc = "/nonexistent" };
	int fd[2];

	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd), 0);
	close(fd[0]);
	conf.fd[0] = conf.fd[1] = fd[1];
	conf.ev = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	ck_assert_int_eq(resolver_init(&s, &conf), ERR_CLOSED);
	resolver_fini(&s);
	ev_loop_destroy(conf.ev);
	close(fd[1]);
}
END_TEST

/* ---- files -------------------------------------------------------------------------- */

START_TEST(file_changes)
{
	begin(NULL);
	ask(1, 1, "a.example");
	turn();
	found(0, 60);
	assert_answer(1, 1, FOUND_ADDRESS);
	put("hosts", "192.0.2.9 a.example\n");
	ask(1, 2, "a.example");
	turn();
	ck_assert(logged("follows a change"));
	ck_assert_uint_eq(begun, 2);
	found(1, 60);
	assert_answer(1, 2, FOUND_ADDRESS);
	/* Once. */
	ask(1, 3, "a.example");
	turn();
	assert_answer(1, 3, FOUND_ADDRESS);
	ck_assert_uint_eq(begun, 2);
	end();
}
END_TEST

/* While a name is looked up, somebody may mend what keeps it from being found. */
START_TEST(file_changes_meanwhile)
{
	begin(NULL);
	ck_assert(!ev_is_active(&s.look));
	ask(1, 1, "a.example");
	turn();
	ck_assert(ev_is_active(&s.look));
	ck_assert(ev_timer_remaining(s.ev, &s.look) <= 1.);
	ev_feed_event(s.ev, &s.look, EV_TIMER);
	ev_invoke_pending(s.ev);
	ck_assert_uint_eq(freed, 0);
	put("resolv.conf", "nameserver 192.0.2.53\n");
	ev_feed_event(s.ev, &s.look, EV_TIMER);
	ev_invoke_pending(s.ev);
	ck_assert_uint_eq(freed, 1);
	ck_assert_uint_eq(begun, 2);
	ck_assert(ev_is_active(&s.look));
	found(1, 60);
	assert_answer(1, 1, FOUND_ADDRESS);
	ev_feed_event(s.ev, &s.look, EV_TIMER);
	ev_invoke_pending(s.ev);
	ck_assert(!ev_is_active(&s.look));
	end();
}
END_TEST

START_TEST(sources_that_are_not_asked)
{
	begin("hosts: files dns\n");
	ck_assert(!logged("does not ask"));
	put("nsswitch.conf", "hosts: files dns ldap wins\n");
	ask(1, 1, "a.example");
	turn();
	ck_assert(logged("does not ask: ldap, wins"));
	ck_assert(logged(etc));
	end();
	begin("hosts: files ldap dns\n");
	ck_assert(logged("does not ask: ldap"));
	end();
}
END_TEST

SUITE("resolver/resolver", question_and_answer, no_host_name,
      nobody_waits_any_more, afresh, turns, what_nobody_says, asker_is_gone,
      asker_was_gone_before, file_changes, file_changes_meanwhile,
      sources_that_are_not_asked)
