/* SPDX-License-Identifier: BSD-2-Clause */
/* publish.h - [publish NAME] of aditd.ini: what users may offer to others at an
 * address of the gateway. */
#ifndef ADIT_POLICY_PUBLISH_H
#define ADIT_POLICY_PUBLISH_H

#include "policy/conf.h"

/* A server on the machine of a user, which the gateway lets others reach. */
struct gw_publish {
	char *name;
	struct addr_list listen;             /* addresses of the gateway */
	struct name_list group_names;        /* whose users may publish it */
	struct net_list allow;               /* who may connect; empty: all */
	uint64_t groups[GW_GROUPS_MAX / 64]; /* a bit for each group */
	struct opt_lines lines;
};

/* NULL: there is none of this name. */
const struct gw_publish *gw_conf_publish(const struct gw_conf *c,
					 const char *name);

#endif
