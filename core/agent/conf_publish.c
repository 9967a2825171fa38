/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_publish.c - sections [publish NAME] of adit.ini. */
#include "agent/conf_parts.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PUBLISHES_MAX = 64 };

static const struct opt publish_opts[] = {
	OPT("to", OPT_STRING, struct publish_conf, to, .flags = OPT_REQUIRED,
	    .help = "PORT or ADDRESS:PORT of a server of this machine"),
	{ .key = NULL }
};

struct opt_target conf_publish_target(struct publish_conf *p)
{
	return (struct opt_target){ publish_opts, p, &p->lines };
}

static int publish_no_memory(struct conf_errors *e)
{
	conf_error(e, 0, "%s", err_str(ERR_NOMEM));
	return ERR_NOMEM;
}

int conf_publish_open(struct agent_conf *c, const struct ini_item *item,
		      struct conf_errors *e, struct publish_conf **out)
{
	struct publish_conf *l;

	if (!ini_is_name(item->name))
		return conf_error(e, item->line,
				  "[publish%s%s]: write [publish NAME] with a "
				  "name that the gateway has",
				  *item->name ? " " : "", item->name);
	for (size_t i = 0; i < c->npublishes && !*out; i++)
		if (!strcmp(c->publishes[i].name, item->name))
			*out = &c->publishes[i];
	if (*out) {
		(*out)->lines.section = item->line;
		return 0;
	}
	if (c->npublishes == PUBLISHES_MAX)
		return conf_error(e, item->line,
				  "more than %d [publish] sections",
				  PUBLISHES_MAX);
	l = reallocarray(c->publishes, c->npublishes + 1, sizeof *l);
	if (!l)
		return publish_no_memory(e);
	c->publishes = l;
	l += c->npublishes;
	*l = (struct publish_conf){ .name = strdup(item->name) };
	if (!l->name)
		return publish_no_memory(e);
	c->npublishes++;
	*out = l;
	(*out)->lines.section = item->line;
	return 0;
}

int agent_conf_server(const char *text, struct addr *to)
{
	static const char local[] = "localhost:";
	uint64_t port;

	if (!strncmp(text, local, sizeof local - 1))
		text += sizeof local - 1;
	if (!opt_parse_uint(text, &port))
		return port && port <= UINT16_MAX ?
			       addr_parse(to, "127.0.0.1", (uint16_t)port) :
			       ERR_INVAL;
	return addr_parse_port(to, text) || !to->port ? ERR_INVAL : 0;
}

int conf_check_publish(struct publish_conf *p, const struct ini_item *item,
		       struct conf_errors *e)
{
	if (strlen(p->to) < PUBLISH_TO_MAX && !agent_conf_server(p->to, &p->at))
		return 0;
	return conf_error(e, item->line,
			  "to = %s: expected the PORT of a server of this "
			  "machine, or ADDRESS:PORT, such as 127.0.0.1:8080",
			  p->to);
}

int conf_publish_finish(struct agent_conf *c, struct conf_errors *e)
{
	char what[96];
	int r = 0;

	for (size_t i = 0; i < c->npublishes; i++) {
		struct opt_target t = conf_publish_target(&c->publishes[i]);

		snprintf(what, sizeof what, "[publish %s]",
			 c->publishes[i].name);
		if (opt_finish(&t, what, e))
			r = ERR_CONF;
	}
	return r;
}

void conf_publish_free(struct agent_conf *c)
{
	for (size_t i = 0; i < c->npublishes; i++) {
		opt_fini(publish_opts, &c->publishes[i]);
		free(c->publishes[i].name);
	}
	free(c->publishes);
}

const struct publish_conf *agent_conf_publish(const struct agent_conf *c,
					      const char *name)
{
	for (size_t i = 0; i < c->npublishes; i++)
		if (!strcmp(c->publishes[i].name, name))
			return &c->publishes[i];
	return NULL;
}
