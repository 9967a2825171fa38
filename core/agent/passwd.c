/* SPDX-License-Identifier: BSD-2-Clause */
/* passwd.c - a login at a gateway that is for another password.  It has a loop
 * and a connection of its own: an agent that runs goes on meanwhile. */
#include "agent/passwd.h"

#include "agent/uplink.h"
#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct passwd {
	const struct passwd_ask *ask;
	struct loop loop;
	struct uplink uplink;
};

static struct passwd *passwd_of(struct uplink *u)
{
	return container_of(u, struct passwd, uplink);
}

static void passwd_became(struct uplink *u, enum uplink_state now)
{
	if (now == UPLINK_DOWN)
		loop_stop(&passwd_of(u)->loop);
}

static void passwd_waits(struct uplink *u)
{
	const struct passwd_ask *ask = passwd_of(u)->ask;

	ask->waits(ask->ctx, u->trouble);
}

static bool passwd_asks(struct uplink *u, const struct prompt *q)
{
	const struct passwd_ask *ask = passwd_of(u)->ask;
	struct answer *a = calloc(1, sizeof *a);
	bool given = a && ask->asks(ask->ctx, q, a);

	if (given)
		uplink_answer(u, a);
	if (a)
		explicit_bzero(a, sizeof *a); /* some may have been typed */
	free(a);
	return given;
}

/* No session begins: nothing else is called. */
static const struct uplink_ops passwd_ops = {
	.became = passwd_became,
	.waits = passwd_waits,
	.asks = passwd_asks,
};

/* The gateway that has the session is tried first. */
static size_t passwd_first(const struct passwd_ask *ask)
{
	const struct name_list *l = &ask->conf->gateways;

	for (size_t i = 0; ask->gateway && i < l->n; i++)
		if (!strcmp(l->item[i], ask->gateway))
			return i;
	return 0;
}

int passwd_run(const struct passwd_ask *ask, char text[PASSWD_TEXT],
	       char at[PASSWD_TEXT])
{
	struct passwd p = { .ask = ask };
	struct uplink *u = &p.uplink;
	int r = loop_init(&p.loop);

	snprintf(text, PASSWD_TEXT, "cannot make an event loop");
	if (r)
		return ERR_SYS;
	uplink_init(u, &p.loop, ask->conf, ask->password, &passwd_ops);
	u->pin = ask->pin;
	u->change.wanted = true;
	u->change.keep = ask->keep;
	u->at = passwd_first(ask);
	r = gateway_tls_renew(&u->tls, ask->conf, u->trouble,
			      sizeof u->trouble);
	if (!r) {
		uplink_begin(u);
		if (u->state != UPLINK_DOWN)
			loop_run(&p.loop);
		r = u->change.done ? 0 : ERR_DENIED;
	}
	snprintf(text, PASSWD_TEXT, "%s", u->trouble);
	snprintf(at, PASSWD_TEXT, "%s", uplink_gateway(u));
	uplink_fini(u);
	loop_fini(&p.loop);
	return r;
}
