/* SPDX-License-Identifier: BSD-2-Clause */
/* listener.h - a listening socket of the agent, whose connections must come
 * from its own user. */
#ifndef ADIT_AGENT_LISTENER_H
#define ADIT_AGENT_LISTENER_H

#include "agent/verdict.h"
#include "base/list.h"
#include "net/loop.h"

enum { KEEP_ALIVE_S = 60 }; /* of connections with applications */

struct agent;
struct flow;
struct mapping;
struct listener;
struct resource;
struct run_port;

/* The watcher of a listening socket, which waits while the process has no
 * descriptor for another connection. */
struct acceptor {
	struct listeners *all;
	ev_io watch;
	struct list pausing; /* in listeners.paused */
};

/* What all listeners share. */
struct listeners {
	struct loop *loop;
	struct owner_check *owner;
	struct list paused; /* struct acceptor.pausing */
	unsigned n;
	ev_timer resume;
	uint64_t told_us; /* when a refusal was logged last */
	/* Called for each connection that is refused; or NULL. */
	void (*refused)(struct listener *, enum owner_verdict);
	/* Whether a connection that may be any user's is let through; NULL:
	 * none is. */
	bool (*trusts)(const struct listener *);
	unsigned untold_refused, untold_taken; /* with OWNER_UNTOLD */
};

/* Whether a port of a resource has its own number at `at`, and else why not. */
enum port_place {
	PORT_AT_ITS_NUMBER,
	PORT_PRIVILEGED, /* only root may bind it */
	PORT_IN_USE,     /* a program holds it at each address that was tried */
};

struct listener {
	struct list node; /* in the list of what it belongs to */
	struct listeners *all;
	int fd;
	struct acceptor acceptor;
	unsigned turn; /* of the loop, in which a connection came last */
	struct addr at;
	uint16_t port; /* at the server; the shown one may differ */
	/* A connection of this user has come: the callee takes fd, which has
	 * the options of the listener (tcp_hand_down). */
	void (*accepted)(struct listener *, int fd, const struct addr *peer);
	struct agent *agent;
	struct resource *resource;  /* whose listener it is; or NULL */
	struct mapping *mapping;    /* or whose; or NULL */
	struct run_port *published; /* or a port of a command; or NULL */
	uint32_t id;                /* of the expectation it is for; else 0 */
	enum port_place place;
	unsigned spares;         /* spare ports that each connection offers */
	struct task shut;        /* stops listening for a second ... */
	struct list turned_away; /* ... and then resets these */
	ev_timer open;           /* the end of that second */
	bool is_data;            /* one of a resource's data ports */
	bool announces;          /* as in struct flow_as */
	unsigned uses; /* of an expectation: connections that it is still
			* good for; 0: any number */
};

/* Calls `fn` with `watch`, whose data is `data`, when connections wait; from
 * acceptor_open on. */
void acceptor_init(struct acceptor *, struct listeners *,
		   void (*fn)(struct ev_loop *, ev_io *watch, int events),
		   void *data);
/* Watches `fd`, which stays the caller's; -1: none. */
void acceptor_open(struct acceptor *, int fd);
/* Watches it no more.  Harmless where nothing is watched. */
void acceptor_close(struct acceptor *);
/* As tcp_accept.  Where that fails for want of descriptors or of memory, the
 * connection stays in the kernel's queue, and `fn` is not called for a tenth of
 * a second: asking at once again would only burn the processor. */
MUST_CHECK int acceptor_take(struct acceptor *, struct addr *peer);

void listeners_init(struct listeners *, struct loop *, struct owner_check *);
void listeners_fini(struct listeners *);

/* Listens at `at` (port 0: the kernel chooses one) and calls `accepted` for
 * each connection of this user; others are reset.  The caller owns it.  NULL
 * with errno. */
struct listener *listener_new(struct listeners *, const struct addr *at,
			      void (*accepted)(struct listener *, int fd,
					       const struct addr *peer));
/* The same for a socket that is bound already; takes fd, also on failure. */
struct listener *listener_adopt(struct listeners *, int fd,
				void (*accepted)(struct listener *, int fd,
						 const struct addr *peer));
/* The server behind this listener has refused a connection of an
 * application, of which `fd` is a duplicate.  The application gets a RST,
 * and for a second the kernel refuses further connections here, as the
 * server's own kernel would.  Takes fd. */
void listener_turn_away(struct listener *, int fd);
/* The address that the peer of an accepted connection has connected to. */
struct addr listener_local(const struct listener *, int fd);
/* Accepts NULL.  May be called from inside the listener's own `accepted`. */
void listener_free(struct listener *);
void listeners_free_list(struct list *listeners);

#endif
