/* SPDX-License-Identifier: BSD-2-Clause */
/* replies.c - reads the replies of a server (RFC 959, section 4.2), announces
 * the addresses in them, and decides what the application gets. */
#include "inside.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { REST_NONE, REST_PASS, REST_DROP };
enum { ABORTED = 426 };

/* The host in a 227 is often wrong, if the server is behind an address
 * translation (NAT).  So it is used only if redirect_allow has it, and the
 * server's own host is tried behind it. */
static enum adit_verdict on_address(struct adit_msg *m, unsigned code)
{
	const struct ftp_conf *conf = adit_conf(m->ch);
	struct ftp_state *st = adit_state(m->ch);
	struct adit_addr at[2] = { *adit_server(m->ch), *adit_server(m->ch) },
			 show;
	struct adit_expect want = { .size = sizeof want, .uses = ftp_uses(st) };
	enum adit_result r = ADIT_DENIED;
	char text[SIX_MAX];
	bool own;

	adit_cancel(m->ch, st->data);
	if ((code == 229 ? ftp_parse_229 :
			   ftp_parse_227)((const char *)m->data + 4, &at[0]) &&
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
		return adit_rewritef(m,
				     "229 Entering Extended Passive Mode "
				     "(|||%u|)\r\n",
				     (unsigned)show.port);
	return adit_rewritef(m, "227 Entering Passive Mode (%s).\r\n",
			     ftp_six(&show, text));
}

static enum adit_verdict reply_judge(struct adit_msg *m, enum kind kind,
				     unsigned code)
{
	struct ftp_state *st = adit_state(m->ch);
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
		/* The server does not know EPSV.  The application may know
		 * nothing else, so PASV is sent in its place. */
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

/* Handles a reply that ends a command. */
static enum adit_verdict on_final(struct adit_msg *m, unsigned code)
{
	struct ftp_state *st = adit_state(m->ch);
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

		snprintf(result, sizeof result, "%u",
			 st->lost ? ABORTED : code);
		ftp_write_down(m->ch, note, result);
		*note->command = 0;
	}
	v = reply_judge(m, of.kind, code);
	ftp_watch(m->ch);
	if (!st->lost)
		return v;
	adit_log(m->ch, ADIT_WARN,
		 "the server reports success (%u), but its data connection did "
		 "not reach the application, which gets the reply %u",
		 code, ABORTED);
	return adit_rewritef(
		m,
		"%u The data connection did not reach you; transfer "
		"aborted.\r\n",
		ABORTED);
}

/* Whether a line of a FEAT reply names an extension that is refused. */
static bool is_hidden(const struct adit_msg *m)
{
	const struct ftp_conf *conf = adit_conf(m->ch);
	const char *text = (const char *)m->data;
	char word[12];

	text += strspn(text, " ");
	snprintf(word, sizeof word, "%.*s", (int)strcspn(text, " \r\n"), text);
	return conf->auth_tls == REFUSE && ftp_is_refused(conf, word);
}

/* Returns the code in front of a line, or 0, and puts the character behind it
 * into *next. */
static unsigned code_of(const struct adit_msg *m, char *next)
{
	const uint8_t *p = m->data + ftp_telnet(m->data, m->len);

	if (!isdigit(p[0]) || !isdigit(p[1]) || !isdigit(p[2]))
		return 0;
	*next = (char)p[3];
	return (p[0] - '0') * 100u + (p[1] - '0') * 10u + (p[2] - '0');
}

/* What became of the data connection, if this reply reports its success.  A
 * server that has sent everything and closed does not learn that nobody
 * received it.  Holding the reply is safe, because the agent's connect() ends
 * in any case. */
static enum adit_result data_of(const struct adit_msg *m, unsigned code)
{
	const struct ftp_state *st = adit_state(m->ch);
	int i = st->greeted && code / 100 == 2 ? owed_find(&st->owed, code) :
						 -1;
	const struct owed_reply *of = i < 0 ? NULL : &st->owed.of[i];

	/* After an ABOR the reply does not promise success. */
	if (!of || of->kind != TRANSFER || of->late ||
	    owed_has(&st->owed, ABORT))
		return ADIT_OK;
	return adit_outcome(m->ch, of->data);
}

static enum adit_verdict on_line(struct adit_msg *m)
{
	struct ftp_state *st = adit_state(m->ch);
	enum adit_result data;
	char next = 0;
	unsigned code = code_of(m, &next);
	bool in = st->multi, hidden = ftp_is_address(in ? st->multi : code);

	/* Pure-FTPd does not answer an ABOR behind telnet commands. */
	st->no_telnet |= !st->greeted &&
			 strstr((const char *)m->data, "Pure-FTPd");
	if (in && (code != st->multi || !isspace((unsigned char)next))) {
		hidden |= st->multi == 211 && owed_has(&st->owed, FEATURES) &&
			  is_hidden(m);
		return hidden || st->lost ? ADIT_DROP : ADIT_PASS;
	}
	data = in ? ADIT_OK : data_of(m, code);
	if (data == ADIT_WAIT)
		return ADIT_HOLD;
	st->lost = (in && st->lost) || data != ADIT_OK;
	st->multi = !in && next == '-' ? (uint16_t)code : 0;
	if (st->multi || code < 200 || m->flags & ADIT_PARTIAL) {
		owed_begin(&st->owed, code);
		adit_wake(m->ch, ADIT_TO_SERVER);
		return hidden || st->lost ? ADIT_DROP : ADIT_PASS;
	}
	return on_final(m, code);
}

/* A line may be longer than REPLY_MAX, and then comes in parts.  The further
 * parts are treated as the first one; those of a line with an address never
 * pass. */
enum adit_verdict ftp_reply(struct adit_msg *m)
{
	struct ftp_state *st = adit_state(m->ch);
	enum adit_verdict v = st->rest == REST_DROP ? ADIT_DROP : ADIT_PASS;
	char next;

	st->silent = 0;
	if (!st->rest)
		v = on_line(m);
	if (m->data[m->len - 1] == '\n')
		st->rest = REST_NONE;
	else if (!st->rest)
		st->rest = v == ADIT_DROP || st->lost ||
					   ftp_is_address(code_of(m, &next)) ?
				   REST_DROP :
				   REST_PASS;
	return v;
}
