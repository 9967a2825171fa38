/* SPDX-License-Identifier: BSD-2-Clause */
/* why_test.c - which resource a host and port lead to, and what the gateway
 * says of them. */
#include "rig.h"

#include "intercept/synthetic.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static json_t *answer;
static unsigned answers;

static void on_why(void *ctx, json_t *o)
{
	(void)ctx;
	answer = o;
	answers++;
}

/* `echo` has two names, `any` any host at another port, `wiki` a URL, and
 * `files` shows its host. */
static void begin(void)
{
	static const struct names_entry names = { 1, 2, { "*.y", "db.x" } };
	struct resource_entry e[] = { rig_entry("echo", 2000),
				      rig_entry("any", 2001),
				      rig_entry("wiki", 443),
				      rig_entry("files", 21) };
	uint8_t p[200];

	for (unsigned i = 0; i < ARRAY_LEN(e); i++)
		e[i].id = i + 1;
	e[1].flags = RESOURCE_ANY;
	e[2].service = SERVICE_WEBLINK;
	snprintf(e[2].detail, sizeof e[2].detail, "https://wiki.z/a");
	snprintf(e[3].detail, sizeof e[3].detail, "10.1.2.3, 10.1.2.4");
	rig_open();
	rig_up();
	rig_list(FLAG_FIRST, e, ARRAY_LEN(e));
	rig_say(&(struct said){ FRAME_NAMES, 0, 0, 0, p,
				pack_names(p, sizeof p, &names) });
	rig_list(FLAG_LAST, NULL, 0);
	UNTIL(resources_find(rig.agent, "files"));
	answers = 0;
}

/* The gateway's answer to the question, or NULL for an agent that cannot
 * ask. */
static void ask(const char *host, uint16_t port, const struct reset *says)
{
	unsigned seen = rig.seen[FRAME_OPEN];
	uint8_t p[300];

	agent_why(rig.agent,
		  &(struct agent_why_ask){ host, port, on_why, NULL });
	if (says) {
		UNTIL(rig.seen[FRAME_OPEN] > seen);
		ck_assert(rig.last[FRAME_OPEN].flags & FLAG_CHECK);
		rig_say(&(struct said){ FRAME_CLOSE, FLAG_RESET,
					rig.last[FRAME_OPEN].client_id, 0, p,
					pack_reset(p, sizeof p, says) });
		UNTIL(answers);
	}
	ck_assert_uint_eq(answers, 1);
	ck_assert_ptr_nonnull(answer);
	answers = 0;
}

static const char *text(const char *key)
{
	const char *t = json_string_value(json_object_get(answer, key));

	return t ? t : "null";
}

/* Of the i-th resource that matches. */
static const char *found(size_t i, const char *key)
{
	const char *t = json_string_value(json_object_get(
		json_array_get(json_object_get(answer, "resources"), i), key));

	return t ? t : "null";
}

static const struct reset granted = { .reason = REASON_GRANTED };

START_TEST(by_name)
{
	begin();
	ask("a.y", 2000, &granted);
	ck_assert_ptr_nonnull(memmem(rig.payload[FRAME_OPEN],
				     rig.last[FRAME_OPEN].len, "a.y", 3));
	ck_assert_str_eq(found(0, "name"), "echo");
	ck_assert_str_eq(found(0, "by"), "name");
	ck_assert_str_eq(found(0, "pattern"), "*.y");
	ck_assert_str_eq(found(1, "by"), "any");
	ck_assert_str_eq(text("policy"), "granted");
	ck_assert_str_eq(text("run"), "name");
	ck_assert_str_eq(text("nft"), "name");
	json_decref(answer);
	/* That any name leads to `any` is not told. */
	ask("other.z", 2001, &granted);
	ck_assert_str_eq(text("run"), "name");
	ck_assert_str_eq(text("nft"), "no name");
	json_decref(answer);
	rig_close();
}
END_TEST

START_TEST(by_url_and_host)
{
	begin();
	ask("wiki.z", 443, &granted);
	ck_assert_str_eq(found(1, "name"), "wiki");
	ck_assert_str_eq(found(1, "by"), "url");
	json_decref(answer);
	ask("10.1.2.4", 21, &granted);
	ck_assert_str_eq(found(1, "name"), "files");
	ck_assert_str_eq(found(1, "by"), "host");
	ck_assert_str_eq(text("run"), "address");
	ck_assert_str_eq(text("nft"), "no address");
	json_decref(answer);
	rig_close();
}
END_TEST

/* An address that stands for a name is asked about by name. */
START_TEST(by_address_of_a_name)
{
	char host[ADDR_TEXT];
	struct addr at;
	bool is_new;

	begin();
	ck_assert_int_eq(
		synthetic_get(rig.agent->synthetic, "db.x", &at, &is_new), 0);
	ask(addr_host(&at, host), 2000, &granted);
	ck_assert_ptr_nonnull(memmem(rig.payload[FRAME_OPEN],
				     rig.last[FRAME_OPEN].len, "db.x", 4));
	ck_assert_str_eq(text("nft"), "address");
	json_decref(answer);
	rig_close();
}
END_TEST

/* A question about the address of a listener is one about its resource. */
START_TEST(by_listener)
{
	struct addr at;
	char host[ADDR_TEXT];

	begin();
	at = rig_at("echo");
	ask(addr_host(&at, host), at.port, &granted);
	ck_assert_str_eq(found(0, "by"), "listener");
	ck_assert_uint_eq(rig.last[FRAME_OPEN].flags & FLAG_REAL, 0);
	json_decref(answer);
	rig_close();
}
END_TEST

START_TEST(refused)
{
	struct reset no = { .reason = REASON_DENIED, .text = "not-allowed" };
	struct aim aim = { .host = "DB.x", .port = 80 };

	begin();
	ask("db.x", 80, &no);
	ck_assert_str_eq(text("policy"), "not-allowed");
	ck_assert_ptr_nonnull(strstr(text("policy_text"), "aditctl why"));
	ck_assert(json_is_null(json_object_get(answer, "last")));
	/* A question is no refusal of a connection. */
	ck_assert_uint_eq(rig.agent->refusals.n, 0);
	json_decref(answer);
	refusals_note(&rig.agent->refusals, &aim, "refused", NULL, 1);
	no = (struct reset){ .reason = REASON_REFUSED };
	ask("db.x", 80, &no);
	ck_assert_str_eq(text("policy"), reason_str(REASON_REFUSED));
	ck_assert_str_eq(json_string_value(json_object_get(
				 json_object_get(answer, "last"), "reason")),
			 "refused");
	json_decref(answer);
	rig_close();
}
END_TEST

START_TEST(not_connected)
{
	begin();
	agent_stop(rig.agent, told, &rig.stop);
	ask("db.x", 80, NULL);
	ck_assert(json_is_null(json_object_get(answer, "policy")));
	ck_assert_ptr_nonnull(strstr(text("policy_text"), "adit status"));
	json_decref(answer);
	rig_close();
}
END_TEST

SUITE("agent/why", by_name, by_url_and_host, by_address_of_a_name, by_listener,
      refused, not_connected)
