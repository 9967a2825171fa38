/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_rig.h - a monitor in this process, whose children are sockets and whose
 * clients of aditctl are numbers.
 *
 * No process is started and no time passes: child_start hands out numbers that no
 * process can have, timers are run by hand, and the loop never waits. */
#ifndef ADIT_TEST_MONITOR_RIG_H
#define ADIT_TEST_MONITOR_RIG_H

#include "monitor/monitor.h"

#include <sys/types.h>

enum { RIG_CHILDREN = 4096, RIG_CLIENTS = 64 };

struct rig_child {
	char role[32];
	pid_t pid;
	int fd[3]; /* the child's ends of its sockets; -1: none */
};

struct rig {
	struct monitor m;
	char dir[64], file[96];
	unsigned port; /* on 127.0.0.1, of the gateway */
	struct rig_child child[RIG_CHILDREN];
	unsigned nchildren;
	bool no_children;         /* child_start fails */
	void (*on_start)(void);   /* child_start was called; or NULL */
	bool may_run;             /* child_may_run agrees */
	bool no_control;          /* control_server_new fails */
	bool forks;               /* real processes, which wait for a signal */
	char *reply[RIG_CLIENTS]; /* the last answer to each client, or NULL */
	unsigned replies;
	bool control_closed;
	int log; /* what log_msg has written */
};
extern struct rig rig;

/* With files of its own and `more` behind its configuration.  The monitor has read
 * them, and has started nothing. */
void rig_init(const char *more);
void rig_fini(void);
/* A file of the rig's folder. */
void rig_write(const char *name, const char *text);
/* The configuration file with `more` behind it, which begins in [server]. */
void rig_configure(const char *more);

/* The process that a side stands for. */
struct rig_child *rig_worker(const struct worker_side *);
/* The resolver that was started last. */
struct rig_child *rig_resolver(void);
/* The next message that it has got on its main socket: its type, or -1. */
int rig_hears(struct rig_child *, struct msg *);
/* It sends this: `text` as str16, unless NULL. */
void rig_says(struct rig_child *, uint8_t type, uint32_t id, const char *text);
/* It answers a command by JSON. */
void rig_replies(struct rig_child *, uint32_t id, const char *json);
/* The monitor reads what its workers have sent. */
void rig_turn(void);
/* It is gone, as if by exit or a signal.  The side must still have it. */
void rig_ends(struct worker_side *, int status);
/* The time limit of a timer is over. */
void rig_limit(ev_timer *);
/* The first worker is started and ready; what it got is read. */
struct rig_child *rig_start(void);

/* What `client` was told since it was asked last; "" if nothing. */
const char *rig_reply(uint32_t client);
/* aditctl sends this, as `client`. */
void rig_ask(uint32_t client, const char *request);
/* Whether the log has this since the last call. */
bool rig_logged(const char *text);

#endif
