/* SPDX-License-Identifier: BSD-2-Clause */
/* background_test.c - the agent in a process of its own, and what `adit up`
 * hears of it. */
#include "adit/daemon.h"

#include "adit/lock.h"
#include "adit/password.h"
#include "adit/user.h"
#include "base/folders.h"
#include "suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct agent_conf *conf;
static json_t *reported; /* the last report */
static unsigned waits;
static pid_t agent; /* while it waits for a gateway */

static void on_report(void *ctx, const json_t *report)
{
	struct lock_holder h = { .pid = 0 };

	(void)ctx;
	json_decref(reported);
	reported = json_deep_copy(report);
	if (!json_object_get(report, "waiting") || waits++)
		return;
	/* It runs; SIGTERM ends it, and `adit up` with it. */
	ck_assert(lock_find(&h, conf->state_dir, conf->profile));
	agent = h.pid;
	ck_assert(lock_signal(&h, conf->state_dir, conf->profile, SIGTERM));
}

/* A gateway that is not there: nobody listens at port 1 of this machine. */
static void open_conf(void)
{
	struct conf_errors e = { .file = "adit" };

	user_open();
	user.flags.gateway = "127.0.0.1:1";
	conf = agent_conf_load(&user.flags, &e);
	ck_assert_msg(conf != NULL, "%s", e.text[0]);
	waits = 0;
}

static void close_conf(void)
{
	agent_conf_free(conf);
	json_decref(reported);
	reported = NULL;
	user_close();
}

/* The exit status of `adit up`.  What is printed is in stage_err. */
static int run(void)
{
	struct daemon_conf d = {
		.conf = conf,
		.flags = user.flags,
		.password = password_new(),
		.report = on_report,
	};
	pid_t up = getpid();
	int status;

	stage_begin();
	status = daemon_background(&d);
	if (getpid() != up)
		_exit(status); /* this was the agent */
	stage_end();
	password_free(d.password);
	return status;
}

static const char *said(const char *key)
{
	const char *text = json_string_value(json_object_get(reported, key));

	return text ? text : "";
}

START_TEST(failure_is_reported)
{
	open_conf();
	conf->once = true;
	ck_assert_int_eq(run(), CLI_FAILED);
	STAGE_HAS(said("error"), "127.0.0.1:1");
	STAGE_HAS(stage_read("state/adit/agent.log"), "127.0.0.1:1");
	close_conf();
}
END_TEST

START_TEST(reports_while_it_waits)
{
	open_conf();
	ck_assert_int_eq(run(), CLI_FAILED);
	ck_assert_uint_eq(waits, 1);
	ck_assert_int_ne(agent, getpid());
	STAGE_HAS(said("error"), "ended before it was logged in");
	/* Nothing is left when the command returns. */
	ck_assert_int_eq(kill(agent, 0), -1);
	ck_assert_int_ne(access(stage_path("sock"), F_OK), 0);
	close_conf();
}
END_TEST

START_TEST(log_does_not_grow_for_ever)
{
	struct stat st;

	open_conf();
	conf->once = true;
	ck_assert_int_eq(folders_make(conf->state_dir), 0);
	stage_write("state/adit/agent.log", "old\n");
	ck_assert_int_eq(run(), CLI_FAILED);
	STAGE_HAS(stage_read("state/adit/agent.log"), "old\n");
	ck_assert_int_eq(
		truncate(stage_path("state/adit/agent.log"), (1 << 20) + 1), 0);
	ck_assert_int_eq(run(), CLI_FAILED);
	STAGE_HAS_NOT(stage_read("state/adit/agent.log"), "old\n");
	ck_assert_int_eq(stat(stage_path("state/adit/agent.log.old"), &st), 0);
	ck_assert_int_eq(st.st_size, (1 << 20) + 1);
	close_conf();
}
END_TEST

/* The agent does not write its log through a symbolic link, which somebody else
 * could have made. */
START_TEST(log_that_is_a_link)
{
	open_conf();
	ck_assert_int_eq(folders_make(conf->state_dir), 0);
	ck_assert_int_eq(
		symlink("../../target", stage_path("state/adit/agent.log")), 0);
	ck_assert_int_eq(run(), CLI_FAILED);
	STAGE_HAS(stage_err, "agent.log: ");
	STAGE_HAS(stage_err, "XDG_STATE_HOME");
	ck_assert_int_ne(access(stage_path("target"), F_OK), 0);
	close_conf();
}
END_TEST

SUITE("adit/background", failure_is_reported, reports_while_it_waits,
      log_does_not_grow_for_ever, log_that_is_a_link)
