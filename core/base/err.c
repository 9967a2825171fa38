/* SPDX-License-Identifier: BSD-2-Clause */
/* err.c - error numbers as English. */
#include "base/err.h"

#include "base/defs.h"

static const char *const text[] = {
	[-ERR_OK] = "no error",
	[-ERR_AGAIN] = "not ready",
	[-ERR_NOMEM] = "out of memory",
	[-ERR_PROTO] = "protocol violation",
	[-ERR_CLOSED] = "closed",
	[-ERR_TLS] = "TLS failure",
	[-ERR_SYS] = "system call failed",
	[-ERR_CONF] = "configuration error",
	[-ERR_DENIED] = "denied",
	[-ERR_NOTFOUND] = "not found",
	[-ERR_LIMIT] = "limit reached",
	[-ERR_INVAL] = "invalid value",
	[-ERR_TIMEOUT] = "timed out",
};

const char *err_str(int err)
{
	if (err > 0 || err <= -(int)ARRAY_LEN(text))
		return "unknown error";
	return text[-err];
}
