/* SPDX-License-Identifier: BSD-2-Clause */
/* err.h - what can go wrong, as one negative number. */
#ifndef ADIT_BASE_ERR_H
#define ADIT_BASE_ERR_H

/* Functions return 0 (or a count) or one of these.  The cause is logged
 * once, where it is known. */
enum err {
	ERR_OK = 0,
	ERR_AGAIN = -1, /* nothing now, come back later */
	ERR_NOMEM = -2,
	ERR_PROTO = -3,  /* the peer broke the protocol */
	ERR_CLOSED = -4, /* orderly end */
	ERR_TLS = -5,
	ERR_SYS = -6,  /* a system call failed; errno says which way */
	ERR_CONF = -7, /* the configuration is wrong */
	ERR_DENIED = -8,
	ERR_NOTFOUND = -9,
	ERR_LIMIT = -10, /* a configured or built-in limit */
	ERR_INVAL = -11, /* malformed text or value */
	ERR_TIMEOUT = -12,
};

/* A short English phrase, never NULL. */
const char *err_str(int err);

#endif
