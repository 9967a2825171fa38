/* SPDX-License-Identifier: BSD-2-Clause */
/* pam_side_test.c - the monitor's side of conversations with PAM.  The
 * processes are forks of the test, which say what a test wants. */
#include "monitor/pam_side.h"

#include "base/err.h"
#include "process/child.h"
#include "process/msg.h"
#include "suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- in place of process/child.c ----------------------------------------- */

static void (*play)(int fd); /* what the process does; NULL: there is none */
static pid_t last;

int child_pair(int *ours, int *theirs)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) ||
	    fcntl(fd[0], F_SETFL, O_NONBLOCK))
		return ERR_SYS;
	*ours = fd[0];
	*theirs = fd[1];
	return 0;
}

pid_t child_start(const struct child *c)
{
	last = play ? fork() : -1;
	if (!last) {
		/* It does not outlive a test that fails. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		play(c->fd[0]);
		_exit(3);
	}
	return last;
}

const char *child_status(int status, char *dst, size_t cap)
{
	snprintf(dst, cap, "status %d", status);
	return dst;
}

/* ---- what the processes do ------------------------------------------------ */

static void stay(void)
{
	for (;;)
		pause();
}

static void hears(int fd, struct msg *m, unsigned type)
{
	if (msg_recv(fd, m) || m->type != type)
		_exit(4);
}

static void says(int fd, struct msg *m)
{
	if (msg_send(fd, m))
		_exit(5);
}

/* PAM says yes, and of which user it was. */
static void says_done(int fd, const char *user)
{
	struct msg_pam_done d = { .verdict = TALK_YES, .stage = "account" };
	struct msg m = { .type = MSG_PAM_DONE };

	snprintf(d.groups, sizeof d.groups, "%s", user);
	m.len = pack_msg_pam_done(m.data, sizeof m.data, &d);
	says(fd, &m);
}

static void asks_once(int fd)
{
	struct prompt q = { .n = 1, .ask = { { 1, "Token: " } } };
	struct msg_pam asked;
	struct answer a;
	struct msg m;

	hears(fd, &m, MSG_PAM);
	if (unpack_msg_pam(&asked, m.data, m.len) ||
	    strcmp(asked.password, "secret") != 0)
		_exit(6);
	m = (struct msg){ .type = MSG_PAM_ASK };
	m.len = pack_prompt(m.data, sizeof m.data, &q);
	says(fd, &m);
	hears(fd, &m, MSG_PAM_ANSWER);
	if (unpack_answer(&a, m.data, m.len) || a.n != 1 ||
	    strcmp(a.text[0], "123") != 0)
		_exit(7);
	says_done(fd, asked.user);
}

static void proves(int fd)
{
	struct msg m;

	hears(fd, &m, MSG_PAM);
	m = (struct msg){ .type = MSG_PAM_PROVED, .len = 1, .data = { 1 } };
	says(fd, &m);
	hears(fd, &m, MSG_PAM_GO_ON);
	says_done(fd, "later");
}

static void says_at_once(int fd)
{
	struct msg m;

	hears(fd, &m, MSG_PAM);
	says_done(fd, "quick");
}

static void ends(int fd)
{
	struct msg m;

	hears(fd, &m, MSG_PAM);
}

static void is_silent(int fd)
{
	(void)fd;
	stay();
}

static void says_nonsense(int fd)
{
	struct msg m = { .type = MSG_PAM_ASK, .len = 1 };

	says(fd, &m);
	stay();
}

static void says_what_is_not_its_own(int fd)
{
	struct msg m = { .type = MSG_PAM_ANSWER, .len = 1 };

	says(fd, &m);
	stay();
}

static void sends_a_descriptor(int fd)
{
	struct prompt q = { .n = 1, .ask = { { 1, "Token: " } } };
	struct msg m = { .type = MSG_PAM_ASK, .nfds = 1, .fds = { fd } };

	m.len = pack_prompt(m.data, sizeof m.data, &q);
	says(fd, &m);
	stay();
}

/* ---- the monitor ----------------------------------------------------------- */

static struct ev_loop *ev;
static struct pams *all;
static struct pam_talk *talk;
static unsigned asked, proved, done, verdict;
static char groups[PAM_GROUPS];

static void on_asks(void *ctx, const struct prompt *q)
{
	struct answer a = { .n = 1, .text = { "123" } };

	ck_assert_ptr_eq(ctx, &all);
	asked++;
	ck_assert_str_eq(q->ask[0].text, "Token: ");
	pam_talk_answer(talk, &a);
	ck_assert_str_eq(a.text[0], "");
}

static void on_proved(void *ctx, bool took)
{
	ck_assert_ptr_eq(ctx, &all);
	ck_assert(took);
	proved++;
	pam_talk_go_on(talk);
}

static void on_done(void *ctx, const struct msg_pam_done *d)
{
	ck_assert_ptr_eq(ctx, &all);
	done++;
	verdict = d ? d->verdict : TALK_VERDICTS;
	snprintf(groups, sizeof groups, "%s", d ? d->groups : "");
}

static const struct pam_ops ops = { on_asks, on_proved, on_done };
static const struct pam_ops plain = { .asks = on_asks, .done = on_done };

static void begin(void (*what)(int fd), const struct pam_ops *o)
{
	struct msg_pam m = { .mode = TALK_LOGIN };

	asked = proved = done = 0;
	play = what;
	ev = ev_default_loop(0);
	all = pams_new(ev);
	ck_assert_ptr_nonnull(all);
	snprintf(m.user, sizeof m.user, "alice");
	snprintf(m.password, sizeof m.password, "secret");
	talk = pam_talk_new(all, &m, o, &all);
	ck_assert_str_eq(m.password, "");
	ck_assert_uint_eq(pams_count(all), talk != NULL);
}

/* Until the process has ended, whose conversation frees itself. */
static void turn(void)
{
	while (pams_count(all))
		ev_run(ev, EVRUN_ONCE);
	ck_assert_int_eq(waitpid(last, NULL, WNOHANG), -1);
}

static void end(void)
{
	pams_free(all);
}

START_TEST(a_conversation)
{
	begin(asks_once, &plain);
	turn();
	ck_assert_uint_eq(asked, 1);
	ck_assert_uint_eq(done, 1);
	ck_assert_uint_eq(verdict, TALK_YES);
	ck_assert_str_eq(groups, "alice");
	end();
}
END_TEST

START_TEST(another_password)
{
	begin(proves, &ops);
	turn();
	ck_assert_uint_eq(proved, 1);
	ck_assert_uint_eq(done, 1);
	ck_assert_str_eq(groups, "later");
	end();
}
END_TEST

/* It is over before the monitor has looked: its word counts all the same. */
START_TEST(the_last_word)
{
	siginfo_t i;

	begin(says_at_once, &plain);
	ck_assert_int_eq(waitid(P_PID, (id_t)last, &i, WEXITED | WNOWAIT), 0);
	turn();
	ck_assert_uint_eq(done, 1);
	ck_assert_uint_eq(verdict, TALK_YES);
	ck_assert_str_eq(groups, "quick");
	end();
}
END_TEST

START_TEST(it_ends_without_a_word)
{
	begin(ends, &plain);
	turn();
	ck_assert_uint_eq(done, 1);
	ck_assert_uint_eq(verdict, TALK_VERDICTS);
	end();
}
END_TEST

/* A module is anybody's work: its process says nothing that it may not, and is
 * killed for it. */
START_TEST(nonsense)
{
	static void (*const what[])(int fd) = {
		says_nonsense, says_what_is_not_its_own, sends_a_descriptor,
		proves, /* nobody has asked for another password */
	};

	for (size_t i = 0; i < ARRAY_LEN(what); i++) {
		begin(what[i], &plain);
		turn();
		ck_assert_uint_eq(asked + proved, 0);
		ck_assert_uint_eq(done, 1);
		ck_assert_uint_eq(verdict, TALK_VERDICTS);
		end();
	}
}
END_TEST

/* Whoever drops it hears nothing any more. */
START_TEST(dropped)
{
	begin(is_silent, &plain);
	pam_talk_drop(talk);
	ck_assert_uint_eq(pams_count(all), 1);
	turn();
	ck_assert_uint_eq(done, 0);
	end();
}
END_TEST

START_TEST(the_monitor_ends)
{
	int status;

	begin(is_silent, &plain);
	end();
	ck_assert_int_eq(waitpid(last, &status, 0), last);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	ck_assert_uint_eq(done, 0);
	pams_free(NULL);
}
END_TEST

START_TEST(no_process)
{
	begin(NULL, &plain);
	ck_assert_ptr_null(talk);
	ck_assert_uint_eq(done, 0);
	end();
}
END_TEST

SUITE("pam_side", a_conversation, another_password, the_last_word,
      it_ends_without_a_word, nonsense, dropped, the_monitor_ends, no_process)
