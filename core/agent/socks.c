/* SPDX-License-Identifier: BSD-2-Clause */
/* socks.c - SOCKS5 at the agent's proxy port: CONNECT, names resolved at the
 * gateway. */
#include "agent/socks.h"

#include "agent/inside.h"
#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <string.h>

enum { SOCKS_PORT = 1080 };

static void socks_reply_with(struct talk *k, enum socks_reply code)
{
	const uint8_t p[10] = { 5, (uint8_t)code, 0, 1 };

	talk_say(k, p, sizeof p);
}

static void socks_on_opened(struct talk *k, struct flow *f)
{
	(void)f;
	socks_reply_with(k, SOCKS_OK);
}

static void socks_on_closed(struct talk *k, unsigned reason, const char *text)
{
	enum socks_reply code = socks_reason(reason);

	(void)text;
	socks_reply_with(k, code ? code : SOCKS_FAILED);
	talk_free(k);
}

static void on_greeting(struct talk *k, enum socks_reply code)
{
	const uint8_t p[2] = { 5, (uint8_t)code };

	talk_say(k, p, sizeof p);
	k->have = 0;
	k->greeted = true;
	if (code != SOCKS_OK)
		talk_free(k);
}

static void on_request(struct talk *k, const struct dest *to,
		       enum socks_reply code)
{
	if (code == SOCKS_OK) {
		talk_ask_gateway(k, to);
		return;
	}
	socks_reply_with(k, code);
	talk_free(k);
}

/* Handles what the client has said so far.  Returns how many bytes may be
 * read next, 0 when the message was answered, or ERR_PROTO. */
static int socks_digest(struct talk *k)
{
	enum socks_reply code = SOCKS_FAILED;
	struct dest to = { 0 };
	int want;

	if (!k->greeted) {
		want = socks_greeting(k->in, k->have, &code);
		if (!want)
			on_greeting(k, code);
		return want;
	}
	want = socks_request(k->in, k->have, &to, &code);
	if (!want)
		on_request(k, &to, code);
	return want;
}

static int wanted(const struct talk *k)
{
	enum socks_reply code;
	struct dest to;

	return k->greeted ? socks_request(k->in, k->have, &to, &code) :
			    socks_greeting(k->in, k->have, &code);
}

static void socks_on_readable(struct talk *k)
{
	int want = wanted(k);
	ssize_t n = recv(k->fd, k->in + k->have, (size_t)want, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	k->have += n > 0 ? (size_t)n : 0;
	if (n <= 0 || socks_digest(k) == ERR_PROTO) {
		if (n > 0)
			log_msg(LOG_INFO, "socks",
				"a client does not speak SOCKS5");
		talk_free(k);
	}
}

const struct talk_ops socks_ops = {
	.readable = socks_on_readable,
	.opened = socks_on_opened,
	.closed = socks_on_closed,
};

/* ---- the listener -------------------------------------------------------- */

/* Whether there is a resource whose hosts are reached by their own names. */
static bool is_of_use(struct agent *a)
{
	struct list *n, *t;

	list_each (n, t, &a->resources) {
		const struct resource *r = list_entry(n, struct resource, node);

		if (r->entry.service == SERVICE_WEBLINK || r->names.n ||
		    r->entry.flags & RESOURCE_ANY)
			return true;
	}
	return false;
}

/* Listens at an address of its own, as a resource does. */
static struct listener *listen_somewhere(struct agent *a, struct addr *at)
{
	static const char name[] = "SOCKS5 listener";
	struct addr host;
	struct listener *p;

	if (addresses_get(&a->addresses, name, at)) {
		errno = EADDRNOTAVAIL;
		return NULL;
	}
	host = *at;
	at->port = SOCKS_PORT;
	p = listener_new(&a->listeners, at, talk_on_accepted);
	if (!p && errno == EADDRINUSE) {
		at->port = 0;
		p = listener_new(&a->listeners, at, talk_on_accepted);
	}
	if (p)
		addresses_keep(&a->addresses, name, &host);
	return p;
}

void socks_listen(struct agent *a)
{
	struct addr at = a->conf->socks;
	char text[ADDR_TEXT];

	if (a->socks || a->conf->socks_off || (!at.family && !is_of_use(a)))
		return;
	a->socks = at.family ?
			   listener_new(&a->listeners, &at, talk_on_accepted) :
			   listen_somewhere(a, &at);
	if (a->socks)
		a->socks->agent = a;
	else
		log_msg(LOG_ERROR, "socks", "cannot listen at %s: %s",
			addr_str(&at, text), strerror(errno));
}

void socks_drop_all(struct agent *a)
{
	while (!list_is_empty(&a->talks))
		talk_free(list_first(&a->talks, struct talk, node));
}
