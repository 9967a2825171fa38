/* SPDX-License-Identifier: BSD-2-Clause */
/* fake.h - a gateway without anything behind it: writes down what expectations ask
 * of it, and answers as a test says. */
#ifndef ADIT_TEST_EXPECT_FAKE_H
#define ADIT_TEST_EXPECT_FAKE_H

#include "expect/expect.h"

enum { FAKE_CHANNELS = 1000 };

struct fake {
	struct expect_table table;
	/* Channel n has parent[n]; 0 is none. */
	struct expect_parent parent[FAKE_CHANNELS];
	struct expect_asker asker[FAKE_CHANNELS];
	uint64_t now;
	const char *denied; /* policy does not let a plugin lead to this host */
	bool has_no_lookup; /* no memory for a lookup */
	int post_error, listen_error;
	bool is_deaf;                /* no message waits for an answer */
	void (*told)(struct fake *); /* what the plugin does then, or NULL */
	/* Channels whose message waits for the answer to a shared one. */
	struct {
		uint32_t channel, id;
	} waiting[8];
	unsigned nwaiting;
	bool is_wanted;  /* there are channels of the same plugin */
	unsigned most;   /* listeners at the agent, as configured */
	const char *own; /* the resource that each target is; or NULL */
	struct expectation *looks_up; /* the last one that asked for a name */
	char said[4096]; /* what was asked: "post 1 any uses 1;withdraw 1;" */
};

void fake_init(struct fake *f);
void fake_fini(struct fake *f);
/* What was said since the last time is this. */
void fake_said(struct fake *f, const char *text);

struct adit_addr fake_addr(const char *host, unsigned long port);
/* Channel `channel` announces a connection to one target; `want.size` of 0 is
 * one that a test need not fill in. */
int fake_new(struct fake *f, uint32_t channel, const struct adit_expect *want,
	     struct expectation **e);
/* The same to HOST:PORT, with these flags; it must succeed. */
struct expectation *fake_expect(struct fake *f, uint32_t channel,
				const char *host, unsigned long port,
				uint32_t flags);
/* And asks; the result. */
enum adit_result fake_ask(struct fake *f, uint32_t channel, const char *host,
			  unsigned long port, uint32_t flags);
/* The agent listens at this port for expectation `id`; 0: it cannot. */
int fake_agent(struct fake *f, uint32_t id, uint16_t port);
/* And not at the address that was dialled. */
int fake_agent_at(struct fake *f, uint32_t id, const char *host, uint16_t port);

/* Linked with --wrap=calloc: allocations until one fails; -1: none does. */
extern long fake_allocations;

#endif
