/* SPDX-License-Identifier: BSD-2-Clause */
/* web_side_test.c - the monitor's end of the web process: where it listens,
 * questions, another one after one that ended or said nonsense. */
#include "monitor_rig.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

/* The kernel chooses no port that a file could name, so a name in the rig's
 * folder. */
static struct rig_child *begin(void)
{
	struct conf_errors e = { .file = "aditd.ini" };
	static struct msg msg;
	char name[128];

	rig_init("");
	snprintf(name, sizeof name, "%s/metrics", rig.dir);
	ck_assert_int_eq(name_list_add(&rig.m.now.config->conf->server.metrics,
				       name),
			 0);
	ck_assert_int_eq(web_listeners_open(&rig.m.now.web,
					    &(struct web_listeners){ 0 },
					    rig.m.now.config->conf, &e),
			 0);
	web_side_renew(rig.m.web);
	ck_assert_uint_eq(rig.nchildren, 1);
	ck_assert_str_eq(rig.child[0].role, "aditd: web");
	ck_assert_int_eq(web_side_pid(rig.m.web), rig.child[0].pid);
	ck_assert_int_eq(msg_recv(rig.child[0].fd[0], &msg), 0);
	ck_assert_int_eq(msg.type, MSG_WEB_LISTEN);
	ck_assert_uint_eq(msg.nfds, 1);
	msg_close_fds(&msg);
	return &rig.child[0];
}

static void turn(void)
{
	ev_run(rig.m.loop, EVRUN_NOWAIT);
}

/* The text of the answer to `id`. */
static const char *hears(struct rig_child *c, uint32_t id)
{
	static struct msg msg;
	static struct buf text;

	buf_fini(&text);
	ck_assert_int_eq(msg_recv(c->fd[0], &msg), 0);
	ck_assert_int_eq(msg.type, MSG_WEB_ANSWER);
	ck_assert_uint_eq(msg.id, id);
	ck_assert_uint_eq(msg.nfds, 1);
	ck_assert_int_eq(msg_memfd_read(msg.fds[0], &text, CONTROL_MAX), 0);
	msg_close_fds(&msg);
	return (char *)buf_ptr(&text);
}

START_TEST(none_is_needed)
{
	rig_init("");
	web_side_renew(rig.m.web);
	ck_assert_uint_eq(rig.nchildren, 0);
	ck_assert_int_eq(web_side_pid(rig.m.web), 0);
	web_side_answer(rig.m.web, 1, json_object());
	rig_fini();
}
END_TEST

/* Without a worker the monitor tells what it knows itself. */
START_TEST(the_monitor_alone)
{
	struct rig_child *c = begin();
	const char *text;

	/* The process before this one has asked. */
	web_side_answer(rig.m.web, 6, json_object());
	rig_says(c, MSG_WEB_ASK, 7, NULL);
	turn();
	text = hears(c, 7);
	ck_assert_ptr_nonnull(strstr(text, "\"ready\":false"));
	ck_assert_ptr_nonnull(strstr(text, "\"certificates\":[{"));
	ck_assert_ptr_null(strstr(text, "\"channels\""));
	rig_fini();
}
END_TEST

START_TEST(the_worker_is_asked)
{
	struct rig_child *c = begin(), *worker = rig_start();
	static struct msg msg;
	const char *text;

	rig_says(c, MSG_WEB_ASK, 8, NULL);
	turn();
	ck_assert_int_eq(rig_hears(worker, &msg), MSG_CONTROL);
	rig_replies(worker, msg.id, "{\"channels\": 3}");
	rig_turn();
	text = hears(c, 8);
	ck_assert_ptr_nonnull(strstr(text, "\"channels\":3"));
	ck_assert_ptr_nonnull(strstr(text, "\"ready\":true"));
	/* One that ends owes an answer. */
	rig_says(c, MSG_WEB_ASK, 9, NULL);
	turn();
	rig_ends(rig.m.worker, 9);
	ck_assert_ptr_nonnull(strstr(hears(c, 9), "\"error\""));
	rig_fini();
}
END_TEST

START_TEST(nonsense)
{
	static const struct {
		uint8_t type;
		uint32_t id;
		const char *text;
	} all[] = {
		{ MSG_WEB_ASK, 0, NULL },   /* no question has this number */
		{ MSG_WEB_ASK, 1, "text" }, /* nor bytes */
		{ MSG_AUTH, 1, NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct rig_child *c = begin();

		rig_says(c, all[i].type, all[i].id, all[i].text);
		turn();
		ck_assert(rig_logged("the web process is killed: it sent a "
				     "malformed message"));
		rig_fini();
	}
}
END_TEST

SUITE("web_side", none_is_needed, the_monitor_alone, the_worker_is_asked,
      nonsense)
