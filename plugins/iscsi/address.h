/* SPDX-License-Identifier: BSD-2-Clause */
/* address.h - the value of the key TargetAddress (RFC 7143, section 13.8):
 * HOST[:PORT][,GROUP], where HOST is a name, IPv4, or IPv6 in brackets. */
#ifndef ADIT_PLUGINS_ISCSI_ADDRESS_H
#define ADIT_PLUGINS_ISCSI_ADDRESS_H

#include <adit/plugin.h>

/* Reads the text, which ends with a NUL.  Returns the part behind the port
 * ("" or ",GROUP"), or NULL: it is malformed. */
const char *iscsi_address_read(const char *text, struct adit_addr *at);
/* "127.77.0.9:41390" or "[::1]:41390" and `group` to out[cap]; returns the
 * length, or 0 if it does not fit. */
size_t iscsi_address_write(const struct adit_addr *at, const char *group,
			   char *out, size_t cap);

#endif
