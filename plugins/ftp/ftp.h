/* SPDX-License-Identifier: BSD-2-Clause */
/* ftp.h - reads FTP's lines and addresses (text.c), and knows which command a
 * reply belongs to (owed.c). */
#ifndef ADIT_FTP_H
#define ADIT_FTP_H
#include <adit/plugin.h>

enum { COMMAND_MAX = 4096, SIX_MAX = 80, OWED_MAX = 64 };

/* Kinds of commands that the plugin treats alike. */
enum kind {
	NONE,
	OTHER,
	CHANGE, /* a 250 answers it */
	LOGIN,
	FEATURES,
	TRANSFER,
	ABORT,
	PASSIVE,
	ONLY, /* EPSV ALL */
	ACTIVE,
	SECURE, /* AUTH */
	LEAVE,
	REFUSED,
	HTTP,
	SERIAL,  /* MODE with another argument than E */
	PARALLEL /* MODE E: several data connections for a transfer */
};

/* Copies a command without its line end, without blanks in front, and without
 * telnet commands (RFC 959, 4.1.1) in front of the argument.  False: it has a
 * byte that must not be in a line, or is too long. */
bool ftp_clean(const struct adit_msg *m, char to[COMMAND_MAX + 1]);
/* How many bytes in front of a line are telnet commands. */
size_t ftp_telnet(const uint8_t *p, size_t n);
/* Read the arguments of PORT (RFC 959, 5.3.2) and EPRT (RFC 2428, 2), and the
 * texts of the replies 227 and 229; a 229 has only a port.  False:
 * malformed. */
bool ftp_parse_port(const char *arg, struct adit_addr *at);
bool ftp_parse_eprt(const char *arg, struct adit_addr *at);
bool ftp_parse_227(const char *text, struct adit_addr *at);
bool ftp_parse_229(const char *text, struct adit_addr *at);
/* Writes an address as six numbers.  For IPv6 the first four are zeros, and
 * clients use the host of the control connection instead. */
const char *ftp_six(const struct adit_addr *at, char to[SIX_MAX]);

/* Whether a reply with this code names an address, and so must not pass as it
 * is. */
static inline bool ftp_is_address(unsigned code)
{
	return code >= 227 && code <= 229;
}

/* The replies that the server owes, in the order of the commands. */
struct owed {
	uint8_t n;
	struct owed_reply {
		uint8_t kind;  /* enum kind */
		uint8_t note;  /* a number of the caller's, up to `notes` */
		uint32_t data; /* of a transfer: its expectation */
		bool begun;    /* of a transfer: 125 or 150 has come */
		bool late;     /* was given up, but may still come */
	} of[OWED_MAX];
};
/* Whether values that have come from another process are valid. */
bool owed_is_sound(const struct owed *o, unsigned notes);
/* Whether a reply to a command of this kind, or to any, is owed, leaving out
 * those that are late. */
bool owed_has(const struct owed *o, enum kind kind);
bool owed_any(const struct owed *o);
/* Whether a command has to wait until a reply has come: the server gets one
 * command at a time, besides a transfer.  During a transfer commands pass whose
 * replies the plugin does not use. */
bool owed_blocks(const struct owed *o, enum kind kind);
/* A command has gone to the server. */
void owed_add(struct owed *o, enum kind kind, unsigned note);
/* A preliminary reply (1xx) has come. */
void owed_begin(struct owed *o, unsigned code);
/* The place of the command that a final reply with this code answers, or -1. */
int owed_find(const struct owed *o, unsigned code);
/* Removes it: the reply has come. */
struct owed_reply owed_take(struct owed *o, unsigned i);
/* Makes the replies late for which a command of this kind would wait. */
void owed_give_up(struct owed *o, enum kind kind);
#endif
