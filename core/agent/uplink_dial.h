/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_dial.h - a TCP connection to the first address of a host that
 * answers, or through an HTTP proxy. */
#ifndef ADIT_AGENT_UPLINK_DIAL_H
#define ADIT_AGENT_UPLINK_DIAL_H

#include "proxy/proxy.h"
#include "base/addr.h"
#include "net/race.h"

struct uplink_dial_lookup;
struct uplink_dial {
	struct loop *loop;
	struct task begin; /* the attempts, at the end of the loop's turn, so
			    * that `done` never comes from inside a call */
	struct race race;
	unsigned at; /* the address that `done` was given */
	char host[256];
	uint16_t port;
	/* An address that led to a tunnel: it is tried first, and is used
	 * while no name server answers. */
	struct addr good;
	char good_host[256];
	bool patient;      /* waits as long as TCP tries, not five seconds */
	uint64_t since_us; /* of the wait for an answer */
	struct uplink_dial_lookup *lookup; /* a thread that resolves; or NULL */
	ev_timer name_timeout;   /* then the known address is used, without the
				* answer of the name server */
	const struct proxy *via; /* or NULL */
	const char *target;      /* "HOST:PORT", where there is one */
	struct proxy_talk *talk; /* with the proxy; or NULL */
	int fd;                  /* of the talk; -1: none */
	ev_io talking;
	ev_timer proxy_timeout; /* the proxy has not answered: `talk` ends */
	double proxy_s;         /* how long the next answer may take */
	bool lasts;             /* its refusal stays one */
	/* The last call: a connected socket, which the callee owns; or -1, and
	 * why. */
	void (*done)(struct uplink_dial *, int fd, const char *why);
	char why[600];
};

void uplink_dial_init(struct uplink_dial *, struct loop *,
		      void (*done)(struct uplink_dial *, int fd,
				   const char *why));
/* `host` is a name or an IP address.  `done` follows, never from inside this
 * call. */
void uplink_dial_begin(struct uplink_dial *, const char *host, uint16_t port);
/* The same through a proxy, which looks up the name in `target`, "HOST:PORT".
 * Both are kept by reference until `done`. */
void uplink_dial_through(struct uplink_dial *, const struct proxy *,
			 const char *target);
/* The connection that `done` was given could not be used: goes on with the next
 * address of the host, and `done` follows again.  False: there is no other
 * address. */
bool uplink_dial_again(struct uplink_dial *);
/* The connection that `done` was given became a tunnel: its address is tried
 * first the next time. */
void uplink_dial_settle(struct uplink_dial *);
/* Whether a name server, a host or a proxy has not answered for a while. */
bool uplink_dial_is_stuck(const struct uplink_dial *);
/* Whether `done` is still to come. */
bool uplink_dial_is_busy(const struct uplink_dial *);
/* Ends all attempts: `done` is not called. */
void uplink_dial_cancel(struct uplink_dial *);

#endif
