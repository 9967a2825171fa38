/* SPDX-License-Identifier: BSD-2-Clause */
/* inner.h - what the network looks like that `adit run` gives to a command:
 * known to who makes it, and to the agent, maybe another one than at its
 * beginning. */
#ifndef ADIT_INTERCEPT_INNER_H
#define ADIT_INTERCEPT_INNER_H

/* The command's own addresses.  192.0.0.8 is the dummy address of RFC 7600: no
 * server can have it. */
#define INNER_IPV4 "192.0.0.8"
#define INNER_IPV6 "fd61:6469:7400::1"

/* The name server that programs are told of.  Queries to any other one are
 * answered too. */
#define INNER_SERVER "192.0.0.9"

enum {
	INNER_PORT = 1,     /* of the agent's listeners at these addresses */
	INNER_DNS = 53,     /* answered by the agent, whatever the server */
	INNER_QUEUE = 0,    /* where a SYN waits for the gateway's answer */
	INNER_LOOPBACK = 1, /* number of the network device "lo" */
};

/* What the agent lets become of a SYN: the mark that it gives the packet. */
enum inner_mark {
	INNER_CONNECTED,   /* no mark: the listener answers */
	INNER_REFUSED,     /* ECONNREFUSED */
	INNER_UNREACHABLE, /* EHOSTUNREACH */
	INNER_NO_ROUTE,    /* ENETUNREACH */
	INNER_DROPPED,     /* no answer */
	INNER_PASSED,      /* to where it was sent, as without adit */
	INNER_BACK,        /* to a program, as from its server.  The helper of
			    * intercept = nft says so, and no agent may */
};

#endif
