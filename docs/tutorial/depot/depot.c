/* SPDX-License-Identifier: BSD-2-Clause */
/* depot.c - a plugin for the depot of docs/plugin-nodes.md: replies that belong
 * to requests in a pipeline, and a cluster of many nodes. */
#include <adit/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	HEAD_MAX = 512,       /* bytes of a line */
	LIST_MAX = 60000,     /* bytes of a list of nodes */
	NODES_MAX = 256,      /* nodes in it */
	LISTS = 15,           /* lists under way in a pipeline */
	KEEP_MS = 6 * 3600000 /* how long nodes stay without any connection */
};

enum counter { NODES, REFUSED };
static const char *const counters[] = { "nodes", "refused", NULL };

struct conf {
	const char *const *redirect_allow; /* used by the engine */
};

static const struct adit_option options[] = {
	ADIT_OPT("redirect_allow", ADIT_LIST, struct conf, redirect_allow, NULL,
		 "where nodes may be, besides the server's own host"),
	{ 0 }
};

/* ---- which reply belongs to which request -------------------------------- */

/* The replies that are due, in their order: ordinary[0] ordinary ones, then a
 * list of nodes, ordinary[1] ordinary ones, a list, ..., and behind the last
 * list ordinary[lists]. */
struct state {
	uint32_t lists;
	uint32_t ordinary[LISTS + 1];
};

enum reply { UNASKED, ORDINARY, LIST };

static enum reply next_reply(const struct state *st)
{
	if (st->ordinary[0])
		return ORDINARY;
	return st->lists ? LIST : UNASKED;
}

static void take_reply(struct state *st)
{
	if (st->ordinary[0]) {
		st->ordinary[0]--;
		return;
	}
	memmove(st->ordinary, st->ordinary + 1,
		st->lists * sizeof(st->ordinary[0]));
	st->ordinary[st->lists--] = 0;
}

static bool sound(struct adit_channel *ch)
{
	const struct state *st = adit_state(ch);

	return st->lists <= LISTS;
}

/* ---- framing ------------------------------------------------------------- */

/* The length of the first line with its LF; 0: it has not come whole. */
static size_t line_of(const uint8_t *p, size_t n)
{
	const uint8_t *lf = memchr(p, '\n', n);

	return lf ? (size_t)(lf - p) + 1 : 0;
}

/* The number at the end of a head, as in "=120\n"; -1: there is none. */
static long length_in(const uint8_t *p, size_t len)
{
	size_t at = len - 1;
	long n = 0;

	while (at > 0 && p[at - 1] >= '0' && p[at - 1] <= '9')
		at--;
	if (at == len - 1 || len - 1 - at > 9)
		return -1;
	for (; at < len - 1; at++)
		n = n * 10 + (p[at] - '0');
	return n;
}

/* Of a request, and of an ordinary reply, the head is a message. */
static int64_t frame_head(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	size_t len = line_of(p, n);

	(void)ch;
	if (len)
		return len <= HEAD_MAX ? ADIT_MSG(len) : ADIT_BAD;
	return n < HEAD_MAX ? ADIT_MORE : ADIT_BAD;
}

/* Of a list its body is, too. */
static int64_t frame_reply(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	int64_t head = frame_head(ch, p, n);
	long body;

	if (head <= 0 || p[0] != '=' || next_reply(adit_state(ch)) != LIST)
		return head;
	body = length_in(p, (size_t)head);
	return body < 0 || body > LIST_MAX ? ADIT_BAD : ADIT_MSG(head + body);
}

/* ---- requests ------------------------------------------------------------ */

static enum adit_verdict on_request(struct adit_msg *m)
{
	struct state *st = adit_state(m->ch);
	long body;

	if (adit_word(m, "NODES")) {
		/* Until the first list is through: on_list wakes it. */
		if (st->lists == LISTS)
			return ADIT_HOLD;
		st->lists++;
		return ADIT_PASS;
	}
	st->ordinary[st->lists]++;
	if (!adit_word(m, "PUT"))
		return ADIT_PASS;
	body = length_in(m->data, m->len);
	if (body < 0 || adit_skip(m, (uint64_t)body))
		return ADIT_CLOSE;
	return ADIT_PASS;
}

/* ---- nodes --------------------------------------------------------------- */

/* Reads HOST:PORT from a line of len bytes. */
static int read_node(struct adit_addr *to, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	char host[256];
	size_t n = colon ? (size_t)(colon - line) : 0;

	if (!n || n >= sizeof(host))
		return -1;
	memcpy(host, line, n);
	host[n] = 0;
	return adit_addr_parse(to, host, strtoul(colon + 1, NULL, 10));
}

/* Asks for the address by which the client reaches a node. */
static enum adit_result show_node(struct adit_msg *m,
				  const struct adit_addr *node,
				  struct adit_addr *show)
{
	const struct adit_addr *own = adit_server(m->ch);
	struct adit_expect want = { .size = sizeof(want),
				    .flags = ADIT_SHARED | ADIT_INSPECT,
				    .targets = node,
				    .ntargets = 1,
				    .lifetime_ms = KEEP_MS };
	enum adit_result r;
	uint32_t id;

	/* The server of this channel has an address already. */
	if (node->port == own->port && adit_addr_same_host(node, own)) {
		*show = *adit_shown(m->ch);
		return ADIT_OK;
	}
	r = adit_expect(m, &want, show, &id);
	if (r == ADIT_DENIED || r == ADIT_FAILED) {
		adit_count(m->ch, REFUSED, 1);
		adit_log(m->ch, ADIT_INFO, "node %s:%u is left out: %s",
			 node->host, (unsigned)node->port, adit_why(m->ch));
	} else {
		adit_count(m->ch, NODES, 1);
	}
	return r;
}

static enum adit_verdict on_moved(struct adit_msg *m)
{
	struct adit_addr node, show;

	if (read_node(&node, (const char *)m->data + 1, m->len - 1))
		return ADIT_CLOSE;
	switch (show_node(m, &node, &show)) {
	case ADIT_WAIT:
		return ADIT_HOLD;
	case ADIT_OK:
		return adit_rewritef(m, "@%s:%u\n", show.host,
				     (unsigned)show.port);
	default:
		return adit_rewritef(m, "-cannot reach that node: %s\n",
				     adit_why(m->ch));
	}
}

/* The new body of a list. */
struct list {
	char text[LIST_MAX + NODES_MAX * 16];
	size_t len;
	bool wait; /* for an answer */
};

static int put_node(struct adit_msg *m, struct list *l, const char *line,
		    size_t len)
{
	struct adit_addr node, show;
	int n;

	if (read_node(&node, line, len))
		return -1;
	switch (show_node(m, &node, &show)) {
	case ADIT_WAIT:
		l->wait = true;
		return 0;
	case ADIT_OK:
		break;
	default:
		return 0;
	}
	n = snprintf(l->text + l->len, sizeof(l->text) - l->len, "%s:%u\n",
		     show.host, (unsigned)show.port);
	if (n < 0 || (size_t)n >= sizeof(l->text) - l->len)
		return -1;
	l->len += (size_t)n;
	return 0;
}

/* Asks for all nodes first, and waits for all answers together. */
static enum adit_verdict on_list(struct adit_msg *m)
{
	size_t at = line_of(m->data, m->len), len;
	struct list l = { .len = 0 };

	for (; at < m->len; at += len) {
		len = line_of(m->data + at, m->len - at);
		if (!len || put_node(m, &l, (const char *)m->data + at, len))
			return ADIT_CLOSE;
	}
	if (l.wait)
		return ADIT_HOLD;
	adit_wake(m->ch, ADIT_TO_SERVER);
	return adit_rewritef(m, "=%zu\n%.*s", l.len, (int)l.len, l.text);
}

static enum adit_verdict on_reply(struct adit_msg *m)
{
	enum reply which = next_reply(adit_state(m->ch));
	long body;

	if (which == UNASKED)
		return ADIT_CLOSE;
	/* Whatever happens below: with ADIT_HOLD it is put back. */
	take_reply(adit_state(m->ch));
	if (m->data[0] == '@')
		return on_moved(m);
	if (m->data[0] != '=') {
		adit_wake(m->ch, ADIT_TO_SERVER);
		return ADIT_PASS;
	}
	if (which == LIST)
		return on_list(m);
	body = length_in(m->data, m->len);
	if (body < 0 || adit_skip(m, (uint64_t)body))
		return ADIT_CLOSE;
	return ADIT_PASS;
}

static enum adit_verdict message(struct adit_msg *m)
{
	/* The end came in the middle of it. */
	if (m->flags & ADIT_PARTIAL)
		return ADIT_PASS;
	if (m->dir == ADIT_TO_CLIENT)
		return on_reply(m);
	/* Nothing will be answered when the server has ended. */
	return m->flags & ADIT_ENDED ? ADIT_PASS : on_request(m);
}

ADIT_PLUGIN(.name = "depot", .version = "1", .summary = "a store of many nodes",
	    .can = ADIT_CAN_REWRITE | ADIT_CAN_FORWARD | ADIT_CAN_SHARED,
	    .state_version = 1, .state_size = sizeof(struct state),
	    .conf_size = sizeof(struct conf), .options = options,
	    .counters = counters, .max_message = LIST_MAX + HEAD_MAX,
	    .max_expect = NODES_MAX, .frame = { frame_head, frame_reply },
	    .message = message, .sound = sound);
