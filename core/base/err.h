/* SPDX-License-Identifier: BSD-2-Clause */
/* err.h - the error numbers that functions return. */
#ifndef ADIT_BASE_ERR_H
#define ADIT_BASE_ERR_H

/* A function that can fail returns one of these, or 0 or a count.  The function
 * that knows the cause logs it, and no other does. */
enum err {
	ERR_OK = 0,
	ERR_AGAIN = -1, /* not possible now: try again later */
	ERR_NOMEM = -2,
	ERR_PROTO = -3,  /* the peer broke the protocol */
	ERR_CLOSED = -4, /* the connection has ended in order */
	ERR_TLS = -5,
	ERR_SYS = -6,  /* a system call failed; errno says why */
	ERR_CONF = -7, /* the configuration is wrong */
	ERR_DENIED = -8,
	ERR_NOTFOUND = -9,
	ERR_LIMIT = -10, /* more than a configured or built-in limit */
	ERR_INVAL = -11, /* malformed text or value */
	ERR_TIMEOUT = -12,
};

/* A short English phrase, never NULL. */
const char *err_str(int err);

#endif
