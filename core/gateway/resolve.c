/* SPDX-License-Identifier: BSD-2-Clause */
/* resolve.c - looks a name up, and waits for the answer. */
#include "gateway/resolve.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

static void keep(struct msg_resolved *found, const struct addrinfo *ai)
{
	struct sockaddr_storage ss = { 0 };
	struct addr a;

	if (ai->ai_addrlen > sizeof ss)
		return;
	memcpy(&ss, ai->ai_addr, ai->ai_addrlen);
	a = addr_from_sa(&ss);
	a.port = 0;
	if (!a.family)
		return;
	for (unsigned i = 0; i < found->n; i++)
		if (addr_same(&found->addrs[i], &a))
			return;
	found->addrs[found->n++] = a;
}

const char *resolve_host(const char *host, struct msg_resolved *found)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC,
					.ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	int r = getaddrinfo(host, NULL, &hints, &list);

	found->n = 0;
	if (r)
		return r == EAI_SYSTEM ? strerror(errno) : gai_strerror(r);
	for (struct addrinfo *ai = list; ai; ai = ai->ai_next)
		if (found->n < RESOLVE_MAX)
			keep(found, ai);
	freeaddrinfo(list);
	return NULL;
}
