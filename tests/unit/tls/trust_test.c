/* SPDX-License-Identifier: BSD-2-Clause */
/* trust_test.c - which certificates a client accepts, and what it says of
 * others. */
#include "pair.h"

#include "base/err.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char other_pin[] =
	"sha256:"
	"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

static void expect(struct gate *g, const struct tls_client_conf *conf,
		   const char *refusal)
{
	struct tls_client *c = client_of(conf);
	struct pair p = pair_new(g, c);
	struct ends e;

	g->name = NULL; /* the server takes any name here */
	e = pair_shake(&p, SIZE_MAX);
	if (refusal) {
		ck_assert_int_eq(e.c, ERR_TLS);
		ck_assert_int_eq(e.s, ERR_TLS);
		ck_assert_msg(strstr(tls_why(p.c), refusal), "%s",
			      tls_why(p.c));
		ck_assert_msg(strstr(tls_why(p.c), g->pin), "%s", tls_why(p.c));
		ck_assert_msg(strstr(tls_why(p.s), "does not trust"), "%s",
			      tls_why(p.s));
	} else {
		ck_assert_msg(!e.c && !e.s, "%s", tls_why(p.c));
	}
	pair_free(&p);
	tls_client_free(c);
}

/* A file with g's certificate, which goes when fd is closed. */
static int save(struct gate *g, char path[64])
{
	int fd = memfd_create("trust", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq((int)write(fd, buf_ptr(&g->cert), buf_len(&g->cert)),
			 (int)buf_len(&g->cert));
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

START_TEST(pins)
{
	struct gate g;
	char upper[TLS_PIN_TEXT];
	const char *list[3] = { NULL, NULL, NULL };
	struct tls_client_conf conf = { .server_name = "gw.example",
					.pins = list };

	gate_open(&g, "gw.example");
	list[0] = g.pin;
	expect(&g, &conf, NULL);
	conf.server_name = "some.other.name"; /* a match suffices */
	expect(&g, &conf, NULL);
	conf.server_name = NULL;
	expect(&g, &conf, NULL);
	list[0] = other_pin;
	list[1] = g.pin;
	expect(&g, &conf, NULL);
	list[1] = NULL;
	expect(&g, &conf, "somebody intercepts the connection");

	memcpy(upper, g.pin, sizeof(upper));
	for (char *c = upper + 7; *c; c++)
		if (*c >= 'a')
			*c = (char)(*c - 'a' + 'A');
	list[0] = upper;
	expect(&g, &conf, NULL);
	gate_close(&g);
}
END_TEST

/* The CA would accept it; the pin decides. */
START_TEST(wrong_pin_with_right_ca)
{
	struct gate g;
	char path[64];
	int fd;
	const char *list[] = { other_pin, NULL };
	struct tls_client_conf conf = { "gw.example", list, path };

	gate_open(&g, "gw.example");
	fd = save(&g, path);
	expect(&g, &conf, "somebody intercepts the connection");
	conf.pins = NULL;
	expect(&g, &conf, NULL);
	close(fd);
	gate_close(&g);
}
END_TEST

/* What aditctl invite asks; a certificate that is in the list is its own
 * authority. */
START_TEST(an_authority_vouches)
{
	struct gate g, other;
	char path[64];
	int fd;

	gate_open(&g, "gw.example");
	gate_open(&other, "gw.example");
	fd = save(&g, path);
	ck_assert(tls_certificate_is_trusted(text_of(&g.cert), "gw.example",
					     path));
	ck_assert(tls_certificate_is_trusted(text_of(&g.cert), "GW.example",
					     path));
	ck_assert(!tls_certificate_is_trusted(text_of(&g.cert), "x.example",
					      path));
	ck_assert(!tls_certificate_is_trusted(text_of(&g.cert), "192.0.2.1",
					      path));
	ck_assert(!tls_certificate_is_trusted(text_of(&other.cert),
					      "gw.example", path));
	ck_assert(!tls_certificate_is_trusted(text_of(&g.cert), "gw.example",
					      "/nonexistent"));
	ck_assert(!tls_certificate_is_trusted(text_of(&g.cert), "gw.example",
					      NULL));
	ck_assert(!tls_certificate_is_trusted("", "gw.example", path));
	close(fd);
	gate_close(&g);
	gate_close(&other);
}
END_TEST

START_TEST(bad_pins)
{
	static const char *const bad[] = {
		"",
		"sha256:",
		"sha256:0011",
		"sha1:00",
		"SHA256:00",
		"sha256:0011223344556677889900112233445566778899001122334455"
		"66778899zz",
		"sha256:00112233445566778899aabbccddeeff0011223344556677889"
		"9aabbccddeeff00",
		"00112233445566778899aabbccddeeff00112233445566778899aabbcc"
		"ddeeff",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const char *list[] = { other_pin, bad[i], NULL };
		struct tls_client_conf conf = { "gw.example", list, NULL };
		struct tls_client *c;
		char why[256] = "";

		ck_assert_int_eq(tls_client_new(&c, &conf, why, sizeof(why)),
				 ERR_CONF);
		ck_assert_ptr_null(c);
		ck_assert_msg(strstr(why, "64 hex"), "%s", why);
	}
}
END_TEST

START_TEST(ca_file)
{
	struct gate g, other;
	char path[64], path2[64];
	int fd, fd2;
	const char *none[] = { NULL };
	struct tls_client_conf conf = { "gw.example", none, path };

	gate_open(&g, "gw.example");
	gate_open(&other, "gw.example");
	fd = save(&g, path);
	fd2 = save(&other, path2);
	expect(&g, &conf, NULL);
	conf.server_name = "localhost";
	expect(&g, &conf, NULL);
	conf.server_name = "GW.example";
	expect(&g, &conf, NULL);
	conf.server_name = "gx.example";
	expect(&g, &conf, "for another name than \"gx.example\"");
	conf.server_name = "10.1.2.3";
	expect(&g, &conf, "for another name than \"10.1.2.3\"");
	conf.server_name = "gw.example";
	conf.ca_file = path2;
	expect(&g, &conf, "not trusted");
	close(fd);
	close(fd2);
	gate_close(&g);
	gate_close(&other);
}
END_TEST

START_TEST(system_cas)
{
	struct gate g;
	struct tls_client_conf conf = { "gw.example", NULL, NULL };
	struct tls_client *c;
	char why[256] = "";
	int ret = tls_client_new(&c, &conf, why, sizeof(why));

	if (ret) { /* a machine without ca-certificates says so */
		ck_assert_int_eq(ret, ERR_CONF);
		ck_assert_msg(strstr(why, "no CA certificates"), "%s", why);
		return;
	}
	tls_client_free(c);
	gate_open(&g, "gw.example");
	expect(&g, &conf, "not trusted");
	gate_close(&g);
}
END_TEST

static void address(const char *own, const char *asked, const char *refusal)
{
	struct gate g;
	char path[64];
	int fd;
	struct tls_client_conf conf = { asked, NULL, path };

	gate_open(&g, own);
	fd = save(&g, path);
	expect(&g, &conf, refusal);
	close(fd);
	gate_close(&g);
}

START_TEST(addresses)
{
	address("127.0.0.1", "127.0.0.1", NULL);
	address("127.0.0.1", "127.0.0.2", "for another name");
	address("127.0.0.1", "localhost", NULL);
	address("2001:db8::7", "2001:db8:0::7", NULL);
	address("2001:db8::7", "2001:db8::8", "for another name");
	address("127.0.0.1.example", "127.0.0.1", "for another name");
}
END_TEST

/* Root, intermediate, leaf; the gateway sends all, the client has the root.
 * Then the same with an intermediate that is none. */
static void chained(bool is_ca, const char *refusal)
{
	struct recipe r = {
		.pk = GNUTLS_PK_ECDSA,
		.bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
		.dns = "root",
		.is_ca = true,
	};
	struct gate root, middle, leaf;
	char path[64];
	struct tls_client_conf conf = { "gw.example", NULL, path };
	int fd;

	gate_pem(&root, &r);
	r.issuer = &root;
	r.dns = "middle";
	r.is_ca = is_ca;
	gate_pem(&middle, &r);
	r.issuer = &middle;
	r.dns = "gw.example";
	r.is_ca = false;
	gate_custom(&leaf, &r);
	fd = save(&root, path);
	expect(&leaf, &conf, refusal);
	close(fd);
	gate_close(&root);
	gate_close(&middle);
	gate_close(&leaf);
}

START_TEST(chains)
{
	chained(true, NULL);
	chained(false, "not trusted");
}
END_TEST

START_TEST(bad_chains)
{
	static const char junk[] =
		"-----BEGIN CERTIFICATE-----\nMIHj\n-----END CERTIFICATE-----";
	struct gate g;
	struct buf chain = { 0 };
	struct tls_signer signer = { 0 };
	struct tls_server *s;
	char why[256] = "";

	gate_open(&g, "gw.example");
	ck_assert_int_eq(buf_append(&chain, buf_ptr(&g.cert), buf_len(&g.cert)),
			 0);
	ck_assert_int_eq(buf_append(&chain, junk, sizeof(junk) - 1), 0);
	ck_assert_int_eq(tls_server_new(&s, text_of(&chain), &signer, why,
					sizeof(why)),
			 ERR_CONF);
	ck_assert_msg(strstr(why, "chain"), "%s", why);
	buf_fini(&chain);
	for (int i = 0; i < 9; i++)
		ck_assert_int_eq(buf_append(&chain, buf_ptr(&g.cert),
					    buf_len(&g.cert)),
				 0);
	ck_assert_int_eq(tls_server_new(&s, text_of(&chain), &signer, why,
					sizeof(why)),
			 ERR_CONF);
	ck_assert_msg(strstr(why, "chain"), "%s", why);
	buf_fini(&chain);
	gate_close(&g);
}
END_TEST

static struct recipe of_time(time_t from, time_t until)
{
	return (struct recipe){
		.pk = GNUTLS_PK_ECDSA,
		.bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
		.dns = "gw.example",
		.from = from,
		.until = until,
	};
}

static void dated(time_t from, time_t until, const char *refusal)
{
	struct recipe r = of_time(from, until);
	struct tls_client_conf conf = { .server_name = "gw.example" };
	struct gate g;
	char path[64];
	int fd;

	gate_custom(&g, &r);
	fd = save(&g, path);
	conf.ca_file = path;
	expect(&g, &conf, refusal);
	close(fd);
	gate_close(&g);
}

START_TEST(dates)
{
	dated(-7200, -3600, "the gateway's certificate ended on 20");
	dated(3600, 7200, "the gateway's certificate is not valid before 20");
}
END_TEST

/* The pin is what is trusted; what the dates say can be asked for. */
static void pinned(time_t from, time_t until, enum tls_validity want)
{
	struct recipe r = of_time(from, until);
	char text[TLS_VALIDITY_TEXT];
	struct tls_client *c;
	struct gate g;
	struct pair p;

	gate_custom(&g, &r);
	p = pair_up(&g, &c);
	ck_assert_int_eq(tls_peer_validity(p.c, text), want);
	ck_assert_msg(strstr(text, " 20"), "%s", text);
	pair_free(&p);
	tls_client_free(c);
	gate_close(&g);
}

START_TEST(dates_of_a_pinned_key)
{
	pinned(-7200, -3600, TLS_ENDED);
	pinned(3600, 7200, TLS_NOT_YET);
	pinned(-3600, 86400, TLS_VALID);
}
END_TEST

/* The day is given of the gateway's own certificate only. */
START_TEST(dates_of_the_authority)
{
	struct recipe r = of_time(-7200, -3600);
	struct gate root, leaf;
	char path[64];
	struct tls_client_conf conf = { "gw.example", NULL, path };
	int fd;

	r.is_ca = true;
	gate_pem(&root, &r);
	r = of_time(0, 0);
	r.issuer = &root;
	gate_custom(&leaf, &r);
	fd = save(&root, path);
	expect(&leaf, &conf,
	       "that issued the gateway's certificate has expired");
	close(fd);
	gate_close(&root);
	gate_close(&leaf);
}
END_TEST

START_TEST(useless_configuration)
{
	static const struct {
		struct tls_client_conf conf;
		const char *why;
	} t[] = {
		{ { NULL, NULL, "/etc/passwd" }, "without a server name" },
		{ { "", NULL, "/etc/passwd" }, "without a server name" },
		{ { "a.example", NULL, "/nowhere/ca.pem" }, "/nowhere/ca.pem" },
		{ { "a.example", NULL, "/dev/null" }, "/dev/null" },
		{ { "a.example", NULL, "/etc/passwd" }, "/etc/passwd" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct tls_client *c;
		char why[256] = "";

		ck_assert_int_eq(tls_client_new(&c, &t[i].conf, why,
						sizeof(why)),
				 ERR_CONF);
		ck_assert_msg(strstr(why, t[i].why), "%s", why);
	}
	tls_client_free(NULL);
	tls_server_free(NULL);
}
END_TEST

SUITE("tls/trust", pins, wrong_pin_with_right_ca, an_authority_vouches,
      bad_pins, ca_file, system_cas, addresses, chains, bad_chains, dates,
      dates_of_a_pinned_key, dates_of_the_authority, useless_configuration)
