/* SPDX-License-Identifier: BSD-2-Clause */
/* socks_parse.h - what a SOCKS5 client says (RFC 1928), as a pure function. */
#ifndef ADIT_PROXY_SOCKS_PARSE_H
#define ADIT_PROXY_SOCKS_PARSE_H

#include "frame/payload.h"

enum { SOCKS_MAX = 4 + 1 + 255 + 2 }; /* the longest message of a client */

enum socks_reply {
	SOCKS_OK = 0,
	SOCKS_FAILED = 1,
	SOCKS_NOT_ALLOWED = 2,
	SOCKS_NET_UNREACHABLE = 3,
	SOCKS_HOST_UNREACHABLE = 4,
	SOCKS_REFUSED = 5,
	SOCKS_EXPIRED = 6,
	SOCKS_NO_COMMAND = 7,
	SOCKS_NO_ADDRESS_TYPE = 8,
	SOCKS_NO_METHOD = 0xff,
};

/* Whether a client whose first byte this is speaks SOCKS5. */
bool socks_begins(uint8_t first);

/* Parse the first or the second message of a client, of which n bytes have
 * come.  Return how many more are needed, never more than belong to the
 * message; 0: it is complete, and *reply (and *to) is set; ERR_PROTO: it is
 * not SOCKS5. */
int socks_greeting(const uint8_t *p, size_t n, enum socks_reply *reply);
int socks_request(const uint8_t *p, size_t n, struct dest *to,
		  enum socks_reply *reply);
/* The reply for the enum reason of a channel that has ended. */
enum socks_reply socks_reason(unsigned reason);

#endif
