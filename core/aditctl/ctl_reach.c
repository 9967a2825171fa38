/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_reach.c - which addresses agents dial to reach a gateway, and its pin. */
#include "aditctl/ctl_reach.h"

#include "base/addr.h"
#include "base/err.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void reach_host(const struct addr *at, const char *name, char host[HOST_CAP])
{
	if (name)
		snprintf(host, HOST_CAP, "%s", name);
	else if (!addr_is_any(at))
		addr_host(at, host);
	else if (gethostname(host, HOST_CAP - 1) || !host[0])
		snprintf(host, HOST_CAP, "localhost");
	host[HOST_CAP - 1] = 0;
}

const char *reach_text(const char *host, uint16_t port, char text[REACH_TEXT])
{
	bool v6 = strchr(host, ':') != NULL;

	snprintf(text, REACH_TEXT, "%s%s%s:%u", v6 ? "[" : "", host,
		 v6 ? "]" : "", port);
	return text;
}

int reach_list(const struct gw_gateway *g, struct name_list *out)
{
	const struct addr_list *l = &g->listen;
	char host[HOST_CAP], text[REACH_TEXT];
	bool outside = false;
	int r = 0;

	for (size_t i = 0; i < l->n; i++)
		outside |= !addr_is_loopback(&l->item[i]);
	for (size_t i = 0; i < l->n && !r; i++) {
		if (outside && addr_is_loopback(&l->item[i]))
			continue;
		reach_host(&l->item[i], g->server_name, host);
		reach_text(host, l->item[i].port, text);
		if (!name_list_has(out, text))
			r = name_list_add(out, text);
	}
	return r;
}

int reach_pin(const struct gw_gateway *g, struct buf *pem,
	      char pin[TLS_PIN_TEXT])
{
	struct conf_errors e = { .file = g->certificate };
	int r = conf_text_read(pem, false, &e);

	if (!r &&
	    (buf_append(pem, "", 1) || tls_pin_of((char *)buf_ptr(pem), pin)))
		r = conf_error(&e, 0, "no certificate found in this file");
	ctl_errors(&e);
	return r ? CTL_FAILED : CTL_OK;
}
