/* SPDX-License-Identifier: BSD-2-Clause */
/* conf.h - the config of the gateway, aditd.ini, as structs that do not change
 * after they are made. */
#ifndef ADIT_POLICY_CONF_H
#define ADIT_POLICY_CONF_H

#include "base/opt.h"
#include "policy/auth_rule.h"
#include "policy/hours.h"
#include "policy/log_to.h"

enum {
	GW_GROUPS_MAX = 1024,
	GW_LISTEN_PORTS_MAX = 1024, /* of a resource with a host of its own */
	GW_HOSTS_MAX = 8,           /* of a resource */
	GW_NAMES_MAX = 32,          /* of a resource */
};

/* A key and its value as written, which the plugin loader reads later. */
struct gw_pair {
	char *key, *value;
	unsigned line;
};
struct gw_pairs {
	struct gw_pair *item;
	size_t n;
};

struct gw_server {
	uint32_t threads; /* 0: as many as fit the machine */
	uint64_t memory;  /* 0: a quarter of the machine's */
	char *control;
	char *plugin_dir;
	char *state_dir;
	char *web_languages; /* folder of CODE.ini, texts of the pages */
	char *user;
	uint32_t handshake_timeout, login_timeout; /* ms */
	/* Connections before their login: of all sources, of one. */
	uint32_t waiting_connections, waiting_per_source;
	uint32_t login_connections, logins_per_source;
	uint32_t pam_processes;
	uint32_t expectations; /* listeners at one agent, for plugins */
	struct net_list shared_sources; /* addresses without own limits */
	/* Balancers that say by the PROXY protocol who connects. */
	struct net_list proxy_protocol;
	/* Where monitoring asks: "address:port", or the path of a socket. */
	struct name_list metrics;
	char *audit_format; /* as written */
	bool audit_json;
	char *log; /* as written */
	struct log_to log_to;
	struct opt_lines lines;
};

struct gw_plugin {
	char *name;
	struct gw_pairs options; /* the plugin loader checks them */
	unsigned line;
};

/* What the sections [gateway], [group] and [user] say of one user;
 * policy/limits.h says which of them counts.  0: no limit. */
enum gw_direction { TO_SERVER, TO_CLIENT, DIRECTIONS };
struct gw_limits {
	uint32_t sessions_per_user;
	uint32_t connections_per_user;
	uint32_t connections_per_second;
	uint64_t rate[DIRECTIONS]; /* bytes/s; of a gateway: of all users */
	uint64_t memory;           /* of all sessions; 0 in a gateway */
};

struct gw_gateway {
	char *name;
	struct addr_list listen;
	char *server_name; /* NULL: none given */
	char *certificate, *private_key;
	char *auth; /* as written */
	struct auth_rule auth_rule;
	char *users;
	/* Of client certificates; NULL: not given. */
	char *client_ca, *client_crl, *client_user;
	char *client_prefix, *client_suffix;
	uint32_t client_crl_grace;    /* ms */
	struct name_list group_names; /* empty: all groups are valid here */
	bool auto_start, keep_alive;
	bool password_change; /* users may change theirs */
	bool web;             /* pages for browsers, on the same port */
	char *web_admin_group, *web_downloads; /* a folder; NULL: none */
	struct net_list web_admin_networks;
	uint32_t idle_timeout, resume_grace, session_lifetime; /* ms */
	uint64_t session_memory;
	struct gw_limits limits;
	uint32_t sessions, connections;      /* of all users; 0: any number */
	uint32_t tcp_keep_alive;             /* ms, towards servers */
	uint64_t groups[GW_GROUPS_MAX / 64]; /* a bit for each valid group */
	struct opt_lines lines;
};

enum gw_kind {
	GW_HOST, /* a host of its own */
	GW_ANY,  /* host = any, limited by allow */
	GW_URL,  /* Web-Link */
};

struct gw_resource {
	uint32_t id; /* 1.. in the order of the file */
	char *name;
	enum gw_kind kind;
	struct name_list hosts; /* names, literals; "any"; of the URL */
	const char *host;       /* the first, which is tried first */
	struct addr literal[GW_HOSTS_MAX]; /* AF_UNSPEC: it is a name */
	/* By which programs look it up, *.DOMAIN among them; where the file has
	 * none, its hosts that are names, unless it hides them. */
	struct name_list names;
	struct port_set ports;
	struct port_set data_ports; /* of the host that a connection to one
					 * of `ports` has found; no plugin */
	struct net_list allow, deny;
	char *url;         /* NULL: no Web-Link */
	char *plugin_name; /* NULL: the built-in handler */
	const struct gw_plugin *plugin;
	struct gw_pairs options;         /* for the plugin, over its own */
	bool hide_address, end_at_close; /* its hours end its channels */
	bool intercept_address; /* agents may catch what dials its addresses */
	char *hours_text;       /* as written; NULL: always open */
	struct hours hours;     /* their zones: zone.h */
	char *require;          /* as written; NULL: nothing more */
	bool needs_code;        /* a one-time code, once in a session */
	uint32_t *groups;       /* ngroups numbers of groups that grant it */
	size_t ngroups;
	struct opt_lines lines;
};

struct gw_group {
	char *name;
	struct name_list users;
	struct name_list resource_names;
	struct name_list pam; /* groups of the system that belong here */
	struct gw_limits limits;
	struct opt_lines lines;
};

struct gw_user {
	char *name;
	struct gw_limits limits;
	struct opt_lines lines;
};

struct gw_publish; /* policy/publish.h */
struct gw_conf {
	char *file;
	struct conf_files *files; /* which file each line is from */
	struct gw_server server;
	struct gw_gateway *gateways;
	size_t ngateways;
	struct gw_plugin *plugins;
	size_t nplugins;
	struct gw_resource *resources;
	size_t nresources;
	const struct gw_resource **by_name; /* sorted; nresources of them */
	struct gw_group *groups;
	size_t ngroups;
	struct gw_user *users;
	size_t nusers;
	struct gw_publish *publishes;
	size_t npublishes;
	_Atomic unsigned refs;
};

/* Reads the text of e->file, or one that ini_gather has joined; opens no file.
 * Relative paths start at the folder of the file that they stand in.  `warn`
 * may be NULL; it gets warnings about sections that have no effect.  Returns a
 * config with one reference, or NULL with the errors in `e`.  While it lives,
 * `e` and `warn` can tell the files of its lines. */
MUST_CHECK struct gw_conf *gw_conf_parse(const char *text, size_t len,
					 struct conf_errors *e,
					 struct conf_errors *warn);
/* Adds and drops a reference, from any thread; the last drop frees the
 * config. */
struct gw_conf *gw_conf_ref(struct gw_conf *c);
void gw_conf_unref(struct gw_conf *c);

/* These find a section by its name or number; NULL: there is none. */
const struct gw_gateway *gw_conf_gateway(const struct gw_conf *c,
					 const char *name);
const struct gw_resource *gw_conf_resource(const struct gw_conf *c,
					   const char *name);
const struct gw_resource *gw_conf_resource_id(const struct gw_conf *c,
					      uint32_t id);
const struct gw_plugin *gw_conf_plugin(const struct gw_conf *c,
				       const char *name);
const struct gw_group *gw_conf_group(const struct gw_conf *c, const char *name);

/* The virtual gateway for a connection to the address `listen` with this name
 * in TLS (SNI, RFC 6066).  Without a name (NULL or ""), the only gateway on
 * that address.  NULL: there is none, and the connection is to be refused. */
const struct gw_gateway *gw_conf_by_sni(const struct gw_conf *c,
					const struct addr *listen,
					const char *sni);

/* Whether the port is one of its ports or data_ports. */
bool gw_resource_has_port(const struct gw_resource *r, uint16_t port);

/* Whether this address is written as one of its hosts. */
bool gw_resource_has_literal(const struct gw_resource *r, const struct addr *a);

/* Whether a host name is among its names; see struct gw_resource. */
bool gw_resource_has_name(const struct gw_resource *r, const char *host);

/* Writes all hosts with commas to buf[cap], cut if they do not fit; returns
 * buf. */
const char *gw_resource_hosts(const struct gw_resource *r, char *buf,
			      size_t cap);

#endif
