/* SPDX-License-Identifier: BSD-2-Clause */
/* addr.h - IP addresses, endpoints and networks. */
#ifndef ADIT_BASE_ADDR_H
#define ADIT_BASE_ADDR_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDR_TEXT 64 /* "[2001:db8:...]:65535" with room to spare */

/* An IP address and a port.  AF_INET uses ip[0..3]; AF_UNSPEC means that there
 * is no address.  The functions below turn an IPv4-mapped IPv6 address
 * (::ffff:192.0.2.1, RFC 4291, section 2.5.5.2) into the IPv4 address. */
struct addr {
	uint16_t family; /* AF_INET, AF_INET6, AF_UNSPEC */
	uint16_t port;   /* host byte order */
	uint32_t scope;  /* IPv6 link-local only */
	uint8_t ip[16];
};

struct net {
	struct addr base; /* host bits are zero, port is 0 */
	unsigned bits;    /* length of the prefix */
};

struct sockaddr_storage;

/* Reads the literal of an address, without brackets; never looks up a name.
 * 0 or ERR_INVAL. */
MUST_CHECK int addr_parse(struct addr *a, const char *host, unsigned port);
/* Reads "1.2.3.4:80" or "[::1]:80"; the port is required.  0 or ERR_INVAL. */
MUST_CHECK int addr_parse_port(struct addr *a, const char *text);
/* Cuts "host:port" or "[v6]:port" in two; host may be a name.  host[cap] gets
 * it without brackets.  0 or ERR_INVAL. */
MUST_CHECK int addr_split(const char *text, char *host, size_t cap,
			  uint16_t *port);
/* Reads a decimal number from 1 to 65535 with nothing around it.  0 or
 * ERR_INVAL. */
MUST_CHECK int port_parse(const char *text, uint16_t *port);

/* From and to the form of system calls.  AF_UNSPEC stands for every other
 * family; addr_to_sa returns 0 for it, else how much of *ss is used. */
struct addr addr_from_sa(const struct sockaddr_storage *ss);
socklen_t addr_to_sa(const struct addr *a, struct sockaddr_storage *ss);

/* The two addresses of a socket; AF_UNSPEC if it has none. */
struct addr addr_local(int fd);
struct addr addr_peer(int fd);

/* For a struct addr that came from another process: turns an IPv4-mapped
 * address into IPv4, so that it cannot get around a rule for IPv4.  False: the
 * family is none of the three above. */
MUST_CHECK bool addr_settle(struct addr *a);
/* addr_same compares the ports, too. */
bool addr_same(const struct addr *a, const struct addr *b);
bool addr_same_host(const struct addr *a, const struct addr *b);
bool addr_is_loopback(const struct addr *a);
/* 0.0.0.0 or ::, whatever the port. */
bool addr_is_any(const struct addr *a);

/* "192.0.2.1" without the port, "192.0.2.1:80" or "[::1]:80" with it; "none"
 * for AF_UNSPEC.  dst has ADDR_TEXT bytes; both return dst. */
const char *addr_host(const struct addr *a, char *dst);
const char *addr_str(const struct addr *a, char *dst);

/* Reads "10.0.0.0/8", "2001:db8::/32", or an address alone.  Host bits that are
 * set are an error.  0 or ERR_INVAL. */
MUST_CHECK int net_parse(struct net *n, const char *text);
bool net_has(const struct net *n, const struct addr *a);
/* Whether all of `inner` lies in `outer`. */
bool net_covers(const struct net *outer, const struct net *inner);

#endif
