/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_upgrade_test.c - aditctl upgrade, with shell scripts in place of the new
 * program, and what the new program does with what the old one has left. */
#include "monitor_rig.h"

#include "base/err.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char program[96];

static bool is_held(int signal)
{
	sigset_t held;

	return !sigprocmask(SIG_BLOCK, NULL, &held) &&
	       sigismember(&held, signal) == 1;
}

/* Else a program that exits well in place of the test would be a test passed. */
static bool may_take_over;

/* In place of that of libc.  Signals wait for the handlers of a program that takes
 * over, not for one that is tested: a shell would not say what it was given. */
int execv(const char *path, char *const argv[])
{
	bool wanted = strcmp(argv[1], "--takes-over") != 0;

	errno = EPERM;
	if (wanted && !may_take_over)
		return -1;
	return is_held(SIGTERM) == wanted && is_held(SIGHUP) == wanted &&
			       is_held(SIGINT) == wanted ?
		       execve(path, argv, environ) :
		       -1;
}

/* With a new program that does this. */
static void begin(const char *script)
{
	char text[512];

	rig_init("");
	rig_start();
	snprintf(program, sizeof program, "%s/other", rig.dir);
	snprintf(text, sizeof text, "#!/bin/sh\n%s\n", script);
	rig_write("other", text);
	ck_assert_int_eq(chmod(program, 0700), 0);
	rig.m.program = program;
}

static void ask(uint32_t client, bool force)
{
	rig_ask(client, force ? "{\"command\":\"upgrade\",\"force\":true}" :
				"{\"command\":\"upgrade\"}");
}

/* Until the test of the new program is over, and what follows of it. */
static void turn(void)
{
	while (rig.m.upgrade.state == UPGRADE_TESTING)
		ev_run(rig.m.loop, EVRUN_ONCE);
}

static void assert_reply(uint32_t client, const char *has)
{
	ck_assert_msg(strstr(rig_reply(client), has), "%s", rig_reply(client));
}

/* The one that runs goes on as if nobody had asked. */
static void assert_refused(const char *why)
{
	assert_reply(1, why);
	ck_assert_int_eq(rig.m.upgrade.state, UPGRADE_NONE);
	ck_assert(!ev_is_active(&rig.m.upgrade.limit));
	ck_assert(!ev_is_active(&rig.m.upgrade.on_child));
	ck_assert_ptr_null(getenv("ADITD_STATE"));
	ck_assert(worker_side_is_ready(rig.m.worker));
	ck_assert_ptr_null(monitor_status_busy(&rig.m));
	ck_assert(fcntl(rig.m.worker->main, F_GETFD) & FD_CLOEXEC);
	ck_assert(rig_logged("upgrade: "));
}

/* ---- the test of the new program ---------------------------------------------------- */

START_TEST(says_no)
{
	begin("echo \"$1 $3 $4 ${5##*/}\"; echo two >&2; exit 2");
	ask(1, false);
	ck_assert_int_eq(rig.m.upgrade.state, UPGRADE_TESTING);
	ck_assert_str_eq(rig_reply(1), "");
	turn();
	assert_refused("cannot take over: the aditd that runs goes on");
	assert_reply(1,
		     "\"errors\":[\"--takes-over -t -c aditd.ini\",\"two\"]");
	assert_reply(1, "\"status\":1");
	rig_fini();
}
END_TEST

START_TEST(says_nothing)
{
	begin("exit 3");
	ask(1, false);
	turn();
	assert_refused("\"errors\":[\"it ended: status 768\"]");
	rig_fini();
}
END_TEST

START_TEST(is_none)
{
	begin("");
	ck_assert_int_eq(unlink(program), 0);
	ask(1, false);
	turn();
	assert_refused("/other: No such file or directory");
	rig_fini();
}
END_TEST

START_TEST(does_not_end)
{
	begin("kill -STOP $$");
	ask(1, false);
	rig_limit(&rig.m.upgrade.limit);
	turn();
	assert_refused("it ended: status 9");
	rig_fini();
}
END_TEST

START_TEST(one_at_a_time)
{
	begin("exit 3");
	ask(1, false);
	ask(2, false);
	assert_reply(2, "another upgrade is under way");
	rig_ask(3, "{\"command\":\"reload\"}");
	assert_reply(3, "an upgrade is under way");
	ck_assert_int_eq(rig.m.upgrade.state, UPGRADE_TESTING);
	turn();
	assert_refused("it ended");
	rig_fini();
}
END_TEST

START_TEST(dropped)
{
	begin("exit 0");
	ask(1, false);
	monitor_upgrade_drop(&rig.m);
	ck_assert_int_eq(rig.m.upgrade.state, UPGRADE_NONE);
	ck_assert(!ev_is_active(&rig.m.upgrade.on_child));
	ck_assert_int_eq(waitpid(rig.m.upgrade.pid, NULL, 0),
			 rig.m.upgrade.pid);
	ck_assert_str_eq(rig_reply(1), "");
	rig_fini();
}
END_TEST

/* ---- what stands against it --------------------------------------------------------- */

START_TEST(while_busy)
{
	begin("exit 0");
	rig.m.reload.state = RELOAD_ASKED;
	ask(1, false);
	rig.m.reload.state = RELOAD_NONE;
	assert_reply(1, "a reload is under way");
	ck_assert_int_eq(rig.m.upgrade.state, UPGRADE_NONE);
	rig_fini();
}
END_TEST

static void busy_meanwhile(void)
{
	rig.m.handover.state = HANDOVER_SENDING;
}

static void idle_again(void)
{
	rig.m.handover.state = HANDOVER_NONE;
}

static void draining_meanwhile(void)
{
	rig.m.draining = true;
}

static void changed_meanwhile(void)
{
	rig_configure("# another\n");
}

/* What happens while the new program is tested. */
START_TEST(meanwhile)
{
	static const struct {
		void (*what)(void), (*undo)(void);
		const char *why;
	} all[] = {
		{ busy_meanwhile, idle_again, "starting a worker" },
		{ draining_meanwhile, NULL, "aditd is draining" },
		{ changed_meanwhile, NULL, "call aditctl reload first" },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		begin("exit 0");
		ask(1, false);
		all[i].what();
		turn();
		if (all[i].undo)
			all[i].undo();
		assert_refused(all[i].why);
		rig_fini();
	}
}
END_TEST

/* ---- it is executed ----------------------------------------------------------------- */

/* The test goes well, and then there is nothing to execute. */
START_TEST(cannot_be_executed)
{
	begin("rm \"$0\"");
	may_take_over = true;
	ask(1, false);
	turn();
	may_take_over = false;
	assert_refused("cannot execute ");
	assert_reply(1, "No such file or directory");
	ck_assert(!is_held(SIGTERM) && !is_held(SIGHUP) && !is_held(SIGINT));
	rig_fini();
}
END_TEST

/* The new program finds the state under the number in its environment. */
START_TEST(executed)
{
	int status;
	pid_t pid;

	begin("test \"$3\" = -t && exit 0\n"
	      "test \"$1 ${2##*/} $3\" = '-c aditd.ini ' || exit 1\n"
	      "grep -q '\"starts\":1,' /proc/$$/fd/$ADITD_STATE || exit 2\n"
	      "exit 7");
	fflush(NULL);
	pid = fork();
	if (!pid) {
		may_take_over = true;
		ev_loop_fork(rig.m.loop);
		ask(1, false);
		turn();
		_exit(99);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, W_EXITCODE(7, 0));
	rig_fini();
}
END_TEST

/* ---- in the new program ------------------------------------------------------------- */

static struct rig_child *old;
static struct worker_side *successor;

/* The number of its memfd stands in ADITD_STATE. */
static void put_state(const char *text)
{
	int fd = msg_memfd("adit-state", text, strlen(text));
	char number[16];

	ck_assert_int_gt(fd, 2);
	snprintf(number, sizeof number, "%d", fd);
	ck_assert_int_eq(setenv("ADITD_STATE", number, 1), 0);
}

static int pair(int *theirs)
{
	int fd[2];

	ck_assert_int_eq(socketpair(AF_UNIX,
				    SOCK_SEQPACKET | SOCK_CLOEXEC |
					    SOCK_NONBLOCK,
				    0, fd),
			 0);
	*theirs = fd[1];
	return fd[0];
}

/* A worker and a client that the program before has left. */
static void go_on(bool force)
{
	int names[2];
	char text[512];
	bool goes_on;

	rig_init("");
	names[0] = pair(&names[1]);
	old = &rig.child[rig.nchildren++];
	*old = (struct rig_child){ .role = "left", .pid = 1 << 23 };
	old->fd[2] = -1;
	snprintf(
		text, sizeof text,
		"{\"started\":12.5,\"starts\":3,\"last_id\":9,\"force\":%s,"
		"\"worker\":{\"pid\":%d,\"started\":12.5,\"main_fd\":%d,"
		"\"sign_fd\":%d},\"names\":{\"worker_fd\":%d,\"resolver_fd\":%d},"
		"\"control\":{\"client_fd\":%d}}",
		force ? "true" : "false", (int)old->pid, pair(&old->fd[0]),
		pair(&old->fd[1]), names[0], names[1], STDOUT_FILENO);
	put_state(text);
	ck_assert_int_eq(monitor_upgrade_take_state(&rig.m, &goes_on), 0);
	ck_assert(goes_on);
	ck_assert_ptr_null(getenv("ADITD_STATE"));
	ck_assert_int_eq(rig.m.upgrade.state, UPGRADE_EXECUTING);
	monitor_upgrade_finish(&rig.m);
	ck_assert_int_eq(rig.m.upgrade.state, UPGRADE_HANDOVER);
	ck_assert_int_eq(rig.m.worker->pid, old->pid);
	successor = monitor_other_side(&rig.m);
}

START_TEST(from_nothing)
{
	bool goes_on = true;

	rig_init("");
	unsetenv("ADITD_STATE");
	ck_assert_int_eq(monitor_upgrade_take_state(&rig.m, &goes_on), 0);
	ck_assert(!goes_on);
	ck_assert_int_eq(rig.m.upgrade.state, UPGRADE_NONE);
	rig_fini();
}
END_TEST

START_TEST(unreadable)
{
	bool goes_on;

	rig_init("");
	put_state("{");
	ck_assert_int_eq(monitor_upgrade_take_state(&rig.m, &goes_on), 1);
	ck_assert_ptr_null(getenv("ADITD_STATE"));
	ck_assert(rig_logged("start it anew"));
	rig_fini();
}
END_TEST

START_TEST(new_worker_takes_over)
{
	go_on(false);
	ck_assert_uint_eq(rig.m.starts, 4);
	ck_assert_str_eq(rig_reply(STDOUT_FILENO), "");
	rig_says(rig_worker(successor), MSG_HANDOVER_READY, 0, NULL);
	rig_turn();
	rig_says(rig_worker(successor), MSG_READY, 0, "");
	rig_turn();
	assert_reply(STDOUT_FILENO, "\"upgraded\":true");
	ck_assert_ptr_null(strstr(rig_reply(STDOUT_FILENO), "sessions_lost"));
	ck_assert_ptr_eq(rig.m.worker, successor);
	ck_assert_int_eq(rig.m.upgrade.state, UPGRADE_NONE);
	rig_fini();
}
END_TEST

START_TEST(new_worker_fails)
{
	go_on(false);
	rig_ends(successor, SIGSEGV);
	assert_reply(STDOUT_FILENO, "its worker is still the old one");
	assert_reply(STDOUT_FILENO, "--force");
	ck_assert_int_eq(rig.m.worker->pid, old->pid);
	ck_assert_int_ne(rig.m.worker->state, WORKER_KILLED);
	ck_assert_int_eq(rig.m.upgrade.state, UPGRADE_NONE);
	rig_fini();
}
END_TEST

START_TEST(forced)
{
	go_on(true);
	rig_ends(successor, SIGSEGV);
	assert_reply(STDOUT_FILENO, "\"upgraded\":true");
	assert_reply(STDOUT_FILENO, "\"sessions_lost\":\"the new worker");
	ck_assert_int_eq(rig.m.worker->state, WORKER_KILLED);
	ck_assert_int_eq(rig.m.upgrade.state, UPGRADE_NONE);
	rig_fini();
}
END_TEST

START_TEST(signals_are_released)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	ck_assert_int_eq(sigprocmask(SIG_BLOCK, &set, NULL), 0);
	monitor_upgrade_hold_signals(SIG_UNBLOCK);
	ck_assert(!is_held(SIGTERM) && !is_held(SIGHUP) && !is_held(SIGINT));
}
END_TEST

SUITE("monitor/upgrade", says_no, says_nothing, is_none, does_not_end,
      one_at_a_time, dropped, while_busy, meanwhile, cannot_be_executed,
      executed, from_nothing, unreadable, new_worker_takes_over,
      new_worker_fails, forced, signals_are_released)
