/* SPDX-License-Identifier: BSD-2-Clause */
/* agent_control_test.c - the agent's control socket under bad conditions. */
#include "adit/agent_control.h"
#include "agent/rig.h"
#include "run/redirect.h"
#include "run/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

static char dir[40], path[80];
static struct agent_control *server;
static unsigned downs;

static void on_down(void *ctx)
{
	(void)ctx;
	downs++;
}

static char given[100];

static bool on_password(void *ctx, const char *password)
{
	(void)ctx;
	snprintf(given, sizeof given, "%s", password);
	return password[0];
}

static char spare[80];
static struct runs runs;
static struct redirect redirect;

static void start(void)
{
	struct agent_control_conf conf = { .path = path,
					   .spare = { NULL, spare },
					   .on_down = on_down,
					   .on_password = on_password };
	char why[600];

	rig_open();
	rig_up();
	snprintf(dir, sizeof dir, "/tmp/adit-control-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/sock", dir);
	snprintf(spare, sizeof spare, "%s/spare/sock", dir);
	conf.loop = &rig.loop;
	conf.agent = rig.agent;
	runs = (struct runs){
		.agent = rig.agent,
		.state_dir = dir,
		.profile = "agent",
	};
	runs_init(&runs);
	redirect.agent = runs.agent;
	redirect_init(&redirect);
	conf.runs = &runs;
	conf.redirect = &redirect;
	server = agent_control_new(&conf, why, sizeof why);
	ck_assert_msg(server != NULL, "%s", why);
}

static void stop(void)
{
	agent_control_free(server);
	redirect_fini(&redirect);
	runs_fini(&runs);
	ck_assert_int_eq(rmdir(dir), 0);
	rig_close();
}

static int client(const char *request)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", path);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	ck_assert_int_eq(send(fd, request, strlen(request), 0),
			 (ssize_t)strlen(request));
	return fd;
}

/* The whole answer, until the agent closes. */
static void answer(int fd, char *to, size_t cap)
{
	size_t have = 0;
	ssize_t n;

	while ((n = recv(fd, to + have, cap - 1 - have, 0))) {
		ck_assert_uint_lt(have, cap - 1);
		if (n > 0)
			have += (size_t)n;
		else
			ev_run(rig.loop.ev, EVRUN_ONCE);
	}
	to[have] = 0;
	close(fd);
}

START_TEST(answers)
{
	char text[4096];

	start();
	answer(client("{\"command\":\"status\"}\n"), text, sizeof text);
	ck_assert_ptr_nonnull(strstr(text, "\"connected\""));
	answer(client("{\"command\":\"stop\"}\n"), text, sizeof text);
	ck_assert_ptr_nonnull(strstr(text, "\"answer\""));
	answer(client("{\"command\":\"start\"}\n"), text, sizeof text);
	ck_assert_ptr_nonnull(strstr(text, "\"answer\""));
	answer(client("{\"command\":\"down\"}\n"), text, sizeof text);
	ck_assert_uint_eq(downs, 1);
	stop();
}
END_TEST

START_TEST(nonsense)
{
	static const char *const bad[] = {
		"\n",
		"{\n",
		"[]\n",
		"{}\n",
		"{\"command\":1}\n",
		"{\"command\":\"\\u0000\"}\n",
		"{\"command\":\"no\"}\n",
		"{\"command\":\"map\",\"resource\":1}\n",
		"\xff\xfe\n",
		"{\"command\":\"map\",\"resource\":\"echo\",\"host\":\"a b\"}\n",
		"{\"command\":\"why\",\"host\":\"a b\",\"port\":1}\n",
		"{\"command\":\"why\",\"host\":\"a\",\"port\":65536}\n",
		"{\"command\":\"why\",\"port\":1}\n",
	};
	char text[4096];

	start();
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		answer(client(bad[i]), text, sizeof text);
		ck_assert_ptr_nonnull(strstr(text, "\"error\""));
	}
	stop();
}
END_TEST

/* A client that leaves (`adit start`, interrupted) does not stop what it asked
 * for. */
START_TEST(gone_while_asking)
{
	int fd;

	start();
	agent_stop(rig.agent, told, &rig.stop);
	UNTIL(!rig.tunnel);
	fd = client("{\"command\":\"start\"}\n");
	UNTIL(agent_state(rig.agent) != AGENT_STOPPED);
	close(fd);
	UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	rig_turns();
	stop();
}
END_TEST

/* 50 ms of the loop as it runs by itself. */
static void poll_loop(void)
{
	uint64_t until = clock_now_us() + 50000;

	while (clock_now_us() < until)
		ev_run(rig.loop.ev, EVRUN_ONCE);
}

START_TEST(out_of_descriptors)
{
	struct rlimit old, few;
	unsigned before;
	char text[4096];
	int fd, next;

	start();
	fd = client("{\"command\":\"status\"}\n");
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	next = dup(fd);
	close(next);
	few = old;
	few.rlim_cur = (rlim_t)next;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	before = ev_iteration(rig.loop.ev);
	poll_loop();
	/* A pause between two tries: it does not spin. */
	ck_assert_uint_lt(ev_iteration(rig.loop.ev) - before, 40);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	answer(fd, text, sizeof text);
	ck_assert_ptr_nonnull(strstr(text, "\"connected\""));
	stop();
}
END_TEST

/* The socket is removed; later another file takes its name. */
START_TEST(socket_that_is_gone)
{
	char why[600], text[2000], other[80];
	int fd;

	start();
	ck_assert_int_eq(agent_control_renew(server, why, sizeof why), 0);
	fd = client("{\"command\": \"status\"}\n");
	answer(fd, text, sizeof text);
	ck_assert_ptr_nonnull(strstr(text, "\"connected\""));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(agent_control_renew(server, why, sizeof why), 0);
	ck_assert_str_eq(agent_control_path(server), path);
	fd = client("{\"command\": \"status\"}\n");
	answer(fd, text, sizeof text);
	ck_assert_ptr_nonnull(strstr(text, "\"connected\""));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(agent_control_renew(server, why, sizeof why), 0);
	ck_assert_str_eq(agent_control_path(server), spare);
	snprintf(other, sizeof other, "%s", path);
	snprintf(path, sizeof path, "%s", spare);
	fd = client("{\"command\": \"status\"}\n");
	answer(fd, text, sizeof text);
	ck_assert_ptr_nonnull(strstr(text, "\"connected\""));
	agent_control_free(server);
	server = NULL;
	ck_assert_int_eq(access(spare, F_OK), -1);
	ck_assert_int_eq(rmdir(other), 0);
	snprintf(spare, sizeof spare, "%s/spare", dir);
	ck_assert_int_eq(rmdir(spare), 0);
	stop();
}
END_TEST

/* Another file that took the place of the socket is not removed. */
START_TEST(not_its_own)
{
	FILE *f;

	start();
	ck_assert_int_eq(unlink(path), 0);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fclose(f);
	agent_control_free(server);
	server = NULL;
	ck_assert_int_eq(unlink(path), 0);
	stop();
}
END_TEST

/* ---- other users --------------------------------------------------------- */

enum { NOBODY = 65534 };

/* A program of another user, to which the modes of files are no obstacle. */
static int ask_as_nobody(void)
{
	static const char request[] = "{\"command\":\"status\"}\n";
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char c;

	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", path);
	if (setgid(NOBODY) || setuid(NOBODY) ||
	    connect(fd, (struct sockaddr *)&sun, sizeof sun))
		return 2;
	(void)!send(fd, request, strlen(request), MSG_NOSIGNAL);
	return recv(fd, &c, 1, 0) > 0;
}

START_TEST(another_user)
{
	int status = -1;
	pid_t pid;

	if (geteuid())
		return;
	start();
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(chmod(path, 0666), 0);
	pid = fork();
	if (!pid)
		_exit(ask_as_nobody());
	UNTIL(waitpid(pid, &status, WNOHANG) == pid);
	ck_assert_int_eq(status, 0);
	stop();
}
END_TEST

/* The mode of the socket does not depend on the umask. */
START_TEST(nobody_else_may_connect)
{
	mode_t before = umask(0);
	struct stat st;

	start();
	umask(before);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 077, 0);
	stop();
}
END_TEST

static void no_place(const char *where, const char *part)
{
	struct agent_control_conf conf = { .path = where, .loop = &rig.loop };
	char why[600] = "";

	ck_assert_ptr_null(agent_control_new(&conf, why, sizeof why));
	ck_assert_msg(strstr(why, part) != NULL, "%s", why);
}

/* Somebody who may write into the folder could replace the socket by another
 * one. */
START_TEST(folders_of_others)
{
	char other[80];

	start();
	snprintf(other, sizeof other, "%s/other", dir);
	ck_assert_int_eq(chmod(dir, 0777), 0);
	no_place(other, "others may write there");
	ck_assert_int_eq(chmod(dir, 0700), 0);
	if (!geteuid())
		ck_assert_int_eq(chown(dir, NOBODY, NOBODY), 0);
	no_place(geteuid() ? "/adit.sock" : other, "not to you");
	stop();
}
END_TEST

/* For adit passwd: which session goes on, and what the next login says. */
START_TEST(another_password)
{
	char text[400];
	int fd;

	start();
	fd = client("{\"command\":\"session\"}\n");
	answer(fd, text, sizeof text);
	ck_assert_msg(strstr(text, "\"session\":\"99\"") &&
			      strstr(text, "\"user\":\"alice\""),
		      "%s", text);
	fd = client("{\"command\":\"password\",\"password\":\"new\"}\n");
	answer(fd, text, sizeof text);
	ck_assert_str_eq(text, "{\"answer\":{}}\n");
	ck_assert_str_eq(given, "new");
	fd = client("{\"command\":\"password\",\"password\":\"\"}\n");
	answer(fd, text, sizeof text);
	ck_assert_ptr_nonnull(strstr(text, "error"));
	fd = client("{\"command\":\"password\"}\n");
	answer(fd, text, sizeof text);
	ck_assert_ptr_nonnull(strstr(text, "error"));
	stop();
}
END_TEST

SUITE("adit/agent_control", answers, nonsense, gone_while_asking,
      out_of_descriptors, socket_that_is_gone, not_its_own, another_user,
      nobody_else_may_connect, folders_of_others, another_password)
