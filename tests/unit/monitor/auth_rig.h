/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_rig.h - logins with checkers and a clock of ours. */
#ifndef ADIT_TEST_AUTH_RIG_H
#define ADIT_TEST_AUTH_RIG_H

#include "monitor/auth.h"
#include "monitor/checkers.h"
#include "monitor/client_side.h"

#include <stdbool.h>

/* In place of that of net/loop.c, in milliseconds. */
extern uint64_t clock_ms;

/* Ends a check only when it is told to. */
struct checkers {
	void (*done)(void *ctx, uint32_t id, enum check);
	void (*certified)(void *ctx, uint32_t id, const struct client_answer *);
	uint32_t certificate; /* the last one that is checked */
	void (*hashed)(void *ctx, uint32_t id, const char *hash);
	uint32_t hash;    /* the last one that is made ... */
	char hashing[64]; /* ... of this password; "": none is */
	void *ctx;
	unsigned n;
	struct {
		uint32_t id;
		char hash[400], password[64];
	} busy[CHECKERS];
};
extern struct checkers fake;
/* The oldest check: the password is right if it is the hash. */
void check_one(void);

/* The hash that is made is this one; "": it cannot be. */
void hash_one(const char *hash);

struct rig {
	char users[64];
	struct auth *auth;
	struct auth_asker asker;
	struct gw_conf *conf;       /* or NULL */
	struct auth_rule rule;      /* n 0: `users` */
	struct client_side *client; /* or NULL */
	int chain;                  /* of the next login; -1: none */
	struct prompt prompt;       /* the last one */
	unsigned asks[8192];
	bool changes;     /* logins are for another password */
	unsigned news;    /* how often the worker is to ask about rights */
	char changed[80]; /* who has another password; "": nobody has */
	struct ev_loop *loop;
	struct msg_auth_result result[8192];
	unsigned answers[8192];
	uint32_t last;
};

/* A users file: alice and bob, and two who are locked. */
extern const char users_file[];
struct rig *rig_new(const char *users);
/* Another struct auth; what outlives it stands in `state_dir`; NULL: nothing. */
void rig_start(struct rig *g, const char *state_dir);
void rig_free(struct rig *g);

/* The number of a login from there, whose result stands in g->result. */
uint32_t try_from(struct rig *g, const char *user, const char *password,
		  const char *source);
/* The same by g->rule; password NULL: none was asked for. */
uint32_t try_with(struct rig *g, const char *user, const char *password,
		  const char *source);
/* Answers the one question that the login was asked. */
void answer_with(struct rig *g, uint32_t id, const char *text);
void expect_verdict(struct rig *g, uint32_t id, enum msg_verdict verdict,
		    uint32_t wait);
void expect(struct rig *g, uint32_t id, bool ok, uint32_t wait);
/* Tries again after a time, so that what was held is looked at. */
void later(struct rig *g, uint64_t ms);
/* Somebody else tries: what has waited long enough is looked at. */
void turn(struct rig *g);
/* Wrong passwords for alice, each when its time has come. */
void guess_often(struct rig *g, const char *source, unsigned times);
/* Alice logs in from there, and waits for nothing. */
void gets_in(struct rig *g, const char *source);
/* The password of this login is looked at after so long, and is right. */
void gets_in_after(struct rig *g, uint32_t id, uint64_t ms);

#endif
