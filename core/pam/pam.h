/* SPDX-License-Identifier: BSD-2-Clause */
/* pam.h - a process that leads one conversation with PAM. */
#ifndef ADIT_PAM_PAM_H
#define ADIT_PAM_PAM_H

#include "base/defs.h"

/* Reads MSG_PAM from FD_MAIN and answers it with MSG_PAM_DONE; its questions in
 * between are MSG_PAM_ASK.  Returns the exit status. */
int pam_main(void);

#endif
