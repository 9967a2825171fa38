/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_reach.h - how agents reach a gateway, and know it. */
#ifndef ADIT_ADITCTL_CTL_REACH_H
#define ADIT_ADITCTL_CTL_REACH_H

#include "aditctl/ctl.h"
#include "policy/host.h"
#include "tls/tls.h"

enum { REACH_TEXT = HOST_CAP + 16 };

/* Whom agents dial who want to come to `at`: the name, if it has one, or else
 * the address, or else this machine's name where it is any address. */
void reach_host(const struct addr *at, const char *name, char host[HOST_CAP]);
/* "host:port", "[v6]:port"; returns text. */
const char *reach_text(const char *host, uint16_t port, char text[REACH_TEXT]);
/* For each of the gateway's listening addresses, without doubles; those of this
 * machine alone only if there are no others.  0 or ERR_NOMEM. */
MUST_CHECK int reach_list(const struct gw_gateway *g, struct name_list *out);

/* The text of the gateway's certificate, with a NUL behind it, and its pin.  0
 * or an exit status, said. */
MUST_CHECK int reach_pin(const struct gw_gateway *g, struct buf *pem,
			 char pin[TLS_PIN_TEXT]);

#endif
