/* SPDX-License-Identifier: BSD-2-Clause */
/* conf.h - adit.ini and the flags of `adit up`. */
#ifndef ADIT_AGENT_CONF_H
#define ADIT_AGENT_CONF_H

#include "proxy/proxy.h"
#include "base/opt.h"

enum intercept { INTERCEPT_LOOPBACK, INTERCEPT_NONE, INTERCEPT_NFT };
enum accept { ACCEPT_ANSWERED, ACCEPT_EARLY };
enum early_close { EARLY_CLOSE_REFUSE, EARLY_CLOSE_ACCEPT };

struct listen_conf {           /* a section [listen NAME] */
	char *name;            /* of the resource */
	char *address;         /* as it was written; NULL: not given */
	uint32_t port;         /* first one; 0: the resource's own */
	struct addr at;        /* `address` parsed; family 0: none */
	struct name_list maps; /* hosts of an any-IP resource */
	struct opt_lines lines;
};

struct publish_conf { /* a section [publish NAME] */
	char *name;
	char *to;       /* as it was written */
	struct addr at; /* `to` parsed */
	struct opt_lines lines;
};

struct agent_conf {
	char *name;                /* `adit up NAME`; NULL: none */
	char *profile;             /* path of -c FILE, NAME, or "agent" */
	struct name_list gateways; /* HOST:PORT each, in order */
	size_t nleft;              /* the last so many of them are no longer in
				    * the file, but still in use */
	char *user;
	char *password_file, *password_command; /* at most one of them */
	char *certificate, *key; /* of the user: paths or pkcs11: URIs; NULL */
	struct name_list pins;
	char *ca;
	char *server_name; /* NULL: the host of each gateway */
	struct proxy via;  /* see agent_conf_via */
	char *no_proxy;    /* of the environment; or NULL */
	bool via_all;      /* no_proxy does not count */
	char *proxy_password_file;
	char *control;      /* the socket's path; always set */
	bool control_given; /* a file says it; else the usual path */
	enum intercept intercept;
	struct net loopback_net; /* IPv4, inside 127.0.0.0/8 */
	struct addr socks;       /* family 0: the agent chooses one */
	bool socks_off;
	struct addr dns; /* family 0: no DNS queries are answered */
	bool dns_moves;  /* to another port where that is in use */
	uint32_t low_port_offset;
	uint64_t session_memory;
	bool reverse;
	enum accept accept; /* when, of what adit run catches */
	enum early_close early_close;
	bool once;       /* give up when no gateway can be reached at first */
	char *state_dir; /* $XDG_STATE_HOME/adit; always set */
	struct listen_conf *listens;
	size_t nlistens;
	struct publish_conf *publishes;
	size_t npublishes;
	struct opt_lines lines;
};

/* Flags of `up`; NULL where not given. */
struct conf_flags {
	const char *file; /* -c FILE: only this one */
	const char *name; /* up NAME */
	const char *gateway, *user, *pin, *ca, *password_file, *proxy;
	bool once;
};

/* Reads the system's file, then the user's, then the flags, each replacing
 * what was before; or, where flags->file is set, only this file, which must
 * exist, and the flags.  NULL: `e` says what is wrong. */
MUST_CHECK struct agent_conf *agent_conf_load(const struct conf_flags *flags,
					      struct conf_errors *e);
void agent_conf_free(struct agent_conf *);
/* The HTTP proxy through which this host is reached, or NULL. */
const struct proxy *agent_conf_via(const struct agent_conf *, const char *host);
/* Where a command finds the agent that runs with a configuration. */
struct agent_place {
	char *control, *profile;
	char *state_dir; /* NULL: no home is known */
};
/* Finds it even where other keys of the file are wrong; agent_place_fini is
 * needed after 0 only.  ERR_CONF: agent_conf_load would say what is wrong;
 * ERR_NOMEM. */
MUST_CHECK int agent_conf_place(const struct conf_flags *flags,
				struct agent_place *);
void agent_place_fini(struct agent_place *);
/* Adds to `out` the names of the keys in which the two differ, sections as
 * "listen NAME".  0 or ERR_NOMEM. */
MUST_CHECK int agent_conf_diff(const struct agent_conf *,
			       const struct agent_conf *,
			       struct name_list *out);
/* Whether both put a resource's listeners at the same place.  NULL stands for a
 * configuration without a section for it. */
bool agent_conf_same_listen(const struct listen_conf *,
			    const struct listen_conf *);
/* "PORT", "ADDRESS:PORT", "localhost:PORT": where a server of this machine
 * listens.  0 or ERR_INVAL. */
enum { PUBLISH_TO_MAX = 64 };
MUST_CHECK int agent_conf_server(const char *text, struct addr *to);
/* The section of a name; NULL: there is none. */
const struct publish_conf *agent_conf_publish(const struct agent_conf *,
					      const char *name);
/* The section [listen NAME] of a resource, or NULL. */
const struct listen_conf *agent_conf_listen(const struct agent_conf *,
					    const char *resource);

#endif
