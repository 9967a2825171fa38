/* SPDX-License-Identifier: BSD-2-Clause */
/* attach_test.c - who can prove that a session is his, and who cannot. */
#include "net/attach.h"

#include "base/err.h"
#include "suite.h"
#include "tls/pair.h"

#include <string.h>

static const uint8_t secret[SECRET_LEN] = { 1, 2, 3 };
static const struct attach_secret known = { "main", secret };
static struct gate gate;
static struct tls_client *client;
static struct pair pair;

static struct attach prove_it(void)
{
	struct attach at = { .session = 77, .generation = 3, .count = 1000 };

	gate_open(&gate, "gw.example");
	pair = pair_up(&gate, &client);
	ck_assert_int_eq(attach_prove(pair.c, &known, &at), 0);
	return at;
}

static void close_it(void)
{
	pair_free(&pair);
	tls_client_free(client);
	gate_close(&gate);
}

START_TEST(both_ends_agree)
{
	struct attach at = prove_it();

	ck_assert(attach_is_proven(pair.s, &known, &at));
	close_it();
}
END_TEST

START_TEST(every_part_counts)
{
	const struct attach at = prove_it();
	struct attach_secret other = known;
	struct attach bad = at;
	uint8_t wrong[SECRET_LEN] = { 1, 2, 4 };

	bad.session++;
	ck_assert(!attach_is_proven(pair.s, &known, &bad));
	bad = at;
	bad.generation++;
	ck_assert(!attach_is_proven(pair.s, &known, &bad));
	bad = at;
	bad.count--;
	ck_assert(!attach_is_proven(pair.s, &known, &bad));
	for (size_t i = 0; i < PROOF_LEN; i++) {
		bad = at;
		bad.proof[i] ^= 1;
		ck_assert(!attach_is_proven(pair.s, &known, &bad));
	}
	other.gateway = "mail";
	ck_assert(!attach_is_proven(pair.s, &other, &at));
	other = (struct attach_secret){ "main", wrong };
	ck_assert(!attach_is_proven(pair.s, &other, &at));
	close_it();
}
END_TEST

/* A man in the middle cannot use the proof on a connection of its own. */
START_TEST(another_connection)
{
	struct attach at = prove_it();
	struct tls_client *c;
	struct pair other = pair_up(&gate, &c);

	ck_assert(!attach_is_proven(other.s, &known, &at));
	pair_free(&other);
	tls_client_free(c);
	close_it();
}
END_TEST

START_TEST(name_too_long)
{
	struct attach at = prove_it();
	char name[300];
	const struct attach_secret longer = { name, secret };

	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = 0;
	ck_assert_int_eq(attach_prove(pair.c, &longer, &at), ERR_INVAL);
	ck_assert(!attach_is_proven(pair.s, &longer, &at));
	close_it();
}
END_TEST

SUITE("net/attach", both_ends_agree, every_part_counts, another_connection,
      name_too_long)
