/* SPDX-License-Identifier: BSD-2-Clause */
/* expected.c - connections that plugins announce: not yet. */
#include "gateway/expected.h"

void expected_init(struct gsession *gs){(void)gs;}
void expected_fini(struct gsession *gs){(void)gs;}
void expected_drop_all(struct gsession *gs){(void)gs;}
void expected_expire(struct gsession *gs, uint64_t n){(void)gs;(void)n;}
int expected_on_answer(struct gsession *gs, const struct frame *f, const uint8_t *p){(void)gs;(void)f;(void)p;return 0;}
bool expected_on_open(struct gchan *g, const struct open *o){(void)g;(void)o;return false;}
void expected_resolved(struct gchan *g, const struct addr *a, unsigned n){(void)g;(void)a;(void)n;}
void expected_on_opened(struct chan *c, const struct opened *o){(void)c;(void)o;}
void expected_channel_gone(struct gchan *g){(void)g;}
