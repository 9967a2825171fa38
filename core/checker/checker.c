/* SPDX-License-Identifier: BSD-2-Clause */
/* checker.c - a process that compares passwords with hashes, makes hashes of
 * new ones and verifies clients' certificates, one at a time.  It has no key
 * and no file, and is not told who wants to log in. */
#include "checker/certificate.h"
#include "checker/checker.h"

#include "base/err.h"
#include "base/log.h"
#include "base/wire.h"
#include "process/msg.h"
#include "process/sandbox.h"
#include "policy/users.h"
#include "tls/tls.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct password_check {
	struct crypt_data data;
	struct msg m;
	struct certificate_check certificates;
	/* The hash for users who do not exist: to check it takes as long as the
	 * hashes that aditctl makes. */
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	char hash[USER_HASH_MAX + 1];
	char password[ANSWER_MAX];
};

static bool is_right(struct password_check *c)
{
	bool known = c->hash[0] != 0;
	const char *made = crypt_r(c->password, known ? c->hash : c->setting,
				   &c->data);
	size_t n = strlen(c->hash);

	/* crypt(3) says by "*0" and "*1" that it failed. */
	if (!known || !made || made[0] == '*' || strlen(made) != n)
		return false;
	return tls_same(made, c->hash, n);
}

static int check_certificate(struct password_check *c, int sock)
{
	int ret = certificate_check_one(&c->certificates, &c->m);

	msg_close_fds(&c->m);
	return ret ? ret : msg_send(sock, &c->m);
}

/* Reads the texts of the message into these.  0 or ERR_PROTO. */
static int check_read(struct password_check *c, bool with_hash)
{
	struct rd r = rd_of(c->m.data, c->m.len);
	int ret;

	if (with_hash)
		rd_str16(&r, c->hash, sizeof c->hash);
	rd_str16(&r, c->password, sizeof c->password);
	ret = c->m.nfds || !rd_is_done(&r) ? ERR_PROTO : 0;
	tls_wipe(c->m.data, sizeof c->m.data);
	return ret;
}

static void check_wipe(struct password_check *c)
{
	tls_wipe(c->password, sizeof c->password);
	tls_wipe(c->hash, sizeof c->hash);
	tls_wipe(&c->data, sizeof c->data);
}

static int check_password(struct password_check *c, int sock)
{
	int ret = check_read(c, true);

	if (!ret) {
		c->m.data[0] = is_right(c);
		c->m.type = MSG_CHECKED;
		c->m.len = 1;
	}
	check_wipe(c);
	return ret ? ret : msg_send(sock, &c->m);
}

/* With a salt of its own and the cost that crypt(3) has at the moment, as
 * aditctl passwd does it. */
static const char *make_hash(struct password_check *c)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *made = NULL;

	if (crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof setting))
		made = crypt_r(c->password, setting, &c->data);
	return made && made[0] != '*' && strlen(made) <= USER_HASH_MAX ? made :
									 "";
}

static int hash_password(struct password_check *c, int sock)
{
	int ret = check_read(c, false);

	if (!ret) {
		c->m.type = MSG_HASHED;
		msg_put_text(&c->m, make_hash(c));
	}
	check_wipe(c);
	if (!ret)
		ret = msg_send(sock, &c->m);
	tls_wipe(c->m.data, sizeof c->m.data);
	return ret;
}

int checker_serve_one(struct password_check *c, int sock)
{
	int ret = msg_recv(sock, &c->m);

	if (ret)
		return ret;
	if (c->m.type == MSG_CERTIFICATE)
		return check_certificate(c, sock);
	ret = c->m.type == MSG_CHECK ? check_password(c, sock) :
	      c->m.type == MSG_HASH  ? hash_password(c, sock) :
				       ERR_PROTO;
	if (ret)
		msg_close_fds(&c->m);
	return ret;
}

struct password_check *checker_new(void)
{
	struct password_check *c = calloc(1, sizeof *c);

	if (c &&
	    crypt_gensalt_rn("$y$", 0, NULL, 0, c->setting, sizeof c->setting))
		return c;
	free(c);
	return NULL;
}

void checker_free(struct password_check *c)
{
	if (c)
		certificate_check_fini(&c->certificates);
	free(c);
}

int checker_main(void)
{
	struct password_check *c = checker_new();
	int ret = c ? 0 : ERR_NOMEM;

	/* A failure is not logged: the monitor has warned for all processes. */
	if (!ret)
		(void)!mlock(c, sizeof *c);
	if (!ret)
		ret = sandbox_enter(SANDBOX_CHECKER);
	while (!ret)
		ret = checker_serve_one(c, FD_MAIN);
	if (ret != ERR_CLOSED)
		log_msg(LOG_ERROR, NULL, "a password checker ends: %s",
			err_str(ret));
	checker_free(c);
	return ret == ERR_CLOSED ? 0 : 1;
}
