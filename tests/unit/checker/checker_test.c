/* SPDX-License-Identifier: BSD-2-Clause */
/* checker_test.c - passwords and hashes, as the monitor sends them. */
#include "checker/checker.h"

#include "base/err.h"
#include "base/wire.h"
#include "process/msg.h"
#include "process/sandbox.h"
#include "suite.h"

#include <crypt.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct password_check *checker;
static int monitor, theirs;

static void begin(void)
{
	int fd[2];

	ck_assert(!socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd));
	/* Beside FD_MAIN, which `run` needs. */
	monitor = fcntl(fd[0], F_DUPFD_CLOEXEC, 10);
	theirs = fcntl(fd[1], F_DUPFD_CLOEXEC, 10);
	close(fd[0]);
	close(fd[1]);
	checker = checker_new();
	ck_assert_ptr_nonnull(checker);
}

static void end(void)
{
	checker_free(checker);
	close(monitor);
	close(theirs);
}

static void send_check(uint8_t type, const char *hash, const char *password)
{
	struct msg m = { .type = type, .id = 7 };
	struct wr w = wr_of(m.data, sizeof m.data);

	wr_str16(&w, hash);
	wr_str16(&w, password);
	m.len = (size_t)(w.p - m.data);
	ck_assert(!msg_send(monitor, &m));
}

static unsigned check(const char *hash, const char *password)
{
	struct msg m;

	send_check(MSG_CHECK, hash, password);
	ck_assert_int_eq(checker_serve_one(checker, theirs), 0);
	ck_assert(!msg_recv(monitor, &m));
	ck_assert_uint_eq(m.type, MSG_CHECKED);
	ck_assert_uint_eq(m.id, 7);
	ck_assert_uint_eq(m.len, 1);
	return m.data[0];
}

START_TEST(right_and_wrong)
{
	struct crypt_data data = { 0 };
	const char *hash;

	begin();
	hash = crypt_r("secret", "$6$rounds=1000$salt$", &data);
	ck_assert_ptr_nonnull(hash);
	ck_assert_uint_eq(check(hash, "secret"), 1);
	ck_assert_uint_eq(check(hash, "Secret"), 0);
	ck_assert_uint_eq(check(hash, ""), 0);
	ck_assert_uint_eq(check(hash, "secret"), 1);
	end();
}
END_TEST

/* A hash that crypt(3) cannot read, one that is cut off, a locked one. */
START_TEST(no_hash)
{
	begin();
	ck_assert_uint_eq(check("", ""), 0);
	ck_assert_uint_eq(check("", "secret"), 0);
	ck_assert_uint_eq(check("*0", "*0"), 0);
	ck_assert_uint_eq(check("$6$rounds=1000$salt$", "secret"), 0);
	ck_assert_uint_eq(check("!$6$rounds=1000$salt$x", "secret"), 0);
	end();
}
END_TEST

/* Of one password each time another hash, which fits it. */
START_TEST(hashes)
{
	char text[2][MSG_TEXT];

	begin();
	for (int i = 0; i < 2; i++) {
		struct msg m = { .type = MSG_HASH, .id = 7 };

		msg_put_text(&m, "battery staple");
		ck_assert(!msg_send(monitor, &m));
		ck_assert_int_eq(checker_serve_one(checker, theirs), 0);
		ck_assert(!msg_recv(monitor, &m));
		ck_assert_uint_eq(m.type, MSG_HASHED);
		ck_assert_uint_eq(m.id, 7);
		ck_assert(!msg_text(&m, text[i]));
		ck_assert(!strncmp(text[i], "$y$", 3));
		ck_assert_uint_eq(check(text[i], "battery staple"), 1);
		ck_assert_uint_eq(check(text[i], "battery stable"), 0);
	}
	ck_assert_str_ne(text[0], text[1]);
	send_check(MSG_HASH, "two", "texts");
	ck_assert_int_eq(checker_serve_one(checker, theirs), ERR_PROTO);
	end();
}
END_TEST

START_TEST(something_else)
{
	struct msg m = { .type = MSG_CHECK };

	begin();
	send_check(MSG_AUTH, "a", "b");
	ck_assert_int_eq(checker_serve_one(checker, theirs), ERR_PROTO);
	ck_assert(!msg_send(monitor, &m));
	ck_assert_int_eq(checker_serve_one(checker, theirs), ERR_PROTO);
	close(monitor);
	ck_assert_int_eq(checker_serve_one(checker, theirs), ERR_CLOSED);
	monitor = open("/dev/null", O_RDONLY);
	end();
}
END_TEST

/* ---- the process --------------------------------------------------------- */

static bool cannot_enter;
static int entered = -1;

/* In place of that of process/sandbox.c. */
int sandbox_enter(enum sandbox_kind kind)
{
	entered = (int)kind;
	return cannot_enter ? ERR_SYS : 0;
}

/* Its exit status, once it has read all that was sent.  FD_MAIN may be that of
 * Check's own messages, so nothing is asserted meanwhile. */
static int run(void)
{
	int was = fcntl(FD_MAIN, F_DUPFD_CLOEXEC, 10), status;

	ck_assert_int_eq(shutdown(monitor, SHUT_WR), 0);
	dup2(theirs, FD_MAIN);
	status = checker_main();
	if (was >= 0)
		dup2(was, FD_MAIN);
	close(was);
	return status;
}

START_TEST(until_the_monitor_ends)
{
	struct msg m;

	begin();
	send_check(MSG_CHECK, "$6$rounds=1000$salt$", "secret");
	ck_assert_int_eq(run(), 0);
	ck_assert_int_eq(entered, SANDBOX_CHECKER);
	ck_assert(!msg_recv(monitor, &m));
	ck_assert_uint_eq(m.type, MSG_CHECKED);
	end();
}
END_TEST

START_TEST(until_it_is_told_nonsense)
{
	begin();
	send_check(MSG_AUTH, "a", "b");
	send_check(MSG_CHECK, "", "secret");
	ck_assert_int_eq(run(), 1);
	end();
}
END_TEST

/* Without the sandbox no password is checked. */
START_TEST(no_sandbox)
{
	struct msg m;

	begin();
	ck_assert(!fcntl(monitor, F_SETFL, O_NONBLOCK));
	send_check(MSG_CHECK, "", "secret");
	cannot_enter = true;
	ck_assert_int_eq(run(), 1);
	cannot_enter = false;
	ck_assert_int_eq(msg_recv(monitor, &m), ERR_AGAIN);
	end();
}
END_TEST

SUITE("checker/checker", right_and_wrong, no_hash, hashes, something_else,
      until_the_monitor_ends, until_it_is_told_nonsense, no_sandbox)
