/* SPDX-License-Identifier: BSD-2-Clause */
/* metrics_test.c - the list of numbers has good names, and docs/monitoring.md
 * has the same list. */
#include "process/metrics.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

static const char *const types[] = {
	[METRIC_GAUGE] = "gauge",
	[METRIC_COUNTER] = "counter",
	[METRIC_HISTOGRAM] = "histogram",
	[METRIC_INFO] = "info",
};

static bool ends_in(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);

	return n >= k && !strcmp(text + n - k, end);
}

/* promtool and OpenMetrics say what is good. */
START_TEST(names)
{
	ck_assert(!metric_goes_on(&metrics[0]));
	for (const struct metric *m = metrics; m->name; m++) {
		ck_assert_int_eq(strncmp(m->name, "adit_", 5), 0);
		ck_assert_uint_eq(strspn(m->name,
					 "abcdefghijklmnopqrstuvwxyz_"),
				  strlen(m->name));
		ck_assert_msg(!ends_in(m->name, "_total") &&
				      !ends_in(m->name, "_info") &&
				      !ends_in(m->name, "_count"),
			      "%s", m->name);
		ck_assert_ptr_nonnull(m->from);
		if (m->unit)
			ck_assert_msg(ends_in(m->name, m->unit), "%s", m->name);
		if (metric_goes_on(m))
			ck_assert_str_eq(m->name, m[-1].name);
		else
			ck_assert_msg(!ends_in(m->help, "."), "%s", m->help);
	}
}
END_TEST

/* A name stands in one place, or monitoring would refuse all of it. */
START_TEST(families_stand_together)
{
	for (const struct metric *m = metrics; m->name; m++)
		for (const struct metric *k = m + 1; k->name; k++)
			ck_assert_msg(metric_goes_on(k) ||
					      strcmp(m->name, k->name) != 0,
				      "%s", k->name);
}
END_TEST

/* "`resource`", of a path with such a step or a fixed label. */
static void labels_of(const struct metric *m, char *to, size_t cap)
{
	const char *open = strpbrk(m->from, "[{");
	size_t n = 0;

	*to = 0;
	if (m->type == METRIC_INFO)
		snprintf(to, cap, "`version`");
	else if (m->label)
		snprintf(to, cap, "`%.*s`", (int)strcspn(m->label, "="),
			 m->label);
	for (; (!*to || n) && open; open = strpbrk(open + 1, "[{"))
		n += (size_t)snprintf(to + n, cap - n, "%s`%.*s`",
				      n ? ", " : "",
				      (int)strcspn(open + 1, "]}"), open + 1);
}

static const char *suffix_of(const struct metric *m)
{
	if (m->type == METRIC_COUNTER)
		return "_total";
	return m->type == METRIC_INFO ? "_info" : "";
}

static void row_of(const struct metric *m, char *to, size_t cap)
{
	char labels[64];

	labels_of(m, labels, sizeof labels);
	snprintf(to, cap, "| `%s%s` | %s | %s | %s | %s |", m->name,
		 suffix_of(m), types[m->type], m->unit ? m->unit : "", labels,
		 m->help);
}

static char *read_page(void)
{
	static char text[1 << 17];
	const char *top = getenv("top_srcdir");
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/docs/monitoring.md", top ? top : ".");
	f = fopen(path, "re");
	if (!f)
		return NULL;
	text[fread(text, 1, sizeof text - 1, f)] = 0;
	fclose(f);
	return text;
}

START_TEST(documented)
{
	const char *page = read_page(), *at = page;
	unsigned rows = 0, families = 0;
	bool all = true;
	char row[1024];

	if (!page)
		return; /* run by hand, elsewhere */
	while ((at = strstr(at, "\n| `adit_"))) {
		rows++;
		at++;
	}
	for (const struct metric *m = metrics; m->name; m++) {
		if (metric_goes_on(m))
			continue;
		families++;
		row_of(m, row, sizeof row);
		if (strstr(page, row))
			continue;
		all = false;
		fprintf(stderr, "%s\n", row);
	}
	ck_assert_msg(all, "docs/monitoring.md lacks the rows above");
	ck_assert_uint_eq(rows, families);
}
END_TEST

SUITE("metrics", names, families_stand_together, documented)
