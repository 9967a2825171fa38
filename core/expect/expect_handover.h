/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_handover.h - expectations on their way to another process
 * (base/handover.h). */
#ifndef ADIT_EXPECT_EXPECT_HANDOVER_H
#define ADIT_EXPECT_EXPECT_HANDOVER_H

#include "base/handover.h"
#include "expect/expect.h"

/* One expectation.  Arriving, it is made in `t` and owned by it; NULL: bad. */
struct expectation *expect_handover(struct handover *, struct expect_table *t,
				    struct expectation *leaving);
/* The table's own clock and numbers. */
void expect_table_handover(struct handover *, struct expect_table *t);

#endif
