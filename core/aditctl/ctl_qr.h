/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_qr.h - a QR code as text. */
#ifndef ADIT_ADITCTL_CTL_QR_H
#define ADIT_ADITCTL_CTL_QR_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdio.h>

/* Prints the QR code of `text`, two rows of it in each line.  `coloured`: with
 * the escapes of a terminal for dark on light; else light parts are blocks, for
 * a dark background.  0, or ERR_LIMIT: the text is too long; ERR_INVAL: this
 * program was built without libqrencode. */
MUST_CHECK int ctl_qr_print(FILE *to, const char *text, bool coloured);

#endif
