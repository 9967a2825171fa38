/* SPDX-License-Identifier: BSD-2-Clause */
/* inside.h - the state of a control connection, for ftp.c, commands.c and
 * replies.c. */
#ifndef ADIT_FTP_INSIDE_H
#define ADIT_FTP_INSIDE_H
#include "ftp.h"

enum { TLS_HANDSHAKE = 0x16, PARALLEL_USES = 64, NOTES = 4 };
/* A command is held until the server was silent for one to two SILENCE_MS. */
enum { SILENCE_MS = 10000, SILENCES = 2 };

struct ftp_state {
	struct owed owed; /* .note: place in `note`, counted from 1 */
	uint32_t data;    /* the newest expectation */
	uint16_t multi;   /* code of a reply of several lines; 0: none */
	uint8_t silent;   /* SILENCE_MS without a byte from the server */
	uint8_t rest;     /* what to do with the rest of a long line */
	bool lost;        /* the transfer of this reply reached nobody */
	bool asked;       /* a reply with an address is owed */
	bool extended;    /* the application sent EPSV and not PASV, */
	bool sent_epsv;   /* the server got EPSV and not PASV */
	bool greeted;     /* the server has sent its first reply, */
	bool spoken;      /* the application its first command */
	bool logged_in;
	bool parallel;  /* MODE E of GridFTP */
	bool no_telnet; /* no telnet commands in front of ABOR */
	char login[64];
	struct note { /* for an audit line; unused if command is "" */
		char command[12], file[240];
		uint32_t data; /* the expectation of a transfer */
	} note[NOTES];
};

struct ftp_conf {
	uint32_t auth_tls; /* REFUSE or OPAQUE */
	bool active, read_only;
	struct adit_ports passive_ports;
	const char *const *allow_commands, *const *deny_commands;
	const char *const *redirect_allow; /* used by the engine */
};

enum { REFUSE, OPAQUE }; /* auth_tls */
enum { COUNT_DATA, COUNT_REFUSED, COUNT_ATTACKS };

/* ---- ftp.c ---- */
/* Writes an audit line about a command. */
void ftp_write_down(struct adit_channel *ch, const struct note *note,
		    const char *result);
/* Starts the timer if the server owes a reply, else stops it. */
void ftp_watch(struct adit_channel *ch);
/* Whether a command was held so long, without a byte from the server, that it
 * should go on. */
bool ftp_is_overdue(const struct adit_msg *m);

/* How many data connections an expectation is for. */
static inline uint32_t ftp_uses(const struct ftp_state *st)
{
	return st->parallel ? PARALLEL_USES : 1;
}

/* ---- commands.c ---- */
enum adit_verdict ftp_command(struct adit_msg *m);
/* Whether commands with this verb are refused, whatever their argument. */
bool ftp_is_refused(const struct ftp_conf *conf, const char *verb);

/* ---- replies.c ---- */
enum adit_verdict ftp_reply(struct adit_msg *m);
#endif
