/* SPDX-License-Identifier: BSD-2-Clause */
/* made.h - configurations and questions for the tests of policy/. */
#ifndef ADIT_TEST_POLICY_MADE_H
#define ADIT_TEST_POLICY_MADE_H

#include "policy/policy.h"
#include "suite.h"

#include <string.h>

/* Lines 1 to 5; what a test adds begins in line 6. */
#define GATEWAY                                                                \
	"[gateway corp]\nlisten = 127.0.0.1:443\ncertificate = c\n"            \
	"private_key = k\nusers = u\n"

/* Must be right. */
static inline struct gw_conf *made(const char *text)
{
	struct conf_errors e = { .file = "t.ini" };
	struct gw_conf *c = gw_conf_parse(text, strlen(text), &e, NULL);

	ck_assert_msg(c != NULL, "%s", e.text[0]);
	return c;
}

static inline struct addr address(const char *text)
{
	struct addr a;

	ck_assert_msg(!addr_parse(&a, text, 0), "no address: %s", text);
	return a;
}

static inline struct net network(const char *text)
{
	struct net n;

	ck_assert_msg(!net_parse(&n, text), "no network: %s", text);
	return n;
}

#endif
