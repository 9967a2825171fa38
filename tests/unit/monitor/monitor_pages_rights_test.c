/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages_rights_test.c - what a web process that somebody has taken over may
 * ask of the monitor: nothing without a token, its form's token, the group and
 * the network; and nothing that it asks uses the monitor up. */
#include "monitor_rig.h"

#include "base/err.h"
#include "monitor/monitor_pages.h"
#include "net/loop.h"
#include "suite.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HASH "$6$saltsalt$abcdefgh"

static const char conf[] =
	"[gateway one]\nlisten = 127.0.0.1:%u\nusers = users\n"
	"certificate = cert.pem\nprivate_key = key.pem\nweb = yes\ngroups = staff, boss\n"
	"web_admin_group = boss\nweb_admin_networks = 192.0.2.0/24\n"
	"[gateway two]\nlisten = 127.0.0.2:%u\nusers = users\n"
	"certificate = cert.pem\nprivate_key = key.pem\nweb = yes\ngroups = staff, boss\n"
	"[resource echo]\nhost = 127.0.0.1\nport = 7\n"
	"[group boss]\nresources = echo\n[group staff]\nresources = echo\n"
	"[server]\nuser = nobody\ncontrol = aditd.sock\n";

static struct rig_child *worker, *web;
static struct msg msg;
static uint32_t question;
static json_t *said; /* the last answer */

static void begin(void)
{
	char text[1024];

	rig_init("");
	worker = rig_start();
	snprintf(text, sizeof text, conf, rig.port, rig.port);
	rig_write("users", "alice:" HASH ":staff\nbob:" HASH ":staff,boss\n");
	rig_write("aditd.ini", text);
	rig_ask(1, "{\"command\":\"reload\"}");
	ck_assert_str_eq(rig_reply(1), "");
	ck_assert_int_eq(rig_hears(worker, &msg), MSG_CONF);
	rig_says(worker, MSG_READY, msg.id, "");
	rig_turn();
	web_side_renew(rig.m.web);
	web = &rig.child[rig.nchildren - 1];
	ck_assert_str_eq(web->role, "aditd: web");
	while (!rig_hears(web, &msg))
		;
	while (msg_recv(web->fd[0], &msg) == 0)
		msg_close_fds(&msg);
}

static void end(void)
{
	json_decref(said);
	said = NULL;
	rig_fini();
}

/* ---- what the front and the web process say ------------------------------ */

static int connects_raw(unsigned gateway, const char *source)
{
	struct msg m = { .type = MSG_PAGE_CONN, .nfds = 1 };
	struct msg_page_conn c = { .gateway = gateway };
	int fd[2], ret;

	ck_assert_int_eq(pipe(fd), 0);
	ck_assert_int_eq(addr_parse(&c.source, source, 4711), 0);
	m.fds[0] = fd[0];
	m.len = pack_msg_page_conn(m.data, sizeof m.data, &c);
	ret = monitor_pages_conn(&rig.m, &m);
	msg_close_fds(&m);
	close(fd[1]);
	return ret;
}

static uint32_t connects(unsigned gateway, const char *source)
{
	ck_assert_int_eq(connects_raw(gateway, source), 0);
	ck_assert_int_eq(rig_hears(web, &msg), MSG_PAGE_CONN);
	ck_assert_uint_ne(msg.id, 0);
	ck_assert_uint_eq(msg.len, 0);
	return msg.id;
}

/* The web process hears the answer to its last question: its error, or "". */
static const char *hears(void)
{
	const char *error;
	struct buf text = { 0 };

	ck_assert_int_eq(msg_recv(web->fd[0], &msg), 0);
	ck_assert_int_eq(msg.type, MSG_PAGE_ANSWER);
	ck_assert_uint_eq(msg.id, question);
	ck_assert_uint_eq(msg.nfds, 1);
	ck_assert_int_eq(msg_memfd_read(msg.fds[0], &text, PAGE_ANSWER_MAX), 0);
	msg_close_fds(&msg);
	json_decref(said);
	said = json_loadb((char *)buf_ptr(&text), buf_len(&text), 0, NULL);
	buf_fini(&text);
	ck_assert(json_is_object(said));
	error = json_string_value(json_object_get(said, "error"));
	return error ? error : "";
}

static void sends(const struct msg_page_ask *a)
{
	static struct msg m;

	m = (struct msg){ .type = MSG_PAGE_ASK, .id = ++question };
	m.len = pack_msg_page_ask(m.data, sizeof m.data, a);
	ck_assert_uint_ne(m.len, 0);
	ck_assert_int_eq(monitor_pages_said(&rig.m, &m), 0);
}

static const char *asks(const struct msg_page_ask *a)
{
	sends(a);
	return hears();
}

/* Somebody has logged in at a gateway. */
static struct token *logged_in(const char *user, const char *gateway)
{
	struct page_user who = { .user = "" };

	snprintf(who.user, sizeof who.user, "%s", user);
	snprintf(who.gateway, sizeof who.gateway, "%s", gateway);
	stamp_make(who.stamp, rig.m.stamp_key, user, "users:" HASH "\n");
	return tokens_add(rig.m.pages->tokens, &who, clock_now_us() / 1000);
}

static struct msg_page_ask ask_of(uint32_t conn, enum page_what what,
				  const struct token *t)
{
	struct msg_page_ask a = { .conn = conn, .what = (uint8_t)what };

	if (t) {
		memcpy(a.token, t->id, sizeof a.token);
		memcpy(a.csrf, t->csrf, sizeof a.csrf);
	}
	return a;
}

/* The worker gets a command, and answers this. */
static void worker_answers(const char *command, const char *json)
{
	struct buf text = { 0 };
	json_t *got;

	ck_assert_int_eq(msg_recv(worker->fd[0], &msg), 0);
	ck_assert_int_eq(msg.type, MSG_CONTROL);
	ck_assert_uint_eq(msg.nfds, 1);
	ck_assert_int_eq(msg_memfd_read(msg.fds[0], &text, CONTROL_MAX), 0);
	msg_close_fds(&msg);
	got = json_loadb((char *)buf_ptr(&text), buf_len(&text), 0, NULL);
	ck_assert_str_eq(json_string_value(json_object_get(got, "command")),
			 command);
	ck_assert_str_eq(json_string_value(json_object_get(got, "gateway")),
			 "one");
	json_decref(got);
	buf_fini(&text);
	rig_replies(worker, msg.id, json);
	rig_turn();
}

static bool worker_hears(void)
{
	return rig_hears(worker, &msg) != -1;
}

/* ---- rights -------------------------------------------------------------- */

START_TEST(nothing_without_a_token)
{
	struct msg_page_ask a;
	uint32_t conn;

	begin();
	conn = connects(0, "192.0.2.9");
	for (int what = PAGE_ANSWERS; what < PAGE_WHATS; what++) {
		a = ask_of(conn, (enum page_what)what, NULL);
		ck_assert_str_eq(asks(&a), "expired");
		memset(a.token, 0xff, sizeof a.token);
		ck_assert_str_eq(asks(&a), "expired");
	}
	ck_assert(!worker_hears());
	end();
}
END_TEST

START_TEST(nothing_without_the_tokens_of_forms)
{
	static const uint8_t what[] = { PAGE_LOGOUT,        PAGE_END,
					PAGE_KICK,          PAGE_LOCK,
					PAGE_UNLOCK,        PAGE_CHANGE,
					PAGE_CHANGE_ANSWERS };
	const struct token *t;
	struct msg_page_ask a;
	uint32_t conn;

	begin();
	conn = connects(0, "192.0.2.9");
	t = logged_in("bob", "one");
	for (size_t i = 0; i < ARRAY_LEN(what); i++) {
		a = ask_of(conn, what[i], t);
		a.csrf[PAGE_TOKEN - 1] ^= 1;
		ck_assert_str_eq(asks(&a), "form");
		/* That of somebody else. */
		memcpy(a.csrf, logged_in("alice", "one")->csrf, PAGE_TOKEN);
		ck_assert_str_eq(asks(&a), "form");
	}
	ck_assert(!worker_hears());
	end();
}
END_TEST

/* Both the group and the network, of the gateway where the browser is. */
START_TEST(administrators)
{
	const struct token *alice, *bob, *at_two;
	struct msg_page_ask a;
	uint32_t near, far, two;

	begin();
	near = connects(0, "192.0.2.9");
	far = connects(0, "198.51.100.9");
	two = connects(1, "192.0.2.9");
	alice = logged_in("alice", "one");
	bob = logged_in("bob", "one");
	at_two = logged_in("bob", "two");
	for (int what = PAGE_ADMIN; what <= PAGE_WHY; what++) {
		a = ask_of(near, (enum page_what)what, alice);
		ck_assert_str_eq(asks(&a), "denied");
		a = ask_of(far, (enum page_what)what, bob);
		ck_assert_str_eq(asks(&a), "denied");
		a = ask_of(two, (enum page_what)what, at_two);
		ck_assert_str_eq(asks(&a), "denied");
		a = ask_of(two, (enum page_what)what, bob);
		ck_assert_str_eq(asks(&a), "expired");
	}
	ck_assert(!worker_hears());
	a = ask_of(near, PAGE_ADMIN, bob);
	a.n = 1;
	snprintf(a.text[0], sizeof a.text[0], "sessions");
	sends(&a);
	worker_answers("sessions", "{\"sessions\":[]}");
	ck_assert_str_eq(hears(), "");
	end();
}
END_TEST

START_TEST(a_user_who_changed_is_logged_out)
{
	struct msg_page_ask a;

	begin();
	a = ask_of(connects(0, "192.0.2.9"), PAGE_ADMIN,
		   logged_in("bob", "one"));
	rig_write("users", "bob:!" HASH ":staff,boss\n");
	ck_assert_str_eq(asks(&a), "expired");
	ck_assert_uint_eq(
		tokens_count(rig.m.pages->tokens, clock_now_us() / 1000), 0);
	end();
}
END_TEST

/* ---- sessions ------------------------------------------------------------ */

static const char sessions[] =
	"{\"sessions\":["
	"{\"user\":\"alice\",\"session\":11,\"session_number\":1},"
	"{\"user\":\"bob\",\"session\":12,\"session_number\":2}]}";

START_TEST(own_sessions_only)
{
	struct msg_page_ask a;

	begin();
	a = ask_of(connects(0, "192.0.2.9"), PAGE_END,
		   logged_in("alice", "one"));
	a.n = 1;
	snprintf(a.text[0], sizeof a.text[0], "2");
	sends(&a);
	worker_answers("sessions", sessions);
	ck_assert_str_eq(hears(), "input");
	ck_assert(!worker_hears());
	snprintf(a.text[0], sizeof a.text[0], "1");
	sends(&a);
	worker_answers("sessions", sessions);
	worker_answers("kick", "{}");
	ck_assert_str_eq(hears(), "");
	end();
}
END_TEST

/* ---- places -------------------------------------------------------------- */

/* Questions that make no sense keep no place of those that wait. */
START_TEST(waits_are_given_back)
{
	const struct token *t;
	struct msg_page_ask a;
	uint32_t conn;

	begin();
	conn = connects(0, "192.0.2.9");
	t = logged_in("bob", "one");
	for (int i = 0; i < PAGE_WAITS + 1; i++) {
		a = ask_of(conn, PAGE_END, t);
		ck_assert_str_eq(asks(&a), "busy");
		a = ask_of(conn, PAGE_WHY, t);
		ck_assert_str_eq(asks(&a), "busy");
		a = ask_of(conn, PAGE_ADMIN, t);
		ck_assert_str_eq(asks(&a), "input");
	}
	for (int i = 0; i < PAGE_WAITS; i++)
		ck_assert(!rig.m.pages->wait[i].then);
	end();
}
END_TEST

/* The worker ends while somebody waits for its answer. */
START_TEST(no_worker)
{
	struct msg_page_ask a;

	begin();
	a = ask_of(connects(0, "192.0.2.9"), PAGE_HOME,
		   logged_in("alice", "one"));
	sends(&a);
	rig_ends(rig.m.worker, 0);
	ck_assert_str_eq(hears(), "busy");
	for (int i = 0; i < PAGE_WAITS; i++)
		ck_assert(!rig.m.pages->wait[i].then);
	end();
}
END_TEST

/* Connections that the web process never ends push out their own oldest. */
START_TEST(connections)
{
	struct msg m = { .type = MSG_PAGE_GONE };
	struct msg_page_ask a;
	uint32_t first, last = 0;

	begin();
	a = ask_of(0, PAGE_HOME, NULL);
	ck_assert_str_eq(asks(&a), "busy");
	first = connects(0, "192.0.2.9");
	for (int i = 0; i < PAGE_CONNS; i++)
		last = connects(0, "192.0.2.9");
	a.conn = first;
	ck_assert_str_eq(asks(&a), "busy");
	a.conn = last;
	ck_assert_str_eq(asks(&a), "expired");
	m.id = last;
	ck_assert_int_eq(monitor_pages_said(&rig.m, &m), 0);
	ck_assert_int_eq(monitor_pages_said(&rig.m, &m), 0);
	ck_assert_str_eq(asks(&a), "busy");
	end();
}
END_TEST

static unsigned descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;

	ck_assert_ptr_nonnull(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* Whether there is a web process, a gateway, pages or not. */
START_TEST(no_descriptor_stays)
{
	struct msg_page_ask a;
	unsigned before;

	begin();
	before = descriptors();
	a = ask_of(connects(0, "192.0.2.9"), PAGE_INI,
		   logged_in("alice", "one"));
	ck_assert_str_eq(asks(&a), "input");
	ck_assert_int_eq(connects_raw(99, "192.0.2.9"), 0);
	close(web->fd[0]);
	web->fd[0] = -1;
	ck_assert_int_eq(connects_raw(0, "192.0.2.9"), 0);
	sends(&a);
	ck_assert_uint_eq(descriptors(), before - 1);
	end();
}
END_TEST

/* A certificate goes with the connection that has shown it, and ends with it. */
START_TEST(a_certificate_is_its_connections)
{
	struct msg m = { .type = MSG_PAGE_CONN, .nfds = 2 };
	struct msg_page_conn c = { .gateway = 0 };
	struct msg_page_ask a;
	struct page_conn *with, *without;
	int plain[2], chain[2];
	char byte;

	begin();
	a = ask_of(connects(0, "192.0.2.8"), PAGE_METHODS, NULL);
	without = &rig.m.pages->conn[0];
	ck_assert_int_eq(without->chain, -1);
	ck_assert_int_eq(pipe(plain) | pipe(chain), 0);
	ck_assert_int_eq(addr_parse(&c.source, "192.0.2.9", 4711), 0);
	m.fds[0] = plain[0];
	m.fds[1] = chain[1];
	m.len = pack_msg_page_conn(m.data, sizeof m.data, &c);
	ck_assert_int_eq(monitor_pages_conn(&rig.m, &m), 0);
	msg_close_fds(&m);
	with = &rig.m.pages->conn[1];
	ck_assert_int_ge(with->chain, 0);
	/* The web process gets the connection alone. */
	ck_assert_int_eq(msg_recv(web->fd[0], &msg), 0);
	ck_assert_int_eq(msg.type, MSG_PAGE_CONN);
	ck_assert_uint_eq(msg.nfds, 1);
	msg_close_fds(&msg);
	ck_assert_str_eq(asks(&a), "");
	ck_assert_str_eq(
		json_string_value(json_object_get(said, "certificate")), "");
	m = (struct msg){ .type = MSG_PAGE_GONE, .id = with->number };
	ck_assert_int_eq(monitor_pages_said(&rig.m, &m), 0);
	ck_assert_int_eq(with->chain, -1);
	ck_assert_int_eq(read(chain[0], &byte, 1), 0);
	close(plain[1]);
	close(chain[0]);
	end();
}
END_TEST

START_TEST(malformed)
{
	struct msg m = { .type = MSG_PAGE_ASK, .id = 1 };
	struct msg_page_ask a = { .what = PAGE_HOME };

	begin();
	ck_assert_int_eq(monitor_pages_said(&rig.m, &m), ERR_PROTO);
	m.len = pack_msg_page_ask(m.data, sizeof m.data, &a);
	m.data[4] = PAGE_WHATS;
	ck_assert_int_eq(monitor_pages_said(&rig.m, &m), ERR_PROTO);
	m.len = pack_msg_page_ask(m.data, sizeof m.data, &a);
	m.id = 0;
	ck_assert_int_eq(monitor_pages_said(&rig.m, &m), ERR_PROTO);
	m = (struct msg){ .type = MSG_AUTH };
	ck_assert_int_eq(monitor_pages_said(&rig.m, &m), ERR_PROTO);
	m = (struct msg){ .type = MSG_PAGE_CONN };
	ck_assert_int_eq(monitor_pages_conn(&rig.m, &m), ERR_PROTO);
	end();
}
END_TEST

SUITE("monitor_pages_rights", nothing_without_a_token,
      nothing_without_the_tokens_of_forms, administrators,
      a_user_who_changed_is_logged_out, own_sessions_only, waits_are_given_back,
      no_worker, connections, no_descriptor_stays,
      a_certificate_is_its_connections, malformed)
