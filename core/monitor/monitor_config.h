/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_config.h - a configuration with what its files hold: certificates and
 * keys. */
#ifndef ADIT_MONITOR_MONITOR_CONFIG_H
#define ADIT_MONITOR_MONITOR_CONFIG_H

#include "monitor/monitor_listeners.h"
#include "policy/conf.h"
#include "tls/key.h"

struct client_side;

struct monitor_config {
	struct gw_conf *conf;
	struct buf text;                /* of the file and those included */
	struct buf zones;               /* of its hours: policy/zone.h */
	struct monitor_config_gateway { /* in the order of conf->gateways */
		struct buf cert;        /* PEM, with a NUL behind it */
		struct tls_key *key;
		struct client_side *client; /* NULL: `auth` has none */
	} * gateways;
	int *plugins; /* descriptors of their files, in the order of
		       * conf->plugins; -1: none */
};

/* Reads the configuration file e->file and all files that it names.  0, or
 * ERR_CONF, ERR_NOMEM with the reasons in `e`.  `warn` gets what is allowed but
 * probably a mistake. */
MUST_CHECK int monitor_config_read(struct monitor_config **out,
				   struct conf_errors *e,
				   struct conf_errors *warn);
void monitor_config_free(struct monitor_config *);
/* Whether a configuration that was read now would be the same. */
bool monitor_config_is_current(const struct monitor_config *);

/* Certificates that will end soon or that are not valid at `now`. */
void monitor_config_warn_times(const struct monitor_config *, time_t now,
			       struct conf_errors *warn);

/* Certificates that browsers cannot use, where there are web pages. */
void monitor_config_warn_browsers(const struct monitor_config *,
				  struct conf_errors *warn);

/* For monitor_config_read: opens the files of the plugins, which the worker may
 * not reach.  0, or ERR_CONF, ERR_NOMEM with the reasons in `e`. */
MUST_CHECK int monitor_config_open_plugins(struct monitor_config *,
					   struct conf_errors *e);
void monitor_config_close_plugins(struct monitor_config *);
/* Loads the plugins and checks their options, as the worker will.  0 or
 * ERR_CONF with the reasons in `e`. */
MUST_CHECK int monitor_config_try_plugins(const struct monitor_config *,
					  struct conf_errors *e);

/* A memfd with the configuration, its certificates and the addresses of the
 * listeners, for MSG_CONF (process/conf_bundle.h); or -1. */
MUST_CHECK int monitor_config_bundle(const struct monitor_config *,
				     const struct monitor_listeners *);

/* Whether `next` differs from `now` in what a worker takes at its start only:
 * its threads, its memory, its plugins. */
bool monitor_config_needs_worker(const struct gw_conf *now,
				 const struct gw_conf *next);
/* Warns of keys that differ in `now` and that only a restart of aditd, which
 * was started with `first`, puts in force. */
void monitor_config_compare(const struct gw_conf *first,
			    const struct gw_conf *now,
			    struct conf_errors *warn);

/* Looks for mistakes in the users files, which are read again at each login.  0
 * or ERR_NOMEM; what is wrong stands in `e` and `warn`. */
MUST_CHECK int monitor_config_read_users(const struct gw_conf *,
					 struct conf_errors *e,
					 struct conf_errors *warn);

#endif
