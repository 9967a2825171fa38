/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_check.c - what single values of adit.ini must look like. */
#include "agent/conf_parts.h"

#include "base/err.h"
#include "frame/payload.h"
#include "policy/host.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PIN_HEX = 64, NET_BITS_MAX = 30, GATEWAY_PORT = 443 };

static bool is_gateway(const char *text)
{
	char host[HOST_MAX];
	uint16_t port;

	return !addr_split(text, host, sizeof host, &port) &&
	       host_or_address_ok(host);
}

/* Makes HOST into HOST:443.  False: it is neither HOST nor HOST:PORT, or
 * there is no memory. */
static bool complete_gateway(char **one)
{
	char *whole;

	if (is_gateway(*one))
		return true;
	if (asprintf(&whole, "%s:%d", *one, GATEWAY_PORT) < 0)
		return false;
	if (!is_gateway(whole)) {
		free(whole);
		return false;
	}
	free(*one);
	*one = whole;
	return true;
}

static int check_gateway(struct conf_draft *d, const struct ini_item *item,
			 struct conf_errors *e)
{
	struct name_list *l = &d->c.gateways;

	for (size_t i = 0; i < l->n; i++)
		if (!complete_gateway(&l->item[i]))
			return conf_error(
				e, item->line,
				"gateway = %s: "
				"expected HOST or HOST:PORT such as "
				"vpn.example.org:443, an IPv6 address "
				"in brackets: [2001:db8::1]:443",
				l->item[i]);
	return 0;
}

static int check_user(struct conf_draft *d, const struct ini_item *item,
		      struct conf_errors *e)
{
	if (strlen(d->c.user) < USER_MAX)
		return 0;
	return conf_error(e, item->line,
			  "user = %s: too long, at most %d bytes", d->c.user,
			  USER_MAX - 1);
}

static bool is_pin(const char *text)
{
	static const char start[] = "sha256:";

	if (strncmp(text, start, sizeof start - 1))
		return false;
	text += sizeof start - 1;
	return strlen(text) == PIN_HEX &&
	       strspn(text, "0123456789abcdefABCDEF") == PIN_HEX;
}

static int check_pin(struct conf_draft *d, const struct ini_item *item,
		     struct conf_errors *e)
{
	const struct name_list *l = &d->c.pins;

	for (size_t i = 0; i < l->n; i++)
		if (!is_pin(l->item[i]))
			return conf_error(e, item->line,
					  "pin = %s: expected "
					  "sha256: and 64 hexadecimal digits, "
					  "as aditctl init prints it",
					  l->item[i]);
	return 0;
}

static int check_server_name(struct conf_draft *d, const struct ini_item *item,
			     struct conf_errors *e)
{
	if (host_or_address_ok(d->c.server_name))
		return 0;
	return conf_error(e, item->line,
			  "server_name = %s: expected the name "
			  "in the gateway's certificate, such as "
			  "vpn.example.org",
			  d->c.server_name);
}

static int check_intercept(struct conf_draft *d, const struct ini_item *item,
			   struct conf_errors *e)
{
	const char *way = d->intercept;

	d->c.intercept = !strcmp(way, "none") ? INTERCEPT_NONE :
			 !strcmp(way, "nft")  ? INTERCEPT_NFT :
						INTERCEPT_LOOPBACK;
	if (d->c.intercept != INTERCEPT_LOOPBACK || !strcmp(way, "loopback"))
		return 0;
	return conf_error(e, item->line,
			  "intercept = %s: expected loopback, nft or "
			  "none",
			  way);
}

static int check_accept(struct conf_draft *d, const struct ini_item *item,
			struct conf_errors *e)
{
	bool is_early = !strcmp(d->accept, "early");

	d->c.accept = is_early ? ACCEPT_EARLY : ACCEPT_ANSWERED;
	if (is_early || !strcmp(d->accept, "answered"))
		return 0;
	return conf_error(e, item->line,
			  "accept = %s: expected answered or early", d->accept);
}

static int check_early_close(struct conf_draft *d, const struct ini_item *item,
			     struct conf_errors *e)
{
	const char *way = d->early_close;

	d->c.early_close = strcmp(way, "accept") ? EARLY_CLOSE_REFUSE :
						   EARLY_CLOSE_ACCEPT;
	if (!strcmp(way, "refuse") || !strcmp(way, "accept"))
		return 0;
	return conf_error(e, item->line,
			  "early_close = %s: expected refuse or "
			  "accept",
			  way);
}

static int check_loopback_net(struct conf_draft *d, const struct ini_item *item,
			      struct conf_errors *e)
{
	const struct net whole = {
		.base = { .family = AF_INET, .ip = { 127 } },
		.bits = 8,
	};
	struct net n;

	if (net_parse(&n, d->loopback_net) || !net_covers(&whole, &n) ||
	    n.bits > NET_BITS_MAX)
		return conf_error(e, item->line,
				  "loopback_net = %s: expected a "
				  "network inside 127.0.0.0/8 without host "
				  "bits, at most /%d, such as 127.77.0.0/16",
				  d->loopback_net, NET_BITS_MAX);
	d->c.loopback_net = n;
	return 0;
}

static int check_socks(struct conf_draft *d, const struct ini_item *item,
		       struct conf_errors *e)
{
	struct addr a = { 0 };

	d->c.socks_off = !strcmp(d->socks, "none");
	if (!d->c.socks_off && addr_parse_port(&a, d->socks))
		return conf_error(e, item->line,
				  "socks = %s: expected an "
				  "address and a port, such as 127.0.0.1:1080, "
				  "or none",
				  d->socks);
	/* Only for connections from this machine the kernel tells whose they
	 * are. */
	if (a.family && !addr_is_loopback(&a))
		return conf_error(e, item->line,
				  "socks = %s: expected a "
				  "loopback address, such as 127.0.0.1:1080",
				  d->socks);
	d->c.socks = a;
	return 0;
}

static int check_dns(struct conf_draft *d, const struct ini_item *item,
		     struct conf_errors *e)
{
	struct addr a = { 0 };

	if (strcmp(d->dns, "none") &&
	    (addr_parse_port(&a, d->dns) || !addr_is_loopback(&a)))
		return conf_error(e, item->line,
				  "dns = %s: expected a loopback address and "
				  "a port, such as 127.77.0.1:5353, or none",
				  d->dns);
	d->c.dns = a;
	return 0;
}

/* Complaints never quote the value, which may hold a password. */
static int check_proxy(struct conf_draft *d, const struct ini_item *item,
		       struct conf_errors *e)
{
	struct agent_conf *c = &d->c;
	const char *why, *file = e->file;
	struct stat st;

	c->via_all = true;
	c->via.host[0] = 0;
	if (!strcmp(d->proxy, "none"))
		return 0;
	if (proxy_parse(&c->via, d->proxy, &why))
		return conf_error(e, item->line, "proxy: %s", why);
	if (e->files)
		conf_files_line(e->files, item->line, &file);
	/* Only a line of a file can be read by others; a flag has no line. */
	if (item->line && c->via.password[0] && !stat(file, &st) &&
	    st.st_mode & 077)
		return conf_error(
			e, item->line,
			"proxy has a password, and "
			"others may read this file (mode %04o): chmod "
			"600 it, or use proxy_password_file",
			(unsigned)(st.st_mode & 07777));
	return 0;
}

int conf_proxy_default(struct conf_draft *d, struct conf_errors *e)
{
	const char *name, *value = proxy_from_environment(&name), *why;
	const char *not = getenv("no_proxy");

	if (d->proxy || !value)
		return 0;
	/* That password was not written for the proxy of the environment. */
	free(d->c.proxy_password_file);
	d->c.proxy_password_file = NULL;
	if (!not )
		not = getenv("NO_PROXY");
	if (not &&!(d->c.no_proxy = strdup(not )))
		return conf_error(e, 0, "%s", err_str(ERR_NOMEM));
	if (!proxy_parse(&d->c.via, value, &why))
		return 0;
	e->file = name;
	return conf_error(e, 0,
			  "%s; or write proxy = none in adit.ini, if adit "
			  "is to ignore this variable",
			  why);
}

int conf_check_agent(struct conf_draft *d, const struct ini_item *item,
		     struct conf_errors *e)
{
	static const struct {
		const char *key;
		int (*check)(struct conf_draft *, const struct ini_item *,
			     struct conf_errors *);
	} of[] = {
		{ "gateway", check_gateway },
		{ "user", check_user },
		{ "pin", check_pin },
		{ "server_name", check_server_name },
		{ "proxy", check_proxy },
		{ "intercept", check_intercept },
		{ "accept", check_accept },
		{ "early_close", check_early_close },
		{ "loopback_net", check_loopback_net },
		{ "socks", check_socks },
		{ "dns", check_dns },
	};

	for (size_t i = 0; i < ARRAY_LEN(of); i++)
		if (!strcmp(of[i].key, item->key))
			return of[i].check(d, item, e);
	return 0;
}

static int check_maps(const struct listen_conf *l, const struct ini_item *item,
		      struct conf_errors *e)
{
	for (size_t i = 0; i < l->maps.n; i++) {
		const char *host = l->maps.item[i];

		if (!host_or_address_ok(host))
			return conf_error(e, item->line,
					  "map = %s: expected "
					  "addresses or names of hosts",
					  host);
	}
	return 0;
}

int conf_check_listen(struct listen_conf *l, const struct ini_item *item,
		      struct conf_errors *e)
{
	struct addr a;

	if (!strcmp(item->key, "map"))
		return check_maps(l, item, e);
	if (strcmp(item->key, "address"))
		return 0;
	if (addr_parse(&a, l->address, 0) || !addr_is_loopback(&a))
		return conf_error(e, item->line,
				  "address = %s: expected a "
				  "loopback address, such as 127.0.0.1 or ::1",
				  l->address);
	l->at = a;
	return 0;
}
