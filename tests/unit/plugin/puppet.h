/* SPDX-License-Identifier: BSD-2-Clause */
/* puppet.h - a plugin that does what its messages say; for tests.
 *
 * Each line is a message, and its first word an order:
 *
 *   drop hold detach finish close odd      that verdict (odd: none there is)
 *   say TEXT      rewrites itself to TEXT
 *   urge TEXT     the same, and its first byte is urgent
 *   inj TEXT      injects TEXT here, passes    inx TEXT   to the other side
 *   no TEXT       injects TEXT to the client, and is dropped
 *   exp HOST PORT ...   one expectation of these targets; becomes "at HOST PORT",
 *                 "denied" or "failed"         rev HOST PORT ...  in reverse
 *   shr HOST PORT ...   the same, shared      odr HOST PORT ...  in both ways
 *   kee HOST PORT ...   with ADIT_KEEP_PORT alone
 *   two P Q       two expectations of 10.0.0.1, at ports P and Q
 *   flip P        asks for P at first, for P + 1 in the replay
 *   more P        asks for another port in each replay
 *   wait          holds for as long as `wake` has not passed on the other side
 *   wake ignore count audit timer N  calls that function, passes
 *   outcome       becomes "ok", "denied" or "failed", of the last expectation
 *   skip N        passes, and so do the N bytes behind it, unseen
 *   gone N        is dropped, and the N bytes behind it pass unseen
 *   why HOST PORT   becomes "why TEXT", of one expectation, if it is refused
 *   give TEXT     one expectation of 10.0.0.1 with this data; becomes "ok"
 *   given         becomes "given TEXT", the data of its own expectation
 *   now           becomes "now N"
 *   times         becomes "times N": how many messages were final so far
 *   partial       is what a message without its end becomes
 *
 * "$NNN" before NNN bytes: they are skipped.  "!": not this protocol.
 * Everything else passes. */
#ifndef ADIT_TEST_PUPPET_H
#define ADIT_TEST_PUPPET_H

#include <adit/plugin.h>

struct puppet_state {
	uint64_t finals; /* counted before each verdict: HOLD undoes it */
	uint32_t id;
	uint32_t woken;
};

extern const struct adit_plugin puppet;

#endif
