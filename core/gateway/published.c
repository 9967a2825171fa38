/* SPDX-License-Identifier: BSD-2-Clause */
/* published.c - what a session publishes: sockets of the gateway, and a channel
 * to the agent for each connection that comes there. */
#include "gateway/published.h"

#include "base/err.h"
#include "base/log.h"
#include "frame/publish.h"
#include "gateway/claims.h"
#include "gateway/gchan.h"
#include "net/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ACCEPT_BATCH = 16,         /* connections in one turn of the loop */
	DOORS_MAX = CLAIM_SOCKETS, /* addresses of one name */
};

/* A socket that listens for a publication. */
struct door {
	struct publishing *of;
	struct addr at;
	ev_io io;
};

struct publishing {
	struct list node; /* gsession.published */
	struct gsession *gs;
	char name[LABEL_MAX];
	unsigned state; /* enum published_state */
	struct door door[DOORS_MAX];
	size_t ndoors; /* PUBLISHED_HERE: those that are open */
};

static struct publishing *publishing_find(const struct gsession *gs,
					  const char *name)
{
	struct list *n, *t;

	list_each (n, t, &gs->published) {
		struct publishing *p = list_entry(n, struct publishing, node);

		if (!strcmp(p->name, name))
			return p;
	}
	return NULL;
}

bool published_is_granted(const struct gsession *gs, const char *name)
{
	const struct gw_conf *c = gs->shard->config->conf;
	const struct gw_publish *is = gw_conf_publish(c, name);
	struct grant g = gsession_grant(gs);

	return is && policy_publishes(c, &g, is);
}

/* ---- what others hear ------------------------------------------------- */

static void publishing_text(const struct publishing *p, const char *why,
			    char text[TEXT_MAX])
{
	char at[ADDR_TEXT];
	size_t n = 0;

	snprintf(text, TEXT_MAX, "%s", why ? why : "");
	for (size_t i = 0; i < p->ndoors && n < TEXT_MAX; i++)
		n += (size_t)snprintf(text + n, TEXT_MAX - n, "%s%s",
				      i ? ", " : "",
				      addr_str(&p->door[i].at, at));
}

/* An agent can publish and stop as often as it wants: lines that are alike are
 * counted. */
static void publishing_log(const struct publishing *p, const char *state,
			   const char *text)
{
	struct gsession *gs = p->gs;
	char who[WHO_TEXT], line[SUMS_TEXT];

	snprintf(line, sizeof line, "publish %s: %s%s%s", p->name, state,
		 *text ? ": " : "", text);
	if (!audit_lets(gs, SUMS_LOG, line))
		return;
	log_msg(LOG_INFO, gsession_who(gs, 0, who), "user %s: %s", gs->user,
		line);
	log_audit("evt=publish session=%llu user=%s gateway=%s name=%s "
		  "state=%s reason=\"%s\"",
		  (unsigned long long)gs->id, gs->user, gs->gateway_name,
		  p->name, state, text);
}

static const char *const publishing_states[PUBLISHED_STATES] = {
	[PUBLISHED_HERE] = "published",
	[PUBLISHED_DENIED] = "denied",
	[PUBLISHED_TAKEN] = "waiting",
	[PUBLISHED_FAILED] = "failed",
};

/* An agent that has thousands of answers unread asks for more all the same; and
 * without memory it would believe what is not so: either way its session
 * ends. */
static void publishing_tell(const struct publishing *p, const char *why)
{
	struct published say = { .state = (uint8_t)p->state };
	uint8_t data[2 * TEXT_MAX];
	struct iovec payload = { data, 0 };

	snprintf(say.name, sizeof say.name, "%s", p->name);
	publishing_text(p, why, say.text);
	publishing_log(p, publishing_states[p->state], say.text);
	payload.iov_len = pack_published(data, sizeof data, &say);
	if (session_post(p->gs->session, FRAME_PUBLISHED, 0, NULL, &payload))
		(void)session_fail(p->gs->session,
				   "the agent is not told what it publishes: "
				   "too much is unread, or memory is short");
}

json_t *published_json(const struct gsession *gs)
{
	json_t *all = json_array();
	struct list *n, *t;

	list_each (n, t, &gs->published) {
		const struct publishing *p = list_entry(n, struct publishing,
							node);

		json_array_append_new(
			all, json_pack("{s:s, s:s}", "name", p->name, "state",
				       publishing_states[p->state]));
	}
	return all;
}

/* ---- a connection ----------------------------------------------------- */

static struct gchan *door_channel(const struct door *d, const struct addr *peer)
{
	struct publishing *p = d->of;
	struct gchan *gc = gchan_new(p->gs, peer);
	struct open o = { .dest = { .port = d->at.port } };

	if (!gc)
		return NULL;
	snprintf(o.dest.host, sizeof o.dest.host, "%s", p->name);
	gc->reverse = gc->due = true;
	gc->dest = d->at;
	gc->published = strdup(p->name);
	if (gc->published)
		gc->relay.chan = chan_open(p->gs->session, gc->calls->plain,
					   &gc->relay, SERVICE_FORWARD, &o);
	if (gc->relay.chan)
		return gc;
	free(gc->published);
	free(gc);
	return NULL;
}

/* NULL: whoever connects is let in. */
static const char *door_objection(const struct door *d, const struct addr *peer)
{
	const struct gsession *gs = d->of->gs;
	const struct gw_publish *is = gw_conf_publish(gs->shard->config->conf,
						      d->of->name);

	if (!is)
		return "there is no such [publish] any more";
	if (is->allow.n && !net_list_has(&is->allow, peer))
		return "its address is not in allow";
	return NULL;
}

static void door_enter(struct door *d, int fd, const struct addr *peer)
{
	struct gsession *gs = d->of->gs;
	const char *why = door_objection(d, peer);
	struct gchan *gc = why ? NULL : door_channel(d, peer);
	char at[ADDR_TEXT], who[WHO_TEXT], line[SUMS_TEXT];

	if (gc) {
		relay_join(&gc->relay, &gs->shard->loop, fd, gc->relay.chan);
		return;
	}
	tcp_reset(fd);
	snprintf(line, sizeof line, "a connection from %s to publish %s: %s",
		 addr_host(peer, at), d->of->name,
		 why ? why : "the session has no room for one more");
	if (audit_lets(gs, SUMS_LOG, line))
		log_msg(LOG_WARN, gsession_who(gs, 0, who), "refused: %s",
			line);
}

static void door_on_connection(struct ev_loop *ev, ev_io *w, int events)
{
	struct door *d = w->data;
	struct gsession *gs = d->of->gs;
	struct addr peer;

	(void)events;
	session_set_now(gs->session, shard_now(gs->shard));
	for (unsigned i = 0; i < ACCEPT_BATCH; i++) {
		int fd = tcp_accept(w->fd, &peer);

		if (fd < 0) {
			/* The loop would spin; until published_check. */
			if (errno == EMFILE || errno == ENFILE ||
			    errno == ENOBUFS || errno == ENOMEM)
				ev_io_stop(ev, w);
			return;
		}
		door_enter(d, fd, &peer);
	}
}

void published_check(struct gsession *gs)
{
	struct list *n, *t;

	list_each (n, t, &gs->published) {
		struct publishing *p = list_entry(n, struct publishing, node);

		for (size_t i = 0; i < p->ndoors; i++)
			ev_io_start(gs->shard->loop.ev, &p->door[i].io);
	}
}

/* ---- sockets ---------------------------------------------------------- */

/* What the configuration has for this name; the descriptors stay its own. */
struct sockets {
	char user[LABEL_MAX + USER_MAX];
	int fd[2 * DOORS_MAX];
	struct addr at[2 * DOORS_MAX];
	struct claim claim;
};

static void sockets_of(const struct publishing *p, struct sockets *s)
{
	const struct worker_config *c = p->gs->shard->config;
	const struct gw_publish *is = gw_conf_publish(c->conf, p->name);
	size_t n = 0;

	for (unsigned i = 0;
	     is && c->publish_fd && i < c->nlisten && n < DOORS_MAX; i++)
		for (size_t k = 0; c->publish_fd[i] >= 0 && k < is->listen.n;
		     k++)
			if (addr_same(&is->listen.item[k], &c->listen[i])) {
				s->at[n] = c->listen[i];
				s->fd[n++] = c->publish_fd[i];
				break;
			}
	snprintf(s->user, sizeof s->user, "%s/%s", p->gs->gateway_name,
		 p->gs->user);
	s->claim = (struct claim){
		.name = p->name,
		.user = s->user,
		.session = p->gs->id,
		.shard = p->gs->shard,
		.box = &p->gs->shard->box,
		.fd = s->fd,
		.at = s->at,
		.nfd = n,
	};
}

/* And those that it has from an earlier configuration, which may not have this
 * name any more, or have it elsewhere. */
static void sockets_add_doors(struct sockets *s, const struct publishing *p)
{
	for (size_t i = 0; i < p->ndoors; i++) {
		s->at[s->claim.nfd] = p->door[i].at;
		s->fd[s->claim.nfd++] = p->door[i].io.fd;
	}
}

static bool publishing_has_doors(const struct publishing *p,
				 const struct sockets *s)
{
	for (size_t i = 0; i < p->ndoors && i < s->claim.nfd; i++)
		if (!addr_same(&p->door[i].at, &s->at[i]))
			return false;
	return p->ndoors == s->claim.nfd;
}

static void doors_close(struct publishing *p)
{
	while (p->ndoors) {
		struct door *d = &p->door[--p->ndoors];

		ev_io_stop(p->gs->shard->loop.ev, &d->io);
		close(d->io.fd);
	}
}

/* The sockets listen already.  0 or ERR_SYS. */
static int doors_open(struct publishing *p, const struct sockets *s)
{
	for (size_t i = 0; i < s->claim.nfd; i++) {
		struct door *d = &p->door[i];
		int fd = fcntl(s->fd[i], F_DUPFD_CLOEXEC, 0);

		if (fd < 0)
			return ERR_SYS;
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
		d->of = p;
		d->at = s->at[i];
		ev_io_init(&d->io, door_on_connection, fd, EV_READ);
		d->io.data = d;
		p->ndoors++;
		ev_io_start(p->gs->shard->loop.ev, &d->io);
	}
	return 0;
}

/* ---- states ----------------------------------------------------------- */

static void publishing_leave(struct publishing *p)
{
	struct sockets s;

	sockets_of(p, &s);
	sockets_add_doors(&s, p);
	claims_leave(p->gs->shard->worker->claims, &s.claim);
	doors_close(p);
}

static void publishing_failed(struct publishing *p, int error)
{
	publishing_leave(p);
	p->state = PUBLISHED_FAILED;
	publishing_tell(p, error == EADDRINUSE ?
				   "another program of the gateway's machine "
				   "listens at this address" :
				   strerror(error));
}

/* The session has the name, and `s` listens. */
static void publishing_here(struct publishing *p, const struct sockets *s)
{
	struct sockets before = { .claim = { .name = p->name } };

	before.claim.fd = before.fd;
	before.claim.at = before.at;
	sockets_add_doors(&before, p);
	claims_quit(p->gs->shard->worker->claims, &before.claim);
	doors_close(p);
	p->state = PUBLISHED_HERE;
	if (doors_open(p, s))
		publishing_failed(p, errno);
	else
		publishing_tell(p, NULL);
}

/* `first`: it was here before, in another worker. */
static void publishing_begin(struct publishing *p, bool first)
{
	struct sockets s;
	int ret;

	if (!published_is_granted(p->gs, p->name)) {
		p->state = PUBLISHED_DENIED;
		publishing_tell(p, "not-allowed");
		return;
	}
	sockets_of(p, &s);
	ret = claims_enter(p->gs->shard->worker->claims, &s.claim, first);
	if (ret == CLAIM_HELD) {
		publishing_here(p, &s);
	} else if (ret == CLAIM_WAITS) {
		p->state = PUBLISHED_TAKEN;
		publishing_tell(p, "another session publishes it");
	} else {
		publishing_failed(p, ret == ERR_NOMEM ? ENOMEM : errno);
	}
}

void published_on_claim(struct gsession *gs, const char *name, bool held)
{
	struct publishing *p = publishing_find(gs, name);
	struct sockets s;
	int ret;

	if (!p)
		return;
	/* Such news are old where the agent has asked anew meanwhile. */
	sockets_of(p, &s);
	ret = claims_listen(gs->shard->worker->claims, &s.claim);
	if (ret == ERR_SYS) {
		publishing_failed(p, errno);
	} else if (!ret) {
		if (p->state != PUBLISHED_HERE || !publishing_has_doors(p, &s))
			publishing_here(p, &s);
	} else if (!held && p->state == PUBLISHED_HERE) {
		doors_close(p);
		p->state = PUBLISHED_TAKEN;
		publishing_tell(p, "a newer session publishes it");
	}
}

/* ---- what the agent wants --------------------------------------------- */

static struct publishing *publishing_new(struct gsession *gs, const char *name)
{
	struct publishing *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->gs = gs;
	snprintf(p->name, sizeof p->name, "%s", name);
	list_append(&gs->published, &p->node);
	return p;
}

static void publishing_free(struct publishing *p)
{
	publishing_leave(p);
	list_remove(&p->node);
	free(p);
}

void published_drop(struct gsession *gs)
{
	while (!list_is_empty(&gs->published))
		publishing_free(
			list_first(&gs->published, struct publishing, node));
}

struct wanted {
	char name[PUBLISH_MAX][LABEL_MAX];
	size_t n;
};

static bool wanted_has(const struct wanted *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (!strcmp(w->name[i], name))
			return true;
	return false;
}

static int wanted_read(struct wanted *w, const struct frame *f,
		       const uint8_t *p)
{
	size_t at = 0, used;

	for (w->n = 0; at < f->len; at += used) {
		if (w->n == PUBLISH_MAX ||
		    unpack_publish(w->name[w->n], p + at, f->len - at, &used) ||
		    !ini_is_name(w->name[w->n]))
			return ERR_PROTO;
		if (!wanted_has(w, w->name[w->n]))
			w->n++;
	}
	return 0;
}

int published_on_frame(struct gsession *gs, const struct frame *f,
		       const uint8_t *p)
{
	struct publishing *have;
	struct list *n, *t;
	struct wanted w;

	if (gsession_is_ending(gs))
		return 0;
	if (wanted_read(&w, f, p))
		return session_fail(gs->session, "malformed PUBLISH");
	list_each (n, t, &gs->published) {
		have = list_entry(n, struct publishing, node);
		if (wanted_has(&w, have->name))
			continue;
		publishing_log(have, "stopped", "");
		publishing_free(have);
	}
	for (size_t i = 0; i < w.n; i++) {
		if (publishing_find(gs, w.name[i]))
			continue;
		have = publishing_new(gs, w.name[i]);
		if (!have)
			return session_fail(gs->session, "out of memory");
		publishing_begin(have, false);
	}
	return 0;
}

/* ---- a new configuration ---------------------------------------------- */

static void publishing_judge(struct publishing *p)
{
	struct sockets s;

	if (!published_is_granted(p->gs, p->name)) {
		if (p->state == PUBLISHED_DENIED)
			return;
		publishing_leave(p);
		p->state = PUBLISHED_DENIED;
		publishing_tell(p, "not-allowed");
		return;
	}
	sockets_of(p, &s);
	if (p->state == PUBLISHED_DENIED || p->state == PUBLISHED_FAILED)
		publishing_begin(p, false);
	else if (p->state == PUBLISHED_HERE && !publishing_has_doors(p, &s))
		published_on_claim(p->gs, p->name, true);
}

void published_judge(struct gsession *gs)
{
	struct list *n, *t;

	list_each (n, t, &gs->published)
		publishing_judge(list_entry(n, struct publishing, node));
}

/* ---- to another worker ------------------------------------------------ */

void published_handover(struct handover *c, struct gsession *gs)
{
	struct list *node = gs->published.next;
	struct publishing *p;
	size_t n = 0;

	for (struct list *l = node; c->packing && l != &gs->published;
	     l = l->next)
		n++;
	handover_count(c, &n, PUBLISH_MAX);
	for (size_t i = 0; i < n && !c->bad; i++, node = node->next) {
		char name[LABEL_MAX] = "";
		bool here = false;

		if (c->packing) {
			p = list_entry(node, struct publishing, node);
			snprintf(name, sizeof name, "%s", p->name);
			here = p->state == PUBLISHED_HERE;
		}
		handover_str(c, name, sizeof name);
		handover_field(c, &here);
		if (c->packing)
			continue;
		p = publishing_new(gs, name);
		c->bad |= !p || !ini_is_name(name);
		if (p)
			p->state = here ? PUBLISHED_HERE : PUBLISHED_TAKEN;
	}
}

void published_go_on(struct gsession *gs)
{
	struct list *n, *t;

	list_each (n, t, &gs->published) {
		struct publishing *p = list_entry(n, struct publishing, node);

		publishing_begin(p, p->state == PUBLISHED_HERE);
	}
}

static bool published_goes_on_at(const struct gsession *gs,
				 const struct addr *at)
{
	struct list *n, *t;

	list_each (n, t, &gs->published) {
		const struct publishing *p = list_entry(n, struct publishing,
							node);
		const struct gw_publish *is = gw_conf_publish(
			gs->shard->config->conf, p->name);

		if (p->state != PUBLISHED_HERE ||
		    !published_is_granted(gs, p->name))
			continue;
		for (size_t i = 0; i < is->listen.n; i++)
			if (addr_same(&is->listen.item[i], at))
				return true;
	}
	return false;
}

void published_shut_rest(const struct worker *w, const struct worker_config *c)
{
	struct list *n, *t;

	for (unsigned i = 0; c->publish_fd && i < c->nlisten; i++) {
		bool goes_on = false;

		for (unsigned s = 0; s < w->nshards; s++)
			list_each (n, t, &w->shards[s].sessions)
				goes_on |= published_goes_on_at(
					list_entry(n, struct gsession, node),
					&c->listen[i]);
		if (!goes_on && c->publish_fd[i] >= 0)
			claims_shut(&c->publish_fd[i], 1);
	}
}
