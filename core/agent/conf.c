/* SPDX-License-Identifier: BSD-2-Clause */
/* conf.c - adit.ini and flags become an agent_conf. */
#include "agent/conf.h"

#include "agent/conf_parts.h"
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LISTENS_MAX = 1024, OFFSET_MAX = 64512 };

#define FIELD(k, t, field, ...) OPT(k, t, struct conf_draft, field, __VA_ARGS__)

const struct opt agent_opts[] = {
	FIELD("gateway", OPT_NAMES, c.gateways,
	      .help = "HOST or HOST:PORT; several: tried in order"),
	FIELD("user", OPT_STRING, c.user, .help = "name at the gateway"),
	FIELD("password_file", OPT_PATH, c.password_file,
	      .help = "file with the password in its first line"),
	FIELD("password_command", OPT_STRING, c.password_command,
	      .help = "command that prints the password"),
	FIELD("certificate", OPT_PATH, c.certificate, .help = "of the user"),
	FIELD("key", OPT_PATH, c.key, .help = "its private key"),
	FIELD("pin", OPT_NAMES, c.pins,
	      .help = "sha256:HEX of the gateway's public key"),
	FIELD("ca", OPT_PATH, c.ca, .help = "authorities, PEM"),
	FIELD("server_name", OPT_STRING, c.server_name,
	      .help = "name in the gateway's certificate"),
	FIELD("control", OPT_PATH, c.control, .help = "the agent's socket"),
	FIELD("proxy", OPT_STRING, proxy,
	      .help = "http://USER:PASSWORD@HOST:PORT on the way, or none"),
	FIELD("proxy_password_file", OPT_PATH, c.proxy_password_file,
	      .help = "file with the proxy's password in its first line"),
	FIELD("intercept", OPT_STRING, intercept, .preset = "loopback",
	      .help = "loopback, nft or none"),
	FIELD("loopback_net", OPT_STRING, loopback_net,
	      .preset = "127.77.0.0/16",
	      .help = "where resources get their addresses"),
	FIELD("socks", OPT_STRING, socks, .help = "a SOCKS5 and HTTP proxy"),
	FIELD("dns", OPT_STRING, dns, .help = "DNS for the names of resources"),
	FIELD("low_port_offset", OPT_UINT, c.low_port_offset, .preset = "10000",
	      .max = OFFSET_MAX,
	      .help = "moves ports below 1024 that cannot be bound"),
	FIELD("reverse", OPT_BOOL, c.reverse, .preset = "yes",
	      .help = "servers may connect back"),
	FIELD("session_memory", OPT_SIZE, c.session_memory, .preset = "128M",
	      .min = 4 << 20, .max = UINT64_C(1) << 40,
	      .help = "for connections; then further ones wait"),
	FIELD("accept", OPT_STRING, accept, .preset = "answered",
	      .help = "answered or early: connections of adit run"),
	FIELD("early_close", OPT_STRING, early_close, .preset = "refuse",
	      .help = "refuse or accept what may be another user's"),
	{ .key = NULL }
};

static const struct opt listen_opts[] = {
	OPT("address", OPT_STRING, struct listen_conf, address,
	    .help = "a loopback address"),
	OPT("port", OPT_UINT, struct listen_conf, port, .min = 1, .max = 65535,
	    .help = "a port"),
	OPT("map", OPT_NAMES, struct listen_conf, maps,
	    .help = "hosts of an any-IP resource"),
	{ .key = NULL }
};

struct agent_conf_parse {
	struct conf_draft *d;
	struct conf_errors *e;
	struct listen_conf *listen;   /* the section that is read ... */
	struct publish_conf *publish; /* ... both NULL: [agent] */
};

static int conf_no_memory(struct conf_errors *e)
{
	conf_error(e, 0, "%s", err_str(ERR_NOMEM));
	return ERR_NOMEM;
}

static struct opt_target agent_target(struct conf_draft *d)
{
	return (struct opt_target){ agent_opts, d, &d->c.lines };
}

static struct opt_target listen_target(struct listen_conf *l)
{
	return (struct opt_target){ listen_opts, l, &l->lines };
}

/* ---- one file -------------------------------------------------------- */

static struct listen_conf *find_listen(const struct agent_conf *c,
				       const char *name)
{
	for (size_t i = 0; i < c->nlistens; i++)
		if (!strcmp(c->listens[i].name, name))
			return &c->listens[i];
	return NULL;
}

static int open_listen(struct agent_conf_parse *p, const struct ini_item *item)
{
	struct agent_conf *c = &p->d->c;
	struct listen_conf *l;

	if (!ini_is_name(item->name))
		return conf_error(p->e, item->line,
				  "[listen%s%s]: write [listen "
				  "NAME] with the name of a resource",
				  *item->name ? " " : "", item->name);
	p->listen = find_listen(c, item->name);
	if (p->listen)
		return 0;
	if (c->nlistens == LISTENS_MAX)
		return conf_error(p->e, item->line,
				  "more than %d [listen] "
				  "sections",
				  LISTENS_MAX);
	l = reallocarray(c->listens, c->nlistens + 1, sizeof *l);
	if (!l)
		return conf_no_memory(p->e);
	c->listens = l;
	l += c->nlistens;
	*l = (struct listen_conf){ .name = strdup(item->name) };
	if (!l->name)
		return conf_no_memory(p->e);
	c->nlistens++;
	p->listen = l;
	return 0;
}

static int conf_on_section(struct agent_conf_parse *p,
			   const struct ini_item *item)
{
	static const char *const kinds[] = { "agent", "listen", "publish",
					     NULL };
	int r;

	p->listen = NULL;
	p->publish = NULL;
	if (!strcmp(item->kind, "agent")) {
		p->d->c.lines.section = item->line;
		if (*item->name)
			return conf_error(p->e, item->line,
					  "[agent] has no "
					  "name: write [agent]");
		return 0;
	}
	if (!strcmp(item->kind, "publish")) {
		return conf_publish_open(&p->d->c, item, p->e, &p->publish);
	}
	if (strcmp(item->kind, "listen"))
		return ini_unknown_section(item, kinds, p->e);
	r = open_listen(p, item);
	if (!r)
		p->listen->lines.section = item->line;
	return r;
}

static int conf_on_item(void *ctx, const struct ini_item *item)
{
	struct agent_conf_parse *p = ctx;
	struct opt_target t;
	int r;

	if (!item->key)
		return conf_on_section(p, item);
	t = p->listen  ? listen_target(p->listen) :
	    p->publish ? conf_publish_target(p->publish) :
			 agent_target(p->d);
	r = opt_put(&t, item, p->e);
	if (r == ERR_NOTFOUND)
		return opt_unknown(&t, item, p->e);
	if (r)
		return r;
	return p->listen  ? conf_check_listen(p->listen, item, p->e) :
	       p->publish ? conf_check_publish(p->publish, item, p->e) :
			    conf_check_agent(p->d, item, p->e);
}

/* The next file or the flags replace the values that are set, key by key. */
static void next_source(struct conf_draft *d)
{
	struct opt_target t = agent_target(d);

	opt_next_file(&t);
	for (size_t i = 0; i < d->c.nlistens; i++) {
		t = listen_target(&d->c.listens[i]);
		opt_next_file(&t);
	}
	for (size_t i = 0; i < d->c.npublishes; i++) {
		t = conf_publish_target(&d->c.publishes[i]);
		opt_next_file(&t);
	}
}

static void conf_drop_text(char **text)
{
	free(*text);
	*text = NULL;
}

/* Pins and authorities both say which gateway is the right one: the source
 * that is read later decides, and drops what an earlier one said. */
static void settle_trust(struct conf_draft *d, bool pin, bool ca)
{
	if (ca)
		name_list_fini(&d->c.pins);
	if (pin)
		conf_drop_text(&d->c.ca);
}

/* The line of a key in the file that was read last; 0: the key is not in it. */
static unsigned own_line(struct conf_draft *d, const char *key)
{
	struct opt_target t = agent_target(d);
	unsigned section = d->c.lines.section, line;

	d->c.lines.section = 0;
	line = opt_line(&t, key);
	d->c.lines.section = section;
	return line;
}

static int check_trust(struct conf_draft *d, struct conf_errors *e)
{
	unsigned pin = own_line(d, "pin"), ca = own_line(d, "ca");

	if (pin && ca)
		return conf_error(e, MAX(pin, ca),
				  "both pin and ca: keep one "
				  "of them (a pin alone is enough)");
	settle_trust(d, pin, ca);
	return 0;
}

/* A proxy that a later file names must not get the password that an earlier
 * file has for another proxy. */
static void settle_proxy(struct conf_draft *d)
{
	if (own_line(d, "proxy") && !own_line(d, "proxy_password_file"))
		conf_drop_text(&d->c.proxy_password_file);
}

/* Of a password's file and its command too the later source decides. */
static int check_password(struct conf_draft *d, struct conf_errors *e)
{
	unsigned file = own_line(d, "password_file");
	unsigned command = own_line(d, "password_command");

	if (file && command)
		return conf_error(e, MAX(file, command),
				  "both password_file "
				  "and password_command: keep one of them");
	if (command)
		conf_drop_text(&d->c.password_file);
	if (file)
		conf_drop_text(&d->c.password_command);
	return 0;
}

static int conf_read_file(struct conf_draft *d, const char *file,
			  struct conf_errors *e)
{
	struct conf_files files = { 0 };
	struct agent_conf_parse p = { .d = d, .e = e };
	int r;

	next_source(d);
	e->file = file;
	e->files = &files;
	r = ini_read_file(conf_on_item, &p, e);
	if (!r)
		r = check_trust(d, e);
	if (!r)
		r = check_password(d, e);
	if (!r)
		r = conf_publish_finish(&d->c, e);
	settle_proxy(d);
	e->files = NULL;
	conf_files_fini(&files);
	return r;
}

/* ---- all sources ----------------------------------------------------- */

/* Reads a file and frees its name.  0 also where there is no such file; *found
 * counts those that exist. */
static int read_if_there(struct conf_draft *d, char *file, unsigned *found,
			 struct conf_errors *e)
{
	int r = 0;

	if (file && (!access(file, F_OK) || errno != ENOENT)) {
		++*found;
		r = conf_read_file(d, file, e);
	}
	free(file);
	return r;
}

static int read_usual(struct conf_draft *d, const char *name,
		      struct conf_errors *e)
{
	char *user, *sys = conf_system_file(name);
	unsigned found = 0;
	int r = 0;

	if (sys && conf_is_shut(sys))
		free(sys);
	else
		r = read_if_there(d, sys, &found, e);
	if (!r)
		r = read_if_there(d, conf_user_file(name), &found, e);
	if (r || !name || found)
		return r;
	user = conf_user_file(name);
	e->file = "adit";
	r = conf_error(e, 0, "there is no %s: make it, or leave %s out",
		       user ? user : "file", name);
	free(user);
	return r;
}

/* A flag is checked as a line of a file would be; in complaints its name stands
 * where the name of the file would, without a number of a line. */
static int put_flag(struct conf_draft *d, const char *flag, const char *value,
		    struct conf_errors *e)
{
	struct opt_target t = agent_target(d);
	struct ini_item item = { "agent", "", NULL, value, 0 };
	char key[32], *dash;
	int r;

	if (!value)
		return 0;
	snprintf(key, sizeof key, "%s", flag + 2);
	dash = strchr(key, '-');
	if (dash)
		*dash = '_';
	item.key = key;
	e->file = flag;
	r = opt_put(&t, &item, e);
	return r ? r : conf_check_agent(d, &item, e);
}

static int put_flags(struct conf_draft *d, const struct conf_flags *f,
		     struct conf_errors *e)
{
	int r = 0;

	next_source(d);
	r |= put_flag(d, "--gateway", f->gateway, e);
	r |= put_flag(d, "--user", f->user, e);
	r |= put_flag(d, "--pin", f->pin, e);
	r |= put_flag(d, "--ca", f->ca, e);
	r |= put_flag(d, "--password-file", f->password_file, e);
	r |= put_flag(d, "--proxy", f->proxy, e);
	e->file = "adit";
	if (f->pin && f->ca)
		r |= conf_error(e, 0, "both --pin and --ca: keep one of them");
	settle_trust(d, f->pin, f->ca);
	if (f->proxy)
		conf_drop_text(&d->c.proxy_password_file);
	if (f->password_file)
		conf_drop_text(&d->c.password_command);
	return r ? ERR_CONF : 0;
}

static int check_name(const char *name, struct conf_errors *e)
{
	e->file = "adit";
	if (!name ||
	    (ini_is_name(name) && name[0] != '.' && strcmp(name, CONF_AGENT)))
		return 0;
	return conf_error(e, 0,
			  "%s: expected the NAME of a file NAME.ini, made of "
			  "letters, digits and . _ - (\"agent\" is reserved)",
			  name);
}

/* The name under which this configuration is known (agent_conf.profile).
 * NULL: no memory. */
static char *profile_of(const struct conf_flags *f)
{
	char *p = strdup(f->file ? f->file : f->name ? f->name : CONF_AGENT);

	if (p && f->file && conf_absolute(&p)) {
		free(p);
		p = NULL;
	}
	return p;
}

/* Names are half of what the kernel's rules catch. */
static void conf_default_dns(struct conf_draft *d)
{
	if (d->c.intercept != INTERCEPT_NFT || d->dns)
		return;
	d->c.dns_moves = !addr_parse(&d->c.dns, "127.77.0.1", 5353);
}

static int set_defaults(struct conf_draft *d, const struct conf_flags *f,
			struct conf_errors *e)
{
	struct agent_conf *c = &d->c;

	if (f->name && !(c->name = strdup(f->name)))
		return conf_no_memory(e);
	c->profile = profile_of(f);
	if (!c->profile)
		return conf_no_memory(e);
	c->once = f->once;
	conf_default_dns(d);
	c->control_given = c->control;
	if (!c->control)
		c->control = conf_default_control(c->profile);
	c->state_dir = conf_default_state_dir();
	if (!c->state_dir)
		return conf_error(e, 0, "no home folder is known: set HOME");
	/* The agent leaves the folder that it was started in. */
	if (!c->control || conf_absolute_all(c))
		return conf_no_memory(e);
	return conf_proxy_default(d, e);
}

/* Presets go through the same checks as what users write. */
static int conf_start(struct conf_draft *d, struct conf_errors *e)
{
	struct opt_target t = agent_target(d);
	struct ini_item item = { .kind = "agent", .name = "" };

	if (opt_presets(&t))
		return conf_no_memory(e);
	item.key = "loopback_net";
	return conf_check_agent(d, &item, e);
}

static void free_sections(struct agent_conf *c)
{
	for (size_t i = 0; i < c->nlistens; i++) {
		opt_fini(listen_opts, &c->listens[i]);
		free(c->listens[i].name);
	}
	free(c->listens);
	conf_publish_free(c);
}

static void draft_fini(struct conf_draft *d)
{
	opt_fini(agent_opts, d);
	free_sections(&d->c);
	free(d->c.name);
	free(d->c.no_proxy);
	free(d->c.profile);
	free(d->c.state_dir);
}

static int conf_load(struct conf_draft *d, const struct conf_flags *f,
		     struct conf_errors *e)
{
	int r = conf_start(d, e);

	if (!r)
		r = check_name(f->name, e);
	if (!r)
		r = f->file ? conf_read_file(d, f->file, e) :
			      read_usual(d, f->name, e);
	/* Flags are checked even where the file is wrong: users see all
	 * mistakes at once. */
	if (r != ERR_NOMEM && put_flags(d, f, e))
		r = ERR_CONF;
	return r ? r : set_defaults(d, f, e);
}

struct agent_conf *agent_conf_load(const struct conf_flags *flags,
				   struct conf_errors *e)
{
	struct conf_draft d = { .c = { .name = NULL } };
	struct agent_conf *c = malloc(sizeof *c);
	int r = c ? conf_load(&d, flags, e) : conf_no_memory(e);

	/* e->file may point to a name that has been freed. */
	e->file = flags->file ? flags->file : "adit";
	if (r) {
		draft_fini(&d);
		free(c);
		return NULL;
	}
	free(d.intercept);
	free(d.accept);
	free(d.early_close);
	free(d.loopback_net);
	free(d.socks);
	free(d.dns);
	free(d.proxy);
	*c = d.c;
	return c;
}

/* ---- where the agent is ---------------------------------------------- */

/* Takes only the key `control`, whatever else is wrong with the file. */
static int on_control(void *ctx, const struct ini_item *item)
{
	struct agent_conf_parse *p = ctx;
	struct opt_target t = agent_target(p->d);

	if (!item->key || strcmp(item->kind, "agent") ||
	    strcmp(item->key, "control"))
		return 0;
	return opt_put(&t, item, p->e);
}

/* Frees `file`. */
static void read_control(struct conf_draft *d, char *file)
{
	struct conf_files files = { 0 };
	struct conf_errors e = { .file = file, .files = &files };
	struct agent_conf_parse p = { .d = d, .e = &e };

	next_source(d);
	/* Mistakes are reported by agent_conf_load. */
	if (file && ini_read_file(on_control, &p, &e))
		e.count = 0;
	conf_files_fini(&files);
	free(file);
}

static int find_place(struct conf_draft *d, const struct conf_flags *flags,
		      struct agent_place *at)
{
	if (flags->file) {
		read_control(d, strdup(flags->file));
	} else {
		read_control(d, conf_system_file(flags->name));
		read_control(d, conf_user_file(flags->name));
	}
	at->profile = profile_of(flags);
	at->state_dir = conf_default_state_dir();
	at->control = d->c.control;
	d->c.control = NULL;
	if (!at->control && at->profile)
		at->control = conf_default_control(at->profile);
	return at->control && at->profile && !conf_absolute(&at->control) ?
		       0 :
		       ERR_NOMEM;
}

int agent_conf_place(const struct conf_flags *flags, struct agent_place *at)
{
	struct conf_draft d = { .c = { .name = NULL } };
	struct conf_errors e = { .file = "adit" };
	int ret;

	*at = (struct agent_place){ .control = NULL };
	if (check_name(flags->name, &e))
		return ERR_CONF;
	ret = find_place(&d, flags, at);
	draft_fini(&d);
	if (ret)
		agent_place_fini(at);
	return ret;
}

void agent_place_fini(struct agent_place *at)
{
	free(at->control);
	free(at->profile);
	free(at->state_dir);
	*at = (struct agent_place){ .control = NULL };
}

void agent_conf_free(struct agent_conf *c)
{
	struct conf_draft d = { .c = { .name = NULL } };

	if (!c)
		return;
	d.c = *c;
	draft_fini(&d);
	free(c);
}

const struct proxy *agent_conf_via(const struct agent_conf *c, const char *host)
{
	if (!c->via.host[0] || (!c->via_all && proxy_skips(c->no_proxy, host)))
		return NULL;
	return &c->via;
}

const struct listen_conf *agent_conf_listen(const struct agent_conf *c,
					    const char *resource)
{
	return find_listen(c, resource);
}
