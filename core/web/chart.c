/* SPDX-License-Identifier: BSD-2-Clause */
/* chart.c - two rates over time as an SVG picture within a page. */
#include "web/chart.h"

#include "base/human.h"

enum { WIDE = 600, HIGH = 200, LEFT = 90, ROOM = 24, LINES = 4 };

static unsigned long long highest(const struct chart *c, int line)
{
	unsigned long long most = 0;

	for (unsigned i = 0; i < c->n; i++)
		most = MAX(most, c->rate[line][i]);
	return most;
}

/* The top of the scale: 1, 2, 4 ... KiB, so that the picture jumps rarely. */
static unsigned long long scale_of(const struct chart *c)
{
	unsigned long long most = MAX(highest(c, 0), highest(c, 1));
	unsigned long long top = 1024;

	while (top < most && top < 1ull << 62)
		top *= 2;
	return top;
}

static unsigned y_of(unsigned long long rate, unsigned long long top)
{
	return HIGH - (unsigned)((double)rate / (double)top * HIGH);
}

static void chart_grid(struct html *h, unsigned long long top)
{
	char bytes[HUMAN_TEXT];

	for (unsigned i = 0; i <= LINES; i++) {
		unsigned y = ROOM / 2 + HIGH - HIGH * i / LINES;

		html(h,
		     "<line class=\"grid\" x1=\"%u\" y1=\"%u\" x2=\"%u\" "
		     "y2=\"%u\"/><text x=\"%u\" y=\"%u\" "
		     "text-anchor=\"end\">%s/s</text>\n",
		     LEFT, y, LEFT + WIDE, y, LEFT - 6, y + 4,
		     human_bytes((long long)(top * i / LINES), bytes));
	}
}

static void chart_line(struct html *h, const struct chart *c, int line,
		       unsigned long long top)
{
	html(h, "<polyline class=\"%s\" points=\"", line ? "down" : "up");
	for (unsigned i = 0; i < c->n; i++)
		html(h, "%u,%u ", LEFT + WIDE * i / MAX(c->n - 1, 1u),
		     ROOM / 2 + y_of(c->rate[line][i], top));
	html(h, "\"/>\n");
}

static void chart_key(struct html *h, const struct chart *c, int line)
{
	char now[HUMAN_TEXT], most[HUMAN_TEXT];

	html(h, "<li class=\"%s\">%s: %s/s (max. %s/s)</li>\n",
	     line ? "key-down" : "key-up", c->label[line],
	     human_bytes((long long)c->rate[line][c->n - 1], now),
	     human_bytes((long long)highest(c, line), most));
}

void chart_draw(struct html *h, const struct chart *c)
{
	unsigned long long top = scale_of(c);

	if (!c->n)
		return;
	html(h,
	     "<figure>\n<svg role=\"img\" aria-label=\"%s\" "
	     "viewBox=\"0 0 %u %u\">\n",
	     c->title, LEFT + WIDE + 10, HIGH + 2 * ROOM);
	chart_grid(h, top);
	chart_line(h, c, 0, top);
	chart_line(h, c, 1, top);
	html(h, "<text x=\"%u\" y=\"%u\">-%u s</text>\n", LEFT,
	     HIGH + 2 * ROOM - 6, c->seconds);
	html(h, "</svg>\n<figcaption><ul>\n");
	chart_key(h, c, 0);
	chart_key(h, c, 1);
	html(h, "</ul></figcaption>\n</figure>\n");
}
