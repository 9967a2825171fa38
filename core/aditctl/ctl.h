/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl.h - what the commands of aditctl share. */
#ifndef ADIT_ADITCTL_CTL_H
#define ADIT_ADITCTL_CTL_H

#include "base/ini.h"
#include "control/table.h"
#include "policy/conf.h"

#include <jansson.h>
#include <stdbool.h>

#ifndef ADIT_SYSCONFDIR
#define ADIT_SYSCONFDIR "/etc/adit"
#endif
#define CTL_FILE ADIT_SYSCONFDIR "/aditd.ini" /* without -c */

/* What was given on the command line. */
struct ctl {
	const char *file; /* -c */
	bool json, wide, offline, force;
	const char *gateway, *user, *name, *listen, *groups, *as, *timeout;
	const char *address;
	bool password_stdin, remove;
	char **word; /* the arguments after the command */
	int nwords;
};

/* Exit statuses. */
enum {
	CTL_OK = 0,
	CTL_FAILED = 1,
	CTL_USAGE = 2,
	CTL_UNREACHED, /* only from ctl_call_at */
};

/* The commands; each returns an exit status. */
int ctl_init(const struct ctl *);
int ctl_passwd(const struct ctl *);
int ctl_otp(const struct ctl *);
int ctl_users(const struct ctl *);
int ctl_lock(const struct ctl *);
int ctl_unlock(const struct ctl *);
int ctl_invite(const struct ctl *);
int ctl_pin(const struct ctl *);
int ctl_check(const struct ctl *);
int ctl_sessions(const struct ctl *);
int ctl_channels(const struct ctl *);
int ctl_kick(const struct ctl *);
int ctl_reload(const struct ctl *);
int ctl_upgrade(const struct ctl *);
int ctl_drain(const struct ctl *);
int ctl_status(const struct ctl *);
int ctl_stats(const struct ctl *);
int ctl_plugins(const struct ctl *);
int ctl_why(const struct ctl *);

/* ---- ctl_say.c ----------------------------------------------------------- */

/* Prints "aditctl: ..." on standard error, or has ctl_end print it; returns
 * `status`. */
int ctl_fail(int status, const char *fmt, ...) PRINTF(2, 3);
/* The same with another code for programs, a word of aditctl(8). */
int ctl_fail_as(const char *code, int status, const char *fmt, ...)
	PRINTF(3, 4);
/* Prints what is wrong with a configuration, lines with "FILE:LINE: ...". */
void ctl_errors(const struct conf_errors *);
void ctl_error_line(const char *line);
/* Prints the value, indented, on standard output.  Takes it.  Returns an exit
 * status. */
int ctl_print_json(json_t *);
/* Before a command: whether its errors are for programs. */
void ctl_errors_as_json(bool yes);
/* After it, with its exit status, which is returned: errors for programs are
 * printed as one object {"error": ..., "code": ...} if it has failed without an
 * object of its own, and else as text on standard error. */
int ctl_end(int status);

/* ---- ctl_call.c: the configuration --------------------------------------- */

/* The absolute path of the configuration, to be freed.  NULL: an error is
 * printed. */
MUST_CHECK char *ctl_path(const struct ctl *);
/* The configuration, for gw_conf_unref.  NULL: an error is printed. */
MUST_CHECK struct gw_conf *ctl_conf(const struct ctl *);
/* The gateway that --gateway names, or the only one.  NULL: an error is
 * printed. */
const struct gw_gateway *ctl_gateway(const struct ctl *,
				     const struct gw_conf *);

/* ---- ctl_call.c: asks aditd ---------------------------------------------- */

/* Asks the aditd that runs with this configuration.  Takes `request`; the
 * answer is the caller's.  NULL: an error is printed, *status is the exit
 * status. */
MUST_CHECK json_t *ctl_call(const struct ctl *, json_t *request, int *status);
/* The same; quiet: where no aditd runs nothing is printed, and *status is
 * CTL_OK. */
MUST_CHECK json_t *ctl_call_if_there(const struct ctl *, json_t *request,
				     bool quiet, int *status);
/* The same at the path of a control socket; `file` is the configuration that an
 * error names.  NULL: quiet, and *status is CTL_UNREACHED where an aditd may
 * run, but cannot be connected to. */
MUST_CHECK json_t *ctl_call_at(const char *path, json_t *request,
			       const char *file, int *status);

/* ---- ctl_tree.c ---------------------------------------------------------- */

/* Prints a line "key  value" for each member; objects and arrays are indented
 * below their key. */
void ctl_tree(const json_t *object, int indent);

/* ---- ctl_password.c ------------------------------------------------------ */

/* Reads a password into dst[cap]: a line of standard input, or typed twice on
 * the terminal.  0, or an exit status: an error is printed.  The caller wipes
 * it. */
MUST_CHECK int ctl_password(bool from_stdin, const char *user, char *dst,
			    size_t cap);
/* The yescrypt hash of a password, in hash[cap].  0, or an exit status: an
 * error is printed. */
MUST_CHECK int ctl_hash(const char *password, char *hash, size_t cap);

#endif
