/* SPDX-License-Identifier: BSD-2-Clause */
/* protocol_test.c - docs/protocol.md says what the code packs: the exchange in
 * hex, and the numbers of commands, reasons, leaves and limits. */
#include "channel/session.h"
#include "frame/code.h"
#include "frame/frame.h"
#include "frame/payload.h"
#include "tls/tls.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

#define MARKER 0x2a3b4c5d
#define SESSION UINT64_C(0x1122334455667788)

/* The page: as it is, and without its blanks. */
static char page[65536], dense[65536];

static void read_page(void)
{
	const char *src = getenv("top_srcdir");
	char path[4096], *to = dense;
	FILE *f;
	size_t n;

	snprintf(path, sizeof path, "%s/docs/protocol.md", src ? src : ".");
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "no %s", path);
	n = fread(page, 1, sizeof page - 1, f);
	fclose(f);
	ck_assert_uint_lt(n, sizeof page - 1);
	page[n] = 0;
	for (const char *p = page; *p; p++)
		if (!isspace((unsigned char)*p))
			*to++ = *p;
	*to = 0;
}

/* What is still to be found stands behind `dense_at`: the order is compared too. */
static const char *dense_at;

static void shown(const char *name, const void *bytes, size_t n)
{
	char text[1024];
	const char *found;
	int at = snprintf(text, sizeof text, "%s", name);

	for (size_t i = 0; i < n; i++)
		at += snprintf(text + at, sizeof text - (size_t)at, "%02x",
			       ((const uint8_t *)bytes)[i]);
	found = strstr(dense_at, text);
	ck_assert_msg(found != NULL, "not in docs/protocol.md, section 8: %s",
		      text);
	dense_at = found + at;
}

/* One frame; `name` is how the page calls it. */
static void frame_shown(const char *name, struct frame f,
			const uint8_t *payload, size_t n)
{
	uint8_t wire[FRAME_HEADER + 256];

	ck_assert_uint_le(n, 256);
	f.service = SERVICE_FORWARD;
	f.protocol = PROTOCOL_TCP;
	f.len = (uint16_t)n;
	frame_pack(wire, &f);
	if (n)
		memcpy(wire + FRAME_HEADER, payload, n);
	shown(name, wire, FRAME_HEADER + n);
}

static void tunnel_shown(struct frame f, const uint8_t *payload, size_t n)
{
	f.marker = MARKER;
	frame_shown(frame_name(f.command), f, payload, n);
}

static void number_shown(uint8_t command, uint8_t flags, uint64_t v)
{
	struct frame f = { .command = command, .flags = flags };
	uint8_t p[8];

	tunnel_shown(f, p, pack_u64(p, sizeof p, v));
}

static void fill(uint8_t *to, size_t n, uint8_t first)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)(first + i);
}

static struct profile sample_profile(void)
{
	struct profile r = { .marker = MARKER,
			     .session = SESSION,
			     .flags = PROFILE_AUTO_START,
			     .resume_grace = 600,
			     .lifetime = 86400,
			     .gateway = "main" };

	fill(r.secret, sizeof r.secret, 0x20);
	return r;
}

START_TEST(the_login)
{
	struct login l = { .user = "alice", .agent = "page/1.0" };
	struct prompt q = { .n = 1, .ask = { { 0, "Password: " } } };
	struct answer a = { .n = 1, .text = { "correct horse" } };
	struct profile r = sample_profile();
	struct goodbye no = { .leave = LEAVE_DENIED };
	uint8_t p[256];

	read_page();
	dense_at = dense;
	frame_shown("LOGIN",
		    (struct frame){ .command = FRAME_LOGIN,
				    .flags = FLAG_TRIES },
		    p, pack_login(p, sizeof p, &l));
	frame_shown("PROMPT", (struct frame){ .command = FRAME_PROMPT }, p,
		    pack_prompt(p, sizeof p, &q));
	frame_shown("ANSWER", (struct frame){ .command = FRAME_ANSWER }, p,
		    pack_answer(p, sizeof p, &a));
	frame_shown("RESULT", (struct frame){ .command = FRAME_RESULT }, p,
		    pack_profile(p, sizeof p, &r));
	frame_shown("REFUSED",
		    (struct frame){ .command = FRAME_RESULT,
				    .flags = FLAG_REFUSED },
		    p, pack_goodbye(p, sizeof p, &no));
}
END_TEST

/* As the section "The proof" says it, byte by byte. */
static void prove(uint8_t proof[static PROOF_LEN], const struct profile *r)
{
	static const uint8_t rest[] = {
		4,    'm',  'a',  'i',  'n',                    /* gateway */
		0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, /* session */
		0,    0,    0,    1,                            /* generation */
		0,    0,    0,    0,    0,    0,    0,    0,    /* count */
	};
	uint8_t exporter[32];

	fill(exporter, sizeof exporter, 0x40);
	tls_hmac(proof, r->secret,
		 (struct tls_part[]){ { "adit/1 attach", 14 },
				      { exporter, sizeof exporter },
				      { rest, sizeof rest } },
		 3);
}

START_TEST(the_tunnel)
{
	struct profile r = sample_profile();
	struct attach at = { .session = SESSION, .generation = 1 };
	struct resource_entry e = { .id = 1,
				    .service = SERVICE_FORWARD,
				    .name = "echo",
				    .detail = "10.1.1.10",
				    .nranges = 1,
				    .ranges = { { 7, 7 } } };
	uint8_t p[256];

	read_page();
	dense_at = dense;
	prove(at.proof, &r);
	tunnel_shown((struct frame){ .command = FRAME_ATTACH }, p,
		     pack_attach(p, sizeof p, &at));
	number_shown(FRAME_ATTACHED, FLAG_FRESH, 0);
	tunnel_shown((struct frame){ .command = FRAME_RESOURCES,
				     .flags = FLAG_FIRST | FLAG_LAST },
		     p, pack_resource(p, sizeof p, &e));
}
END_TEST

static const uint8_t hello[] = { 'h', 'e', 'l', 'l', 'o' };

static size_t sample_open(uint8_t *p, size_t cap)
{
	struct open o = { .resource = 1,
			  .credit = CREDIT_START,
			  .dest.port = 7 };

	ck_assert_int_eq(addr_parse(&o.source, "127.0.0.1", 50000), 0);
	ck_assert_int_eq(addr_parse(&o.shown, "127.77.12.34", 10007), 0);
	return pack_open(p, cap, &o);
}

START_TEST(a_channel)
{
	struct opened o = { .credit = CREDIT_START };
	struct reset no = { .reason = REASON_DENIED, .text = "not-allowed" };
	uint8_t p[256];

	read_page();
	dense_at = strstr(dense, "OPEN01");
	ck_assert_ptr_nonnull(dense_at);
	tunnel_shown((struct frame){ .command = FRAME_OPEN, .client_id = 1 }, p,
		     sample_open(p, sizeof p));
	tunnel_shown((struct frame){ .command = FRAME_DATA, .client_id = 1 },
		     hello, sizeof hello);
	number_shown(FRAME_ACK, 0, 75);
	tunnel_shown((struct frame){ .command = FRAME_OPENED,
				     .client_id = 1,
				     .server_id = 1 },
		     p, pack_opened(p, sizeof p, &o));
	tunnel_shown((struct frame){ .command = FRAME_DATA,
				     .client_id = 1,
				     .server_id = 1 },
		     hello, sizeof hello);
	tunnel_shown((struct frame){ .command = FRAME_CLOSE,
				     .flags = FLAG_FIN,
				     .client_id = 1,
				     .server_id = 1 },
		     NULL, 0);
	tunnel_shown((struct frame){ .command = FRAME_CLOSE,
				     .flags = FLAG_FIN,
				     .client_id = 1,
				     .server_id = 1 },
		     NULL, 0);
	number_shown(FRAME_ACK, 0, 120);
	tunnel_shown((struct frame){ .command = FRAME_CLOSE,
				     .flags = FLAG_RESET,
				     .client_id = 2 },
		     p, pack_reset(p, sizeof p, &no));
}
END_TEST

START_TEST(alive_and_the_end)
{
	struct goodbye bye = { .leave = LEAVE_LOGOUT };
	uint8_t p[256];

	read_page();
	dense_at = dense;
	number_shown(FRAME_PING, 0, 1000000);
	number_shown(FRAME_PONG, 0, 1000000);
	tunnel_shown((struct frame){ .command = FRAME_GOAWAY,
				     .flags = FLAG_FINAL },
		     p, pack_goodbye(p, sizeof p, &bye));
}
END_TEST

static void row_shown(const char *row)
{
	ck_assert_msg(strstr(page, row) != NULL,
		      "no row in docs/protocol.md: %s", row);
}

START_TEST(every_command)
{
	unsigned known = 0;
	char row[80];

	read_page();
	for (unsigned i = 0; i < FRAME_UNKNOWN; i++) {
		if (!strcmp(frame_name((uint8_t)i), "unknown"))
			continue;
		snprintf(row, sizeof row, "\n| 0x%02x | %s | ", i,
			 frame_name((uint8_t)i));
		row_shown(row);
		known++;
	}
	ck_assert_uint_eq(known, 26);
}
END_TEST

START_TEST(every_reason_and_leave)
{
	char row[120];

	read_page();
	for (unsigned i = 0; i < REASON_COUNT; i++) {
		snprintf(row, sizeof row, "\n| %u | %s | ", i, reason_str(i));
		row_shown(row);
	}
	for (unsigned i = 0; i < LEAVE_COUNT; i++) {
		snprintf(row, sizeof row, "\n| %u | %s | ", i, leave_str(i));
		row_shown(row);
	}
}
END_TEST

/* "16,384", as the page writes it. */
static const char *with_comma(char to[static 16], unsigned n)
{
	if (n < 1000)
		snprintf(to, 16, "%u", n);
	else
		snprintf(to, 16, "%u,%03u", n / 1000, n % 1000);
	return to;
}

START_TEST(every_limit)
{
	static const struct {
		const char *what;
		unsigned n;
		const char *unit;
	} limit[] = {
		{ "payload of a frame", FRAME_PAYLOAD_MAX, " bytes" },
		{ "a name in DEST, a text for people (STR8)", TEXT_MAX - 1,
		  " bytes" },
		{ "user in LOGIN, name of a resource, gateway in RESULT",
		  USER_MAX - 1, " bytes" },
		{ "agent in LOGIN", sizeof((struct login *)0)->agent - 1,
		  " bytes" },
		{ "an answer", ANSWER_MAX - 1, " bytes" },
		{ "code in CODE", CODE_MAX - 1, " bytes" },
		{ "detail of a resource",
		  sizeof((struct resource_entry *)0)->detail - 1, " bytes" },
		{ "prompts in a PROMPT, answers in an ANSWER", PROMPT_MAX, "" },
		{ "spare ports in an OPEN, `spares` in an EXPECT", SPARE_MAX,
		  "" },
		{ "targets in an EXPECT", TARGET_MAX, "" },
		{ "port ranges of a resource", RANGE_MAX, "" },
		{ "channels of a session", SESSION_CHANNELS, "" },
		{ "DATA before OPENED", CREDIT_START, " bytes" },
	};
	char row[160], n[16];

	ck_assert_uint_eq(TEXT_MAX, HOST_MAX);
	ck_assert_uint_eq(USER_MAX, LABEL_MAX);
	read_page();
	for (size_t i = 0; i < sizeof limit / sizeof limit[0]; i++) {
		snprintf(row, sizeof row, "\n| %s | %s%s | ", limit[i].what,
			 with_comma(n, limit[i].n), limit[i].unit);
		row_shown(row);
	}
}
END_TEST

SUITE("protocol", the_login, the_tunnel, a_channel, alive_and_the_end,
      every_command, every_reason_and_leave, every_limit)
