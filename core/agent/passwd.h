/* SPDX-License-Identifier: BSD-2-Clause */
/* passwd.h - a login at a gateway that is for another password: adit passwd. */
#ifndef ADIT_AGENT_PASSWD_H
#define ADIT_AGENT_PASSWD_H

#include "agent/conf.h"

#include <stdbool.h>

struct prompt;
struct answer;

struct passwd_ask {
	const struct agent_conf *conf;
	const char *password; /* the present one; "": the gateway asks for it */
	const char *pin;      /* of the token with the user's key; or NULL */
	const char *gateway;  /* of the session below; or NULL */
	uint64_t keep;        /* the session that goes on; 0: none */
	/* What the gateway asks: the new password among it.  False: nobody
	 * answers. */
	bool (*asks)(void *ctx, const struct prompt *, struct answer *);
	/* Nothing was heard for some time, for this reason. */
	void (*waits)(void *ctx, const char *why);
	void *ctx;
};

enum { PASSWD_TEXT = 800 };

/* Returns when it is over: 0, and the text is what the gateway adds, or "";
 * ERR_DENIED: the text says why not; ERR_SYS. */
MUST_CHECK int passwd_run(const struct passwd_ask *, char text[PASSWD_TEXT],
			  char at[PASSWD_TEXT]);

#endif
