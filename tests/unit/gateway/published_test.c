/* SPDX-License-Identifier: BSD-2-Clause */
/* published_test.c - what an agent may publish, and the channels for who comes
 * there. */
#include "gateway/published.h"

#include "base/err.h"
#include "frame/publish.h"
#include "gateway/gsession_handover.h"
#include "net/sock.h"
#include "rig.h"
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Without descriptors of its own a configuration publishes nothing. */
#define CONF(groups)                                                           \
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"              \
	"private_key = k\nusers = u\n[group staff]\nusers = alice\n"           \
	"[group other]\n"                                                      \
	"[publish web]\nlisten = 127.0.0.1:2\ngroups = " groups "\n"

/* Without [publish web]. */
#define OTHER_SECTION                                                          \
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"              \
	"private_key = k\nusers = u\n[group staff]\nusers = alice\n"           \
	"[publish mail]\nlisten = 127.0.0.1:2\ngroups = staff\n"

static struct rig_user user;
static struct gsession *gs;
static int sock;

/* The configuration in force gets a socket for `web`. */
static void with_socket(void)
{
	struct worker_config *c = rig.shard->config;
	struct addr at;

	ck_assert(!addr_parse(&at, "127.0.0.1", 2));
	free(c->listen);
	c->listen = calloc(1, sizeof *c->listen);
	c->publish_fd = calloc(1, sizeof *c->publish_fd);
	c->nlisten = 1;
	c->listen[0] = at;
	at.port = 0;
	sock = c->publish_fd[0] = tcp_listen(&at, 0, true);
	ck_assert_int_ge(sock, 0);
}

static void begin(const char *conf)
{
	gs = rig_start(&user, conf, NULL);
	with_socket();
	user.accepts = true;
}

static void end(void)
{
	rig_logout(&user);
	rig_end();
	for (unsigned i = 0; i < user.side.nmems; i++)
		mem_free(user.side.mems[i]);
	user.side.nmems = 0;
}

static int publish_bytes(const uint8_t *p, size_t n)
{
	struct frame f = { .command = FRAME_PUBLISH, .len = (uint16_t)n };

	return published_on_frame(gs, &f, p);
}

static void publish(const char *name)
{
	uint8_t p[2 * LABEL_MAX];
	size_t n = name ? pack_publish(p, sizeof p, name) : 0;

	ck_assert_int_eq(publish_bytes(p, n), 0);
	rig_turn();
}

static struct addr at(void)
{
	return addr_local(sock);
}

/* The rig's own tcp_connect leads nowhere. */
static int came(void)
{
	struct addr to = at();
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sa(&to, &ss);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	if (!connect(fd, (struct sockaddr *)&ss, len))
		return fd;
	close(fd);
	return -1;
}

static bool listens(void)
{
	int fd = came();

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

START_TEST(published_and_stopped)
{
	begin(CONF("staff"));
	ck_assert(!listens());
	publish("web");
	ck_assert(rig_said("evt=publish session="));
	ck_assert(rig_said("name=web state=published reason=\"127.0.0.1:2\""));
	ck_assert(listens());
	rig_hush();
	publish("web"); /* nothing new */
	ck_assert(!rig_said("evt=publish"));
	publish(NULL);
	ck_assert(rig_said("name=web state=stopped"));
	ck_assert(!listens());
	end();
}
END_TEST

START_TEST(nothing_without_a_grant)
{
	begin(CONF("other"));
	publish("web");
	ck_assert(rig_said("name=web state=denied reason=\"not-allowed\""));
	rig_hush();
	publish("nothing");
	ck_assert(rig_said("name=nothing state=denied reason=\"not-allowed\""));
	ck_assert(!listens());
	end();
}
END_TEST

START_TEST(a_channel_for_who_comes)
{
	struct gchan *gc;
	int fd;

	begin(CONF("staff"));
	publish("web");
	fd = came();
	ck_assert_int_ge(fd, 0);
	rig_settle(&user, gs);
	gc = rig_gchan(gs);
	ck_assert_ptr_nonnull(gc);
	ck_assert_str_eq(gc->published, "web");
	ck_assert_uint_eq(session_channels(gs->session), 1);
	close(fd);
	end();
	ck_assert(rig_said("resource=- plugin=- source=127.0.0.1:"));
	ck_assert(rig_said("publish=web"));
}
END_TEST

START_TEST(a_reload_takes_it_away)
{
	int fd;

	begin(CONF("staff"));
	publish("web");
	fd = came();
	rig_settle(&user, gs);
	ck_assert_uint_eq(session_channels(gs->session), 1);
	rig_reload(CONF("other"));
	rig_settle(&user, gs);
	ck_assert(rig_said("name=web state=denied"));
	ck_assert_uint_eq(session_channels(gs->session), 0);
	close(fd);
	end();
}
END_TEST

/* The monitor, and configurations that tunnels were made by, keep the socket. */
START_TEST(a_reload_takes_its_section_away)
{
	begin(CONF("staff"));
	publish("web");
	sock = dup(sock);
	rig_reload(OTHER_SECTION);
	rig_turn();
	ck_assert(rig_said("name=web state=denied"));
	ck_assert(!listens());
	close(sock);
	end();
}
END_TEST

/* A tunnel keeps the configuration by which it was made, and not the sockets of
 * that: another program of the gateway's machine may want the address. */
START_TEST(a_tunnel_keeps_no_socket)
{
	struct worker_config *old;

	begin(CONF("staff"));
	old = worker_config_ref(rig.shard->config);
	publish("web");
	ck_assert(listens());
	rig_reload(OTHER_SECTION);
	rig_turn();
	ck_assert_int_eq(old->publish_fd[0], -1);
	ck_assert_int_lt(fcntl(sock, F_GETFD), 0);
	worker_config_unref(old);
	end();
}
END_TEST

/* One of two threads has the new configuration already. */
START_TEST(sockets_stay_until_the_last_thread)
{
	struct worker_config *c;

	begin(CONF("staff"));
	c = rig.shard->config;
	worker_config_serve(c);
	worker_config_rest(c);
	ck_assert_int_eq(c->publish_fd[0], sock);
	publish("web");
	ck_assert(listens());
	end();
}
END_TEST

START_TEST(news_that_are_old)
{
	begin(CONF("staff"));
	publish("web");
	rig_hush();
	published_on_claim(gs, "web", false);
	ck_assert(!rig_said("state=waiting"));
	ck_assert(listens());
	end();
}
END_TEST

/* Another worker had it, or this one before it died. */
START_TEST(what_another_worker_has_left)
{
	begin(CONF("staff"));
	ck_assert_int_eq(listen(sock, 1), 0);
	published_shut_rest(rig.shard->worker, rig.shard->config);
	ck_assert(!listens());
	publish("web");
	published_shut_rest(rig.shard->worker, rig.shard->config);
	ck_assert(listens());
	end();
}
END_TEST

/* A new configuration that needs a new worker. */
START_TEST(a_handover_takes_it_away)
{
	struct handover left;
	bool bad;
	int fd;

	begin(CONF("staff"));
	publish("web");
	fd = came();
	rig_settle(&user, gs);
	ck_assert_uint_eq(session_channels(gs->session), 1);
	rig_leave(&left, gs);
	rig_reload(CONF("other"));
	gs = rig_arrive(&left, &bad);
	ck_assert(gs && !bad);
	gsession_goes_on(gs);
	rig_attach(&user, false);
	rig_settle(&user, gs);
	ck_assert_uint_eq(session_channels(gs->session), 0);
	close(fd);
	end();
}
END_TEST

/* An agent that asks and does not read. */
START_TEST(answers_that_are_not_read)
{
	uint8_t p[2][2 * LABEL_MAX];
	size_t n[2] = { pack_publish(p[0], sizeof p[0], "one"),
			pack_publish(p[1], sizeof p[1], "two") };

	begin(CONF("staff"));
	for (unsigned i = 0; i < 5000 && !*session_why(gs->session); i++)
		ck_assert_int_eq(publish_bytes(p[i % 2], n[i % 2]), 0);
	ck_assert_ptr_nonnull(strstr(session_why(gs->session),
				     "is not told what it publishes"));
	end();
}
END_TEST

START_TEST(only_from_allowed_networks)
{
	int fd;

	begin(CONF("staff") "allow = 192.0.2.0/24\n");
	publish("web");
	fd = came();
	ck_assert_int_ge(fd, 0);
	rig_settle(&user, gs);
	ck_assert_uint_eq(session_channels(gs->session), 0);
	ck_assert(rig_said("its address is not in allow"));
	close(fd);
	end();
}
END_TEST

/* Without descriptors the loop does not spin: it looks again in a second. */
START_TEST(no_descriptors)
{
	struct rlimit before, none;
	int fd, more;

	begin(CONF("staff"));
	publish("web");
	fd = came();
	ck_assert_int_ge(fd, 0);
	ck_assert(!getrlimit(RLIMIT_NOFILE, &before));
	none = before;
	none.rlim_cur = (rlim_t)fd + 1;
	ck_assert(!setrlimit(RLIMIT_NOFILE, &none));
	rig_settle(&user, gs);
	ck_assert(!setrlimit(RLIMIT_NOFILE, &before));
	/* valgrind loses the first one, which it accepts all the same. */
	more = came();
	rig_settle(&user, gs);
	ck_assert_uint_eq(session_channels(gs->session), 0);
	gsession_check(gs, rig.now_us);
	rig_settle(&user, gs);
	ck_assert_uint_ge(session_channels(gs->session), 1);
	close(more);
	close(fd);
	end();
}
END_TEST

START_TEST(ends_with_what_could_be_resumed)
{
	begin(CONF("staff"));
	publish("web");
	rig_down(&user, gs, ERR_CLOSED);
	ck_assert(listens()); /* who comes waits for the next tunnel */
	rig.now_us += UINT64_C(3600) * 1000000;
	gsession_check(gs, rig.now_us);
	ck_assert_int_eq(gs->state, GSESSION_FRESH);
	ck_assert(!listens());
	end();
}
END_TEST

START_TEST(malformed)
{
	static const char *const bad[] = {
		"\0", "\3we", "\5a b c", "\4w\0b", "\3web\1",
	};
	static const size_t length[] = { 1, 3, 6, 5, 5 };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		begin(CONF("staff"));
		ck_assert_int_eq(publish_bytes((const uint8_t *)bad[i],
					       length[i]),
				 ERR_PROTO);
		ck_assert_str_eq(session_why(gs->session), "malformed PUBLISH");
		end();
	}
}
END_TEST

START_TEST(not_more_than_64)
{
	uint8_t p[PUBLISH_MAX * 5];
	char name[LABEL_MAX];
	size_t n = 0;

	begin(CONF("staff"));
	for (unsigned i = 0; i <= PUBLISH_MAX; i++) {
		snprintf(name, sizeof name, "n%u", i);
		n += pack_publish(p + n, sizeof p - n, name);
	}
	ck_assert_int_eq(publish_bytes(p, n), ERR_PROTO);
	end();
}
END_TEST

SUITE("gateway/published", published_and_stopped, nothing_without_a_grant,
      a_channel_for_who_comes, a_reload_takes_it_away,
      a_reload_takes_its_section_away, a_tunnel_keeps_no_socket,
      sockets_stay_until_the_last_thread, news_that_are_old,
      answers_that_are_not_read, what_another_worker_has_left,
      a_handover_takes_it_away, only_from_allowed_networks, no_descriptors,
      ends_with_what_could_be_resumed, malformed, not_more_than_64)
