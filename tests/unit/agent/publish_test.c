/* SPDX-License-Identifier: BSD-2-Clause */
/* publish_test.c - what an agent publishes, and what a gateway may reach. */
#include "rig.h"

#include "base/err.h"
#include "base/log.h"
#include "frame/publish.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static struct {
	unsigned times;
	char state[32], why[512];
} answer;

static void on_answer(void *ctx, json_t *published, const char *why)
{
	const char *state = json_string_value(
		json_object_get(published, "state"));

	(void)ctx;
	answer.times++;
	snprintf(answer.state, sizeof answer.state, "%s", state ? state : "");
	snprintf(answer.why, sizeof answer.why, "%s", why ? why : "");
	json_decref(published);
}

static void publish(const char *name, const char *to)
{
	memset(&answer, 0, sizeof answer);
	agent_publish(rig.agent, &(struct agent_publish_ask){
					 .name = name,
					 .to = to,
					 .fn = on_answer,
				 });
}

static void said(unsigned state, const char *name, const char *text)
{
	struct published p = { .state = (uint8_t)state };
	uint8_t data[600];

	snprintf(p.name, sizeof p.name, "%s", name);
	snprintf(p.text, sizeof p.text, "%s", text);
	rig_say(&(struct said){ FRAME_PUBLISHED, 0, 0, 0, data,
				pack_published(data, sizeof data, &p) });
}

/* A server of this machine, published as "web". */
static int with_server(struct addr *at)
{
	char to[ADDR_TEXT];
	int server;

	rig_open();
	rig_up();
	ck_assert(!addr_parse(at, "127.0.0.1", 0));
	server = tcp_listen(at, 8, false);
	ck_assert_int_ge(server, 0);
	*at = addr_local(server);
	publish("web", addr_str(at, to));
	UNTIL(rig.seen[FRAME_PUBLISH]);
	return server;
}

static void opens(const char *name)
{
	static uint32_t id = 900;
	struct open o = { .credit = 16384, .dest.port = 8080 };
	uint8_t p[512];

	snprintf(o.dest.host, sizeof o.dest.host, "%s", name);
	rig_say(&(struct said){ FRAME_OPEN, 0, 0, ++id, p,
				pack_open(p, sizeof p, &o) });
}

START_TEST(asked_and_answered)
{
	struct addr at;
	int server = with_server(&at);
	json_t *all;

	ck_assert_mem_eq(rig.payload[FRAME_PUBLISH], "\3web", 4);
	ck_assert_uint_eq(rig.last[FRAME_PUBLISH].len, 4);
	ck_assert_uint_eq(answer.times, 0);
	said(PUBLISHED_HERE, "other", "x"); /* nobody wants it */
	said(PUBLISHED_HERE, "web", "10.0.0.1:80");
	UNTIL(answer.times);
	ck_assert_str_eq(answer.state, "published");
	all = publish_status(rig.agent);
	ck_assert_str_eq(json_string_value(
				 json_object_get(json_array_get(all, 0), "at")),
			 "10.0.0.1:80");
	json_decref(all);
	said(200, "web", "of later times");
	rig_turns();
	ck_assert(agent_unpublish(rig.agent, "web"));
	ck_assert(!agent_unpublish(rig.agent, "web"));
	UNTIL(rig.seen[FRAME_PUBLISH] == 2);
	ck_assert_uint_eq(rig.last[FRAME_PUBLISH].len, 0);
	close(server);
	rig_close();
}
END_TEST

START_TEST(only_what_is_published)
{
	struct addr at;
	int server = with_server(&at), fd;
	struct reset r;

	opens("web");
	UNTIL(rig.seen[FRAME_OPENED]);
	ck_assert_int_ge(fd = tcp_accept(server, NULL), 0);
	opens("echo"); /* the name of a resource */
	UNTIL(rig.seen[FRAME_CLOSE]);
	ck_assert(!unpack_reset(&r, rig.payload[FRAME_CLOSE],
				rig.last[FRAME_CLOSE].len));
	ck_assert_uint_eq(r.reason, REASON_DENIED);
	ck_assert_str_eq(r.text, "it is not published");
	close(fd);
	close(server);
	rig_close();
}
END_TEST

START_TEST(a_server_that_is_not_there)
{
	struct addr at;
	struct reset r;

	close(with_server(&at));
	opens("web");
	UNTIL(rig.seen[FRAME_CLOSE]);
	ck_assert(!unpack_reset(&r, rig.payload[FRAME_CLOSE],
				rig.last[FRAME_CLOSE].len));
	ck_assert_uint_eq(r.reason, REASON_REFUSED);
	rig_close();
}
END_TEST

START_TEST(an_older_gateway)
{
	rig_open();
	rig_up();
	publish("web", "8080");
	ck_assert_uint_eq(answer.times, 0);
	rig_turns();
	publish("web", "8081"); /* asks once more, and who asked first hears */
	ck_assert_str_eq(answer.why, "another adit publish has taken over");
	rig_close();
	ck_assert_uint_eq(answer.times, 2);
	ck_assert_str_eq(answer.why, "it is not published any more");
}
END_TEST

START_TEST(again_after_fresh)
{
	struct addr at;
	int server = with_server(&at);

	said(PUBLISHED_HERE, "web", "");
	UNTIL(answer.times);
	rig_hang_up();
	UNTIL(rig.seen[FRAME_PUBLISH] == 2);
	ck_assert_mem_eq(rig.payload[FRAME_PUBLISH], "\3web", 4);
	close(server);
	rig_close();
}
END_TEST

START_TEST(malformed)
{
	struct addr at;
	int server = with_server(&at);

	rig_say(&(struct said){ FRAME_PUBLISHED, 0, 0, 0, "\0\3we", 4 });
	UNTIL(rig.attaches == 2 || rig.logins == 2);
	close(server);
	rig_close();
}
END_TEST

/* How often the log names what is published. */
static unsigned lines_of(FILE *log, const char *part)
{
	char line[1000];
	unsigned n = 0;

	rewind(log);
	while (fgets(line, sizeof line, log))
		n += strstr(line, part) != NULL;
	return n;
}

static bool is_state(const char *state)
{
	json_t *all = publish_status(rig.agent);
	json_t *is = json_object_get(json_array_get(all, 0), "state");
	bool same = !strcmp(json_string_value(is), state);

	json_decref(all);
	return same;
}

/* A gateway that answers over and over fills no log. */
START_TEST(answers_fill_no_log)
{
	int server, before = dup(STDERR_FILENO);
	FILE *log = tmpfile();
	struct addr at;

	ck_assert_ptr_nonnull(log);
	server = with_server(&at);
	fflush(stderr);
	ck_assert_int_ge(dup2(fileno(log), STDERR_FILENO), 0);
	log_start("publish_test", LOG_INFO);
	for (unsigned i = 0; i < 20; i++)
		said(PUBLISHED_HERE, "web", "192.0.2.1:80");
	said(PUBLISHED_TAKEN, "web", "another session publishes it");
	UNTIL(is_state("waiting"));
	ck_assert_uint_eq(lines_of(log, "publish web ("), 1);
	ck_assert_int_ge(dup2(before, STDERR_FILENO), 0);
	log_start("publish_test", LOG_ERROR);
	close(before);
	fclose(log);
	close(server);
	rig_close();
}
END_TEST

START_TEST(servers)
{
	static const char *const bad[] = { "",          "0",         "65536",
					   "x:80",      "127.0.0.1", ":80",
					   "1.2.3.4:0", "localhost:" };
	struct addr a;
	char text[ADDR_TEXT];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(agent_conf_server(bad[i], &a) == ERR_INVAL, "%s",
			      bad[i]);
	ck_assert(!agent_conf_server("80", &a));
	ck_assert_str_eq(addr_str(&a, text), "127.0.0.1:80");
	ck_assert(!agent_conf_server("localhost:81", &a));
	ck_assert_str_eq(addr_str(&a, text), "127.0.0.1:81");
	ck_assert(!agent_conf_server("[::1]:82", &a));
	ck_assert_str_eq(addr_str(&a, text), "[::1]:82");
}
END_TEST

SUITE("agent/publish", asked_and_answered, only_what_is_published,
      a_server_that_is_not_there, an_older_gateway, again_after_fresh,
      malformed, answers_fill_no_log, servers)
