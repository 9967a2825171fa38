/* SPDX-License-Identifier: BSD-2-Clause */
/* pac.c - a proxy auto-configuration file.
 *
 * It has names only: addresses that hide_address hides at the gateway are not
 * known to an agent. */
#include "agent/pac.h"

#include "agent/inside.h"
#include "base/err.h"
#include "policy/host.h"

#include <stdlib.h>
#include <string.h>

static const char begin[] =
	"// Made by adit for this user: the list of resources as it is now.\n"
	"var proxy = \"PROXY ";

/* Of [name, first port, last port]; a name may be \"*.domain\". */
static const char rest[] =
	";\n"
	"var usual = { http: 80, https: 443, ws: 80, wss: 443, ftp: 21 };\n"
	"\n"
	"function portOf(url) {\n"
	"    var m = /^(\\w+):\\/\\/(?:[^\\/?#@]*@)?"
	"(?:\\[[^\\]]*\\]|[^\\/?#:]*)(?::(\\d+))?/.exec(url);\n"
	"    return m ? Number(m[2] || usual[m[1].toLowerCase()] || 0) : 0;\n"
	"}\n"
	"\n"
	"function isIn(host, name) {\n"
	"    var end = name.slice(1);\n"
	"    if (name.charAt(0) != \"*\")\n"
	"        return host == name;\n"
	"    return host.length > end.length &&\n"
	"        host.slice(host.length - end.length) == end;\n"
	"}\n"
	"\n"
	"function FindProxyForURL(url, host) {\n"
	"    var port = portOf(url), p, i;\n"
	"    host = host.toLowerCase().replace(/\\.$|^\\[|\\]$/g, \"\");\n"
	"    for (i = 0; i < places.length; i++) {\n"
	"        p = places[i];\n"
	"        if (port >= p[1] && port <= p[2] && isIn(host, p[0]))\n"
	"            return proxy;\n"
	"    }\n"
	"    return \"DIRECT\";\n"
	"}\n";

static void lower(char name[HOST_CAP], const char *from)
{
	size_t i = 0;

	for (; from[i] && i < HOST_CAP - 1; i++)
		name[i] = from[i] >= 'A' && from[i] <= 'Z' ?
				  (char)(from[i] | 0x20) :
				  from[i];
	while (i && name[i - 1] == '.')
		i--;
	name[i] = 0;
}

static void pac_add(json_t *places, const struct resource_entry *e,
		    const char *text)
{
	char name[HOST_CAP];

	lower(name, text);
	for (unsigned i = 0; i < e->nranges - e->ndata; i++)
		json_array_append_new(places,
				      json_pack("[s, i, i]", name,
						(int)e->ranges[i].first,
						(int)e->ranges[i].last));
}

static void pac_add_resource(json_t *places, const struct resource *r)
{
	char host[HOST_CAP];
	uint16_t port;

	if (r->entry.service == SERVICE_WEBLINK &&
	    !host_of_url(r->entry.detail, host, &port))
		pac_add(places, &r->entry, host);
	for (size_t i = 0; i < r->names.n; i++)
		pac_add(places, &r->entry, r->names.item[i]);
}

/* As JavaScript, of which such JSON is a part: strings are escaped, and ASCII
 * only.  The caller's; NULL: no memory. */
static char *pac_places(struct agent *a)
{
	json_t *places = json_array();
	struct list *n, *t;
	char *text;

	list_each (n, t, &a->resources)
		pac_add_resource(places, list_entry(n, struct resource, node));
	text = places ? json_dumps(places, JSON_ENSURE_ASCII) : NULL;
	json_decref(places);
	return text;
}

static int pac_put(struct buf *to, const char *text)
{
	return buf_append(to, text, strlen(text));
}

int pac_write(struct agent *a, const struct addr *at, struct buf *to)
{
	char *places = pac_places(a), text[ADDR_TEXT];
	int ret = places ? pac_put(to, begin) : ERR_NOMEM;

	ret = ret ? ret : pac_put(to, addr_str(at, text));
	ret = ret ? ret : pac_put(to, "\";\nvar places = ");
	ret = ret ? ret : pac_put(to, places);
	ret = ret ? ret : pac_put(to, rest);
	free(places);
	return ret;
}
