/* SPDX-License-Identifier: BSD-2-Clause */
/* checker_test.c - passwords and hashes, as the monitor sends them. */
#include "checker/checker.h"

#include "base/err.h"
#include "base/wire.h"
#include "process/msg.h"
#include "suite.h"

#include <crypt.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

static struct password_check *checker;
static int monitor, theirs;

static void begin(void)
{
	int fd[2];

	ck_assert(!socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd));
	monitor = fd[0];
	theirs = fd[1];
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

SUITE("checker/checker", right_and_wrong, no_hash, something_else)
