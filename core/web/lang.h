/* SPDX-License-Identifier: BSD-2-Clause */
/* lang.h - the texts of the web pages in several languages. */
#ifndef ADIT_WEB_LANG_H
#define ADIT_WEB_LANG_H

#include "base/conf_text.h"
#include "web/form.h"

enum { LANGS_MAX = 8 };

/* One text each; lang.c has its key and its English. */
enum text {
	TEXT_LANGUAGE, /* the language's own name */
	TEXT_SKIP,
	TEXT_MENU,
	TEXT_LOG_IN,
	TEXT_LOG_IN_HELP,
	TEXT_CERTIFICATE_SHOWN,
	TEXT_CERTIFICATE_MISSING,
	TEXT_CERTIFICATE_HOW,
	TEXT_LOGGING_IN_AS,
	TEXT_USER,
	TEXT_SECRET,
	TEXT_CONTINUE,
	TEXT_LOG_OUT,
	TEXT_LOGGED_IN_AS,
	TEXT_RESOURCES,
	TEXT_RESOURCES_NONE,
	TEXT_NAME,
	TEXT_PORTS,
	TEXT_REACH,
	TEXT_REACH_STATUS,
	TEXT_REACH_ANY,
	TEXT_REACH_LINK,
	TEXT_REACH_CODE,
	TEXT_START,
	TEXT_START_HELP,
	TEXT_SESSIONS,
	TEXT_SESSIONS_NONE,
	TEXT_NUMBER,
	TEXT_SOURCE,
	TEXT_STATE,
	TEXT_STATE_CONNECTED,
	TEXT_STATE_DETACHED,
	TEXT_STATE_LEAVING,
	TEXT_STATE_OPEN,
	TEXT_STATE_CONNECTS,
	TEXT_STATE_CODE,
	TEXT_SINCE,
	TEXT_CHANNELS,
	TEXT_TO_SERVER,
	TEXT_TO_CLIENT,
	TEXT_ACTION,
	TEXT_END_IT,
	TEXT_END_SESSION, /* for screen readers; behind it the number */
	TEXT_GET,
	TEXT_GET_INI,
	TEXT_GET_INI_HELP,
	TEXT_FILES,
	TEXT_FILES_HELP,
	TEXT_SIZE,
	TEXT_HASH,
	TEXT_HASH_WAIT,
	TEXT_PASSWORD,
	TEXT_PASSWORD_OF,
	TEXT_PASSWORD_NOW,
	TEXT_PASSWORD_HELP,
	TEXT_PASSWORD_DONE,
	/* what the gateway says in a login: see lang_translate */
	TEXT_SAYS_PASSWORD,
	TEXT_SAYS_CODE,
	TEXT_SAYS_NEW,
	TEXT_SAYS_AGAIN,
	TEXT_SAYS_RULE,
	TEXT_SAYS_DIFFER,
	TEXT_SAYS_LINE,
	TEXT_SAYS_SHORT,
	TEXT_SAYS_SAME,
	TEXT_SAYS_USER,
	TEXT_SAYS_ONE,
	TEXT_ADMIN,
	TEXT_ADMIN_SESSIONS,
	TEXT_ADMIN_CHANNELS,
	TEXT_ADMIN_REFUSALS,
	TEXT_ADMIN_TRAFFIC,
	TEXT_ADMIN_USERS,
	TEXT_NONE_NOW,
	TEXT_RESOURCE,
	TEXT_DESTINATION,
	TEXT_GROUPS,
	TEXT_USE_SESSIONS,
	TEXT_MEMORY,
	TEXT_USE_HELP,
	TEXT_TIME,
	TEXT_WHAT,
	TEXT_LOCK,
	TEXT_UNLOCK,
	TEXT_LOCK_HELP,
	TEXT_WHY,
	TEXT_WHY_HELP,
	TEXT_WHY_WHERE,
	TEXT_WHY_MISSING,
	TEXT_TRAFFIC_HELP,
	TEXT_TRAFFIC_WAIT,
	TEXT_REFRESH_ON,
	TEXT_REFRESH_OFF,
	TEXT_BACK,
	TEXT_AGAIN,
	TEXT_DONE,
	TEXT_ERROR,
	TEXT_ERROR_WRONG,
	TEXT_ERROR_PROOF,
	TEXT_ERROR_UNCHANGED,
	TEXT_ERROR_UNCHANGEABLE,
	TEXT_ERROR_CERTIFICATE,
	TEXT_ERROR_TRIES,
	TEXT_ERROR_LATER,
	TEXT_ERROR_EXPIRED,
	TEXT_ERROR_FORM,
	TEXT_ERROR_DENIED,
	TEXT_ERROR_MISSING,
	TEXT_ERROR_METHOD,
	TEXT_ERROR_LARGE,
	TEXT_ERROR_FILES,
	TEXT_ERROR_BUSY,
	TEXT_ERROR_INPUT,
	TEXTS
};

struct lang {
	char code[LANG_CODE];
	char *text[TEXTS]; /* NULL: the English one is taken */
};

/* All languages; number 0 is English. */
struct langs {
	struct lang lang[LANGS_MAX];
	const char *code[LANGS_MAX];
	unsigned n;
};

void langs_init(struct langs *);
void langs_fini(struct langs *);
/* Adds the language e->file "CODE.ini", whose text is [text] with one key for
 * each text.  A key that is not known, or a text that is too long, is an error
 * in `e`, and the others count.  0; ERR_CONF: there was an error; ERR_LIMIT:
 * there are too many languages; ERR_NOMEM. */
MUST_CHECK int langs_add(struct langs *, const char *code, const char *text,
			 size_t n, struct conf_errors *e);
const char *lang_text(const struct lang *, enum text);
/* The text of which this is the English, but for blanks at its end.  NULL: it
 * is none of ours. */
const char *lang_translate(const struct lang *, const char *english);

#endif
