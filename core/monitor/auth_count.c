/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_count.c - what is counted of logins: their results and times. */
#include "monitor/attempt.h"

#include "net/loop.h"

/* Without the time that who logs in took for answers.  A code for a resource is
 * no login. */
void attempt_count(struct attempt *t, enum login_result result)
{
	uint64_t now = clock_now_us(), us = now - t->began_us - t->asked_us;

	if (t->in_session)
		return;
	if (t->state == ATTEMPT_ASKS)
		us -= now - t->asks_us;
	t->auth->counters.result[result]++;
	attempt_audit(t, result);
	login_times_add(&t->auth->times, t->rule.set[t->set], result, us);
}

void auth_count(const struct auth *a, struct auth_counters *out)
{
	*out = a->counters;
	out->waiting = a->waiting;
}

json_t *auth_times(const struct auth *a)
{
	return login_times_json(&a->times);
}
