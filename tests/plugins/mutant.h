/* SPDX-License-Identifier: BSD-2-Clause */
/* mutant.h - included before a plugin, breaks it: its transcripts must notice.
 * MUTANT says how. */
#include <adit/plugin.h>

#define SAME_HOST 1 /* trusts every address */
#define PORTS 2     /* trusts every port */
#define HASTY 3     /* does not wait for answers */
#define CUT 4       /* takes for a line whatever has arrived */
#define SLEEPER 5   /* wakes nobody */
#define NO_ARM 6
#define NO_CANCEL 7
#define ARMED 8    /* lets the server in before it has said OK */
#define STATEFUL 9 /* counts a replay as a message of its own */
#define DEAF 10    /* passes half a line at the end */

#if MUTANT == SAME_HOST
#define adit_addr_same_host(a, b) ((a) && (b))
#elif MUTANT == PORTS
#define adit_ports_has(set, port) ((set) && (port))
#elif MUTANT == HASTY
#define ADIT_HOLD ADIT_PASS
#elif MUTANT == CUT
#define adit_frame_line adit_frame_raw
#elif MUTANT == SLEEPER
#define adit_wake(ch, dir) ((void)(ch))
#elif MUTANT == NO_ARM
#define adit_arm(ch, id) ((void)(ch))
#elif MUTANT == NO_CANCEL
#define adit_cancel(ch, id) ((void)(ch))
#elif MUTANT == ARMED
#undef ADIT_UNARMED
#define ADIT_UNARMED 0
#elif MUTANT == STATEFUL
static struct {
	unsigned char bytes[64];
} outside;
#define adit_state(ch) ((void)(ch), (void *)&outside)
#elif MUTANT == DEAF
#undef ADIT_PARTIAL
#define ADIT_PARTIAL 0
#endif
