/* SPDX-License-Identifier: BSD-2-Clause */
/* page.h - the pages: from a request to a question to the monitor, and from its
 * answer to a response.  No I/O. */
#ifndef ADIT_WEB_PAGE_H
#define ADIT_WEB_PAGE_H

#include "process/msg_page.h"
#include "web/form.h"
#include "web/html.h"
#include "web/lang.h"

#include <jansson.h>

#define PAGE_COOKIE "__Host-adit" /* the token of who is logged in */
#define PAGE_LANGUAGE "__Host-adit-language"

enum { PAGE_HOST = 300, PAGE_COOKIE_MAX = 200, PAGE_REST = 120 };

struct web_route;

/* One request. */
struct visit {
	const struct web_route *route;
	const struct langs *langs;
	const struct lang *lang;
	bool has_token;
	uint8_t token[PAGE_TOKEN]; /* of the cookie, zero if there is none */
	char host[PAGE_HOST];      /* that the browser dialled: its Host */
	char rest[PAGE_REST];      /* of the path, behind the route's */
	char *body; /* that `form` points into; wiped at the end */
	size_t nbody;
	struct web_form form; /* of a POST its body, of a GET its query */
};

/* What the browser gets.  All texts without a name of their own here are
 * constant. */
struct response {
	unsigned status;
	const char *type;             /* media type */
	const char *location;         /* NULL: none */
	const char *allow;            /* methods, of a 405; NULL: none */
	const char *file;             /* name for a download; NULL: none */
	char cookie[PAGE_COOKIE_MAX]; /* Set-Cookie; "": none */
	bool is_public;               /* may be kept by caches */
	bool is_file;  /* the body is the descriptor of the answer ... */
	uint64_t size; /* ... of which so many bytes are sent */
	struct html body;
};

struct web_route {
	const char *path; /* with "/" at its end: and something behind it */
	bool is_post;
	/* Fills in the question; false: there is none, `show` gets NULL. */
	bool (*ask)(const struct visit *, struct msg_page_ask *);
	void (*show)(const struct visit *, const json_t *answer,
		     struct response *);
	const char *back; /* the path that "Back" on an error leads to */
};

/* The page at a path, for GET (and HEAD) or POST.  NULL: there is none;
 * *other: there is one for the other method. */
const struct web_route *route_find(const char *path, bool is_post, bool *other);
/* What stands behind the route's path; false: it is too long. */
bool visit_rest(struct visit *, const char *path);
/* Whether the visit has a form (or no form) that its page can be asked with;
 * else `r` is the refusal. */
bool visit_is_sound(struct visit *, struct response *r);
/* The response to an answer of the monitor, or to no question at all: NULL. */
void visit_answer(const struct visit *, const json_t *answer,
		  struct response *);
/* A page that says what is wrong: 404 TEXT_ERROR_MISSING and so on. */
void visit_fail(const struct visit *, unsigned status, enum text,
		struct response *);
void visit_fini(struct visit *);
void response_fini(struct response *);

/* ---- for page_*.c -------------------------------------------------------- */

/* The beginning and the end of a page; `title` is its heading.  `answer` says
 * who is logged in; NULL: nobody. */
struct web_page {
	const struct visit *v;
	const json_t *answer;
	struct html *h;
};
struct web_page page_begin(const struct visit *, const json_t *answer,
			   enum text title, struct response *);
/* The same with a page that loads itself again after 5 seconds. */
struct web_page page_begin_again(const struct visit *, const json_t *answer,
				 enum text title, struct response *);
void page_end(struct web_page *);
/* Text `t` in the language of the page. */
const char *page_text(const struct web_page *, enum text t);
/* The begin of a form with its CSRF token; `</form>` is the caller's. */
void page_form(struct web_page *, const char *path);
/* To another page: 303. */
void page_go(struct response *, const char *path);
/* A value of an object, "" or 0 where it is missing or of another type. */
const char *json_text(const json_t *o, const char *key);
unsigned long long json_number(const json_t *o, const char *key);
/* Seconds since 1970 as a <time>, in UTC. */
void page_time(struct web_page *, unsigned long long since_1970);

extern const struct web_route routes_login[], routes_user[], routes_password[],
	routes_own[], routes_admin[], routes_traffic[];

/* The style sheet. */
extern const char style_css[];

#endif
