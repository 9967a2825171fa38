/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink.h - the agent's way to a gateway: connections, login, the session
 * and its tunnel; it comes back by itself.  It knows nothing of what travels
 * on it. */
#ifndef ADIT_AGENT_UPLINK_H
#define ADIT_AGENT_UPLINK_H

#include "agent/gateway_tls.h"
#include "agent/network.h"
#include "agent/segment.h"
#include "agent/uplink_dial.h"
#include "net/tunnel.h"

struct agent_conf;
struct uplink_login;

/* The table of states and events is in uplink.c. */
enum uplink_state {
	UPLINK_OFF,       /* nothing is under way */
	UPLINK_WAITING,   /* for the next try */
	UPLINK_DIALLING,  /* a TCP connection is being made */
	UPLINK_LOGIN,     /* handshake and login, for a new session */
	UPLINK_ATTACHING, /* handshake and ATTACH, for the session */
	UPLINK_LISTING,   /* attached; the list of resources comes */
	UPLINK_UP,        /* connections are forwarded */
	UPLINK_LEAVING,   /* the tunnel is being closed */
	UPLINK_REFUSED,   /* for good: somebody has to log in again */
	UPLINK_DOWN,      /* over */
};

/* What the user wants of it. */
enum uplink_goal {
	UPLINK_STOP, /* logged in, not forwarding */
	UPLINK_FORWARD,
	UPLINK_LOGOUT,
};

struct uplink;
struct uplink_ops {
	/* The state has changed; not called for UPLINK_UP, see `listed`. */
	void (*became)(struct uplink *, enum uplink_state);
	/* A list of resources is complete, the first one or another. */
	void (*listed)(struct uplink *);
	/* Channels that waited for a tunnel have ended. */
	void (*settled)(struct uplink *);
	/* The gateway has forgotten what belonged to the session. */
	void (*forgotten)(struct uplink *);
	/* A session of gateway `at` is about to begin.  0 or ERR_NOMEM. */
	int (*begins)(struct uplink *);
	/* The first login has not succeeded yet; `trouble` says why. */
	void (*waits)(struct uplink *);
	/* The login is asked what only its user knows: uplink_answer follows,
	 * maybe from inside this call.  False: nobody can be asked. */
	bool (*asks)(struct uplink *, const struct prompt *);
	/* A frame that is not about the tunnel itself, as session_ops.frame.
	 * Sets *complete at the end of a list of resources. */
	int (*frame)(struct uplink *, const struct frame *, const uint8_t *p,
		     struct chan *about, bool *complete);
	/* The gateway opens a channel. */
	void (*open)(struct uplink *, struct chan *, const struct open *);
};

struct uplink {
	struct loop *loop;
	const struct uplink_ops *ops;
	const struct agent_conf *conf;
	const char *password;
	const char *pin; /* of the token with the user's key; NULL: none */
	/* For adit passwd: its login is for another password, and no session
	 * follows. */
	struct uplink_change {
		bool wanted;
		bool done;     /* uplink.trouble has the gateway's text */
		uint64_t keep; /* the session that goes on; 0: none */
	} change;
	enum uplink_state state;
	enum uplink_goal goal;
	bool first;    /* no list of resources has come yet */
	unsigned left; /* enum leave of the gateway's last GOAWAY, or 0 */

	/* which gateway, and when */
	size_t at;           /* place in the list of the one tried or used */
	size_t home;         /* place of the one that has the session */
	size_t tried;        /* how many failed in this round */
	bool met;            /* one has answered, and cannot be used */
	bool wrong_password; /* ... and another one may be right */
	char trouble[800];   /* why the last try failed */
	/* The last two texts of it in the log, and when: a gateway that closes
	 * connections gives "closed" and "reset" in turns. */
	struct uplink_said {
		char text[800];
		uint64_t us;
	} said[2];
	double delay;     /* of the next try, seconds ... */
	double asked;     /* ... and at least, by the gateway */
	uint64_t lost_us; /* since when the gateway is out of reach, or 0 */
	uint64_t up_us;   /* since when it is up, or 0 */

	/* timers; uplink_become stops those that a state does not have */
	ev_timer retry;    /* the next try */
	ev_timer silence;  /* nothing yet: whoever waits is told for what */
	ev_timer timeout;  /* from a connection to the list of resources */
	ev_timer grace;    /* for channels without a tunnel */
	ev_timer farewell; /* from logging out to the end */

	/* the connection */
	struct uplink_dial dial;
	struct uplink_login *login; /* under way, or NULL */
	struct gateway_tls tls;     /* what a gateway must prove */
	struct network network;
	struct network_way way;
	struct segment segment; /* how large its packets are */

	/* the session */
	struct session *session; /* NULL: not logged in */
	struct tunnel tunnel;
	struct profile profile;
	uint32_t generation;
	unsigned resumed;
	uint64_t down_us; /* since when channels wait for a tunnel, or 0 */
	uint64_t gap_us;  /* how long that took, the last time */
	uint64_t to_server, to_client; /* bytes of sessions that are over */
};

/* `conf`, `password` and `ops` stay the caller's and must outlive the
 * uplink. */
void uplink_init(struct uplink *, struct loop *, const struct agent_conf *,
		 const char *password, const struct uplink_ops *);
/* Drops the session and all connections; `settled` may be called once more. */
void uplink_fini(struct uplink *);

/* Makes the first try.  Where the gateway wants its users to forward at once
 * (auto_start), `goal` becomes UPLINK_FORWARD. */
void uplink_begin(struct uplink *);
/* Forwarding is wanted; `listed` follows in the end. */
void uplink_start(struct uplink *);
/* Closes the tunnel and ends all channels; the session stays. */
void uplink_stop(struct uplink *);
/* Logs out; UPLINK_DOWN follows within seconds, maybe from inside this call. */
void uplink_leave(struct uplink *);
/* The answer to `asks`, which is wiped; NULL: there is none.  Nothing where the
 * login is over. */
void uplink_answer(struct uplink *, struct answer *);
/* The first login led to nothing and will not; UPLINK_DOWN follows at once. */
void uplink_give_up(struct uplink *);

/* HOST:PORT of the gateway that is tried or used. */
const char *uplink_gateway(const struct uplink *);
/* Whether this address and port are one of the gateway that is tried or used,
 * or of the proxy on the way. */
bool uplink_is_at(const struct uplink *, const struct addr *);
/* Whether channels may be opened: there is a tunnel, or they may wait for
 * one. */
bool uplink_may_open(const struct uplink *);

#endif
