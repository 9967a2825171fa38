/* SPDX-License-Identifier: BSD-2-Clause */
/* login_times.h - how long the gateway took for logins, by their methods and
 * results, for monitoring.  No user is in it. */
#ifndef ADIT_MONITOR_LOGIN_TIMES_H
#define ADIT_MONITOR_LOGIN_TIMES_H

#include "policy/auth_rule.h"
#include "process/metric_times.h"

enum login_result {
	LOGIN_ACCEPTED,
	LOGIN_REFUSED,
	LOGIN_DELAYED, /* told to try again later */
	LOGIN_RESULTS
};

/* All zero: there were no logins yet. */
struct login_times {
	struct metric_times of[1 << METHODS][LOGIN_RESULTS];
};

/* `set`: METHOD_BIT of the alternative that it ended with. */
void login_times_add(struct login_times *, unsigned set, enum login_result,
		     uint64_t us);
/* {"users and otp": {"accepted": a histogram}}, of what there was; the
 * caller's. */
json_t *login_times_json(const struct login_times *);

#endif
