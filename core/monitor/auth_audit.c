/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_audit.c - the audit line of a login. */
#include "monitor/attempt.h"

#include "policy/users.h"

#include <stdio.h>
#include <string.h>

enum { METHODS_TEXT = 64 }; /* all of them, joined */

/* "users,otp"; "-": none. */
static const char *audit_methods(unsigned set, char text[METHODS_TEXT])
{
	size_t n = 0;

	snprintf(text, METHODS_TEXT, "-");
	for (unsigned m = 0; m < METHODS && n < METHODS_TEXT; m++)
		if (set & METHOD_BIT(m))
			n += (size_t)snprintf(
				text + n, METHODS_TEXT - n, "%s%s",
				n ? "," : "",
				auth_method_str((enum auth_method)m));
	return text;
}

/* The administrators read more than who tried is told. */
static const char *audit_login_why(const struct attempt *t)
{
	if (t->is_locked)
		return "the user is locked";
	if (t->state == ATTEMPT_ASKS)
		return "a question was not answered";
	return t->wrong & METHOD_BIT(METHOD_CERTIFICATE) ? t->hint : "";
}

void attempt_audit(const struct attempt *t, enum login_result result)
{
	bool right = result == LOGIN_ACCEPTED;
	char source[ADDR_TEXT], methods[METHODS_TEXT], failed[METHODS_TEXT];
	/* Anything can be typed; what no user can be called might look like
	 * further keys. */
	const char *user = user_name_ok(t->asked.user) ? t->asked.user : "-";

	if (result == LOGIN_DELAYED || (right && t->asked.change))
		return;
	log_audit("evt=login user=%s gateway=%s source=%s result=%s "
		  "methods=%s failed=%s reason=\"%s\"",
		  user, t->gateway, addr_str(&t->asked.source, source),
		  right ? "accepted" : "refused",
		  audit_methods(right ? t->rule.set[t->set] : 0, methods),
		  audit_methods(right ? 0 : t->wrong, failed),
		  right ? "" : audit_login_why(t));
}
