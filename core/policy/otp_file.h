/* SPDX-License-Identifier: BSD-2-Clause */
/* otp_file.h - the secrets of one-time codes: lines name:SECRET in a file that
 * stands beside the users file and is called like it, with .otp at the end. */
#ifndef ADIT_POLICY_OTP_FILE_H
#define ADIT_POLICY_OTP_FILE_H

#include "base/conf_text.h"
#include "base/opt.h"

/* Characters of a secret in base32 (RFC 4648, without padding): 128 to 512 bits
 * of it, of which RFC 4226 asks for 160. */
enum { OTP_SECRET_LEAST = 26, OTP_SECRET_MOST = 103 };

/* The path for this users file, to be freed.  NULL: out of memory. */
MUST_CHECK char *otp_file_path(const char *users);
/* Whether the text may be a secret. */
bool otp_secret_ok(const char *secret);
/* Fills in the secret of a user, "" where there is none or no file; the caller
 * wipes it.  e->file is the path of the file.  0, or an error with the reason
 * in `e`: it cannot be known.  ERR_INVAL: the line of this user is malformed;
 * ERR_CONF, ERR_NOMEM: the file cannot be read, whoever the user is. */
MUST_CHECK int otp_file_find(const char *user, char secret[OTP_SECRET_MOST + 1],
			     struct conf_errors *e);
/* Appends the names of all users who have a line, in the order of the file;
 * none where there is no file.  0, ERR_CONF or ERR_NOMEM, with the reason in
 * `e`. */
MUST_CHECK int otp_file_users(struct name_list *, struct conf_errors *e);
/* Writes the line of one user, or removes it where `secret` is NULL; the file
 * is e->file, which is made with the mode 0600 if it does not exist.  0;
 * ERR_NOTFOUND: there is no secret to remove, and nothing is in `e`; ERR_CONF,
 * ERR_NOMEM with the reason. */
MUST_CHECK int otp_file_change(const char *user, const char *secret,
			       struct conf_errors *e);

#endif
