/* SPDX-License-Identifier: BSD-2-Clause */
/* memory_test.c - the n-th allocation fails, for all n. */
#include "pair.h"

#include "base/err.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

/* Linked with --wrap: only our own calls come here, not those of GnuTLS. */
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
char *__real_strdup(const char *s);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
char *__wrap_strdup(const char *s);

static int countdown; /* 0: nothing fails */

static bool fails_now(void)
{
	return countdown && --countdown == 0;
}

void *__wrap_malloc(size_t n)
{
	return fails_now() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails_now() ? NULL : __real_calloc(n, size);
}

char *__wrap_strdup(const char *s)
{
	return fails_now() ? NULL : __real_strdup(s);
}

/* Whether it went through. */
static bool load(struct gate *g, struct tls_client **c)
{
	const char *pins[] = { g->pin, NULL };
	struct tls_client_conf conf = { "gw.example", pins, NULL };
	struct tls_signer signer = { 0 };
	struct tls_server *s;
	struct tls_key *k;
	char why[200] = "";
	int ret = tls_client_new(c, &conf, why, sizeof(why));

	if (!ret) {
		ret = tls_server_new(&s, (char *)buf_ptr(&g->cert), &signer,
				     why, sizeof(why));
		tls_server_free(s);
	}
	if (!ret) {
		ret = tls_key_new(&k, (char *)buf_ptr(&g->key_pem),
				  (char *)buf_ptr(&g->cert), why, sizeof(why));
		tls_key_free(k);
	}
	if (ret) {
		ck_assert_int_eq(ret, ERR_NOMEM);
		ck_assert_str_eq(why, "out of memory");
	}
	return !ret;
}

static bool talk(struct pair *p)
{
	static const uint8_t block[TLS_RECORD_MAX];
	static struct lent lent;
	struct ends e = pair_shake(p, SIZE_MAX);
	const uint8_t *in;

	if (e.c || e.s)
		return false;
	if (tls_send(p->c, block, sizeof(block)) || tls_send(p->c, block, 100))
		return false;
	carry(p->c, p->s, SIZE_MAX, &lent);
	return tls_recv(p->s, &in) == sizeof(block) &&
	       tls_recv(p->s, &in) == 100;
}

static bool attempt(struct gate *g)
{
	struct tls_client *c = NULL;
	struct pair p = { NULL, NULL };
	bool good = load(g, &c);

	if (good) {
		p.c = tls_connect_new(c);
		p.s = tls_accept_new(gate_select, g);
		good = p.c && p.s && talk(&p);
	}
	if (!good && p.c && p.s) /* one of them knows why */
		ck_assert_msg(strstr(tls_why(p.c), "memory") ||
				      strstr(tls_why(p.s), "memory"),
			      "%s / %s", tls_why(p.c), tls_why(p.s));
	pair_free(&p);
	tls_client_free(c);
	return good;
}

START_TEST(every_allocation)
{
	struct gate g;
	int n = 0;

	gate_open(&g, "gw.example");
	do {
		countdown = ++n;
	} while (!attempt(&g) || !countdown);
	countdown = 0;
	ck_assert_int_gt(n, 10);
	ck_assert_int_lt(n, 100);
	gate_close(&g);
}
END_TEST

SUITE("tls/memory", every_allocation)
