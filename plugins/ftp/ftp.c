/* SPDX-License-Identifier: BSD-2-Clause */
/* ftp.c - FTP (RFC 959, 2428): data connections follow their control connection.
 *
 * Each command is owed a reply, and replies come in order: `owed` says whose is
 * next.  Commands that decide where data goes (PASV, EPSV, PORT, EPRT, AUTH) go
 * out alone, and what comes behind waits until their reply has passed: no other
 * reply can be taken for theirs. */
#include "ftp.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { REPLY_MAX = 16384, OWED_MAX = 32, LOWEST_PORT = 1024, TLS_HANDSHAKE = 0x16,
       PATIENCE_MS = 5000 };            /* for the second reply to an ABOR */
enum kind { OTHER, LOGIN, FEATURES, TRANSFER, ABORT, PASSIVE, ACTIVE, SECURE, LEAVE,
	    REFUSED, HTTP, NOTED = 0x80 };

struct state {
	uint8_t owed[OWED_MAX];         /* enum kind; NOTED: `command` is it */
	uint32_t nowed;
	uint32_t data;                  /* the newest expectation */
	uint16_t multi;                 /* code of a reply of several lines */
	bool setup;                     /* PASSIVE, ACTIVE or SECURE is owed */
	bool extended;                  /* EPSV is what the application sent ... */
	bool sent_epsv;                 /* ... and what the server got */
	bool only_epsv;                 /* EPSV ALL */
	bool greeted, spoken, logged_in, server_gone;
	char login[64], command[12], file[240];
};

struct conf {
	const char *auth_tls;
	bool active, read_only;
	struct adit_ports passive_ports;
	const char *const *allow_commands, *const *deny_commands;
	const char *const *redirect_allow;      /* the engine's */
};

static const char *const counters[] = { "data", "refused", "attacks", NULL };
enum { COUNT_DATA, COUNT_REFUSED, COUNT_ATTACKS };

struct line {                           /* of the application */
	struct adit_msg *m;
	struct state *st;
	const struct conf *conf;
	enum kind kind;
	char verb[12], text[COMMAND_MAX + 1];
	const char *arg;                /* "" if there is none */
};

static bool is_opaque(const struct conf *conf)
{
	return !strcmp(conf->auth_tls, "opaque");
}

/* A line of its own in the audit. */
static void write_down(struct adit_channel *ch, uint32_t data, const char *verb,
		       const char *file, const char *result)
{
	const struct state *st = adit_state(ch);

	adit_event(ch, data, (const char *const[]){ "login", st->login,
		   "command", verb, "file", file, "result", result, NULL });
}

/* ---- commands: three ways to go on --------------------------------------------- */

/* In the place of the server's reply, so behind those that it still owes. */
static enum adit_verdict refuse(const struct line *l, const char *reply)
{
	if (l->st->nowed)
		return ADIT_HOLD;
	adit_count(l->m->ch, COUNT_REFUSED, 1);
	adit_injectf(l->m->ch, ADIT_TO_CLIENT, "%s\r\n", reply);
	return ADIT_DROP;
}

/* The same for what no honest client says. */
static enum adit_verdict attack(const struct line *l, const char *reply)
{
	if (l->st->nowed)
		return ADIT_HOLD;
	adit_log(l->m->ch, ADIT_WARN, "refused: %s: %s", reply, l->text);
	if (*reply != '5')
		return ADIT_CLOSE;
	adit_count(l->m->ch, COUNT_ATTACKS, 1);
	return refuse(l, reply);
}

static enum adit_verdict forward(struct line *l)
{
	l->st->owed[l->st->nowed++] = (uint8_t)l->kind;
	return adit_rewritef(l->m, "%s\r\n", l->text);
}

/* ---- commands that decide where data goes ---------------------------------------- */

static enum adit_verdict wrong_family(const struct line *l, bool v6)
{
	return refuse(l, v6 ? "522 Network protocol not supported, use (2)"
			    : "522 Network protocol not supported, use (1)");
}

static enum adit_verdict on_passive(struct line *l)
{
	bool extended = *l->verb == 'E';
	bool v6 = adit_shown(l->m->ch)->family == AF_INET6;

	if (extended && !strcasecmp(l->arg, "ALL")) {
		l->st->only_epsv = true;
		l->kind = OTHER;
		return forward(l);
	}
	if (extended ? *l->arg && strcmp(l->arg, v6 ? "2" : "1") : v6)
		return wrong_family(l, v6);
	l->st->extended = extended;
	l->st->sent_epsv = extended || adit_server(l->m->ch)->family == AF_INET6;
	snprintf(l->text, sizeof l->text, l->st->sent_epsv ? "EPSV" : "PASV");
	return forward(l);
}

/* The server is told to connect to us instead. */
static enum adit_verdict announce(struct line *l, const struct adit_addr *show)
{
	bool v6 = show->family == AF_INET6;
	char text[SIX_MAX];

	if (v6 || *l->verb == 'E')
		snprintf(l->text, sizeof l->text, "EPRT |%d|%s|%u|", v6 ? 2 : 1,
			 show->host, (unsigned)show->port);
	else
		snprintf(l->text, sizeof l->text, "PORT %s", ftp_six(show, text));
	return forward(l);
}

static enum adit_verdict on_active(struct line *l)
{
	const struct adit_addr *app = adit_app(l->m->ch);
	struct adit_addr at, show;
	struct adit_expect want = { .size = sizeof want, .targets = &at, .ntargets = 1,
				    .flags = ADIT_REVERSE | ADIT_UNARMED };

	if (!l->conf->active)
		return refuse(l, "500 Active mode is not available here.");
	if (!(*l->verb == 'E' ? ftp_parse_eprt : ftp_parse_port)(l->arg, &at))
		return attack(l, "501 Malformed address.");
	if (at.family != app->family)
		return wrong_family(l, app->family == AF_INET6);
	if (!adit_addr_same_host(&at, app) || at.port < LOWEST_PORT)
		return attack(l, "500 Only a high port of your own address.");
	adit_cancel(l->m->ch, l->st->data);
	switch (adit_expect(l->m, &want, &show, &l->st->data)) {
	case ADIT_WAIT: return ADIT_HOLD;
	case ADIT_OK:   return announce(l, &show);
	default:        return refuse(l, "500 Active mode is not available.");
	}
}

/* Behind all others but transfers, in which some servers answer it; and alone. */
static enum adit_verdict set_up(struct line *l,
				enum adit_verdict (*run)(struct line *))
{
	enum adit_verdict v;

	for (unsigned i = 0; i < l->st->nowed; i++)
		if (l->st->owed[i] % NOTED != TRANSFER)
			return ADIT_HOLD;
	if (!l->st->logged_in && l->kind != SECURE)
		return refuse(l, "530 Log in first.");
	v = run(l);
	l->st->setup = v == ADIT_PASS && l->kind != OTHER;
	return v;
}

/* ---- all commands --------------------------------------------------------------- */

static enum adit_verdict on_file(struct line *l)
{
	if (*l->st->command)
		return ADIT_HOLD;       /* one at a time is noted */
	memcpy(l->st->command, l->verb, sizeof l->verb);
	snprintf(l->st->file, sizeof l->st->file, "%s", l->arg);
	l->kind |= NOTED;
	return forward(l);
}

static const struct {
	enum kind kind;
	enum adit_verdict (*run)(struct line *);
	const char *const verbs[14];
} table[] = {
	{ PASSIVE, on_passive, { "PASV", "EPSV" } },
	{ ACTIVE, on_active, { "PORT", "EPRT" } },
	{ SECURE, forward, { "AUTH" } },
	{ LOGIN, forward, { "USER", "PASS", "ACCT" } },
	{ TRANSFER, on_file, { "RETR", "STOR", "STOU", "APPE" } },
	{ TRANSFER, forward, { "LIST", "NLST", "MLSD" } },
	{ OTHER, on_file, { "DELE", "RNFR", "RNTO", "MKD", "XMKD", "RMD", "XRMD",
			    "SITE", "MFMT", "MFF" } },
	{ FEATURES, forward, { "FEAT" } },
	{ ABORT, forward, { "ABOR" } },
	{ LEAVE, forward, { "REIN", "QUIT" } },
	{ REFUSED, NULL, { "ADAT", "PBSZ", "PROT", "CCC", "MIC", "CONF", "ENC", "LPRT",
			   "LPSV", "SPSV", "CPSV", "SSCN", "ESTA" } },
	/* Of a form that a web page made a browser send. */
	{ HTTP, NULL, { "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "CONNECT",
			"PATCH", "TRACE" } },
};

/* All that read_only leaves; what it does not know could write. */
static const char *const reading[] = {
	"USER", "PASS", "ACCT", "REIN", "QUIT", "HOST", "CLNT", "LANG", "OPTS", "FEAT",
	"HELP", "SYST", "STAT", "NOOP", "CWD", "XCWD", "CDUP", "XCUP", "PWD", "XPWD",
	"TYPE", "MODE", "STRU", "PASV", "EPSV", "PORT", "EPRT", "PRET", "REST", "RETR",
	"ABOR", "LIST", "NLST", "MLSD", "MLST", "SIZE", "MDTM", "AUTH", "AVBL", "RANG",
	"HASH", "XCRC", "XMD5", "XSHA1", "XSHA256", NULL
};

static bool is_permitted(const struct line *l)
{
	const struct conf *c = l->conf;

	if (adit_listed(c->deny_commands, l->verb) ||
	    (c->allow_commands && *c->allow_commands &&
	     !adit_listed(c->allow_commands, l->verb) && strcmp(l->verb, "QUIT")))
		return false;
	/* With a time before the name MDTM sets it, on some servers. */
	return !c->read_only ||
	       (adit_listed(reading, l->verb) && (strcmp(l->verb, "MDTM") ||
		l->arg[strspn(l->arg, "0123456789")] != ' '));
}

static enum adit_verdict run(struct line *l)
{
	enum adit_verdict (*how)(struct line *) = forward;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (adit_listed(table[i].verbs, l->verb)) {
			l->kind = table[i].kind;
			how = table[i].run;
		}
	if (l->kind == HTTP)
		return attack(l, "HTTP in the place of FTP");
	if (l->kind == REFUSED || (l->kind == SECURE && !is_opaque(l->conf)))
		return refuse(l, "502 Not available on this path.");
	if (!is_permitted(l)) {
		if (how == on_file && !l->st->nowed)
			write_down(l->m->ch, 0, l->verb, l->arg, "refused");
		return refuse(l, "550 Not permitted here.");
	}
	if (!strcmp(l->verb, "USER"))
		snprintf(l->st->login, sizeof l->st->login, "%s", l->arg);
	return l->kind >= PASSIVE && l->kind <= SECURE ? set_up(l, how) : how(l);
}

/* Verb and argument; false: this is no command. */
static bool split(struct line *l)
{
	size_t n = 0;

	for (; n < sizeof l->verb - 1 && isalnum((unsigned char)l->text[n]); n++)
		l->verb[n] = (char)toupper((unsigned char)l->text[n]);
	l->arg = l->text + n + (l->text[n] == ' ');
	return n && (!l->text[n] || l->text[n] == ' ');
}

static enum adit_verdict on_command(struct adit_msg *m)
{
	struct line l = { .m = m, .st = adit_state(m->ch), .conf = adit_conf(m->ch) };
	bool first = !l.st->spoken;

	m->urgent = 0;                  /* telnet's; the line is here */
	/* Half a command is none, and nobody is left to hear a whole one. */
	if (m->flags & ADIT_PARTIAL || l.st->server_gone)
		return ADIT_DROP;
	if (first && *m->data == TLS_HANDSHAKE && is_opaque(l.conf))
		return ADIT_DETACH;
	if (!l.st->greeted || l.st->setup || l.st->nowed == OWED_MAX)
		return ADIT_HOLD;
	l.st->spoken = true;
	if (ftp_clean(m, l.text) && split(&l))
		return run(&l);
	/* Who begins like this does not mean FTP at all. */
	return attack(&l, first ? "not FTP" : "500 Not understood.");
}

/* ---- replies (RFC 959, section 4.2) ------------------------------------------------ */

/* It names an address, and must not pass as it is. */
static bool is_address(unsigned code)
{
	return code >= 227 && code <= 229;
}

/* Whose reply it is.  While a transfer goes on, some servers answer what came
 * behind it; a transfer's own end has other codes. */
static unsigned whose(const struct state *st, unsigned code)
{
	unsigned i = 0;

	while (code < 300 && code != 226 && code != 250 && i < st->nowed &&
	       st->owed[i] % NOTED == TRANSFER)
		i++;
	return i < st->nowed ? i : 0;
}

/* Behind an address translation the host that a 227 names is often wrong.  So it
 * is tried only where redirect_allow has it, and then the server's own. */
static enum adit_verdict on_address(struct adit_msg *m, unsigned code)
{
	const struct conf *conf = adit_conf(m->ch);
	struct state *st = adit_state(m->ch);
	struct adit_addr at[2] = { *adit_server(m->ch), *adit_server(m->ch) }, show;
	struct adit_expect want = { .size = sizeof want };
	enum adit_result r = ADIT_DENIED;
	char text[SIX_MAX];
	bool own;

	adit_cancel(m->ch, st->data);
	if ((code == 229 ? ftp_parse_229 : ftp_parse_227)(
			(const char *)m->data + 4, &at[0]) &&
	    adit_ports_has(&conf->passive_ports, at[0].port)) {
		own = adit_addr_same_host(&at[0], &at[1]);
		at[1].port = at[0].port;
		want.targets = at + own;
		want.ntargets = 2u - own;
		r = adit_expect(m, &want, &show, &st->data);
	}
	if (r == ADIT_WAIT)
		return ADIT_HOLD;
	if (r != ADIT_OK) {
		adit_log(m->ch, ADIT_WARN, "refused: %.200s", m->data);
		return adit_rewritef(m, "502 Passive mode refused.\r\n");
	}
	adit_count(m->ch, COUNT_DATA, 1);
	if (st->extended)
		return adit_rewritef(m, "229 Entering Extended Passive Mode "
				     "(|||%u|)\r\n", (unsigned)show.port);
	return adit_rewritef(m, "227 Entering Passive Mode (%s).\r\n",
			     ftp_six(&show, text));
}

/* The server knows no EPSV, the application may know nothing else. */
static enum adit_verdict fall_back(struct adit_msg *m)
{
	struct state *st = adit_state(m->ch);

	st->owed[st->nowed++] = PASSIVE;
	st->setup = true;
	st->sent_epsv = false;
	adit_injectf(m->ch, ADIT_TO_SERVER, "PASV\r\n");
	return ADIT_DROP;
}

static enum adit_verdict judge(struct adit_msg *m, enum kind kind, unsigned code)
{
	struct state *st = adit_state(m->ch);
	bool good = code < 300;

	if (is_address(code))
		return kind == PASSIVE ? on_address(m, code) : ADIT_CLOSE;
	if (kind == PASSIVE && code >= 500 && code != 530 && st->extended &&
	    st->sent_epsv && !st->only_epsv && adit_server(m->ch)->family == AF_INET)
		return fall_back(m);
	if (kind == SECURE && code == 234)
		return ADIT_DETACH;
	if (kind == ACTIVE && good)
		adit_arm(m->ch, st->data);
	if ((kind == ACTIVE && !good) || (kind == LEAVE && good) ||
	    (kind == LOGIN && code / 10 == 33))
		adit_cancel(m->ch, st->data);
	if (kind == LOGIN && good)
		adit_audit(m->ch, "login", st->login);
	if ((kind == LOGIN || kind == LEAVE) && code < 400)
		st->logged_in = kind == LOGIN && good;
	return ADIT_PASS;
}

/* The last line of a reply that ends a command. */
static enum adit_verdict on_final(struct adit_msg *m, unsigned code)
{
	struct state *st = adit_state(m->ch);
	unsigned at = whose(st, code);
	enum kind kind = st->owed[at] % NOTED;
	char result[12];

	st->greeted = true;
	adit_wake(m->ch, ADIT_TO_SERVER);
	if (!st->nowed)
		return is_address(code) ? ADIT_CLOSE : ADIT_PASS;
	if (st->owed[at] & NOTED) {
		snprintf(result, sizeof result, "%u", code);
		write_down(m->ch, kind == TRANSFER ? st->data : 0, st->command,
			   st->file, result);
		*st->command = 0;
	}
	memmove(st->owed + at, st->owed + at + 1, --st->nowed - at);
	if (kind >= PASSIVE && kind <= SECURE)
		st->setup = false;
	if (st->nowed && st->owed[0] == ABORT)
		adit_timer(m->ch, PATIENCE_MS);
	return judge(m, kind, code);
}

/* An extension that is refused. */
static bool is_hidden(const struct adit_msg *m)
{
	const char *text = (const char *)m->data;
	char word[12];

	text += strspn(text, " ");
	snprintf(word, sizeof word, "%.*s", (int)strcspn(text, " \r\n"), text);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (adit_listed(table[i].verbs, word))
			return !is_opaque(adit_conf(m->ch)) &&
			       (table[i].kind == SECURE || table[i].kind == REFUSED);
	return false;
}

static enum adit_verdict on_reply(struct adit_msg *m)
{
	struct state *st = adit_state(m->ch);
	const uint8_t *p = m->data;
	bool coded = m->len > 3 && isdigit(p[0]) && isdigit(p[1]) && isdigit(p[2]);
	unsigned code = !coded ? 0 : (p[0] - '0') * 100u + (p[1] - '0') * 10u +
				     (p[2] - '0');
	bool in = st->multi, hidden = is_address(in ? st->multi : code);

	if (in && (code != st->multi || p[3] != ' ')) {
		hidden |= st->multi == 211 && st->nowed && is_hidden(m) &&
			  st->owed[whose(st, 211)] == FEATURES;
		return hidden ? ADIT_DROP : ADIT_PASS;
	}
	st->multi = !in && coded && p[3] == '-' ? (uint16_t)code : 0;
	if (st->multi || code < 200 || m->flags & ADIT_PARTIAL)
		return hidden ? ADIT_DROP : ADIT_PASS;
	return on_final(m, code);
}

/* ---- the plugin ------------------------------------------------------------------- */

static int64_t cut_command(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	/* No command begins like this; TLS has no lines. */
	return *p == TLS_HANDSHAKE ? ADIT_MSG(1) : adit_frame_line(ch, p, n);
}

static enum adit_verdict message(struct adit_msg *m)
{
	return m->dir == ADIT_TO_CLIENT ? on_reply(m) : on_command(m);
}

static enum adit_verdict on_eof(struct adit_channel *ch, enum adit_dir dir)
{
	((struct state *)adit_state(ch))->server_gone |= dir == ADIT_TO_CLIENT;
	return ADIT_PASS;
}

/* The end of the transfer was all that the server says to its ABOR. */
static void on_timer(struct adit_channel *ch)
{
	struct state *st = adit_state(ch);

	if (st->nowed && st->owed[0] == ABORT)
		memmove(st->owed, st->owed + 1, --st->nowed);
	adit_wake(ch, ADIT_TO_SERVER);
}

static int check(const void *conf, char *err, size_t errlen)
{
	const struct conf *c = conf;

	if (c->auth_tls && (!strcmp(c->auth_tls, "refuse") || is_opaque(c)))
		return 0;
	snprintf(err, errlen, "auth_tls: expected refuse or opaque");
	return -1;
}

#define OPT(type, name, preset, help) \
	ADIT_OPT(#name, type, struct conf, name, preset, help)
static const struct adit_option options[] = {
	OPT(ADIT_STRING, auth_tls, "refuse", "AUTH TLS: refuse (we are TLS) or opaque"),
	OPT(ADIT_PORTS, passive_ports, "1024-65535", "what the server may announce"),
	OPT(ADIT_BOOL, active, "yes", "PORT, EPRT: servers connect to applications"),
	OPT(ADIT_BOOL, read_only, "no", "only commands that change nothing"),
	OPT(ADIT_LIST, allow_commands, NULL, "only these, and QUIT"),
	OPT(ADIT_LIST, deny_commands, NULL, "not these"),
	OPT(ADIT_LIST, redirect_allow, NULL, "networks that a 227 may lead to"),
	{ 0 }
};

ADIT_PLUGIN(
	.name = "ftp", .version = "1",
	.summary = "FTP: passive and active data connections",
	.can = ADIT_CAN_REWRITE | ADIT_CAN_INJECT | ADIT_CAN_FORWARD | ADIT_CAN_REVERSE,
	.state_version = 1,
	.state_size = sizeof(struct state), .conf_size = sizeof(struct conf),
	.options = options, .counters = counters, .max_message = REPLY_MAX,
	.frame = { cut_command, adit_frame_line },
	.message = message, .check = check, .eof = on_eof, .timer = on_timer
);
