/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_policy.h - where a plugin may lead: to the host of its own server, and
 * where redirect_allow says (policy/lead.h). */
#ifndef ADIT_EXPECT_EXPECT_POLICY_H
#define ADIT_EXPECT_EXPECT_POLICY_H

#include "policy/policy.h"

#include <adit/plugin.h>

/* Of the channel whose plugin announces a connection. */
struct expect_policy {
	const struct gw_resource *resource; /* NULL: nothing more may be */
	const struct gw_locals *locals;
	const struct adit_addr *server; /* as connected */
};

/* Whether a connection may lead to this address, which the plugin has called
 * `name`, or "". */
bool expect_policy_lets_out(const struct expect_policy *p, const struct addr *a,
			    const char *name);
/* Whether the server may connect from this address: from its own, or from where
 * a plugin may lead. */
bool expect_policy_lets_in(const struct expect_policy *p, const struct addr *a);

#endif
