/* SPDX-License-Identifier: BSD-2-Clause */
/* flight.h - how much may be on its way at once, so that the queue before the
 * narrowest link of a path stays short.  No socket, no clock. */
#ifndef ADIT_NET_FLIGHT_H
#define ADIT_NET_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flight {
	size_t limit;  /* bytes on their way; SIZE_MAX: any */
	uint64_t pace; /* bytes per second; UINT64_MAX: any */
	/* flight.c's own */
	uint64_t rate[2];             /* the highest of this period and of the
					 * one before, bytes per second */
	uint32_t rtt, lowest;         /* without a queue; of this period */
	uint64_t period_us, drain_us; /* when they end */
	uint64_t at_us, acked, delivered;
	bool busy, used, on, drains;
	unsigned high, low; /* samples in a row */
};

/* What TCP says of a connection. */
struct flight_sample {
	uint64_t now_us;
	uint64_t acked, delivered; /* bytes, since its beginning */
	uint32_t rtt_us;           /* smoothed */
	size_t bytes;              /* on their way */
};

void flight_init(struct flight *);
/* To be called often; looks closer about once in a round trip. */
void flight_sample(struct flight *, const struct flight_sample *);

#endif
