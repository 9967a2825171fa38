/* SPDX-License-Identifier: BSD-2-Clause */
/* gateway_tls_test.c - what each gateway of a configuration has to prove. */
#include "agent/gateway_tls.h"

#include "agent/conf.h"
#include "base/err.h"
#include "tls/pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static struct gate gate;
static struct gateway_tls tls;
static struct agent_conf conf;
static char ca[64], why[400];
static char *gateways[2], *pins[2];

/* Two gateways, one of which has the name in the certificate; no pin. */
static void begin(void)
{
	static char first[] = "localhost:1", second[] = "elsewhere.example:1";
	FILE *f;
	int fd;

	gate_open(&gate, "localhost");
	gate.name = NULL;
	snprintf(ca, sizeof ca, "/tmp/adit-tls-test-XXXXXX");
	fd = mkstemp(ca);
	f = fdopen(fd, "w");
	fputs(text_of(&gate.cert), f);
	ck_assert_int_eq(fclose(f), 0);
	gateways[0] = first;
	gateways[1] = second;
	pins[0] = gate.pin;
	conf = (struct agent_conf){
		.gateways = { .item = gateways, .n = 2 },
		.ca = ca,
	};
	gateway_tls_init(&tls);
}

static void end(void)
{
	gateway_tls_fini(&tls);
	gate_close(&gate);
	unlink(ca);
}

static void renew(void)
{
	ck_assert_msg(!gateway_tls_renew(&tls, &conf, why, sizeof why), "%s",
		      why);
}

static struct pair connection(size_t at)
{
	struct pair p = { gateway_tls_new(&tls, at),
			  tls_accept_new(gate_select, &gate) };

	ck_assert_ptr_nonnull(p.c);
	ck_assert_ptr_nonnull(p.s);
	return p;
}

/* Whether the gateway in this place is taken for the right one. */
static bool is_right(size_t at)
{
	struct pair p = connection(at);
	struct ends e = pair_shake(&p, 1000000);

	pair_free(&p);
	return !e.c;
}

START_TEST(each_has_its_name)
{
	begin();
	renew();
	ck_assert(is_right(0));
	ck_assert(!is_right(1));
	end();
}
END_TEST

START_TEST(one_name_for_all)
{
	static char name[] = "localhost", other[] = "other.example";

	begin();
	conf.server_name = name;
	renew();
	ck_assert(is_right(0));
	ck_assert(is_right(1));
	conf.server_name = other;
	renew();
	ck_assert(!is_right(0));
	ck_assert(!is_right(1));
	end();
}
END_TEST

/* A pin is enough, whatever the name is. */
START_TEST(pins_alone)
{
	static char wrong[] = "sha256:0123456789abcdef0123456789abcdef"
			      "0123456789abcdef0123456789abcdef";

	begin();
	conf.ca = NULL;
	conf.pins = (struct name_list){ .item = pins, .n = 1 };
	renew();
	ck_assert(is_right(0));
	ck_assert(is_right(1));
	pins[0] = wrong;
	renew();
	ck_assert(!is_right(0));
	end();
}
END_TEST

/* A reload does not change what a connection that has begun must prove. */
START_TEST(another_configuration_meanwhile)
{
	static char other[] = "other.example";
	struct pair p;
	struct ends e;

	begin();
	renew();
	p = connection(0);
	conf.server_name = other;
	for (unsigned i = 0; i < 3; i++)
		renew();
	e = pair_shake(&p, 1000000);
	ck_assert_int_eq(e.c, 0);
	ck_assert_int_eq(e.s, 0);
	pair_free(&p);
	ck_assert(!is_right(0));
	end();
}
END_TEST

START_TEST(what_cannot_be_used_changes_nothing)
{
	static char nowhere[] = "/nowhere/at/all", no_place[] = "no port";

	begin();
	renew();
	conf.ca = nowhere;
	ck_assert_int_eq(gateway_tls_renew(&tls, &conf, why, sizeof why),
			 ERR_TLS);
	ck_assert_ptr_nonnull(strstr(why, nowhere));
	conf.ca = ca;
	gateways[1] = no_place;
	ck_assert_int_eq(gateway_tls_renew(&tls, &conf, why, sizeof why),
			 ERR_TLS);
	ck_assert(is_right(0));
	end();
}
END_TEST

SUITE("gateway_tls", each_has_its_name, one_name_for_all, pins_alone,
      another_configuration_meanwhile, what_cannot_be_used_changes_nothing)
