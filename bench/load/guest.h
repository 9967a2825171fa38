/* SPDX-License-Identifier: BSD-2-Clause */
/* guest.h - one agent of the load: it logs in, carries at most one channel, and
 * comes back when its tunnel is cut, after the delays of a real one.
 *
 *   OUT - guest_login -> DIALLING -> LOGIN -> DIALLING -> ATTACHING -> IN
 *                           ^           |         ^           |        |
 *                           `------- RESTING <----+-----------+--------' */
#ifndef BENCH_LOAD_GUEST_H
#define BENCH_LOAD_GUEST_H

#include "net/tunnel.h"

enum guest_state {
	GUEST_OUT,
	GUEST_DIALLING,
	GUEST_LOGIN,
	GUEST_ATTACHING,
	GUEST_IN,      /* attached, and it has the list of resources */
	GUEST_RESTING, /* until its next try */
	GUEST_STATES
};

/* What all guests have in common, and what is counted over all of them. */
struct guests {
	struct loop loop;
	struct addr gateway;
	struct tls_client *tls;
	const char *user;     /* "user": guest 7 is user7 */
	const char *password; /* of all of them */
	unsigned users;       /* guest n is user n modulo users */
	unsigned sources;     /* so many addresses of 127.0.0.0/8 */
	uint16_t port;        /* of the resource that channels lead to */
	double every_s;       /* a question on each channel so often; 0: none */
	unsigned in[GUEST_STATES]; /* guests by state */
	unsigned channels;         /* open ones, but for idle ones: */
	unsigned idle, idle_wanted;
	unsigned waiting; /* questions without an answer */
	/* Since the last command but `back`: */
	unsigned tries, resets, put_off, refused, lost;
	char trouble[256];              /* the last one */
	void (*moved)(struct guests *); /* a guest has another state, or an
					* answer */
};

struct guest_login;
struct guest {
	struct guests *all;
	unsigned number;
	enum guest_state state;
	ev_io dial;
	ev_timer again, late;
	double delay;
	struct guest_login *login; /* NULL but in LOGIN */
	struct session *session;   /* NULL before the login */
	struct tunnel tunnel;
	struct profile profile;
	uint32_t generation, resource;
	struct chan *chan; /* NULL: none */
	bool opened;
	uint64_t began_us; /* when guest_login was called, or the tunnel was
			    * cut */
	uint64_t took_us;  /* from then until it was in */
	uint8_t question, to_send, to_come; /* see guest_ask */
	unsigned rounds;                    /* questions that follow */
	uint64_t asked_us, longest_us;      /* of the longest answer */
	ev_timer tick;
};

void guest_init(struct guest *, struct guests *, unsigned number);
void guest_fini(struct guest *);
void guest_login(struct guest *);
/* Opens its channel. */
void guest_open(struct guest *);
/* Opens another one, on which nothing is said. */
void guest_idle(struct guest *);
/* Sends GUEST_QUESTION bytes, which must come back, `rounds` times. */
void guest_ask(struct guest *, unsigned rounds);
/* Closes its TCP connection, as a link that is cut would. */
void guest_cut(struct guest *);
/* Asks every guests.every_s from now on, until that is 0. */
void guest_tick(struct guest *);

/* login.c: the conversation on this connection, which is the login's now; then
 * guest_logged_in or guest_failed follows. */
void guest_login_begin(struct guest *, int fd);
/* Ends it without either. */
void guest_login_drop(struct guest *);
void guest_logged_in(struct guest *, const struct profile *);
/* Tries again, not before wait_s is over. */
void guest_failed(struct guest *, double wait_s, const char *why);

enum { GUEST_QUESTION = 64 };

#endif
