/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages.h - the monitor's side of the web pages: whose connection it
 * is, who is logged in, and what the web process may ask for.
 *
 * The web process is not trusted.  The front says where a connection comes
 * from; a token says who is logged in; rights, group and network are looked at
 * for each question. */
#ifndef ADIT_MONITOR_MONITOR_PAGES_H
#define ADIT_MONITOR_MONITOR_PAGES_H

#include "monitor/downloads.h"
#include "monitor/monitor.h"
#include "monitor/tokens.h"
#include "policy/policy.h"
#include "process/msg_rights.h"

enum {
	PAGE_CONNS = 1024,       /* the front lets fewer in at once */
	PAGE_LOGINS = 128,       /* logins under way */
	PAGE_LOGINS_SOURCE = 32, /* of these, from one address */
	PAGE_WORD = 80,          /* of what a browser sent, in the audit */
	PAGE_WAITS = 128,    /* questions that wait for the worker's answer */
	PAGE_TRAFFICS = 8,   /* gateways of which samples are kept */
	PAGE_FILES = 16,     /* files that are sent at the same time ... */
	PAGE_FILES_USER = 3, /* ... of these, to one user */
	PAGE_SAMPLES = 121,
	PAGE_SAMPLE_MS = 1500, /* between two, at least */
};

struct pages;

/* A browser's connection. */
struct page_conn {
	uint32_t number; /* 0: free */
	char gateway[LABEL_MAX];
	struct addr source;
	int chain; /* memfd of the browser's certificate; -1: none was shown */
	char downloads[USER_MAX]; /* who gets a file now; "": nobody does */
};

/* A login that is not over. */
struct page_login {
	uint32_t id;       /* of auth.h; 0: free */
	uint32_t question; /* of the web process that waits; 0: none does */
	uint8_t token[PAGE_TOKEN]; /* that the next answer names */
	uint64_t since_ms;
	bool has_asked; /* for the password, or anything else */
	char user[USER_MAX], gateway[LABEL_MAX];
	struct addr source;
	/* The token that the browser has already, which ends with this login;
	 * zero: none. */
	uint8_t had[PAGE_TOKEN];
	/* The login is for another password, by who is logged in. */
	bool change;
	bool is_admin;
	char groups[sizeof((struct page_user *)0)->groups];
};

struct page_wait;
/* The worker's answer, an object, to pages_ask_worker.  The wait is over behind
 * it, unless it asks the worker once more. */
typedef void page_reply_fn(struct pages *, struct page_wait *, json_t *reply);

/* A question whose answer needs the worker's. */
struct page_wait {
	page_reply_fn *then; /* NULL: free */
	bool asked;
	uint32_t question; /* 0: of a web process that has ended */
	bool is_admin;
	char user[USER_MAX], gateway[LABEL_MAX];
	char session[24]; /* its number, of PAGE_END and PAGE_KICK */
	json_t *answer;   /* what is known already; or NULL */
};

/* Bytes of one gateway, at the times when somebody looked. */
struct page_traffic {
	char gateway[LABEL_MAX];
	uint64_t looked_ms;
	json_t *samples; /* [[ms, to server, to client]], the oldest first */
};

struct pages {
	struct monitor *m;
	struct auth_asker asker;
	struct tokens *tokens;
	struct downloads *downloads;
	uint32_t last; /* number of a connection, of a login */
	struct page_conn conn[PAGE_CONNS];
	struct page_login login[PAGE_LOGINS];
	struct page_wait wait[PAGE_WAITS];
	struct page_traffic traffic[PAGE_TRAFFICS];
};

/* One question, whose sender has been looked at. */
struct page_question {
	struct pages *p;
	uint32_t id;
	struct page_conn *conn;
	const struct gw_gateway *gateway;
	struct token *token; /* NULL: nobody is logged in */
	const struct msg_page_ask *ask;
	const char *action; /* its name in the audit */
	bool is_admin;
};

/* monitor_pages_answer.c */
/* Sends an answer, which it takes; NULL: memory was short. */
void pages_answer(struct pages *, uint32_t question, json_t *);
void pages_error(struct pages *, uint32_t question, const char *word);
/* The same with a file, which stays the caller's. */
void pages_answer_file(struct pages *, uint32_t question, json_t *, int file);
/* The answer's beginning: who is logged in, and the CSRF token. */
json_t *pages_begin(const struct page_question *);
json_t *pages_hex(const uint8_t token[PAGE_TOKEN]);

/* The rights of who is logged in, with the groups, which are the caller's also
 * after an error.  0 or ERR_NOMEM. */
MUST_CHECK int pages_grant(const struct page_question *,
			   struct name_list *groups, struct grant *);

/* One audit line (docs/audit.md).  `about` may be NULL. */
struct page_event {
	const char *user, *gateway;
	const struct addr *source;
	const char *action, *about, *result;
};
void pages_audit(const struct page_event *);
/* The same for a question of somebody who is logged in. */
void pages_note(const struct page_question *, const char *about,
		const char *result);

/* monitor_pages_lang.c: the files of web_languages, to the web process. */
void pages_send_languages(struct monitor *);

/* monitor_pages_wait.c */
/* NULL: too many wait. */
struct page_wait *pages_wait_begin(const struct page_question *,
				   page_reply_fn *then);
void pages_wait_end(struct page_wait *);
/* Asks the worker a command of msg.h about the wait's gateway; `what` may be
 * NULL.  Where it cannot be asked the question gets an error. */
void pages_ask_worker(struct pages *, struct page_wait *, const char *command,
		      const char *what);

/* For monitor_why_ask_for: the wait's number, and its reply. */
uint32_t pages_wait_number(const struct pages *, const struct page_wait *);
monitor_reply_fn pages_on_reply;

/* monitor_pages_login.c */
void pages_on_methods(struct page_question *);
void pages_on_login(struct page_question *);
void pages_on_answers(struct page_question *);
void pages_logins_init(struct pages *);
/* A login with `asked`, which has the user and the password and is wiped. */
void pages_login_begin(struct page_question *, struct msg_auth *asked);
/* The answers to its last prompts; `late` is the word for those of a login that
 * is there no more. */
void pages_login_answers(struct page_question *, bool change, const char *late);
/* monitor_pages_password.c */
void pages_on_password(struct page_question *);
void pages_on_change(struct page_question *);
void pages_on_change_answers(struct page_question *);
bool pages_may_change(const struct gw_gateway *);
/* The user has another password: sessions that were made with the old one
 * end. */
void pages_end_sessions(struct pages *, const struct page_login *);
/* monitor_pages_user.c */
void pages_on_home(struct page_question *);
void pages_on_end(struct page_question *);
void pages_on_logout(struct page_question *);
void pages_on_ini(struct page_question *);
/* monitor_pages_file.c */
void pages_on_file(struct page_question *);
/* The files that a gateway offers, for an answer. */
json_t *pages_files(const struct page_question *);
/* The id, for the worker, of the session with this number in a list.  False:
 * the list has none. */
bool pages_session_id(const json_t *sessions, const char *number, char id[32]);
/* monitor_pages_admin.c */
void pages_on_admin(struct page_question *);
void pages_on_traffic(struct page_question *);
void pages_on_kick(struct page_question *);
void pages_on_lock(struct page_question *);
void pages_on_unlock(struct page_question *);
void pages_on_why(struct page_question *);

/* monitor_pages.c */
MUST_CHECK struct pages *monitor_pages_new(struct monitor *); /* or NULL */
/* A configuration is in force: the files that it offers are opened. */
void monitor_pages_renew(struct monitor *);
void monitor_pages_free(struct pages *);
/* MSG_PAGE_CONN of the worker.  0 or ERR_PROTO. */
MUST_CHECK int monitor_pages_conn(struct monitor *, const struct msg *);
/* For auth.h: who logs in with the old password is logged in no more. */
void monitor_pages_changed(void *ctx, const char *user, const char *gateway);
/* For web_side.h. */
bool monitor_pages_are(void *ctx);
void monitor_pages_started(void *ctx);
int monitor_pages_said(void *ctx, const struct msg *);

/* ---- what other files of the monitor do for pages ------------------------ */

/* monitor_rights.c: whether one user still has the rights of a login. */
void monitor_rights_of(struct monitor *, const struct msg_right *,
		       struct msg_rights_are *);
/* monitor_forward.c: monitor_forward for any who asks.  False: there is no
 * worker now that could answer, and to->reply is not called. */
bool monitor_forward_to(struct monitor *, const struct forward *to,
			const json_t *request);
/* monitor_why.c: monitor_why_ask for any who asks. */
void monitor_why_ask_for(struct monitor *, uint32_t client,
			 monitor_reply_fn *reply, const json_t *request);

#endif
