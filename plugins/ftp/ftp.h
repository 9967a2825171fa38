/* SPDX-License-Identifier: BSD-2-Clause */
/* ftp.h - lines and addresses, as FTP writes them: text.c. */
#ifndef ADIT_FTP_H
#define ADIT_FTP_H
#include <adit/plugin.h>

enum { COMMAND_MAX = 4096, SIX_MAX = 80 };

/* A command as it should have been sent: without its end, telnet commands
 * (RFC 959, 4.1.1) and blanks in front.  False: a byte in it has no place in a
 * line, or it is too long. */
bool ftp_clean(const struct adit_msg *m, char to[COMMAND_MAX + 1]);
/* The arguments of PORT (RFC 959, 5.3.2) and EPRT (RFC 2428, 2); the texts of 227
 * and 229, of which the latter has a port alone.  False: malformed. */
bool ftp_parse_port(const char *arg, struct adit_addr *at);
bool ftp_parse_eprt(const char *arg, struct adit_addr *at);
bool ftp_parse_227(const char *text, struct adit_addr *at);
bool ftp_parse_229(const char *text, struct adit_addr *at);
/* An address as six numbers.  IPv6 is not one: four zeros, for which clients take
 * the host of the control connection. */
const char *ftp_six(const struct adit_addr *at, char to[SIX_MAX]);
#endif
