/* SPDX-License-Identifier: BSD-2-Clause */
/* client_user.h - the user's name in a client's certificate. */
#ifndef ADIT_TLS_CLIENT_USER_H
#define ADIT_TLS_CLIENT_USER_H

#include "tls/client_ca.h"

#include <gnutls/x509.h>

/* Fills in the user.  CLIENT_NO_NAME where the certificate has no such name, or
 * two that differ, since nobody could say which one is meant;
 * CLIENT_OTHER_NAME, CLIENT_GOOD. */
enum client_verdict client_user_find(gnutls_x509_crt_t,
				     const struct client_rule *,
				     char user[CLIENT_NAME]);

#endif
