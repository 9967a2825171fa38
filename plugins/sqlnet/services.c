/* SPDX-License-Identifier: BSD-2-Clause */
/* services.c - checks that the text of a CONNECT asks for an allowed service,
 * and for nothing else. */
#include "services.h"

#include "nv.h"

#include <adit/plugin.h>
#include <string.h>

enum { SERVICE_MAX = 128 };

/* Names that may stand beside CONNECT_DATA in a DESCRIPTION: they are about the
 * way to the listener, which has ended there. */
static const char *const around[] = { "ADDRESS",
				      "ADDRESS_LIST",
				      "COMPRESSION",
				      "COMPRESSION_LEVELS",
				      "CONNECT_TIMEOUT",
				      "ENABLE",
				      "EXPIRE_TIME",
				      "FAILOVER",
				      "LOAD_BALANCE",
				      "RECV_BUF_SIZE",
				      "RETRY_COUNT",
				      "RETRY_DELAY",
				      "SDU",
				      "SECURITY",
				      "SEND_BUF_SIZE",
				      "TCP_CONNECT_TIMEOUT",
				      "TDU",
				      "TRANSPORT_CONNECT_TIMEOUT",
				      "USE_SNI",
				      NULL };

/* Names that may stand beside the service in CONNECT_DATA: they say who asks,
 * and for what kind of server process. */
static const char *const beside[] = { "CID",
				      "COLOCATION_TAG",
				      "CONNECTION_ID",
				      "CONNECTION_ID_PREFIX",
				      "FAILOVER_MODE",
				      "POOL_BOUNDARY",
				      "POOL_CONNECTION_CLASS",
				      "POOL_NAME",
				      "POOL_PURITY",
				      "SERVER",
				      "UR",
				      "USE_DBROUTER",
				      NULL };

/* Names that may stand nowhere else, at any depth, because it is not known
 * where a listener looks for them. */
static const char *const leading[] = { "COMMAND",
				       "CONNECT_DATA",
				       "DESCRIPTION",
				       "DESCRIPTION_LIST",
				       "HS",
				       "INSTANCE_NAME",
				       "SERVICE_NAME",
				       "SID",
				       "TUNNEL_SERVICE_NAME",
				       NULL };

struct services_reader {
	const char *text;
	const char *const *allowed;
	bool redirected;
	const char *root, *data; /* the nodes so far; NULL: none yet */
	unsigned services;
};

static bool is_among(const struct nv_name *name, const char *const *words)
{
	while (*words && !nv_is(name, *words))
		words++;
	return *words;
}

/* Whether none of the names from a depth on is in `leading`. */
static bool is_harmless(const struct nv_atom *a, unsigned from)
{
	for (unsigned i = from; i < a->depth; i++)
		if (is_among(&a->path[i], leading))
			return false;
	return true;
}

static bool is_first(const char **met, const struct nv_name *node)
{
	if (!*met)
		*met = node->at;
	return *met == node->at;
}

static bool is_listed(const struct services_reader *r, const struct nv_atom *a)
{
	char name[SERVICE_MAX];
	size_t n = a->to - a->from;

	if (n >= sizeof name)
		return false;
	memcpy(name, r->text + a->from, n);
	name[n] = 0;
	return adit_listed(r->allowed, name);
}

static bool in_data(struct services_reader *r, const struct nv_atom *a,
		    unsigned i)
{
	if (i == a->depth)
		return false;
	if (nv_is(&a->path[i], "INSTANCE_NAME"))
		return r->redirected && i + 1 == a->depth;
	if (!nv_is(&a->path[i], "SERVICE_NAME") && !nv_is(&a->path[i], "SID"))
		return is_among(&a->path[i], beside) && is_harmless(a, i + 1);
	return i + 1 == a->depth && !r->services++ && is_listed(r, a);
}

static bool services_atom(void *ctx, const struct nv_atom *a)
{
	struct services_reader *r = ctx;
	unsigned i = nv_is(&a->path[0], "DESCRIPTION");

	if (!is_first(&r->root, &a->path[0]) || i == a->depth)
		return false;
	if (nv_is(&a->path[i], "CONNECT_DATA"))
		return is_first(&r->data, &a->path[i]) && in_data(r, a, i + 1);
	return i && is_among(&a->path[i], around) && is_harmless(a, i + 1);
}

bool services_allow(const char *text, size_t n, const char *const *allowed,
		    bool redirected)
{
	struct services_reader r = { .text = text,
				     .allowed = allowed,
				     .redirected = redirected };

	return nv_walk(text, n, services_atom, &r) && r.services == 1;
}
