/* SPDX-License-Identifier: BSD-2-Clause */
/* bridge.h - two TCP connections of this machine, joined byte for byte. */
#ifndef ADIT_RUN_BRIDGE_H
#define ADIT_RUN_BRIDGE_H

#include "base/list.h"

struct loop;

/* Takes both, of which one may still be connecting; it goes by itself when both
 * have ended.  Where there is no memory both are reset. */
void bridge_join(struct list *bridges, struct loop *, int one, int other);
/* Resets all that are left. */
void bridge_free_all(struct list *bridges);

#endif
