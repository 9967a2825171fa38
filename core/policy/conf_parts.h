/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_parts.h - what the files that read aditd.ini share; for this folder
 * only. */
#ifndef ADIT_POLICY_CONF_PARTS_H
#define ADIT_POLICY_CONF_PARTS_H

#include "policy/conf.h"
#include "policy/publish.h"

extern const struct opt gw_server_opts[];
extern const struct opt gw_gateway_opts[];
extern const struct opt gw_resource_opts[];
extern const struct opt gw_group_opts[];
extern const struct opt gw_user_opts[];
extern const struct opt gw_publish_opts[];

/* Checks a config of which all lines have been read, and fills in what follows
 * from them.  0; or ERR_CONF or ERR_NOMEM with the errors in `e`. */
MUST_CHECK int gw_conf_check(struct gw_conf *c, struct conf_errors *e,
			     struct conf_errors *warn);
/* Checks one resource (conf_resource.c).  Errors go to `e`; returns ERR_NOMEM
 * to stop, and other results do not matter. */
MUST_CHECK int gw_check_resource(const struct gw_conf *c, struct gw_resource *r,
				 struct conf_errors *e);
/* Checks one [publish] against all other sections (conf_publish.c), and finds
 * its groups.  Errors go to `e`. */
void gw_check_publish(const struct gw_conf *c, struct gw_publish *p,
		      struct conf_errors *e);

#endif
