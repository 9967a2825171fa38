/* SPDX-License-Identifier: BSD-2-Clause */
/* setup.h - a configuration with what its files hold: certificates and keys. */
#ifndef ADIT_MONITOR_SETUP_H
#define ADIT_MONITOR_SETUP_H

#include "monitor/listeners.h"
#include "policy/conf.h"
#include "tls/tls.h"

struct setup {
	struct gw_conf *conf;
	struct buf text;         /* of the file and those included */
	struct setup_gateway {   /* in the order of conf->gateways */
		struct buf cert; /* PEM, with a NUL behind it */
		struct tls_key *key;
	} * gateways;
	int *plugins; /* in the order of conf->plugins: files
					 * to load them from; -1: none */
};

/* Reads conf->file and all that it names.  0, or ERR_CONF, ERR_NOMEM with the
 * reasons in `e`.  `warn` gets what is allowed and odd. */
MUST_CHECK int setup_read(struct setup **out, struct conf_errors *e,
			  struct conf_errors *warn);
void setup_free(struct setup *);
/* Its files are as they were when they were read. */
bool setup_is_current(const struct setup *);

/* Certificates that will end soon or that are not valid at `now`. */
void setup_warn_times(const struct setup *, time_t now,
		      struct conf_errors *warn);

/* For setup_read: opens what the worker may not reach.  0, or ERR_CONF,
 * ERR_NOMEM with the reasons in `e`. */
MUST_CHECK int setup_open_plugins(struct setup *, struct conf_errors *e);
void setup_close_plugins(struct setup *);
/* Loads the plugins and checks their options, as the worker will.  0 or
 * ERR_CONF with the reasons in `e`. */
MUST_CHECK int setup_try_plugins(const struct setup *, struct conf_errors *e);

/* The memfd of MSG_CONF, or -1. */
MUST_CHECK int setup_bundle(const struct setup *, const struct listeners *);

/* `next` is for a worker that starts with it. */
bool setup_needs_worker(const struct gw_conf *now, const struct gw_conf *next);
/* What `now` has that a gateway which was started with `first` cannot take
 * over. */
void setup_compare(const struct gw_conf *first, const struct gw_conf *now,
		   struct conf_errors *warn);

/* Looks through the users files that it names; they are read again at each
 * login.  ERR_NOMEM; what is wrong with them stands in `e` and `warn` only. */
MUST_CHECK int setup_read_users(const struct gw_conf *, struct conf_errors *e,
				struct conf_errors *warn);

/* All complaints of one file to the end of those of another. */
void errors_join(struct conf_errors *to, const struct conf_errors *from);

#endif
