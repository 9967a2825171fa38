/* SPDX-License-Identifier: BSD-2-Clause */
/* bench.h - measures how fast a plugin reads the bytes of transcripts. */
#ifndef ADIT_KIT_BENCH_H
#define ADIT_KIT_BENCH_H

#include "kit/suite.h"

/* Plays each transcript again and again for so many seconds, and prints how
 * many messages and bytes a second of the plugin's own time is enough for.
 * False: one of them does not play, which is reported. */
MUST_CHECK bool bench_run(const struct suite *s, unsigned seconds);

#endif
