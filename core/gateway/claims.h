/* SPDX-License-Identifier: BSD-2-Clause */
/* claims.h - which session publishes under which name ([publish NAME] in
 * aditd.ini): one at a time.  Others that want the same name wait in the order
 * in which they came.
 *
 * Sessions live on several threads: all functions here may be called from any
 * of them.  The sockets of a name listen only while a session holds it, so that
 * everybody else is refused by the kernel. */
#ifndef ADIT_GATEWAY_CLAIMS_H
#define ADIT_GATEWAY_CLAIMS_H

#include "base/defs.h"
#include "frame/payload.h"
#include "process/mailbox.h"

#include <stdbool.h>

struct claims;
struct shard;

enum { CLAIM_SOCKETS = 16 }; /* of one name, at most */

/* Who wants a name, and the sockets of that name. */
struct claim {
	const char *name; /* of the [publish] section */
	const char *user; /* "gateway/user" */
	uint64_t session;
	struct shard *shard;   /* of the session ... */
	struct mailbox *box;   /* ... and its mailbox */
	const int *fd;         /* bound; stay the caller's */
	const struct addr *at; /* of each */
	size_t nfd;
};

/* To the shard of a session that holds a name now, or has lost it. */
struct mail_claim {
	struct mail mail;
	struct shard *to;
	uint64_t session;
	char name[LABEL_MAX];
	bool held;
};

/* `deliver` gets each mail_claim, in the thread of its shard, and frees it.
 * NULL: no memory. */
struct claims *claims_new(void (*deliver)(struct mail *));
void claims_free(struct claims *);

enum { CLAIM_WAITS, CLAIM_HELD };
/* CLAIM_HELD: this session has the name now, and the sockets listen.
 * CLAIM_WAITS: another session has it; a mail_claim follows when this one does.
 * A newer session of the same user takes the name over, since that is the same
 * person who has come back; `first`: so does this one, whoever has it (it is
 * from another worker, and had it there).  ERR_NOMEM; ERR_SYS with errno: the
 * sockets cannot listen, and there is no claim. */
MUST_CHECK int claims_enter(struct claims *, const struct claim *, bool first);
/* After a mail_claim with `held`, or where the sockets have changed.  0: they
 * listen; ERR_NOTFOUND: the session has the name no more; ERR_SYS. */
MUST_CHECK int claims_listen(struct claims *, const struct claim *);
/* The session does not want the name any more: its sockets refuse connections,
 * and the next one gets it, and is told.  Nothing happens where the session has
 * no claim. */
void claims_leave(struct claims *, const struct claim *);
/* The name has other sockets now, after claims_listen: these refuse
 * connections, but those at which a session listens under whatever name. */
void claims_quit(struct claims *, const struct claim *);

/* Has the sockets refuse connections; nothing happens where they do. */
void claims_shut(const int *fd, size_t nfd);

#endif
