/* SPDX-License-Identifier: BSD-2-Clause */
/* flight.h - how many bytes may be on their way at once, so that the queue in
 * front of the slowest link of a path stays short.  No socket, no clock. */
#ifndef ADIT_NET_FLIGHT_H
#define ADIT_NET_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flight {
	/* The result. */
	size_t limit;  /* bytes on their way; SIZE_MAX: no limit */
	uint64_t pace; /* bytes per second; UINT64_MAX: no limit */

	/* For flight.c only. */
	uint64_t rate[2];     /* highest bytes per second, of this period and
				* of the one before */
	uint32_t rtt, lowest; /* microseconds: without a queue; lowest of this
				* period */
	uint64_t period_us, drain_us;     /* when period and draining end */
	uint64_t at_us, acked, delivered; /* of the last sample */
	bool busy;      /* a transfer was going on at that sample, */
	bool used;      /* or at any one of this period */
	bool on;        /* a queue was seen: limit */
	bool drains;    /* only half the bytes, to empty the queue */
	unsigned high;  /* samples in a row with a queue */
	unsigned loose; /* so many more get twice as much */
};

/* What TCP knows about a connection. */
struct flight_sample {
	uint64_t now_us;
	uint64_t acked, delivered; /* bytes since the connection began */
	uint32_t rtt_us;           /* smoothed round trip time */
	size_t bytes;              /* that are on their way */
};

void flight_init(struct flight *);
/* Updates limit and pace.  May be called at any rate: it uses about one sample
 * in a round trip time. */
void flight_sample(struct flight *, const struct flight_sample *);

#endif
