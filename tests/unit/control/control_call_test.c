/* SPDX-License-Identifier: BSD-2-Clause */
/* control_call_test.c - what a command hears from a server, good or bad. */
#include "control/control_call.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

static char dir[40], path[60];
static struct control_call call;
static int err;

static void open_dir(void)
{
	snprintf(dir, sizeof dir, "/tmp/adit-call-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/sock", dir);
	call = (struct control_call){
		.side = &control_aditd,
		.path = path,
		.timeout = 10,
	};
}

/* In a process of its own: one connection gets `text`. */
static void serve(int listener, const char *text, size_t n)
{
	char request[200];
	int fd = accept(listener, NULL, NULL);

	if (fd < 0 || recv(fd, request, sizeof request, 0) < 0 ||
	    send(fd, text, n, MSG_NOSIGNAL) != (ssize_t)n)
		_exit(1);
	_exit(0);
}

typedef json_t *ask_fn(struct control_call *, json_t *request, int *err);

static json_t *ask_that_says(ask_fn *ask, const char *text, size_t n)
{
	struct control_socket s;
	char why[200];
	json_t *answer;
	int status = -1;
	pid_t pid;

	open_dir();
	ck_assert_int_eq(control_socket_open(&s, &control_aditd, path, why,
					     sizeof why),
			 0);
	ck_assert_int_eq(fcntl(s.fd, F_SETFL, 0), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid)
		serve(s.fd, text, n);
	answer = ask(&call, json_pack("{s:s}", "command", "x"), &err);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	control_socket_close(&s);
	ck_assert_int_eq(rmdir(dir), 0);
	return answer;
}

static json_t *exchange(const char *text)
{
	return ask_that_says(control_call_exchange, text, strlen(text));
}

static void says(const char *part)
{
	ck_assert_msg(strstr(call.why, part), "\"%s\" lacks \"%s\"", call.why,
		      part);
}

START_TEST(answers)
{
	json_t *answer = exchange("{\"n\":7}\n");

	ck_assert_int_eq(err, 0);
	ck_assert_str_eq(call.why, "");
	ck_assert(call.connected);
	ck_assert_int_eq(call.pid, getpid());
	ck_assert_int_eq(json_integer_value(json_object_get(answer, "n")), 7);
	json_decref(answer);
}
END_TEST

START_TEST(errors_are_answers_or_not)
{
	static const char text[] = "{\"error\":\"no such user\"}\n";
	json_t *answer = exchange(text);

	ck_assert_int_eq(err, 0);
	ck_assert_ptr_nonnull(json_object_get(answer, "error"));
	json_decref(answer);
	answer = ask_that_says(control_call_ask, text, strlen(text));
	ck_assert_ptr_null(answer);
	ck_assert_int_eq(err, ERR_DENIED);
	ck_assert_str_eq(call.why, "no such user");
}
END_TEST

START_TEST(no_answers)
{
	ck_assert_ptr_null(exchange(""));
	ck_assert_int_eq(err, ERR_CLOSED);
	says(geteuid() ? "only root" : "try again");
	ck_assert_ptr_null(exchange("[]\n"));
	ck_assert_int_eq(err, ERR_PROTO);
	says("no answer from aditd");
	ck_assert_ptr_null(exchange("{\"half\":"));
	ck_assert_int_eq(err, ERR_PROTO);
	ck_assert_ptr_null(exchange("{\n"));
	ck_assert_int_eq(err, ERR_PROTO);
}
END_TEST

START_TEST(nobody_there)
{
	char longer[200];

	open_dir();
	ck_assert_ptr_null(control_call_exchange(&call, json_object(), &err));
	ck_assert_int_eq(err, ERR_NOTFOUND);
	ck_assert_int_eq(call.error, ENOENT);
	ck_assert(!call.connected);
	says("is it running?");
	snprintf(longer, sizeof longer, "%s/%0150d", dir, 0);
	call.path = longer;
	ck_assert_ptr_null(control_call_exchange(&call, json_object(), &err));
	ck_assert_int_eq(err, ERR_SYS);
	ck_assert_int_eq(call.error, ENAMETOOLONG);
	says("cannot reach aditd");
	ck_assert_ptr_null(control_call_exchange(&call, NULL, &err));
	ck_assert_int_eq(err, ERR_NOMEM);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

SUITE("control/control_call", answers, errors_are_answers_or_not, no_answers,
      nobody_there)
