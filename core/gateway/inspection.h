/* SPDX-License-Identifier: BSD-2-Clause */
/* inspection.h - ties a plugin (plugin/host.h) to a channel and its server. */
#ifndef ADIT_GATEWAY_INSPECTION_H
#define ADIT_GATEWAY_INSPECTION_H

#include "gateway/gchan.h"

/* The timer of an owner's inspections. */
void inspections_init(struct owner *);

/* The channel is to be read by the plugin of its resource. */
bool inspection_wanted(const struct gchan *);
/* Takes the connected fd and what gc->dial holds; resets the channel if it
 * cannot. */
void inspection_begin(struct gchan *, int fd);
/* Harmless where there is none. */
void inspection_end(struct gchan *);

#endif
