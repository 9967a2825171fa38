/* SPDX-License-Identifier: BSD-2-Clause */
/* pack.h - what a pack function and an unpack function return; for the files of
 * this folder only. */
#ifndef ADIT_FRAME_PACK_H
#define ADIT_FRAME_PACK_H

#include "base/err.h"
#include "base/wire.h"

static inline size_t wr_len(const struct wr *w, const uint8_t *start)
{
	return w->bad ? 0 : (size_t)(w->p - start);
}

static inline int rd_result(const struct rd *r)
{
	return rd_is_done(r) ? 0 : ERR_PROTO;
}

#endif
