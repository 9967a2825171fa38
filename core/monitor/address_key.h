/* SPDX-License-Identifier: BSD-2-Clause */
/* address_key.h - the key by which targets of plugins are named to agents, so
 * that an agent gives them the same address after a new login, and cannot find
 * out what they are. */
#ifndef ADIT_MONITOR_ADDRESS_KEY_H
#define ADIT_MONITOR_ADDRESS_KEY_H

#include "base/siphash.h"

/* The key in the file `address.key` of this folder, which is made where there
 * is none.  Without a folder (NULL), or where that fails, which the log says,
 * it is a new one, and addresses change after a restart. */
void address_key_get(struct sip_key *, const char *state_dir);

#endif
