/* SPDX-License-Identifier: BSD-2-Clause */
/* host_handover.h - inspected channels on their way to another process
 * (base/handover.h). */
#ifndef ADIT_PLUGIN_HOST_HANDOVER_H
#define ADIT_PLUGIN_HOST_HANDOVER_H

#include "base/handover.h"
#include "plugin/host.h"

/* What a channel knows of its peers, as inspect_new wants it, without user and
 * parent. */
void inspect_info_handover(struct handover *, struct inspect_info *);
struct inspect_info inspect_info_of(const struct adit_channel *ch);
/* Everything else.  Arriving, `ch` is fresh from inspect_new, for the plugin of
 * the same name; it is not to be started.  False: the plugin's state is of
 * another version, and `ch` is good for nothing but inspect_free. */
MUST_CHECK bool inspect_handover(struct handover *, struct adit_channel *ch);
/* As if it had left and arrived here: `ch` is freed, its plugin goes on in what
 * is returned.  NULL: no memory, and `ch` stays.  For those who test
 * plugins. */
MUST_CHECK struct adit_channel *inspect_move(struct adit_channel *ch);

void adit_addr_handover(struct handover *, struct adit_addr *);

#endif
