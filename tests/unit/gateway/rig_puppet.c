/* SPDX-License-Identifier: BSD-2-Clause */
/* rig_puppet.c - a channel that a plugin reads, for the tests of what reads
 * it. */
#include "gateway/rig_puppet.h"

#include "plugin/puppet.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { POLL_MS = 5000 };

const char rig_puppet_conf[] =
	"[server]\n[plugin puppet]\n"
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
	"private_key = k\nusers = users\ngroups = all\n"
	"[resource files]\nhost = 127.0.0.1\nport = 21\nplugin = puppet\n"
	"redirect_allow = 10.0.0.1, server.example\n"
	"[resource echo]\nhost = 127.0.0.1\nport = 7\n"
	"[group all]\nusers = alice\nresources = files, echo\n";

/* puppet, with the option by which policy knows where a plugin may lead. */
struct lead_conf {
	const char *const *redirect_allow;
};

static const struct adit_option lead_options[] = {
	ADIT_OPT("redirect_allow", ADIT_LIST, struct lead_conf, redirect_allow,
		 NULL, "where it may lead"),
	{ .key = NULL },
};

static const struct adit_plugin *leading_puppet(void)
{
	static struct adit_plugin p;

	p = puppet;
	p.options = lead_options;
	p.conf_size = sizeof(struct lead_conf);
	return &p;
}

static struct mem *puppet_open(struct rig_puppet *p, uint16_t port)
{
	struct open o = { .dest = { "127.0.0.1", port } };
	struct mem *m;

	ck_assert(!addr_parse(&o.source, "127.0.0.1", 4000));
	ck_assert(!addr_parse(&o.shown, "127.0.0.1", port));
	m = mem_open(&p->user.side, &o);
	ck_assert_ptr_nonnull(m);
	rig_settle(&p->user, p->gs);
	ck_assert(m->opened);
	return m;
}

void rig_puppet_login(struct rig_puppet *p, bool tcp)
{
	*p = (struct rig_puppet){ .echo = -1 };
	p->gs = rig_start(&p->user, rig_puppet_conf, leading_puppet());
	rig.connect_errno = 0;
	rig.tcp = tcp;
}

void rig_puppet_open(struct rig_puppet *p)
{
	p->mem = puppet_open(p, 21);
}

void rig_puppet_begin(struct rig_puppet *p, bool tcp)
{
	rig_puppet_login(p, tcp);
	rig_puppet_open(p);
}

void rig_puppet_end(struct rig_puppet *p)
{
	rig_logout(&p->user);
	rig_end();
	mem_free(p->mem);
	if (p->echo >= 0)
		close(p->echo);
}

struct inspection *rig_inspection(const struct rig_puppet *p)
{
	struct gchan *gc = rig_gchan(p->gs);

	ck_assert(gc && gc->inspection);
	return gc->inspection;
}

static void note_echo(struct chan *c, void *arg)
{
	struct gchan *gc = chan_end(c), **found = arg;

	if (gc->resource && !strcmp(gc->resource->name, "echo"))
		*found = gc;
}

struct mem *rig_puppet_echo(struct rig_puppet *p, struct gchan **gc)
{
	int server = rig.server;
	struct mem *m;

	rig.server = -1;
	m = puppet_open(p, 7);
	if (p->echo >= 0)
		close(p->echo);
	p->echo = rig.server;
	rig.server = server;
	session_each(p->gs->session, note_echo, gc);
	return m;
}

/* Bytes on a loopback interface need not be there at once. */
static void wait_for(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (rig.tcp)
		ck_assert_int_eq(poll(&p, 1, POLL_MS), 1);
}

void client_says(struct rig_puppet *p, const char *text)
{
	mem_write(p->mem, text, strlen(text));
	rig_settle(&p->user, p->gs);
}

void server_says(struct rig_puppet *p, const char *text)
{
	ck_assert_int_eq(write(rig.server, text, strlen(text)),
			 (ssize_t)strlen(text));
	wait_for(rig_gchan(p->gs)->relay.sock.fd);
	rig_settle(&p->user, p->gs);
}

void agent_answers(struct rig_puppet *p, uint32_t id, uint16_t port)
{
	const struct expected x = { .id = id, .port = port, .failed = !port };
	uint8_t b[300];
	struct iovec payload = { b, pack_expected(b, sizeof b, &x) };

	ck_assert(!session_post(p->user.side.s, FRAME_EXPECTED, 0, NULL,
				&payload));
	rig_settle(&p->user, p->gs);
}

void client_hears(struct rig_puppet *p, const char *text)
{
	struct buf *out = &p->mem->out;

	ck_assert_uint_eq(buf_len(out), strlen(text));
	ck_assert(!memcmp(buf_ptr(out), text, strlen(text)));
	buf_take(out, buf_len(out));
}

void server_hears(struct rig_puppet *p, const char *text)
{
	char got[400] = "";
	size_t have = 0;
	ssize_t n;

	rig_settle(&p->user, p->gs);
	do {
		if (*text)
			wait_for(rig.server);
		n = read(rig.server, got + have, sizeof got - 1 - have);
		have += n > 0 ? (size_t)n : 0;
	} while (n > 0 && have < strlen(text) && have < sizeof got - 1);
	ck_assert_str_eq(got, text);
}
