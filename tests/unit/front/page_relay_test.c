/* SPDX-License-Identifier: BSD-2-Clause */
/* page_relay_test.c - what goes between a browser and the web process, whose
 * end of the socketpair the test has. */
#include "front/page_relay.h"
#include "front/preauth.h"
#include "front/rig.h"

#include "base/err.h"
#include "process/msg_page.h"
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct front_rig r;
static struct rig_agent a; /* the browser's TLS, which spoke adit's ALPN */

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

/* As after a handshake with http/1.1.  The web process's end. */
static int opens(void)
{
	struct preauth *pre = rig_preauth(&r);
	struct msg_page_conn c;
	const char *why;
	struct msg m;

	pre->state = PREAUTH_PAGES;
	ck_assert_int_eq(page_relay_open(pre, &why), 0);
	front_rig_expect(&r, &m, (enum msg_type)MSG_PAGE_CONN);
	ck_assert_uint_eq(m.nfds, 1);
	ck_assert_int_eq(unpack_msg_page_conn(&c, m.data, m.len), 0);
	ck_assert_uint_eq(c.gateway, 0);
	ck_assert(addr_same_host(&c.source, &pre->source));
	return m.fds[0];
}

static int begin(void)
{
	front_rig_begin(&r);
	rig_agent_open(&r, &a);
	return opens();
}

static void end(void)
{
	rig_agent_close(&a);
	front_rig_end(&r);
}

/* Bytes go out of the browser's end, and what has come is in a.frames. */
static void turn(void)
{
	const uint8_t *p;
	struct frame f;

	(void)rig_agent_frame(&r, &a, &f, &p);
}

static void browser_sends(const void *p, size_t n)
{
	ck_assert_int_eq(tls_send(a.tls, p, n), 0);
	a.used = buf_len(&a.frames); /* nothing of it is a frame */
	turn();
}

static void browser_has(const char *text)
{
	a.used = buf_len(&a.frames);
	turn();
	ck_assert_uint_eq(buf_len(&a.frames), strlen(text));
	ck_assert_int_eq(memcmp(buf_ptr(&a.frames), text, strlen(text)), 0);
}

static void web_has(int web, const char *text)
{
	char got[64];
	ssize_t n = recv(web, got, sizeof got, MSG_DONTWAIT);

	ck_assert_int_eq(n, (ssize_t)strlen(text));
	ck_assert_int_eq(memcmp(got, text, (size_t)n), 0);
}

static void assert_over(void)
{
	turn();
	ck_assert(list_is_empty(&r.front.preauths));
	ck_assert_uint_eq(r.front.waiting.inside, 0);
	ck_assert(a.ended);
}

START_TEST(both_ways)
{
	int web = begin();

	browser_sends("GET", 3);
	web_has(web, "GET");
	ck_assert_int_eq(write(web, "200", 3), 3);
	browser_has("200");
	close(web);
	assert_over();
	end();
}
END_TEST

/* What the web process wrote before its end arrives. */
START_TEST(last_words_arrive)
{
	int web = begin();

	ck_assert_int_eq(write(web, "bye", 3), 3);
	close(web);
	browser_has("bye");
	assert_over();
	end();
}
END_TEST

/* A body that was refused goes on coming: the answer arrives all the same. */
START_TEST(rest_of_a_body_is_dropped)
{
	static char much[16000];
	int web = begin();
	struct preauth *pre = rig_preauth(&r);

	ck_assert_int_eq(write(web, "413", 3), 3);
	close(web);
	preauth_close(pre);
	ck_assert_int_eq(pre->conn.ops->input(&pre->conn, (uint8_t *)much,
					      sizeof much),
			 0);
	ck_assert_int_eq(pre->conn.err, 0);
	ck_assert_uint_eq(buf_len(&pre->relay.pending), 0);
	browser_has("413");
	assert_over();
	end();
}
END_TEST

/* A web process that reads nothing: so much is kept, then the browser's
 * connection ends. */
START_TEST(nobody_reads_the_browser)
{
	static char much[16000];
	int web = begin();
	int sent = 0;

	for (; sent < 1000 && !list_is_empty(&r.front.preauths); sent++) {
		ck_assert_uint_le(rig_preauth(&r)->relay.pending.cap,
				  256 * 1024);
		browser_sends(much, sizeof much);
	}
	ck_assert_int_gt(sent, 4);
	ck_assert_int_lt(sent, 1000);
	close(web);
	assert_over();
	end();
}
END_TEST

/* What waits goes out in order once the web process reads again. */
START_TEST(reads_again)
{
	static char much[16000], got[65536];
	int web = begin();
	size_t sent = 0, has = 0;
	ssize_t n;

	while (!buf_len(&rig_preauth(&r)->relay.pending)) {
		for (size_t i = 0; i < sizeof much; i++)
			much[i] = (char)((sent + i) % 251);
		browser_sends(much, sizeof much);
		sent += sizeof much;
	}
	while (has < sent) {
		n = recv(web, got, sizeof got, MSG_DONTWAIT);
		if (n < 0)
			front_rig_turn(&r);
		for (ssize_t i = 0; i < n; i++)
			ck_assert_int_eq((unsigned char)got[i],
					 (int)((has + (size_t)i) % 251));
		has += n > 0 ? (size_t)n : 0;
	}
	ck_assert(!ev_is_active(&rig_preauth(&r)->relay.wr));
	close(web);
	assert_over();
	end();
}
END_TEST

/* A browser that reads nothing: the web process cannot write for ever. */
START_TEST(browser_reads_nothing)
{
	static char much[65536];
	int web = begin();
	int idle = 0;
	size_t sent = 0;

	while (idle < 20) {
		ssize_t n = send(web, much, sizeof much,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		idle = n > 0 ? 0 : idle + 1;
		sent += n > 0 ? (size_t)n : 0;
		ck_assert_uint_lt(sent, 16 << 20);
		front_rig_turn(&r);
	}
	ck_assert_int_eq(errno, EAGAIN);
	close(web);
	front_rig_fire(&r, &rig_preauth(&r)->timer);
	end();
}
END_TEST

/* Either end, or the time without a byte: no descriptor stays. */
START_TEST(every_end)
{
	for (int how = 0; how < 4; how++) {
		unsigned before = descriptors();
		int web = begin();

		browser_sends("GET", 3);
		if (how == 0)
			close(web);
		else if (how == 1)
			shutdown(a.fd, SHUT_RDWR);
		else if (how == 2)
			shutdown(web, SHUT_WR);
		else
			front_rig_fire(&r, &rig_preauth(&r)->timer);
		turn();
		ck_assert(list_is_empty(&r.front.preauths));
		if (how)
			close(web);
		end();
		ck_assert_uint_eq(descriptors(), before);
	}
}
END_TEST

/* A gateway's pages for one source take a part of what logins may. */
START_TEST(many_of_one_source)
{
	struct preauth *pre, other = { .conn.err = 0 };
	const char *why = "";
	int web = begin();

	pre = rig_preauth(&r);
	page_relay_init(&other.relay);
	other.front = pre->front;
	other.config = pre->config;
	other.gateway = pre->gateway;
	other.source = pre->source;
	pre->config->conf->server.logins_per_source = 2;
	ck_assert_int_eq(page_relay_open(&other, &why), ERR_LIMIT);
	ck_assert_str_eq(why, "there are too many connections of browsers");
	ck_assert_int_eq(other.relay.fd, -1);
	close(web);
	assert_over();
	end();
}
END_TEST

static struct preauth *comes(struct rig_agent *one, const char *source)
{
	struct preauth *pre;

	rig_agent_open(&r, one);
	pre = list_entry(r.front.preauths.prev, struct preauth, node);
	pre->state = PREAUTH_PAGES;
	ck_assert_int_eq(addr_parse(&pre->source, source, 4711), 0);
	return pre;
}

static bool is_there(const struct preauth *pre)
{
	struct list *n, *t;

	list_each (n, t, &r.front.preauths)
		if (list_entry(n, struct preauth, node) == pre)
			return !pre->conn.err;
	return false;
}

/* Where all places are taken, the one loses its own that has had no answer for
 * longest; but not one that came, or was answered, a moment ago. */
START_TEST(who_loses_the_place)
{
	static const uint64_t second = 1000 * 1000;
	struct rig_agent b, c, d;
	struct preauth *one, *two, *three, *four;
	const char *why = "";
	int web[3] = { begin() };
	struct msg m;
	uint64_t now;

	one = rig_preauth(&r);
	one->config->conf->server.login_connections = 8;
	two = comes(&b, "192.0.2.8");
	ck_assert_int_eq(page_relay_open(two, &why), 0);
	front_rig_expect(&r, &m, (enum msg_type)MSG_PAGE_CONN);
	web[1] = m.fds[0];
	three = comes(&c, "192.0.2.9");
	four = comes(&d, "192.0.2.10");
	now = loop_now_us(&r.front.loop);
	one->relay.answered_us = now - 5 * second;
	two->relay.answered_us = now - 9 * second;
	ck_assert_int_eq(page_relay_open(three, &why), 0);
	front_rig_expect(&r, &m, (enum msg_type)MSG_PAGE_CONN);
	web[2] = m.fds[0];
	ck_assert(is_there(one));
	ck_assert(!is_there(two));
	one->relay.answered_us = now;
	ck_assert_int_eq(page_relay_open(four, &why), ERR_LIMIT);
	ck_assert(is_there(one) && is_there(three));
	for (size_t i = 0; i < ARRAY_LEN(web); i++)
		close(web[i]);
	rig_agent_close(&b);
	rig_agent_close(&c);
	rig_agent_close(&d);
	end();
}
END_TEST

SUITE("page_relay", both_ways, last_words_arrive, rest_of_a_body_is_dropped,
      nobody_reads_the_browser, reads_again, browser_reads_nothing, every_end,
      many_of_one_source, who_loses_the_place)
