/* SPDX-License-Identifier: BSD-2-Clause */
/* chart.h - two rates over time as an SVG picture within a page. */
#ifndef ADIT_WEB_CHART_H
#define ADIT_WEB_CHART_H

#include "web/html.h"

enum { CHART_POINTS = 120 };

struct chart {
	const char *title; /* of the picture, for who cannot see it */
	const char *label[2];
	unsigned n;                               /* points, the oldest first */
	unsigned long long rate[2][CHART_POINTS]; /* bytes per second */
	unsigned seconds; /* from the first point to the last */
};

/* A <figure> with the picture, its key, and the newest and highest values as
 * text. */
void chart_draw(struct html *, const struct chart *);

#endif
