/* SPDX-License-Identifier: BSD-2-Clause */
/* rsh.c - rsh through adit: its stderr connection, and who runs what.
 *
 *   client                                 server
 *     "1022" NUL          port for stderr; empty: none
 *                         <-- the server connects to that port --
 *     "alice" NUL         on the client
 *     "bob" NUL           on the server
 *     "ls -l" NUL         the command
 *                         NUL, or \1 and a line that says why not
 *     stdin               stdout, and stderr on the other connection */
#include <adit/plugin.h>

#include <stdlib.h>
#include <string.h>

/* What the client says, in this order. */
enum word { PORT, LOCAL_USER, USER, COMMAND };

struct state {
	uint32_t word; /* that comes next: enum word */
};

struct conf {
	bool standard_error;
	struct adit_ports ports;
};

enum counter { CONNECTIONS, REFUSED };

static int64_t frame_word(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	const uint8_t *nul = memchr(p, 0, n);

	(void)ch;
	return nul ? ADIT_MSG(nul - p + 1) : ADIT_MORE;
}

/* In rsh's own words: \1, a line, the end. */
static enum adit_verdict refuse(struct adit_msg *m, const char *why)
{
	if (adit_injectf(m->ch, ADIT_TO_CLIENT, "\1The gateway %s.\n", why))
		return ADIT_CLOSE;
	adit_count(m->ch, REFUSED, 1);
	return ADIT_FINISH;
}

/* Of "1022" NUL; 0: it is no port. */
static unsigned long port_of(const struct adit_msg *m)
{
	const char *text = (const char *)m->data;
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > 5 || text[n])
		return 0;
	return strtoul(text, NULL, 10);
}

static enum adit_verdict on_port(struct adit_msg *m)
{
	const struct conf *conf = adit_conf(m->ch);
	struct adit_addr at, show;
	struct adit_expect want = { .size = sizeof want,
				    .targets = &at,
				    .ntargets = 1,
				    .flags = ADIT_REVERSE };
	uint32_t id;

	if (m->len == 1)
		return ADIT_PASS; /* one connection is enough */
	if (adit_addr_parse(&at, adit_app(m->ch)->host, port_of(m)))
		return ADIT_CLOSE;
	if (!conf->standard_error || !adit_ports_has(&conf->ports, at.port))
		return refuse(m, "allows no stderr connection");
	switch (adit_expect(m, &want, &show, &id)) {
	case ADIT_WAIT:
		return ADIT_HOLD;
	case ADIT_OK:
		adit_count(m->ch, CONNECTIONS, 1);
		return adit_rewritef(m, "%u%c", (unsigned)show.port, 0);
	default:
		return refuse(m, "cannot listen for stderr");
	}
}

static enum adit_verdict message(struct adit_msg *m)
{
	struct state *st = adit_state(m->ch);
	const char *text = (const char *)m->data;

	if (m->dir == ADIT_TO_CLIENT)
		return ADIT_PASS;
	if (m->flags & ADIT_PARTIAL)
		return ADIT_DROP; /* a word without its end */
	switch (st->word++) {
	case PORT:
		return on_port(m);
	case USER:
		adit_audit(m->ch, "user", text);
		return ADIT_PASS;
	case COMMAND:
		adit_audit(m->ch, "command", text);
		return ADIT_DETACH; /* stdin and stdout are nobody's business */
	default:
		return ADIT_PASS;
	}
}

static const struct adit_option options[] = {
	ADIT_OPT("stderr", ADIT_BOOL, struct conf, standard_error, "yes",
		 "whether clients may ask for a second connection"),
	ADIT_OPT("stderr_ports", ADIT_PORTS, struct conf, ports, "512-65535",
		 "where they may want it"),
	{ 0 }
};

static const char *const counters[] = { "connections", "refused", NULL };

ADIT_PLUGIN(.name = "rsh", .version = "1",
	    .summary = "remote shell, with its connection for stderr",
	    .can = ADIT_CAN_REWRITE | ADIT_CAN_INJECT | ADIT_CAN_REVERSE,
	    .state_version = 1, .state_size = sizeof(struct state),
	    .conf_size = sizeof(struct conf), .options = options,
	    .counters = counters, .max_message = 4096,
	    .frame = { frame_word, adit_frame_raw }, .message = message);
