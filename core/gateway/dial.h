/* SPDX-License-Identifier: BSD-2-Clause */
/* dial.h - from what is asked for to a connected socket: names, policy, and the
 * first address that answers. */
#ifndef ADIT_GATEWAY_DIAL_H
#define ADIT_GATEWAY_DIAL_H

#include "expect/expect.h"
#include "gateway/gchan.h"
#include "gateway/lookup.h"
#include "net/race.h"

#include <adit/plugin.h>

/* What a channel needs until it is connected. */
struct dial {
	struct gchan *gc;
	uint32_t wire;       /* resource asked for; 0: by destination */
	char host[HOST_MAX]; /* "": the resource's own ... */
	unsigned nth;        /* ... in their order: the next one */
	uint16_t port;
	struct race race; /* between addresses that policy admits */
	unsigned beside;  /* attempts beside the first: of quota */
	bool begun;       /* a connect was begun: no use is taken again */
	bool tried;       /* an attempt of this worker has failed ... */
	int error;        /* ... and this is the errno of the last one */
	bool check;       /* no connection is wanted */
	/* For a plugin. */
	struct addr shown;
	bool real;
	unsigned nspare;
	uint16_t spare[SPARE_MAX];
	/* Through an expectation. */
	bool expected, inspect;
	uint32_t expectation;
	struct expect_target *targets; /* owned; the addresses of `race` */
	size_t ntargets;
	struct adit_addr parent_server; /* its host needs no other leave */
	/* Whether policy lets a plugin lead there: expected_may. */
	bool (*may)(const struct gchan *, const struct addr *, const char *name,
		    const struct adit_addr *parent_server);
	uint64_t tag;
	struct buf given;
	struct query query; /* while the nth's name is resolved */
	uint64_t asked_us;  /* when; 0: not a name of the user's */
	ev_timer hush;      /* until the refusal may be told (dial_deny) */
	/* While it waits for a one-time code: codes.c. */
	uint32_t held_for;      /* the number of the resource on the wire */
	uint64_t held_until_us; /* then it is refused */
	bool held_told;         /* the agent knows that a code is wanted */
};

/* For an OPEN that names a resource or a destination: gc->dial is there. */
void dial_start(struct gchan *);
/* For one through an expectation: gc->dial->targets are there. */
void dial_targets(struct gchan *);
struct dial *dial_new(struct gchan *, const struct open *);
/* Whether it goes to one of the data_ports of its resource. */
bool dial_is_data(const struct gchan *);
/* Whether the configuration of now leaves it an address to try. */
bool dial_may_go_on(struct gchan *);
/* Ends all attempts and frees gc->dial; harmless where there is none. */
void dial_drop(struct gchan *);
/* Before a handover: all attempts end here, the new worker makes them again. */
void dials_forsake(struct shard *);

#endif
