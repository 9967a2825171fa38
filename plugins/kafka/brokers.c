/* SPDX-License-Identifier: BSD-2-Clause */
/* brokers.c - replaces the addresses of brokers in a reply. */
#include "brokers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	/* A month: clients come back to an address hours later,
	 * and brokers close what was idle for ten minutes. */
	LIFETIME_H = 720,
	OTHER_TAG = 0x7f, /* a tag that nobody has defined */
};

bool brokers_init(struct brokers *b, size_t places)
{
	size_t n = places < BROKERS_MAX ? places : BROKERS_MAX;

	*b = (struct brokers){ .who = calloc(places, sizeof *b->who),
			       .broker = calloc(n, sizeof *b->broker) };
	b->found.place = calloc(places, sizeof *b->found.place);
	return b->who && b->broker && b->found.place;
}

void brokers_fini(struct brokers *b)
{
	free(b->who);
	free(b->broker);
	free(b->found.place);
}

/* ---- asking -------------------------------------------------------------- */

/* A broker that was installed without a host name announces itself so. */
static bool is_own(const char *host)
{
	static const char *const names[] = { "localhost",
					     "localhost.localdomain",
					     "ip6-localhost",
					     "0.0.0.0",
					     "::",
					     "::1",
					     NULL };

	return adit_listed(names, host) || !strncmp(host, "127.", 4);
}

/* The address at a place.  False: it is none, as that of a broker that is down,
 * whose port is 0 or -1. */
static bool broker_read(const struct adit_msg *m, const struct place *at,
			struct adit_addr *to)
{
	char host[sizeof to->host];

	if (!at->len || at->len >= sizeof host ||
	    memchr(m->data + at->host, 0, at->len))
		return false;
	snprintf(host, sizeof host, "%.*s", (int)at->len,
		 (const char *)m->data + at->host);
	return !adit_addr_parse(to,
				is_own(host) ? adit_server(m->ch)->host : host,
				kafka_u32(m->data + at->port));
}

static bool broker_is(const struct adit_addr *a, const struct adit_addr *b)
{
	return a->port == b->port && !strcasecmp(a->host, b->host);
}

/* The number of a broker in the list, which becomes longer where it is new;
 * BROKERS_MAX: the list is full. */
static uint16_t broker_number(struct brokers *b, const struct adit_addr *real)
{
	for (uint16_t i = 0; i < b->n; i++)
		if (broker_is(&b->broker[i].real, real))
			return i;
	if (b->n < BROKERS_MAX)
		b->broker[b->n++].real = *real;
	else
		return BROKERS_MAX;
	return (uint16_t)(b->n - 1);
}

/* Makes the list of different brokers.  False: it would be too long. */
static bool brokers_list(const struct adit_msg *m, struct brokers *b)
{
	const struct found *f = &b->found;
	struct adit_addr real;
	bool all = true;

	b->n = 0;
	for (size_t i = 0; i < f->n; i++) {
		b->who[i] = BROKERS_MAX;
		if (!broker_read(m, &f->place[i], &real))
			continue;
		b->who[i] = broker_number(b, &real);
		all &= b->who[i] < BROKERS_MAX;
	}
	return all;
}

static enum adit_result broker_ask(struct adit_msg *m, struct broker *b,
				   const struct adit_ports *ports)
{
	uint32_t id;
	struct adit_expect want = { .size = sizeof want,
				    .targets = &b->real,
				    .ntargets = 1,
				    .flags = ADIT_SHARED | ADIT_INSPECT,
				    .lifetime_ms = LIFETIME_H * 3600000u };

	*b->why = 0;
	if (!adit_ports_has(ports, b->real.port)) {
		snprintf(b->why, sizeof b->why,
			 "its port is not in redirect_ports");
		return ADIT_DENIED;
	}
	b->result = adit_expect(m, &want, &b->show, &id);
	if (b->result == ADIT_DENIED || b->result == ADIT_FAILED)
		snprintf(b->why, sizeof b->why, "%s", adit_why(m->ch));
	return b->result;
}

bool brokers_ask(struct adit_msg *m, struct brokers *b,
		 const struct adit_ports *ports)
{
	bool wait = false;

	if (!brokers_list(m, b))
		adit_log(m->ch, ADIT_WARN,
			 "a reply names more than %d brokers: the addresses of "
			 "the others pass unchanged",
			 BROKERS_MAX);
	for (size_t i = 0; i < b->n; i++) {
		b->broker[i].result = broker_ask(m, &b->broker[i], ports);
		wait |= b->broker[i].result == ADIT_WAIT;
	}
	return !wait;
}

/* ---- writing ------------------------------------------------------------- */

struct writer {
	const struct adit_msg *m;
	uint8_t *out;
	size_t len, from; /* bytes of `out`; of the message, in `out` or left
			     out */
	bool flexible;
};

static void put(struct writer *w, const void *p, size_t n)
{
	memcpy(w->out + w->len, p, n);
	w->len += n;
}

static void put32(struct writer *w, uint32_t v)
{
	uint8_t p[] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16),
			(uint8_t)(v >> 8), (uint8_t)v };

	put(w, p, sizeof p);
}

static size_t varint_size(size_t v)
{
	size_t n = 1;

	while (v >>= 7)
		n++;
	return n;
}

static void put_varint(struct writer *w, size_t v)
{
	for (; v > 0x7f; v >>= 7)
		w->out[w->len++] = (uint8_t)(v | 0x80);
	w->out[w->len++] = (uint8_t)v;
}

/* The message's bytes up to an offset. */
static void put_until(struct writer *w, size_t to)
{
	put(w, w->m->data + w->from, to - w->from);
	w->from = to;
}

static size_t string_size(bool flexible, size_t n)
{
	return n + (flexible ? varint_size(n + 1) : 2);
}

static void put_string(struct writer *w, const char *text)
{
	size_t n = strlen(text);
	uint8_t len[] = { (uint8_t)(n >> 8), (uint8_t)n };

	if (w->flexible)
		put_varint(w, n + 1);
	else
		put(w, len, sizeof len);
	put(w, text, n);
}

/* What stands at a place from now on; NULL: what stands there. */
static const struct adit_addr *new_address(const struct adit_msg *m,
					   const struct brokers *b, size_t i)
{
	const struct place *at = &b->found.place[i];
	const struct broker *to = &b->broker[b->who[i] % BROKERS_MAX];

	if (b->who[i] == BROKERS_MAX || to->result != ADIT_OK ||
	    (to->show.port == kafka_u32(m->data + at->port) &&
	     strlen(to->show.host) == at->len &&
	     !memcmp(to->show.host, m->data + at->host, at->len)))
		return NULL;
	return &to->show;
}

/* By how much the addresses grow, perhaps below 0. */
static ptrdiff_t growth(const struct adit_msg *m, const struct brokers *b,
			bool flexible, size_t *changed)
{
	ptrdiff_t sum = 0;

	*changed = 0;
	for (size_t i = 0; i < b->found.n; i++) {
		const struct place *at = &b->found.place[i];
		const struct adit_addr *show = new_address(m, b, i);

		if (!show)
			continue;
		++*changed;
		sum += (ptrdiff_t)string_size(flexible, strlen(show->host)) -
		       (ptrdiff_t)(at->port - at->from);
	}
	return sum;
}

/* NodeEndpoints become a tag that clients do not know, of the same length. */
static void put_hidden(struct writer *w, const struct found *f)
{
	size_t n;

	if (f->tag) {
		put_until(w, w->m->len);
		w->out[f->tag] = OTHER_TAG;
		return;
	}
	put_until(w, f->end);
	n = w->m->len - f->end - 3; /* for the size and what has it */
	put_varint(w, 1);           /* an empty array */
	put_varint(w, 1);           /* one tag */
	put_varint(w, OTHER_TAG);
	if (n - 1 <= 0x7f) {
		put_varint(w, n - 1);
		n--;
	} else { /* 2 bytes, even if one would do */
		n -= 2;
		w->out[w->len++] = (uint8_t)(n | 0x80);
		w->out[w->len++] = (uint8_t)(n >> 7);
	}
	memset(w->out + w->len, 0, n);
	w->len += n;
}

/* The addresses of the agent's listeners, `grow` bytes longer than before. */
static void put_shown(struct writer *w, const struct brokers *b, ptrdiff_t grow)
{
	const struct found *f = &b->found;
	size_t content = (size_t)((ptrdiff_t)f->ncontent + grow);
	const struct adit_addr *show;

	if (f->tag)
		grow += (ptrdiff_t)varint_size(content) - (ptrdiff_t)f->nsize;
	put32(w, (uint32_t)((ptrdiff_t)kafka_u32(w->m->data) + grow));
	w->from = 4;
	if (f->tag) {
		put_until(w, f->size);
		put_varint(w, content);
		w->from = f->content;
	}
	for (size_t i = 0; i < f->n; i++) {
		show = new_address(w->m, b, i);
		if (!show)
			continue;
		put_until(w, b->found.place[i].from);
		put_string(w, show->host);
		put32(w, show->port);
		w->from = b->found.place[i].port + 4;
	}
	put_until(w, w->m->len);
}

bool brokers_write(struct adit_msg *m, const struct brokers *b,
		   const struct walk *walk, bool head, size_t *changed)
{
	bool flexible = walk->flexible;
	ptrdiff_t grow = growth(m, b, flexible, changed);
	struct writer w = { .m = m, .flexible = flexible };

	if (!*changed)
		return true;
	/* The size of the tag may have some bytes more, too. */
	w.out = malloc((size_t)((ptrdiff_t)m->len + (grow > 0 ? grow : 0)) + 8);
	if (!w.out)
		return false;
	if (head)
		put_shown(&w, b, grow);
	else
		put_hidden(&w, &b->found);
	adit_rewrite(m, w.out, w.len);
	free(w.out);
	return true;
}
