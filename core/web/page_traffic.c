/* SPDX-License-Identifier: BSD-2-Clause */
/* page_traffic.c - the throughput of the gateway, drawn as it goes. */
#include "web/chart.h"
#include "web/page_ask.h"

#include <stdlib.h>
#include <string.h>

static bool traffic_ask(const struct visit *v, struct msg_page_ask *a)
{
	ask_begin(v, a, PAGE_TRAFFIC);
	return true;
}

/* The rate between two samples [ms, to server, to client]. */
static unsigned long long rate_of(const json_t *a, const json_t *b, size_t i)
{
	json_int_t ms = json_integer_value(json_array_get(b, 0)) -
			json_integer_value(json_array_get(a, 0));
	json_int_t n = json_integer_value(json_array_get(b, i)) -
		       json_integer_value(json_array_get(a, i));

	/* The counters of a new worker begin anew. */
	return ms > 0 && n > 0 ?
		       (unsigned long long)((double)n * 1e3 / (double)ms) :
		       0;
}

static void chart_fill(struct chart *c, const json_t *samples)
{
	size_t have = json_array_size(samples);
	size_t first = have > CHART_POINTS ? have - CHART_POINTS : 1;

	for (size_t i = first; i < have; i++) {
		const json_t *a = json_array_get(samples, i - 1);
		const json_t *b = json_array_get(samples, i);

		c->rate[0][c->n] = rate_of(a, b, 1);
		c->rate[1][c->n++] = rate_of(a, b, 2);
	}
	if (c->n)
		c->seconds =
			(unsigned)((json_integer_value(json_array_get(
					    json_array_get(samples, have - 1),
					    0)) -
				    json_integer_value(json_array_get(
					    json_array_get(samples, first - 1),
					    0))) /
				   1000);
}

static void traffic_show(const struct visit *v, const json_t *answer,
			 struct response *r)
{
	bool still = !strcmp(form_get(&v->form, "still"), "1");
	struct web_page p =
		still ? page_begin(v, answer, TEXT_ADMIN_TRAFFIC, r) :
			page_begin_again(v, answer, TEXT_ADMIN_TRAFFIC, r);
	struct chart *c = calloc(1, sizeof *c);

	if (!c)
		r->body.failed = true;
	html(p.h, "<p>%s</p>\n<p><a href=\"/admin/traffic%s\">%s</a></p>\n",
	     page_text(&p, TEXT_TRAFFIC_HELP), still ? "" : "?still=1",
	     page_text(&p, still ? TEXT_REFRESH_ON : TEXT_REFRESH_OFF));
	if (c) {
		c->title = page_text(&p, TEXT_ADMIN_TRAFFIC);
		c->label[0] = page_text(&p, TEXT_TO_SERVER);
		c->label[1] = page_text(&p, TEXT_TO_CLIENT);
		chart_fill(c, json_object_get(answer, "samples"));
		if (!c->n)
			html(p.h, "<p>%s</p>\n",
			     page_text(&p, TEXT_TRAFFIC_WAIT));
		chart_draw(p.h, c);
	}
	free(c);
	page_end(&p);
}

const struct web_route routes_traffic[] = {
	{ "/admin/traffic", false, traffic_ask, traffic_show, "/" },
	{ .path = NULL },
};
