/* SPDX-License-Identifier: BSD-2-Clause */
/* proxy_header.h - the PROXY protocol: a load balancer says where a connection
 * comes from, in a header ahead of everything else.
 *
 * Versions 1 (a line of text) and 2 (binary) of "The PROXY protocol", which
 * HAProxy publishes as doc/proxy-protocol.txt, sections 2.1 and 2.2. */
#ifndef ADIT_FRONT_PROXY_HEADER_H
#define ADIT_FRONT_PROXY_HEADER_H

#include "base/addr.h"

/* A longer header, with what a balancer may add to version 2, is refused. */
enum { PROXY_HEADER_MAX = 2048 };

/* Reads the header at the beginning of the n bytes at p.  Returns its length in
 * bytes and sets *source, which stays as it is where the balancer speaks for
 * itself (LOCAL, UNKNOWN) or names no address of TCP.  0: more bytes have to
 * come first.  ERR_PROTO: this is no such header, or a longer one; *why says
 * what is wrong, as a constant. */
MUST_CHECK int proxy_header_read(const uint8_t *p, size_t n,
				 struct addr *source, const char **why);

#endif
