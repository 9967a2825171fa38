/* SPDX-License-Identifier: BSD-2-Clause */
/* attempt.h - one login on its way: its place in the waiting line (auth.c), the
 * alternative and the method that it is at (attempt.c), and the methods.
 *
 *            auth_choose       attempt_ask            an answer comes
 *   WAITS --------------> RUNS ------------> ASKS --------------------> WAITS
 *                          |  the next method, or alternative: WAITS
 *                          '- the last one: accepted or refused
 *
 * A method checks one step at a time: it is begun by auth_pump and ends, now or
 * later, with one of attempt_met, attempt_failed, attempt_ask, attempt_broken.
 * Each step waits in the line of guesses.h, so that whoever is asked a question
 * holds up nobody.  For folder monitor/ only. */
#ifndef ADIT_MONITOR_ATTEMPT_H
#define ADIT_MONITOR_ATTEMPT_H

#include "base/list.h"
#include "base/log.h"
#include "monitor/account.h"
#include "monitor/auth.h"
#include "monitor/change.h"
#include "monitor/checkers.h"
#include "monitor/client_side.h"
#include "monitor/guesses.h"
#include "monitor/login_times.h"
#include "monitor/pam_side.h"
#include "policy/conf.h"
#include "policy/auth_rule.h"

enum {
	EVIDENCE_MAX = 1024,
	GROUPS_MAX = sizeof((struct msg_auth_result *)0)->groups,
	PROMPTS_MAX = 8, /* of one login: docs/protocol.md */
};

enum attempt_state { ATTEMPT_WAITS, ATTEMPT_RUNS, ATTEMPT_ASKS };

struct attempt {
	struct list node;
	struct auth *auth;
	const struct auth_asker *asker; /* NULL: nobody waits for the answer */
	uint32_t id;                    /* of the asker's question */
	enum attempt_state state;
	uint64_t arrived; /* ms: since when it waits in this state */
	uint64_t until;   /* ms: an answer must have come */
	uint64_t began_us;
	uint64_t asks_us;  /* ATTEMPT_ASKS: since when */
	uint64_t asked_us; /* how long it was that before, all in all */
	struct guess guess;

	struct msg_auth asked;
	char gateway[LABEL_MAX];
	char *users;          /* path of the users file */
	struct gw_conf *conf; /* a reference */
	struct auth_rule rule;
	unsigned set;         /* the alternative that is tried */
	enum auth_method at;  /* the method in it */
	bool failed;          /* a method of this alternative has */
	unsigned wrong;       /* methods that failed, of all alternatives */
	bool has_tried;       /* a secret was checked: to leave is a failure */
	bool is_locked;       /* a reason for the log */
	bool is_given;        /* `answer` is for this step */
	bool in_session;      /* no login: auth_try.code */
	unsigned prompts;     /* that were sent */
	unsigned nasked;      /* how many answers the last one wants */
	bool wants_password;  /* the prompt was for asked.password */
	struct answer answer; /* secret */
	/* What the methods go by, as text: the session ends when it changes. */
	char evidence[EVIDENCE_MAX];
	char groups[GROUPS_MAX];

	/* method_users.c */
	uint32_t check;         /* of the question to a checker */
	struct users_file read; /* where the users file stood */
	struct account account; /* what is checked */

	/* method_pam.c */
	struct pam_talk *talk; /* NULL: none is under way */
	ev_timer late;         /* the refusal is kept back */
	uint64_t pam_began;    /* ms */
	char *pam_groups;      /* of the system, "a,b"; NULL: none */

	struct password_change change; /* NOT_YET, or the login was right */

	/* method_certificate.c */
	struct client_side *client; /* of the gateway; NULL: it has none */
	int chain;                  /* memfd of what was shown; -1: nothing */
	uint8_t certificate[CLIENT_ID];
	uint64_t certificate_until; /* 0: none was good */
	char hint[HINT_MAX];        /* what was wrong with it */
};

/* A session, later, for method.still. */
struct right {
	struct auth *auth;
	const struct gw_conf *conf;
	const char *gateway, *user;
	const struct user *line; /* of the users file; NULL: there is none */
	const struct client_side *client;
	const uint8_t *stamp; /* STAMP_LEN bytes, from the worker */
	unsigned set;         /* the alternative: bits of methods */
	const char *what;     /* evidence, as attempt_met got it */
	char groups[GROUPS_MAX];
	char text[2 * CLIENT_ID + 24]; /* for `what` */
};

struct method {
	/* Whether a step can be begun now. */
	bool (*has_room)(const struct auth *, const struct attempt *);
	/* Begins a step, with `answer` where is_given.  0; ERR_AGAIN: there was
	 * no room; or another error: the login is put off. */
	int (*step)(struct attempt *);
	/* The login ends: what the method holds is let go.  May be NULL. */
	void (*drop)(struct attempt *);
	/* At the end of an alternative that is met: whether what was met is
	 * still so; adds the user's groups.  May be NULL. */
	bool (*settle)(struct attempt *);
	/* Whether a user who has a session may keep it, as far as this method
	 * goes: sets `what` (but for PAM, which goes by nothing) and adds to
	 * `groups`.  0; ERR_DENIED: no; ERR_AGAIN: nobody can tell now, the
	 * session goes on. */
	int (*still)(struct right *);
};

/* NULL: this aditd does not have the method. */
const struct method *method_of(enum auth_method);
extern const struct method method_certificate, method_users, method_otp;
extern const struct method method_pam;
/* For checkers.h: `ctx` is the struct auth. */
void method_users_checked(void *ctx, uint32_t id, enum check);
void method_certificate_checked(void *ctx, uint32_t id,
				const struct client_answer *);

struct auth {
	struct auth_conf conf;
	struct list tries;
	size_t waiting; /* all of them */
	size_t asking;  /* of these: ATTEMPT_ASKS */
	bool pumping;   /* auth_pump is under way */
	uint32_t last_check;
	struct guesses guesses;
	struct checkers *checkers;
	struct otp_codes *codes;
	struct pams *pams;
	struct pam_known *pam_known;
	struct auth_counters counters;
	struct login_times times;
	uint64_t told;   /* when the log last said that somebody was put off */
	unsigned untold; /* how many were put off since then */
	ev_timer timer;
	ev_timer keep; /* something has changed: it is to be written down */
	bool kept;     /* writing has not failed the last time */
};

/* ---- attempt.c: a step has ended ----------------------------------------- */

/* Places it before the first method; `code` as in auth_try. */
void attempt_begin(struct attempt *, const char *code);
/* Begins the step that is due.  As method.step. */
MUST_CHECK int attempt_step(struct attempt *);
/* The method is met.  `evidence` is what it goes by, such as a hash. */
void attempt_met(struct attempt *, const char *evidence);
/* It is not, which who logs in is told after the last question only. */
void attempt_failed(struct attempt *);
/* Nobody can tell: the agent tries again later. */
void attempt_broken(struct attempt *);
/* Asks who logs in; the next step has the answer. */
void attempt_ask(struct attempt *, const struct prompt *);
/* The login of this id that waits for an answer; NULL: none does. */
struct attempt *attempt_asked(struct auth *, const struct auth_asker *,
			      uint32_t id);
/* Adds "a,b" to such a list.  0 or ERR_LIMIT. */
MUST_CHECK int groups_add(char all[GROUPS_MAX], const char *groups);
/* Adds what one method goes by.  0 or ERR_LIMIT. */
MUST_CHECK int evidence_add(char all[EVIDENCE_MAX], enum auth_method,
			    const char *what);
/* Lets go what the methods hold. */
void attempt_drop(struct attempt *);

/* method_pam.c: as change_step, where PAM has the password. */
MUST_CHECK int pam_change_step(struct attempt *);
/* Of groups of the system, "a,b", those of adit that name them.
 * 0 or ERR_LIMIT. */
MUST_CHECK int pam_map_groups(const struct gw_conf *, const char *system,
			      char groups[GROUPS_MAX]);

/* ---- auth.c -------------------------------------------------------------- */

void attempt_become(struct attempt *, enum attempt_state);
/* "user ... from ... at gateway ...: WHAT" in the log. */
void auth_log(enum log_level, const struct attempt *, const char *what);
/* What was shown is right: who guesses learns that, and the log has `what`. */
void auth_is_right(struct attempt *, const char *what);
/* Each ends the login and frees it. */
void auth_answer(struct attempt *, enum msg_verdict, uint32_t wait_ms);
void auth_accept(struct attempt *);
void auth_refuse(struct attempt *);
void auth_put_off(struct attempt *);
/* Begins whatever can be. */
void auth_pump(struct auth *);

/* ---- auth_audit.c -------------------------------------------------------- */

/* The audit line; none where the login was put off, and none where evt=password
 * follows. */
void attempt_audit(const struct attempt *, enum login_result);

/* ---- auth_count.c -------------------------------------------------------- */

/* The login has this result: it is counted, and how long it took. */
void attempt_count(struct attempt *, enum login_result);

/* ---- auth_keep.c: what outlives the process ------------------------------ */

void auth_keep_init(struct auth *);
/* Something has changed that is to be kept. */
void auth_changed(struct auth *);

#endif
