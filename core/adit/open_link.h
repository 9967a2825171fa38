/* SPDX-License-Identifier: BSD-2-Clause */
/* open_link.h - a link adit://HOST[:PORT]/up, which any page may contain. */
#ifndef ADIT_ADIT_OPEN_LINK_H
#define ADIT_ADIT_OPEN_LINK_H

#include "base/opt.h"
#include "policy/host.h"

struct open_link {
	char host[HOST_CAP]; /* a name or an address, without brackets */
	uint16_t port;       /* 443 if the link has none */
};

/* 0, or ERR_INVAL: it is not such a link, or asks for something else than
 * "up". */
MUST_CHECK int open_link_parse(struct open_link *, const char *url);
/* Whether one of these gateways, HOST:PORT each, is the link's. */
bool open_link_is_known(const struct open_link *,
			const struct name_list *gateways);

#endif
