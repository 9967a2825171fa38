/* SPDX-License-Identifier: BSD-2-Clause */
/* control_server_test.c - conversations on a control socket, and who has them. */
#include "control/control_server.h"

#include "control/control_limits.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct rig {
	char dir[64], path[96];
	struct ev_loop *loop;
	struct control_server *control;
	unsigned asked;
	bool late;    /* the answer comes from the test */
	bool patient; /* it may take any time */
	uint32_t client;
};

static void on_ask(void *ctx, uint32_t client, const json_t *request)
{
	struct rig *r = ctx;
	json_t *j = (json_t *)(uintptr_t)request;

	r->asked++;
	r->client = client;
	if (!r->late)
		control_server_reply(r->control, client,
				     json_pack("{s:O}", "echo", j));
}

static void rig_paths(struct rig *r)
{
	snprintf(r->dir, sizeof r->dir, "/tmp/adit-control-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(r->dir));
	snprintf(r->path, sizeof r->path, "%s/sock", r->dir);
}

static void rig_open(struct rig *r, double timeout)
{
	struct control_server_conf conf = { .side = &control_aditd,
					    .asked = on_ask,
					    .ctx = r,
					    .timeout = timeout,
					    .answer_timeout = r->patient ?
								      0 :
								      timeout };
	char why[400] = "";

	if (!r->dir[0])
		rig_paths(r);
	r->loop = ev_loop_new(EVFLAG_NOENV);
	conf.loop = r->loop;
	conf.path = r->path;
	r->control = control_server_new(&conf, why, sizeof why);
	ck_assert_msg(r->control != NULL, "%s", why);
}

static void rig_close(struct rig *r)
{
	control_server_free(r->control);
	ck_assert_int_ne(access(r->path, F_OK), 0);
	ev_loop_destroy(r->loop);
	rmdir(r->dir);
}

static int dial(struct rig *r)
{
	int fd = control_socket_dial(r->path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

static void turn(struct rig *r)
{
	ev_run(r->loop, EVRUN_NOWAIT);
}

/* What comes until the other side closes. */
static size_t hear(struct rig *r, int fd, char *dst, size_t cap)
{
	size_t n = 0;
	ssize_t k = -1;

	for (int i = 0; i < 20000000 && n + 1 < cap && k != 0; i++) {
		turn(r);
		k = recv(fd, dst + n, cap - 1 - n, 0);
		n += k > 0 ? (size_t)k : 0;
		if (k < 0 && errno != EAGAIN)
			break;
	}
	dst[n] = 0;
	ck_assert_msg(k == 0 || (k < 0 && errno == ECONNRESET),
		      "the conversation does not end");
	return n;
}

static void say(int fd, const char *text)
{
	ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL),
			 (int)strlen(text));
}

START_TEST(lines)
{
	static const char *const bad[] = {
		"\n",
		"[]\n",
		"17\n",
		"{\n",
		"{\"a\":1,\"a\":2}\n",
		"{\"a\":\"\xff\"}\n",
		"nonsense\n",
	};
	char why[200];
	json_t *j = control_server_parse((const uint8_t *)"{\"a\":1}\nrest", 12,
					 why, sizeof why);

	ck_assert_ptr_nonnull(j);
	json_decref(j);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		j = control_server_parse((const uint8_t *)bad[i],
					 strlen(bad[i]), why, sizeof why);
		ck_assert_ptr_null(j);
		ck_assert_msg(why[0], "nothing is said of %s", bad[i]);
	}
	ck_assert_ptr_null(control_server_parse((const uint8_t *)"{\"a\":1}", 7,
						why, sizeof why));
	ck_assert_str_eq(why, "");
	ck_assert_ptr_null(control_server_parse(NULL, 0, why, sizeof why));
	ck_assert_str_eq(why, "");
}
END_TEST

START_TEST(ask_and_answer)
{
	struct rig r = { 0 };
	char got[200];
	int fd;

	rig_open(&r, 10);
	fd = dial(&r);
	say(fd, "{\"comm");
	turn(&r);
	turn(&r);
	ck_assert_uint_eq(r.asked, 0);
	say(fd, "and\":\"x\"}\n");
	hear(&r, fd, got, sizeof got);
	ck_assert_str_eq(got, "{\"echo\":{\"command\":\"x\"}}\n");
	ck_assert_uint_eq(r.asked, 1);
	close(fd);
	rig_close(&r);
}
END_TEST

START_TEST(nonsense_is_answered)
{
	struct rig r = { 0 };
	char got[200], *big;
	int fd;

	rig_open(&r, 10);
	fd = dial(&r);
	say(fd, "GET / HTTP/1.0\n");
	hear(&r, fd, got, sizeof got);
	ck_assert_ptr_nonnull(strstr(got, "\"error\""));
	close(fd);
	fd = dial(&r);
	big = calloc(1, CONTROL_REQUEST_MAX + 1);
	memset(big, 'x', CONTROL_REQUEST_MAX);
	for (size_t at = 0; at < CONTROL_REQUEST_MAX; turn(&r)) {
		ssize_t n = send(fd, big + at, CONTROL_REQUEST_MAX - at,
				 MSG_NOSIGNAL);

		if (n > 0)
			at += (size_t)n;
	}
	hear(&r, fd, got, sizeof got);
	ck_assert_ptr_nonnull(strstr(got, "too long"));
	ck_assert_uint_eq(r.asked, 0);
	free(big);
	close(fd);
	rig_close(&r);
}
END_TEST

START_TEST(late_answers)
{
	struct rig r = { .late = true };
	char got[200];
	int fd, other;

	rig_open(&r, 10);
	fd = dial(&r);
	other = dial(&r);
	say(fd, "{}\n");
	for (int i = 0; i < 100 && !r.asked; i++)
		turn(&r);
	ck_assert_uint_eq(r.asked, 1);
	/* Nobody of that number, then the right one, then once more. */
	control_server_reply(r.control, r.client + 77, json_object());
	control_server_reply(r.control, r.client, json_pack("{s:i}", "n", 1));
	control_server_reply(r.control, r.client, json_pack("{s:i}", "n", 2));
	hear(&r, fd, got, sizeof got);
	ck_assert_str_eq(got, "{\"n\":1}\n");
	control_server_reply(r.control, r.client, json_object());
	close(fd);
	close(other);
	turn(&r);
	rig_close(&r);
}
END_TEST

START_TEST(silent_clients_go)
{
	struct rig r = { .late = true };
	int silent, waiting;
	char got[200];

	rig_open(&r, .1); /* to say something, on a busy machine */
	silent = dial(&r);
	waiting = dial(&r);
	say(waiting, "{}\n");
	ck_assert_uint_eq(hear(&r, silent, got, sizeof got), 0);
	hear(&r, waiting, got, sizeof got);
	ck_assert_ptr_nonnull(strstr(got, "no answer"));
	close(silent);
	close(waiting);
	rig_close(&r);
}
END_TEST

START_TEST(a_crowd)
{
	struct rig r = { 0 };
	char got[200];
	int fd[40];

	rig_open(&r, 10);
	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		fd[i] = i < 16 || i % 8 ? control_socket_dial(r.path) : -1;
		turn(&r);
	}
	for (size_t i = 0; i < ARRAY_LEN(fd) - 1; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	for (int i = 0; i < 50; i++)
		turn(&r);
	say(fd[39], "{}\n");
	ck_assert_int_eq(fcntl(fd[39], F_SETFL, O_NONBLOCK), 0);
	hear(&r, fd[39], got, sizeof got);
	ck_assert_str_eq(got, "{\"echo\":{}}\n");
	close(fd[39]);
	rig_close(&r);
}
END_TEST

/* A request without a timeout ends when its client leaves. */
START_TEST(client_that_leaves)
{
	struct rig r = { .late = true, .patient = true };
	int fd;

	rig_open(&r, 10);
	fd = dial(&r);
	say(fd, "{}\nmore");
	while (!r.asked)
		turn(&r);
	turn(&r);
	ck_assert_int_ge(control_server_client_fd(r.control, r.client), 0);
	close(fd);
	for (int i = 0; i < 100; i++)
		turn(&r);
	ck_assert_int_eq(control_server_client_fd(r.control, r.client), -1);
	control_server_reply(r.control, r.client, json_object());
	rig_close(&r);
}
END_TEST

/* What the program before an upgrade has left: its socket, and one who waits. */
START_TEST(adopted)
{
	struct rig r = { .late = true };
	struct control_server_conf conf = { .side = &control_aditd,
					    .asked = on_ask,
					    .ctx = &r,
					    .timeout = 10 };
	struct control_server *next;
	char got[200], why[200];
	uint32_t client;
	int fd;

	rig_open(&r, 10);
	fd = dial(&r);
	say(fd, "{}\n");
	while (!r.asked)
		turn(&r);
	conf.loop = r.loop;
	conf.path = r.path;
	conf.fd = dup(control_server_fd(r.control));
	next = control_server_new(&conf, why, sizeof why);
	ck_assert_ptr_nonnull(next);
	client = control_server_adopt(
		next, dup(control_server_client_fd(r.control, r.client)));
	ck_assert_uint_ne(client, 0);
	ck_assert_uint_eq(control_server_adopt(next, -1), 0);
	control_server_reply(next, client, json_pack("{s:i}", "n", 3));
	ck_assert_int_gt(recv(fd, got, sizeof got, 0), 0);
	ck_assert_int_eq(strncmp(got, "{\"n\":3}\n", 8), 0);
	control_server_free(next);
	close(fd);
	rig_close(&r);
}
END_TEST

START_TEST(errors_are_harmless)
{
	json_t *j = control_server_error("a\033%s", "\xff");

	ck_assert_str_eq(json_string_value(json_object_get(j, "error")),
			 "a\\x1b\\xff");
	json_decref(j);
	control_server_reply(NULL, 1, json_object());
}
END_TEST

enum { NOBODY = 65534 };

/* A program of another user, to which the modes of files are no obstacle. */
static int ask_as_nobody(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char c;

	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", path);
	if (setgid(NOBODY) || setuid(NOBODY) ||
	    connect(fd, (struct sockaddr *)&sun, sizeof sun))
		return 2;
	(void)!send(fd, "{}\n", 3, MSG_NOSIGNAL);
	return recv(fd, &c, 1, 0) > 0;
}

START_TEST(another_user)
{
	struct rig r = { .path = "" };
	int status = -1;
	pid_t pid;

	if (geteuid())
		return;
	rig_open(&r, 10);
	ck_assert_int_eq(chmod(r.dir, 0755), 0);
	ck_assert_int_eq(chmod(r.path, 0666), 0);
	pid = fork();
	if (!pid)
		_exit(ask_as_nobody(r.path));
	while (waitpid(pid, &status, WNOHANG) != pid)
		ev_run(r.loop, EVRUN_NOWAIT);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(r.asked, 0);
	rig_close(&r);
}
END_TEST

SUITE("control/control_server", another_user, lines, ask_and_answer,
      nonsense_is_answered, late_answers, silent_clients_go, a_crowd,
      client_that_leaves, adopted, errors_are_harmless)
