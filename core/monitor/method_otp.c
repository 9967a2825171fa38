/* SPDX-License-Identifier: BSD-2-Clause */
/* method_otp.c - the method `otp`: a one-time code. */
#include "monitor/attempt.h"

#include "base/err.h"
#include "monitor/otp_codes.h"

#include <stdio.h>
#include <time.h>

/* Whatever came before in this login: a wrong password hears the same as a
 * right one, and neither counts as a guess. */
static void otp_put_off(struct attempt *t)
{
	snprintf(t->hint, sizeof t->hint,
		 "the gateway cannot check one-time codes now, whether right "
		 "or wrong; its administrator finds the reason in its log");
	attempt_broken(t);
}

/* Who has no secret is asked all the same, and is not told that. */
static int otp_step(struct attempt *t)
{
	static const struct prompt code = {
		.n = 1, .ask = { { 0, "One-time code: " } }
	};
	bool broken = false;
	struct otp_question q = {
		.users = t->users,
		.user = t->asked.user,
		.code = t->answer.text[0],
		.now = (uint64_t)time(NULL),
		/* Of a login that has failed already it is not used up, yet
		 * looked at: how long that takes tells nobody which answer was
		 * the wrong one. */
		.peek = t->failed,
		.broken = &broken,
	};
	bool right;

	if (!t->is_given) {
		attempt_ask(t, &code);
		return 0;
	}
	right = otp_codes_take(t->auth->codes, &q);
	t->has_tried |= !broken;
	if (broken)
		otp_put_off(t);
	else if (right)
		attempt_met(t, "");
	else
		attempt_failed(t);
	return 0;
}

/* A code was right at its time; a secret of later changes nothing. */
static int otp_still(struct right *r)
{
	(void)r;
	return 0;
}

const struct method method_otp = {
	.step = otp_step,
	.still = otp_still,
};
