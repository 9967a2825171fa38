/* SPDX-License-Identifier: BSD-2-Clause */
/* conf.h - adit.ini and the flags of `adit up`. */
#ifndef ADIT_AGENT_CONF_H
#define ADIT_AGENT_CONF_H

#include "agent/proxy.h"
#include "base/opt.h"

enum intercept { INTERCEPT_LOOPBACK, INTERCEPT_NONE };
enum early_close { EARLY_CLOSE_REFUSE, EARLY_CLOSE_ACCEPT };

struct listen_conf {           /* [listen NAME] */
	char *name;            /* of the resource */
	char *address;         /* literal, or NULL: its own */
	uint32_t port;         /* 0: the resource's own */
	struct addr at;        /* of address; family 0: none */
	struct name_list maps; /* hosts of an any-IP resource */
	struct opt_lines lines;
};

struct agent_conf {
	char *name;                /* `adit up NAME`; NULL: none */
	char *profile;             /* path of -c FILE, NAME, or "agent" */
	struct name_list gateways; /* HOST:PORT each, in order */
	size_t nleft;              /* the last ones: only still in use */
	char *user;
	char *password_file, *password_command; /* at most one of them */
	struct name_list pins;
	char *ca;
	char *server_name; /* NULL: the host of each gateway */
	struct proxy via;  /* see agent_conf_via */
	char *no_proxy;    /* of the environment; or NULL */
	bool via_all;      /* whatever no_proxy says */
	char *proxy_password_file;
	char *control;      /* the socket's path; always set */
	bool control_given; /* by a file, not the usual one */
	enum intercept intercept;
	struct net loopback_net; /* IPv4, inside 127.0.0.0/8 */
	struct addr socks;       /* family 0: off, or an address of its own */
	bool socks_off;
	uint32_t low_port_offset;
	uint64_t session_memory;
	bool reverse;
	enum early_close early_close;
	bool once;       /* no gateway yet is a failure */
	char *state_dir; /* $XDG_STATE_HOME/adit; always set */
	struct listen_conf *listens;
	size_t nlistens;
	struct opt_lines lines;
};

/* Flags of `up`; NULL where not given. */
struct conf_flags {
	const char *file; /* -c FILE: only this one */
	const char *name; /* up NAME */
	const char *gateway, *user, *pin, *ca, *password_file, *proxy;
	bool once;
};

/* System file, then the user's, then flags; or only flags->file, which must be
 * there then.  NULL: what is wrong stands in `e`. */
MUST_CHECK struct agent_conf *agent_conf_load(const struct conf_flags *flags,
					      struct conf_errors *e);
void agent_conf_free(struct agent_conf *);
/* The proxy on the way to a gateway's host, or NULL. */
const struct proxy *agent_conf_via(const struct agent_conf *, const char *host);
/* Where an agent is found. */
struct agent_place {
	char *control, *profile;
	char *state_dir; /* NULL: no home is known */
};
/* Also where the rest of a file is wrong.  ERR_CONF: agent_conf_load says what is
 * wrong; or ERR_NOMEM. */
MUST_CHECK int agent_conf_place(const struct conf_flags *flags,
				struct agent_place *);
void agent_place_fini(struct agent_place *);
/* Adds to `out` the keys that differ, and sections as "listen NAME".  0 or
 * ERR_NOMEM. */
MUST_CHECK int agent_conf_diff(const struct agent_conf *,
			       const struct agent_conf *,
			       struct name_list *out);
/* Whether the listeners stay where they are; NULL: nothing is said about them. */
bool agent_conf_same_listen(const struct listen_conf *,
			    const struct listen_conf *);
const struct listen_conf *agent_conf_listen(const struct agent_conf *,
					    const char *resource);

#endif
