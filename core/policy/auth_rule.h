/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_rule.h - what a login at a virtual gateway must show: the key `auth`. */
#ifndef ADIT_POLICY_AUTH_RULE_H
#define ADIT_POLICY_AUTH_RULE_H

#include "base/defs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order in which one login goes through them. */
enum auth_method {
	METHOD_CERTIFICATE, /* a client certificate, in the TLS handshake */
	METHOD_USERS,       /* a password of the users file */
	METHOD_PAM,         /* what the PAM service `adit` asks for */
	METHOD_OTP,         /* a one-time code */
	METHODS
};

#define METHOD_BIT(m) (1u << (m))
#define METHODS_PASSWORD (METHOD_BIT(METHOD_USERS) | METHOD_BIT(METHOD_PAM))

enum { AUTH_SETS_MAX = 8 };

/* "certificate and otp or users": alternatives, tried in their order, each of
 * which is a set of methods that all have to be met. */
struct auth_rule {
	uint8_t n;                  /* at least 1 */
	uint8_t set[AUTH_SETS_MAX]; /* of METHOD_BIT */
};

/* 0, or ERR_CONF with what is wrong in why[cap]. */
MUST_CHECK int auth_rule_parse(struct auth_rule *, const char *text, char *why,
			       size_t cap);
/* "users".  Constant. */
const char *auth_method_str(enum auth_method);
/* The methods of all alternatives, as bits. */
unsigned auth_rule_all(const struct auth_rule *);
/* Whether each alternative has a password, so that it can be asked for at
 * once. */
bool auth_rule_has_password(const struct auth_rule *);
/* Whether no alternative does without this method. */
bool auth_rule_needs(const struct auth_rule *, enum auth_method);

#endif
