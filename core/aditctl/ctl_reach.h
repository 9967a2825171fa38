/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_reach.h - which addresses agents dial to reach a gateway, and its pin. */
#ifndef ADIT_ADITCTL_CTL_REACH_H
#define ADIT_ADITCTL_CTL_REACH_H

#include "aditctl/ctl.h"
#include "policy/host.h"
#include "tls/tls.h"

enum { REACH_TEXT = HOST_CAP + 16 };

/* What agents dial to reach the listening address `at`: the gateway's name, if
 * it has one; or the address; or, where that is 0.0.0.0 or ::, the name of this
 * machine. */
void reach_host(const struct addr *at, const char *name, char host[HOST_CAP]);
/* "host:port", "[v6]:port"; returns text. */
const char *reach_text(const char *host, uint16_t port, char text[REACH_TEXT]);
/* Adds a text for each listening address of the gateway, without duplicates.
 * Loopback addresses are left out if there are others.  0 or ERR_NOMEM. */
MUST_CHECK int reach_list(const struct gw_gateway *g, struct name_list *out);

/* Reads the gateway's certificate: its text, with a NUL at the end, into `pem`,
 * and its pin.  0, or an exit status: an error is printed. */
MUST_CHECK int reach_pin(const struct gw_gateway *g, struct buf *pem,
			 char pin[TLS_PIN_TEXT]);

#endif
