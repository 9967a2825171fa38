/* SPDX-License-Identifier: BSD-2-Clause */
/* ftp.h - what FTP's lines, addresses and replies mean: text.c, owed.c. */
#ifndef ADIT_FTP_H
#define ADIT_FTP_H
#include <adit/plugin.h>

enum { COMMAND_MAX = 4096, SIX_MAX = 80, OWED_MAX = 64 };

/* What a command is to us.  ONLY: EPSV ALL.  CHANGE: it is answered by a 250.
 * PARALLEL, SERIAL: MODE E, and others. */
enum kind {
	NONE,
	OTHER,
	CHANGE,
	LOGIN,
	FEATURES,
	TRANSFER,
	ABORT,
	PASSIVE,
	ONLY,
	ACTIVE,
	SECURE,
	LEAVE,
	REFUSED,
	HTTP,
	SERIAL,
	PARALLEL
};

/* A command as it should have been sent: without its end, and before its
 * argument without telnet commands (RFC 959, 4.1.1) and blanks in front.
 * False: a byte in it has no place in a line, or it is too long. */
bool ftp_clean(const struct adit_msg *m, char to[COMMAND_MAX + 1]);
/* How many bytes in front of a line are telnet commands. */
size_t ftp_telnet(const uint8_t *p, size_t n);
/* The arguments of PORT (RFC 959, 5.3.2) and EPRT (RFC 2428, 2); the texts of
 * 227 and 229, of which the latter has a port alone.  False: malformed. */
bool ftp_parse_port(const char *arg, struct adit_addr *at);
bool ftp_parse_eprt(const char *arg, struct adit_addr *at);
bool ftp_parse_227(const char *text, struct adit_addr *at);
bool ftp_parse_229(const char *text, struct adit_addr *at);
/* An address as six numbers.  IPv6 is not one: four zeros, for which clients
 * take the host of the control connection. */
const char *ftp_six(const struct adit_addr *at, char to[SIX_MAX]);

/* A reply that names an address, and must not pass as it is. */
static inline bool ftp_is_address(unsigned code)
{
	return code >= 227 && code <= 229;
}

/* The replies that the server owes, in the order of the commands. */
struct owed {
	uint8_t n;
	struct owed_reply {
		uint8_t kind, note; /* enum kind; what the owner likes */
		uint32_t data;      /* a transfer: the announcement for it */
		bool begun;         /* a transfer: 125 or 150 has come */
		bool late; /* nobody waits for it, if it comes at all */
	} of[OWED_MAX];
};
/* Came from another process: everything in it is what it may be. */
bool owed_is_sound(const struct owed *o, unsigned notes);
bool owed_has(const struct owed *o, enum kind kind);
bool owed_any(const struct owed *o);
/* Whether a command has to wait for a reply: one at a time is with the server,
 * besides a transfer; during that those pass whose reply means nothing to
 * us. */
bool owed_blocks(const struct owed *o, enum kind kind);
void owed_add(struct owed *o, enum kind kind, unsigned note);
void owed_begin(struct owed *o, unsigned code); /* 1xx */
/* The command that a reply with this code ends, or -1. */
int owed_find(const struct owed *o, unsigned code);
struct owed_reply owed_take(struct owed *o, unsigned i);
/* A command of this kind no longer waits for those before it. */
void owed_give_up(struct owed *o, enum kind kind);
#endif
