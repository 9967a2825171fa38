/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_identity.c - the certificate that an agent shows when it logs in.
 *
 * It is read anew for each login, so that a renewed one counts at once.  Only a
 * login shows it: a tunnel of the same session proves by the session's secret
 * whose it is, and needs no token, nor its PIN. */
#include "agent/uplink_parts.h"

#include "base/err.h"

#include <stdio.h>

/* A wrong PIN stays wrong, and a token locks itself after some: such a login is
 * refused as by a gateway.  A token that is not there, or a certificate that
 * has ended, may be another one later; but who waits for `adit up` hears of it
 * at once. */
int uplink_identity_open(struct uplink *u, struct tls_identity **out)
{
	const struct tls_identity_conf conf = {
		.certificate = u->conf->certificate,
		.key = u->conf->key,
		.pin = u->pin && u->pin[0] ? u->pin : NULL,
	};
	char why[500];
	int ret = 0;

	*out = NULL;
	if (conf.certificate)
		ret = tls_identity_new(out, &conf, why, sizeof why);
	if (!ret)
		return 0;
	snprintf(u->trouble, sizeof u->trouble, "%s", why);
	u->wrong_password = false;
	if (ret == ERR_DENIED || ret == ERR_NOTFOUND || u->first)
		uplink_refused(u, LEAVE_DENIED);
	else
		uplink_failed(u);
	return ret;
}
