/* SPDX-License-Identifier: BSD-2-Clause */
/* payload_test.c - every payload there and back, cut short and too long. */
#include "frame/code.h"
#include "frame/publish.h"

#include "base/err.h"
#include "frame/frame.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "suite.h"

static uint8_t wire[16384];

/* A payload unpacks from exactly its bytes: one less or one more is malformed.
 * The copy is as long as what is read, for AddressSanitizer. */
#define EXACT(type, unpack, packed)                                            \
	do {                                                                   \
		size_t n_ = (packed);                                          \
		type got_;                                                     \
		ck_assert_uint_gt(n_, 0);                                      \
		for (size_t i_ = 0; i_ < n_; i_++) {                           \
			uint8_t *cut_ = malloc(i_ ? i_ : 1);                   \
			memcpy(cut_, wire, i_);                                \
			ck_assert_int_eq(unpack(&got_, cut_, i_), ERR_PROTO);  \
			free(cut_);                                            \
		}                                                              \
		ck_assert_int_eq(unpack(&got_, wire, n_), 0);                  \
		wire[n_] = 0;                                                  \
		ck_assert_int_eq(unpack(&got_, wire, n_ + 1), ERR_PROTO);      \
	} while (0)

static struct open sample_open(void)
{
	struct open o = { .resource = 3,
			  .expectation = 9,
			  .credit = 16384,
			  .nspare = 2,
			  .spare = { 40001, 40002 } };

	ck_assert_int_eq(addr_parse(&o.source, "127.0.0.1", 50000), 0);
	ck_assert_int_eq(addr_parse(&o.shown, "2001:db8::7", 23), 0);
	return o;
}

START_TEST(open_with_each_destination)
{
	static const char *const host[] = {
		"",
		"10.1.1.10",
		"2001:db8::1",
		"mail.corp.example",
	};

	for (unsigned i = 0; i < ARRAY_LEN(host); i++) {
		struct open o = sample_open(), got;
		size_t n;

		snprintf(o.dest.host, sizeof o.dest.host, "%s", host[i]);
		o.dest.port = 143;
		n = pack_open(wire, sizeof wire, &o);
		EXACT(struct open, unpack_open, n);
		ck_assert_int_eq(unpack_open(&got, wire, n), 0);
		ck_assert_str_eq(got.dest.host, host[i]);
		ck_assert_uint_eq(got.dest.port, 143);
		ck_assert_uint_eq(got.resource, 3);
		ck_assert_uint_eq(got.expectation, 9);
		ck_assert(addr_same(&got.source, &o.source));
		ck_assert(addr_same(&got.shown, &o.shown));
		ck_assert_uint_eq(got.nspare, 2);
		ck_assert_uint_eq(got.spare[1], 40002);
	}
}
END_TEST

START_TEST(open_limits)
{
	struct open o = sample_open(), got;
	size_t n = pack_open(wire, sizeof wire, &o);

	/* The byte that counts spare ports stands before them. */
	wire[n - 5] = SPARE_MAX + 1;
	ck_assert_int_eq(unpack_open(&got, wire, n), ERR_PROTO);
	ck_assert_uint_eq(pack_open(wire, 10, &o), 0);
	n = pack_open(wire, sizeof wire, &o);
	wire[12] = 5; /* no kind of address */
	ck_assert_int_eq(unpack_open(&got, wire, n), ERR_PROTO);
}
END_TEST

START_TEST(a_name_with_a_nul_is_refused)
{
	struct open o = sample_open(), got;
	size_t n;

	o.nspare = 0;
	memcpy(o.dest.host, "a.example", sizeof "a.example");
	n = pack_open(wire, sizeof wire, &o);
	for (size_t i = 0; i < n; i++)
		if (wire[i] == '.')
			wire[i] = 0;
	ck_assert_int_eq(unpack_open(&got, wire, n), ERR_PROTO);
}
END_TEST

START_TEST(opened_reset_numbers)
{
	struct opened o = { .credit = 65536 };
	struct reset r = { REASON_REFUSED, "connection refused" };
	uint64_t v;

	ck_assert_int_eq(addr_parse(&o.local, "10.0.0.1", 40000), 0);
	EXACT(struct opened, unpack_opened, pack_opened(wire, 99, &o));
	EXACT(struct reset, unpack_reset, pack_reset(wire, 99, &r));
	EXACT(uint64_t, unpack_u64, pack_u64(wire, 8, 1ULL << 40));
	ck_assert_int_eq(unpack_u64(&v, wire, 8), 0);
	ck_assert_uint_eq(v, 1ULL << 40);
	EXACT(uint32_t, unpack_u32, pack_u32(wire, 4, 77));
	ck_assert_uint_eq(pack_u64(wire, 7, 1), 0);
}
END_TEST

START_TEST(expectations)
{
	struct expect e = { .id = 5,
			    .kind = EXPECT_TARGETS,
			    .spares = 4,
			    .uses = 3,
			    .port = 99,
			    .ntargets = 2,
			    .targets = { { "db1.example", 1521 },
					 { "10.2.0.1", 1521 } } };
	struct expected d = { 5, 1, 0, 0, "address already in use" };
	struct expect got;
	size_t n = pack_expect(wire, sizeof wire, &e);

	EXACT(struct expect, unpack_expect, n);
	ck_assert_int_eq(unpack_expect(&got, wire, n), 0);
	ck_assert_str_eq(got.targets[1].host, "10.2.0.1");
	ck_assert_uint_eq(got.uses, 3);
	wire[6] = 0; /* for nobody */
	ck_assert_int_eq(unpack_expect(&got, wire, n), ERR_PROTO);
	wire[4] = EXPECT_SHARED; /* for everybody */
	ck_assert_int_eq(unpack_expect(&got, wire, n), 0);
	ck_assert_uint_eq(got.uses, 0);
	wire[6] = 3;
	ck_assert_int_eq(unpack_expect(&got, wire, n), ERR_PROTO);
	wire[4] = EXPECT_OWN;
	ck_assert_int_eq(unpack_expect(&got, wire, n), 0);
	wire[4] = 9; /* no such kind */
	ck_assert_int_eq(unpack_expect(&got, wire, n), ERR_PROTO);
	EXACT(struct expected, unpack_expected,
	      pack_expected(wire, sizeof wire, &d));
}
END_TEST

START_TEST(resources_in_a_row)
{
	static struct resource_entry e, got;
	size_t n, used, total;

	e = (struct resource_entry){ .id = 4,
				     .service = SERVICE_WEBLINK,
				     .flags = RESOURCE_SPARES,
				     .name = "wiki",
				     .detail = "http://wiki.example/",
				     .nranges = 2,
				     .ndata = 1 };
	e.ranges[0].first = e.ranges[0].last = 80;
	e.ranges[1].first = 8000;
	e.ranges[1].last = 8010;
	n = pack_resource(wire, sizeof wire, &e);
	total = n + pack_resource(wire + n, sizeof wire - n, &e);
	ck_assert_uint_eq(total, 2 * n);
	ck_assert_int_eq(unpack_resource(&got, wire, total, &used), 0);
	ck_assert_uint_eq(used, n);
	ck_assert_str_eq(got.detail, e.detail);
	ck_assert_uint_eq(got.ranges[1].last, 8010);
	ck_assert_uint_eq(got.ndata, 1);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(unpack_resource(&got, wire, i, &used),
				 ERR_PROTO);
	e.ndata = 3;
	n = pack_resource(wire, sizeof wire, &e);
	ck_assert_int_eq(unpack_resource(&got, wire, n, &used), ERR_PROTO);
	e.ndata = 1;
	e.ranges[1].last = 7000;
	n = pack_resource(wire, sizeof wire, &e);
	ck_assert_int_eq(unpack_resource(&got, wire, n, &used), ERR_PROTO);
}
END_TEST

START_TEST(names_in_a_row)
{
	static struct names_entry e, got;
	size_t n, used, total;

	e = (struct names_entry){ .resource = 7,
				  .n = 2,
				  .name = { "db.corp.example", "*.corp" } };
	n = pack_names(wire, sizeof wire, &e);
	total = n + pack_names(wire + n, sizeof wire - n, &e);
	ck_assert_uint_eq(n, 5 + 16 + 7);
	ck_assert_int_eq(unpack_names(&got, wire, total, &used), 0);
	ck_assert_uint_eq(used, n);
	ck_assert_mem_eq(&got, &e, sizeof e);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(unpack_names(&got, wire, i, &used), ERR_PROTO);
	wire[4] = NAMES_MAX + 1;
	ck_assert_int_eq(unpack_names(&got, wire, sizeof wire, &used),
			 ERR_PROTO);
	wire[4] = 0;
	ck_assert_int_eq(unpack_names(&got, wire, n, &used), ERR_PROTO);
	wire[4] = 2;
	wire[3] = 0;
	ck_assert_int_eq(unpack_names(&got, wire, n, &used), ERR_PROTO);
}
END_TEST

START_TEST(publishing)
{
	struct published e = { PUBLISHED_TAKEN, "web", "why" }, got;
	char name[LABEL_MAX];
	size_t n, used;

	n = pack_publish(wire, sizeof wire, "web");
	ck_assert_int_eq(unpack_publish(name, wire, sizeof wire, &used), 0);
	ck_assert_uint_eq(used, n);
	ck_assert_str_eq(name, "web");
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(unpack_publish(name, wire, i, &used),
				 ERR_PROTO);
	wire[0] = 0;
	ck_assert_int_eq(unpack_publish(name, wire, n, &used), ERR_PROTO);
	n = pack_published(wire, sizeof wire, &e);
	ck_assert_int_eq(unpack_published(&got, wire, n), 0);
	ck_assert_uint_eq(got.state, e.state);
	ck_assert_str_eq(got.name, e.name);
	ck_assert_str_eq(got.text, e.text);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(unpack_published(&got, wire, i), ERR_PROTO);
	ck_assert_int_eq(unpack_published(&got, wire, n + 1), ERR_PROTO);
	e.name[0] = 0;
	n = pack_published(wire, sizeof wire, &e);
	ck_assert_int_eq(unpack_published(&got, wire, n), ERR_PROTO);
}
END_TEST

START_TEST(codes)
{
	struct code_wanted w = { 60000, "vault" }, wanted;
	struct code_is e = { CODE_LATER, 1500, "why" }, is;
	char code[CODE_MAX], longest[CODE_MAX + 1];
	size_t n;

	n = pack_code_wanted(wire, sizeof wire, &w);
	ck_assert_int_eq(unpack_code_wanted(&wanted, wire, n), 0);
	ck_assert_uint_eq(wanted.wait_ms, w.wait_ms);
	ck_assert_str_eq(wanted.resource, w.resource);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(unpack_code_wanted(&wanted, wire, i),
				 ERR_PROTO);
	ck_assert_int_eq(unpack_code_wanted(&wanted, wire, n + 1), ERR_PROTO);
	w.resource[0] = 0;
	n = pack_code_wanted(wire, sizeof wire, &w);
	ck_assert_int_eq(unpack_code_wanted(&wanted, wire, n), ERR_PROTO);

	n = pack_code(wire, sizeof wire, "123456");
	ck_assert_int_eq(unpack_code(code, wire, n), 0);
	ck_assert_str_eq(code, "123456");
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(unpack_code(code, wire, i), ERR_PROTO);
	ck_assert_int_eq(unpack_code(code, wire, n + 1), ERR_PROTO);
	ck_assert_int_eq(unpack_code(code, (const uint8_t *)"", 1), ERR_PROTO);
	memset(longest, '1', sizeof longest);
	longest[CODE_MAX] = 0;
	n = pack_code(wire, sizeof wire, longest);
	ck_assert_int_eq(unpack_code(code, wire, n), ERR_PROTO);
	longest[CODE_MAX - 1] = 0;
	n = pack_code(wire, sizeof wire, longest);
	ck_assert_int_eq(unpack_code(code, wire, n), 0);

	n = pack_code_is(wire, sizeof wire, &e);
	ck_assert_int_eq(unpack_code_is(&is, wire, n), 0);
	ck_assert_uint_eq(is.state, e.state);
	ck_assert_uint_eq(is.wait_ms, e.wait_ms);
	ck_assert_str_eq(is.text, e.text);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(unpack_code_is(&is, wire, i), ERR_PROTO);
	ck_assert_int_eq(unpack_code_is(&is, wire, n + 1), ERR_PROTO);
}
END_TEST

START_TEST(addresses_in_a_row)
{
	static struct addresses_entry e, got;
	size_t n, used, total;

	e = (struct addresses_entry){ .resource = 7, .n = 2 };
	ck_assert(!net_parse(&e.net[0], "10.9.0.0/24"));
	ck_assert(!net_parse(&e.net[1], "fd09::/63"));
	n = pack_addresses(wire, sizeof wire, &e);
	total = n + pack_addresses(wire + n, sizeof wire - n, &e);
	ck_assert_uint_eq(n, 5 + 6 + 18);
	ck_assert_int_eq(unpack_addresses(&got, wire, total, &used), 0);
	ck_assert_uint_eq(used, n);
	ck_assert_mem_eq(&got, &e, sizeof e);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(unpack_addresses(&got, wire, i, &used),
				 ERR_PROTO);
	wire[6] = 15; /* 10.9.0.0/15 has a bit behind its prefix */
	ck_assert_int_eq(unpack_addresses(&got, wire, n, &used), ERR_PROTO);
	wire[6] = 33;
	ck_assert_int_eq(unpack_addresses(&got, wire, n, &used), ERR_PROTO);
	wire[6] = 24;
	wire[5] = 5;
	ck_assert_int_eq(unpack_addresses(&got, wire, n, &used), ERR_PROTO);
	wire[5] = 4;
	wire[3] = 0;
	ck_assert_int_eq(unpack_addresses(&got, wire, n, &used), ERR_PROTO);
	wire[3] = 7;
	wire[4] = 0;
	ck_assert_int_eq(unpack_addresses(&got, wire, n, &used), ERR_PROTO);
}
END_TEST

START_TEST(login_and_tunnel)
{
	struct login l = { .user = "alice", .agent = "adit 0.1" };
	struct login c = { "alice", "adit 0.1", true, 0x1234 }, got;
	struct prompt q = { .info = "welcome",
			    .n = 1,
			    .ask = { { 0, "Password: " } } };
	struct profile p = { .marker = 1,
			     .session = 2,
			     .flags = 3,
			     .resume_grace = 600,
			     .gateway = "corp" };
	struct attach a = { .session = 2, .generation = 1, .count = 3 };
	struct goodbye g = { LEAVE_KICKED, 1000, "bye" };
	static struct answer s;

	s.n = 1;
	memcpy(s.text[0], "secret", sizeof "secret");
	EXACT(struct login, unpack_login, pack_login(wire, 999, &l));
	EXACT(struct login, unpack_login_change, pack_login(wire, 999, &c));
	ck_assert_int_eq(unpack_login(&got, wire, pack_login(wire, 999, &c)),
			 ERR_PROTO);
	ck_assert_int_eq(
		unpack_login_change(&got, wire, pack_login(wire, 999, &c)), 0);
	ck_assert(got.change && got.keep == 0x1234);
	EXACT(struct prompt, unpack_prompt, pack_prompt(wire, 999, &q));
	EXACT(struct answer, unpack_answer, pack_answer(wire, 999, &s));
	EXACT(struct profile, unpack_profile, pack_profile(wire, 999, &p));
	EXACT(struct attach, unpack_attach, pack_attach(wire, 999, &a));
	EXACT(struct goodbye, unpack_goodbye, pack_goodbye(wire, 999, &g));
	wire[0] = 0;
	wire[1] = PROMPT_MAX + 1;
	ck_assert_int_eq(unpack_prompt(&q, wire, 2), ERR_PROTO);
	ck_assert_int_eq(unpack_answer(&s, wire + 1, 1), ERR_PROTO);
}
END_TEST

START_TEST(words)
{
	ck_assert_str_eq(reason_str(REASON_DENIED), "denied");
	ck_assert_str_eq(reason_str(999), "unknown reason");
	ck_assert_str_eq(leave_str(LEAVE_KICKED), "ended by the administrator");
	ck_assert_str_eq(leave_str(999), "unknown reason");
	for (unsigned i = 0; i < REASON_COUNT; i++)
		ck_assert_ptr_nonnull(reason_str(i));
	for (unsigned i = 0; i < LEAVE_COUNT; i++)
		ck_assert_ptr_nonnull(leave_str(i));
}
END_TEST

SUITE("payload", open_with_each_destination, open_limits,
      a_name_with_a_nul_is_refused, opened_reset_numbers, expectations,
      resources_in_a_row, names_in_a_row, addresses_in_a_row, publishing, codes,
      login_and_tunnel, words)
