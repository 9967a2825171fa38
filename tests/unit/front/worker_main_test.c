/* SPDX-License-Identifier: BSD-2-Clause */
/* worker_main_test.c - the worker process from its first message to its end, with
 * the test as its monitor. */
#include "process/sanitized.h"

#include <stdio.h>

/* In a sandbox there is nothing that a sanitizer may do. */
#if defined(HAVE_SECCOMP) && !defined(SANITIZED)

#include "front/rig.h"
#include "front/worker_main.h"

#include "base/err.h"

#include "suite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ABOVE = 20 }; /* descriptors that are no FD_* */

static struct front_rig r;       /* for the configuration */
static int monitor, names, sign; /* our ends */
static pid_t pid;

static void pair(int *ours, int *theirs)
{
	int fd[2];

	ck_assert(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd));
	*ours = fcntl(fd[0], F_DUPFD_CLOEXEC, ABOVE);
	*theirs = fcntl(fd[1], F_DUPFD_CLOEXEC, ABOVE);
	close(fd[0]);
	close(fd[1]);
}

static void begin(void)
{
	int to[3];

	front_rig_begin(&r);
	pair(&monitor, &to[0]);
	pair(&names, &to[1]);
	pair(&sign, &to[2]);
	fflush(NULL);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		close(monitor);
		dup2(to[0], FD_MAIN);
		dup2(to[1], FD_NAMES);
		dup2(to[2], FD_SIGN);
		close(to[0]);
		_exit(worker_main());
	}
	for (int i = 0; i < 3; i++)
		close(to[i]);
}

/* Its exit status, once the monitor is gone. */
static int end(void)
{
	int status;

	close(monitor);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	close(names);
	close(sign);
	front_rig_end(&r);
	return WEXITSTATUS(status);
}

static void tell(struct msg *m)
{
	ck_assert(!msg_send(monitor, m));
	msg_close_fds(m);
}

static void tell_conf(const char *conf)
{
	struct msg m;

	front_rig_bundle(&r, &m, conf, NULL);
	tell(&m);
}

/* The answer to a configuration. */
static void hear_ready(char text[MSG_TEXT])
{
	struct msg m;

	ck_assert(!msg_recv(monitor, &m));
	ck_assert_uint_eq(m.type, MSG_READY);
	ck_assert_uint_eq(m.id, 7);
	ck_assert(!msg_text(&m, text));
}

START_TEST(a_monitor_that_ends_at_once)
{
	begin();
	ck_assert_int_eq(end(), 0);
}
END_TEST

START_TEST(the_first_message_is_a_configuration)
{
	struct msg m = { .type = MSG_DRAIN };

	begin();
	tell(&m);
	/* It ends without an answer. */
	ck_assert_int_eq(msg_recv(monitor, &m), ERR_CLOSED);
	ck_assert_int_eq(end(), 1);
}
END_TEST

START_TEST(a_configuration_that_is_wrong)
{
	char text[MSG_TEXT];

	begin();
	tell_conf("[server]\nnonsense = 1\n");
	hear_ready(text);
	ck_assert_ptr_nonnull(strstr(text, "nonsense"));
	ck_assert_int_eq(end(), 1);
}
END_TEST

START_TEST(it_works_until_its_monitor_ends)
{
	char text[MSG_TEXT];

	begin();
	tell_conf(front_rig_conf);
	hear_ready(text);
	ck_assert_str_eq(text, "");
	ck_assert_int_eq(end(), 0);
}
END_TEST

START_TEST(it_ends_where_it_is_told_to)
{
	struct msg drain = { .type = MSG_DRAIN };
	char text[MSG_TEXT];
	struct msg m;

	begin();
	tell_conf(front_rig_conf);
	hear_ready(text);
	tell(&drain);
	while (!msg_recv(monitor, &m))
		msg_close_fds(&m);
	ck_assert_int_eq(end(), 0);
}
END_TEST

/* The sessions stay with the old worker, and this one is of no use. */
START_TEST(a_handover_that_fails)
{
	struct msg from = { .type = MSG_HANDOVER_FROM, .nfds = 1 };
	char text[MSG_TEXT];
	struct msg m;
	int old;

	begin();
	pair(&old, &from.fds[0]);
	tell(&from);
	tell_conf(front_rig_conf);
	ck_assert(!msg_recv(monitor, &m));
	ck_assert_uint_eq(m.type, MSG_HANDOVER_READY);
	close(old);
	hear_ready(text);
	ck_assert_str_eq(text, "the old worker has ended");
	ck_assert_int_eq(end(), 1);
}
END_TEST

SUITE("front/worker_main", a_monitor_that_ends_at_once,
      the_first_message_is_a_configuration, a_configuration_that_is_wrong,
      it_works_until_its_monitor_ends, it_ends_where_it_is_told_to,
      a_handover_that_fails)

#else

int main(void)
{
	puts("1..1");
	puts("ok 1 - worker_main # SKIP no seccomp, or a sanitizer is at work");
	return 0;
}

#endif
