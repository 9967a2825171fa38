/* SPDX-License-Identifier: BSD-2-Clause */
/* client_ca_test.c - which certificates of clients are good, and whose they
 * are. */
#include "tls/client_ca.h"

#include "base/err.h"
#include "suite.h"
#include "tls/office.h"

#include <stdio.h>
#include <string.h>

static struct office office;
static const struct client_rule by_cn = { CLIENT_CN, "", "", 0 };

static struct client_ca *ca_of(const char *ca, const char *crl)
{
	struct client_ca *c;
	char why[300];

	ck_assert_msg(!client_ca_new(&c, ca, crl, why, sizeof why), "%s", why);
	return c;
}

static struct client_answer judge(const struct client_ca *c,
				  const struct client_rule *rule,
				  const struct person *p)
{
	struct buf chain = { 0 };
	struct client_answer a;

	office_issue(&office, p, &chain, NULL);
	client_ca_judge(c, rule, buf_ptr(&chain), buf_len(&chain), &a);
	buf_fini(&chain);
	return a;
}

/* By the office and the rule; "": it has to be good, of the user. */
static void is(const struct client_rule *rule, const struct person *p,
	       enum client_verdict verdict, const char *user)
{
	struct client_ca *c = ca_of(office_text(&office.pem), NULL);
	struct client_answer a = judge(c, rule, p);

	ck_assert_msg(a.verdict == verdict, "%s %s: %s", a.user, a.subject,
		      client_verdict_str(a.verdict));
	ck_assert_str_eq(a.user, user);
	client_ca_free(c);
}

START_TEST(good)
{
	struct client_ca *c;
	struct client_answer a;

	office_open(&office, "Office");
	c = ca_of(office_text(&office.pem), NULL);
	a = judge(c, &by_cn, &(struct person){ .cn = "ann", .serial = 7 });
	ck_assert_str_eq(a.user, "ann");
	ck_assert_str_eq(a.subject, "CN=ann");
	ck_assert_uint_gt(a.until, (uint64_t)time(NULL) + 86000);
	ck_assert_uint_lt(a.until, (uint64_t)time(NULL) + 86800);
	client_ca_free(c);
	is(&by_cn, &(struct person){ .cn = "ann", .no_purpose = true },
	   CLIENT_GOOD, "ann");
	office_close(&office);
}
END_TEST

START_TEST(not_good)
{
	struct office other;

	office_open(&office, "Office");
	is(&by_cn, &(struct person){ .cn = "ann", .until = -60 }, CLIENT_ENDED,
	   "");
	is(&by_cn, &(struct person){ .cn = "ann", .from = 3600 },
	   CLIENT_NOT_YET, "");
	is(&by_cn,
	   &(struct person){ .cn = "ann", .purpose = GNUTLS_KP_TLS_WWW_SERVER },
	   CLIENT_PURPOSE, "");
	is(&by_cn, &(struct person){ .cn = "ann", .hash = GNUTLS_DIG_SHA1 },
	   CLIENT_WEAK, "");
	/* Another authority with the same name. */
	other = office;
	office_open(&office, "Office");
	{
		struct client_ca *c = ca_of(office_text(&other.pem), NULL);
		struct client_answer a = judge(c, &by_cn,
					       &(struct person){ .cn = "ann" });

		ck_assert_uint_eq(a.verdict, CLIENT_UNKNOWN_CA);
		client_ca_free(c);
	}
	office_close(&other);
	office_close(&office);
}
END_TEST

/* An end certificate is no authority. */
START_TEST(issued_by_a_person)
{
	struct buf chain = { 0 }, pem = { 0 };
	struct client_answer a;
	struct office person = { 0 };
	struct client_ca *c;
	gnutls_datum_t text;

	office_open(&office, "Office");
	c = ca_of(office_text(&office.pem), NULL);
	office_issue(&office, &(struct person){ .cn = "ann" }, NULL, &pem);
	text = (gnutls_datum_t){ buf_ptr(&pem), (unsigned)buf_len(&pem) };
	gnutls_x509_crt_init(&person.crt);
	gnutls_x509_privkey_init(&person.key);
	ck_assert_int_eq(gnutls_x509_crt_import(person.crt, &text,
						GNUTLS_X509_FMT_PEM),
			 0);
	ck_assert_int_eq(gnutls_x509_privkey_import(person.key, &text,
						    GNUTLS_X509_FMT_PEM),
			 0);
	office_issue(&person, &(struct person){ .cn = "root" }, &chain, NULL);
	office_add(person.crt, &chain);
	client_ca_judge(c, &by_cn, buf_ptr(&chain), buf_len(&chain), &a);
	ck_assert_uint_eq(a.verdict, CLIENT_UNKNOWN_CA);
	ck_assert_str_eq(a.user, "");
	buf_fini(&chain);
	buf_fini(&pem);
	office_close(&person);
	client_ca_free(c);
	office_close(&office);
}
END_TEST

START_TEST(names)
{
	const struct person all = {
		.cn = "Ann Example",
		.uid = "annx",
		.email = "ann@example.com",
		.uri = "spiffe://corp/user/ann",
		.dns = "ann.example.com",
		.upn = "ann@CORP",
	};
	const struct person none = { .dns = "x" };

	office_open(&office, "Office");
	for (unsigned i = 0; i < CLIENT_NAMES; i++) {
		static const char *const want[] = {
			"Ann Example",     "annx",
			"ann@example.com", "spiffe://corp/user/ann",
			"ann.example.com", "ann@CORP"
		};
		static const char *const word[] = { "cn",  "uid", "email",
						    "uri", "dns", "upn" };
		struct client_rule r = { (enum client_name)i, "", "", 0 };
		enum client_name n = CLIENT_NAMES;

		is(&r, &all, CLIENT_GOOD, want[i]);
		if (i != CLIENT_DNS)
			is(&r, &none, CLIENT_NO_NAME, "");
		ck_assert_int_eq(client_name_parse(word[i], &n), 0);
		ck_assert_uint_eq(n, i);
	}
	{
		struct client_rule r = { CLIENT_URI, "spiffe://corp/user/", "",
					 0 };
		enum client_name n;

		is(&r, &all, CLIENT_GOOD, "ann");
		r.prefix = "spiffe://other/";
		is(&r, &all, CLIENT_OTHER_NAME, "");
		r = (struct client_rule){ CLIENT_EMAIL, "", "@example.com", 0 };
		is(&r, &all, CLIENT_GOOD, "ann");
		/* Nothing is left. */
		is(&r, &(struct person){ .email = "@example.com" },
		   CLIENT_OTHER_NAME, "");
		r.suffix = "@example.org";
		is(&r, &all, CLIENT_OTHER_NAME, "");
		ck_assert_int_eq(client_name_parse("ou", &n), ERR_INVAL);
		ck_assert_int_eq(client_name_parse("", &n), ERR_INVAL);
	}
	office_close(&office);
}
END_TEST

/* Two that differ are none; nor is one with a NUL in it. */
START_TEST(names_that_are_none)
{
	const struct client_rule email = { CLIENT_EMAIL, "", "", 0 };

	office_open(&office, "Office");
	is(&by_cn, &(struct person){ .cn = "ann", .cn2 = "root" },
	   CLIENT_NO_NAME, "");
	is(&email, &(struct person){ .email = "a@b", .email2 = "root@b" },
	   CLIENT_NO_NAME, "");
	is(&email, &(struct person){ .email = "a@b", .email2 = "a@b" },
	   CLIENT_GOOD, "a@b");
	is(&by_cn, &(struct person){ .cn = "root\0.ann", .cn_len = 9 },
	   CLIENT_NO_NAME, "");
	office_close(&office);
}
END_TEST

START_TEST(revoked)
{
	const struct person ann = { .cn = "ann", .serial = 7 };
	const struct person bob = { .cn = "bob", .serial = 8 };
	struct buf crl = { 0 };
	uint8_t(*ids)[CLIENT_ID];
	struct client_answer a;
	struct client_ca *c, *all;
	size_t n;

	office_open(&office, "Office");
	office_revoke(&office, 7, 3600, &crl);
	c = ca_of(office_text(&office.pem), office_text(&crl));
	ck_assert_uint_eq(judge(c, &by_cn, &ann).verdict, CLIENT_REVOKED);
	ck_assert_uint_eq(judge(c, &by_cn, &bob).verdict, CLIENT_GOOD);
	ck_assert_int_eq(client_ca_revoked(c, &ids, &n), 0);
	ck_assert_uint_eq(n, 1);
	/* As a session knows her certificate, which was good when it began. */
	all = ca_of(office_text(&office.pem), NULL);
	a = judge(all, &by_cn, &ann);
	ck_assert(client_id_listed(ids, n, a.id));
	a = judge(all, &by_cn, &bob);
	ck_assert(!client_id_listed(ids, n, a.id));
	free(ids);
	ck_assert_int_eq(client_ca_revoked(all, &ids, &n), 0);
	ck_assert(!n && !client_id_listed(ids, n, a.id));
	free(ids);
	client_ca_free(all);
	client_ca_free(c);
	buf_fini(&crl);
	office_close(&office);
}
END_TEST

START_TEST(lists_that_cannot_tell)
{
	const struct person ann = { .cn = "ann", .serial = 7 };
	struct client_rule patient = { CLIENT_CN, "", "", 7200 };
	struct office other;
	struct buf old = { 0 }, foreign = { 0 }, both = { 0 };
	struct client_ca *c;
	char why[300];

	office_open(&office, "Office");
	office_open(&other, "Other");
	office_revoke(&office, 0, -3600, &old);
	c = ca_of(office_text(&office.pem), office_text(&old));
	ck_assert_uint_eq(judge(c, &by_cn, &ann).verdict, CLIENT_CRL_OLD);
	ck_assert_uint_eq(judge(c, &patient, &ann).verdict, CLIENT_GOOD);
	ck_assert_uint_lt(client_ca_crl_until(c), (uint64_t)time(NULL));
	client_ca_free(c);
	office_revoke(&other, 0, 3600, &foreign);
	ck_assert_int_eq(client_ca_new(&c, office_text(&office.pem),
				       office_text(&foreign), why, sizeof why),
			 ERR_CONF);
	ck_assert_ptr_nonnull(strstr(why, "CRL 1 is signed by none"));
	ck_assert_int_eq(buf_append(&both, buf_ptr(&office.pem),
				    buf_len(&office.pem)),
			 0);
	ck_assert_int_eq(
		buf_append(&both, buf_ptr(&other.pem), buf_len(&other.pem)), 0);
	c = ca_of(office_text(&both), office_text(&foreign));
	ck_assert_uint_eq(judge(c, &by_cn, &ann).verdict, CLIENT_CRL_MISSING);
	client_ca_free(c);
	ck_assert_int_eq(client_ca_new(&c, "x", NULL, why, sizeof why),
			 ERR_CONF);
	ck_assert_int_eq(client_ca_new(&c, office_text(&office.pem), "x", why,
				       sizeof why),
			 ERR_CONF);
	buf_fini(&old);
	buf_fini(&foreign);
	buf_fini(&both);
	office_close(&other);
	office_close(&office);
}
END_TEST

/* Every cut and every byte changed: never good, never a crash. */
START_TEST(broken_chains)
{
	const struct person ann = { .cn = "ann" };
	struct buf chain = { 0 };
	struct client_answer a;
	struct client_ca *c;
	uint8_t *p;
	size_t n;

	office_open(&office, "Office");
	c = ca_of(office_text(&office.pem), NULL);
	office_issue(&office, &ann, &chain, NULL);
	p = buf_ptr(&chain);
	n = buf_len(&chain);
	for (size_t i = 0; i < n; i += suite_brief() ? 31u : 3u) {
		client_ca_judge(c, &by_cn, p, i, &a);
		ck_assert_uint_ne(a.verdict, CLIENT_GOOD);
		p[i] ^= 0x41;
		client_ca_judge(c, &by_cn, p, n, &a);
		ck_assert_uint_ne(a.verdict, CLIENT_GOOD);
		p[i] ^= 0x41;
	}
	client_ca_judge(c, &by_cn, p, n, &a);
	ck_assert_uint_eq(a.verdict, CLIENT_GOOD);
	buf_fini(&chain);
	client_ca_free(c);
	office_close(&office);
}
END_TEST

SUITE("client_ca", good, not_good, issued_by_a_person, names,
      names_that_are_none, revoked, lists_that_cannot_tell, broken_chains)
