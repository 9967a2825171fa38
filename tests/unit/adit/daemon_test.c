/* SPDX-License-Identifier: BSD-2-Clause */
/* daemon_test.c - how an agent begins and ends: what it reports to `adit up`,
 * and what it answers to commands. */
#include "adit/daemon.h"

#include "adit/agent_call.h"
#include "adit/background.h"
#include "adit/lock.h"
#include "adit/password.h"
#include "adit/user.h"
#include "base/err.h"
#include "base/folders.h"
#include "suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct agent_conf *conf;
static char password[PASSWORD_CAP] = "secret";
static json_t *reported; /* the last report */
static unsigned waits;
static void (*while_it_waits)(void);

static void on_report(void *ctx, const json_t *report)
{
	(void)ctx;
	json_decref(reported);
	reported = json_deep_copy(report);
	if (!json_object_get(report, "waiting"))
		return;
	if (!waits++ && while_it_waits)
		while_it_waits();
}

/* A gateway that is not there: nobody listens at port 1 of this machine. */
static void open_conf(const char *more)
{
	struct conf_errors e = { .file = "adit" };
	char text[600];

	user_open();
	snprintf(text, sizeof text,
		 "[agent]\ngateway = 127.0.0.1:1\nuser = alice\n"
		 "control = %s\n%s",
		 stage_path("sock"), more);
	stage_write("adit.ini", text);
	conf = agent_conf_load(&user.flags, &e);
	ck_assert_msg(conf != NULL, "%s", e.text[0]);
	while_it_waits = NULL;
	waits = 0;
}

static void close_conf(void)
{
	agent_conf_free(conf);
	json_decref(reported);
	reported = NULL;
	user_close();
}

static int serve(int parent)
{
	const struct daemon_conf d = {
		.conf = conf,
		.flags = user.flags,
		.password = password,
		.report = on_report,
	};

	return parent < 0 ? daemon_foreground(&d) : daemon_serve(&d, parent);
}

static const char *said(const char *key)
{
	const char *text = json_string_value(json_object_get(reported, key));

	return text ? text : "";
}

START_TEST(no_gateway_once)
{
	open_conf("");
	conf->once = true;
	ck_assert_int_eq(serve(-1), CLI_FAILED);
	STAGE_HAS(said("error"), "127.0.0.1:1");
	ck_assert(!json_is_true(json_object_get(reported, "again")));
	ck_assert_int_ne(access(stage_path("sock"), F_OK), 0);
	close_conf();
}
END_TEST

static void end_by_signal(void)
{
	ck_assert_int_eq(kill(getpid(), SIGTERM), 0);
}

START_TEST(ended_while_it_waits)
{
	open_conf("");
	while_it_waits = end_by_signal;
	ck_assert_int_eq(serve(-1), CLI_FAILED);
	ck_assert_uint_eq(waits, 1);
	STAGE_HAS(said("error"), "ended before it was logged in");
	close_conf();
}
END_TEST

/* Ctrl-C at `adit up`: the agent ends too, and reports to nobody. */
START_TEST(up_is_gone)
{
	int ends[2];

	open_conf("");
	ck_assert_int_eq(pipe(ends), 0);
	close(ends[0]);
	ck_assert_int_eq(serve(ends[1]), CLI_FAILED);
	ck_assert_str_eq(said("error"), "");
	close(ends[1]);
	close_conf();
}
END_TEST

/* In a process of its own: it holds the lock until it is killed. */
static pid_t other_agent(void)
{
	struct lock l;
	int ends[2];
	char byte;
	pid_t pid;

	ck_assert_int_eq(folders_make(conf->state_dir), 0);
	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (!pid) {
		if (lock_take(&l, conf->state_dir, conf->profile) ||
		    write(ends[1], "y", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	ck_assert_int_eq(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	return pid;
}

START_TEST(another_agent_runs)
{
	char part[40];
	pid_t pid;

	open_conf("");
	pid = other_agent();
	ck_assert_int_eq(serve(-1), CLI_FAILED);
	ck_assert(json_is_true(json_object_get(reported, "taken")));
	snprintf(part, sizeof part, "(process %d)", (int)pid);
	STAGE_HAS(said("error"), part);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close_conf();
}
END_TEST

START_TEST(no_control_socket)
{
	open_conf("");
	stage_write("sock", "a file that is no socket");
	ck_assert_int_eq(serve(-1), CLI_FAILED);
	STAGE_HAS(said("error"), "no socket");
	close_conf();
}
END_TEST

/* ---- commands ------------------------------------------------------------ */

static int exit_status;
static pid_t commander;

/* In a process of its own: commands of `adit` to this agent, one behind the
 * other; the last one ends it. */
static void command(void)
{
	struct agent_call call;
	json_t *answer;
	int err, status;

	commander = fork();
	if (commander)
		return;
	agent_call_init(&call, 10);
	call.call.path = stage_path("sock");
	status = cmd_status(&user) != CLI_FAILED; /* not connected */
	stage_write("adit.ini", "[agent]\ncolour = blue\n");
	answer = agent_call_ask(&call, json_pack("{s:s}", "command", "reload"),
				&err);
	status |= 2 * (answer || err != ERR_DENIED ||
		       !strstr(call.call.why, "colour"));
	stage_write("adit.ini", "[agent]\ngateway = 127.0.0.1:1\nuser = alice\n"
				"socks = none\n");
	answer = agent_call_ask(&call, json_pack("{s:s}", "command", "reload"),
				&err);
	status |= 4 * !json_is_array(json_object_get(answer, "changed"));
	answer = agent_call_ask(&call, json_pack("{s:s}", "command", "down"),
				&err);
	status |= 8 * (json_integer_value(json_object_get(answer, "pid")) !=
		       getppid());
	_exit(status);
}

START_TEST(commands)
{
	open_conf("");
	while_it_waits = command;
	ck_assert_int_eq(serve(-1), CLI_FAILED);
	STAGE_HAS(said("error"), "ended before it was logged in");
	ck_assert_int_eq(waitpid(commander, &exit_status, 0), commander);
	ck_assert_int_eq(exit_status, 0);
	close_conf();
}
END_TEST

SUITE("adit/daemon", no_gateway_once, ended_while_it_waits, up_is_gone,
      another_agent_runs, no_control_socket, commands)
