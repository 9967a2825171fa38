/* SPDX-License-Identifier: BSD-2-Clause */
/* inside.h - what an agent is made of; for the files of this folder that do its
 * work, not for commands and control. */
#ifndef ADIT_AGENT_INSIDE_H
#define ADIT_AGENT_INSIDE_H

#include "agent/addresses.h"
#include "agent/agent.h"
#include "agent/dial.h"
#include "agent/expect.h"
#include "agent/flow.h"
#include "agent/gateway_tls.h"
#include "agent/maps.h"
#include "agent/network.h"
#include "agent/owner.h"
#include "agent/listener.h"
#include "agent/refusals.h"
#include "agent/resources.h"
#include "agent/reverse.h"
#include "agent/segment.h"
#include "agent/socks.h"
#include "net/tunnel.h"

struct waiter { /* who hears how a command went */
	agent_report_fn *fn;
	void *ctx;
};

struct agent {
	struct loop *loop;
	const struct agent_conf *conf;
	const char *password;
	enum agent_state state;
	struct waiter up, start;
	void (*on_down)(void *);
	void *down_ctx;
	void (*on_wait)(void *, const char *); /* or NULL */
	void *wait_ctx;
	void (*on_state)(void *, enum agent_state, const char *); /* or NULL */
	void *state_ctx;
	struct task ended; /* calls on_down */

	struct dial dial;         /* towards a gateway */
	struct login_conn *login; /* under way, or NULL */
	struct gateway_tls tls;   /* what a gateway must prove */
	size_t at;                /* which gateway is tried or used */
	size_t home;              /* where the session is */
	size_t tried;             /* how many failed in this round */
	char trouble[800];        /* why the last try failed */
	bool met;                 /* a gateway that stays of no use */
	bool wrong_password;      /* ... and another one may be right */
	ev_timer retry, farewell;
	ev_timer silence; /* nothing yet: whoever waits is told */
	ev_timer timeout; /* from a connection to its list */
	ev_timer grace;   /* for channels without a tunnel */
	double delay;     /* of the next retry, seconds ... */
	double asked;     /* ... and at least, by the gateway */
	char said[800];   /* of trouble in the log ... */
	uint64_t said_us; /* ... at this time */
	struct network network;
	struct way way;         /* of the connection to a gateway */
	struct segment segment; /* how large its packets are */
	uint64_t lost_us;       /* since when the gateway is out of reach */

	struct session *session; /* NULL: not logged in */
	struct tunnel tunnel;
	struct profile profile;
	uint32_t generation;
	bool wanted;   /* forwarding is to go on */
	bool gone;     /* the session; the next try logs in */
	unsigned left; /* enum leave: what the gateway said */
	bool leaving;  /* logging out */
	bool attached; /* this tunnel got its ATTACHED */
	unsigned resumed;
	uint64_t down_us; /* since when there is no tunnel, or 0 */
	uint64_t gap_us;  /* how long that took, the last time */
	uint64_t since_us;

	struct list resources, maps, flows;
	struct list incoming; /* a list of resources, until complete */
	bool listed;          /* one was complete */
	struct listener *socks;
	struct list talks;   /* struct socks: not yet opened */
	struct list orphans; /* listeners whose channel has ended */
	struct addresses addresses;
	struct owner_check owner;
	struct listeners listeners; /* what all of them share */
	struct refusals refusals;
	uint64_t to_server, to_client; /* bytes of sessions that are over */
	uint64_t begun_us;
	const char *log_file; /* or NULL */
	uint64_t told_us;     /* of the last refused reverse OPEN */
	pid_t holder;         /* who was connected to in reverse */
};

/* agent.c */
void agent_become(struct agent *, enum agent_state);
void agent_tell(struct waiter *, int err, const char *text);
void agent_logged_in(struct agent *, const struct profile *);
void agent_failed(struct agent *, unsigned leave);
/* A refusal (enum leave) which says nothing of the password, but when to come
 * again. */
static inline bool agent_is_put_off(unsigned leave)
{
	return leave == LEAVE_BUSY || leave == LEAVE_TRIES;
}
void agent_give_up(struct agent *); /* the first login led to nothing */
void agent_forward(struct agent *); /* a list of resources is complete */
void agent_tunnel_down(struct agent *, int err, const char *why);
/* ATTACHED: the channels go on, or are gone. */
void agent_attached(struct agent *, bool fresh);
/* Nothing of before will go on: nobody waits for a tunnel any more. */
void agent_settle(struct agent *);
/* A connection to the gateway has this long to become of use. */
void agent_be_patient(struct agent *);
/* A session that may have a tunnel again: channels may be opened. */
bool agent_may_open(const struct agent *);
/* Channels wait for a tunnel, or use one. */
bool agent_has_waiting(const struct agent *);
void agent_end(struct agent *);
/* Everything that the configuration and the list of resources ask for listens;
 * what does already is left alone. */
void agent_listen(struct agent *);
/* reconnect.c */
void reconnect_init(struct agent *);
void reconnect_now(struct agent *);
/* The network of this machine is another one now. */
void reconnect_on_network(struct network *, enum network_news);
/* The next delay is the first one again. */
void reconnect_soon(struct agent *);
/* The tunnel is gone; or a gateway is out of reach or does not want us now: the
 * next of the list, or the same one later. */
void reconnect_failed(struct agent *);
/* The session is over (enum leave): another one, later. */
void reconnect_over(struct agent *, unsigned leave);
/* login.c */
void login_begin(struct agent *, int fd);
void login_drop(struct agent *);
struct conn *login_conn(struct agent *);      /* NULL: none is under way */
const char *login_step(const struct agent *); /* what it waits for */
/* link.c: the way to a gateway, and the session on it */
void link_connect(struct agent *);
/* What is waited for on the way to the gateway: a sentence. */
const char *link_step(const struct agent *);
/* The connection to a gateway, for a tunnel or a login; NULL: none. */
struct conn *link_conn(struct agent *);
void link_dialled(struct dial *, int fd, const char *why);
void link_drop_session(struct agent *);
extern const struct session_ops link_session_ops;
extern const struct tunnel_ops link_tunnel_ops;

#endif
