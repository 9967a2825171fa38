/* SPDX-License-Identifier: BSD-2-Clause */
/* ftp.c - FTP (RFC 959, 2428): data connections follow their control connection.
 *
 * One command at a time is with the server, besides a transfer; the others wait
 * here, next to it.  So no reply can be taken for another's, and an application
 * that does not wait for replies loses nothing.  Nothing waits for good: behind a
 * server that is silent commands follow as without us. */
#include "ftp.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { REPLY_MAX = 16384, LOWEST_PORT = 1024, TLS_HANDSHAKE = 0x16,
       PARALLEL_USES = 64, NOTES = 4 };
/* A command is held for one to two of these without a word from the server. */
enum { SILENCE_MS = 10000, SILENCES = 2 };
enum { REST_NONE, REST_PASS, REST_DROP };

struct state {
	struct owed owed;               /* .note: one of `note`, from 1 */
	uint32_t data;                  /* the newest expectation */
	uint16_t multi;                 /* code of a reply of several lines */
	uint8_t silent;                 /* so often SILENCE_MS */
	uint8_t rest;                   /* of a line that is too long */
	bool asked;                     /* for an address, and got none yet */
	bool extended, sent_epsv;       /* the application's EPSV, and the server's */
	bool greeted, spoken, logged_in;
	bool parallel;                  /* GridFTP's MODE E */
	char login[64];
	struct note {                   /* for the audit; no command: unused */
		char command[12], file[240];
		uint32_t data;          /* the expectation of a transfer */
	} note[NOTES];
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

/* A line of its own in the audit. */
static void write_down(struct adit_channel *ch, const struct note *note,
		       const char *result)
{
	const struct state *st = adit_state(ch);

	adit_event(ch, note->data, (const char *const[]){ "login", st->login,
		   "command", note->command, "file", note->file,
		   "result", result, NULL });
}

static struct note note_of(const struct line *l)
{
	struct note note = { 0 };

	memcpy(note.command, l->verb, sizeof note.command);
	snprintf(note.file, sizeof note.file, "%s", l->arg);
	return note;
}

/* ---- waiting for the server --------------------------------------------------------- */

static void watch(struct adit_channel *ch)
{
	const struct state *st = adit_state(ch);

	adit_timer(ch, !st->greeted || owed_any(&st->owed) ? SILENCE_MS : 0);
}

/* The message was held all the time that the server said nothing. */
static bool is_overdue(const struct adit_msg *m)
{
	const struct state *st = adit_state(m->ch);

	return st->silent >= SILENCES && m->pass >= SILENCES;
}

static void on_timer(struct adit_channel *ch)
{
	struct state *st = adit_state(ch);

	if (st->silent < SILENCES)
		st->silent++;
	if (st->silent == SILENCES && st->multi) {
		adit_log(ch, ADIT_WARN, "the server has not ended its reply %u; the "
			 "next line is taken for another reply", st->multi);
		st->multi = 0;
	}
	adit_wake(ch, ADIT_TO_SERVER);
	watch(ch);
}

static enum adit_verdict on_open(struct adit_channel *ch)
{
	watch(ch);
	return ADIT_PASS;
}

/* It goes to the server although replies are missing. */
static void give_up(const struct line *l)
{
	struct state *st = l->st;

	adit_log(l->m->ch, ADIT_WARN, "%s goes to the server, which has not answered "
		 "the command before for %u seconds", l->verb,
		 SILENCES * SILENCE_MS / 1000);
	owed_give_up(&st->owed, l->kind);
	for (unsigned i = 0; i < st->owed.n; i++)
		if (st->owed.of[i].late && st->owed.of[i].note) {
			struct note *note = &st->note[st->owed.of[i].note - 1];

			write_down(l->m->ch, note, "no reply");
			*note->command = 0;
			st->owed.of[i].note = 0;
		}
}

/* In the place of the server's reply, so behind those that it owes. */
static enum adit_verdict refuse(const struct line *l, const char *reply)
{
	if (owed_any(&l->st->owed) && !is_overdue(l->m))
		return ADIT_HOLD;
	adit_count(l->m->ch, COUNT_REFUSED, 1);
	adit_injectf(l->m->ch, ADIT_TO_CLIENT, "%s\r\n", reply);
	return ADIT_DROP;
}

/* The same for what no honest client says. */
static enum adit_verdict attack(const struct line *l, const char *reply)
{
	if (owed_any(&l->st->owed) && !is_overdue(l->m))
		return ADIT_HOLD;
	adit_log(l->m->ch, ADIT_WARN, "refused: %s: %s", reply, l->text);
	if (*reply != '5')
		return ADIT_CLOSE;
	adit_count(l->m->ch, COUNT_ATTACKS, 1);
	return refuse(l, reply);
}

static enum adit_verdict forward_noted(struct line *l, unsigned note)
{
	if (owed_blocks(&l->st->owed, l->kind))
		give_up(l);
	owed_add(&l->st->owed, l->kind, note);
	watch(l->m->ch);
	return adit_rewritef(l->m, "%s\r\n", l->text);
}

static enum adit_verdict forward(struct line *l)
{
	return forward_noted(l, 0);
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
		l->kind = ONLY;
		return forward(l);
	}
	if (extended && *l->arg && strcmp(l->arg, v6 ? "2" : "1"))
		return refuse(l, use[v6]);
	l->st->extended = extended;
	/* PASV over IPv6 is for the server to refuse. */
	l->st->sent_epsv = extended ||
			   (!v6 && adit_server(l->m->ch)->family == AF_INET6);
	snprintf(l->text, sizeof l->text, l->st->sent_epsv ? "EPSV" : "PASV");
	l->st->asked = true;
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
	struct state *st = l->st;
	unsigned i = 0;

	while (i < NOTES && *st->note[i].command)
		i++;
	if (i == NOTES && !is_overdue(l->m))
		return ADIT_HOLD;
	if (i == NOTES) {
		give_up(l);
		i = 0;
	}
	st->note[i] = note_of(l);
	st->note[i].data = l->kind == TRANSFER ? st->data : 0;
	return forward_noted(l, i + 1);
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
	{ CHANGE, on_file, { "DELE", "RNTO", "RMD", "XRMD", "SITE" } },
	{ OTHER, on_file, { "RNFR", "MKD", "XMKD", "MFMT", "MFF" } },
	{ CHANGE, forward, { "CWD", "XCWD", "CDUP", "XCUP", "MLST" } },
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

/* No blanks around the argument: it is no name. */
static void trim(struct line *l)
{
	char *end = l->text + strlen(l->text);

	l->arg += strspn(l->arg, " ");
	while (end > l->arg && end[-1] == ' ')
		*--end = 0;
}

static enum adit_verdict forbid(const struct line *l, bool noted)
{
	enum adit_verdict v = refuse(l, "550 Not permitted here.");
	struct note note = note_of(l);

	if (noted && v == ADIT_DROP)
		write_down(l->m->ch, &note, "refused");
	return v;
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
	if (!is_permitted(l))
		return forbid(l, how == on_file);
	if (owed_blocks(&l->st->owed, l->kind) && !is_overdue(l->m))
		return ADIT_HOLD;
	if (!strcmp(l->verb, "USER"))
		snprintf(l->st->login, sizeof l->st->login, "%s", l->arg);
	if (l->kind != PASSIVE && l->kind != ACTIVE)
		return how(l);
	if (!l->st->logged_in)
		return refuse(l, "530 Log in first.");
	trim(l);
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
	if (!l.st->greeted && !is_overdue(m))
		return ADIT_HOLD;
	l.st->spoken = true;
	if (ftp_clean(m, l.text) && split(&l))
		return run(&l);
	/* Who begins like this does not mean FTP at all. */
	return attack(&l, first ? "not FTP" : "500 Not understood.");
}

/* ---- replies (RFC 959, section 4.2) ------------------------------------------------ */

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

	if (kind == ONLY && ftp_is_address(code))
		return adit_rewritef(m, "200 Only EPSV from now on.\r\n");
	if (ftp_is_address(code)) {
		good = st->asked;
		st->asked = false;
		return good ? on_address(m, code) : ADIT_CLOSE;
	}
	if (kind == PASSIVE && code >= 500 && code != 530 && st->extended &&
	    st->sent_epsv && adit_server(m->ch)->family == AF_INET) {
		/* It knows no EPSV; the application may know nothing else. */
		owed_add(&st->owed, PASSIVE, 0);
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

/* A reply that ends a command. */
static enum adit_verdict on_final(struct adit_msg *m, unsigned code)
{
	struct state *st = adit_state(m->ch);
	int i = st->greeted ? owed_find(&st->owed, code) : -1;
	struct owed_reply of = { 0 };
	enum adit_verdict v;
	char result[12];

	if (i >= 0)
		of = owed_take(&st->owed, (unsigned)i);
	st->greeted = true;
	adit_wake(m->ch, ADIT_TO_SERVER);
	if (of.note) {
		struct note *note = &st->note[of.note - 1];

		snprintf(result, sizeof result, "%u", code);
		write_down(m->ch, note, result);
		*note->command = 0;
	}
	v = judge(m, of.kind, code);
	watch(m->ch);
	return v;
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

/* The code in front of a line and what stands behind it; 0: no code. */
static unsigned code_of(const struct adit_msg *m, char *next)
{
	const uint8_t *p = m->data + ftp_telnet(m->data, m->len);

	if (!isdigit(p[0]) || !isdigit(p[1]) || !isdigit(p[2]))
		return 0;
	*next = (char)p[3];
	return (p[0] - '0') * 100u + (p[1] - '0') * 10u + (p[2] - '0');
}

static enum adit_verdict on_line(struct adit_msg *m)
{
	struct state *st = adit_state(m->ch);
	char next = 0;
	unsigned code = code_of(m, &next);
	bool in = st->multi, hidden = ftp_is_address(in ? st->multi : code);

	if (in && (code != st->multi || !isspace((unsigned char)next))) {
		hidden |= st->multi == 211 && owed_has(&st->owed, FEATURES) &&
			  is_hidden(m);
		return hidden ? ADIT_DROP : ADIT_PASS;
	}
	st->multi = !in && next == '-' ? (uint16_t)code : 0;
	if (st->multi || code < 200 || m->flags & ADIT_PARTIAL) {
		owed_begin(&st->owed, code);
		adit_wake(m->ch, ADIT_TO_SERVER);
		return hidden ? ADIT_DROP : ADIT_PASS;
	}
	return on_final(m, code);
}

/* A line may be longer than what we want to keep: then what is behind shares the
 * fate of its beginning, and that of an address never passes. */
static enum adit_verdict on_reply(struct adit_msg *m)
{
	struct state *st = adit_state(m->ch);
	enum adit_verdict v = st->rest == REST_DROP ? ADIT_DROP : ADIT_PASS;
	char next;

	st->silent = 0;
	if (!st->rest)
		v = on_line(m);
	if (m->data[m->len - 1] == '\n')
		st->rest = REST_NONE;
	else if (!st->rest)
		st->rest = v == ADIT_DROP || ftp_is_address(code_of(m, &next))
			   ? REST_DROP : REST_PASS;
	return v;
}

/* ---- the plugin ------------------------------------------------------------------- */

static int64_t cut_command(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	/* No command begins like this; TLS has no lines. */
	return *p == TLS_HANDSHAKE ? ADIT_MSG(1) : adit_frame_line(ch, p, n);
}

static int64_t cut_reply(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	int64_t len = adit_frame_line(ch, p, n);

	return len == ADIT_MORE && n == REPLY_MAX ? ADIT_MSG(n) : len;
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
	.frame = { cut_command, cut_reply },
	.message = message, .open = on_open, .timer = on_timer
);
