/* SPDX-License-Identifier: BSD-2-Clause */
/* ftp.c - FTP (RFC 959, 2428): data connections follow their control connection.
 *
 * One command at a time is with the server, besides a transfer; the others wait
 * here, next to it.  So no reply can be taken for another's, and an application
 * that does not wait for replies loses nothing. */
#include "ftp.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { REPLY_MAX = 16384, LOWEST_PORT = 1024, TLS_HANDSHAKE = 0x16,
       PARALLEL_USES = 64 };
enum kind { NONE, OTHER, LOGIN, FEATURES, TRANSFER, ABORT, PASSIVE, ACTIVE, SECURE,
	    LEAVE, REFUSED, HTTP, SERIAL, PARALLEL, NOTED = 0x80 };

struct state {
	uint8_t pending, transfer;      /* enum kind; NOTED: `command` is it */
	uint32_t data, moving;          /* expectations: the newest, the transfer's */
	uint16_t multi;                 /* code of a reply of several lines */
	bool extended, sent_epsv;       /* the application's EPSV, and the server's */
	bool greeted, spoken, logged_in;
	bool parallel;                  /* GridFTP's MODE E */
	char login[64], command[12], file[240];
};

struct conf {
	uint32_t auth_tls;              /* enum */
	bool active, read_only;
	struct adit_ports passive_ports;
	const char *const *allow_commands, *const *deny_commands;
	const char *const *redirect_allow;      /* the engine's */
};

enum { REFUSE, OPAQUE };                /* auth_tls */
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

/* A line of its own in the audit; code 0: we refused it. */
static void write_down(struct adit_channel *ch, uint32_t data, const char *verb,
		       const char *file, unsigned code)
{
	const struct state *st = adit_state(ch);
	char result[12] = "refused";

	if (code)
		snprintf(result, sizeof result, "%u", code);
	adit_event(ch, data, (const char *const[]){ "login", st->login,
		   "command", verb, "file", file, "result", result, NULL });
}

/* In the place of the server's reply, so behind that to a transfer. */
static enum adit_verdict refuse(const struct line *l, const char *reply)
{
	if (l->st->transfer)
		return ADIT_HOLD;
	adit_count(l->m->ch, COUNT_REFUSED, 1);
	adit_injectf(l->m->ch, ADIT_TO_CLIENT, "%s\r\n", reply);
	return ADIT_DROP;
}

/* The same for what no honest client says. */
static enum adit_verdict attack(const struct line *l, const char *reply)
{
	if (l->st->transfer)
		return ADIT_HOLD;
	adit_log(l->m->ch, ADIT_WARN, "refused: %s: %s", reply, l->text);
	if (*reply != '5')
		return ADIT_CLOSE;
	adit_count(l->m->ch, COUNT_ATTACKS, 1);
	return refuse(l, reply);
}

static enum adit_verdict forward(struct line *l)
{
	uint8_t *as = l->kind % NOTED == TRANSFER ? &l->st->transfer
						  : &l->st->pending;

	if (*as)
		return ADIT_HOLD;
	*as = (uint8_t)l->kind;
	return adit_rewritef(l->m, "%s\r\n", l->text);
}

/* Of an announcement, by as many data connections as a transfer may have. */
static uint32_t uses(const struct state *st)
{
	return st->parallel ? PARALLEL_USES : 1;
}

/* ---- commands ----------------------------------------------------------------------- */

static const char *const use[] = { "522 Network protocol not supported, use (1)",
				   "522 Network protocol not supported, use (2)" };

static enum adit_verdict on_passive(struct line *l)
{
	bool extended = *l->verb == 'E';
	bool v6 = adit_shown(l->m->ch)->family == AF_INET6;

	if (extended && !strcasecmp(l->arg, "ALL")) {
		l->kind = OTHER;
		return forward(l);
	}
	if (extended && *l->arg && strcmp(l->arg, v6 ? "2" : "1"))
		return refuse(l, use[v6]);
	l->st->extended = extended;
	/* PASV over IPv6 is for the server to refuse. */
	l->st->sent_epsv = extended ||
			   (!v6 && adit_server(l->m->ch)->family == AF_INET6);
	snprintf(l->text, sizeof l->text, l->st->sent_epsv ? "EPSV" : "PASV");
	return forward(l);
}

/* The server is told to connect to us instead. */
static enum adit_verdict on_active(struct line *l)
{
	const struct adit_addr *app = adit_app(l->m->ch);
	bool extended = *l->verb == 'E', v6 = app->family == AF_INET6;
	struct adit_addr at, show;
	struct adit_expect want = { .size = sizeof want, .targets = &at, .ntargets = 1,
				    .flags = ADIT_REVERSE | ADIT_UNARMED,
				    .uses = uses(l->st) };
	char six[SIX_MAX];

	if (!l->conf->active)
		return refuse(l, "500 Active mode is not available here.");
	if (!(extended ? ftp_parse_eprt : ftp_parse_port)(l->arg, &at))
		return attack(l, "501 Malformed address.");
	if (at.family != app->family)
		return refuse(l, use[v6]);
	if (!adit_addr_same_host(&at, app) || at.port < LOWEST_PORT)
		return attack(l, "500 Only a high port of your own address.");
	adit_cancel(l->m->ch, l->st->data);
	switch (adit_expect(l->m, &want, &show, &l->st->data)) {
	case ADIT_WAIT: return ADIT_HOLD;
	case ADIT_OK:   break;
	default:        return refuse(l, "500 Active mode is not available.");
	}
	v6 = show.family == AF_INET6;
	if (v6 || extended)
		snprintf(l->text, sizeof l->text, "EPRT |%d|%s|%u|", v6 ? 2 : 1,
			 show.host, (unsigned)show.port);
	else
		snprintf(l->text, sizeof l->text, "PORT %s", ftp_six(&show, six));
	return forward(l);
}

static enum adit_verdict on_mode(struct line *l)
{
	if (toupper((unsigned char)*l->arg) == 'E')
		l->kind = PARALLEL;
	return forward(l);
}

static enum adit_verdict on_file(struct line *l)
{
	if (l->st->transfer & NOTED)
		return ADIT_HOLD;       /* one at a time is noted */
	memcpy(l->st->command, l->verb, sizeof l->verb);
	snprintf(l->st->file, sizeof l->st->file, "%s", l->arg);
	l->st->moving = l->kind == TRANSFER ? l->st->data : 0;
	l->kind |= NOTED;
	return forward(l);
}

static const struct {
	enum kind kind;
	enum adit_verdict (*run)(struct line *);
	const char *const verbs[16];
} table[] = {
	{ PASSIVE, on_passive, { "PASV", "EPSV" } },
	{ ACTIVE, on_active, { "PORT", "EPRT" } },
	{ SECURE, forward, { "AUTH" } },
	{ LOGIN, forward, { "USER", "PASS", "ACCT" } },
	{ TRANSFER, on_file, { "RETR", "STOR", "STOU", "APPE", "ERET", "ESTO" } },
	{ TRANSFER, forward, { "LIST", "NLST", "MLSD" } },
	{ OTHER, on_file, { "DELE", "RNFR", "RNTO", "MKD", "XMKD", "RMD", "XRMD",
			    "SITE", "MFMT", "MFF" } },
	{ SERIAL, on_mode, { "MODE" } },
	{ FEATURES, forward, { "FEAT" } },
	{ ABORT, forward, { "ABOR" } },
	{ LEAVE, forward, { "REIN", "QUIT" } },
	{ REFUSED, NULL, { "ADAT", "PBSZ", "PROT", "CCC", "MIC", "CONF", "ENC", "LPRT",
			   "LPSV", "SPSV", "CPSV", "SSCN", "ESTA", "SPAS", "SPOR" } },
	/* Of a form that a web page made a browser send. */
	{ HTTP, NULL, { "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "CONNECT",
			"PATCH", "TRACE" } },
};
#define ROWS (sizeof table / sizeof *table)

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

	for (size_t i = 0; i < ROWS; i++)
		if (adit_listed(table[i].verbs, l->verb)) {
			l->kind = table[i].kind;
			how = table[i].run;
		}
	if (l->kind == HTTP)
		return attack(l, "HTTP in the place of FTP");
	if (l->kind == REFUSED || (l->kind == SECURE && l->conf->auth_tls == REFUSE))
		return refuse(l, "502 Not available on this path.");
	if (!is_permitted(l)) {
		if (how == on_file && !l->st->transfer)
			write_down(l->m->ch, 0, l->verb, l->arg, 0);
		return refuse(l, "550 Not permitted here.");
	}
	if (!strcmp(l->verb, "USER"))
		snprintf(l->st->login, sizeof l->st->login, "%s", l->arg);
	if ((l->kind == PASSIVE || l->kind == ACTIVE) && !l->st->logged_in)
		return refuse(l, "530 Log in first.");
	return how(l);
}

/* Verb and argument; false: this is no command. */
static bool split(struct line *l)
{
	size_t n;

	for (n = 0; n + 1 < sizeof l->verb && isalnum((unsigned char)l->text[n]); n++)
		l->verb[n] = (char)toupper((unsigned char)l->text[n]);
	l->arg = l->text + n + (l->text[n] == ' ');
	return n && (!l->text[n] || l->text[n] == ' ');
}

static enum adit_verdict on_command(struct adit_msg *m)
{
	struct line l = { .m = m, .st = adit_state(m->ch), .conf = adit_conf(m->ch),
			  .kind = OTHER };
	bool first = !l.st->spoken;

	m->urgent = 0;                  /* telnet's; the line is here */
	/* Half a command is none, and nobody is left to hear a whole one. */
	if (m->flags & (ADIT_PARTIAL | ADIT_ENDED))
		return ADIT_DROP;
	if (first && *m->data == TLS_HANDSHAKE && l.conf->auth_tls == OPAQUE)
		return ADIT_DETACH;
	if (!l.st->greeted || l.st->pending)
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

/* Behind an address translation the host that a 227 names is often wrong.  So it
 * is tried only where redirect_allow has it, and then the server's own. */
static enum adit_verdict on_address(struct adit_msg *m, unsigned code)
{
	const struct conf *conf = adit_conf(m->ch);
	struct state *st = adit_state(m->ch);
	struct adit_addr at[2] = { *adit_server(m->ch), *adit_server(m->ch) }, show;
	struct adit_expect want = { .size = sizeof want, .uses = uses(st) };
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

static enum adit_verdict judge(struct adit_msg *m, enum kind kind, unsigned code)
{
	struct state *st = adit_state(m->ch);
	bool good = code < 300;

	if (is_address(code))
		return kind == PASSIVE ? on_address(m, code) : ADIT_CLOSE;
	if (kind == PASSIVE && code >= 500 && code != 530 && st->extended &&
	    st->sent_epsv && adit_server(m->ch)->family == AF_INET) {
		/* It knows no EPSV; the application may know nothing else. */
		st->pending = PASSIVE;
		st->sent_epsv = false;
		adit_injectf(m->ch, ADIT_TO_SERVER, "PASV\r\n");
		return ADIT_DROP;
	}
	if (kind == SECURE && code == 234)
		return ADIT_DETACH;
	if (kind == ACTIVE && good)
		adit_arm(m->ch, st->data);
	if ((kind == ACTIVE && !good) || (kind == LEAVE && good) ||
	    (kind == LOGIN && code / 10 == 33))
		adit_cancel(m->ch, st->data);
	if (good && (kind == SERIAL || kind == PARALLEL || kind == LEAVE))
		st->parallel = kind == PARALLEL;
	if (kind == LOGIN && good)
		adit_audit(m->ch, "login", st->login);
	if ((kind == LOGIN || kind == LEAVE) && code < 400)
		st->logged_in = kind == LOGIN && good;
	return ADIT_PASS;
}

/* A reply that ends a command.  During a transfer some servers answer what came
 * behind it; its own end has other codes.  An ABOR has one reply or two. */
static enum adit_verdict on_final(struct adit_msg *m, unsigned code)
{
	struct state *st = adit_state(m->ch);
	bool ends = st->transfer && (!st->pending || code >= 300 || code == 226 ||
				     code == 250);
	uint8_t *of = ends ? &st->transfer : &st->pending, kind = *of;

	if (!ends && kind != ABORT && (code == 225 || code == 226))
		return ADIT_PASS;
	st->greeted = true;
	*of = NONE;
	if (ends && st->pending == ABORT)
		st->pending = NONE;
	adit_wake(m->ch, ADIT_TO_SERVER);
	if (kind & NOTED)
		write_down(m->ch, st->moving, st->command, st->file, code);
	return judge(m, kind % NOTED, code);
}

/* An extension that is refused. */
static bool is_hidden(const struct adit_msg *m)
{
	const struct conf *conf = adit_conf(m->ch);
	const char *text = (const char *)m->data;
	char word[12];

	text += strspn(text, " ");
	snprintf(word, sizeof word, "%.*s", (int)strcspn(text, " \r\n"), text);
	for (size_t i = 0; conf->auth_tls == REFUSE && i < ROWS; i++)
		if (adit_listed(table[i].verbs, word))
			return table[i].kind == REFUSED || table[i].kind == SECURE;
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
		hidden |= st->multi == 211 && st->pending == FEATURES &&
			  is_hidden(m);
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

#define OPT(type, name, preset, help) \
	ADIT_OPT(#name, type, struct conf, name, preset, help)
static const struct adit_option options[] = {
	OPT(ADIT_CHOICE, auth_tls, "refuse|opaque", "AUTH TLS: inside of ours, or unseen"),
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
	.state_version = 2,
	.state_size = sizeof(struct state), .conf_size = sizeof(struct conf),
	.options = options, .counters = counters, .max_message = REPLY_MAX,
	.frame = { cut_command, adit_frame_line },
	.message = message
);
