/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_qr.c - prints a QR code as text, by libqrencode. */
#include "aditctl/ctl_qr.h"

#include "base/err.h"

#ifdef HAVE_OATH

#include <qrencode.h>

enum { QUIET = 2 }; /* light modules around it: scanners look for an edge */

/* Whether the module in this row and column is dark; outside none is. */
static bool qr_is_dark(const QRcode *q, int row, int column)
{
	if (row < 0 || column < 0 || row >= q->width || column >= q->width)
		return false;
	return q->data[row * q->width + column] & 1;
}

/* A character shows two modules, one above the other. */
static void qr_print_row(FILE *to, const QRcode *q, int row, bool coloured)
{
	/* By upper + 2 * lower, where 1 is light. */
	static const char *const block[] = { " ", "\u2580", "\u2584",
					     "\u2588" };

	fputs(coloured ? "\033[40;37;1m" : "", to);
	for (int column = -QUIET; column < q->width + QUIET; column++)
		fputs(block[!qr_is_dark(q, row, column) +
			    2 * !qr_is_dark(q, row + 1, column)],
		      to);
	fputs(coloured ? "\033[0m\n" : "\n", to);
}

int ctl_qr_print(FILE *to, const char *text, bool coloured)
{
	QRcode *q = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);

	if (!q)
		return ERR_LIMIT;
	for (int row = -QUIET; row < q->width + QUIET; row += 2)
		qr_print_row(to, q, row, coloured);
	QRcode_free(q);
	return 0;
}

#else

int ctl_qr_print(FILE *to, const char *text, bool coloured)
{
	(void)to;
	(void)text;
	(void)coloured;
	return ERR_INVAL;
}

#endif
