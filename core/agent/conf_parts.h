/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_parts.h - what the files that make an agent_conf share. */
#ifndef ADIT_AGENT_CONF_PARTS_H
#define ADIT_AGENT_CONF_PARTS_H

#include "agent/conf.h"

/* What the agent without a name is called in files' names. */
#define CONF_AGENT "agent"

/* A configuration while it is read: values that the tables of base/opt.h do not
 * know stand here as text. */
struct conf_draft {
	struct agent_conf c;
	char *intercept, *loopback_net, *socks, *proxy, *early_close;
};

extern const struct opt agent_opts[];  /* of a conf_draft */
extern const struct opt listen_opts[]; /* of a listen_conf */

/* ---- conf_check.c ------------------------------------------------------------- */

/* Looks at one value that was just put, and fills what follows from it.  0, or it
 * stands in `e`. */
MUST_CHECK int conf_check_agent(struct conf_draft *d,
				const struct ini_item *item,
				struct conf_errors *e);
/* Where no file or flag says what proxy there is, the environment may. */
MUST_CHECK int conf_proxy_default(struct conf_draft *d, struct conf_errors *e);
MUST_CHECK int conf_check_listen(struct listen_conf *l,
				 const struct ini_item *item,
				 struct conf_errors *e);

/* ---- conf_paths.c ------------------------------------------------------------- */

/* "$XDG_CONFIG_HOME/adit/NAME.ini" and so on; name NULL: "adit".  NULL: no memory
 * (of which the caller speaks) or no home. */
char *conf_user_file(const char *name);
char *conf_system_file(const char *name);
/* Whether its folder is closed to this user.  That of the system is where it holds
 * a gateway's files; then there is nothing for agents in it. */
bool conf_is_shut(const char *file);
/* The socket of a profile (agent_conf.profile) below $XDG_RUNTIME_DIR,
 * /run/user/UID or /tmp: the first of them that may do. */
char *conf_default_control(const char *profile);
/* Those behind $XDG_RUNTIME_DIR, n = 0, 1; NULL: it would not do, or no memory. */
char *conf_spare_control(const char *profile, unsigned n);
/* A profile as a part of files' names. */
enum { CONF_KEY = 256 };
const char *conf_key(const char *profile, char key[CONF_KEY]);
/* FNV-1a, from CONF_HASH on. */
#define CONF_HASH 14695981039346656037u
uint64_t conf_hash(uint64_t h, const char *text);
char *conf_default_state_dir(void);
/* Whether the file of a profile (agent_conf.profile) is there; the one without a
 * name needs none. */
bool conf_is_there(const char *profile);
/* Names of the configurations that are there, beside the one without a name, in
 * alphabetical order.  0 or ERR_NOMEM. */
MUST_CHECK int conf_profiles(struct name_list *out);
/* Makes a path absolute; 0 or ERR_NOMEM, ERR_SYS. */
MUST_CHECK int conf_absolute(char **path);

#endif
