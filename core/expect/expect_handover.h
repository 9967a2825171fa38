/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_handover.h - expectations on their way to another process
 * (base/handover.h). */
#ifndef ADIT_EXPECT_EXPECT_HANDOVER_H
#define ADIT_EXPECT_EXPECT_HANDOVER_H

#include "base/handover.h"
#include "expect/expect.h"

/* The table's own numbers and clock: before the channels, which may ask. */
void expect_table_handover(struct handover *c, struct expect_table *t);
/* All of its expectations and listeners: behind the channels.  Receiving, they
 * rest until expect_go_on. */
void expect_handover(struct handover *c, struct expect_table *t);

#endif
