/* SPDX-License-Identifier: BSD-2-Clause */
/* zone.h - the time zones that the hours of resources name: from the files of
 * this machine, and as text to a process that has no files. */
#ifndef ADIT_POLICY_ZONE_H
#define ADIT_POLICY_ZONE_H

#include "base/buf.h"
#include "policy/conf.h"

/* Takes the rule out of p[n], the bytes of a file of /usr/share/zoneinfo
 * (RFC 9636): the line behind its last transition.  0 with the rule as text;
 * or ERR_INVAL: it is no such file, or has no rule. */
MUST_CHECK int zone_rule_of(const void *p, size_t n,
			    char rule[HOURS_RULE_TEXT]);

/* Reads the zones of all resources that have hours: $TZDIR/NAME or
 * /usr/share/zoneinfo/NAME; without a name /etc/localtime, or UTC where that is
 * missing.  0; or ERR_CONF or ERR_NOMEM with the errors in `e`. */
MUST_CHECK int zones_read(struct gw_conf *c, struct conf_errors *e);
/* Appends what zones_read has found to `out`.  0 or ERR_NOMEM. */
MUST_CHECK int zones_pack(struct buf *out, const struct gw_conf *c);
/* The other direction, for the same configuration, before other threads have
 * it.  0 or ERR_PROTO. */
MUST_CHECK int zones_unpack(struct gw_conf *c, const void *p, size_t n);

#endif
