/* SPDX-License-Identifier: BSD-2-Clause */
/* gsession.h - a session as the gateway has it: who it is, its tunnel, its
 * channels.  All of it belongs to one shard. */
#ifndef ADIT_GATEWAY_GSESSION_H
#define ADIT_GATEWAY_GSESSION_H

#include "gateway/codes.h"
#include "gateway/rates.h"
#include "gateway/shard.h"
#include "gateway/sums.h"
#include "net/tunnel.h"
#include "expect/expect.h"
#include "policy/limits.h"

#include <stdio.h>

/* What each event does to it: gsession.c. */
enum gsession_state {
	GSESSION_FRESH,    /* no tunnel, and nothing that could be resumed */
	GSESSION_UP,       /* a tunnel carries it */
	GSESSION_DETACHED, /* no tunnel; channels and log wait for the next */
	GSESSION_LEAVING,  /* the agent is being told that it ends */
	GSESSION_OVER,     /* ended; the shard's reaper frees it */
};

struct gchan_calls;
struct gsession {
	const struct gchan_calls *calls; /* of its channels */
	struct list node;                /* shard.sessions or shard.ended */
	struct shard *shard;
	struct session *session;
	struct quota *quota;         /* its user's */
	struct policy_limits limits; /* names are shard.config's */
	struct budget memory;        /* of its user, and of the shard */
	struct rate rate;
	bool is_slowed;    /* by its rate, since the last turn */
	struct sums *sums; /* repeated lines of log and audit, or NULL */
	struct tunnel tunnel;
	struct worker_config *tls_config; /* of the tunnel's TLS, or NULL */
	uint64_t id;
	uint32_t number; /* the short one, for people */
	uint64_t since;  /* login, in seconds of the calendar */
	uint32_t marker, generation;
	uint8_t secret[SECRET_LEN];
	char user[USER_MAX];
	char gateway_name[LABEL_MAX];
	const struct gw_gateway *gateway; /* of shard.config */
	struct name_list groups;          /* of the users file */
	uint8_t stamp[STAMP_LEN];         /* of the user's password, at login */
	struct addr source;
	uint64_t expires_us, busy_us, idle_check_us;
	enum gsession_state state;
	uint64_t detached_us; /* DETACHED: since when */
	uint64_t leave_by_us; /* LEAVING: when it ends, told or not ... */
	unsigned leave;       /* ... and why, enum leave */
	unsigned resumed;     /* how often a tunnel took its channels over */
	uint64_t gap_us;      /* how long it was detached the last time */
	uint64_t to_server, to_client; /* bytes of channels that ended */
	uint32_t last_serial;          /* number of the newest channel */
	bool answers_end;      /* the last server ended with its answer */
	struct list inspected; /* struct inspection.node */
	struct expect_table expects;
	struct task expect_task; /* expect_look */
	struct list published;   /* struct publishing: published.c */
	uint64_t crowded_us;     /* when the log spoke of too many listeners */
	struct codes codes;
};

/* It has ended or is about to: nothing new begins in it. */
static inline bool gsession_is_ending(const struct gsession *gs)
{
	return gs->state >= GSESSION_LEAVING;
}

/* The agent and this side agree on the log: what is posted arrives, now or with
 * the next tunnel. */
static inline bool gsession_is_live(const struct gsession *gs)
{
	return gs->state != GSESSION_FRESH && gs->state != GSESSION_OVER;
}

enum { WHO_TEXT = 96 };
/* What stands before a line of the log: "#12/3", or "#12" for channel 0; in
 * to[WHO_TEXT]. */
static inline const char *gsession_who(const struct gsession *gs,
				       uint32_t channel, char *to)
{
	if (channel)
		snprintf(to, WHO_TEXT, "#%u/%u", gs->number, channel);
	else
		snprintf(to, WHO_TEXT, "#%u", gs->number);
	return to;
}

/* Makes a session without a tunnel and puts it onto the shard's lists.  NULL:
 * its gateway is not in the configuration, or there is no memory. */
struct gsession *gsession_new(struct shard *, const struct mail_create *);
/* Called by the shard's reaper alone. */
void gsession_free(struct gsession *);
/* An agent has sent ATTACH: takes its connection as the tunnel, or refuses
 * and closes it.  gs NULL: there is no such session. */
void gsession_attach(struct gsession *gs, struct mail_attach *);
/* Ends the session and tells the agent why (enum leave), if it has a tunnel. */
void gsession_end(struct gsession *, unsigned leave);
/* Ends the session without telling the agent. */
void gsession_bury(struct gsession *, unsigned leave);
/* Ends the tunnel and asks the agent to attach again, because this worker is
 * about to end; the session stays. */
void gsession_send_away(struct gsession *);
/* To be called when the tunnel is gone: channels wait, timers of plugins and
 * expectations stand still.  Nothing happens where there was no tunnel. */
void gsession_detached(struct gsession *);
/* To be called once a second, for idle_timeout, session_lifetime and
 * resume_grace.  `now`: the loop's clock, in microseconds. */
void gsession_check(struct gsession *, uint64_t now);
/* Sets the user's groups to those that the users file has now: "a, b".
 * Channels that these do not allow end. */
void gsession_regroup(struct gsession *, const char *groups);
/* To be called when the configuration (`new_conf`), the user's groups or the
 * addresses of this machine have changed: channels that are not allowed any
 * more end. */
void gsession_judge(struct gsession *, bool new_conf);
/* Ends the tunnel where this machine has lost the address that it came to;
 * `before`: the addresses that it had. */
void gsession_check_address(struct gsession *, const struct locals *before);
static inline struct grant gsession_grant(const struct gsession *gs)
{
	return (struct grant){ gs->user, &gs->groups, gs->gateway };
}

/* resources.c: tells the agent what its user may reach.  0 or an error. */
MUST_CHECK int resources_send(struct gsession *);
/* audit.c */
void audit_session(const struct gsession *, const char *what, const char *why);
/* Likewise, for steps that an agent can repeat as often as it wants: lines that
 * are alike are counted. */
void audit_tunnel(struct gsession *, const char *what, const char *why);
/* Whether this line about a connection is to be written; else it is counted. */
bool audit_lets(struct gsession *, enum sums_kind, const char *text);
/* Writes how many lines were only counted: those whose minute is over, or
 * all. */
void audit_rest(struct gsession *, bool all);

#endif
