/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_identity_test.c - the certificate for a login, and what becomes of an
 * agent whose certificate cannot be used. */
#include "rig.h"

#include "base/err.h"
#include "tls/key.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static char folder[64], certificate[96], key[96];
static struct tls_identity *id;

static void put(const char *path, const void *p, size_t n)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(p, 1, n, f), n);
	fclose(f);
}

/* A key that is locked with the passphrase "open sesame". */
static void lock_key(const struct buf *pem)
{
	const gnutls_datum_t in = { pem->data, (unsigned)buf_len(pem) };
	gnutls_x509_privkey_t k;
	gnutls_datum_t out;

	ck_assert_int_eq(gnutls_x509_privkey_init(&k), 0);
	ck_assert_int_eq(
		gnutls_x509_privkey_import(k, &in, GNUTLS_X509_FMT_PEM), 0);
	ck_assert_int_eq(gnutls_x509_privkey_export2_pkcs8(
				 k, GNUTLS_X509_FMT_PEM, "open sesame",
				 GNUTLS_PKCS_PBES2_AES_256, &out),
			 0);
	gnutls_x509_privkey_deinit(k);
	put(key, out.data, out.size);
	gnutls_free(out.data);
}

static void files(bool locked)
{
	struct buf cert = { 0 }, pem = { 0 };

	snprintf(folder, sizeof folder, "/tmp/adit-identity-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(certificate, sizeof certificate, "%s/alice.crt", folder);
	snprintf(key, sizeof key, "%s/alice.key", folder);
	ck_assert_int_eq(tls_make_certificate("alice", NULL, &cert, &pem), 0);
	put(certificate, buf_ptr(&cert), buf_len(&cert));
	if (locked)
		lock_key(&pem);
	else
		put(key, buf_ptr(&pem), buf_len(&pem));
	buf_fini(&cert);
	buf_fini(&pem);
}

/* An agent that is in the middle of its first login, or, `up`, had a
 * session. */
static struct uplink *begin(bool locked, bool up)
{
	files(locked);
	rig_open();
	if (up) {
		rig_up();
	} else {
		rig.manners.mute_login = true;
		rig_begin();
		UNTIL(rig.logins);
	}
	rig.conf.certificate = certificate;
	rig.conf.key = key;
	return &rig.agent->uplink;
}

static void end(void)
{
	rig.conf.certificate = rig.conf.key = NULL;
	rig_close();
	unlink(certificate);
	unlink(key);
	ck_assert_int_eq(rmdir(folder), 0);
}

START_TEST(none_is_configured)
{
	struct uplink *u = begin(false, false);

	rig.conf.certificate = NULL;
	id = (struct tls_identity *)&rig;
	ck_assert_int_eq(uplink_identity_open(u, &id), 0);
	ck_assert_ptr_null(id);
	ck_assert_str_eq(u->trouble, "");
	end();
}
END_TEST

START_TEST(one_is_read)
{
	struct uplink *u = begin(false, false);

	ck_assert_int_eq(uplink_identity_open(u, &id), 0);
	ck_assert_ptr_nonnull(id);
	tls_identity_free(id);
	end();
}
END_TEST

/* It is read anew each time: what came meanwhile counts. */
START_TEST(a_passphrase)
{
	struct uplink *u = begin(true, false);

	u->pin = "open sesame";
	ck_assert_int_eq(uplink_identity_open(u, &id), 0);
	ck_assert_ptr_nonnull(id);
	tls_identity_free(id);
	end();
}
END_TEST

/* Whoever waits for `adit up` hears of it, and no password was wrong. */
static void gives_up(struct uplink *u, int error, const char *word)
{
	u->wrong_password = true;
	ck_assert_int_eq(uplink_identity_open(u, &id), error);
	ck_assert_ptr_null(id);
	ck_assert_msg(strstr(u->trouble, word) != NULL, "%s", u->trouble);
	ck_assert(!u->wrong_password);
	ck_assert_int_eq(u->state, UPLINK_DOWN);
	UNTIL(rig.down);
	end();
}

START_TEST(a_wrong_passphrase)
{
	struct uplink *u = begin(true, false);

	u->pin = "open barley";
	gives_up(u, ERR_DENIED, key);
}
END_TEST

START_TEST(nobody_knows_the_passphrase)
{
	struct uplink *u = begin(true, false);

	u->pin = "";
	gives_up(u, ERR_NOTFOUND, key);
}
END_TEST

START_TEST(no_file_at_first)
{
	struct uplink *u = begin(false, false);

	unlink(certificate);
	gives_up(u, ERR_CONF, certificate);
}
END_TEST

/* Later a file that is not there may come back: the agent tries again; but a
 * passphrase that is wrong stays wrong. */
START_TEST(no_file_later)
{
	struct uplink *u = begin(false, true);

	unlink(certificate);
	ck_assert_int_eq(uplink_identity_open(u, &id), ERR_CONF);
	ck_assert_int_ne(u->state, UPLINK_DOWN);
	ck_assert_int_ne(u->state, UPLINK_REFUSED);
	ck_assert_uint_eq(rig.down, 0);
	end();
}
END_TEST

START_TEST(a_wrong_passphrase_later)
{
	struct uplink *u = begin(true, true);

	u->pin = "open barley";
	ck_assert_int_eq(uplink_identity_open(u, &id), ERR_DENIED);
	ck_assert_int_eq(u->state, UPLINK_REFUSED);
	ck_assert_uint_eq(rig.down, 0);
	end();
}
END_TEST

SUITE("uplink_identity", none_is_configured, one_is_read, a_passphrase,
      a_wrong_passphrase, nobody_knows_the_passphrase, no_file_at_first,
      no_file_later, a_wrong_passphrase_later)
