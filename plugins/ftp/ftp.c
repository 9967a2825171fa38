/* SPDX-License-Identifier: BSD-2-Clause */
/* ftp.c - the plugin for FTP (RFC 959, 2428): reads the control connection, and
 * announces the data connections.
 *
 * The server gets one command at a time, besides a running transfer; further
 * commands wait in the gateway until its reply has come.  So each reply is
 * known to belong to its command, also if the application sends commands
 * without waiting for replies.  If the server is silent for long, commands are
 * forwarded without its reply. */
#include "inside.h"

enum { REPLY_MAX = 16384 };

void ftp_write_down(struct adit_channel *ch, const struct note *note,
		    const char *result)
{
	const struct ftp_state *st = adit_state(ch);

	adit_event(ch, note->data,
		   (const char *const[]){ "login", st->login, "command",
					  note->command, "file", note->file,
					  "result", result, NULL });
}

void ftp_watch(struct adit_channel *ch)
{
	const struct ftp_state *st = adit_state(ch);

	adit_timer(ch, !st->greeted || owed_any(&st->owed) ? SILENCE_MS : 0);
}

bool ftp_is_overdue(const struct adit_msg *m)
{
	const struct ftp_state *st = adit_state(m->ch);

	return st->silent >= SILENCES && m->pass >= SILENCES;
}

static void ftp_timer(struct adit_channel *ch)
{
	struct ftp_state *st = adit_state(ch);

	if (st->silent < SILENCES)
		st->silent++;
	if (st->silent == SILENCES && st->multi) {
		adit_log(ch, ADIT_WARN,
			 "the server has not ended its reply %u of several "
			 "lines; the next line is taken for another reply",
			 st->multi);
		st->multi = 0;
	}
	adit_wake(ch, ADIT_TO_SERVER);
	ftp_watch(ch);
}

static enum adit_verdict ftp_open(struct adit_channel *ch)
{
	ftp_watch(ch);
	return ADIT_PASS;
}

static int64_t cut_command(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	/* No command begins with this byte, and TLS has no lines. */
	return *p == TLS_HANDSHAKE ? ADIT_MSG(1) : adit_frame_line(ch, p, n);
}

static int64_t cut_reply(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	int64_t len = adit_frame_line(ch, p, n);

	return len == ADIT_MORE && n == REPLY_MAX ? ADIT_MSG(n) : len;
}

static enum adit_verdict ftp_message(struct adit_msg *m)
{
	return m->dir == ADIT_TO_CLIENT ? ftp_reply(m) : ftp_command(m);
}

static bool ftp_sound(struct adit_channel *ch)
{
	const struct ftp_state *st = adit_state(ch);
	const uint8_t *bytes = adit_state(ch);

	if (!owed_is_sound(&st->owed, NOTES) || st->login[sizeof st->login - 1])
		return false;
	for (size_t i = offsetof(struct ftp_state, lost);
	     i <= offsetof(struct ftp_state, no_telnet); i++)
		if (bytes[i] > 1)
			return false;
	for (unsigned i = 0; i < NOTES; i++) {
		const struct note *n = &st->note[i];

		if (n->command[sizeof n->command - 1] ||
		    n->file[sizeof n->file - 1])
			return false;
	}
	return true;
}

#define OPT(type, name, preset, help)                                          \
	ADIT_OPT(#name, type, struct ftp_conf, name, preset, help)
static const char *const counters[] = { "data", "refused", "attacks", NULL };
static const struct adit_option options[] = {
	OPT(ADIT_CHOICE, auth_tls, "refuse|opaque",
	    "refuse AUTH TLS, or pass the channel unseen after it"),
	OPT(ADIT_PORTS, passive_ports, "1024-65535",
	    "ports that the server may announce"),
	OPT(ADIT_BOOL, active, "yes",
	    "PORT, EPRT: servers connect to applications"),
	OPT(ADIT_BOOL, read_only, "no", "only commands that change nothing"),
	OPT(ADIT_LIST, allow_commands, NULL, "only these commands, and QUIT"),
	OPT(ADIT_LIST, deny_commands, NULL, "not these commands"),
	OPT(ADIT_LIST, redirect_allow, NULL,
	    "hosts that a 227 may name, and that may connect"),
	{ 0 }
};

ADIT_PLUGIN(.name = "ftp", .version = "1",
	    .summary = "FTP: passive and active data connections",
	    .can = ADIT_CAN_REWRITE | ADIT_CAN_INJECT | ADIT_CAN_FORWARD |
		   ADIT_CAN_REVERSE,
	    .state_version = 3, .state_size = sizeof(struct ftp_state),
	    .conf_size = sizeof(struct ftp_conf), .options = options,
	    .counters = counters, .max_message = REPLY_MAX,
	    .frame = { cut_command, cut_reply }, .message = ftp_message,
	    .open = ftp_open, .timer = ftp_timer, .sound = ftp_sound);
