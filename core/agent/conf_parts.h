/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_parts.h - what the files that make an agent_conf share. */
#ifndef ADIT_AGENT_CONF_PARTS_H
#define ADIT_AGENT_CONF_PARTS_H

#include "agent/conf.h"

/* The name in paths of the agent that was started without a name. */
#define CONF_AGENT "agent"

/* A configuration while it is read: values that the tables of base/opt.h do not
 * know stand here as text. */
struct conf_draft {
	struct agent_conf c;
	char *intercept, *loopback_net, *socks, *dns, *proxy, *accept,
		*early_close;
};

extern const struct opt agent_opts[]; /* of a conf_draft */

/* ---- conf_check.c ---------------------------------------------------- */

/* Checks the value of item->key, which opt_put has stored, and fills the
 * members that are made of it.  0; or a negative error, and `e` says what is
 * wrong. */
MUST_CHECK int conf_check_agent(struct conf_draft *d,
				const struct ini_item *item,
				struct conf_errors *e);
/* Takes the proxy from the environment (https_proxy) where neither a file nor a
 * flag names one.  0; or a negative error, and `e` says what is wrong. */
MUST_CHECK int conf_proxy_default(struct conf_draft *d, struct conf_errors *e);
/* As conf_check_agent, for a key of a section [listen NAME]. */
MUST_CHECK int conf_check_listen(struct listen_conf *l,
				 const struct ini_item *item,
				 struct conf_errors *e);

/* ---- conf_publish.c -------------------------------------------------- */

/* A section [publish NAME] begins: *out is the one of that name, old or new.
 * 0; or a negative error, and `e` says what is wrong. */
MUST_CHECK int conf_publish_open(struct agent_conf *c,
				 const struct ini_item *item,
				 struct conf_errors *e,
				 struct publish_conf **out);
struct opt_target conf_publish_target(struct publish_conf *);
/* As conf_check_agent, for a key of such a section. */
MUST_CHECK int conf_check_publish(struct publish_conf *p,
				  const struct ini_item *item,
				  struct conf_errors *e);
/* Whether each section that was read has its keys. */
MUST_CHECK int conf_publish_finish(struct agent_conf *, struct conf_errors *);
void conf_publish_free(struct agent_conf *);

/* ---- conf_paths.c ---------------------------------------------------- */

/* The paths of NAME.ini in the user's folder ($XDG_CONFIG_HOME/adit) and in
 * the system's; name NULL: adit.ini.  The caller frees them.  NULL: no
 * memory, or no home folder is known. */
char *conf_user_file(const char *name);
char *conf_system_file(const char *name);
/* Whether this user may not enter the folder of `file`.  Where the system's
 * folder holds the files of a gateway it is closed, and has nothing for
 * agents. */
bool conf_is_shut(const char *file);
/* The path of the control socket of a profile (agent_conf.profile): below
 * $XDG_RUNTIME_DIR, /run/user/UID or /tmp, the first that can be used.  The
 * caller frees it.  NULL: no memory. */
char *conf_default_control(const char *profile);
/* Other paths where its socket may be: below /run/user/UID (n = 0) and /tmp
 * (n = 1).  NULL: that folder cannot be used, or no memory. */
char *conf_spare_control(const char *profile, unsigned n);
/* A profile (agent_conf.profile) in a form that can stand in the name of a
 * file: written to `key`, which is returned. */
enum { CONF_KEY = 256 };
const char *conf_key(const char *profile, char key[CONF_KEY]);
/* The hash FNV-1a, 64 bits, of `text`; `h` is CONF_HASH or the hash of what
 * stands before it. */
#define CONF_HASH 14695981039346656037u
uint64_t conf_hash(uint64_t h, const char *text);
/* "$XDG_STATE_HOME/adit", or below ~/.local/state.  The caller frees it.
 * NULL: no memory, or no home folder is known. */
char *conf_default_state_dir(void);
/* Whether a profile (agent_conf.profile) still has its file; the agent
 * without a name needs none. */
bool conf_is_there(const char *profile);
/* Adds to `out` the names that `adit up NAME` knows, from the files in both
 * folders, in alphabetical order.  0 or ERR_NOMEM. */
MUST_CHECK int conf_profiles(struct name_list *out);
/* Replaces *path, unless it is NULL, by an absolute path.  0, ERR_NOMEM,
 * ERR_SYS. */
MUST_CHECK int conf_absolute(char **path);
/* The same for all that a configuration names. */
MUST_CHECK int conf_absolute_all(struct agent_conf *c);

#endif
