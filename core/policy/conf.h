/* SPDX-License-Identifier: BSD-2-Clause */
/* conf.h - aditd.ini as structs that never change once they are made. */
#ifndef ADIT_POLICY_CONF_H
#define ADIT_POLICY_CONF_H

#include "base/opt.h"

enum {
	GW_GROUPS_MAX = 1024,
	GW_LISTEN_PORTS_MAX = 1024, /* of a resource with a host of its own */
	GW_HOSTS_MAX = 8,           /* of a resource */
	GW_NAMES_MAX = 32,          /* of a resource */
};

/* A key as it was written, for somebody else to understand. */
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
	char *user;
	uint32_t handshake_timeout, login_timeout; /* ms */
	struct net_list shared_sources; /* no limits for one of them alone */
	struct opt_lines lines;
};

struct gw_plugin {
	char *name;
	struct gw_pairs options; /* the plugin loader checks them */
	unsigned line;
};

struct gw_gateway {
	char *name;
	struct addr_list listen;
	char *server_name; /* NULL: none given */
	char *certificate, *private_key, *users;
	struct name_list group_names; /* empty: all groups count */
	bool auto_start, keep_alive;
	uint32_t idle_timeout, resume_grace, session_lifetime; /* ms */
	uint64_t session_memory;
	uint32_t connections_per_user;
	uint32_t connections_per_second;     /* of a user; 0: any number */
	uint32_t tcp_keep_alive;             /* ms, towards servers */
	uint64_t groups[GW_GROUPS_MAX / 64]; /* bits: those that count here */
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
	struct gw_pairs options; /* for the plugin, over its own */
	bool hide_address;
	uint32_t *groups; /* ngroups numbers of groups that grant it */
	size_t ngroups;
	struct opt_lines lines;
};

struct gw_group {
	char *name;
	struct name_list users;
	struct name_list resource_names;
	struct opt_lines lines;
};

struct gw_conf {
	char *file;
	struct conf_files *files; /* what the lines of its parts mean */
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
	_Atomic unsigned refs;
};

/* Parses text that came from e->file; opens no file.  Paths come out relative
 * to the folder of e->file.  NULL: what is wrong stands in `e`.  `warn` (or
 * NULL) gets what is allowed and useless.  The result holds one reference; `e`
 * and `warn` know its lines as long as it lives.  Text that includes others:
 * ini_gather. */
MUST_CHECK struct gw_conf *gw_conf_parse(const char *text, size_t len,
					 struct conf_errors *e,
					 struct conf_errors *warn);
/* From any thread. */
struct gw_conf *gw_conf_ref(struct gw_conf *c);
void gw_conf_unref(struct gw_conf *c);

/* By name or number; NULL: not there. */
const struct gw_gateway *gw_conf_gateway(const struct gw_conf *c,
					 const char *name);
const struct gw_resource *gw_conf_resource(const struct gw_conf *c,
					   const char *name);
const struct gw_resource *gw_conf_resource_id(const struct gw_conf *c,
					      uint32_t id);
const struct gw_plugin *gw_conf_plugin(const struct gw_conf *c,
				       const char *name);

/* The gateway that answers on `listen` to this SNI (NULL or "": none was sent,
 * which is enough where it is the only one); NULL: refuse. */
const struct gw_gateway *gw_conf_by_sni(const struct gw_conf *c,
					const struct addr *listen,
					const char *sni);

/* One of its ports or data_ports. */
bool gw_resource_has_port(const struct gw_resource *r, uint16_t port);

/* Whether one of its hosts is written as this address. */
bool gw_resource_has_literal(const struct gw_resource *r, const struct addr *a);

/* Whether a host name is among its names; see struct gw_resource. */
bool gw_resource_has_name(const struct gw_resource *r, const char *host);

/* All hosts, with commas, as far as they fit. */
const char *gw_resource_hosts(const struct gw_resource *r, char *buf,
			      size_t cap);

/* The value for logs and JSON: "host", "any", "url". */

#endif
