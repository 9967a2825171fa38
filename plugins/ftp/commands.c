/* SPDX-License-Identifier: BSD-2-Clause */
/* commands.c - reads the commands of an application, and decides what the
 * server gets. */
#include "inside.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { LOWEST_PORT = 1024 };

/* A command, while it is handled. */
struct command_line {
	struct adit_msg *m;
	struct ftp_state *st;
	const struct ftp_conf *conf;
	enum kind kind;
	char verb[12], text[COMMAND_MAX + 1];
	const char *arg; /* "" if there is none */
	size_t urgent;   /* of the message */
};

static struct note note_of(const struct command_line *l)
{
	struct note note = { 0 };

	memcpy(note.command, l->verb, sizeof note.command);
	snprintf(note.file, sizeof note.file, "%s", l->arg);
	return note;
}

/* Gives up the replies that are owed, so that the command can be forwarded. */
static void command_give_up(const struct command_line *l)
{
	struct ftp_state *st = l->st;

	adit_log(l->m->ch, ADIT_WARN,
		 "the server has not answered the command before for %u "
		 "seconds; %s is forwarded without waiting",
		 SILENCES * SILENCE_MS / 1000, l->verb);
	owed_give_up(&st->owed, l->kind);
	for (unsigned i = 0; i < st->owed.n; i++)
		if (st->owed.of[i].late && st->owed.of[i].note) {
			struct note *note = &st->note[st->owed.of[i].note - 1];

			ftp_write_down(l->m->ch, note, "no reply");
			*note->command = 0;
			st->owed.of[i].note = 0;
		}
}

/* Sends a reply of the plugin's own.  It waits until the server has sent the
 * replies that it owes, which come first. */
static enum adit_verdict command_refuse(const struct command_line *l,
					const char *reply)
{
	if (owed_any(&l->st->owed) && !ftp_is_overdue(l->m))
		return ADIT_HOLD;
	adit_count(l->m->ch, COUNT_REFUSED, 1);
	adit_injectf(l->m->ch, ADIT_TO_CLIENT, "%s\r\n", reply);
	return ADIT_DROP;
}

/* Refuses a command that no honest client sends. */
static enum adit_verdict attack(const struct command_line *l, const char *reply)
{
	if (owed_any(&l->st->owed) && !ftp_is_overdue(l->m))
		return ADIT_HOLD;
	adit_log(l->m->ch, ADIT_WARN, "refused: %s: %s", reply, l->text);
	if (*reply != '5')
		return ADIT_CLOSE;
	adit_count(l->m->ch, COUNT_ATTACKS, 1);
	return command_refuse(l, reply);
}

static enum adit_verdict forward_noted(struct command_line *l, unsigned note)
{
	if (owed_blocks(&l->st->owed, l->kind))
		command_give_up(l);
	owed_add(&l->st->owed, l->kind, note);
	l->st->owed.of[l->st->owed.n - 1].data = l->st->data;
	ftp_watch(l->m->ch);
	return adit_rewritef(l->m, "%s\r\n", l->text);
}

static enum adit_verdict command_forward(struct command_line *l)
{
	return forward_noted(l, 0);
}

/* A server that is busy writing data notices an ABOR by its TCP urgent byte
 * only.  So if the application has sent ABOR behind the telnet commands IP and
 * DM with an urgent byte, the server gets these, too (RFC 959, 4.1.3). */
static enum adit_verdict on_abort(struct command_line *l)
{
	size_t before = ftp_telnet(l->m->data, l->m->len), n;
	enum adit_verdict v = command_forward(l);
	char text[2 * COMMAND_MAX];

	adit_wake(l->m->ch, ADIT_TO_CLIENT);
	if (!l->urgent || l->urgent > before || l->st->no_telnet)
		return v;
	memcpy(text, l->m->data, before);
	n = (size_t)snprintf(text + before, sizeof text - before, "%s\r\n",
			     l->text);
	v = adit_rewrite(l->m, text, before + n);
	l->m->urgent = l->urgent;
	return v;
}

static const char *const use[] = {
	"522 Network protocol not supported, use (1)",
	"522 Network protocol not supported, use (2)"
};

static enum adit_verdict on_passive(struct command_line *l)
{
	bool extended = *l->verb == 'E';
	bool v6 = adit_shown(l->m->ch)->family == AF_INET6;

	if (extended && !strcasecmp(l->arg, "ALL")) {
		l->kind = ONLY;
		return command_forward(l);
	}
	if (extended && *l->arg && strcmp(l->arg, v6 ? "2" : "1"))
		return command_refuse(l, use[v6]);
	l->st->extended = extended;
	/* A server may refuse PASV over IPv6 itself. */
	l->st->sent_epsv = extended ||
			   (!v6 && adit_server(l->m->ch)->family == AF_INET6);
	snprintf(l->text, sizeof l->text, l->st->sent_epsv ? "EPSV" : "PASV");
	l->st->asked = true;
	return command_forward(l);
}

static const char not_own[] = "500 Only a high port of your own address.";

/* The server is told to connect to the gateway instead.  The agent knows which
 * addresses belong to the application's machine. */
static enum adit_verdict on_active(struct command_line *l)
{
	const struct adit_addr *app = adit_app(l->m->ch);
	bool extended = *l->verb == 'E', v6 = app->family == AF_INET6;
	struct adit_addr at, show;
	struct adit_expect want = { .size = sizeof want,
				    .targets = &at,
				    .ntargets = 1,
				    .flags = ADIT_REVERSE | ADIT_UNARMED,
				    .uses = ftp_uses(l->st) };
	char six[SIX_MAX];

	if (!l->conf->active)
		return command_refuse(l,
				      "500 Active mode is not available here.");
	if (!(extended ? ftp_parse_eprt : ftp_parse_port)(l->arg, &at))
		return attack(l, "501 Malformed address.");
	if (at.family != app->family)
		return command_refuse(l, use[v6]);
	if (at.port < LOWEST_PORT)
		return attack(l, not_own);
	adit_cancel(l->m->ch, l->st->data);
	switch (adit_expect(l->m, &want, &show, &l->st->data)) {
	case ADIT_WAIT:
		return ADIT_HOLD;
	case ADIT_OK:
		break;
	default:
		return adit_addr_same_host(&at, app) ?
			       command_refuse(
				       l, "500 Active mode is not available.") :
			       attack(l, not_own);
	}
	v6 = show.family == AF_INET6;
	if (v6 || extended)
		snprintf(l->text, sizeof l->text, "EPRT |%d|%s|%u|", v6 ? 2 : 1,
			 show.host, (unsigned)show.port);
	else
		snprintf(l->text, sizeof l->text, "PORT %s",
			 ftp_six(&show, six));
	return command_forward(l);
}

static enum adit_verdict on_mode(struct command_line *l)
{
	if (toupper((unsigned char)*l->arg) == 'E')
		l->kind = PARALLEL;
	return command_forward(l);
}

static enum adit_verdict on_file(struct command_line *l)
{
	struct ftp_state *st = l->st;
	unsigned i = 0;

	while (i < NOTES && *st->note[i].command)
		i++;
	if (i == NOTES && !ftp_is_overdue(l->m))
		return ADIT_HOLD;
	if (i == NOTES) {
		command_give_up(l);
		i = 0;
	}
	st->note[i] = note_of(l);
	st->note[i].data = l->kind == TRANSFER ? st->data : 0;
	return forward_noted(l, i + 1);
}

static const struct row {
	enum kind kind;
	enum adit_verdict (*run)(struct command_line *);
	const char *const verbs[16];
} table[] = {
	{ PASSIVE, on_passive, { "PASV", "EPSV" } },
	{ ACTIVE, on_active, { "PORT", "EPRT" } },
	{ SECURE, command_forward, { "AUTH" } },
	{ LOGIN, command_forward, { "USER", "PASS", "ACCT" } },
	{ TRANSFER,
	  on_file,
	  { "RETR", "STOR", "STOU", "APPE", "ERET", "ESTO" } },
	{ TRANSFER, command_forward, { "LIST", "NLST", "MLSD" } },
	{ CHANGE, on_file, { "DELE", "RNTO", "RMD", "XRMD", "SITE" } },
	{ OTHER, on_file, { "RNFR", "MKD", "XMKD", "MFMT", "MFF" } },
	{ CHANGE, command_forward, { "CWD", "XCWD", "CDUP", "XCUP", "MLST" } },
	{ SERIAL, on_mode, { "MODE" } },
	{ FEATURES, command_forward, { "FEAT" } },
	{ ABORT, on_abort, { "ABOR" } },
	{ LEAVE, command_forward, { "REIN", "QUIT" } },
	{ REFUSED,
	  NULL,
	  { "ADAT", "PBSZ", "PROT", "CCC", "MIC", "CONF", "ENC", "LPRT", "LPSV",
	    "SPSV", "CPSV", "SSCN", "ESTA", "SPAS", "SPOR" } },
	/* A web page can make a browser send a form to an FTP port. */
	{ HTTP,
	  NULL,
	  { "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "CONNECT",
	    "PATCH", "TRACE" } },
};

/* The commands that read_only allows; an unknown one might write. */
static const char *const reading[] = {
	"USER", "PASS", "ACCT", "REIN",  "QUIT",    "HOST", "CLNT", "LANG",
	"OPTS", "FEAT", "HELP", "SYST",  "STAT",    "NOOP", "CWD",  "XCWD",
	"CDUP", "XCUP", "PWD",  "XPWD",  "TYPE",    "MODE", "STRU", "PASV",
	"EPSV", "PORT", "EPRT", "PRET",  "REST",    "RETR", "ABOR", "LIST",
	"NLST", "MLSD", "MLST", "SIZE",  "MDTM",    "AUTH", "AVBL", "RANG",
	"HASH", "XCRC", "XMD5", "XSHA1", "XSHA256", NULL
};

static bool is_permitted(const struct command_line *l)
{
	const struct ftp_conf *c = l->conf;

	if (adit_listed(c->deny_commands, l->verb) ||
	    (c->allow_commands && *c->allow_commands &&
	     !adit_listed(c->allow_commands, l->verb) &&
	     strcmp(l->verb, "QUIT")))
		return false;
	/* On some servers MDTM with a time in front of the name sets the time
	 * of the file. */
	return !c->read_only || (adit_listed(reading, l->verb) &&
				 (strcmp(l->verb, "MDTM") ||
				  l->arg[strspn(l->arg, "0123456789")] != ' '));
}

/* Removes blanks around an argument that is not the name of a file. */
static void trim(struct command_line *l)
{
	char *end = l->text + strlen(l->text);

	l->arg += strspn(l->arg, " ");
	while (end > l->arg && end[-1] == ' ')
		*--end = 0;
}

static enum adit_verdict forbid(const struct command_line *l, bool noted)
{
	enum adit_verdict v = command_refuse(l, "550 Not permitted here.");
	struct note note = note_of(l);

	if (noted && v == ADIT_DROP)
		ftp_write_down(l->m->ch, &note, "refused");
	return v;
}

/* The row of the table with this verb, or NULL. */
static const struct row *command_row(const char *verb)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (adit_listed(table[i].verbs, verb))
			return &table[i];
	return NULL;
}

bool ftp_is_refused(const struct ftp_conf *conf, const char *verb)
{
	const struct row *row = command_row(verb);

	return row && (row->kind == REFUSED ||
		       (row->kind == SECURE && conf->auth_tls == REFUSE));
}

static enum adit_verdict command_run(struct command_line *l)
{
	const struct row *row = command_row(l->verb);
	enum adit_verdict (*how)(struct command_line *) = row ? row->run :
								command_forward;

	l->kind = row ? row->kind : OTHER;
	if (l->kind == HTTP)
		return attack(l, "HTTP in the place of FTP");
	if (ftp_is_refused(l->conf, l->verb))
		return command_refuse(l, "502 Not available on this path.");
	if (!is_permitted(l))
		return forbid(l, how == on_file);
	if (owed_blocks(&l->st->owed, l->kind) && !ftp_is_overdue(l->m))
		return ADIT_HOLD;
	if (!strcmp(l->verb, "USER"))
		snprintf(l->st->login, sizeof l->st->login, "%s", l->arg);
	if (l->kind != PASSIVE && l->kind != ACTIVE)
		return how(l);
	if (!l->st->logged_in)
		return command_refuse(l, "530 Log in first.");
	trim(l);
	return how(l);
}

/* Splits a command into verb and argument; false: it is not a command. */
static bool split(struct command_line *l)
{
	size_t n;

	for (n = 0;
	     n + 1 < sizeof l->verb && isalnum((unsigned char)l->text[n]); n++)
		l->verb[n] = (char)toupper((unsigned char)l->text[n]);
	l->arg = l->text + n + (l->text[n] == ' ');
	return n && (!l->text[n] || l->text[n] == ' ');
}

enum adit_verdict ftp_command(struct adit_msg *m)
{
	struct command_line l = { .m = m,
				  .st = adit_state(m->ch),
				  .conf = adit_conf(m->ch),
				  .kind = OTHER,
				  .urgent = m->urgent };
	bool first = !l.st->spoken;

	m->urgent = 0;
	/* A command that was cut short must not be executed; after the server
	 * has ended, no command can be. */
	if (m->flags & (ADIT_PARTIAL | ADIT_ENDED))
		return ADIT_DROP;
	if (first && *m->data == TLS_HANDSHAKE && l.conf->auth_tls == OPAQUE)
		return ADIT_DETACH;
	if (!l.st->greeted && !ftp_is_overdue(m))
		return ADIT_HOLD;
	l.st->spoken = true;
	if (ftp_clean(m, l.text) && split(&l))
		return command_run(&l);
	/* A connection that begins like this is not FTP. */
	return attack(&l, first ? "not FTP" : "500 Not understood.");
}
