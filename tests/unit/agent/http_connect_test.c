/* SPDX-License-Identifier: BSD-2-Clause */
/* http_connect_test.c - clients that speak HTTP with the agent's proxy port. */
#include "proxy/http_parse.h"
#include "agent/pac.h"
#include "rig.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static char heard[20000];

static int begin(void)
{
	int fd;

	rig_open();
	ck_assert_int_eq(addr_parse(&rig.conf.socks, "127.0.0.1", 0), 0);
	rig_up();
	ck_assert_ptr_nonnull(rig.agent->socks);
	fd = rig_connect(&rig.agent->socks->at);
	ck_assert_int_ge(fd, 0);
	return fd;
}

static void end(int fd)
{
	close(fd);
	rig_close();
}

static void say(int fd, const char *text)
{
	ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL),
			 (ssize_t)strlen(text));
}

/* Hears what comes until the agent has no more to say. */
static const char *hear(int fd)
{
	size_t n = 0;
	ssize_t got;

	do {
		UNTIL(poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 0));
		got = recv(fd, heard + n, sizeof heard - n - 1, 0);
		n += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	ck_assert_int_eq(got, 0);
	heard[n] = 0;
	return heard;
}

static void hears(int fd, const char *text)
{
	ck_assert_msg(strstr(hear(fd), text) != NULL, "%s\nis not in\n%s", text,
		      heard);
}

static void opened(void)
{
	struct opened o = { .credit = 100000 };
	uint8_t p[100];

	UNTIL(rig.seen[FRAME_OPEN]);
	rig_say(&(struct said){ FRAME_OPENED, 0, rig.last[FRAME_OPEN].client_id,
				1, p, pack_opened(p, sizeof p, &o) });
}

static void refused(unsigned reason)
{
	struct reset r = { .reason = (uint16_t)reason };
	uint8_t p[300];

	UNTIL(rig.seen[FRAME_OPEN]);
	rig_say(&(struct said){ FRAME_CLOSE, FLAG_RESET,
				rig.last[FRAME_OPEN].client_id, 0, p,
				pack_reset(p, sizeof p, &r) });
}

/* The n-th frame with data for the server is this. */
static void sends(unsigned n, const char *text)
{
	UNTIL(rig.seen[FRAME_DATA] == n);
	ck_assert_uint_eq(rig.last[FRAME_DATA].len, strlen(text));
	ck_assert_mem_eq(rig.payload[FRAME_DATA], text, strlen(text));
}

/* Byte by byte; what is behind the head is the server's. */
START_TEST(connect_and_early_bytes)
{
	static const char text[] = "CONNECT host:80 HTTP/1.1\r\n\r\n";
	static const char ok[] = "HTTP/1.1 200 Connection established\r\n\r\n";
	int fd = begin();

	for (size_t i = 0; text[i]; i++) {
		ck_assert_uint_eq(rig.seen[FRAME_OPEN], 0);
		ck_assert_int_eq(send(fd, text + i, 1, MSG_NOSIGNAL), 1);
		ev_run(rig.loop.ev, EVRUN_ONCE);
	}
	say(fd, "early");
	opened();
	ck_assert_uint_eq(rig.last[FRAME_OPEN].flags & FLAG_REAL, FLAG_REAL);
	ck_assert_ptr_nonnull(memmem(rig.payload[FRAME_OPEN],
				     rig.last[FRAME_OPEN].len, "host", 4));
	sends(1, "early");
	ck_assert_int_eq(recv(fd, heard, sizeof heard, 0), (int)strlen(ok));
	ck_assert_mem_eq(heard, ok, strlen(ok));
	ck_assert(list_is_empty(&rig.agent->talks));
	end(fd);
}
END_TEST

static void refused_as(unsigned reason, const char *status, const char *cure)
{
	int fd = begin();

	say(fd, "CONNECT [2001:db8::1]:80 HTTP/1.1\r\n\r\n");
	refused(reason);
	hears(fd, status);
	ck_assert_ptr_nonnull(strstr(heard, "adit: [2001:db8::1]:80: "));
	ck_assert_ptr_nonnull(strstr(heard, cure));
	ck_assert_ptr_nonnull(strstr(heard, "\r\nConnection: close\r\n"));
	close(fd);
	UNTIL(list_is_empty(&rig.agent->talks));
	rig_close();
}

START_TEST(the_gateway_refuses)
{
	refused_as(REASON_DENIED, "HTTP/1.1 403 ", "adit resources");
	refused_as(REASON_REFUSED, "HTTP/1.1 502 ", "refuses");
	refused_as(REASON_NO_NAME, "HTTP/1.1 502 ", "no address");
	refused_as(REASON_UNREACHABLE, "HTTP/1.1 502 ", "cannot reach");
	refused_as(REASON_NO_ROUTE, "HTTP/1.1 502 ", "no route");
	refused_as(REASON_LIMIT, "HTTP/1.1 502 ", "too many");
	refused_as(REASON_TIMEOUT, "HTTP/1.1 504 ", "not answered");
	refused_as(REASON_INTERNAL, "HTTP/1.1 502 ", "internal");
}
END_TEST

START_TEST(no_way_to_the_gateway)
{
	int fd = begin();

	say(fd, "CONNECT host:80 HTTP/1.1\r\n\r\n");
	UNTIL(rig.seen[FRAME_OPEN]);
	agent_stop(rig.agent, told, &rig.stop);
	hears(fd, "HTTP/1.1 502 ");
	ck_assert_ptr_nonnull(strstr(heard, "adit status"));
	end(fd);
}
END_TEST

/* The client leaves, and the gateway need not connect for it any more. */
START_TEST(the_client_leaves)
{
	int fd = begin();

	say(fd, "GET http://host/ HTTP/1.1\r\n\r\n");
	UNTIL(rig.seen[FRAME_OPEN]);
	close(fd);
	UNTIL(rig.seen[FRAME_CLOSE]);
	UNTIL(list_is_empty(&rig.agent->talks));
	rig_close();
}
END_TEST

/* One request for each connection: what follows it goes nowhere. */
START_TEST(a_request_is_passed_on)
{
	int fd = begin();

	say(fd, "POST http://host/a HTTP/1.1\r\nHost: b\r\n"
		"Content-Length: 5\r\n\r\nhel");
	opened();
	sends(1, "POST /a HTTP/1.1\r\nHost: host\r\nContent-Length: 5\r\n"
		 "Connection: close\r\n\r\n");
	sends(2, "hel");
	say(fd, "loGET http://other/ HTTP/1.1\r\n\r\n");
	sends(3, "lo");
	say(fd, "GET http://other/ HTTP/1.1\r\n\r\n");
	rig_turns();
	ck_assert_uint_eq(rig.seen[FRAME_DATA], 3);
	end(fd);
}
END_TEST

START_TEST(a_request_without_body)
{
	int fd = begin();

	say(fd, "GET http://host HTTP/1.1\r\n\r\n");
	opened();
	sends(1, "GET / HTTP/1.1\r\nHost: host\r\n"
		 "Connection: close\r\n\r\n");
	ck_assert(list_is_empty(&rig.agent->talks));
	end(fd);
}
END_TEST

START_TEST(chunks_that_are_none)
{
	int fd = begin();

	say(fd, "PUT http://host HTTP/1.1\r\n"
		"Transfer-Encoding: chunked\r\n\r\nx");
	opened();
	UNTIL(rig.seen[FRAME_CLOSE]);
	ck_assert_uint_eq(rig.seen[FRAME_DATA], 1);
	end(fd);
}
END_TEST

START_TEST(bad_requests)
{
	int fd = begin();

	say(fd, "CONNECT nowhere HTTP/1.1\r\n\r\n");
	hears(fd, "HTTP/1.1 400 Bad Request\r\n");
	ck_assert_ptr_nonnull(strstr(heard, "CONNECT HOST:PORT"));
	end(fd);
	fd = begin();
	memset(heard, 'x', HTTP_HEAD_MAX + 1);
	heard[HTTP_HEAD_MAX + 1] = 0;
	say(fd, heard);
	hears(fd, "HTTP/1.1 431 ");
	end(fd);
	ck_assert_uint_eq(rig.seen[FRAME_OPEN], 0);
}
END_TEST

/* A client that begins, or reads why it was refused, and says no more. */
static void is_silent_after(const char *text)
{
	int fd = begin();

	say(fd, text);
	UNTIL(!list_is_empty(&rig.agent->talks));
	rig_turns();
	rig_fire(&list_first(&rig.agent->talks, struct talk, node)->late);
	UNTIL(list_is_empty(&rig.agent->talks));
	end(fd);
}

START_TEST(silent_clients)
{
	is_silent_after("GET http");
	is_silent_after("GET ftp://host/ HTTP/1.1\r\n\r\n");
}
END_TEST

/* ---- the proxy auto-configuration file ----------------------------------- */

/* Asks for it with this request line and this Host; "": with none. */
static void ask(int fd, const char *line, const char *host)
{
	char text[400], at[ADDR_TEXT];

	snprintf(text, sizeof text, "%s HTTP/1.1\r\nHost: %s\r\n\r\n", line,
		 host ? host : addr_str(&rig.agent->socks->at, at));
	say(fd, text);
}

static void is_answered(const char *line, const char *host, const char *text)
{
	int fd = begin();

	ask(fd, line, host);
	hears(fd, text);
	end(fd);
}

START_TEST(pac_requests)
{
	is_answered("GET " PAC_PATH, NULL,
		    "\r\nContent-Type: application/x-ns-proxy-autoconfig\r\n");
	ck_assert_ptr_nonnull(strstr(heard, "\r\nX-Content-Type-Options: "));
	ck_assert_ptr_nonnull(strstr(heard, "function FindProxyForURL"));
	is_answered("GET " PAC_PATH, "", "HTTP/1.1 200 OK\r\n");
	is_answered("HEAD " PAC_PATH, NULL, "HTTP/1.1 200 OK\r\n");
	ck_assert_ptr_null(strstr(heard, "FindProxyForURL"));
	is_answered("POST " PAC_PATH, NULL, "HTTP/1.1 405 ");
	ck_assert_ptr_nonnull(strstr(heard, "\r\nAllow: GET, HEAD\r\n"));
	is_answered("GET /", NULL, "HTTP/1.1 404 ");
	ck_assert_ptr_nonnull(strstr(heard, PAC_PATH));
	/* A site whose name leads here (DNS rebinding) learns no names. */
	is_answered("GET " PAC_PATH, "evil.example:1080", "HTTP/1.1 403 ");
	is_answered("GET " PAC_PATH, "127.0.0.1", "HTTP/1.1 403 ");
}
END_TEST

START_TEST(pac_places)
{
	static const struct names_entry names = { 1, 2, { "*.Y", "db.x." } };
	struct resource_entry e[] = { rig_entry("echo", 2000),
				      rig_entry("wiki", 8443) };
	struct buf pac = { 0 };
	uint8_t p[200];
	size_t n = pack_names(p, sizeof p, &names);

	e[0].nranges = 2;
	e[0].ndata = 1; /* data ports are no place to go to */
	e[0].ranges[1].first = e[0].ranges[1].last = 3000;
	e[1].id = 2;
	e[1].service = SERVICE_WEBLINK;
	snprintf(e[1].detail, sizeof e[1].detail, "https://Wiki.x:8443/a");
	rig_open();
	rig_up();
	rig_list(FLAG_FIRST, e, 2);
	rig_say(&(struct said){ FRAME_NAMES, 0, 0, 0, p, n });
	rig_list(FLAG_LAST, NULL, 0);
	UNTIL(rig.agent->socks);
	ck_assert_int_eq(pac_write(rig.agent, &rig.agent->socks->at, &pac), 0);
	ck_assert_ptr_nonnull(memmem(buf_ptr(&pac), buf_len(&pac),
				     "var places = [[\"*.y\", 2000, 2000], "
				     "[\"db.x\", 2000, 2000], "
				     "[\"wiki.x\", 8443, 8443]];",
				     81));
	buf_fini(&pac);
	rig_close();
}
END_TEST

SUITE("http_connect", connect_and_early_bytes, the_gateway_refuses,
      no_way_to_the_gateway, the_client_leaves, a_request_is_passed_on,
      a_request_without_body, chunks_that_are_none, bad_requests,
      silent_clients, pac_requests, pac_places)
