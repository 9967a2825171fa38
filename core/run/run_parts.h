/* SPDX-License-Identifier: BSD-2-Clause */
/* run_parts.h - what a run is made of; for the files of this folder. */
#ifndef ADIT_RUN_RUN_PARTS_H
#define ADIT_RUN_RUN_PARTS_H

#include "agent/inside.h"
#include "intercept/entry.h"
#include "intercept/run_sockets.h"
#include "run/run.h"

enum { RUN_BUCKETS = 64, RUN_NAME = 64 };

struct run {
	struct list node; /* runs.all */
	struct runs *runs;
	struct agent *agent;
	pid_t pid;           /* of the command's first process */
	ino_t network;       /* its number */
	char name[RUN_NAME]; /* of the command */
	struct entry entry;
	struct run_sockets sockets;
	struct owner_check owner; /* asks about sockets inside */
	struct flow_net net;      /* for what connects in reverse */
	ev_io listen4, listen6, names4, names6, queue, end;
	struct list syns[RUN_BUCKETS]; /* struct run_syn, by port */
	unsigned nsyns;
	unsigned connections; /* that were dialled */
	unsigned early; /* of these, accepted before the gateway was asked */
};

/* ---- run_syn.c: connections whose first packet waits for the gateway ----- */

struct run_syn;

/* The kernel has put a packet into the queue. */
void run_syn_read(struct run *);
/* The waiting connection that this one, which was accepted, belongs to; or
 * NULL: nobody has asked for it. */
struct run_syn *run_syn_find(struct run *, const struct addr *from,
			     const struct addr *to);
/* Takes fd, and frees the run_syn. */
void run_syn_accept(struct run_syn *, int fd);
/* The command has gone. */
void run_syn_free_all(struct run *);
/* Asks the gateway for what a command dials: by name, where the address stands
 * for one.  NULL: it cannot be asked. */
struct flow *run_flow(struct run *, const struct addr *from,
		      const struct addr *to);

/* ---- run_names.c --------------------------------------------------------- */

/* Answers the queries that wait. */
void run_names_read(struct run *, int fd);

/* ---- run_record.c -------------------------------------------------------- */

/* Writes down what runs_adopt needs.  A warning says where that fails. */
void run_record(struct run *, const char *folder);
void run_forget(const struct run *);
void run_names_keep(struct runs *, const char *name, const struct addr *);
/* Nothing is left that may ask for one of them. */
void runs_forget_names(const struct runs *);

#endif
