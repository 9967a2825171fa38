/* SPDX-License-Identifier: BSD-2-Clause */
/* worker_config_test.c - what the monitor sends becomes a configuration, or a
 * reason why not; numbers of resources on the wire stay with their names. */
#include "gateway/worker_config.h"

#include "base/wire.h"
#include "tls/key.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define GATEWAY                                                                \
	"[server]\n"                                                           \
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"              \
	"private_key = k\nusers = users\ngroups = all\n"
#define RESOURCE(name) "[resource " name "]\nhost = 192.0.2.1\nport = 1\n"
#define GROUP(list) "[group all]\nusers = alice\nresources = " list "\n"

static const char first[] = GATEWAY RESOURCE("a") RESOURCE("b") GROUP("a, b");
static const char later[] = GATEWAY RESOURCE("c") RESOURCE("b") GROUP("c, b");

static struct plugin_set plugins;
static char why[WORKER_CONFIG_ERROR];

static void put_text(struct buf *b, const char *text, size_t n)
{
	uint8_t len[4];
	struct wr w = wr_of(len, sizeof len);

	wr_u32(&w, (uint32_t)n);
	ck_assert(!buf_append(b, len, sizeof len));
	ck_assert(!buf_append(b, text, n));
}

static void put_number(struct buf *b, uint32_t n)
{
	uint8_t at[4];
	struct wr w = wr_of(at, sizeof at);

	wr_u32(&w, n);
	ck_assert(!buf_append(b, at, sizeof at));
}

static void put_certificate(struct buf *b)
{
	static struct buf cert, key;

	if (!buf_len(&cert))
		ck_assert(
			!tls_make_certificate("localhost", NULL, &cert, &key));
	put_text(b, (const char *)buf_ptr(&cert), buf_len(&cert));
}

/* As monitor_config.c packs it. */
static void fill(struct buf *b, const char *conf, unsigned gateways)
{
	static const char file[] = "\0\x0c/x/aditd.ini", at[] = "\x0b"
								"127.0.0.1:1";

	ck_assert(!buf_append(b, file, sizeof file - 1));
	put_text(b, conf, strlen(conf));
	put_text(b, "", 0); /* no time zones */
	put_number(b, gateways);
	while (gateways--)
		put_certificate(b);
	put_number(b, 1);
	ck_assert(!buf_append(b, at, sizeof at - 1));
	ck_assert(!buf_append(b, "the address key.", 16));
}

static struct worker_config *make(const char *conf,
				  const struct worker_config *before)
{
	struct buf b = { 0 };
	struct worker_config *config;

	if (!before) {
		free(plugins.item);
		plugins = (struct plugin_set){ 0 };
	}
	fill(&b, conf, 1);
	config = worker_config_new(&b, &plugins, before, why);
	buf_fini(&b);
	return config;
}

static uint32_t wire_of(const struct worker_config *config, const char *name)
{
	return worker_config_wire(config, gw_conf_resource(config->conf, name));
}

START_TEST(a_bundle_becomes_a_configuration)
{
	struct worker_config *config = make(first, NULL);
	const struct gw_resource *b;

	ck_assert_msg(config, "%s", why);
	ck_assert_uint_eq(config->nlisten, 1);
	ck_assert_uint_eq(config->listen[0].port, 1);
	ck_assert_int_eq(worker_config_gateway(config, "main"), 0);
	ck_assert_int_eq(worker_config_gateway(config, "other"), -1);
	b = gw_conf_resource(config->conf, "b");
	ck_assert_ptr_null(worker_config_handler(config, b)->plugin);
	ck_assert_uint_eq(worker_config_from_wire(config, wire_of(config, "b")),
			  b->id);
	ck_assert_uint_eq(worker_config_from_wire(config, 77), 0);
	worker_config_unref(worker_config_ref(config));
	worker_config_unref(config);
}
END_TEST

START_TEST(numbers_stay_with_names)
{
	struct worker_config *config = make(first, NULL),
			     *t = make(later, config), *u = make(first, t);

	ck_assert(config && t && u);
	ck_assert_uint_eq(wire_of(t, "b"), wire_of(config, "b"));
	ck_assert_uint_gt(wire_of(t, "c"), wire_of(config, "b"));
	/* One that comes back is another one. */
	ck_assert_uint_gt(wire_of(u, "a"), wire_of(t, "c"));
	ck_assert_uint_eq(worker_config_from_wire(t, wire_of(config, "a")), 0);
	worker_config_unref(config);
	worker_config_unref(t);
	worker_config_unref(u);
}
END_TEST

START_TEST(a_bundle_that_is_cut_is_refused)
{
	struct buf b = { 0 };

	fill(&b, first, 1);
	for (size_t n = 0; n < buf_len(&b); n += n < 400 ? 1 : 97) {
		struct buf part = { 0 };

		ck_assert(!buf_append(&part, buf_ptr(&b), n));
		ck_assert_ptr_null(
			worker_config_new(&part, &plugins, NULL, why));
		ck_assert_str_ne(why, "");
		buf_fini(&part);
	}
	ck_assert(!buf_append(&b, "x", 1));
	ck_assert_ptr_null(worker_config_new(&b, &plugins, NULL, why));
	ck_assert_str_eq(why,
			 "the configuration from the monitor is malformed");
	buf_fini(&b);
}
END_TEST

START_TEST(certificates_belong_to_gateways)
{
	struct buf b = { 0 };

	fill(&b, first, 2);
	ck_assert_ptr_null(worker_config_new(&b, &plugins, NULL, why));
	ck_assert_str_eq(why,
			 "the number of certificates is not that of gateways");
	buf_fini(&b);
}
END_TEST

START_TEST(errors_name_the_line)
{
	ck_assert_ptr_null(make(GATEWAY "[resource a]\nhost = 192.0.2.1\n"
					"port = 99999\n" GROUP("a"),
				NULL));
	ck_assert_msg(strstr(why, "/x/aditd.ini:10: "), "%s", why);
}
END_TEST

START_TEST(plugins_come_with_the_worker)
{
	struct worker_config *config = make(first, NULL);

	ck_assert_ptr_null(make(
		"[plugin ftp]\n" GATEWAY RESOURCE("a") GROUP("a"), config));
	ck_assert_str_eq(why,
			 "/x/aditd.ini:1: plugin ftp is new: restart aditd");
	/* The first time their files come along. */
	ck_assert_ptr_null(
		make("[plugin ftp]\n" GATEWAY RESOURCE("a") GROUP("a"), NULL));
	ck_assert_str_eq(why, "1 plugins, and the files of 0");
	worker_config_unref(config);
}
END_TEST

static bool hand_over(struct worker_config *from, struct worker_config *to)
{
	struct handover c = handover_packing(), d;
	bool ok;

	worker_config_wire_handover(&c, from);
	d = handover_unpacking(buf_ptr(&c.out), buf_len(&c.out), NULL, 0);
	worker_config_wire_handover(&d, to);
	ok = !c.bad && !d.bad && handover_is_done(&d);
	handover_fini(&c);
	return ok;
}

/* A new worker begins to count where the old one is. */
START_TEST(numbers_go_to_another_worker)
{
	struct worker_config *config = make(first, NULL),
			     *t = make(later, config), *u = make(later, NULL),
			     *v = make(first, NULL);

	ck_assert(config && t && u && v);
	ck_assert_uint_ne(wire_of(u, "c"), wire_of(t, "c"));
	ck_assert(hand_over(t, u));
	ck_assert_uint_eq(wire_of(u, "c"), wire_of(t, "c"));
	ck_assert_uint_eq(wire_of(u, "b"), wire_of(t, "b"));
	ck_assert(hand_over(t, v));
	ck_assert_uint_eq(wire_of(v, "b"), wire_of(t, "b"));
	ck_assert_uint_gt(wire_of(v, "a"), t->last_wire);
	/* Two of one number, or one that nobody gave. */
	config->wire[0] = config->wire[1];
	ck_assert(!hand_over(config, v));
	config->wire[0] = config->last_wire + 1;
	ck_assert(!hand_over(config, v));
	worker_config_unref(config);
	worker_config_unref(t);
	worker_config_unref(u);
	worker_config_unref(v);
}
END_TEST

SUITE("worker_config", a_bundle_becomes_a_configuration,
      numbers_stay_with_names, a_bundle_that_is_cut_is_refused,
      certificates_belong_to_gateways, errors_name_the_line,
      plugins_come_with_the_worker, numbers_go_to_another_worker)
