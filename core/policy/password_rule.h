/* SPDX-License-Identifier: BSD-2-Clause */
/* password_rule.h - which new passwords a user may choose. */
#ifndef ADIT_POLICY_PASSWORD_RULE_H
#define ADIT_POLICY_PASSWORD_RULE_H

enum { PASSWORD_SHORTEST = 8 }; /* characters: the least of NIST SP 800-63B */

/* NULL, or a sentence for the user: why this password cannot take the place of
 * `old`. */
const char *password_fault(const char *fresh, const char *old,
			   const char *user);

#endif
