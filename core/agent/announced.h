/* SPDX-License-Identifier: BSD-2-Clause */
/* announced.h - the ports that an application has told its server to connect
 * to, as this machine itself saw it say so. */
#ifndef ADIT_AGENT_ANNOUNCED_H
#define ADIT_AGENT_ANNOUNCED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* The last bytes that an application sent. */
struct announced;

/* NULL: out of memory, and nothing is remembered. */
struct announced *announced_new(void);
/* The next n bytes, which lie in the buffers of `iov`. */
void announced_add(struct announced *, const struct iovec *iov, size_t n);
/* Whether the application has announced this port: in decimal, as in EPRT
 * (RFC 2428) and rsh, or as two numbers with a comma between, as in PORT
 * (RFC 959).  An announcement is used up by one connection, except in
 * GridFTP's MODE E, where it is good for any number.  False for NULL. */
bool announced_take(struct announced *, uint16_t port);

#endif
