/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_rule.c - reads the key `auth` of a virtual gateway. */
#include "policy/auth_rule.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>

static const char *const method_name[METHODS] = {
	[METHOD_CERTIFICATE] = "certificate",
	[METHOD_USERS] = "users",
	[METHOD_PAM] = "pam",
	[METHOD_OTP] = "otp",
};

const char *auth_method_str(enum auth_method m)
{
	return method_name[m];
}

/* One word of the value. */
struct rule_word {
	const char *p;
	size_t n; /* 0: there are no more */
};

static struct rule_word next_word(const char **text)
{
	struct rule_word w = { .p = *text + strspn(*text, " \t") };

	w.n = strcspn(w.p, " \t");
	*text = w.p + w.n;
	return w;
}

static bool word_is(const struct rule_word *w, const char *text)
{
	return strlen(text) == w->n && !memcmp(w->p, text, w->n);
}

/* METHODS: it is none. */
static unsigned method_of(const struct rule_word *w)
{
	unsigned m = 0;

	while (m < METHODS && !word_is(w, method_name[m]))
		m++;
	return m;
}

static int add_method(struct auth_rule *r, const struct rule_word *w, char *why,
		      size_t cap)
{
	uint8_t *set = &r->set[r->n - 1];
	unsigned m = method_of(w);

	if (m == METHODS)
		snprintf(why, cap,
			 "expected users, pam, certificate or otp instead of "
			 "\"%.*s\"",
			 (int)MIN(w->n, (size_t)40), w->p);
	else if (*set & METHOD_BIT(m))
		snprintf(why, cap, "%s stands twice in one alternative",
			 method_name[m]);
	else
		*set |= (uint8_t)METHOD_BIT(m);
	return *why ? ERR_CONF : 0;
}

/* The word between two methods. */
static int add_link(struct auth_rule *r, const struct rule_word *w, char *why,
		    size_t cap)
{
	if (word_is(w, "or") && r->n < AUTH_SETS_MAX)
		r->set[r->n++] = 0;
	else if (word_is(w, "or"))
		snprintf(why, cap, "more than %d alternatives", AUTH_SETS_MAX);
	else if (!word_is(w, "and"))
		snprintf(why, cap,
			 "expected \"and\" or \"or\" between two methods "
			 "instead of \"%.*s\"",
			 (int)MIN(w->n, (size_t)40), w->p);
	return *why ? ERR_CONF : 0;
}

int auth_rule_parse(struct auth_rule *r, const char *text, char *why,
		    size_t cap)
{
	bool wants_method = true;
	struct rule_word w;

	*r = (struct auth_rule){ .n = 1 };
	*why = 0;
	while ((w = next_word(&text)).n) {
		int ret = wants_method ? add_method(r, &w, why, cap) :
					 add_link(r, &w, why, cap);

		if (ret)
			return ret;
		wants_method = !wants_method;
	}
	if (!wants_method)
		return 0;
	snprintf(why, cap,
		 "it ends where a method is expected: users, pam, "
		 "certificate or otp");
	return ERR_CONF;
}

unsigned auth_rule_all(const struct auth_rule *r)
{
	unsigned all = 0;

	for (unsigned i = 0; i < r->n; i++)
		all |= r->set[i];
	return all;
}

bool auth_rule_has_password(const struct auth_rule *r)
{
	for (unsigned i = 0; i < r->n; i++)
		if (!(r->set[i] & METHODS_PASSWORD))
			return false;
	return true;
}

bool auth_rule_needs(const struct auth_rule *r, enum auth_method m)
{
	for (unsigned i = 0; i < r->n; i++)
		if (!(r->set[i] & METHOD_BIT(m)))
			return false;
	return true;
}
