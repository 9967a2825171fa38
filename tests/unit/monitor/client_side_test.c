/* SPDX-License-Identifier: BSD-2-Clause */
/* client_side_test.c - what a gateway reads about its clients' certificates. */
#include "monitor/client_side.h"

#include "base/err.h"
#include "policy/conf_parts.h"
#include "stage.h"
#include "suite.h"
#include "tls/office.h"

#include <stdio.h>
#include <string.h>

static struct office office;
static struct gw_conf *conf;
static struct conf_errors errs;

/* A gateway with these keys; the office's certificate is in "ca". */
static struct gw_gateway *gateway(const char *keys)
{
	char text[1000];

	gw_conf_unref(conf);
	snprintf(text, sizeof text,
		 "[gateway one]\nlisten = 127.0.0.1:1\ncertificate = c\n"
		 "private_key = k\nusers = u\n%s",
		 keys);
	errs = (struct conf_errors){ .file = "aditd.ini" };
	conf = gw_conf_parse(text, strlen(text), &errs, NULL);
	ck_assert_msg(conf != NULL, "%s", errs.text[0]);
	return &conf->gateways[0];
}

static struct gw_gateway *with_ca(const char *more)
{
	char keys[700];

	snprintf(keys, sizeof keys, "auth = certificate\nclient_ca = %s\n%s",
		 stage_path("ca"), more);
	return gateway(keys);
}

static void begin(void)
{
	stage_open();
	office_open(&office, "Office");
	stage_write("ca", office_text(&office.pem));
}

static void end(void)
{
	office_close(&office);
	gw_conf_unref(conf);
	conf = NULL;
	stage_close();
}

/* The error has both parts, and nothing was made. */
static void refuses(const struct gw_gateway *g, const char *key,
		    const char *part)
{
	struct client_side *c;

	ck_assert_int_eq(client_side_new(&c, g, &errs), ERR_CONF);
	ck_assert_ptr_null(c);
	ck_assert_uint_eq(errs.count, 1);
	STAGE_HAS(errs.text[0], key);
	STAGE_HAS(errs.text[0], part);
}

START_TEST(not_asked_for)
{
	struct client_side *c;

	begin();
	ck_assert_int_eq(client_side_new(&c, gateway("auth = users\n"), &errs),
			 0);
	ck_assert_ptr_null(c);
	ck_assert_ptr_null(client_side_ref(NULL));
	client_side_unref(NULL);
	end();
}
END_TEST

START_TEST(rules)
{
	struct client_side *c, *same;

	begin();
	ck_assert_int_eq(
		client_side_new(&c,
				with_ca("client_user = email\n"
					"client_suffix = @corp.example\n"),
				&errs),
		0);
	ck_assert_uint_eq(c->ask.from, CLIENT_EMAIL);
	ck_assert_str_eq(c->ask.prefix, "");
	ck_assert_str_eq(c->ask.suffix, "@corp.example");
	ck_assert_uint_ne(c->ask.bundle, 0);
	ck_assert_int_ge(c->bundle, 0);
	ck_assert_uint_eq(c->crl_until, 0);
	/* Checkers need not read the same authorities again. */
	ck_assert_int_eq(client_side_new(&same, with_ca(""), &errs), 0);
	ck_assert_uint_eq(same->ask.bundle, c->ask.bundle);
	ck_assert_uint_eq(same->ask.from, CLIENT_CN);
	ck_assert_ptr_eq(client_side_ref(c), c);
	client_side_unref(c);
	client_side_unref(c);
	client_side_unref(same);
	end();
}
END_TEST

START_TEST(files_that_are_wrong)
{
	char keys[300];

	begin();
	refuses(with_ca("client_user = name\n"), "client_user = name",
		"expected cn, uid, email, uri, dns or upn");
	stage_write("ca", "no certificate\n");
	refuses(with_ca(""), "client_ca: ", stage_path("ca"));
	stage_write("ca", office_text(&office.pem));
	snprintf(keys, sizeof keys, "client_crl = %s\n", stage_path("crl"));
	refuses(with_ca(keys), "client_crl: ", "crl");
	stage_write("crl", office_text(&office.pem));
	refuses(with_ca(keys), "client_crl: ", "crl");
	end();
}
END_TEST

/* The answer of a checker to a question about this certificate. */
static void id_of(const struct client_side *c, const struct person *p,
		  struct client_answer *a)
{
	const struct client_rule rule = { (enum client_name)c->ask.from, "", "",
					  0 };
	struct buf chain = { 0 };
	struct client_ca *ca;
	char why[300];

	ck_assert(!client_ca_new(&ca, office_text(&office.pem), NULL, why,
				 sizeof why));
	office_issue(&office, p, &chain, NULL);
	client_ca_judge(ca, &rule, buf_ptr(&chain), buf_len(&chain), a);
	ck_assert_uint_eq(a->verdict, CLIENT_GOOD);
	buf_fini(&chain);
	client_ca_free(ca);
}

/* A certificate that has ended, or that a list has, makes no session stay. */
START_TEST(what_it_keeps)
{
	struct client_answer nine, ten;
	struct buf crl = { 0 };
	struct client_side *c;
	char keys[300];

	begin();
	office_revoke(&office, 9, 3600, &crl);
	stage_write("crl", office_text(&crl));
	snprintf(keys, sizeof keys, "client_crl = %s\n", stage_path("crl"));
	ck_assert_int_eq(client_side_new(&c, with_ca(keys), &errs), 0);
	ck_assert_uint_eq(c->nrevoked, 1);
	ck_assert_uint_gt(c->crl_until, 0);
	id_of(c, &(struct person){ .cn = "ann", .serial = 9 }, &nine);
	id_of(c, &(struct person){ .cn = "ann", .serial = 10 }, &ten);
	ck_assert(!client_side_keeps(c, nine.id, 1000, 1000));
	ck_assert(client_side_keeps(c, ten.id, 1000, 1000));
	ck_assert(!client_side_keeps(c, ten.id, 1000, 1001));
	client_side_unref(c);
	buf_fini(&crl);
	end();
}
END_TEST

SUITE("client_side", not_asked_for, rules, files_that_are_wrong, what_it_keeps)
