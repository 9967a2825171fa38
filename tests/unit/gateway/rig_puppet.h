/* SPDX-License-Identifier: BSD-2-Clause */
/* rig_puppet.h - one channel of alice in the rig, which the plugin puppet
 * (plugin/puppet.h) reads.
 *
 *   application -> agent's session -> gateway, puppet -> server
 *   client_says                                          server_hears
 *   client_hears  <------------------------------------  server_says
 */
#ifndef ADIT_TEST_GATEWAY_RIG_PUPPET_H
#define ADIT_TEST_GATEWAY_RIG_PUPPET_H

#include "gateway/inspection.h"
#include "gateway/rig.h"

struct rig_puppet {
	struct rig_user user;
	struct gsession *gs;
	struct mem *mem; /* the agent's end of the channel */
	int echo;        /* the server of another one: rig_puppet_echo */
};

/* Resources `files` (127.0.0.1:21, which puppet reads and which may lead to
 * 10.0.0.1 and to server.example) and `echo` (127.0.0.1:7). */
extern const char rig_puppet_conf[];

/* Up to the connected channel, of an application at 127.0.0.1:4000; `tcp` is
 * rig.tcp.  In one step, or in two. */
void rig_puppet_begin(struct rig_puppet *, bool tcp);
void rig_puppet_login(struct rig_puppet *, bool tcp);
void rig_puppet_open(struct rig_puppet *);
void rig_puppet_end(struct rig_puppet *);
struct inspection *rig_inspection(const struct rig_puppet *);
/* Another channel, to `echo`: its ends at the agent and here. */
struct mem *rig_puppet_echo(struct rig_puppet *, struct gchan **);

void client_says(struct rig_puppet *, const char *text);
void server_says(struct rig_puppet *, const char *text);
/* EXPECTED: the agent listens at this port; 0: it cannot. */
void agent_answers(struct rig_puppet *, uint32_t id, uint16_t port);
/* All that is there by now must be this. */
void client_hears(struct rig_puppet *, const char *text);
void server_hears(struct rig_puppet *, const char *text);

#endif
