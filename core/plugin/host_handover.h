/* SPDX-License-Identifier: BSD-2-Clause */
/* host_handover.h - hands an inspected channel over to another process
 * (base/handover.h). */
#ifndef ADIT_PLUGIN_HOST_HANDOVER_H
#define ADIT_PLUGIN_HOST_HANDOVER_H

#include "base/handover.h"
#include "plugin/host.h"

/* The struct inspect_info of a channel, without user and parent. */
void inspect_info_handover(struct handover *, struct inspect_info *);
struct inspect_info inspect_info_of(const struct adit_channel *ch);
/* Everything else.  In the process that takes over, `ch` comes from inspect_new
 * for the plugin of the same name, and inspect_start is not called.  False: the
 * plugin's state is of another version, and `ch` can only be freed. */
MUST_CHECK bool inspect_handover(struct handover *, struct adit_channel *ch);
/* Moves a channel as a handover would, within this process, to test a plugin:
 * frees `ch` and returns the channel that goes on.  NULL: it cannot be moved,
 * and `ch` stays. */
MUST_CHECK struct adit_channel *inspect_hand_over(struct adit_channel *ch);

void adit_addr_handover(struct handover *, struct adit_addr *);

#endif
