/* SPDX-License-Identifier: BSD-2-Clause */
/* run_names_test.c - which names a command finds, and at what addresses. */
#include "run/run_rig.h"

#include "intercept/synthetic.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static uint8_t reply[STUB_REPLY];
static size_t len;

/* `db.x` and all below `y` lead to resources; so does any name, if `any`. */
static void begin(bool any)
{
	static const struct names_entry names = { 1, 2, { "*.y", "db.x" } };
	struct resource_entry e[] = { rig_entry("echo", 2000),
				      rig_entry("any", 2001) };
	uint8_t p[100];
	size_t n = pack_names(p, sizeof p, &names);

	e[1].id = 2;
	e[1].flags = RESOURCE_ANY;
	rig_open();
	rig_up();
	rig_list(FLAG_FIRST, e, any ? 2 : 1);
	rig_say(&(struct said){ FRAME_NAMES, 0, 0, 0, p, n });
	rig_list(FLAG_LAST, NULL, 0);
	UNTIL(resources_find(rig.agent, "echo") &&
	      resources_find(rig.agent, "echo")->names.n == 2);
	run_rig_open();
}

static void end(void)
{
	run_rig_close();
	rig_close();
}

static enum stub_verdict ask(const char *name)
{
	uint8_t q[300];

	return run_names_reply(&run, q, run_rig_query(q, name), reply, &len);
}

static void has_address(const char *name)
{
	struct addr at = { .family = AF_INET };

	ck_assert_int_eq(ask(name), STUB_ANSWER);
	ck_assert_uint_eq(reply[7], 1);
	memcpy(at.ip, reply + len - 4, 4);
	ck_assert_str_eq(synthetic_name(rig.agent->synthetic, &at), name);
}

START_TEST(covered_names)
{
	begin(false);
	has_address("db.x");
	has_address("a.b.y");
	ck_assert_int_eq(ask("y"), STUB_ANSWER); /* it exists, no more */
	ck_assert_uint_eq(reply[7], 0);
	ck_assert_int_eq(ask("other"), STUB_ELSEWHERE);
	ck_assert_uint_eq(reply[3] & 15, 3);
	ck_assert_int_eq(ask("a.localhost"), STUB_ANSWER);
	ck_assert_mem_eq(reply + len - 4, "\x7f\0\0\1", 4);
	end();
}
END_TEST

/* The gateway does not tell which names lead to an any-IP resource: any may. */
START_TEST(any_name)
{
	begin(true);
	has_address("other");
	end();
}
END_TEST

/* Names that do not certainly lead to a resource are looked up on this
 * machine. */
START_TEST(also_direct)
{
	begin(true);
	run.syns.direct = true;
	has_address("db.x");
	ck_assert_int_eq(ask("y"), STUB_ELSEWHERE);
	ck_assert_int_eq(ask("other"), STUB_ELSEWHERE);
	end();
}
END_TEST

static unsigned servers(const char *text, struct addr at[RUN_SERVERS])
{
	char path[] = "/tmp/resolv-XXXXXX";
	int fd = mkstemp(path);
	unsigned n;

	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	n = run_forward_servers(path, at);
	unlink(path);
	return n;
}

START_TEST(name_servers)
{
	struct addr at[RUN_SERVERS];
	char text[ADDR_TEXT];

	ck_assert_uint_eq(
		servers("search x\n#nameserver 9.9.9.9\n"
			"nameserver\t192.0.2.1 \nnameservers 1.1.1.1\n"
			"nameserver x\nnameserver 2001:db8::1\n"
			"nameserver 192.0.2.3\nnameserver 1.1.1.1\n",
			at),
		3);
	ck_assert_str_eq(addr_str(&at[0], text), "192.0.2.1:53");
	ck_assert_str_eq(addr_str(&at[1], text), "[2001:db8::1]:53");
	ck_assert_str_eq(addr_str(&at[2], text), "192.0.2.3:53");
	ck_assert_uint_eq(servers("nameserver", at), 0);
	ck_assert_uint_eq(run_forward_servers("/nowhere/resolv.conf", at), 0);
}
END_TEST

SUITE("run_names", covered_names, any_name, also_direct, name_servers)
