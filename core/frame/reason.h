/* SPDX-License-Identifier: BSD-2-Clause */
/* reason.h - why channels, logins and sessions end, as numbers on the wire. */
#ifndef ADIT_FRAME_REASON_H
#define ADIT_FRAME_REASON_H

/* Why a channel was reset; for CLOSE, logs and audit lines. */
enum reason {
	REASON_NONE,        /* an orderly end */
	REASON_PEER_RESET,  /* the TCP peer reset the connection */
	REASON_REFUSED,     /* connection refused */
	REASON_UNREACHABLE, /* the server; see also REASON_NO_ROUTE */
	REASON_TIMEOUT,     /* no answer to the connect */
	REASON_NO_NAME,     /* the name does not resolve */
	REASON_DENIED,      /* policy */
	REASON_LIMIT,       /* too many channels, too little memory */
	REASON_PROTOCOL,    /* a plugin found a violation */
	REASON_LISTEN,      /* a plugin needed a listener: there is none */
	REASON_IDLE,        /* idle_timeout */
	REASON_ADMIN,       /* kicked, or the policy has changed */
	REASON_STOPPED,     /* forwarding was stopped */
	REASON_LOST,        /* the session was lost */
	REASON_INTERNAL,    /* out of memory or descriptors */
	REASON_GRANTED,     /* the answer to FLAG_CHECK: would be connected */
	REASON_NO_ROUTE,    /* to the network of the server */
	REASON_CODE,        /* a one-time code has to come first */
	REASON_COUNT
};
/* A short text for people, such as "connection refused"; never NULL. */
const char *reason_str(unsigned reason);

/* Why a login, an attach or a session came to an end. */
enum leave {
	LEAVE_NONE,
	LEAVE_DENIED,  /* wrong user or password */
	LEAVE_UNKNOWN, /* no such session here */
	LEAVE_PROOF,   /* proof or generation wrong */
	LEAVE_KICKED,
	LEAVE_EXPIRED, /* session_lifetime */
	LEAVE_LOGOUT,
	LEAVE_SHUTDOWN, /* this end is going away */
	LEAVE_PROTOCOL,
	LEAVE_LIMIT, /* too many sessions */
	LEAVE_BUSY,  /* try again later */
	LEAVE_IDLE,
	LEAVE_RIGHTS, /* the user was removed or locked, or has another
				 * password */
	LEAVE_TRIES,  /* try again later: too many logins have failed */
	LEAVE_CHANGE, /* the password was right, and cannot be changed */
	LEAVE_COUNT
};
/* A short text for people; never NULL. */
const char *leave_str(unsigned leave);

#endif
