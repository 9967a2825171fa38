/* SPDX-License-Identifier: BSD-2-Clause */
/* addr.h - IP addresses, endpoints and networks. */
#ifndef ADIT_BASE_ADDR_H
#define ADIT_BASE_ADDR_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDR_TEXT 64 /* "[2001:db8:...]:65535" with room to spare */

/* An IP address and port.  family AF_INET uses ip[0..3]; AF_UNSPEC is "none".
 * IPv4-mapped IPv6 is turned into IPv4 wherever one is made. */
struct addr {
	uint16_t family; /* AF_INET, AF_INET6, AF_UNSPEC */
	uint16_t port;   /* host byte order */
	uint32_t scope;  /* IPv6 link-local only */
	uint8_t ip[16];
};

struct net {
	struct addr base; /* host bits zero, port 0 */
	unsigned bits;
};

struct sockaddr_storage;

/* A literal only, never a name; without brackets.  0 or ERR_INVAL. */
MUST_CHECK int addr_parse(struct addr *a, const char *host, unsigned port);
/* "1.2.3.4:80", "[::1]:80"; the port is required.  0 or ERR_INVAL. */
MUST_CHECK int addr_parse_port(struct addr *a, const char *text);
/* "host:port", "[v6]:port", where host may be a name; host[cap] without
 * brackets.  0 or ERR_INVAL. */
MUST_CHECK int addr_split(const char *text, char *host, size_t cap,
			  uint16_t *port);
/* Decimal, 1 to 65535, nothing else around it.  0 or ERR_INVAL. */
MUST_CHECK int port_parse(const char *text, uint16_t *port);

struct addr addr_from_sa(const struct sockaddr_storage *ss);
socklen_t addr_to_sa(const struct addr *a, struct sockaddr_storage *ss);

/* Of a socket; family AF_UNSPEC when it has none. */
struct addr addr_local(int fd);
struct addr addr_peer(int fd);

/* One that was not made here, as it would have been: policy for IPv4 must not
 * be passed by in another form.  False: it is of no family that there is. */
MUST_CHECK bool addr_settle(struct addr *a);
bool addr_same(const struct addr *a, const struct addr *b);
bool addr_same_host(const struct addr *a, const struct addr *b);
bool addr_is_loopback(const struct addr *a);
bool addr_is_any(const struct addr *a);

/* Without and with the port.  dst has ADDR_TEXT bytes; returns dst. */
const char *addr_host(const struct addr *a, char *dst);
const char *addr_str(const struct addr *a, char *dst);

/* "10.0.0.0/8", "2001:db8::/32", or an address alone.  Host bits that are set
 * are an error.  0 or ERR_INVAL. */
MUST_CHECK int net_parse(struct net *n, const char *text);
bool net_has(const struct net *n, const struct addr *a);
/* Whether all of `inner` lies in `outer`. */
bool net_covers(const struct net *outer, const struct net *inner);

#endif
