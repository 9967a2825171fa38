/* SPDX-License-Identifier: BSD-2-Clause */
/* cluster.c - a plugin whose servers announce each other, for tests of
 * ADIT_SHARED: in a line "DATA host port" of the server stands the address at
 * which this user reaches that one. */
#include <adit/plugin.h>

#include <stdlib.h>
#include <string.h>

struct conf {
	uint32_t lifetime;
	struct adit_ports keep_ports;
	const char *const *redirect_allow; /* the gateway looks at it */
};

static bool parse(struct adit_addr *at, const struct adit_msg *m)
{
	const char *text = (const char *)m->data + strlen("DATA ");
	char host[256];
	size_t n;

	if (!adit_word(m, "DATA") || m->len < strlen("DATA "))
		return false;
	n = strcspn(text, " ");
	if (n >= sizeof host || text[n] != ' ')
		return false;
	memcpy(host, text, n);
	host[n] = 0;
	return !adit_addr_parse(at, host, strtoul(text + n, NULL, 10));
}

static enum adit_verdict message(struct adit_msg *m)
{
	const struct conf *conf = adit_conf(m->ch);
	struct adit_addr at, show;
	struct adit_expect want = { .size = sizeof want,
				    .flags = ADIT_SHARED | ADIT_INSPECT,
				    .targets = &at,
				    .ntargets = 1,
				    .lifetime_ms = conf->lifetime };
	uint32_t id;

	if (m->dir == ADIT_TO_SERVER || !parse(&at, m))
		return ADIT_PASS;
	if (adit_ports_has(&conf->keep_ports, at.port))
		want.flags |= ADIT_KEEP_PORT;
	switch (adit_expect(m, &want, &show, &id)) {
	case ADIT_WAIT:
		return ADIT_HOLD;
	case ADIT_OK:
		return adit_rewritef(m, "DATA %s %u\n", show.host,
				     (unsigned)show.port);
	default:
		return adit_rewritef(m, "NO\n");
	}
}

static const struct adit_option options[] = {
	ADIT_OPT("lifetime", ADIT_MSEC, struct conf, lifetime, "60s",
		 "how long a node is known without a channel"),
	ADIT_OPT("keep_ports", ADIT_PORTS, struct conf, keep_ports, NULL,
		 "of servers that are shown at the same port"),
	ADIT_OPT("redirect_allow", ADIT_LIST, struct conf, redirect_allow, NULL,
		 "where the other servers may be"),
	{ 0 }
};

ADIT_PLUGIN(.name = "cluster", .version = "1",
	    .summary = "servers that announce each other, for tests",
	    .can = ADIT_CAN_REWRITE | ADIT_CAN_FORWARD | ADIT_CAN_SHARED,
	    .conf_size = sizeof(struct conf), .options = options,
	    .frame = { adit_frame_line, adit_frame_line }, .message = message);
