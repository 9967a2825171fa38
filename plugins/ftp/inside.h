/* SPDX-License-Identifier: BSD-2-Clause */
/* inside.h - what a control connection is made of: ftp.c, commands.c,
 * replies.c. */
#ifndef ADIT_FTP_INSIDE_H
#define ADIT_FTP_INSIDE_H
#include "ftp.h"

enum { TLS_HANDSHAKE = 0x16, PARALLEL_USES = 64, NOTES = 4 };
/* A command is held for one to two of these without a word from the server. */
enum { SILENCE_MS = 10000, SILENCES = 2 };

struct ftp_state {
	struct owed owed;         /* .note: one of `note`, from 1 */
	uint32_t data;            /* the newest expectation */
	uint16_t multi;           /* code of a reply of several lines */
	uint8_t silent;           /* so often SILENCE_MS */
	uint8_t rest;             /* of a line that is too long */
	bool lost;                /* the transfer whose last reply is read */
	bool asked;               /* for an address, and got none yet */
	bool extended, sent_epsv; /* the application's EPSV, and the server's */
	bool greeted, spoken, logged_in;
	bool parallel;  /* GridFTP's MODE E */
	bool no_telnet; /* the server takes none before a command */
	char login[64];
	struct note { /* for the audit; no command: unused */
		char command[12], file[240];
		uint32_t data; /* the expectation of a transfer */
	} note[NOTES];
};

struct ftp_conf {
	uint32_t auth_tls; /* enum */
	bool active, read_only;
	struct adit_ports passive_ports;
	const char *const *allow_commands, *const *deny_commands;
	const char *const *redirect_allow; /* the engine's */
};

enum { REFUSE, OPAQUE }; /* auth_tls */
enum { COUNT_DATA, COUNT_REFUSED, COUNT_ATTACKS };

/* ---- ftp.c ---- */
/* A line of its own in the audit. */
void ftp_write_down(struct adit_channel *ch, const struct note *note,
		    const char *result);
/* A clock runs while the server owes something. */
void ftp_watch(struct adit_channel *ch);
/* The message was held all the time that the server said nothing. */
bool ftp_is_overdue(const struct adit_msg *m);

/* Of an announcement, by as many data connections as a transfer may have. */
static inline uint32_t ftp_uses(const struct ftp_state *st)
{
	return st->parallel ? PARALLEL_USES : 1;
}

/* ---- commands.c ---- */
enum adit_verdict ftp_command(struct adit_msg *m);
/* Commands with this verb are refused, whatever their argument. */
bool ftp_is_refused(const struct ftp_conf *conf, const char *verb);

/* ---- replies.c ---- */
enum adit_verdict ftp_reply(struct adit_msg *m);
#endif
