/* SPDX-License-Identifier: BSD-2-Clause */
/* run_parts.h - what a run is made of; for the files of this folder. */
#ifndef ADIT_RUN_RUN_PARTS_H
#define ADIT_RUN_RUN_PARTS_H

#include "intercept/entry.h"
#include "intercept/run_sockets.h"
#include "intercept/stub.h"
#include "run/run.h"
#include "run/syns.h"

#include <limits.h>
#include <sys/socket.h>

enum { RUN_NAME = 64 };

struct run_port {
	struct run *run;
	uint16_t port;
	struct listener *listener4, *listener6; /* at loopback, or NULL */
};

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
	struct run_port *ports;   /* that are published */
	unsigned nports;
	struct list talks;    /* struct run_talk: name lookups over TCP */
	struct list forwards; /* struct run_forward */
	unsigned ntalks, nforwards;
	struct acceptor listen4, listen6;
	ev_io names4, names6, queue;
	struct syns syns;
};

/* ---- run.c --------------------------------------------------------------- */

/* Takes connections that wait at listen4 or listen6, some of them: who dials
 * without end does not keep the agent from its other work. */
void run_accept(struct run *, struct acceptor *listener);
/* Takes packets that wait: so many, that who dials without end does not keep
 * the agent from its other work. */
void run_queue_read(struct run *, int fd);

/* ---- run_names.c --------------------------------------------------------- */

/* Answers the queries that wait. */
void run_names_read(struct run *, int fd);
/* The answer to one query: see stub.h. */
enum stub_verdict run_names_reply(struct run *, const uint8_t *query, size_t n,
				  uint8_t reply[static STUB_REPLY],
				  size_t *len);

/* ---- run_talk.c: the same over TCP --------------------------------------- */

/* Takes fd, a connection to port 53 of any server. */
void run_talk_begin(struct run *, int fd);
void run_talk_free_all(struct run *);

/* ---- run_forward.c: queries that this machine's name servers answer ------ */

enum { RUN_QUERY = 1500, RUN_SERVERS = 3 };

/* A query over UDP, and where it was sent to, which is where the answer comes
 * from. */
struct run_query {
	struct sockaddr_storage from;
	_Alignas(struct cmsghdr) char control[256];
	struct iovec iov;
	struct msghdr message;
	size_t n;
	uint8_t bytes[RUN_QUERY], reply[STUB_REPLY];
};
/* The answer goes out at `fd`, which is names4 or names6. */
void run_names_send(int fd, struct run_query *, uint8_t *reply, size_t n);
void run_forward(struct run *, int fd, const struct run_query *);
void run_forward_free_all(struct run *);
/* This machine's name servers, as `path`, resolv.conf(5), names them.  How
 * many. */
unsigned run_forward_servers(const char *path,
			     struct addr out[static RUN_SERVERS]);

/* ---- run_ports.c: servers of the command, reached from this machine ------ */

/* Listens at each port.  0; or an error: why[cap] says why, and nothing
 * listens. */
MUST_CHECK int run_ports_open(struct run *, const struct run_ask *, char *why,
			      size_t cap);
void run_ports_close(struct run *);
/* For syns.is_own: what a command has published would lead back to itself. */
bool run_ports_has(const struct syns *, const struct addr *to);
/* The ports, a new reference; NULL: no memory. */
json_t *run_ports_status(const struct run *);

/* ---- run_record.c -------------------------------------------------------- */

/* Bytes of a record. */
enum { RUN_RECORD = PATH_MAX + 256 };

/* Writes down what runs_adopt needs.  A warning says where that fails. */
void run_record(struct run *, const char *folder);
void run_forget(const struct run *);
/* Fills `ask`, but for its pid, from the record in the file `path`; its strings
 * stay in `text`.  False: there is no whole record. */
MUST_CHECK bool run_record_read(const char *path, char text[static RUN_RECORD],
				struct run_ask *);
/* For agent.named. */
void run_names_keep(void *runs, const char *name, const struct addr *);
/* Nothing is left that may ask for one of them. */
void runs_forget_names(const struct runs *);

#endif
