/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_dial.h - a TCP connection to the first address of a host that answers, or
 * through an HTTP proxy. */
#ifndef ADIT_AGENT_UPLINK_DIAL_H
#define ADIT_AGENT_UPLINK_DIAL_H

#include "agent/proxy.h"
#include "base/addr.h"
#include "net/race.h"

struct uplink_dial_lookup;
struct uplink_dial {
	struct loop *loop;
	struct race race;
	unsigned at; /* the address that `done` was given */
	char host[256];
	uint16_t port;
	struct addr good; /* has led to something; tried first, and
					 * instead while no name server answers */
	char good_host[256];
	bool patient;                      /* there is no other way and no other
					 * time: as long as TCP itself tries */
	uint64_t since_us;                 /* of the wait for an answer */
	struct uplink_dial_lookup *lookup; /* a thread that resolves; or NULL */
	ev_timer late;           /* the proxy; or the turn of the loop */
	const struct proxy *via; /* or NULL */
	const char *target;      /* "HOST:PORT", where there is one */
	struct proxy_talk *talk; /* with the proxy; or NULL */
	int fd;                  /* of the talk; -1: none */
	ev_io talking;
	double proxy_s; /* how long the next answer may take */
	bool lasts;     /* its refusal stays one */
	/* fd, or -1 and why.  The last call. */
	void (*done)(struct uplink_dial *, int fd, const char *why);
	char why[600];
};

void uplink_dial_init(struct uplink_dial *, struct loop *,
		      void (*done)(struct uplink_dial *, int fd,
				   const char *why));
/* Host is a name or literal.  `done` follows, never from inside this call. */
void uplink_dial_begin(struct uplink_dial *, const char *host, uint16_t port);
/* The same through a proxy, which looks the target up, "HOST:PORT".  Both are kept
 * by reference. */
void uplink_dial_through(struct uplink_dial *, const struct proxy *,
			 const char *target);
/* What `done` was given is of no use: goes on with the next address, and `done`
 * follows again.  False: there is none. */
bool uplink_dial_again(struct uplink_dial *);
/* What it was given is what was wanted, and is tried first the next time. */
void uplink_dial_settle(struct uplink_dial *);
bool uplink_dial_is_stuck(
	const struct uplink_dial *); /* no answer for a while */
bool uplink_dial_is_busy(
	const struct uplink_dial *); /* `done` is still to come */
/* No `done` any more. */
void uplink_dial_cancel(struct uplink_dial *);

#endif
