/* SPDX-License-Identifier: BSD-2-Clause */
/* worker_config.h - everything that a worker makes of one configuration:
 * shared by all threads, counted, and never changed once it is made. */
#ifndef ADIT_GATEWAY_WORKER_CONFIG_H
#define ADIT_GATEWAY_WORKER_CONFIG_H

#include "base/siphash.h"
#include "base/handover.h"
#include "process/msg.h"
#include "plugin/conf.h"
#include "plugin/loader.h"
#include "policy/policy.h"
#include "tls/tls.h"

enum { WORKER_CONFIG_ERROR = 1024 };

/* The plugins that were there when the worker started. */
struct plugin_set {
	struct plugin **item;
	size_t n;
	int file[MSG_FDS]; /* of the monitor; closed when loaded */
	unsigned nfiles;
};

struct handler {                     /* of one resource */
	const struct plugin *plugin; /* NULL: the built-in one */
	struct plugin_conf *conf;
};

struct signing { /* of one gateway; the front's alone */
	uint32_t gateway, last;
	int sock;
};

struct worker_config {
	struct gw_conf *conf;
	struct handler *handlers; /* by resource id - 1 */
	uint32_t *wire;           /* likewise: what agents call it */
	uint32_t last_wire;
	struct tls_server **tls; /* by gateway */
	struct signing *signing;
	struct sip_key address_key; /* names targets to agents */
	struct addr *listen;        /* in the order of the descriptors */
	int *publish_fd; /* of each: bound, for a [publish]; else -1 */
	unsigned nlisten;
	_Atomic unsigned refs;
	_Atomic unsigned serving; /* shards that have it in force, or will */
};

/* What MSG_CONF brought.  The first time, `before` is NULL and the plugins are
 * loaded into `plugins`; afterwards only they may be used.  NULL: `why` says
 * what is wrong. */
MUST_CHECK struct worker_config *
worker_config_new(struct buf *bundle, struct plugin_set *plugins,
		  const struct worker_config *before,
		  char why[WORKER_CONFIG_ERROR]);
/* Takes the descriptors of [publish] sections out of the MSG_CONF whose first
 * descriptor is the bundle; -1 stands in their places then.  0 or ERR_NOMEM. */
MUST_CHECK int worker_config_take(struct worker_config *, struct msg *);
struct worker_config *worker_config_ref(struct worker_config *);
void worker_config_unref(struct worker_config *);
/* To be called for each shard that is to have the configuration in force, and
 * when that shard has another one.  With the last one its sockets of [publish]
 * are closed, though tunnels may refer to the configuration for hours. */
void worker_config_serve(struct worker_config *);
void worker_config_rest(struct worker_config *);

const struct handler *worker_config_handler(const struct worker_config *,
					    const struct gw_resource *);
/* An agent may still use the number that a resource had before a reload, so
 * numbers on the wire stay with names and are never used again.  0: none. */
uint32_t worker_config_wire(const struct worker_config *,
			    const struct gw_resource *);
uint32_t worker_config_from_wire(const struct worker_config *, uint32_t wire);

/* To another worker: the numbers of there count here. */
void worker_config_wire_handover(struct handover *, struct worker_config *);

/* The number of a gateway by name; -1: not there. */
int worker_config_gateway(const struct worker_config *, const char *name);

#endif
