/* SPDX-License-Identifier: BSD-2-Clause */
/* control_limits.h - every limit of the control sockets of aditd and of the
 * agent. */
#ifndef ADIT_CONTROL_CONTROL_LIMITS_H
#define ADIT_CONTROL_CONTROL_LIMITS_H

/* Bytes and numbers. */
enum {
	CONTROL_BACKLOG = 16,        /* of connections not accepted yet */
	CONTROL_CLIENTS_MAX = 32,    /* connected to one server at once */
	CONTROL_REQUEST_MAX = 65536, /* bytes of a request, with its line end */
	CONTROL_ANSWER_MAX = 64
			     << 20, /* bytes of an answer, with its line end */
	CONTROL_READ = 65536,       /* bytes of one read of an answer */
	CONTROL_ERROR_TEXT = 1024,  /* bytes of {"error": ...}, with its NUL */
	CONTROL_WHY =
		400, /* bytes of what a client tells people, with its NUL */
};

/* Seconds that a server waits. */
#define CONTROL_PAUSE 0.1         /* to accept again, without descriptors */
#define CONTROL_AGENT_TIMEOUT 10. /* for a request, and to deliver an answer */
#define CONTROL_ADITD_TIMEOUT 50. /* the same; longer than an upgrade takes */

/* Seconds that a client waits for an answer. */
enum {
	CONTROL_ASK_AGENT = 15, /* adit */
	CONTROL_ASK_AGENT_START =
		120, /* adit start: the gateway has a part in it */
	CONTROL_ASK_AGENT_CONFIRM = 90, /* adit confirm: the gateway makes
					 * guessers wait */
	CONTROL_ASK_AGENT_LIST = 3,     /* adit list: of each agent */
	CONTROL_ASK_AGENT_GONE = 15,    /* adit down: for the process to end */
	CONTROL_ASK_ADITD = 60,         /* aditctl */
	CONTROL_ASK_RECORD = 40,        /* adit-plugin-test record */
};

#endif
