/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_parts.h - what the files that make a gw_conf share. */
#ifndef ADIT_POLICY_CONF_PARTS_H
#define ADIT_POLICY_CONF_PARTS_H

#include "policy/conf.h"

extern const struct opt gw_server_opts[];
extern const struct opt gw_gateway_opts[];
extern const struct opt gw_resource_opts[];
extern const struct opt gw_group_opts[];

/* Everything that must hold once all lines are read.  0 or ERR_CONF,
 * ERR_NOMEM with the reason in `e`. */
MUST_CHECK int gw_conf_check(struct gw_conf *c, struct conf_errors *e,
			     struct conf_errors *warn);
/* Resources and groups, told apart by file only for its length. */
MUST_CHECK int gw_check_resource(const struct gw_conf *c, struct gw_resource *r,
				 struct conf_errors *e);

#endif
