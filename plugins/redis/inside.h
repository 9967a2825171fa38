/* SPDX-License-Identifier: BSD-2-Clause */
/* inside.h - the state of a connection, and what the files of the plugin share:
 *
 *     request.c  commands    reply.c   replies, cut into parts
 *     command.c  verbs       unit.c    elements that name a node
 *     mute.c     CLIENT REPLY   push.c    what answers nothing
 *     policy.c   refusals    text.c    lines that name nodes
 *     due.c     whose reply it is     node.c  a node's address, as shown */
#ifndef ADIT_REDIS_INSIDE_H
#define ADIT_REDIS_INSIDE_H
#include "due.h"
#include "patch.h"
#include "push.h"
#include "resp.h"

#include <adit/plugin.h>

enum {
	MESSAGE_MAX = 1 << 19, /* an INFO or CLUSTER NODES */
	UNIT_MAX = 1 << 16,    /* a list that names a node */
	INLINE_MAX = 1 << 16,  /* a command that is not a list */
	ARGS_MAX = 3,          /* arguments that are looked at */
	ARG_MAX = 256,         /* the longest of them */
	LITERAL_MAX = 48,      /* an address as text */
	DEPTH_MAX = 3,         /* lists around an element that names a node */
	TLS_HANDSHAKE = 0x16
};

/* CLIENT REPLY.  SKIP_PERHAPS: as SKIP_ALL, but it is not known whether the
 * server would obey CLIENT REPLY ON. */
enum redis_mute { HEARD, SKIP_NEXT, SKIP_ALL, SKIP_PERHAPS };
/* Whether the server obeys CLIENT REPLY OFF and SKIP. */
enum redis_permit {
	PERMIT_UNKNOWN,
	PERMIT_ASKED_OFF,  /* it is being asked, since the client wants OFF, */
	PERMIT_ASKED_SKIP, /* or SKIP; its next command waits */
	PERMIT_GIVEN
};
/* MONITOR_PERHAPS: another MONITOR may be answered by an error, or not at
 * all. */
enum redis_monitor { MONITOR_OFF, MONITOR_ON, MONITOR_PERHAPS };

/* How far a reply has been read. */
struct redis_reading {
	uint64_t rest;   /* elements of no interest that are still to come */
	bool line;       /* in the middle of a RESP_LINE, the last of these */
	bool apart;      /* it answers no command */
	uint8_t kind;    /* enum due_kind, of lists around nodes */
	uint8_t confirm; /* of a subscription: its number comes last */
	uint8_t depth;   /* lists that have begun, */
	uint32_t left[DEPTH_MAX]; /* and how many elements each still has */
};

/* A MIGRATE names a node as the client knows it.  Before it goes on, the server
 * is asked for the addresses of its nodes. */
struct redis_lookup {
	uint8_t phase; /* enum lookup_phase */
	bool found;
	uint32_t argc;
	uint16_t shown_port, port;
	char shown[LITERAL_MAX]; /* what the client says */
	char host[256];          /* what the server must be told */
};
enum lookup_phase { LOOKUP_NONE, LOOKUP_ASKED, LOOKUP_ANSWERED };

struct redis_state {
	struct due due;
	struct due_multi multi;
	struct redis_reading reading;
	struct redis_lookup lookup;
	uint64_t args; /* of a command that are still to come */
	uint64_t body; /* bytes of an argument that are still to be dropped */
	uint32_t subscriptions[2]; /* of RESP2: channels and patterns; shards */
	uint32_t confirmed[3];     /* of both: channels; patterns; shards */
	uint8_t mute;              /* enum redis_mute */
	uint8_t permit;            /* enum redis_permit */
	uint8_t monitor;           /* enum redis_monitor */
	uint8_t fence;  /* DUE_FENCE..: to be sent before the next command */
	uint8_t server; /* enum redis_server */
	bool dropping;  /* the command is refused: drop its arguments */
	bool in_multi;
	bool lost;   /* it is not known which reply belongs to which command */
	bool warned; /* the log has a line about an address */
};
enum redis_server { SERVER_UNKNOWN, SERVER_NODE, SERVER_SENTINEL };

struct redis_conf {
	bool read_only;
	uint32_t redirect_lifetime;
	const char *const *deny_commands;
	const char *const *redirect_allow; /* used by the engine */
};

enum { COUNT_NODES, COUNT_REFUSED, COUNT_UNREACHABLE }; /* counters */

/* ---- command.c ---- */
struct redis_arg {
	const char *text;
	size_t len;
};
/* A command, or the first arguments of it. */
struct redis_command {
	uint64_t argc; /* all arguments, its name included */
	size_t len;    /* bytes up to the last one in arg */
	size_t n;      /* those in arg */
	struct redis_arg arg[ARGS_MAX];
};
enum verb {
	VERB_NONE, /* the plugin has nothing to do with it */
	VERB_AUTH, /* and HELLO: another user, another protocol */
	VERB_CLIENT,
	VERB_CLUSTER,
	VERB_DISCARD,
	VERB_EXEC,
	VERB_INFO,
	VERB_MIGRATE,
	VERB_MONITOR,
	VERB_MULTI,
	VERB_RESET,
	VERB_ROLE,
	VERB_SENTINEL,
	VERB_SUBSCRIBE,
	VERB_SYNC,
	VERB_UNSUBSCRIBE,
	VERB_WATCH
};
enum verb redis_verb(const struct redis_arg *name);
bool redis_arg_is(const struct redis_command *c, size_t i, const char *word);
/* What the reply to CLUSTER or SENTINEL is, by the word behind it. */
enum due_kind redis_kind(enum verb verb, const struct redis_command *c);
/* Reads the first ARGS_MAX arguments of the command at p, up to one that is
 * longer than ARG_MAX.  Returns their length, RESP_MORE, or RESP_BAD. */
int64_t redis_command(const uint8_t *p, size_t n, struct redis_command *c);
/* Splits a line into arguments as Redis does, into `to`, of INLINE_MAX bytes.
 * False: Redis will answer that it cannot. */
bool redis_inline(const uint8_t *p, size_t n, char *to,
		  struct redis_command *c);

/* ---- policy.c ---- */
/* Whether anything may be refused, so that each command must be looked at. */
static inline bool redis_is_limited(const struct redis_conf *conf)
{
	return conf->read_only || (conf->deny_commands && *conf->deny_commands);
}
/* Whether commands of this name have to be judged by their second word. */
bool redis_is_container(const struct redis_arg *name);
/* The name of the option that refuses a command, or NULL. */
const char *redis_refused_by(const struct redis_conf *conf,
			     const struct redis_command *c);

/* ---- mute.c ---- */
/* Whether the command is CLIENT REPLY with this word. */
bool redis_is_reply(const struct redis_command *c, const char *word);
/* Whether the server has to be asked before this command goes to it; and to
 * ask, in the command's place. */
bool redis_may_ask_mute(const struct redis_state *st,
			const struct redis_command *c);
enum adit_verdict redis_ask_mute(struct adit_msg *m,
				 const struct redis_command *c);
enum adit_verdict redis_mute_answer(struct adit_msg *m);
/* The server may refuse from now on what it has allowed before: another login,
 * a subscription.  False: an answer has to come first. */
bool redis_unsettle(struct redis_state *st);
/* Before a command: sends a question whose answer marks a place between
 * replies, where that is needed.  PASS, HOLD or CLOSE. */
enum adit_verdict redis_fence(struct adit_msg *m);

/* ---- request.c ---- */
int64_t redis_cut_request(struct adit_channel *ch, const uint8_t *p, size_t n);
enum adit_verdict redis_request(struct adit_msg *m);

/* ---- reply.c ---- */
/* How many lists are around an element that names a node, in a reply of this
 * kind; -1: it names none. */
int redis_depth(enum due_kind kind);
int64_t redis_cut_reply(struct adit_channel *ch, const uint8_t *p, size_t n);
enum adit_verdict redis_reply(struct adit_msg *m);

/* ---- node.c ---- */
/* A node, as a server writes it. */
struct redis_node {
	const char *host; /* "": the server itself */
	size_t nhost;
	unsigned port;
	const char *ip; /* where it is if `host` is a name that nobody knows */
	size_t nip;
	bool myself; /* it is the server, whatever its address says */
};
/* ADIT_OK: the client is to be told `show`.  ADIT_WAIT: HOLD.  ADIT_DENIED,
 * ADIT_FAILED: the client cannot reach it; leave its address. */
enum adit_result redis_show(struct adit_msg *m, const struct redis_node *node,
			    struct adit_addr *show);
/* "HOST:PORT" as Redis writes it: the port is behind the last colon. */
bool redis_split(const char *text, size_t n, struct redis_node *node);

/* ---- unit.c ---- */
/* Rewrites a message that is one element of a reply of this kind. */
enum adit_verdict redis_unit(struct adit_msg *m, enum due_kind kind);

/* ---- text.c ---- */
/* Whether the n bytes begin a -MOVED, -ASK or -REDIRECT: 1 or 0; RESP_BAD:
 * they are too few to tell. */
int redis_is_redirect(const uint8_t *p, size_t n);
enum adit_verdict redis_redirect(struct adit_msg *m);
/* Rewrite a message that is one bulk: lines of CLUSTER NODES, or INFO. */
enum adit_verdict redis_nodes(struct adit_msg *m);
enum adit_verdict redis_info(struct adit_msg *m);
/* A message of pub/sub, as Sentinel sends it: +switch-master and others. */
enum adit_verdict redis_event(struct adit_msg *m);
/* The answer to the plugin's own CLUSTER NODES. */
enum adit_verdict redis_looked_up(struct adit_msg *m);
#endif
